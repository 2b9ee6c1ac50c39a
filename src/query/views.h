/* SPDX-License-Identifier: MIT */
/*
 * Views of the user's own in SQL: what columns they have, and the statements
 * that make, change and drop them.  Never makes a call.  Threads: any.
 */
#ifndef JSMFS_QUERY_VIEWS_H
#define JSMFS_QUERY_VIEWS_H

#include "catalog/userviews.h"
#include "query/engine.h"
#include "query/statement.h"

struct table;

/* What the engine was given; NULL: no views. */
struct userviews *engine_userviews(const struct engine *e);
const char *engine_view_schema(const struct engine *e);

/*
 * A view as a table of kind TABLE_USER_VIEW, with the columns it has now; one
 * that is broken has none.  A column without a declared type, such as an
 * expression, has VALUE_NULL: its values have types of their own.  -ENOENT.
 * Ownership: valid until the engine is freed; the same pointer for the same
 * name and columns.
 */
int engine_view_table(struct engine *e, struct span name, const struct table **ret,
                      struct err *err) must_check_;

/*
 * Changes UserDefinedViews.json.  A query that SQLite does not take, or that
 * reads itself, is -EINVAL with its sentence, and nothing is written.
 */
int engine_view_change(struct engine *e, enum view_change change, struct span name,
                       struct span query, struct err *err) must_check_;

/* Runs a command that is not STATEMENT_READ. */
int engine_command(struct engine *e, const struct command *c, struct err *err)
	must_check_;

/* What it would do, in words. */
int engine_command_explain(struct engine *e, const struct command *c, struct buf *out,
                           struct err *err) must_check_;

#endif
