/* SPDX-License-Identifier: MIT */
/*
 * What kind of statement a text is: one that reads, one that changes rows, or one of
 * the forms that SQLite does not know,
 *
 *	EXEC|EXECUTE|CALL Procedure …                    (query/exec_i.h)
 *	CREATE LOCAL VIEW [Name] AS SELECT …
 *	ALTER LOCAL VIEW [Name] AS SELECT …
 *	DROP LOCAL VIEW [Name]
 *
 * in any case; the name bare, [bracketed], "quoted" or `backticked`, with or
 * without the schema before it.  Pure.
 */
#ifndef JSMFS_QUERY_STATEMENT_H
#define JSMFS_QUERY_STATEMENT_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

enum statement_kind {
	STATEMENT_READ,   /* for SQLite to judge */
	STATEMENT_CHANGE, /* INSERT, REPLACE, UPDATE or DELETE: as well */
	STATEMENT_CALL,
	STATEMENT_CREATE_VIEW,
	STATEMENT_ALTER_VIEW,
	STATEMENT_DROP_VIEW
};

struct command {
	enum statement_kind kind;
	char *schema;      /* as it was written, or NULL */
	char *name;        /* of a view or procedure, else NULL */
	struct span query; /* behind AS, or behind the procedure, without a last
	                      semicolon; in the text */
};

/*
 * 0, or -EINVAL for a LOCAL VIEW or EXEC statement that is not in one of the forms.
 * command_clear() it after success.
 */
int statement_parse(const char *text, struct command *ret, struct err *err) must_check_;
void command_clear(struct command *c);

/* Of STATEMENT_CHANGE: is it INSERT or REPLACE of VALUES, so that no SELECT is in it? */
bool statement_is_values(const char *text);

/* Without white space and semicolons at the end. */
struct span statement_trim(struct span s);

#endif
