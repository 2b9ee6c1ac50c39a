/* SPDX-License-Identifier: MIT */
/*
 * Statements that change the site: INSERT, UPDATE and DELETE of the tables that
 * can be written, and EXEC of procedures.  Threads: any.
 */
#ifndef JSMFS_QUERY_CHANGE_H
#define JSMFS_QUERY_CHANGE_H

#include "base/base.h"
#include "base/err.h"
#include "base/run.h"
#include "base/value.h"
#include "proc/run.h"
#include "query/engine.h"
#include "query/statement.h"

#include <stdbool.h>
#include <stddef.h>

struct change {
	const char *sql;
	const struct value *params; /* bound to ?1 … in order */
	size_t n_params;
	bool allow_scan;    /* reading rows may take more calls than the scan guard */
	int64_t timeout_ms; /* of the call for each row; 0: that of the run for all */
	size_t line;        /* of all receipts; 0: they are counted from 1 on */
	/*
	 * What came of one row, in their order; the receipt is borrowed, or taken by
	 * zeroing it.  In the thread of the caller.
	 */
	void (*done)(void *ctx, const struct procedure *p, struct receipt *r);
	void *ctx;
};

/*
 * Runs the statement, which is STATEMENT_CHANGE or STATEMENT_CALL of c.  0 when all of
 * it was applied; else the errno of the first row that was not, and the sentence tells
 * how many were.  -EROFS with ReadOnly and for what cannot be written.  Blocks: on the
 * network.
 */
int engine_change(struct engine *e, const struct command *c, const struct change *change,
                  struct run *run, struct err *err) must_check_;

/* What it would read and which calls it would make, in words; it makes none. */
int engine_change_explain(struct engine *e, const struct command *c, const char *sql,
                          struct buf *out, struct err *err) must_check_;

#endif
