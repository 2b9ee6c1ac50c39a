/* SPDX-License-Identifier: MIT */
/*
 * The views stand in a second, empty database in memory that is attached under
 * the name of their schema.  SQLite does not look at what a view reads before
 * it is used, and the tables of the model are there in every schema; so views
 * can be made in any order, and conditions reach the tables through them.
 */
#include "query/views.h"

#include "model/model.h"
#include "query/engine_i.h"
#include "query/views_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define QUERY_EXTRA_BYTES 1024 /* around a query */

/* ---------------------------------------------------------- on a connection */

/* The connection's own statements: the authorizer is told to let them. */
static int execute(struct conn *c, const char *sql)
{
	int rc;

	c->declaring = true;
	rc = sqlite3_exec(c->db, sql, NULL, NULL, NULL);
	c->declaring = false;
	return rc;
}

/* A second statement behind the query would be none of a view. */
static bool has_more(struct conn *c, const char *tail)
{
	sqlite3_stmt *stmt = NULL;
	bool more = sqlite3_prepare_v2(c->db, tail, -1, &stmt, NULL) != SQLITE_OK || stmt;

	sqlite3_finalize(stmt);
	return more;
}

static char *create(struct conn *c, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	const char *tail;
	char *fault = NULL;
	int rc;

	c->declaring = true;
	rc = sqlite3_prepare_v2(c->db, sql, -1, &stmt, &tail);
	c->declaring = false;
	if (rc == SQLITE_OK && has_more(c, tail))
		fault = str_dup("only one statement can be a view");
	else if (rc != SQLITE_OK || sqlite3_step(stmt) != SQLITE_DONE)
		fault = str_dup(sqlite3_errmsg(c->db));
	sqlite3_finalize(stmt);
	return fault;
}

/* Why SQLite does not take the view, or NULL. */
static char *create_view(struct conn *c, const struct user_view *v, const char *schema)
{
	struct buf sql = BUF_INIT(USERVIEWS_MAX_BYTES + QUERY_EXTRA_BYTES);
	struct span query = statement_trim(span_of(v->query));
	char *fault;

	if (v->problem)
		return str_dup(v->problem);
	if (!query.n)
		return str_dup("its query is empty");
	/* it would hide that table from every statement, its own included */
	if (catalog_table(c->catalog, span_of(v->name)) ||
	    model_any_table(span_of(v->name)))
		return str_dup("a table is called that; give the view another name");
	buf_printf(&sql, "CREATE VIEW \"%s\".\"%s\" AS ", schema, v->name);
	buf_span(&sql, query);
	fault = buf_status(&sql) ? str_dup("its query is too long")
	                         : create(c, buf_str(&sql));
	buf_clear(&sql);
	return fault;
}

int views_attach(struct conn *c, struct view_list *list, const char *schema,
                 struct err *err)
{
	cleanup_free_ char *attach = str_printf("ATTACH ':memory:' AS \"%s\"", schema);
	int rc;

	c->views = list;
	c->views_schema = schema;
	c->view_faults = calloc(list->n + 1, sizeof(*c->view_faults));
	if (!attach || !c->view_faults)
		return err_nomem(err);
	sqlite3_limit(c->db, SQLITE_LIMIT_ATTACHED, 1);
	rc = execute(c, attach);
	sqlite3_limit(c->db, SQLITE_LIMIT_ATTACHED, 0);
	if (rc != SQLITE_OK)
		return err_set(err, -EINVAL, "UserViewsSchemaName=%s: %s", schema,
		               sqlite3_errmsg(c->db));
	if (execute(c, "BEGIN") != SQLITE_OK)
		return err_nomem(err);
	for (size_t i = 0; i < list->n; i++)
		c->view_faults[i] = create_view(c, &list->p[i], schema);
	return execute(c, "COMMIT") == SQLITE_OK ? 0 : err_nomem(err);
}

void views_detach(struct conn *c)
{
	for (size_t i = 0; c->view_faults && i < c->views->n; i++)
		free(c->view_faults[i]);
	free(c->view_faults);
	view_list_unref(c->views);
	c->view_faults = NULL;
	c->views = NULL;
}

/* 0, or why the view itself is broken. */
static int check_fault(const struct conn *c, const struct user_view *v, struct err *err)
{
	const char *fault = v ? c->view_faults[v - c->views->p] : NULL;

	return fault ? err_set(err, -EINVAL, "%s.%s: %s", c->views_schema, v->name, fault)
	             : 0;
}

