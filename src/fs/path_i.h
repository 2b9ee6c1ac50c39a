/* SPDX-License-Identifier: MIT */
/* Between the halves of the path grammar: predicates and directives. */
#ifndef JSMFS_FS_PATH_I_H
#define JSMFS_FS_PATH_I_H

#include "fs/path.h"

/* -EINVAL lists the columns there are. */
int path_find_column(const struct selector *s, struct span name, size_t *ret,
                     struct err *err) must_check_;

/* name is decoded and starts with '_'; raw is the value as written. */
int path_add_directive(struct selector *s, struct span name, struct span raw,
                       struct err *err) must_check_;

#endif
