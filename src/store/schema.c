/* SPDX-License-Identifier: MIT */
/*
 * A step, once released, is never changed: a new one is added behind it.  The
 * version of a database is the number of steps it has seen.
 */
#include "store/schema.h"

#include <sqlite3.h>

#include <stdio.h>

/* What is there in all is counted as it changes: nobody scans to learn it. */
static const char *const steps[] = {
	"CREATE TABLE total (what TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;"
	"INSERT INTO total VALUES ('cache', 0), ('size', 0);"

	"CREATE TABLE cache ("
	" id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE,"
	" fetched_ms INTEGER NOT NULL, cost INTEGER NOT NULL, bytes BLOB NOT NULL);"
	"CREATE INDEX cache_by_age ON cache (fetched_ms);"
	"CREATE TRIGGER cache_insert AFTER INSERT ON cache BEGIN"
	" UPDATE total SET n = n + new.cost WHERE what = 'cache'; END;"
	"CREATE TRIGGER cache_update AFTER UPDATE ON cache BEGIN"
	" UPDATE total SET n = n + new.cost - old.cost WHERE what = 'cache'; END;"
	"CREATE TRIGGER cache_delete AFTER DELETE ON cache BEGIN"
	" UPDATE total SET n = n - old.cost WHERE what = 'cache'; END;"

	"CREATE TABLE size ("
	" id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, bytes INTEGER NOT NULL,"
	" rows INTEGER NOT NULL, fetched_ms INTEGER NOT NULL);"
	"CREATE INDEX size_by_age ON size (fetched_ms);"
	"CREATE TRIGGER size_insert AFTER INSERT ON size BEGIN"
	" UPDATE total SET n = n + 1 WHERE what = 'size'; END;"
	"CREATE TRIGGER size_delete AFTER DELETE ON size BEGIN"
	" UPDATE total SET n = n - 1 WHERE what = 'size'; END;",
};

static int read_version(sqlite3 *sql, int *ret)
{
	sqlite3_stmt *stmt = NULL;
	int r = sqlite3_prepare_v2(sql, "PRAGMA user_version", -1, &stmt, NULL);

	if (r == SQLITE_OK)
		r = sqlite3_step(stmt);
	if (r == SQLITE_ROW) {
		*ret = sqlite3_column_int(stmt, 0);
		r = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return r;
}

static int run_steps(sqlite3 *sql)
{
	char set_version[64];
	int version = 0, newest = (int)ARRAY_SIZE(steps);
	int r = read_version(sql, &version);

	if (r != SQLITE_OK)
		return r;
	if (version < 0 || version > newest)
		return SQLITE_MISMATCH;
	for (; r == SQLITE_OK && version < newest; version++)
		r = sqlite3_exec(sql, steps[version], NULL, NULL, NULL);
	if (r != SQLITE_OK)
		return r;
	snprintf(set_version, sizeof(set_version), "PRAGMA user_version = %d", newest);
	return sqlite3_exec(sql, set_version, NULL, NULL, NULL);
}

int schema_update(sqlite3 *sql)
{
	/* Two mounts may start at the same time: the second finds it done. */
	int r = sqlite3_exec(sql, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	if (r != SQLITE_OK)
		return r;
	r = run_steps(sql);
	if (r == SQLITE_OK)
		r = sqlite3_exec(sql, "COMMIT", NULL, NULL, NULL);
	if (r != SQLITE_OK)
		sqlite3_exec(sql, "ROLLBACK", NULL, NULL, NULL);
	return r;
}
