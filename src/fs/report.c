/* SPDX-License-Identifier: MIT */
#include "fs/report.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "catalog/catalog.h"
#include "format/writer.h"
#include "fs/control.h"
#include "fs/fs_i.h"
#include "fs/knob.h"
#include "fs/readme.h"
#include "fs/sql.h"
#include "fs/target.h"
#include "fs/views.h"
#include "query/engine.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#define TEXT_MAX_BYTES (32u << 20)

static void print_time(struct fs *fs, const char *label, int64_t ms, struct buf *out)
{
	buf_printf(out, "%s: ", label);
	clock_format(out, ms, catalog_utc(fs->cfg.catalog));
	buf_putc(out, '\n');
}

static void print_status(struct fs *fs, struct buf *out)
{
	const char *user = catalog_property(fs->cfg.catalog, PROP_USER);
	struct buf last = BUF_INIT(16384);

	buf_printf(out, "version: %s\n", fs->cfg.version);
	buf_printf(out, "site: %s\n", catalog_site(fs->cfg.catalog));
	buf_printf(out, "account: %s\n", user[0] ? user : "whose the token is");
	print_time(fs, "mounted since", fs->started_ms, out);
	buf_printf(out, "access: %s\n",
	           fs->cfg.read_only ? "read only" : "read and write");
	buf_printf(out, "running: %u\n", atomic_load(&fs->n_running));
	buf_printf(out, "runs: %" PRIu64 "\n", atomic_load(&fs->n_runs));
	buf_printf(out, "calls: %" PRIu64 "\n", atomic_load(&fs->n_calls));
	buf_printf(out, "failures: %" PRIu64 "\n", faults_count(fs->faults));
	buf_printf(out, "names in use: %zu\n", nodes_count(fs->nodes));
	faults_last(fs->faults, &last);
	buf_printf(out, "last error: %s", last.len ? buf_str(&last) : "none\n");
	buf_clear(&last);
}

static void print_stats(struct fs *fs, struct folder *f, struct buf *out)
{
	struct account a;

	folder_account(f, &a);
	buf_printf(out, "query: %s\n", f->path);
	if (!a.any) {
		buf_puts(out, "file: none read yet\n");
		return;
	}
	buf_printf(out, "file: %s\n", a.name);
	print_time(fs, "fetched", a.fetched_ms, out);
	buf_printf(out, "ms: %" PRId64 "\n", a.took_ms);
	buf_printf(out, "rows: %" PRIu64 "\n", a.rows);
	buf_printf(out, "bytes: %" PRIu64 "\n", a.file_bytes);
	buf_printf(out, "calls: %u\n", a.calls);
	buf_printf(out, "cached: %u\n", a.cached);
	buf_printf(out, "pages: %u\n", a.pages);
	buf_printf(out, "retries: %u\n", a.retries);
	buf_printf(out, "rows read: %" PRIu64 "\n", a.rows_read);
	buf_printf(out, "bytes read: %" PRIu64 "\n", a.bytes);
	if (a.cut)
		buf_printf(out, "cut: yes, MaxRows is %" PRIu64 "\n", fs->cfg.max_rows);
	else
		buf_puts(out, "cut: no\n");
}

/* A query that cannot run has a plan too: why it cannot. */
static int print_plan(struct fs *fs, struct folder *f, struct buf *out)
{
	cleanup_(sql_clear) struct sql q = { 0 };
	struct err err = { 0 };
	int r = sql_make(&f->selector, fs->cfg.catalog, SQL_ROWS, &q, &err);

	if (!r)
		r = engine_explain(fs->cfg.engine, q.text, q.params, q.n_params, out,
		                   &err);
	if (r && r != -ENOMEM) {
		buf_printf(out, "This query cannot run: %s\n", err.msg);
		r = 0;
	}
	return r;
}

/* How many rows the query Table/Column=value had when it was read last. */
static bool known_count(struct fs *fs, const struct place *p, const char *value,
                        uint64_t *ret)
{
	static const char *const files[] = { "rows.csv", "rows.tsv", "rows.json",
		                             "rows.ndjson", "count" };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		cleanup_(buf_clear) struct buf b = BUF_INIT(PATH_MAX_BYTES);
		struct size_hint hint;

		buf_printf(&b, "%s%s/%s=", path_before(p->table), p->table->name,
		           p->table->columns[p->column].name);
		utf8_to_name(&b, span_of(value));
		buf_printf(&b, "/%s", files[i]);
		if (!buf_status(&b) &&
		    catalog_size_get(fs->cfg.catalog, buf_view(&b), &hint)) {
			*ret = hint.rows;
			return true;
		}
	}
	return false;
}

static int print_values(struct fs *fs, const struct place *p, struct buf *out,
                        struct err *err)
{
	static const char *const names[] = { "name", "value", "count" };
	struct known_values known = { 0 };
	struct writer w;
	int r = catalog_known(fs->cfg.catalog, p->table, p->column, &known, err);

	if (!r && writer_init(&w, format_by_name("csv"), out, ARRAY_SIZE(names), names))
		r = err_nomem(err);
	if (r) {
		known_values_clear(&known);
		return r;
	}
	writer_begin(&w);
	for (size_t i = 0; i < known.n; i++) {
		const char *label = known.p[i].label;
		struct value cells[3] = { 0 };
		uint64_t n;

		cells[0] =
			value_text(span_of(label && *label ? label : known.p[i].value));
		cells[1] = value_text(span_of(known.p[i].value));
		if (known_count(fs, p, known.p[i].value, &n))
			cells[2] = value_int((int64_t)n);
		writer_row(&w, cells);
	}
	writer_end(&w);
	writer_clear(&w);
	known_values_clear(&known);
	return 0;
}

