/* SPDX-License-Identifier: MIT */
/* The cursors of the virtual tables: a cursor is a scan's rowset. */
#include "base/clock.h"
#include "base/map.h"
#include "base/utf8.h"
#include "query/ahead_i.h"
#include "query/changing_i.h"
#include "query/compares_i.h"
#include "query/describe_i.h"
#include "query/given_i.h"
#include "query/plan.h"
#include "query/system_i.h"
#include "query/vtab_i.h"
#include "rest/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Ids of this many rows of a scan are remembered for id/. */
#define REMEMBERED_ROWS 4096
#define MAX_LIST_VALUES 10000
#define ROW_MAX_BYTES (64u << 20)

int cursor_open(sqlite3_vtab *base, sqlite3_vtab_cursor **ret)
{
	struct vtab *t = container_of(base, struct vtab, base);
	struct cursor *c = sqlite3_malloc(sizeof(*c));

	if (!c)
		return SQLITE_NOMEM;
	t->env->conn->n_cursors++;
	*c = (struct cursor){ .eof = true, .text = BUF_INIT(ROW_MAX_BYTES) };
	*ret = &c->base;
	return SQLITE_OK;
}

/* A join must not look ahead in rows that are gone. */
static void leave_rows(sqlite3_vtab *base, struct cursor *c)
{
	struct vtab *t = container_of(base, struct vtab, base);

	if (!c->rows)
		return;
	ahead_outer(t->env->conn, t->env->table, NULL);
	rowset_close(c->rows);
	c->rows = NULL;
}

int cursor_close(sqlite3_vtab_cursor *base)
{
	struct cursor *c = container_of(base, struct cursor, base);

	leave_rows(base->pVtab, c);
	map_free(c->twins);
	buf_clear(&c->text);
	sqlite3_free(c);
	return SQLITE_OK;
}

/* What the query gives for the keys of one xFilter; text lives in the arrays' copies. */
struct filter {
	struct scan_key keys[PLAN_MAX_CONSTRAINTS];
	char **owned;
	size_t n_owned, cap_owned;
	int64_t max_rows;
};

static void filter_clear(struct filter *f, size_t n_keys)
{
	for (size_t i = 0; i < n_keys; i++)
		free(f->keys[i].values);
	for (size_t i = 0; i < f->n_owned; i++)
		free(f->owned[i]);
	free(f->owned);
}

static int filter_own(struct filter *f, struct span text, struct span *ret)
{
	if (f->n_owned == f->cap_owned) {
		size_t cap = f->cap_owned ? f->cap_owned * 2 : 16;
		char **p = reallocarray(f->owned, cap, sizeof(char *));

		if (!p)
			return -ENOMEM;
		f->owned = p;
		f->cap_owned = cap;
	}
	f->owned[f->n_owned] = span_dup(text);
	if (!f->owned[f->n_owned])
		return -ENOMEM;
	ret->p = f->owned[f->n_owned++];
	ret->n = text.n;
	return 0;
}

