/* SPDX-License-Identifier: MIT */
/*
 * A cell, and the seam through which rows flow up: rest produces a rowset of a
 * table, query a rowset of a statement, format writes any of them.
 */
#ifndef JSMFS_BASE_VALUE_H
#define JSMFS_BASE_VALUE_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_type {
	VALUE_NULL,
	VALUE_BOOL,
	VALUE_INT,
	VALUE_REAL,
	VALUE_TEXT,
	VALUE_TIME, /* an instant: i is milliseconds since the epoch, UTC */
	VALUE_JSON  /* s is one compact JSON document */
};

struct value {
	enum value_type type;
	union {
		bool b;
		int64_t i;
		double r;
		struct span s; /* borrowed: lives until the rowset's next() or close() */
	};
};

#define VALUE_NULL_INIT ((struct value){ .type = VALUE_NULL })

struct value value_text(struct span s);
struct value value_int(int64_t i);

struct rowset;

struct rowset_ops {
	/* 1: a row is current; 0: no more rows; negative errno. Blocks: on the network.
	 */
	int (*next)(struct rowset *rs, struct err *err);
	/* Cell of the current row; column < n_columns.  Never fails: absent is NULL. */
	void (*get)(struct rowset *rs, size_t column, struct value *ret);
	void (*close)(struct rowset *rs); /* stops fetching, frees */
};

/* First member of every implementation. */
struct rowset {
	const struct rowset_ops *ops;
	size_t n_columns;
	const char *const *names; /* n_columns, borrowed from the implementation */
};

void rowset_close(struct rowset *rs); /* NULL is fine */
DEFINE_CLEANUP(struct rowset *, rowset_close)

#endif
