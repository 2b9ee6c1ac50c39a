/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"
#include "catalog/catalog.h"
#include "fs/knob.h"
#include "fs/tree_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES PATH_MAX_BYTES
#define NAME_BYTES 16384

void hit_clear(struct hit *h)
{
	if (h->has_selector)
		selector_clear(&h->selector);
	free(h->path);
	free(h->key);
	*h = (struct hit){ 0 };
}

static int find_fixed(const struct place *dir, const struct fixed_name *f,
                      struct span name, struct hit *ret)
{
	for (; f->name; f++) {
		if (span_is(name, f->name)) {
			ret->place = tree_place_of(dir, f);
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

static int find_table(const struct place *dir, struct span name, struct catalog *c,
                      struct hit *ret, struct err *err)
{
	const struct table *t;
	int r = find_fixed(dir, tree_root_names, name, ret);

	if (!r)
		return 0;
	t = catalog_table(c, name);
	if (!t || !span_is(name, t->name))
		return -ENOENT;
	ret->place = (struct place){ .kind = PLACE_TABLE, .table = t };
	ret->has_selector = true;
	selector_init(&ret->selector, t);
	return tree_hit_query(ret, &ret->selector, err);
}

static int find_system(struct span name, struct hit *ret, struct err *err)
{
	const struct table *t = model_any_table(name);

	if (!t || t->kind != TABLE_SYSTEM || !span_is(name, t->name))
		return -ENOENT;
	ret->place = (struct place){ .kind = PLACE_TABLE, .table = t };
	ret->has_selector = true;
	selector_init(&ret->selector, t);
	return tree_hit_query(ret, &ret->selector, err);
}

static int find_proc(struct span name, struct hit *ret)
{
	const struct procedure *p = model_procedure(name);

	if (!p || !span_is(name, p->name))
		return -ENOENT;
	ret->place = (struct place){ .kind = PLACE_PROC, .procedure = p };
	return 0;
}

static int find_in_proc(const struct place *dir, struct span name, struct hit *ret)
{
	const struct intake *in = dir->procedure ? dir->procedure->intake : NULL;

	if (!in || !span_is(name, in->dir))
		return find_fixed(dir, tree_proc_names, name, ret);
	ret->place = *dir;
	ret->place.kind = PLACE_UPLOADS;
	ret->place.intake = in;
	return 0;
}

/* Of which desk: a number is one. */
static int find_upload(const struct place *dir, struct span name, struct hit *ret)
{
	if (!span_digits(name))
		return -ENOENT;
	ret->place = *dir;
	return 0;
}

static bool find_change(const struct place *dir, const struct selector *sel,
                        struct span name, struct hit *ret)
{
	for (const struct fixed_name *f = tree_change_names; f->name; f++) {
		if (span_is(name, f->name))
			return tree_place_change(dir, sel, f, &ret->place);
	}
	return false;
}

static int find_knob(struct span name, struct hit *ret)
{
	const struct knob *k = knob_named(name);

	ret->place = (struct place){ .kind = PLACE_KNOB, .knob = k };
	return k ? 0 : -ENOENT;
}

static int find_in_table(const struct place *dir, const struct selector *sel,
                         struct catalog *c, struct span name, struct hit *ret,
                         struct err *err)
{
	bool whole = tree_is_whole_table(sel);
	int r = find_fixed(dir, tree_table_names, name, ret);

	if (!r || find_change(dir, sel, name, ret))
		return 0;
	ret->place = (struct place){ .kind = PLACE_TABLE, .table = dir->table };
	if (whole && span_is(name, "by") && tree_has_facets(c, dir->table)) {
		ret->place.kind = PLACE_FACETS;
		return 0;
	}
	if (whole && span_is(name, "id") && dir->table->id) {
		ret->place.kind = PLACE_IDS;
		return 0;
	}
	r = selector_copy(sel, &ret->selector, err);
	if (r)
		return r;
	ret->has_selector = true;
	r = selector_add(&ret->selector, name, err);
	return r ? r : tree_hit_query(ret, &ret->selector, err);
}

static int find_facet(const struct place *dir, struct catalog *c, struct span name,
                      struct hit *ret)
{
	int i = table_column(dir->table, name);

	if (i < 0 || !span_is(name, dir->table->columns[i].name) ||
	    !catalog_has_facet(c, dir->table, (size_t)i))
		return -ENOENT;
	ret->place = (struct place){ .kind = PLACE_FACET,
		                     .table = dir->table,
		                     .column = (size_t)i };
	return 0;
}

int tree_value(struct span name, struct buf *out, struct err *err)
{
	bool good = utf8_from_name(out, name) && !buf_status(out);

	if (buf_status(out) == -ENOMEM)
		return err_nomem(err);
	return good && utf8_valid(buf_view(out)) ? 0 : -ENOENT;
}

static int find_value(const struct place *dir, struct span name, struct hit *ret,
                      struct err *err)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(NAME_BYTES);
	int r;

	ret->place = *dir;
	if (span_is(name, "values.csv")) {
		ret->place.kind = PLACE_VALUES;
		return 0;
	}
	r = *name.p == '.' ? -ENOENT : tree_value(name, &b, err);
	if (r)
		return r;
	ret->place.kind = PLACE_LINK;
	ret->key = str_dup(buf_str(&b));
	return ret->key ? 0 : err_nomem(err);
}

/* ------------------------------------------------------------------- keys */

static enum key_form form_of(const struct table *t, const char *column)
{
	for (const struct endpoint *e = t->endpoints; e && e->name; e++) {
		for (const struct key *k = e->keys; k && k->column; k++) {
			if (str_ieq(k->column, column) && k->form != FORM_ANY)
				return k->form;
		}
	}
	return FORM_ANY;
}

static bool is_issue_key(struct span s)
{
	const char *dash = memrchr(s.p, '-', s.n);
	size_t n = dash ? (size_t)(dash - s.p) : 0;

	if (!n || s.p[0] < 'A' || s.p[0] > 'Z')
		return false;
	for (size_t i = 0; i < n; i++) {
		char ch = s.p[i];

		if (!(ch >= 'A' && ch <= 'Z') && !(ch >= '0' && ch <= '9') && ch != '_')
			return false;
	}
	return span_digits((struct span){ dash + 1, s.n - n - 1 });
}

bool tree_has_form(const struct table *t, const char *column, struct span value)
{
	switch (form_of(t, column)) {
	case FORM_DIGITS:
		return span_digits(value);
	case FORM_ISSUE_KEY:
		return is_issue_key(value);
	case FORM_ANY:
		break;
	}
	return value.n > 0;
}

/* One part of a key: checked, added to the selector and to the canonical path. */
static int add_key(struct hit *h, const struct table *t, const char *column,
                   const char *alternative, struct span raw, struct buf *value,
                   struct buf *path, struct err *err)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(1024);
	int i, r = raw.n ? tree_value(raw, &b, err) : -ENOENT;

	if (r)
		return r;
	if (!tree_has_form(t, column, buf_view(&b))) {
		if (!alternative || !tree_has_form(t, alternative, buf_view(&b)))
			return -ENOENT;
		column = alternative;
	}
	i = table_column(t, span_of(column));
	if (i < 0)
		return -ENOENT;
	r = selector_add_equal(&h->selector, (size_t)i, buf_view(&b), err);
	if (r)
		return r == -EINVAL ? -ENOENT : r;
	utf8_to_name(path, buf_view(&b));
	buf_span(value, buf_view(&b));
	return 0;
}

static int find_row(const struct place *dir, struct span name, struct hit *ret,
                    struct err *err)
{
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_BYTES);
	cleanup_(buf_clear) struct buf value = BUF_INIT(NAME_BYTES);
	const struct table *t = dir->table;
	struct span rest = name;
	int r = 0;

