/* SPDX-License-Identifier: MIT */
/* The inside of rounds, for what walks them and what describes them. */
#ifndef JSMFS_REST_ROUNDS_I_H
#define JSMFS_REST_ROUNDS_I_H

#include "rest/rounds.h"

#define MAX_KEYS 16
#define MAX_PARENT_COLUMNS 4
#define ROUND_PATH_MAX_BYTES (16u * 1024)

struct values {
	size_t column;
	char **p;
	size_t n;
	size_t at;
};

struct rounds {
	struct client *client;
	struct run *run;
	const struct table *table;
	const struct endpoint *endpoint;
	const bool *used;
	struct values keys[MAX_KEYS];
	size_t n_keys;
	bool from_parent;
	const char *parent_by_key; /* the column by which the query names the parent,
	                            * which must exist then; NULL: all parents */
	struct rowset *parent;
	const struct table *parent_table;
	const struct endpoint *parent_endpoint;
	bool *parent_used;
	bool joined; /* a parent that is not there has no rows */
	int64_t max_rows;
	char *desk;
	bool empty;
	bool started;
	size_t n_parents;
};

/* The values that the query gives for a column, or NULL. */
struct values *rounds_values(struct rounds *r, size_t column);

/* False when every combination of values has been had. */
bool rounds_turn(struct rounds *r);

/* Puts the current combination into the binding. */
int rounds_bind(struct rounds *r, struct binding *b, struct err *err) must_check_;

/* The rows that a look-up goes through; *used is the caller's to free, in any case. */
int rounds_lookup_spec(struct rounds *r, const struct lookup *l, bool **used,
                       struct scan_spec *ret, struct err *err) must_check_;

#endif
