/* SPDX-License-Identifier: MIT */
/* The two halves of the virtual tables: what they are, and their cursors. */
#ifndef JSMFS_QUERY_VTAB_I_H
#define JSMFS_QUERY_VTAB_I_H

#include "query/conn_i.h"
#include "query/plan.h"

#include <stdbool.h>
#include <stddef.h>

struct map;

struct vtab_env {
	struct conn *conn;
	const struct table *table;
};

struct vtab {
	sqlite3_vtab base;
	struct vtab_env *env;
};

struct cursor {
	sqlite3_vtab_cursor base;
	struct rowset *rows;
	bool eof;
	bool is_named; /* rows is what the conditions say; see given_i.h */
	sqlite3_int64 n;
	struct buf text;              /* of a time cell, or of what tells rows apart */
	bool used[PLAN_MAX_COLUMNS];  /* what the statement reads … */
	bool given[PLAN_MAX_COLUMNS]; /* … and of that, what the site decides */
	/* whether the text compares the column: 0 not looked yet, 1 no, 2 yes */
	unsigned char compared[PLAN_MAX_COLUMNS];
	struct map *twins; /* of rows that look the same how many there were; or NULL */
	sqlite3_int64 numbered; /* the row, by n, that has … */
	sqlite3_int64 rowid;    /* … this number */
};

/* Leaves the sentence with SQLite and the connection; SQLITE_ERROR. */
int vtab_fail(struct vtab *t, const struct err *err);

/*
 * The i-th of what can be inserted and is no column: hidden columns behind the
 * table's own, which are never read.  NULL behind the last.
 */
const struct param *vtab_extra(const struct table *t, size_t i);

int cursor_open(sqlite3_vtab *base, sqlite3_vtab_cursor **ret);
int cursor_close(sqlite3_vtab_cursor *base);
int cursor_filter(sqlite3_vtab_cursor *base, int idx_num, const char *idx_str, int argc,
                  sqlite3_value **argv);
int cursor_next(sqlite3_vtab_cursor *base);
int cursor_eof(sqlite3_vtab_cursor *base);
int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int column);
int cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret);

#endif
