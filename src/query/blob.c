/* SPDX-License-Identifier: MIT */
#include "query/blob.h"

#include "base/clock.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/value.h"
#include "query/engine_i.h"
#include "rest/content.h"
#include "rest/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 64
#define BLOBS_MAX 10000
#define ID_MAX 20
#define PASSES_MAX 8

struct blobs *blobs_none(void)
{
	struct blobs *all = calloc(1, sizeof(*all));

	if (!all)
		return NULL;
	atomic_init(&all->refs, 1);
	all->fetched_mono = INT64_MIN / 2;
	return all;
}

struct blobs *blobs_ref(struct blobs *all)
{
	if (all)
		atomic_fetch_add(&all->refs, 1);
	return all;
}

void blobs_unref(struct blobs *all)
{
	if (!all || atomic_fetch_sub(&all->refs, 1) != 1)
		return;
	for (size_t i = 0; i < all->n; i++) {
		free(all->p[i].id);
		free(all->p[i].label);
		free(all->p[i].name);
	}
	free(all->p);
	free(all);
}

bool blobs_find(const struct blobs *all, struct span name, size_t *ret)
{
	for (size_t i = 0; i < all->n; i++) {
		if (span_is(name, all->p[i].name)) {
			*ret = i;
			return true;
		}
	}
	return false;
}

/* ------------------------------------------------------------------- names */

static bool is_plain(struct span s)
{
	if (!s.n || span_is(s, ".") || span_is(s, "..") || !utf8_valid(s))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < ' ' || c == 0x7f || c == '/')
			return false;
	}
	return true;
}

/* The id alone always is a name; as much of the label as fits follows it. */
static char *name_of(const struct blob *b, bool with_id)
{
	cleanup_(buf_clear) struct buf out = BUF_INIT(4096);
	struct span label = span_of(b->label);
	bool plain = is_plain(label);
	size_t room = BLOB_NAME_MAX - (with_id ? ID_MAX + 1 : 0);

	if (!label.n)
		return str_dup(b->id);
	if (with_id)
		buf_printf(&out, "%s-", b->id);
	/* an encoded byte takes three */
	label.n = utf8_cut(label, plain ? room : room / 3);
	if (plain)
		buf_span(&out, label);
	else
		utf8_to_name(&out, label);
	return buf_take(&out);
}

/* Marks those that share a name; *ret_any: some that were not marked before. */
static int mark_shared(const struct blobs *all, bool *marked, bool *ret_any)
{
	struct map *first = map_new();
	int r = first ? 0 : -ENOMEM;

	*ret_any = false;
	for (size_t i = 0; !r && i < all->n; i++) {
		struct span name = span_of(all->p[i].name);
		struct blob *other = map_get(first, name);
		size_t at = other ? (size_t)(other - all->p) : i;

		if (!other) {
			r = map_put(first, name, &all->p[i], NULL);
			continue;
		}
		*ret_any |= !marked[i] || !marked[at];
		marked[i] = marked[at] = true;
	}
	map_free(first);
	return r;
}

void blob_label(struct span name, struct buf *out)
{
	if (is_plain(name))
		buf_span(out, name);
	else
		utf8_to_name(out, name);
}

static bool is_taken(const struct intake *in, const char *label)
{
	while (in && in->procedure && !(in->dir && str_eq(in->dir, label)))
		in++;
	return in && in->procedure;
}

/*
 * A label can be made to look like a name that another got here, so it takes more
 * than one pass; ids differ, so in the end the names do.
 */
int blobs_name(struct blobs *all, const struct intake *intakes)
{
	cleanup_free_ bool *marked = calloc(all->n + 1, sizeof(*marked));
	bool any = true;
	int r = marked ? 0 : -ENOMEM;

	for (size_t i = 0; !r && i < all->n; i++)
		marked[i] = is_taken(intakes, all->p[i].label);
	for (int pass = 0; !r && any && pass < PASSES_MAX; pass++) {
		for (size_t i = 0; !r && i < all->n; i++) {
			marked[i] |= pass == PASSES_MAX - 1;
			free(all->p[i].name);
			all->p[i].name = name_of(&all->p[i], marked[i]);
			r = all->p[i].name ? 0 : -ENOMEM;
		}
		if (!r)
			r = mark_shared(all, marked, &any);
	}
	return r;
}

/* -------------------------------------------------------------------- lists */

struct shape {
	size_t key, label, size, time; /* columns */
};

static int shape_of(const struct child *child, const struct table *t, struct shape *ret,
                    struct err *err)
{
	int key = table_column(t, span_of(child->key));
	int label = table_column(t, span_of(child->label));
	int size = table_column(t, span_of(child->size));
	int time = table_column(t, span_of(child->time));

