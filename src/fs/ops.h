/* SPDX-License-Identifier: MIT */
/*
 * The callbacks of libfuse: decode, delegate, reply; no decisions.  What may
 * have to wait for the site goes to a job, everything else is answered at once.
 */
#ifndef JSMFS_FS_OPS_H
#define JSMFS_FS_OPS_H

#include <fuse_lowlevel.h>

/* The user data of the session is a struct fs. */
extern const struct fuse_lowlevel_ops ops_table;

#endif
