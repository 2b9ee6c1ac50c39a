/* SPDX-License-Identifier: MIT */
#include "fs/result.h"

#include "base/clock.h"
#include "base/flight.h"
#include "base/log.h"
#include "catalog/catalog.h"
#include "format/writer.h"
#include "fs/fs_i.h"
#include "fs/sql.h"
#include "query/engine.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define DRAIN_BYTES (64u * 1024)
#define CHUNK_MAX_BYTES (64u << 20) /* one row as text */
#define ATTEMPTS 4
#define ESTIMATE_BYTES 4096

static const char *const slot_names[N_SLOTS] = { "rows.csv",    "rows.tsv", "rows.json",
	                                         "rows.ndjson", "count",    "row.json",
	                                         "texts" };
static const char *const slot_formats[] = { "csv", "tsv", "json", "ndjson" };

static enum slot slot_of(const struct place *p)
{
	if (p->kind == PLACE_COUNT)
		return SLOT_COUNT;
	if (p->kind == PLACE_ROW_JSON || p->kind == PLACE_CELL)
		return SLOT_ROW;
	if (p->kind == PLACE_PART)
		return SLOT_TEXTS;
	for (size_t i = 0; i < ARRAY_SIZE(slot_formats); i++) {
		if (str_eq(p->format->name, slot_formats[i]))
			return (enum slot)i;
	}
	return SLOT_CSV;
}

/* ---------------------------------------------------------------- freshness */

int64_t result_tolerance_ms(const struct fs *fs, const struct folder *f)
{
	if (fs->cfg.engine && engine_is_offline(fs->cfg.engine))
		return INT64_MAX;
	switch (f->selector.fresh) {
	case FRESH_AGE:
		return f->selector.fresh_ms;
	case FRESH_CACHE:
		return INT64_MAX;
	case FRESH_DEFAULT:
		break;
	}
	return (int64_t)fs->cfg.cache_tolerance_s * 1000;
}

static int64_t left_ms(const struct fs *fs, const struct folder *f,
                       const struct snapshot *s)
{
	int64_t tolerance = result_tolerance_ms(fs, f);
	int64_t age = clock_mono_ms() - s->fetched_mono;

	return tolerance == INT64_MAX ? tolerance : tolerance - age;
}

static bool is_of_now(struct fs *fs, const struct folder *f, const struct snapshot *s)
{
	return s->epoch == folders_epoch(fs->folders, f->selector.table);
}

bool result_is_current(struct fs *fs, struct node *n)
{
	cleanup_(snapshot_unrefp) struct snapshot *s = node_shot(fs->nodes, n);
	struct node_view v;

	node_view(fs->nodes, n, &v);
	if (v.dropped)
		return false;
	if (!s)
		return true;
	if (!is_of_now(fs, n->folder, s))
		return false;
	if (left_ms(fs, n->folder, s) > 0)
		return true;
	/* looked at a moment ago and about to be opened: cp compares the inodes */
	return !v.opened && clock_mono_ms() - v.looked_up_ms < FS_SHORT_MS;
}

int64_t result_entry_ms(struct fs *fs, struct node *n)
{
	cleanup_(snapshot_unrefp) struct snapshot *s = node_shot(fs->nodes, n);
	int64_t ms = s ? left_ms(fs, n->folder, s) : result_tolerance_ms(fs, n->folder);

	if (ms < FS_SHORT_MS)
		return FS_SHORT_MS;
	return ms > FS_LONG_MS ? FS_LONG_MS : ms;
}

static void hint_path(const struct folder *f, enum slot slot, struct buf *out)
{
	buf_printf(out, "%s/%s", f->path, slot_names[slot]);
}

