/* SPDX-License-Identifier: MIT */
/* Which file that does something a place is, or shows the results of. */
#ifndef JSMFS_FS_TARGET_H
#define JSMFS_FS_TARGET_H

#include "base/buf.h"
#include "fs/control.h"
#include "fs/folder.h"
#include "fs/tree.h"

/*
 * Fills the target; its path goes into path and is borrowed from there.  f is the
 * place's query or NULL.
 */
void target_of(const struct place *p, struct folder *f, struct buf *path,
               struct target *ret);

#endif
