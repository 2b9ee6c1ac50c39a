/* SPDX-License-Identifier: MIT */
/* A page from the inside: what its two readers, the tree and the scanner, fill. */
#ifndef JSMFS_JSON_JPAGE_I_H
#define JSMFS_JSON_JPAGE_I_H

#include "base/arena.h"
#include "base/vec.h"
#include "json/jpage.h"
#include "json/jpath.h"

#define JPAGE_MAX_CELLS ((size_t)4 << 20)

struct jpage_row {
	size_t outer;
	bool goes_on;
};
DEFINE_VEC(struct jpage_row_vec, jpage_row_vec, struct jpage_row)

struct jpage {
	struct buf text;  /* scanned: the cells point into it */
	struct jdoc *doc; /* by tree: the cells point into it */
	struct jpage_info info;
	struct jpage_row_vec rows;
	size_t n_columns;
	struct value *cells; /* row by row */
	size_t cap_cells;
	struct arena made;
	struct buf scratch;
};

/*
 * What is followed at one place of the document: names of members, and of an array
 * elements that are chosen.  Indexes are of jpage_plan.wants, -1 for none.
 */
struct jpage_want {
	const char *name;
	size_t name_n;
	int next;   /* the next name at this place */
	int child;  /* the first name below */
	int choice; /* the first of jpage_plan.choices */
	int probe;  /* what the choices look at: names below an element */
	int slot;   /* of what is found here */
	bool is_rows;
};
DEFINE_VEC(struct jpage_want_vec, jpage_want_vec, struct jpage_want)

struct jpage_choice {
	const char *text;
	int slot; /* of the member that has to equal it */
	int want; /* what is wanted of the element */
	int next;
};
DEFINE_VEC(struct jpage_choice_vec, jpage_choice_vec, struct jpage_choice)
DEFINE_VEC(struct jpage_slot_vec, jpage_slot_vec, int)

/* A place where paths start from, and its slots. */
struct jpage_region {
	int want;
	int from, to;
};

enum jpage_self {
	SELF_START,
	SELF_LIMIT,
	SELF_SIZE,
	SELF_LAST_PAGE,
	SELF_LAST,
	SELF_NEXT,
	SELF_N
};

struct jpage_plan {
	struct jpage_shape shape;
	const struct jpage_column *columns;
	size_t n_columns;
	struct jpage_want_vec wants;
	struct jpage_choice_vec choices;
	struct jpage_slot_vec alts; /* slots, column by column, in order */
	size_t *first_alt;          /* of a column in alts; n_columns + 1 of them */
	struct jpage_region root, outer, row;
	struct jpage_region *parts;
	int *part_slots;
	int n_parts;
	int self[SELF_N];
	int bulk_rows, bulk_last;
	int n_slots;
};

/* 0, 1: something is not understood, the tree has to say what it is; -ENOMEM. */
int jscan_page(const struct jpage_plan *plan, struct jpage *p) must_check_;

int jpage_fill_tree(struct jpage *p, const struct jpage_shape *shape,
                    const struct jpage_column *columns, struct err *err) must_check_;

/* Conversions; false only when there is no memory. */
bool jcell_of_node(struct jpage *p, const struct jnode *n, enum value_type type,
                   struct value *ret);
bool jcell_of_text(struct jpage *p, struct span json, enum value_type type,
                   struct value *ret);

#endif
