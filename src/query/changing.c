/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/utf8.h"
#include "proc/input.h"
#include "query/calling_i.h"
#include "query/changing_i.h"
#include "query/given_i.h"
#include "query/vtab_i.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW_MAX_BYTES INPUT_MAX_BYTES

void changing_clear(struct changing *c)
{
	calling_free(c->calling);
	map_free(c->numbers);
	arena_clear(&c->arena);
	free(c->rows);
}

/* ------------------------------------------------------------ what is allowed */

static const struct procedure *procedure_of(const struct table *t,
                                            enum changing_kind kind)
{
	switch (kind) {
	case CHANGING_NOTHING:
		break;
	case CHANGING_INSERT:
		return t->insert;
	case CHANGING_UPDATE:
		return t->update;
	case CHANGING_DELETE:
		return t->remove;
	}
	return NULL;
}

static void put_statements(const struct table *t, struct buf *out)
{
	const char *before = "";

	if (t->insert) {
		buf_puts(out, "INSERT");
		before = ", ";
	}
	if (t->update) {
		buf_printf(out, "%sUPDATE", before);
		before = ", ";
	}
	if (t->remove)
		buf_printf(out, "%sDELETE", before);
}

static int refuse_table(struct conn *conn, const struct table *t, const char *name,
                        struct err *err)
{
	struct buf list = BUF_INIT(1000);
	int r;

	if (t && table_is_writable(t)) {
		put_statements(t, &list);
		r = err_set(err, -EROFS, "%s takes only %s", t->name, buf_str(&list));
	} else {
		for (size_t i = 0; (t = catalog_table_at(conn->catalog, i)); i++) {
			if (table_is_writable(t))
				buf_printf(&list, "%s%s", list.len ? ", " : "", t->name);
		}
		r = err_set(err, -EROFS, "%.60s cannot be written; these can: %s", name,
		            buf_str(&list));
	}
	buf_clear(&list);
	return r;
}

/* Is the parameter what a row is found by, not what is set? */
static bool finds_row(const struct table *t, const struct param *p)
{
	int i = table_column(t, span_of(p->name));

	return i >= 0 && t->columns[i].flags & (COLUMN_KEY | COLUMN_READONLY);
}

static int refuse_column(const struct table *t, const char *column, struct err *err)
{
	struct buf list = BUF_INIT(300);
	int r;

	for (const struct param *p = t->update->in; p->name; p++) {
		if (!finds_row(t, p))
			buf_printf(&list, "%s%s", list.len ? ", " : "", p->name);
	}
	r = err_set(err, -EROFS, "%.60s of %s cannot be set; only %s can", column,
	            t->name, buf_str(&list));
	buf_clear(&list);
	return r;
}

int changing_allow(struct conn *conn, enum changing_kind kind, const char *table,
                   const char *column, struct err *err)
{
	const struct table *t = catalog_table(conn->catalog, span_of(table));
	struct changing *c = conn->changing;
	const struct procedure *p = t ? procedure_of(t, kind) : NULL;
	const struct param *in;

	if (!p)
		return refuse_table(conn, t, table, err);
	if (kind == CHANGING_UPDATE && column) {
		in = param_find(p->in, span_of(column));
		if (!in || finds_row(t, in))
			return refuse_column(t, column, err);
	}
	c->kind = kind;
	c->table = t;
	c->procedure = p;
	return 0;
}

static bool needs_rows(const struct changing *c, const struct table *t)
{
	return c->table == t &&
	       (c->kind == CHANGING_UPDATE || c->kind == CHANGING_DELETE);
}

/* Is the column compared, with one of these operators? */
static bool is_compared(const struct plan_input *in, int column, unsigned ops)
{
	for (size_t i = 0; i < in->n_constraints; i++) {
		if (in->constraints[i].column == column && in->constraints[i].op & ops)
			return true;
	}
	return false;
}

/* Is the word of the address that the parameter fills filled by another column? */
static bool is_filled(const struct procedure *p, size_t param,
                      const struct plan_input *in, const bool *used)
{
	const char *path = p->in[param].path;

	for (size_t i = 0; path && path[0] == '{' && p->in[i].name; i++) {
		int column = table_column(in->table, span_of(p->in[i].name));

		if (i != param && column >= 0 && str_eq(p->in[i].path, path) &&
		    (is_compared(in, column, OP_EQ | OP_IN) ||
		     (i < param && used[column])))
			return true;
	}
	return false;
}