void result_prepare(struct fs *fs, struct node *n)
{
	enum slot slot = slot_of(&n->place);
	cleanup_(snapshot_unrefp) struct snapshot *s = folder_slot(n->folder, slot);
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_MAX_BYTES + 64);
	struct size_hint hint;
	struct part part;
	uint64_t size = ESTIMATE_BYTES;

	if (s && left_ms(fs, n->folder, s) > 0 && node_part(n, s, &part)) {
		snapshot_unref(node_bind_shot(fs->nodes, n, s));
		return;
	}
	if (slot == SLOT_COUNT)
		size = 2;
	if (slot < SLOT_ROW) {
		hint_path(n->folder, slot, &path);
		if (!buf_status(&path) &&
		    catalog_size_get(fs->cfg.catalog, buf_view(&path), &hint) &&
		    hint.bytes)
			size = hint.bytes;
	}
	node_set_size(fs->nodes, n, size);
}

/* ----------------------------------------------------------------- filling */

struct fill {
	struct fs *fs;
	struct folder *folder;
	enum slot slot;
	const struct child *child; /* of SLOT_TEXTS */
	const struct wish *wish;
	struct run run;
	struct snapshot *shot;
	bool ran;
	uint64_t n_rows;
};

static int drain(struct fill *f, struct buf *b, struct err *err)
{
	int r = buf_status(b);

	if (r == -ENOMEM)
		return err_nomem(err);
	if (r)
		return err_set(err, r, "a row is larger than %u bytes", CHUNK_MAX_BYTES);
	r = snapshot_append(f->shot, buf_view(b), err);
	buf_reset(b);
	return r;
}

static int fill_rows(struct fill *f, struct rowset *rs, struct err *err)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(CHUNK_MAX_BYTES);
	cleanup_free_ struct value *cells = calloc(rs->n_columns + 1, sizeof(*cells));
	struct writer w;
	int r;

	if (!cells || writer_init(&w, format_by_name(slot_formats[f->slot]), &b,
	                          rs->n_columns, rs->names))
		return err_nomem(err);
	writer_begin(&w);
	while ((r = rs->ops->next(rs, err)) == 1) {
		for (size_t i = 0; i < rs->n_columns; i++)
			rs->ops->get(rs, i, &cells[i]);
		writer_row(&w, cells);
		f->n_rows++;
		if (b.len >= DRAIN_BYTES || buf_status(&b)) {
			r = drain(f, &b, err);
			if (r)
				break;
		}
	}
	if (!r) {
		writer_end(&w);
		r = drain(f, &b, err);
	}
	writer_clear(&w);
	return r;
}

static void cell_print(const struct fs *fs, const struct value *v, struct buf *out)
{
	switch (v->type) {
	case VALUE_NULL:
		return; /* an empty file */
	case VALUE_BOOL:
		buf_puts(out, v->b ? "true" : "false");
		break;
	case VALUE_INT:
		buf_printf(out, "%" PRId64, v->i);
		break;
	case VALUE_REAL:
		buf_printf(out, "%.17g", v->r);
		break;
	case VALUE_TIME:
		clock_format(out, v->i, catalog_utc(fs->cfg.catalog));
		break;
	case VALUE_TEXT:
	case VALUE_JSON:
		buf_span(out, v->s);
		break;
	}
	buf_putc(out, '\n');
}

static int fill_count(struct fill *f, struct rowset *rs, struct err *err)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(256);
	struct value v;
	int r = rs->ops->next(rs, err);

	if (r < 0)
		return r;
	if (!r)
		return err_set(err, -EBADMSG, "count(*) gave no row");
	rs->ops->get(rs, 0, &v);
	cell_print(f->fs, &v, &b);
	f->n_rows = v.type == VALUE_INT && v.i > 0 ? (uint64_t)v.i : 0;
	return drain(f, &b, err);
}

