/* SPDX-License-Identifier: MIT */
/*
 * A name in a directory to a node, by the rules of inodes: one inode is one
 * content.  A name whose content is out of date gets a new inode, the old one
 * stays as it is for those who have it open.  Threads: any.
 */
#ifndef JSMFS_FS_RESOLVE_H
#define JSMFS_FS_RESOLVE_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"
#include "fs/node.h"
#include "fs/result.h"

#include <stdbool.h>
#include <stdint.h>

struct fs;

#define RESOLVE_ASK 1 /* only the site knows: try again with a wish */

/*
 * 0 and a reference; RESOLVE_ASK when w is NULL and the site would have to be
 * asked; -ENOENT with how long that will stay true; else what went wrong, filed.
 * Blocks: on the network if w is given.
 */
int resolve(struct fs *fs, struct node *dir, struct span name, const struct wish *w,
            struct node **ret, int64_t *ret_absent_ms, struct err *err) must_check_;

#endif
