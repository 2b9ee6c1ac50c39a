/* SPDX-License-Identifier: MIT */
#include "query/engine.h"

#include "base/arena.h"
#include "base/sync.h"
#include "query/ahead_i.h"
#include "query/describe_i.h"
#include "query/engine_i.h"
#include "query/views_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Connections kept for the next statement; more are made and closed as needed. */
#define MAX_IDLE 8
#define NAME_MAX_BYTES (2u << 20) /* a column may be called like its expression */
#define NAMES_MAX_BYTES (16u << 20)

struct statement {
	struct rowset base;
	struct engine *engine;
	struct conn *conn;
	sqlite3_stmt *stmt;
	const char **names;
	struct arena made; /* names that are not SQLite's */
	enum value_type *types;
	uint64_t left; /* rows until MaxRows */
	bool limited;
};

int engine_new(const struct engine_config *cfg, struct engine **ret, struct err *err)
{
	struct engine *e = calloc(1, sizeof(*e));

	if (!e)
		return err_nomem(err);
	e->cfg = *cfg;
	pthread_mutex_init(&e->lock, NULL);
	e->tables = view_tables_new();
	if (!e->tables) {
		engine_free(e);
		return err_nomem(err);
	}
	*ret = e;
	return 0;
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	while (e->idle) {
		struct conn *c = e->idle;

		e->idle = c->next;
		conn_close(c);
	}
	view_tables_free(e->tables);
	pthread_mutex_destroy(&e->lock);
	free(e);
}

static struct conn *take_idle(struct engine *e)
{
	struct conn *c;
	LOCK_SCOPE(&e->lock);

	c = e->idle;
	if (c) {
		e->idle = c->next;
		e->n_idle--;
	}
	return c;
}

/* One that was made before the tables or views changed does not know the new ones. */
static bool is_stale(const struct engine *e, const struct conn *c,
                     const struct view_list *views)
{
	return c->version != catalog_version(e->cfg.catalog) ||
	       (views && c->views->version != views->version);
}

int engine_borrow(struct engine *e, struct conn **ret, struct err *err)
{
	cleanup_(view_list_unrefp) struct view_list *views = NULL;
	cleanup_(conn_closep) struct conn *c = NULL;
	int r = e->cfg.views ? userviews_list(e->cfg.views, &views, err) : 0;

	if (r)
		return r;
	while ((c = take_idle(e)) && is_stale(e, c, views))
		conn_close(c);
	if (!c)
		r = conn_open(e->cfg.catalog, e->cfg.client, &c, err);
	if (!r && views && !c->views)
		r = views_attach(c, take_ptr(views), e->cfg.views_schema, err);
	if (!r)
		*ret = take_ptr(c);
	return r;
}

void engine_give_back(struct engine *e, struct conn *c)
{
	ahead_clear(c);
	c->run = NULL;
	c->n_cursors = 0;
	free(c->sql);
	c->sql = NULL;
	c->dry = NULL;
	c->err = (struct err){ 0 };
	{
		LOCK_SCOPE(&e->lock);
		if (e->n_idle < MAX_IDLE) {
			c->next = e->idle;
			e->idle = c;
			e->n_idle++;
			return;
		}
	}
	conn_close(c);
}

static int bind_all(sqlite3_stmt *stmt, const struct value *params, size_t n)
{
	int rc = SQLITE_OK;

	for (int i = 0; i < (int)n && rc == SQLITE_OK; i++) {
		const struct value *v = &params[i];

		switch (v->type) {
		case VALUE_NULL:
			rc = sqlite3_bind_null(stmt, i + 1);
			break;
		case VALUE_BOOL:
			rc = sqlite3_bind_text(stmt, i + 1, v->b ? "1" : "0", 1,
			                       SQLITE_STATIC);
			break;
		case VALUE_INT:
		case VALUE_TIME:
			rc = sqlite3_bind_int64(stmt, i + 1, v->i);
			break;
		case VALUE_REAL:
			rc = sqlite3_bind_double(stmt, i + 1, v->r);
			break;
		case VALUE_TEXT:
		case VALUE_JSON:
			rc = sqlite3_bind_text64(stmt, i + 1, v->s.n ? v->s.p : "",
			                         v->s.n, SQLITE_TRANSIENT, SQLITE_UTF8);
			break;
		}
	}
	return rc;
}

int engine_bind(sqlite3_stmt *stmt, const struct value *params, size_t n, struct err *err)
{
	int rc = bind_all(stmt, params, n);

	if (rc == SQLITE_OK)
		return 0;
	if (rc == SQLITE_NOMEM)
		return err_nomem(err);
	return err_set(err, -EINVAL, "the statement has %d parameters, %zu are given",
	               sqlite3_bind_parameter_count(stmt), n);
}

