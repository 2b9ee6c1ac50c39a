/* SPDX-License-Identifier: MIT */
/* Between the parts of the path grammar: predicates, their values, directives. */
#ifndef JSMFS_FS_PATH_I_H
#define JSMFS_FS_PATH_I_H

#include "base/vec.h"
#include "fs/path.h"

#define PATH_VALUE_MAX_BYTES 4096

DEFINE_VEC(struct text_vec, text_vec, char *)

void path_texts_free(struct text_vec *v); /* the texts too */

/* Decodes one value, which belongs to the caller then. */
int path_value_decode(struct span raw, char **ret, struct err *err) must_check_;

/*
 * Does the text fit the column, when it is compared as a whole value?  A value of a
 * list, or a boolean, is spelled anew in place.
 */
int path_value_check(const struct column *c, char **text, struct err *err) must_check_;

/* Adds what stands behind the equals sign: a set for in and notin, else one value. */
int path_values_parse(const struct column *c, enum test test, struct span raw,
                      struct text_vec *v, struct err *err) must_check_;

/* -EINVAL lists the columns there are. */
int path_find_column(const struct selector *s, struct span name, size_t *ret,
                     struct err *err) must_check_;

/* name is decoded and starts with '_'; raw is the value as written. */
int path_add_directive(struct selector *s, struct span name, struct span raw,
                       struct err *err) must_check_;

#endif
