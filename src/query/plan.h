/* SPDX-License-Identifier: MIT */
/*
 * What the conditions of a statement mean for one table: which endpoint answers,
 * which conditions it takes over, what is left to SQL.  Pure.
 *
 * The plan travels to the cursor as text (it is the idxStr of the virtual table,
 * so EXPLAIN QUERY PLAN shows it):
 *
 *	plan  = table "/" ( endpoint / "local" / "given" ) *( " " item )
 *	item  = column "=?" n           argument n is the value
 *	      / column "=in?" n         argument n is the list of values
 *	      / "limit=?" n / "offset=?" n
 *	      / "here=" column "." op *( "," column "." op )    left to SQL
 *	      / "order"                                        sorting is left to SQL
 *	      / "columns=" [ column *( "," column ) ]
 */
#ifndef JSMFS_QUERY_PLAN_H
#define JSMFS_QUERY_PLAN_H

#include "base/buf.h"
#include "base/err.h"
#include "model/model.h"

#include <stdbool.h>
#include <stddef.h>

#define PLAN_MAX_CONSTRAINTS 64
#define PLAN_MAX_COLUMNS 1100
#define PLAN_MAX_BYTES (256u * 1024)

struct plan_constraint {
	int column; /* of the table, -1 for limit and offset */
	enum op op;
	bool usable; /* its right side is known when this table is read */
	bool plain;  /* compared as the column itself compares (collation) */
	bool is_limit, is_offset;
};

struct plan_input {
	const struct table *table;
	const struct plan_constraint *constraints;
	size_t n_constraints;
	const bool *used; /* by column */
	bool has_order;   /* the statement wants an order: the server's is not it */
	bool has_desk;    /* ServiceDeskID is set: the table's desk column is known */
	enum deployment on;
};

struct plan {
	const struct endpoint *endpoint; /* NULL: the rows are made here … */
	bool given; /* … of what the conditions say; see given_i.h */
	/* By constraint: which argument carries its value (1 …, 0: none), whether as a
	 * whole list, and whether SQL need not look again. */
	struct {
		int arg;
		bool list;
		bool omit;
	} use[PLAN_MAX_CONSTRAINTS];
	double cost;
	long rows;
	bool unique;
};

/*
 * 0; -EAGAIN when a key is there but unusable in this order of tables (the
 * statement has to be tried in another); -EINVAL when no order will do: the
 * sentence names the column that is missing, or that a pseudo column was
 * compared in a way it cannot be; -EOPNOTSUPP when the deployment has no endpoint.
 */
int plan_make(const struct plan_input *in, struct plan *ret, struct err *err) must_check_;

/* The text form. */
void plan_print(const struct plan_input *in, const struct plan *p, struct buf *out);

/* What the text form says, for the cursor. */
struct plan_text {
	const struct endpoint *endpoint;
	bool given;
	struct {
		size_t column;
		int arg;
		bool list;
	} keys[PLAN_MAX_CONSTRAINTS];
	size_t n_keys;
	int limit_arg, offset_arg;
	bool used[PLAN_MAX_COLUMNS];
	struct span here; /* borrowed from text */
	bool order;
};

int plan_parse(const struct table *t, const char *text, struct plan_text *ret,
               struct err *err) must_check_;

/* "eq" for OP_EQ … */
const char *op_name(enum op op);

#endif