static bool only_blank(const char *s)
{
	return !s[strspn(s, " \t\r\n;")];
}

int engine_prepare(struct conn *c, const char *sql, sqlite3_stmt **ret, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	const char *tail;
	int rc;

	c->hands_on = false;
	free(c->sql);
	c->sql = str_dup(sql);
	if (!c->sql)
		return err_nomem(err);
	rc = sqlite3_prepare_v2(c->db, sql, -1, &stmt, &tail);
	if (rc != SQLITE_OK)
		return conn_error(c, rc, err);
	if (!stmt)
		return err_set(err, -EINVAL, "the statement is empty");
	if (!only_blank(tail)) {
		sqlite3_finalize(stmt);
		return err_set(err, -EINVAL, "only one statement at a time");
	}
	*ret = stmt;
	return 0;
}

/* How: EXPLAIN or EXPLAIN QUERY PLAN; of what was prepared already they read nothing. */
static int prepare_explained(struct conn *c, const char *how, const char *sql,
                             sqlite3_stmt **ret, struct err *err)
{
	cleanup_free_ char *text = str_printf("%s %s", how, sql);

	return text ? engine_prepare(c, text, ret, err) : err_nomem(err);
}

/* Does the statement's program aggregate?  Then MaxRows does not apply. */
static int aggregates(struct conn *c, const char *sql, bool *ret, struct err *err)
{
	sqlite3_stmt *stmt;
	int r = prepare_explained(c, "EXPLAIN", sql, &stmt, err);

	if (r < 0)
		return r;
	*ret = false;
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *op = (const char *)sqlite3_column_text(stmt, 1);

		if (op && str_starts(op, "AggStep"))
			*ret = true;
	}
	sqlite3_finalize(stmt);
	return 0;
}

static int statement_next(struct rowset *rs, struct err *err)
{
	struct statement *s = container_of(rs, struct statement, base);
	int rc = sqlite3_step(s->stmt);

	if (rc == SQLITE_DONE)
		return 0;
	if (rc != SQLITE_ROW)
		return conn_error(s->conn, rc, err);
	if (s->limited && !s->left--) {
		s->left = 0;
		atomic_store(&s->conn->run->cut, true);
		return 0;
	}
	return 1;
}

static void statement_get(struct rowset *rs, size_t column, struct value *ret)
{
	struct statement *s = container_of(rs, struct statement, base);
	/* The connection is this thread's for now, which makes the value good to read. */
	sqlite3_value *v = sqlite3_column_value(s->stmt, (int)column);
	const char *p;
	bool truth;

	switch (sqlite3_value_type(v)) {
	case SQLITE_NULL:
		*ret = VALUE_NULL_INIT;
		return;
	case SQLITE_INTEGER:
		*ret = value_int(sqlite3_value_int64(v));
		return;
	case SQLITE_FLOAT:
		*ret = (struct value){ .type = VALUE_REAL, .r = sqlite3_value_double(v) };
		return;
	default:
		/* as text it would be copied once more, for a NUL at its end */
		p = sqlite3_value_blob(v);
		*ret = value_text((struct span){
			p ? p : "", p ? (size_t)sqlite3_value_bytes(v) : 0 });
	}
	if (s->types[column] == VALUE_JSON)
		ret->type = VALUE_JSON;
	if (s->types[column] == VALUE_BOOL && func_truth(ret->s, &truth))
		*ret = (struct value){ .type = VALUE_BOOL, .b = truth };
}

static void statement_close(struct rowset *rs)
{
	struct statement *s = container_of(rs, struct statement, base);

	sqlite3_finalize(s->stmt);
	if (s->conn)
		engine_give_back(s->engine, s->conn);
	free(s->names);
	free(s->types);
	arena_clear(&s->made);
	free(s);
}

static const struct rowset_ops statement_ops = { statement_next, statement_get,
	                                         statement_close };

static bool is_taken(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(names[i], name))
			return true;
	}
	return false;
}

/*
 * Two columns of one name are one to whoever reads a JSON object: the second is called
 * what SQLite calls it in a subquery, Id:1.
 */
static const char *unique_name(struct statement *s, size_t i, const char *name)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(NAME_MAX_BYTES);
	const char *plain = name;
	unsigned n = 0;

	for (size_t k = 0; k < i; k++)
		n += str_eq(sqlite3_column_name(s->stmt, (int)k), name);
	for (; name && is_taken(s->names, i, name); n++) {
		buf_reset(&b);
		buf_printf(&b, "%s:%u", plain, n);
		name = buf_status(&b) ? NULL : buf_str(&b);
	}
	return name && b.len ? arena_dup(&s->made, buf_view(&b)) : name;
}