bool views_explain(struct conn *c, struct err *err)
{
	static const char prefix[] = "no such table: ";
	const char *message = sqlite3_errmsg(c->db);
	const struct user_view *v;
	const char *dot;

	if (!c->views || !str_starts(message, prefix))
		return false;
	message += sizeof(prefix) - 1;
	dot = strrchr(message, '.');
	v = view_list_find(c->views, span_of(dot ? dot + 1 : message));
	if (check_fault(c, v, err))
		return true;
	if (dot && !v && c->views->problem) {
		err_set(err, -EINVAL, "%s%s; %s", prefix, message, c->views->problem);
		return true;
	}
	return false;
}

int views_prepare(struct conn *c, const char *name, sqlite3_stmt **ret, struct err *err)
{
	cleanup_free_ char *sql =
		str_printf("SELECT * FROM \"%s\".\"%s\"", c->views_schema, name);
	int r = check_fault(c, view_list_find(c->views, span_of(name)), err);

	if (r)
		return r;
	if (!sql)
		return err_nomem(err);
	c->shaping = true;
	r = engine_prepare(c, sql, ret, err);
	c->shaping = false;
	return r;
}

struct userviews *engine_userviews(const struct engine *e)
{
	return e->cfg.views;
}

const char *engine_view_schema(const struct engine *e)
{
	return e->cfg.views_schema ? e->cfg.views_schema : "UserViews";
}

/* ------------------------------------------------------------------ changes */

/* Would SQLite take it, with all the others as they are? */
static int try_view(struct engine *e, struct span name, const char *query,
                    struct err *err)
{
	cleanup_(view_list_unrefp) struct view_list *now = NULL;
	cleanup_(conn_closep) struct conn *c = NULL;
	sqlite3_stmt *stmt = NULL;
	struct view_list *with;
	int r = userviews_list(e->cfg.views, &now, err);

	if (!r)
		r = conn_open(e->cfg.catalog, e->cfg.client, &c, err);
	if (r)
		return r;
	with = view_list_with(now, name, query);
	if (!with)
		return err_nomem(err);
	r = views_attach(c, with, e->cfg.views_schema, err);
	if (r)
		return r;
	r = views_prepare(c, with->p[with->n - 1].name, &stmt, err);
	sqlite3_finalize(stmt);
	return r;
}

int engine_view_change(struct engine *e, enum view_change change, struct span name,
                       struct span query, struct err *err)
{
	cleanup_free_ char *text = NULL;
	int r = 0;

	if (!e->cfg.views)
		return err_set(err, -EOPNOTSUPP, "there are no views here");
	if (change != VIEW_DROP && userviews_is_name(name)) {
		if (memchr(query.p, '\0', query.n))
			return err_set(err, -EINVAL, "the query has a NUL byte");
		text = span_dup(query);
		r = text ? try_view(e, name, text, err) : err_nomem(err);
	}
	return r ? r : userviews_change(e->cfg.views, change, name, query, err);
}

static int check_schema(const struct engine *e, const struct command *c, struct err *err)
{
	if (!c->schema || (e->cfg.views && str_ieq(c->schema, e->cfg.views_schema)))
		return 0;
	return err_set(err, -EINVAL, "views of your own are in the schema %s, not in %s",
	               engine_view_schema(e), c->schema);
}

int engine_command(struct engine *e, const struct command *c, struct err *err)
{
	static const enum view_change changes[] = {
		[STATEMENT_CREATE_VIEW] = VIEW_CREATE,
		[STATEMENT_ALTER_VIEW] = VIEW_ALTER,
		[STATEMENT_DROP_VIEW] = VIEW_DROP,
	};
	int r = check_schema(e, c, err);

	return r ? r
	         : engine_view_change(e, changes[c->kind], span_of(c->name), c->query,
	                              err);
}

int engine_command_explain(struct engine *e, const struct command *c, struct buf *out,
                           struct err *err)
{
	static const char *const verbs[] = {
		[STATEMENT_CREATE_VIEW] = "is added to",
		[STATEMENT_ALTER_VIEW] = "is changed in",
		[STATEMENT_DROP_VIEW] = "is taken out of",
	};
	cleanup_free_ char *query = NULL;
	int r = check_schema(e, c, err);

	if (r || !e->cfg.views)
		return r ? r : err_set(err, -EOPNOTSUPP, "there are no views here");
	buf_printf(out, "%s.%s %s %s\n", e->cfg.views_schema, c->name, verbs[c->kind],
	           userviews_path(e->cfg.views));
	if (c->kind == STATEMENT_DROP_VIEW)
		return 0;
	query = span_dup(c->query);
	return query ? engine_explain(e, query, NULL, 0, out, err) : err_nomem(err);
}
