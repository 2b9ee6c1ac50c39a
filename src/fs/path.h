/* SPDX-License-Identifier: MIT */
/*
 * The grammar of query paths: segments such as "CreatedDate.ge=-7d" or
 * "_limit=10" to and from a selector, loss-free both ways.  Knows the table's
 * columns, asks nobody.  One thread at a time per selector.
 *
 *	segment   = predicate / directive
 *	predicate = column [ "." op ] "=" value
 *	op        = eq ne lt le gt ge in notin contains starts ends like null
 *	directive = ( _select _order _limit _offset _fresh _scan ) "=" value
 */
#ifndef JSMFS_FS_PATH_H
#define JSMFS_FS_PATH_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "model/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATH_MAX_SEGMENTS 16
#define PATH_MAX_VALUES 512   /* of one list */
#define PATH_MAX_BYTES 65536u /* of a canonical path */

/* In the order of their names in the table of path.c. */
enum test {
	TEST_EQ,
	TEST_NE,
	TEST_LT,
	TEST_LE,
	TEST_GT,
	TEST_GE,
	TEST_IN,
	TEST_NOTIN,
	TEST_CONTAINS,
	TEST_STARTS,
	TEST_ENDS,
	TEST_LIKE,
	TEST_NULL /* values[0] is "yes" or "no" */
};

struct predicate {
	size_t column; /* index into the table's columns */
	enum test test;
	char **values; /* decoded; sorted and without doubles where order means nothing */
	size_t n_values;
};

struct sort_key {
	size_t column;
	bool descending;
};

enum fresh {
	FRESH_DEFAULT, /* no _fresh given */
	FRESH_AGE,     /* at most fresh_ms old */
	FRESH_CACHE    /* whatever is there, never a call */
};

struct selector {
	const struct table *table;
	unsigned n_segments; /* as written, also those that said the same again */
	struct predicate predicates[PATH_MAX_SEGMENTS]; /* sorted */
	size_t n_predicates;
	size_t *select; /* columns in the order asked for; NULL: not given */
	size_t n_select;
	struct sort_key *order; /* NULL: not given */
	size_t n_order;
	int64_t limit;  /* -1: not given */
	int64_t offset; /* -1: not given */
	enum fresh fresh;
	int64_t fresh_ms;
	bool scan; /* _scan=yes */
};

/* The whole table. */
void selector_init(struct selector *s, const struct table *table);
void selector_clear(struct selector *s);

/* A copy of its own; *ret must not hold anything. */
int selector_copy(const struct selector *from, struct selector *ret, struct err *err)
	must_check_;

/*
 * Adds one segment as it stands in a path.  -ENOENT when it is none (no '=', or
 * a dot-name): then *err is left alone and the name is unknown by syntax.
 * -EINVAL says what would be allowed.  *s is unchanged unless 0 is returned.
 */
int selector_add(struct selector *s, struct span segment, struct err *err) must_check_;

/* Adds column = value; the value is plain text, checked like one in a path. */
int selector_add_equal(struct selector *s, size_t column, struct span value,
                       struct err *err) must_check_;

/* What stands before the table's name in a path: "", or "sys/", "UserViews/". */
const char *path_before(const struct table *t);

/*
 * Appends the canonical path: "Requests/CreatedDate.ge=%2D7d/_limit=10".  Two
 * selectors ask the same thing in the same words if it is equal.
 */
void selector_print(const struct selector *s, struct buf *out);

const char *test_name(enum test test); /* "eq" … */

#endif