bool changing_names(const struct changing *c, const struct plan_input *in,
                    struct plan *ret)
{
	return c->table == in->table && c->kind == CHANGING_DELETE &&
	       given_plan(c->procedure, in, ret);
}

void changing_use(const struct changing *c, const struct plan_input *in, bool *used)
{
	for (size_t i = 0; needs_rows(c, in->table) && c->procedure->in[i].name; i++) {
		int column = table_column(in->table, span_of(c->procedure->in[i].name));

		if (column < 0 || column >= PLAN_MAX_COLUMNS)
			continue;
		/* SQLite says of an UPDATE that it uses all columns; what tells the row a
		 * second time may take a call to know. */
		if (c->kind == CHANGING_UPDATE)
			used[column] = is_compared(in, column, ~0u);
		used[column] = used[column] || !is_filled(c->procedure, i, in, used);
	}
}

int changing_check(const struct changing *c, const struct table *t,
                   const struct plan_text *plan, struct err *err)
{
	if (!needs_rows(c, t) || plan->n_keys || plan->here.n)
		return 0;
	return err_set(
		err, -EINVAL,
		"that would %s all of %s: add a condition that compares one of its "
		"columns",
		c->kind == CHANGING_DELETE ? "delete" : "change", t->name);
}

/* -------------------------------------------------------------- rows that were read */

/* As the procedure takes it; NULL: nothing there, or out of memory (*ret_failed). */
static const char *text_of(struct changing *c, const struct value *v, bool *ret_failed)
{
	char number[32];
	const char *p = NULL;

	switch (v->type) {
	case VALUE_NULL:
	case VALUE_REAL:
	case VALUE_TIME:
		return NULL;
	case VALUE_BOOL:
		return v->b ? "true" : "false";
	case VALUE_INT:
		snprintf(number, sizeof(number), "%lld", (long long)v->i);
		p = arena_dup(&c->arena, span_of(number));
		break;
	case VALUE_TEXT:
	case VALUE_JSON:
		p = arena_dup(&c->arena, v->s);
		break;
	}
	*ret_failed = *ret_failed || !p;
	return p;
}

static size_t n_params(const struct procedure *p)
{
	size_t n = 0;

	while (p->in[n].name)
		n++;
	return n;
}

static int keep_row(struct changing *c, const struct table *t, struct rowset *rows,
                    struct err *err)
{
	const char **row =
		arena_alloc(&c->arena, (n_params(c->procedure) + 1) * sizeof(*row));
	bool failed = !row;

	if (!failed && c->n_rows == c->cap_rows) {
		size_t cap = c->cap_rows ? c->cap_rows * 2 : 64;
		const char ***p = reallocarray(c->rows, cap, sizeof(*p));

		failed = !p;
		c->rows = p ? p : c->rows;
		c->cap_rows = p ? cap : c->cap_rows;
	}
	for (size_t i = 0; !failed && c->procedure->in[i].name; i++) {
		int column = table_column(t, span_of(c->procedure->in[i].name));
		struct value v = VALUE_NULL_INIT;

		if (column >= 0)
			rows->ops->get(rows, (size_t)column, &v);
		row[i] = text_of(c, &v, &failed);
	}
	if (failed)
		return err_set(err, -EFBIG, "too many rows for one statement");
	c->rows[c->n_rows++] = row;
	return 0;
}

int changing_keep(struct changing *c, const struct table *t, struct rowset *rows,
                  sqlite3_int64 *rowid, struct err *err)
{
	struct span key = { (const char *)rowid, sizeof(*rowid) };
	uintptr_t number;
	int r;

	if (!needs_rows(c, t))
		return 0;
	if (!c->numbers)
		c->numbers = map_new();
	if (!c->numbers)
		return err_nomem(err);
	number = (uintptr_t)map_get(c->numbers, key);
	if (!number) {
		r = keep_row(c, t, rows, err);
		number = c->n_rows;
		if (!r && map_put(c->numbers, key, (void *)number, NULL))
			r = err_nomem(err);
		if (r < 0)
			return r;
	}
	*rowid = (sqlite3_int64)number;
	return 0;
}

/* ----------------------------------------------------------------------- calls */

struct object {
	struct buf *out;
	const char *before;
};