/* Part 0 is row.json, part i + 1 is column i of the model. */
static int fill_parts(struct fill *f, struct rowset *rs, struct buf *b,
                      const struct value *cells, struct err *err)
{
	const struct table *t = f->folder->selector.table;
	size_t n = table_n_columns(t);
	cleanup_free_ size_t *columns = calloc(n + 1, sizeof(*columns));
	size_t at = 0;
	int r = drain(f, b, err);

	if (!columns)
		return err_nomem(err);
	n = sql_columns(&f->folder->selector, f->fs->cfg.catalog, columns, n);
	if (!r)
		r = snapshot_end_part(f->shot, err);
	for (size_t i = 0; !r && t->columns[i].name; i++) {
		if (at < n && at < rs->n_columns && columns[at] == i)
			cell_print(f->fs, &cells[at++], b);
		r = drain(f, b, err);
		if (!r)
			r = snapshot_end_part(f->shot, err);
	}
	return r;
}

static int fill_row(struct fill *f, struct rowset *rs, struct err *err)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(CHUNK_MAX_BYTES);
	cleanup_free_ struct value *cells = calloc(rs->n_columns + 1, sizeof(*cells));
	struct writer w;
	int r = rs->ops->next(rs, err);

	if (r < 0)
		return r;
	if (!r) {
		folder_set_absent(f->folder, true);
		return err_set(err, -ENOENT, "the site has no row %s", f->folder->path);
	}
	if (!cells ||
	    writer_init(&w, format_by_name("ndjson"), &b, rs->n_columns, rs->names))
		return err_nomem(err);
	for (size_t i = 0; i < rs->n_columns; i++)
		rs->ops->get(rs, i, &cells[i]);
	writer_begin(&w);
	writer_row(&w, cells);
	writer_end(&w);
	writer_clear(&w);
	f->n_rows = 1;
	folder_set_absent(f->folder, false);
	return fill_parts(f, rs, &b, cells, err);
}

static int column_of(const struct rowset *rs, const char *name, size_t *ret,
                     struct err *err)
{
	for (size_t i = 0; i < rs->n_columns; i++) {
		if (str_ieq(rs->names[i], name)) {
			*ret = i;
			return 0;
		}
	}
	return err_set(err, -EBADMSG, "the rows have no %s", name);
}

static int fill_texts(struct fill *f, struct rowset *rs, struct err *err)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(CHUNK_MAX_BYTES);
	struct value key, text, time;
	size_t at_key = 0, at_text = 0, at_time = 0;
	int64_t time_ms;
	int r = column_of(rs, f->child->key, &at_key, err);

	if (!r)
		r = column_of(rs, f->child->text, &at_text, err);
	if (!r && f->child->time)
		r = column_of(rs, f->child->time, &at_time, err);
	if (r)
		return r;
	while ((r = rs->ops->next(rs, err)) == 1) {
		rs->ops->get(rs, at_key, &key);
		rs->ops->get(rs, at_text, &text);
		rs->ops->get(rs, at_time, &time);
		if (key.type != VALUE_TEXT)
			continue;
		if (!f->child->time || time.type != VALUE_TEXT ||
		    !clock_parse(time.s, &time_ms))
			time_ms = 0;
		cell_print(f->fs, &text, &b);
		r = drain(f, &b, err);
		if (!r)
			r = snapshot_end_named(f->shot, key.s, time_ms, err);
		if (r)
			return r;
		f->n_rows++;
	}
	return r;
}

static int fill_run(struct fill *f, struct err *err)
{
	cleanup_(sql_clear) struct sql q = { 0 };
	cleanup_(rowset_closep) struct rowset *rs = NULL;
	const struct selector *s = &f->folder->selector;
	int r = sql_make(s, f->fs->cfg.catalog,
	                 f->slot == SLOT_COUNT ? SQL_COUNT : SQL_ROWS, &q, err);

	if (!r)
		r = engine_select(f->fs->cfg.engine, q.text, q.params, q.n_params,
		                  s->scan, &f->run, &rs, err);
	if (r)
		return r;
	if (f->slot == SLOT_COUNT)
		r = fill_count(f, rs, err);
	else if (f->slot == SLOT_ROW)
		r = fill_row(f, rs, err);
	else if (f->slot == SLOT_TEXTS)
		r = fill_texts(f, rs, err);
	else
		r = fill_rows(f, rs, err);
	if (!r)
		snapshot_seal(f->shot);
	return r;
}

