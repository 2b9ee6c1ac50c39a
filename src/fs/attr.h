/* SPDX-License-Identifier: MIT */
/*
 * What stat, statfs and getxattr say, and for how long the kernel may believe
 * it.  A guessed size holds until somebody opens the file; before that open is
 * answered the kernel is told the true one (fs/ops_file.c).  Threads: any.
 */
#ifndef JSMFS_FS_ATTR_H
#define JSMFS_FS_ATTR_H

#include "base/base.h"
#include "base/buf.h"
#include "fs/node.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

struct fs;

/* Also tells how long the attributes hold. */
void attr_stat(struct fs *fs, struct node *n, struct stat *ret, double *ret_timeout);

/* How long the name leads to this node. */
double attr_entry_timeout(struct fs *fs, struct node *n);

/* Can the name stand for long, because what it tells does? */
bool attr_may_be_quiet(const struct place *p);

/*
 * Whose name is looked up again when there is something new to tell, or when it is opened
 * and time alone has made it old (fs/ops_open.c).
 */
bool attr_tells_of_query(const struct place *p);

/* The mode, with its type, of what is at such a place. */
mode_t attr_mode(const struct fs *fs, const struct place *place);

void attr_statfs(struct statvfs *ret);

/* The value of user.jsmfs.* of a result file; -ENODATA. */
int attr_xattr(struct fs *fs, const struct node *n, const char *name, struct buf *out)
	must_check_;

/* The names there are, each with its NUL. */
void attr_xattr_list(struct fs *fs, const struct node *n, struct buf *out);

#endif
