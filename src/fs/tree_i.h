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
	tree_views_names[];

/* The table as a query of its own: selector and path. */
int tree_hit_table(struct hit *h, const struct table *t, struct err *err) must_check_;

struct place tree_place_of(const struct place *dir, const struct fixed_name *f);
bool tree_has_facets(const struct catalog *c, const struct table *t);
bool tree_is_whole_table(const struct selector *sel);

/* Is the column a file of a row? */
bool tree_is_cell(const struct catalog *c, const struct table *t, size_t i);

#endif
