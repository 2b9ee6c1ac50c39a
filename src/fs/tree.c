/* SPDX-License-Identifier: MIT */
#include "fs/tree.h"

#include "base/utf8.h"
#include "format/writer.h"
#include "fs/tree_i.h"

#include <errno.h>
#include <stdlib.h>

#define PATH_BYTES PATH_MAX_BYTES
#define NAME_BYTES 16384

enum place_class place_class(enum place_kind kind)
{
	switch (kind) {
	case PLACE_ROOT:
	case PLACE_SYSTEM:
	case PLACE_PROCS:
	case PLACE_PROC:
	case PLACE_KNOBS:
	case PLACE_VIEWS:
	case PLACE_TABLE:
	case PLACE_FACETS:
	case PLACE_FACET:
	case PLACE_IDS:
	case PLACE_ROW:
	case PLACE_TEXTS:
	case PLACE_CHILD_ROWS:
	case PLACE_BLOBS:
	case PLACE_INTAKE:
	case PLACE_ORDERS:
	case PLACE_UPLOADS:
		return CLASS_DIR;
	case PLACE_LINK:
	case PLACE_SCRATCH_LINK:
		return CLASS_LINK;
	case PLACE_VIEW_SQL:
	case PLACE_SCRATCH:
	case PLACE_DRAFT:
		return CLASS_FILE;
	case PLACE_ROOT_README:
	case PLACE_PROC_README:
	case PLACE_VIEWS_README:
	case PLACE_README:
	case PLACE_SCHEMA:
	case PLACE_IGNORE:
		return CLASS_TEXT;
	case PLACE_STATUS:
	case PLACE_ERRORS:
	case PLACE_LAST_JSON:
	case PLACE_LAST_CSV:
	case PLACE_PROC_ERROR:
	case PLACE_VIEWS_ERROR:
	case PLACE_SQL:
	case PLACE_PLAN:
	case PLACE_STATS:
	case PLACE_ERROR:
	case PLACE_VALUES:
		return CLASS_REPORT;
	case PLACE_ROWS:
	case PLACE_COUNT:
	case PLACE_ROW_JSON:
	case PLACE_CELL:
	case PLACE_PART:
		return CLASS_RESULT;
	case PLACE_DOCTOR:
		return CLASS_PROBE;
	case PLACE_STREAM:
		return CLASS_STREAM;
	case PLACE_CALL:
	case PLACE_KNOB:
	case PLACE_INSERT:
	case PLACE_UPDATE:
	case PLACE_DELETE:
	case PLACE_ORDER:
		return CLASS_CALL;
	case PLACE_BLOB:
		return CLASS_BLOB;
	}
	return CLASS_TEXT;
}

bool place_is_dir(enum place_kind kind)
{
	return place_class(kind) == CLASS_DIR;
}

/* ------------------------------------------------------------ names and hits */

void listing_clear(struct listing *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->p[i].name);
	free(l->p);
	*l = (struct listing){ 0 };
}

int listing_add(struct listing *l, const char *name, struct place place)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 16;
		struct entry *p = reallocarray(l->p, cap, sizeof(*p));

		if (!p)
			return -ENOMEM;
		l->p = p;
		l->cap = cap;
	}
	l->p[l->n].name = str_dup(name);
	if (!l->p[l->n].name)
		return -ENOMEM;
	l->p[l->n++].place = place;
	return 0;
}

void hit_clear(struct hit *h)
{
	if (h->has_selector)
		selector_clear(&h->selector);
	free(h->path);
	free(h->key);
	*h = (struct hit){ 0 };
}

struct place tree_place_of(const struct place *dir, const struct fixed_name *f)
{
	struct place p = *dir;

	p.kind = f->kind;
	p.format = f->format ? format_by_name(f->format) : NULL;
	return p;
}

int tree_list_fixed(const struct within *in, const struct fixed_name *f,
                    struct listing *l)
{
	for (; f->name; f++) {
		if (listing_add(l, f->name, tree_place_of(in->dir, f)))
			return -ENOMEM;
	}
	return 0;
}

int tree_find_fixed(const struct within *in, const struct fixed_name *f, struct span name,
                    struct hit *ret)
{
	for (; f->name; f++) {
		if (span_is(name, f->name)) {
			ret->place = tree_place_of(in->dir, f);
			return 0;
		}
	}
	return -ENOENT;
}

int tree_hit_query(struct hit *h, const struct selector *sel, struct err *err)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(PATH_BYTES);

	selector_print(sel, &b);
	if (buf_status(&b) == -EFBIG)
		return err_set(err, -EINVAL, "the query is too long");
	h->path = buf_take(&b);
	return h->path ? 0 : err_nomem(err);
}

int tree_hit_table(struct hit *h, const struct table *t, struct err *err)
{
	h->has_selector = true;
	selector_init(&h->selector, t);
	return tree_hit_query(h, &h->selector, err);
}

int tree_value(struct span name, struct buf *out, struct err *err)
{
	bool good = utf8_from_name(out, name) && !buf_status(out);

	if (buf_status(out) == -ENOMEM)
		return err_nomem(err);
	return good && utf8_valid(buf_view(out)) ? 0 : -ENOENT;
}

int tree_list_value(struct listing *l, const char *value, struct place p, bool parts)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(NAME_BYTES);
	struct span rest = span_of(value);

	if (!parts) {
		utf8_to_name(&b, rest);
	} else {
		while (rest.n) {
			utf8_to_name(&b, span_cut(&rest, ','));
			if (rest.n)
				buf_putc(&b, ',');
		}
	}
	if (buf_status(&b) || !b.len || b.len > 255)
		return 0;
	return listing_add(l, buf_str(&b), p);
}

/* -------------------------------------------------------------- directories */

static const struct directory *directory_of(enum place_kind kind)
{
	static const struct {
		enum place_kind kind;
		const struct directory *directory;
	} all[] = {
		{ PLACE_ROOT, &tree_root },        { PLACE_SYSTEM, &tree_system },
		{ PLACE_PROCS, &tree_procs },      { PLACE_PROC, &tree_proc },
		{ PLACE_UPLOADS, &tree_uploads },  { PLACE_KNOBS, &tree_knobs },
		{ PLACE_TABLE, &tree_table },      { PLACE_FACETS, &tree_facets },
		{ PLACE_FACET, &tree_facet },      { PLACE_IDS, &tree_ids },
		{ PLACE_ROW, &tree_row },          { PLACE_TEXTS, &tree_child },
		{ PLACE_CHILD_ROWS, &tree_child }, { PLACE_ORDERS, &tree_child },
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		if (all[i].kind == kind)
			return all[i].directory;
	}
	return NULL;
}

int tree_list(const struct place *dir, const struct selector *sel, struct catalog *c,
              struct listing *ret, struct err *err)
{
	const struct directory *d = directory_of(dir->kind);
	const struct within in = { dir, sel, c };
	struct listing l = { 0 };
	int r = d && d->list ? d->list(&in, &l, err) : 0;

	if (r) {
		listing_clear(&l);
		return r == -ENOMEM ? err_nomem(err) : r;
	}
	*ret = l;
	return 0;
}

int tree_find(const struct place *dir, const struct selector *sel, struct catalog *c,
              struct span name, struct hit *ret, struct err *err)
{
	const struct directory *d = directory_of(dir->kind);
	const struct within in = { dir, sel, c };
	struct hit h = { 0 };
	int r = d && name.n ? d->find(&in, name, &h, err) : -ENOENT;

	if (r) {
		hit_clear(&h);
		return r;
	}
	*ret = h;
	return 0;
}
