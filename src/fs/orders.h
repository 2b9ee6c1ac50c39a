/* SPDX-License-Identifier: MIT */
/*
 * Files that do something about the row in whose directory they are, such as to
 * answer an approval; and directories of them, one for each row there is, whose
 * names the site is asked for when they are opened or looked into.  Threads: any.
 */
#ifndef JSMFS_FS_ORDERS_H
#define JSMFS_FS_ORDERS_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"
#include "fs/control.h"
#include "fs/node.h"
#include "fs/result.h"
#include "proc/input.h"

#include <stdint.h>

struct fs;

/* What is known from the place goes into every call; lines are values. */
int order_prepare(const struct target *t, struct input *in, struct err *err) must_check_;

/*
 * The names in a directory of orders; RESOLVE_ASK (fs/resolve.h) when w is NULL and
 * the site would have to be asked.  Blocks: on the network if w is given.
 */
int orders_list(struct fs *fs, struct node *dir, const struct wish *w,
                struct listing *ret, struct err *err) must_check_;

/* Is there such a name?  0, -ENOENT, RESOLVE_ASK, or what went wrong. */
int orders_find(struct fs *fs, struct node *dir, struct span name, const struct wish *w,
                struct place *ret, int64_t *ret_absent_ms, struct err *err) must_check_;

#endif
