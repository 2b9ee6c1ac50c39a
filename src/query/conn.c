/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "query/changing_i.h"
#include "query/conn_i.h"
#include "query/views_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Virtual-machine steps between two looks at deadline and token. */
#define STEPS_BETWEEN_LOOKS 10000

static int allow_change(struct conn *c, enum changing_kind kind, const char *table,
                        const char *column)
{
	if (!c->changing || changing_allow(c, kind, table, column, &c->err) < 0)
		return SQLITE_DENY;
	return SQLITE_OK;
}

/* view: whose query names the column, or NULL. */
static void note_column(struct conn *c, const char *table, const char *column,
                        const char *view)
{
	const struct table *t = view ? catalog_table(c->catalog, span_of(table)) : NULL;
	int i = t ? table_column(t, span_of(column)) : -1;

	c->hands_on |= i >= 0 && t->columns[i].flags & COLUMN_PSEUDO;
}

/*
 * What a statement may do: read the tables that are there, and compute, or
 * change what can be written when it was started for that.  All that could reach a file,
 * another database, an extension or the connection's own settings is refused when the
 * statement is prepared.
 */
static int authorize(void *ctx, int action, const char *a, const char *b, const char *c,
                     const char *d)
{
	struct conn *conn = ctx;

	(void)c;
	if (conn->declaring)
		return SQLITE_OK;
	switch (action) {
	case SQLITE_INSERT:
		return allow_change(conn, CHANGING_INSERT, a, NULL);
	case SQLITE_UPDATE:
		return allow_change(conn, CHANGING_UPDATE, a, b);
	case SQLITE_DELETE:
		return allow_change(conn, CHANGING_DELETE, a, NULL);
	case SQLITE_READ:
		note_column(conn, a, b, d);
		return SQLITE_OK;
	case SQLITE_SELECT:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return b && (!strcmp(b, "load_extension") || !strcmp(b, "fts3_tokenizer"))
		               ? SQLITE_DENY
		               : SQLITE_OK;
	default:
		return SQLITE_DENY;
	}
}

static void set_limits(sqlite3 *db)
{
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 256 << 20);
	sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
	sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 500);
	sqlite3_limit(db, SQLITE_LIMIT_COMPOUND_SELECT, 100);
	sqlite3_limit(db, SQLITE_LIMIT_VDBE_OP, 1000000);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 10000);
	sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	/* "word" in double quotes is a name, never text by accident. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
}

static int look_up_from_work(void *ctx)
{
	struct conn *c = ctx;

	return c->run &&
	       (cancel_fired(c->run->cancel) || clock_mono_ms() > c->run->deadline);
}

/*
 * json_each() and json_tree() declare their columns when a statement names them for the
 * first time, which is not allowed later.
 */
static int declare_json(sqlite3 *db)
{
	return sqlite3_exec(db, "SELECT 1 FROM json_each('[]'), json_tree('[]')", NULL,
	                    NULL, NULL);
}

int conn_open(struct catalog *catalog, struct client *client, struct conn **ret,
              struct err *err)
{
	cleanup_(conn_closep) struct conn *c = calloc(1, sizeof(*c));
	int rc, r;

	if (!c)
		return err_nomem(err);
	c->catalog = catalog;
	c->client = client;
	c->version = catalog_version(catalog);
	rc = sqlite3_open_v2(
		":memory:", &c->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK)
		rc = func_register(c->db);
	if (rc == SQLITE_NOMEM)
		return err_nomem(err);
	if (rc != SQLITE_OK)
		return err_set(err, -EIO, "SQLite cannot start: %s", sqlite3_errstr(rc));
	set_limits(c->db);
	r = vtab_register(c, err);
	if (r < 0)
		return r;
	if (declare_json(c->db) == SQLITE_NOMEM)
		return err_nomem(err);
	sqlite3_progress_handler(c->db, STEPS_BETWEEN_LOOKS, look_up_from_work, c);
	sqlite3_set_authorizer(c->db, authorize, c);
	*ret = take_ptr(c);
	return 0;
}

void conn_close(struct conn *c)
{
	if (!c)
		return;
	sqlite3_close(c->db);
	vtab_unregister(c);
	views_detach(c);
	free(c->sql);
	free(c);
}

int conn_error(struct conn *c, int rc, struct err *err)
{
	if (c->err.code) {
		if (err)
			*err = c->err;
		return c->err.code;
	}
	switch (rc & 0xff) {
	case SQLITE_INTERRUPT:
		if (c->run && !cancel_fired(c->run->cancel))
			return err_set(err, -ETIMEDOUT,
			               "the statement took longer than Timeout");
		return err_set(err, -EINTR, "interrupted");
	case SQLITE_NOMEM:
		return err_nomem(err);
	case SQLITE_TOOBIG:
		return err_set(err, -EFBIG, "a value or the statement is too large");
	case SQLITE_FULL:
	case SQLITE_IOERR:
		return err_set(err, -ENOSPC, "no room for sorting: %s",
		               sqlite3_errmsg(c->db));
	case SQLITE_AUTH:
		return err_set(err, -EINVAL,
		               "a statement can only read the tables of the site: %s",
		               sqlite3_errmsg(c->db));
	default:
		if (strstr(sqlite3_errmsg(c->db), "because it is a view"))
			return err_set(err, -EROFS,
			               "a view of your own cannot be written: change the "
			               "rows of the tables it reads");
		if (views_explain(c, err))
			return -EINVAL;
		if (str_eq(sqlite3_errmsg(c->db), "no query solution"))
			return err_set(err, -EINVAL,
			               "a condition that only the site can decide "
			               "depends on another table's rows, or stands in "
			               "ON of a LEFT JOIN: give it a value, in WHERE");
		return err_set(err, -EINVAL, "%s", sqlite3_errmsg(c->db));
	}
}
