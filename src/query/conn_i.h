/* SPDX-License-Identifier: MIT */
/* One SQLite connection of the engine, and what the statement on it is doing. */
#ifndef JSMFS_QUERY_CONN_I_H
#define JSMFS_QUERY_CONN_I_H

#include "catalog/catalog.h"
#include "query/engine.h"
#include "rest/client.h"

#include <sqlite3.h>

/* Declared types: they give affinity to SQLite and tell the result its real type. */
#define DECL_TEXT "TEXT"
#define DECL_BOOL "BOOLEAN_TEXT"
#define DECL_TIME "TIME_TEXT"
#define DECL_JSON "JSON_TEXT"

/* One connection, used by one statement at a time. */
struct conn {
	struct conn *next; /* in the engine's list of idle ones */
	sqlite3 *db;
	struct catalog *catalog;
	struct client *client;
	unsigned version; /* of the catalog when it was made */
	struct run *run;  /* of the statement that runs */
	struct buf
		*dry; /* explaining: cursors describe themselves here and have no rows */
	struct buf *reached; /* explaining: the plans of the cursors that were opened */
	struct err err;      /* why a cursor failed; code 0: none did */
	bool declaring;     /* a table tells SQLite its columns: the authorizer lets it */
	bool shaping;       /* nothing will be run: any plan will do */
	char *sql;          /* the text of the statement, or NULL */
	unsigned n_cursors; /* that the statement has opened */
	bool hands_on;      /* the statement reads a view that hands a pseudo column on */
	struct view_list *views;  /* a reference; NULL: none */
	const char *views_schema; /* borrowed from the engine's configuration */
	char **view_faults;       /* by index of views: why it is broken, or NULL */
	struct vtab_env *envs;
	struct changing *changing; /* what the statement may change; NULL: nothing */
	struct ahead *ahead;       /* scans of a join that were started early, or NULL */
};

int conn_open(struct catalog *catalog, struct client *client, struct conn **ret,
              struct err *err) must_check_;
void conn_close(struct conn *c);
DEFINE_CLEANUP(struct conn *, conn_close)

/* The result of a failed prepare or step as errno and sentence. */
int conn_error(struct conn *c, int rc, struct err *err);

/* Registers the model's tables; in query/vtab.c. */
int vtab_register(struct conn *c, struct err *err) must_check_;
void vtab_unregister(struct conn *c);

/* Collations of the declared types, and what a statement may use; in query/func.c. */
int func_register(sqlite3 *db);
bool func_truth(struct span s, bool *ret); /* 'true', '1' … */

#endif
