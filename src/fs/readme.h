/* SPDX-License-Identifier: MIT */
/* Generated text that never changes while mounted: how to use what is here. */
#ifndef JSMFS_FS_README_H
#define JSMFS_FS_README_H

#include "base/buf.h"
#include "model/model.h"

struct catalog;

void readme_root(struct catalog *c, const char *mountpoint, struct buf *out);
void readme_table(struct catalog *c, const struct table *t, struct buf *out);
void readme_schema(const struct catalog *c, const struct table *t, struct buf *out);
void readme_ignore(struct buf *out);
void readme_order(const struct order *o, struct buf *out);

/* How rows are made, changed and removed; nothing where they cannot be. */
void readme_changes(const struct table *t, struct buf *out);

/* p NULL: of statements. */
void readme_procedure(const struct procedure *p, struct buf *out);
void readme_usage(const struct procedure *p,
                  struct buf *out); /* also what cat call shows */

#endif
