/* SPDX-License-Identifier: MIT */
/*
 * Directories of files that the site keeps, such as attachments.  What is in one
 * is learned when it is opened, or when a name in it is looked up, and believed for
 * as long as a result; a file is read in blocks, the last few of which are shared
 * by all who read.  Threads: any.
 */
#ifndef JSMFS_FS_ATTACHED_H
#define JSMFS_FS_ATTACHED_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"
#include "fs/node.h"
#include "fs/result.h"

#include <stddef.h>
#include <stdint.h>

struct blocks;
struct fs;

/* What a read asks for. */
struct extent {
	uint64_t offset;
	size_t size;
};

struct blocks *blocks_new(void) must_check_;
void blocks_free(struct blocks *b); /* NULL is fine */

/*
 * The names in a directory; RESOLVE_ASK (fs/resolve.h) when w is NULL and the site
 * would have to be asked.  Blocks: on the network if w is given.
 */
int attached_list(struct fs *fs, struct node *dir, const struct wish *w,
                  struct listing *ret, struct err *err) must_check_;

/* As resolve(); old: the node that has the name now, or NULL. */
int attached_resolve(struct fs *fs, struct node *dir, struct span name, struct node *old,
                     const struct wish *w, struct node **ret, int64_t *ret_absent_ms,
                     struct err *err) must_check_;

/* May this caller open it?  Counts in its budget. */
int attached_admit(struct fs *fs, struct node *n, const struct wish *w, struct err *err)
	must_check_;

/* Appends the bytes that are there of the extent.  Blocks: on the network. */
int attached_read(struct fs *fs, struct node *n, const struct extent *e,
                  const struct wish *w, struct buf *out, struct err *err) must_check_;

#endif
