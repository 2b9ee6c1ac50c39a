/* SPDX-License-Identifier: MIT */
/*
 * A selector as an SQL statement with bound parameters: no value is ever pasted
 * into the text that is executed.  contains, starts and ends compare bytes
 * exactly (case matters); like is SQL's LIKE (ASCII case does not).
 */
#ifndef JSMFS_FS_SQL_H
#define JSMFS_FS_SQL_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/value.h"
#include "fs/path.h"

#include <stddef.h>

struct catalog;

enum sql_kind { SQL_ROWS, SQL_COUNT };

struct sql {
	char *text;
	struct value *params; /* bound to ?1 … */
	size_t n_params;
	char *hold; /* the bytes of text parameters */
};

/*
 * Relative times become instants now.  ret must not hold anything; it borrows
 * nothing from the selector.
 */
int sql_make(const struct selector *s, const struct catalog *c, enum sql_kind kind,
             struct sql *ret, struct err *err) must_check_;
void sql_clear(struct sql *q);

/* A value of a column, as text. */
struct sql_cell {
	size_t column;
	const char *value;
};

/* Which of the rows of a selector go (nothing is set), or are changed, and how. */
struct sql_change {
	struct sql_cell *set;
	size_t n_set;
	struct sql_cell *find; /* they have these values too */
	size_t n_find;
};

/* The DELETE or UPDATE; ret as above.  -EINVAL: _limit and _offset select no rows. */
int sql_make_change(const struct selector *s, const struct catalog *c,
                    const struct sql_change *change, struct sql *ret, struct err *err)
	must_check_;

/* The statement with its values as literals, for people: never executed. */
int sql_show(const struct selector *s, const struct catalog *c, struct buf *out,
             struct err *err) must_check_;

/* Is the column in the rows of this selector?  ret_column[i] is the model's index. */
size_t sql_columns(const struct selector *s, const struct catalog *c, size_t *ret_column,
                   size_t max);

#endif
