/* SPDX-License-Identifier: MIT */
#include "fs/fill.h"

#include "base/clock.h"
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

const char *fill_format(enum slot slot)
{
	static const char *const formats[] = { "csv", "tsv", "json", "ndjson" };

	return formats[slot];
}

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

	if (!cells || writer_init(&w, format_by_name(fill_format(f->slot)), &b,
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

int fill_run(struct fill *f, struct err *err)
{
	cleanup_(sql_clear) struct sql q = { 0 };
	cleanup_(rowset_closep) struct rowset *rs = NULL;
	const struct selector *s = &f->folder->selector;
	int r = sql_make(s, f->fs->cfg.catalog,
	                 f->slot == SLOT_COUNT ? SQL_COUNT : SQL_ROWS, &q, err);

	if (!r)
		r = engine_select(f->fs->cfg.engine, q.text, q.params, q.n_params,
		                  s->scan, f->run, &rs, err);
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