static int read_columns(struct statement *s, struct err *err)
{
	size_t n = (size_t)sqlite3_column_count(s->stmt);

	s->names = calloc(n + 1, sizeof(char *));
	s->types = calloc(n + 1, sizeof(*s->types));
	if (!s->names || !s->types)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		const char *decl = sqlite3_column_decltype(s->stmt, (int)i);

		s->names[i] = unique_name(s, i, sqlite3_column_name(s->stmt, (int)i));
		if (!s->names[i])
			return err_nomem(err);
		s->types[i] = str_eq(decl, DECL_BOOL)   ? VALUE_BOOL
		              : str_eq(decl, DECL_JSON) ? VALUE_JSON
		                                        : VALUE_TEXT;
	}
	s->base.names = s->names;
	s->base.n_columns = n;
	return 0;
}

int engine_select(struct engine *e, const char *sql, const struct value *params,
                  size_t n_params, bool allow_scan, struct run *run, struct rowset **ret,
                  struct err *err)
{
	cleanup_(rowset_closep) struct rowset *guard = NULL;
	struct statement *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_nomem(err);
	s->base.ops = &statement_ops;
	s->engine = e;
	s->made = ARENA_INIT(NAMES_MAX_BYTES);
	guard = &s->base;
	if (!run->max_calls && !allow_scan)
		run->max_calls = e->cfg.scan_guard;
	r = engine_borrow(e, &s->conn, err);
	if (r < 0)
		return r;
	s->conn->run = run;
	r = engine_prepare(s->conn, sql, &s->stmt, err);
	if (r < 0)
		return r;
	if (!sqlite3_column_count(s->stmt))
		return err_set(err, -EINVAL,
		               "the statement gives no rows: SELECT … is expected");
	r = engine_bind(s->stmt, params, n_params, err);
	if (r < 0)
		return r;
	if (e->cfg.max_rows) {
		bool grouped = false;

		r = aggregates(s->conn, sql, &grouped, err);
		if (r < 0)
			return r;
		s->limited = !grouped;
		s->left = e->cfg.max_rows;
	}
	r = read_columns(s, err);
	if (r < 0)
		return r;
	*ret = take_ptr(guard);
	return 0;
}

/* Cursors that a run without rows did not reach: the inner tables of a join. */
static int explain_unreached(struct conn *c, const char *sql, const struct buf *reached,
                             struct buf *out, struct err *err)
{
	static const char mark[] = "VIRTUAL TABLE INDEX 0:";
	sqlite3_stmt *stmt;
	int r = prepare_explained(c, "EXPLAIN QUERY PLAN", sql, &stmt, err);

	if (r < 0)
		return r;
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *detail = (const char *)sqlite3_column_text(stmt, 3);
		const char *plan = detail ? strstr(detail, mark) : NULL;

		if (plan && !strstr(buf_str(reached), plan + sizeof(mark) - 1))
			describe_plan(c, plan + sizeof(mark) - 1, out);
	}
	sqlite3_finalize(stmt);
	return 0;
}

static int explain(struct engine *e, const char *sql, const struct value *params,
                   size_t n_params, struct changing *changing, struct buf *out,
                   struct err *err)
{
	struct buf reached = BUF_INIT(1 << 20);
	struct run run = RUN_INIT;
	struct conn *c = NULL;
	sqlite3_stmt *stmt = NULL;
	int rc = SQLITE_DONE;
	int r = engine_borrow(e, &c, err);

	if (r < 0)
		return r;
	c->run = &run;
	c->dry = out;
	c->reached = &reached;
	c->changing = changing;
	r = engine_prepare(c, sql, &stmt, err);
	if (!r)
		r = engine_bind(stmt, params, n_params, err);
	while (!r && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		;
	if (!r && rc != SQLITE_DONE)
		r = conn_error(c, rc, err);
	sqlite3_finalize(stmt);
	if (!r)
		r = explain_unreached(c, sql, &reached, out, err);
	c->reached = NULL;
	c->changing = NULL;
	engine_give_back(e, c);
	buf_clear(&reached);
	return r;
}

int engine_explain(struct engine *e, const char *sql, const struct value *params,
                   size_t n_params, struct buf *out, struct err *err)
{
	int r = explain(e, sql, params, n_params, NULL, out, err);

	if (!r && !out->len)
		buf_puts(out, "no table of the site is read\n");
	return r;
}

int engine_explain_change(struct engine *e, const char *sql, struct changing *changing,
                          struct buf *out, struct err *err)
{
	return explain(e, sql, NULL, 0, changing, out, err);
}

void engine_set_offline(struct engine *e, bool offline)
{
	if (e->cfg.client)
		client_set_offline(e->cfg.client, offline);
}

bool engine_is_offline(const struct engine *e)
{
	return e->cfg.client && client_is_offline(e->cfg.client);
}
