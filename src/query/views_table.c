/* SPDX-License-Identifier: MIT */
/* Views as tables: their columns, as SQLite finds them, learned once. */
#include "base/arena.h"
#include "base/map.h"
#include "base/sync.h"
#include "model/model.h"
#include "query/engine_i.h"
#include "query/views.h"
#include "query/views_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