	if (*name.p == '.')
		return -ENOENT;
	ret->place = (struct place){ .kind = PLACE_ROW, .table = t };
	ret->has_selector = true;
	selector_init(&ret->selector, t);
	buf_printf(&path, "%s/id/", t->name);
	for (size_t i = 0; !r && t->id[i]; i++) {
		struct span part = t->id[1] ? span_cut(&rest, ',') : rest;

		if (i) {
			buf_putc(&path, ',');
			buf_putc(&value, ',');
		}
		r = add_key(ret, t, t->id[i], t->id[1] ? NULL : t->id_alt, part, &value,
		            &path, err);
	}
	if (!r && t->id[1] && rest.n)
		r = -ENOENT;
	if (r)
		return r;
	ret->path = buf_take(&path);
	ret->key = buf_take(&value);
	return ret->path && ret->key ? 0 : err_nomem(err);
}

static int find_cell(const struct place *dir, struct catalog *c, struct span name,
                     struct hit *ret)
{
	int i;

	ret->place = (struct place){ .kind = PLACE_ROW_JSON, .table = dir->table };
	if (span_is(name, "row.json"))
		return 0;
	ret->place.kind = PLACE_ERROR;
	if (span_is(name, "error"))
		return 0;
	i = table_column(dir->table, name);
	if (i < 0 || !span_is(name, dir->table->columns[i].name) ||
	    !tree_is_cell(c, dir->table, (size_t)i))
		return -ENOENT;
	ret->place.kind = PLACE_CELL;
	ret->place.column = (size_t)i;
	return 0;
}

