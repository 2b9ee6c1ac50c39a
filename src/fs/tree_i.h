/* SPDX-License-Identifier: MIT */
/* Between listing and finding: the names that are the same everywhere. */
#ifndef JSMFS_FS_TREE_I_H
#define JSMFS_FS_TREE_I_H

#include "fs/tree.h"

struct fixed_name {
	const char *name; /* NULL ends the array */
	enum place_kind kind;
	const char *format; /* or NULL */
};

extern const struct fixed_name tree_root_names[], tree_proc_names[], tree_table_names[],
	tree_views_names[], tree_change_names[];

/* The table as a query of its own: selector and path. */
int tree_hit_table(struct hit *h, const struct table *t, struct err *err) must_check_;

struct place tree_place_of(const struct place *dir, const struct fixed_name *f);
/* Can rows be made, changed or removed there?  Then the file that does it. */
bool tree_place_change(const struct place *dir, const struct selector *sel,
                       const struct fixed_name *f, struct place *ret);
bool tree_has_facets(const struct catalog *c, const struct table *t);
bool tree_is_whole_table(const struct selector *sel);

/* Is the column a file of a row? */
bool tree_is_cell(const struct catalog *c, const struct table *t, size_t i);

/* The canonical path of the selector becomes that of the hit. */
int tree_hit_query(struct hit *h, const struct selector *sel, struct err *err)
	must_check_;

/* The value that a name is made of; -ENOENT: it is made of none. */
int tree_value(struct span name, struct buf *out, struct err *err) must_check_;

/* Can the column have such a value? */
bool tree_has_form(const struct table *t, const char *column, struct span value);

/* What belongs to a row, in its directory … */
int tree_list_children(struct listing *l, const struct table *t, struct catalog *c)
	must_check_;
int tree_find_child(const struct place *row, const struct selector *sel,
                    struct catalog *c, struct span name, struct hit *ret, struct err *err)
	must_check_;

/* What can be done about a row, or about what belongs to one. */
int tree_list_orders(struct listing *l, const struct table *t, const struct order *o)
	must_check_;
int tree_find_order(const struct table *t, const struct order *o, struct span name,
                    struct hit *ret) must_check_;

/* … and in the directories there; sel says whose. */
int tree_list_child(struct listing *l, const struct place *dir,
                    const struct selector *sel, struct catalog *c, struct err *err)
	must_check_;
int tree_find_in_child(const struct place *dir, const struct selector *sel,
                       struct span name, struct hit *ret, struct err *err) must_check_;

#endif