	if (key < 0 || label < 0 || size < 0 || time < 0)
		return err_set(err, -EIO, "%s does not describe files", t->name);
	*ret = (struct shape){ (size_t)key, (size_t)label, (size_t)size, (size_t)time };
	return 0;
}

/* A page that moves while it is read may bring one a second time. */
static bool has_id(const struct blobs *all, struct span id)
{
	for (size_t i = 0; i < all->n; i++) {
		if (span_is(id, all->p[i].id))
			return true;
	}
	return false;
}

static int add(struct blobs *all, struct rowset *rs, const struct shape *at,
               struct err *err)
{
	struct value key, label, size, time;
	struct blob b = { 0 }, *p;

	rs->ops->get(rs, at->key, &key);
	rs->ops->get(rs, at->label, &label);
	rs->ops->get(rs, at->size, &size);
	rs->ops->get(rs, at->time, &time);
	if (key.type != VALUE_TEXT || !span_digits(key.s) || key.s.n > ID_MAX)
		return err_set(err, -EBADMSG, "the site lists a file without an ID");
	if (size.type != VALUE_INT || size.i < 0)
		return err_set(err, -EBADMSG,
		               "the site does not tell the size of file %.*s",
		               SPAN_FMT(key.s));
	if (has_id(all, key.s))
		return 0;
	if (all->n == BLOBS_MAX)
		return err_set(err, -EFBIG, "more than %d files", BLOBS_MAX);
	p = reallocarray(all->p, all->n + 1, sizeof(*p));
	if (!p)
		return err_nomem(err);
	all->p = p;
	b.id = span_dup(key.s);
	b.label = label.type == VALUE_TEXT ? span_dup(label.s) : str_dup("");
	b.bytes = (uint64_t)size.i;
	b.time_ms = time.type == VALUE_TIME ? time.i : 0;
	all->p[all->n++] = b;
	return b.id && b.label ? 0 : err_nomem(err);
}

static int read_list(struct engine *e, const struct scan_spec *spec,
                     const struct shape *shape, struct run *run, struct blobs *all,
                     struct err *err)
{
	cleanup_(rowset_closep) struct rowset *rs = NULL;
	int r = scan_open(e->cfg.client, spec, run, &rs, err);

	if (r)
		return r;
	while ((r = rs->ops->next(rs, err)) == 1) {
		r = add(all, rs, shape, err);
		if (r)
			return r;
	}
	return r;
}

int blobs_list(struct engine *e, const struct child *child, const struct table *table,
               size_t column, struct span value, struct run *run, struct blobs **ret,
               struct err *err)
{
	cleanup_(blobs_unrefp) struct blobs *all = blobs_none();
	struct scan_key key = { .column = column, .values = &value, .n_values = 1 };
	bool used[COLUMNS_MAX] = { false };
	struct scan_spec spec = { .table = table,
		                  .endpoint = table->endpoints,
		                  .keys = &key,
		                  .n_keys = 1,
		                  .used = used,
		                  .max_rows = -1,
		                  .desk = "" };
	struct shape shape = { 0 };
	int r;

	if (!all)
		return err_nomem(err);
	all->fetched_mono = clock_mono_ms();
	if (!e->cfg.client)
		return err_set(err, -ENETDOWN, "there is no site to ask");
	r = shape_of(child, table, &shape, err);
	if (r)
		return r;
	used[shape.key] = used[shape.label] = used[shape.size] = used[shape.time] = true;
	r = read_list(e, &spec, &shape, run, all, err);
	if (r)
		return r;
	if (blobs_name(all, child->intakes))
		return err_nomem(err);
	*ret = take_ptr(all);
	return 0;
}

/* -------------------------------------------------------------------- bytes */

/*
 * The first knows ranges and sends the bytes itself; customers who are no users of
 * the platform may use the second only.
 */
static const char *const cloud_doors[] = {
	"/rest/api/3/attachment/content/{id}?redirect=false",
	"/rest/servicedeskapi/request/{request}/attachment/{id}",
	NULL,
};
static const char *const data_center_doors[] = { "/secure/attachment/{id}/{name}", NULL };

int blob_read(struct engine *e, const struct blob *b, struct span value, uint64_t offset,
              size_t n, struct run *run, struct buf *ret, struct err *err)
{
	const char *const *door = cloud_doors;
	enum deployment on;
	int r;

	if (!e->cfg.client)
		return err_set(err, -ENETDOWN, "there is no site to ask");
	r = client_deployment(e->cfg.client, run, &on, err);
	if (r)
		return r;
	if (on == DEPLOYMENT_DATA_CENTER)
		door = data_center_doors;
	for (; *door; door++) {
		struct content c = { *door, value, b->id, b->label, b->bytes };

		r = content_read(e->cfg.client, &c, offset, n, run, ret, err);
		if ((r != -EACCES && r != -ENOENT && r != -EOPNOTSUPP) || !door[1])
			return r;
	}
	return r;
}