/* A value that no cell of the column can equal (NULL, a blob) is left out. */
static int filter_add(struct filter *f, struct scan_key *k, const struct column *col,
                      sqlite3_value *v)
{
	struct span text, *p;
	bool truth;

	if (sqlite3_value_type(v) == SQLITE_NULL || sqlite3_value_type(v) == SQLITE_BLOB)
		return 0;
	text.p = (const char *)sqlite3_value_text(v);
	if (!text.p)
		return -ENOMEM;
	text.n = (size_t)sqlite3_value_bytes(v);
	if (col->type == VALUE_BOOL) {
		if (!func_truth(text, &truth))
			return 0;
		text = truth ? SPAN("true") : SPAN("false");
	}
	if (k->n_values == MAX_LIST_VALUES)
		return -E2BIG;
	p = reallocarray(k->values, k->n_values + 1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	k->values = p;
	return filter_own(f, text, &p[k->n_values++]);
}

static int filter_key(struct filter *f, struct scan_key *k, const struct column *col,
                      bool list, sqlite3_value *arg)
{
	sqlite3_value *v;
	int r = 0;

	if (!list)
		return filter_add(f, k, col, arg);
	for (int rc = sqlite3_vtab_in_first(arg, &v); rc == SQLITE_OK && v && !r;
	     rc = sqlite3_vtab_in_next(arg, &v))
		r = filter_add(f, k, col, v);
	return r;
}

static int64_t wanted_rows(const struct plan_text *plan, sqlite3_value **argv)
{
	int64_t limit, offset = 0;

	if (!plan->limit_arg)
		return -1;
	limit = sqlite3_value_int64(argv[plan->limit_arg - 1]);
	if (plan->offset_arg)
		offset = sqlite3_value_int64(argv[plan->offset_arg - 1]);
	if (limit < 0 || limit > INT64_MAX / 4 || offset > INT64_MAX / 4)
		return -1;
	return limit + (offset > 0 ? offset : 0);
}

static int start_scan(struct vtab *t, struct cursor *c, const char *text,
                      const struct plan_text *plan, struct filter *f, struct err *err)
{
	struct conn *conn = t->env->conn;
	struct scan_spec spec = { .table = t->env->table,
		                  .endpoint = plan->endpoint,
		                  .keys = f->keys,
		                  .n_keys = plan->n_keys,
		                  .used = plan->used,
		                  .max_rows = f->max_rows,
		                  .joined = plan->n_keys && conn->n_cursors > 1,
		                  .desk = catalog_desk(conn->catalog) };

	if (conn->dry) {
		buf_printf(conn->reached, "%s\n", text);
		return describe_scan(conn, &spec, plan, err);
	}
	if (plan->given)
		return given_open(conn->changing->procedure, &spec, &c->rows, err);
	if (!plan->endpoint)
		return system_open(conn, t->env->table, &c->rows, err);
	if (!conn->client)
		return err_set(err, -ENETDOWN,
		               "there is no connection to a site: set URL");
	return ahead_open(conn, text, &spec, &c->rows, err);
}

int cursor_filter(sqlite3_vtab_cursor *base, int idx_num, const char *idx_str, int argc,
                  sqlite3_value **argv)
{
	struct cursor *c = container_of(base, struct cursor, base);
	struct vtab *t = container_of(base->pVtab, struct vtab, base);
	struct plan_text plan;
	struct filter f = { .max_rows = -1 };
	struct err err = { 0 };
	int r;

	(void)idx_num;
	(void)argc;
	leave_rows(base->pVtab, c);
	map_free(c->twins);
	c->twins = NULL;
	c->eof = true;
	c->n = c->numbered = 0;
	r = plan_parse(t->env->table, idx_str, &plan, &err);
	if (!r && t->env->conn->changing)
		r = changing_check(t->env->conn->changing, t->env->table, &plan, &err);
	if (r < 0)
		return vtab_fail(t, &err);
	c->is_named = plan.given;
	memcpy(c->used, plan.used, sizeof(c->used));
	memset(c->given, 0, sizeof(c->given));
	f.max_rows = wanted_rows(&plan, argv);
	for (size_t i = 0; i < plan.n_keys && !r; i++) {
		f.keys[i].column = plan.keys[i].column;
		c->given[plan.keys[i].column] = true;
		r = filter_key(&f, &f.keys[i],
		               &t->env->table->columns[plan.keys[i].column],
		               plan.keys[i].list, argv[plan.keys[i].arg - 1]);
		if (r == -E2BIG)
			err_set(&err, -EINVAL, "more than %d values in one IN list",
			        MAX_LIST_VALUES);
		else if (r < 0)
			err_nomem(&err);
	}
	if (!r)
		r = start_scan(t, c, idx_str, &plan, &f, &err);
	filter_clear(&f, plan.n_keys);
	if (r < 0)
		return vtab_fail(t, &err);
	return c->rows ? cursor_next(base) : SQLITE_OK;
}

/* The name under id/: the id columns' values, each escaped, joined by commas. */
static void remember(struct vtab *t, struct cursor *c)
{
	const struct table *table = t->env->table;
	struct buf id = BUF_INIT(4096);
	struct value v = VALUE_NULL_INIT;
	struct span label = SPAN("");

	for (size_t i = 0; table->id && table->id[i]; i++) {
		int column = table_column(table, span_of(table->id[i]));

		c->rows->ops->get(c->rows, (size_t)column, &v);
		if (v.type != VALUE_TEXT) {
			buf_clear(&id);
			return;
		}
		if (i)
			buf_putc(&id, ',');
		if (table->id[1])
			utf8_to_name(&id, v.s);
		else
			buf_span(&id, v.s);
	}
	if (table->label) {
		c->rows->ops->get(c->rows,
		                  (size_t)table_column(table, span_of(table->label)), &v);
		if (v.type == VALUE_TEXT)
			label = v.s;
	}
	if (id.len && !buf_status(&id))
		catalog_saw(t->env->conn->catalog, table, buf_view(&id), label);
	buf_clear(&id);
}

int cursor_next(sqlite3_vtab_cursor *base)
{
	struct cursor *c = container_of(base, struct cursor, base);
	struct vtab *t = container_of(base->pVtab, struct vtab, base);
	struct err err = { 0 };
	int r = c->rows->ops->next(c->rows, &err);

	if (r < 0)
		return vtab_fail(t, &err);
	c->eof = !r;
	/* of a row that nobody has read there is nothing to learn */
	if (c->is_named) {
		c->n += r;
		return SQLITE_OK;
	}
	if (r && t->env->table->kind != TABLE_SYSTEM)
		ahead_outer(t->env->conn, t->env->table, c->rows);
	if (r && c->n++ < REMEMBERED_ROWS)
		remember(t, c);
	return SQLITE_OK;
}

int cursor_eof(sqlite3_vtab_cursor *base)
{
	return container_of(base, struct cursor, base)->eof;
}

static void result_text(sqlite3_context *ctx, struct span s)
{
	sqlite3_result_text64(ctx, s.p, s.n, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/*
 * Only the site can decide a condition on such a column, and this scan did not hand one
 * over: the statement would take it for false.  SELECT * and views ask without a
 * condition, when the column is listed.
 */
static bool is_unknown(const struct vtab *t, struct cursor *c, int column)
{
	const struct table *table = t->env->table;
	unsigned flags = table->columns[column].flags;
	struct conn *conn = t->env->conn;

	if (c->given[column] || !(flags & (COLUMN_PSEUDO | COLUMN_SERVER)))
		return false;
	if (flags & COLUMN_PSEUDO && !conn->hands_on &&
	    !catalog_is_listed(conn->catalog, table, (size_t)column))
		return true;
	if (!c->compared[column])
		c->compared[column] =
			compares(conn, table->columns[column].name, flags & COLUMN_SERVER)
				? 2
				: 1;
	return c->compared[column] == 2;
}

int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int column)
{
	struct cursor *c = container_of(base, struct cursor, base);
	struct vtab *t = container_of(base->pVtab, struct vtab, base);
	struct err err = { 0 };
	struct value v;

	/* Of a row that is changed only the new values matter; the rest is kept. */
	if (sqlite3_vtab_nochange(ctx))
		return SQLITE_OK;
	if ((size_t)column >= c->rows->n_columns) {
		sqlite3_result_error(ctx, "a column that can only be written is not read",
		                     -1);
		return SQLITE_ERROR;
	}
	if (is_unknown(t, c, column)) {
		err_set(&err, -EINVAL,
		        "%s of %s is known to the site only: compare it with = or IN, "
		        "and "
		        "in place of an OR unite two SELECTs with UNION",
		        t->env->table->columns[column].name, t->env->table->name);
		sqlite3_result_error(ctx, err.msg, -1);
		return SQLITE_ERROR;
	}
	c->rows->ops->get(c->rows, (size_t)column, &v);
	switch (v.type) {
	case VALUE_NULL:
		sqlite3_result_null(ctx);
		break;
	case VALUE_BOOL:
		result_text(ctx, v.b ? SPAN("1") : SPAN("0"));
		break;
	case VALUE_INT:
		sqlite3_result_int64(ctx, v.i);
		break;
	case VALUE_REAL:
		sqlite3_result_double(ctx, v.r);
		break;
	case VALUE_TIME:
		buf_reset(&c->text);
		clock_format(&c->text, v.i, catalog_utc(t->env->conn->catalog));
		result_text(ctx, buf_view(&c->text));
		break;
	case VALUE_TEXT:
	case VALUE_JSON:
		result_text(ctx, v.s);
		break;
	}
	return SQLITE_OK;
}

/*
 * What the statement sees of the row, so that no two that differ look alike; but for what
 * it has only by the condition that this scan handed over.
 */
static void put_row(struct cursor *c, const struct table *t, struct buf *out)
{
	for (size_t i = 0; t->columns[i].name && i < PLAN_MAX_COLUMNS; i++) {
		struct value v = VALUE_NULL_INIT;

		if (!c->used[i] || t->columns[i].flags & COLUMN_PSEUDO)
			continue;
		c->rows->ops->get(c->rows, i, &v);
		buf_putc(out, (char)('0' + v.type));
		switch (v.type) {
		case VALUE_NULL:
			break;
		case VALUE_BOOL:
			buf_putc(out, v.b ? '1' : '0');
			break;
		case VALUE_INT:
		case VALUE_TIME:
			buf_add(out, (const char *)&v.i, sizeof(v.i));
			break;
		case VALUE_REAL:
			buf_add(out, (const char *)&v.r, sizeof(v.r));
			break;
		case VALUE_TEXT:
		case VALUE_JSON:
			buf_add(out, (const char *)&v.s.n, sizeof(v.s.n));
			buf_span(out, v.s);
			break;
		}
	}
}

/*
 * A number that tells the row from others and is the same when another scan brings
 * it: SQLite asks for it where an OR reads the table several times.  Rows that look
 * the same are counted; each scan brings as many of them.
 */
static int number_row(struct cursor *c, const struct table *t, sqlite3_int64 *ret)
{
	uint64_t hash, n;
	struct span key = { (const char *)&hash, sizeof(hash) };

	if (!c->twins)
		c->twins = map_new();
	if (!c->twins)
		return -ENOMEM;
	buf_reset(&c->text);
	put_row(c, t, &c->text);
	hash = map_hash(buf_view(&c->text));
	n = (uint64_t)(uintptr_t)map_get(c->twins, key) + 1;
	if (map_put(c->twins, key, (void *)(uintptr_t)n, NULL))
		return -ENOMEM;
	buf_add(&c->text, (const char *)&n, sizeof(n));
	*ret = (sqlite3_int64)(map_hash(buf_view(&c->text)) >> 1);
	return buf_status(&c->text);
}

int cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret)
{
	struct cursor *c = container_of(base, struct cursor, base);
	struct vtab *t = container_of(base->pVtab, struct vtab, base);
	struct changing *changing = t->env->conn->changing;
	struct err err = { 0 };
	int r = 0;

	if (c->numbered != c->n) {
		r = number_row(c, t->env->table, &c->rowid);
		if (r < 0)
			err_nomem(&err);
		else if (changing)
			r = changing_keep(changing, t->env->table, c->rows, &c->rowid,
			                  &err);
		if (r < 0)
			return vtab_fail(t, &err);
		c->numbered = c->n;
	}
	*ret = c->rowid;
	return SQLITE_OK;
}
