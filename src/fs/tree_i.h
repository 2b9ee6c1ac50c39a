/* SPDX-License-Identifier: MIT */
/* Kinds of directories: which names are in one, and what a name stands for. */
#ifndef JSMFS_FS_TREE_I_H
#define JSMFS_FS_TREE_I_H

#include "fs/tree.h"

/* Where names are looked for. */
struct within {
	const struct place *dir;
	const struct selector *sel; /* its query; NULL where there is none */
	struct catalog *catalog;
};

/* Both as tree_list() and tree_find(); *l and *ret are cleared by whoever calls. */
struct directory {
	int (*list)(const struct within *in, struct listing *l, struct err *err);
	int (*find)(const struct within *in, struct span name, struct hit *ret,
	            struct err *err);
};

extern const struct directory tree_root, tree_system, tree_procs, tree_proc, tree_uploads,
	tree_knobs, tree_table, tree_facets, tree_facet, tree_ids, tree_row, tree_child;

/* Names that are the same everywhere. */
struct fixed_name {
	const char *name; /* NULL ends the array */
	enum place_kind kind;
	const char *format; /* or NULL */
};

struct place tree_place_of(const struct place *dir, const struct fixed_name *f);
int tree_list_fixed(const struct within *in, const struct fixed_name *f,
                    struct listing *l) must_check_;
int tree_find_fixed(const struct within *in, const struct fixed_name *f, struct span name,
                    struct hit *ret) must_check_;

/* Adds a name made of a value, of each part of it, or nothing if it could be no name. */
int tree_list_value(struct listing *l, const char *value, struct place p, bool parts)
	must_check_;

/* The table as a query of its own: selector and path. */
int tree_hit_table(struct hit *h, const struct table *t, struct err *err) must_check_;

/* The canonical path of the selector becomes that of the hit. */
int tree_hit_query(struct hit *h, const struct selector *sel, struct err *err)
	must_check_;

/* The value that a name is made of; -ENOENT: it is made of none. */
int tree_value(struct span name, struct buf *out, struct err *err) must_check_;

/* Can the column have such a value? */
bool tree_has_form(const struct table *t, const char *column, struct span value);

/* What belongs to a row, in its directory. */
int tree_list_children(struct listing *l, const struct table *t, struct catalog *c)
	must_check_;
int tree_find_child(const struct within *in, struct span name, struct hit *ret,
                    struct err *err) must_check_;

/* What can be done about a row, or about what belongs to one. */
int tree_list_orders(struct listing *l, const struct table *t, const struct order *o)
	must_check_;
int tree_find_order(const struct table *t, const struct order *o, struct span name,
                    struct hit *ret) must_check_;

#endif