/* What the last session with a file that does something left. */
static void print_last_error(struct fs *fs, const struct place *p, struct folder *f,
                             struct buf *out)
{
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_MAX_BYTES);
	struct target t;

	target_of(p, f, &path, &t);
	controls_print_error(fs->controls, t.path, out);
}

static int last_text(struct fs *fs, const struct place *p, struct folder *f,
                     struct text **ret, struct err *err)
{
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_MAX_BYTES);
	struct target t;

	target_of(p, f, &path, &t);
	*ret = controls_text(fs->controls, t.path,
	                     p->kind == PLACE_LAST_CSV ? RECEIPTS_CSV : RECEIPTS_JSON,
	                     t.procedure);
	return *ret ? 0 : err_nomem(err);
}

/* Files whose content is what the last session with them, or a file beside them, left. */
static bool tells_last(enum place_kind kind)
{
	return kind == PLACE_LAST_JSON || kind == PLACE_LAST_CSV ||
	       kind == PLACE_INSERT || kind == PLACE_UPDATE || kind == PLACE_DELETE;
}

static uint64_t last_version(struct fs *fs, const struct place *p, struct folder *f)
{
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_MAX_BYTES);
	struct target t;

	target_of(p, f, &path, &t);
	return controls_version(fs->controls, t.path);
}

static int print(struct fs *fs, const struct place *p, struct folder *f, struct buf *out,
                 struct err *err)
{
	struct catalog *c = fs->cfg.catalog;

	if (p->kind == PLACE_ROOT_README)
		readme_root(c, fs->cfg.mountpoint, out);
	else if (p->kind == PLACE_STATUS)
		print_status(fs, out);
	else if (p->kind == PLACE_ERRORS)
		faults_print(fs->faults, out);
	else if (p->kind == PLACE_PROC_README)
		readme_procedure(p->procedure, out);
	else if (p->kind == PLACE_KNOB)
		p->knob->print(fs, out);
	else if (p->kind == PLACE_CALL)
		readme_usage(p->procedure, out);
	else if (p->kind == PLACE_ORDER)
		readme_order(p->order, out);
	else if (p->kind == PLACE_PROC_ERROR)
		print_last_error(fs, p, f, out);
	else if (p->kind == PLACE_VIEWS_README)
		views_print_readme(fs, out);
	else if (p->kind == PLACE_VIEWS_ERROR)
		views_print_error(fs, out);
	else if (p->kind == PLACE_README)
		readme_table(c, p->table, out);
	else if (p->kind == PLACE_SCHEMA)
		readme_schema(c, p->table, out);
	else if (p->kind == PLACE_IGNORE)
		readme_ignore(out);
	else if (p->kind == PLACE_STATS)
		print_stats(fs, f, out);
	else if (p->kind == PLACE_ERROR)
		folder_error(f, out, false);
	else if (p->kind == PLACE_SQL)
		return sql_show(&f->selector, c, out, err);
	else if (p->kind == PLACE_PLAN)
		return print_plan(fs, f, out);
	else if (p->kind == PLACE_VALUES)
		return print_values(fs, p, out, err);
	return 0;
}

/* README.md and schema.csv are the same in every query directory of a table. */
static struct text *shared_get(struct fs *fs, struct span key)
{
	LOCK_SCOPE(&fs->text_lock);

	return text_ref(map_get(fs->texts, key));
}

static void shared_put(struct fs *fs, struct span key, struct text *t)
{
	LOCK_SCOPE(&fs->text_lock);

	if (!map_get(fs->texts, key) && !map_put(fs->texts, key, t, NULL))
		text_ref(t);
}

int report_text(struct fs *fs, const struct place *p, struct folder *f, struct text **ret,
                struct err *err)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(TEXT_MAX_BYTES);
	cleanup_(buf_clear) struct buf key = BUF_INIT(512);
	/* the same name can be another view tomorrow */
	bool shared = place_class(p->kind) != CLASS_REPORT && p->kind != PLACE_KNOB &&
	              !(p->table && p->table->kind == TABLE_USER_VIEW);
	struct text *t = NULL;
	int r;

	if (tells_last(p->kind))
		return last_text(fs, p, f, ret, err);
	if (shared) {
		buf_printf(&key, "%d %s %s", (int)p->kind, p->table ? p->table->name : "",
		           p->procedure ? p->procedure->name : "");
		t = shared_get(fs, buf_view(&key));
	}
	if (!t) {
		r = print(fs, p, f, &b, err);
		if (!r && buf_status(&b) == -EFBIG)
			r = err_set(err, -EFBIG, "the text is larger than %u bytes",
			            TEXT_MAX_BYTES);
		if (r)
			return r;
		t = buf_status(&b) ? NULL : text_new(buf_view(&b));
		if (!t)
			return err_nomem(err);
		if (shared)
			shared_put(fs, buf_view(&key), t);
	}
	*ret = t;
	return 0;
}

uint64_t report_version(struct fs *fs, const struct place *p, struct folder *f)
{
	if (p->kind == PLACE_STATUS)
		return faults_count(fs->faults) + atomic_load(&fs->n_runs);
	if (p->kind == PLACE_VALUES)
		return atomic_load(&fs->n_runs);
	if (p->kind == PLACE_ERRORS)
		return faults_count(fs->faults);
	if (p->kind == PLACE_VIEWS_ERROR)
		return views_version(fs);
	if (tells_last(p->kind) || p->kind == PLACE_PROC_ERROR)
		return last_version(fs, p, f);
	return f ? folder_version(f) : 0;
}

bool report_is_ticking(enum place_kind kind)
{
	return kind == PLACE_STATUS || kind == PLACE_SQL || kind == PLACE_PLAN ||
	       kind == PLACE_VALUES;
}
