/* SPDX-License-Identifier: MIT */
/*
 * One answer of the server as rows and cells: only the columns asked for are
 * taken out.  A row's cells are borrowed from the page.
 */
#ifndef JSMFS_JSON_JPAGE_H
#define JSMFS_JSON_JPAGE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/value.h"
#include "json/jpath.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jpage;

/* What the path of a column starts from: the row itself, or */
#define JPAGE_ROW 0
#define JPAGE_OUTER (-1) /* the outer row of a bulk answer; part k is 1 + its index */

struct jpage_column {
	const struct jpath *path; /* NULL: always NULL */
	enum value_type type;     /* what the cell is converted to */
	int from;                 /* JPAGE_ROW, JPAGE_OUTER, or a part */
};

/* Where the rows are in an answer. */
struct jpage_shape {
	/* Member names joined by '.' that lead to the array of rows ("values"), or ""
	 * when the document itself is the one row. */
	const char *rows;
	/* Bulk: each of these is an outer row, and the rows are in the page that this
	 * member of it holds ("comments": values, isLastPage); NULL: no. */
	const char *bulk;
	/* Members of a row, objects or arrays of objects, each of which makes a row of
	 * its own; a row that has none makes one.  NULL-ended; NULL: no. */
	const char *const *parts;
	/* Bulk: 1 + the index of the column that tells the rows of such a page apart; 0:
	 * none, and of a page that is not whole no row is taken. */
	size_t bulk_key;
};

/* What a page says about itself; -1 where it says nothing. */
struct jpage_info {
	int64_t start, limit, size;
	int is_last;      /* -1 absent, else the boolean */
	bool has_next;    /* _links.next is there */
	struct span next; /* and this is it, borrowed from the page */
	size_t n_outer;   /* entries of the array of rows: what paging counts */
	size_t n_rows;    /* rows made of them */
};

/*
 * What to look for in pages of one shape, compiled: what the columns and the shape
 * point to has to stay.  NULL without memory.  Threads: may be used by many.
 */
struct jpage_plan;
struct jpage_plan *jpage_plan_new(const struct jpage_shape *shape,
                                  const struct jpage_column *columns, size_t n_columns)
	must_check_;
void jpage_plan_free(struct jpage_plan *plan);
DEFINE_CLEANUP(struct jpage_plan *, jpage_plan_free)

/*
 * Takes the bytes out of *text (left empty).  -EBADMSG if it is not JSON or has no
 * such array.
 *
 * Conversions: VALUE_TEXT takes strings, numbers and booleans as text, objects
 * and arrays as compact JSON; VALUE_TIME takes epoch milliseconds or any text
 * clock_parse() reads; VALUE_JSON prints the node compactly; VALUE_BOOL takes
 * booleans and their names; VALUE_INT takes numbers and decimal text.  JSON null
 * and what does not convert is NULL.  Text is made valid UTF-8.
 */
int jpage_read(const struct jpage_plan *plan, struct buf *text, struct jpage **ret,
               struct err *err) must_check_;

/* The same with a plan for this page only. */
int jpage_parse(struct buf *text, const struct jpage_shape *shape,
                const struct jpage_column *columns, size_t n_columns, struct jpage **ret,
                struct err *err) must_check_;

/* The same by way of a tree of the whole document: slow, and the reference. */
int jpage_parse_tree(struct buf *text, const struct jpage_shape *shape,
                     const struct jpage_column *columns, size_t n_columns,
                     struct jpage **ret, struct err *err) must_check_;
void jpage_free(struct jpage *p);
DEFINE_CLEANUP(struct jpage *, jpage_free)

const struct jpage_info *jpage_info(const struct jpage *p);

/* Index of the outer row that a row was made of. */
size_t jpage_outer(const struct jpage *p, size_t row);

/*
 * Bulk: is this row the placeholder for what the page of an outer row does not hold
 * here?  It has the cells of its outer row only.  The rows before it of the same outer
 * row are what the page held: all of them, or none where one has no text as its key.
 */
bool jpage_goes_on(const struct jpage *p, size_t row);

/* Cell of a row; both indexes must be in range. */
void jpage_get(struct jpage *p, size_t row, size_t column, struct value *ret);

#endif
