/* SPDX-License-Identifier: MIT */
/*
 * Which processes walk the tree: they read the names below id/ and then go into
 * each.  Nobody asked them for what is in there, so for them nothing is asked of
 * the site.  Threads: any.
 */
#ifndef JSMFS_FS_WALKERS_H
#define JSMFS_FS_WALKERS_H

#include "base/base.h"
#include "fs/tree.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct walkers;

struct walkers *walkers_new(void) must_check_;
void walkers_free(struct walkers *w); /* NULL is fine */

/* A thread of the process opens a directory, or reads the names in it. */
void walkers_saw(struct walkers *w, pid_t thread, enum place_kind kind, bool reads);

/*
 * The number of the walk that the process is on, no other has it: it started from id/
 * and has gone on since.  0: it does not walk, or cannot be seen from here (thread 0).
 */
uint64_t walkers_walk(struct walkers *w, pid_t thread);

#endif