static void put_member(struct object *o, const char *name, struct span text)
{
	buf_puts(o->out, o->before);
	utf8_to_json(o->out, span_of(name));
	buf_putc(o->out, ':');
	utf8_to_json(o->out, text);
	o->before = ",";
}

/* Of several parameters for one word of the address the first will do. */
static bool is_doubled(const struct procedure *p, const char *const *row, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (row[j] && p->in[i].path && p->in[i].path[0] == '{' &&
		    str_eq(p->in[i].path, p->in[j].path))
			return true;
	}
	return false;
}

static void put_row(const struct changing *c, const char *const *row, struct object *o)
{
	for (size_t i = 0; c->procedure->in[i].name; i++) {
		if (row[i] && !is_doubled(c->procedure, row, i) &&
		    (c->kind == CHANGING_DELETE ||
		     finds_row(c->table, &c->procedure->in[i])))
			put_member(o, c->procedure->in[i].name, span_of(row[i]));
	}
}

static const char *column_name(const struct table *t, size_t i)
{
	size_t n = table_n_columns(t);

	return i < n ? t->columns[i].name : vtab_extra(t, i - n)->name;
}

/* What an INSERT gives, or an UPDATE sets. */
static int put_values(const struct changing *c, int n, sqlite3_value **values,
                      struct object *o, struct err *err)
{
	for (int i = 0; i < n; i++) {
		const char *name = column_name(c->table, (size_t)i);
		struct span text;

		if (sqlite3_value_nochange(values[i]) ||
		    sqlite3_value_type(values[i]) == SQLITE_NULL)
			continue;
		if (sqlite3_value_type(values[i]) == SQLITE_BLOB)
			return err_set(err, -EINVAL, "%s cannot be a blob", name);
		text.p = (const char *)sqlite3_value_text(values[i]);
		if (!text.p)
			return err_nomem(err);
		text.n = (size_t)sqlite3_value_bytes(values[i]);
		if (memchr(text.p, '\0', text.n) || !utf8_valid(text))
			return err_set(err, -EINVAL, "%s holds a byte that is no text",
			               name);
		put_member(o, name, text);
	}
	return 0;
}

static int print_call(struct changing *c, int argc, sqlite3_value **argv, struct buf *out,
                      struct err *err)
{
	struct object o = { out, "{" };
	int r = 0;

	if (c->kind != CHANGING_INSERT) {
		sqlite3_int64 number = sqlite3_value_int64(argv[0]);

		if (number < 1 || (size_t)number > c->n_rows)
			return err_set(err, -EINVAL, "a row of %s has no number",
			               c->table->name);
		put_row(c, c->rows[number - 1], &o);
	}
	if (argc > 2)
		r = put_values(c, argc - 2, argv + 2, &o, err);
	buf_puts(out, o.before[0] == '{' ? "{}" : "}");
	return !r && buf_status(out) ? err_set(err, buf_status(out),
	                                       "a row of %s is too large", c->table->name)
	                             : r;
}

/* Who writes rows out one by one expects none behind one that fails. */
static bool is_in_turn(const struct changing *c)
{
	return c->kind == CHANGING_INSERT && statement_is_values(c->change->sql);
}

int changing_update(sqlite3_vtab *base, int argc, sqlite3_value **argv,
                    sqlite3_int64 *ret_rowid)
{
	struct vtab *t = container_of(base, struct vtab, base);
	struct conn *conn = t->env->conn;
	struct changing *c = conn->changing;
	struct buf json = BUF_INIT(ROW_MAX_BYTES);
	struct err err = { 0 };
	int r;

	if (!c || c->table != t->env->table) {
		err_set(&err, -EROFS, "the statement cannot change %s",
		        t->env->table->name);
		return vtab_fail(t, &err);
	}
	if (conn->dry)
		return SQLITE_OK;
	r = print_call(c, argc, argv, &json, &err);
	if (!r && !c->calling)
		r = calling_new(conn, c->change, c->procedure, is_in_turn(c), &c->calling,
		                &err);
	if (!r)
		r = calling_add(c->calling, buf_view(&json), &err);
	buf_clear(&json);
	if (r < 0)
		return vtab_fail(t, &err);
	*ret_rowid = (sqlite3_int64)++c->n_rows_given;
	return SQLITE_OK;
}

int changing_finish(struct changing *c, int code, struct err *err)
{
	return c->calling ? calling_end(c->calling, code, err) : code;
}
