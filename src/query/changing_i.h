/* SPDX-License-Identifier: MIT */
/*
 * A statement that changes rows, while it runs.  SQLite reads the rows that a
 * DELETE or UPDATE is about, then names them by number: what their procedure needs
 * is kept by that number.  Each row is one call of a batch (calling_i.h).
 */
#ifndef JSMFS_QUERY_CHANGING_I_H
#define JSMFS_QUERY_CHANGING_I_H

#include "base/arena.h"
#include "query/change.h"
#include "query/conn_i.h"
#include "query/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum changing_kind {
	CHANGING_NOTHING,
	CHANGING_INSERT,
	CHANGING_UPDATE,
	CHANGING_DELETE
};

struct calling;
struct map;

struct changing {
	const struct change *change;
	enum changing_kind kind; /* with the next two, of what the authorizer saw */
	const struct table *table;
	const struct procedure *procedure;
	struct calling *calling; /* NULL before the first row */
	uint64_t n_rows_given;   /* to it */
	struct map *numbers;     /* of rows, by what tells them apart */
	struct arena arena;
	const char ***rows; /* by number - 1: a text or NULL for each of procedure->in */
	size_t n_rows, cap_rows;
};

void changing_clear(struct changing *c);

/*
 * Asked by the authorizer: may the statement do that to the table (column NULL: to
 * rows of it)?  -EROFS with what can be written.
 */
int changing_allow(struct conn *conn, enum changing_kind kind, const char *table,
                   const char *column, struct err *err) must_check_;

/* Is it the row that the conditions name?  Then *ret is the plan; see given_i.h. */
bool changing_names(const struct changing *c, const struct plan_input *in,
                    struct plan *ret);

/* Marks the columns that the procedure needs of the rows read; used is that of in. */
void changing_use(const struct changing *c, const struct plan_input *in, bool *used);

/* -EINVAL for rows that are to go or change without any condition on them. */
int changing_check(const struct changing *c, const struct table *t,
                   const struct plan_text *plan, struct err *err) must_check_;

/* Keeps the row that rows stands on; *rowid, what tells it apart, becomes its number. */
int changing_keep(struct changing *c, const struct table *t, struct rowset *rows,
                  sqlite3_int64 *rowid, struct err *err) must_check_;

/* xUpdate of the module.  Blocks: on the network. */
int changing_update(sqlite3_vtab *base, int argc, sqlite3_value **argv,
                    sqlite3_int64 *ret_rowid);

/*
 * The statement has come to its end, or to code and err: waits for the calls.  Then as
 * calling_end().  Blocks: on the network.
 */
int changing_finish(struct changing *c, int code, struct err *err) must_check_;

#endif
