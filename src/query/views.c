/* SPDX-License-Identifier: MIT */
/*
 * The views stand in a second, empty database in memory that is attached under
 * the name of their schema.  SQLite does not look at what a view reads before
 * it is used, and the tables of the model are there in every schema; so views
 * can be made in any order, and conditions reach the tables through them.
 */
#include "query/views.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/sync.h"
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

/* ------------------------------------------------------------------- tables */

/* As many different views may be seen until the program ends; a table is never
 * freed before, because nobody counts who uses it. */
#define TABLES_MAX_BYTES (64u << 20)
#define TABLE_KEY_BYTES (1u << 20)

struct named {
	uint64_t version; /* of the views … */
	unsigned catalog; /* … and of the tables, when it was right */
	struct table *table;
};

struct view_tables {
	pthread_mutex_t lock;
	struct arena arena;     /* lock; holds all that the maps lead to */
	struct map *by_name;    /* lock; struct named */
	struct map *by_columns; /* lock; struct table */
};

static const struct endpoint no_endpoints[] = { { 0 } };

struct view_tables *view_tables_new(void)
{
	struct view_tables *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	pthread_mutex_init(&t->lock, NULL);
	t->arena = ARENA_INIT(TABLES_MAX_BYTES);
	t->by_name = map_new();
	t->by_columns = map_new();
	if (t->by_name && t->by_columns)
		return t;
	view_tables_free(t);
	return NULL;
}

void view_tables_free(struct view_tables *t)
{
	if (!t)
		return;
	map_free(t->by_name);
	map_free(t->by_columns);
	arena_clear(&t->arena);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

enum value_type views_type(const char *declared)
{
	return !declared                     ? VALUE_NULL
	       : str_eq(declared, DECL_BOOL) ? VALUE_BOOL
	       : str_eq(declared, DECL_TIME) ? VALUE_TIME
	       : str_eq(declared, DECL_JSON) ? VALUE_JSON
	       : str_eq(declared, "INTEGER") ? VALUE_INT
	       : str_eq(declared, "REAL")    ? VALUE_REAL
	                                     : VALUE_TEXT;
}

/* Name and columns in one text; stmt NULL: no columns. */
static void put_key(struct buf *key, const char *name, sqlite3_stmt *stmt)
{
	buf_add(key, name, strlen(name) + 1);
	for (int i = 0; stmt && i < sqlite3_column_count(stmt); i++) {
		const char *column = sqlite3_column_name(stmt, i);

		buf_printf(key, "%d", (int)views_type(sqlite3_column_decltype(stmt, i)));
		if (column)
			buf_add(key, column, strlen(column) + 1);
	}
}

static struct column *make_columns(struct arena *a, sqlite3_stmt *stmt)
{
	size_t n = stmt ? (size_t)sqlite3_column_count(stmt) : 0;
	struct column *columns = arena_alloc(a, (n + 1) * sizeof(*columns));

	for (size_t i = 0; columns && i < n; i++) {
		const char *name = sqlite3_column_name(stmt, (int)i);

		columns[i].name = name ? arena_dup(a, span_of(name)) : NULL;
		columns[i].type = views_type(sqlite3_column_decltype(stmt, (int)i));
		columns[i].doc = "";
		if (!columns[i].name)
			return NULL;
	}
	return columns;
}

/* Under the lock. */
static struct table *make_table(struct view_tables *t, const struct conn *c,
                                const char *name, sqlite3_stmt *stmt)
{
	struct table *table = arena_alloc(&t->arena, sizeof(*table));

	if (!table)
		return NULL;
	table->name = arena_dup(&t->arena, span_of(name));
	table->schema = arena_dup(&t->arena, span_of(c->views_schema));
	table->kind = TABLE_USER_VIEW;
	table->doc = "A view of your own.";
	table->columns = make_columns(&t->arena, stmt);
	table->endpoints = no_endpoints;
	return table->name && table->schema && table->columns ? table : NULL;
}

static int remember(struct view_tables *t, const struct conn *c, const char *name,
                    sqlite3_stmt *stmt, struct span key, const struct table **ret)
{
	LOCK_SCOPE(&t->lock);
	struct named *named = map_get(t->by_name, span_of(name));
	struct table *table = map_get(t->by_columns, key);

	if (!table) {
		table = make_table(t, c, name, stmt);
		if (!table || map_put(t->by_columns, key, table, NULL))
			return -ENFILE;
	}
	if (!named) {
		named = arena_alloc(&t->arena, sizeof(*named));
		if (!named || map_put(t->by_name, span_of(name), named, NULL))
			return -ENFILE;
	}
	*named = (struct named){ c->views->version, c->version, table };
	*ret = table;
	return 0;
}

static const struct table *remembered(struct view_tables *t, const char *name,
                                      uint64_t version, unsigned catalog)
{
	LOCK_SCOPE(&t->lock);
	const struct named *n = map_get(t->by_name, span_of(name));

	return n && n->version == version && n->catalog == catalog ? n->table : NULL;
}

static int look(struct engine *e, struct conn *c, const char *name,
                const struct table **ret, struct err *err)
{
	struct buf key = BUF_INIT(TABLE_KEY_BYTES);
	sqlite3_stmt *stmt = NULL;
	int r = views_prepare(c, name, &stmt, err);

	if (r == -ENOMEM)
		return r;
	put_key(&key, name, stmt);
	r = buf_status(&key) ? -EFBIG
	                     : remember(e->tables, c, name, stmt, buf_view(&key), ret);
	if (r)
		err_set(err, r, "%s.%s: too many columns, or too many views were seen",
		        c->views_schema, name);
	sqlite3_finalize(stmt);
	buf_clear(&key);
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

int engine_view_table(struct engine *e, struct span name, const struct table **ret,
                      struct err *err)
{
	cleanup_(view_list_unrefp) struct view_list *list = NULL;
	const struct user_view *v;
	const struct table *known;
	struct conn *c;
	int r = e->cfg.views ? userviews_list(e->cfg.views, &list, err) : -ENOENT;

	if (r)
		return r;
	v = view_list_find(list, name);
	if (!v)
		return -ENOENT;
	known = remembered(e->tables, v->name, list->version,
	                   catalog_version(e->cfg.catalog));
	if (known) {
		*ret = known;
		return 0;
	}
	r = engine_borrow(e, &c, err);
	if (r)
		return r;
	r = look(e, c, v->name, ret, err);
	engine_give_back(e, c);
	return r;
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
