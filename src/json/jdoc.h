/* SPDX-License-Identifier: MIT */
/*
 * Owning handle on a parsed JSON document, and borrowed handles on its nodes.
 * Depth is limited to 64; the size is the caller's to limit.  One thread at a
 * time per document.  A node lives as long as its document.
 */
#ifndef JSMFS_JSON_JDOC_H
#define JSMFS_JSON_JDOC_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jdoc;
struct jnode;

enum jtype { J_NULL, J_BOOL, J_INT, J_REAL, J_STRING, J_ARRAY, J_OBJECT };

/* One document with nothing but white space behind it.  -EBADMSG says where it stops. */
int jdoc_parse(struct span text, struct jdoc **ret, struct err *err) must_check_;
void jdoc_free(struct jdoc *d);
DEFINE_CLEANUP(struct jdoc *, jdoc_free)
const struct jnode *jdoc_root(const struct jdoc *d);

/* All of these accept NULL and a node of another type: then nothing is there. */
enum jtype jnode_type(const struct jnode *n);
const struct jnode *jnode_get(const struct jnode *object, const char *name);
size_t jnode_len(const struct jnode *array);
const struct jnode *jnode_at(const struct jnode *array, size_t i);
struct span jnode_text(const struct jnode *string);
bool jnode_bool(const struct jnode *n, bool otherwise);
bool jnode_int(const struct jnode *n, int64_t *ret);

/* Members in document order: start with *cursor = 0; false at the end. */
bool jnode_each(const struct jnode *object, size_t *cursor, struct span *ret_name,
                const struct jnode **ret_value);

/* Compact JSON text; slashes are not escaped. */
void jnode_print(const struct jnode *n, struct buf *out);

#endif