static int find_in_row(const struct place *dir, const struct selector *sel,
                       struct catalog *c, struct span name, struct hit *ret,
                       struct err *err)
{
	int r = find_cell(dir, c, name, ret);

	if (r == -ENOENT)
		r = tree_find_order(dir->table, dir->table->orders, name, ret);
	return r == -ENOENT ? tree_find_child(dir, sel, c, name, ret, err) : r;
}

int tree_find(const struct place *dir, const struct selector *sel, struct catalog *c,
              struct span name, struct hit *ret, struct err *err)
{
	struct hit h = { 0 };
	int r = -ENOENT;

	if (!name.n)
		return -ENOENT;
	if (dir->kind == PLACE_ROOT)
		r = find_table(dir, name, c, &h, err);
	else if (dir->kind == PLACE_SYSTEM)
		r = find_system(name, &h, err);
	else if (dir->kind == PLACE_PROCS)
		r = find_proc(name, &h);
	else if (dir->kind == PLACE_KNOBS)
		r = find_knob(name, &h);
	else if (dir->kind == PLACE_PROC)
		r = find_in_proc(dir, name, &h);
	else if (dir->kind == PLACE_UPLOADS)
		r = find_upload(dir, name, &h);
	else if (dir->kind == PLACE_TABLE)
		r = find_in_table(dir, sel, c, name, &h, err);
	else if (dir->kind == PLACE_FACETS)
		r = find_facet(dir, c, name, &h);
	else if (dir->kind == PLACE_FACET)
		r = find_value(dir, name, &h, err);
	else if (dir->kind == PLACE_IDS)
		r = find_row(dir, name, &h, err);
	else if (dir->kind == PLACE_ROW)
		r = find_in_row(dir, sel, c, name, &h, err);
	else if (dir->kind == PLACE_TEXTS || dir->kind == PLACE_CHILD_ROWS ||
	         dir->kind == PLACE_ORDERS)
		r = tree_find_in_child(dir, sel, name, &h, err);
	if (r) {
		hit_clear(&h);
		return r;
	}
	*ret = h;
	return 0;
}

void tree_link(const struct place *p, struct span name, struct buf *out)
{
	buf_printf(out, "../../%s=%.*s", p->table->columns[p->column].name,
	           SPAN_FMT(name));
}