static void remember_size(const struct fill *f)
{
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_MAX_BYTES + 64);
	struct size_hint hint = { .bytes = f->shot->size_bytes,
		                  .rows = f->n_rows,
		                  .fetched_ms = f->shot->fetched_ms };

	if (f->slot >= SLOT_ROW)
		return;
	hint_path(f->folder, f->slot, &path);
	if (!buf_status(&path))
		catalog_size_put(f->fs->cfg.catalog, buf_view(&path), &hint);
}

int result_admit(struct fs *fs, const struct folder *f, const struct wish *w,
                 struct run *run, struct err *err)
{
	run->cancel = w->cancel;
	run->deadline = w->deadline;
	if (f->selector.fresh == FRESH_AGE)
		run->fresh_ms = f->selector.fresh_ms;
	if (f->selector.fresh == FRESH_CACHE)
		run->cached_only = true;
	if (w->thread <= 0 || run->cached_only)
		return 0;
	if (guard_is_indexer(fs->guard, w->thread)) {
		run->cached_only = true;
		return 0;
	}
	return guard_admit(fs->guard, guard_process(w->thread), err);
}

void result_account(struct fs *fs, struct folder *f, const struct run *run,
                    struct account *a)
{
	a->calls = atomic_load(&run->calls);
	a->cached = atomic_load(&run->cached);
	a->pages = atomic_load(&run->pages);
	a->retries = atomic_load(&run->retries);
	a->rows_read = atomic_load(&run->rows);
	a->bytes = atomic_load(&run->bytes);
	a->cut = fs->cfg.max_rows && a->rows >= fs->cfg.max_rows;
	folder_done(f, a);
}

static int fill_work(void *ctx, struct err *err)
{
	struct fill *f = ctx;
	int64_t began = clock_mono_ms();
	struct account a = { .name = slot_names[f->slot] };
	struct err mine = { 0 };
	int r;

	f->ran = true;
	f->run.whole = true;
	f->shot = snapshot_new(f->fs->cfg.max_result_bytes);
	if (!f->shot)
		return err_nomem(err);
	f->shot->epoch = folders_epoch(f->fs->folders, f->folder->selector.table);
	atomic_fetch_add(&f->fs->n_running, 1);
	r = fill_run(f, &mine);
	atomic_fetch_sub(&f->fs->n_running, 1);
	atomic_fetch_add(&f->fs->n_runs, 1);
	atomic_fetch_add(&f->fs->n_calls, atomic_load(&f->run.calls));
	if (r) {
		mine.code = r;
		fs_failed(f->fs, f->folder, span_of(f->folder->path), &mine);
		if (err)
			*err = mine;
		return r;
	}
	f->shot->rows = f->n_rows;
	f->shot->calls = atomic_load(&f->run.calls);
	folder_slot_put(f->folder, f->slot, f->shot);
	remember_size(f);
	a.rows = f->n_rows;
	a.file_bytes = f->shot->size_bytes;
	a.took_ms = clock_mono_ms() - began;
	a.fetched_ms = f->shot->fetched_ms;
	result_account(f->fs, f->folder, &f->run, &a);
	log_info(LOG_FS,
	         "read path=%s file=%s rows=%" PRIu64 " bytes=%" PRIu64
	         " calls=%u ms=%lld",
	         f->folder->path, a.name, a.rows, a.file_bytes, a.calls,
	         (long long)a.took_ms);
	return 0;
}

/* One flight; *ret is what it brought, or NULL if that is out of date already. */
static int fetch(struct fs *fs, struct folder *folder, enum slot slot,
                 const struct child *child, const struct wish *w, struct snapshot **ret,
                 struct err *err)
{
	cleanup_(buf_clear) struct buf key = BUF_INIT(PATH_MAX_BYTES + 128);
	struct fill f = { .fs = fs,
		          .folder = folder,
		          .slot = slot,
		          .child = child,
		          .wish = w,
		          .run = RUN_INIT };
	struct err mine = { 0 };
	int r = result_admit(fs, folder, w, &f.run, &mine);

