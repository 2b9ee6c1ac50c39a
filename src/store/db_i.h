/* SPDX-License-Identifier: MIT */
/* The prepared statements of the store, and how they are run. */
#ifndef JSMFS_STORE_DB_I_H
#define JSMFS_STORE_DB_I_H

#include "base/str.h"
#include "base/sync.h"
#include "store/db.h"

#include <sqlite3.h>

enum db_stmt {
	DB_CACHE_GET,
	DB_CACHE_PUT,
	DB_CACHE_DROP,
	DB_CACHE_DROP_OLDEST,
	DB_SIZE_GET,
	DB_SIZE_PUT,
	DB_SIZE_DROP_OLDEST,
	DB_TOTAL,
	DB_N_STMTS
};

struct db {
	pthread_mutex_t lock;
	sqlite3 *sql;                    /* lock */
	sqlite3_stmt *stmts[DB_N_STMTS]; /* lock */
	bool broken;                     /* lock: every call fails from now on */
	char *path;                      /* NULL: in memory */
};

/* Opens the file, made if need be, which is ours and nobody else can read; or an errno.
 */
int private_file(const char *path, struct err *err) must_check_;

/* All with the lock held. */

/* The statement, ready to be bound; NULL when the database is broken. */
sqlite3_stmt *db_stmt(struct db *d, enum db_stmt which);
void db_bind_span(sqlite3_stmt *stmt, int i, struct span s);

/* One step: true if there is a row.  A failure is logged. */
bool db_step(struct db *d, sqlite3_stmt *stmt);

/* To be called when the row is no longer needed. */
void db_done(sqlite3_stmt *stmt);

/* db_step and db_done; true if it did not fail. */
bool db_run(struct db *d, sqlite3_stmt *stmt);

/* The counter "cache" or "size", or -1. */
int64_t db_total(struct db *d, const char *what);

#endif