	if (r) {
		fs_failed(fs, folder, span_of(folder->path), &mine);
		if (err)
			*err = mine;
		return r;
	}
	buf_printf(&key, "%s/%s %" PRIu64 "%s", folder->path, slot_names[slot],
	           folders_epoch(fs->folders, folder->selector.table),
	           f.run.cached_only ? " cached" : "");
	if (buf_status(&key))
		return err_nomem(err);
	r = flight_do(fs->flight, buf_view(&key), fill_work, &f, w->cancel, w->deadline,
	              &mine);
	if (r && !f.ran && r == -ETIMEDOUT)
		fs_failed(fs, folder, span_of(folder->path), &mine);
	if (r && err)
		*err = mine;
	if (!r)
		*ret = f.ran ? snapshot_ref(f.shot) : folder_slot(folder, slot);
	snapshot_unref(f.shot);
	return r;
}

int result_open(struct fs *fs, struct node *n, const struct wish *w,
                struct snapshot **ret, struct err *err)
{
	enum slot slot = slot_of(&n->place);
	cleanup_(snapshot_unrefp) struct snapshot *s = node_shot(fs->nodes, n);
	bool always = result_tolerance_ms(fs, n->folder) <= 0;
	struct node_view v;
	struct part part;
	int r = 0;

	node_view(fs->nodes, n, &v);
	if (!s && v.dropped)
		return -ESTALE;
	if (s) {
		if (!v.n_open && (!is_of_now(fs, n->folder, s) || (always && v.opened)))
			return -ESTALE;
		*ret = take_ptr(s);
		return 0;
	}
	for (int i = 0; !s && !r && i < ATTEMPTS; i++) {
		s = folder_slot(n->folder, slot);
		if (s && left_ms(fs, n->folder, s) > 0)
			break;
		snapshot_unref(take_ptr(s));
		r = fetch(fs, n->folder, slot, n->place.child, w, &s, err);
	}
	if (r)
		return r;
	if (!s)
		return err_set(err, -EAGAIN,
		               "the rows changed faster than they were read");
	if (!node_part(n, s, &part))
		return err_set(err, -ENOENT, "the site has no row %s there", n->name);
	*ret = node_bind_shot(fs->nodes, n, s);
	return 0;
}

int result_find_row(struct fs *fs, struct folder *f, const struct wish *w,
                    struct err *err)
{
	cleanup_(snapshot_unrefp) struct snapshot *s = folder_slot(f, SLOT_ROW);

	if (s)
		return 0;
	if (folder_absent(f, result_tolerance_ms(fs, f)))
		return -ENOENT;
	return fetch(fs, f, SLOT_ROW, NULL, w, &s, err);
}

int result_texts(struct fs *fs, struct folder *f, const struct child *child,
                 const struct wish *w, struct snapshot **ret, struct err *err)
{
	cleanup_(snapshot_unrefp) struct snapshot *s = folder_slot(f, SLOT_TEXTS);
	int r = 0;

	if (s && left_ms(fs, f, s) <= 0)
		snapshot_unref(take_ptr(s));
	if (!s && !w)
		return -EAGAIN;
	for (int i = 0; !s && !r && i < ATTEMPTS; i++)
		r = fetch(fs, f, SLOT_TEXTS, child, w, &s, err);
	if (r)
		return r;
	if (!s)
		return err_set(err, -EBUSY,
		               "the rows changed faster than they were read");
	*ret = take_ptr(s);
	return 0;
}

int result_find_part(struct fs *fs, struct folder *f, const struct place *p,
                     struct span key, const struct wish *w, struct err *err)
{
	cleanup_(snapshot_unrefp) struct snapshot *s = NULL;
	size_t i;
	int r = result_texts(fs, f, p->child, w, &s, err);

	if (r)
		return r;
	return snapshot_find(s, key, &i) ? 0 : -ENOENT;
}
