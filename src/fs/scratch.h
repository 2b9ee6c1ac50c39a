/* SPDX-License-Identifier: MIT */
/*
 * The names that editors, sed -i, perl and rsync use on their way to the real one,
 * in all directories that can be written to: they never reach the site.  Bounded
 * in number.  Its lock is a leaf.  Threads: any.
 */
#ifndef JSMFS_FS_SCRATCH_H
#define JSMFS_FS_SCRATCH_H

#include "base/base.h"
#include "base/str.h"
#include "fs/draft.h"

#include <stdbool.h>

#define SCRATCH_MAX 128

/* Is it a name that tools save through?  One const table says so. */
bool scratch_is_name(struct span name);

struct scratch;

struct scratch *scratch_new(void) must_check_;
void scratch_free(struct scratch *s);

/* A directory is called by its path, without a slash at either end. */
struct draft *scratch_find(struct scratch *s, struct span dir,
                           struct span name); /* a reference */

/* Takes a reference; one that had the name loses it.  -ENOMEM. */
int scratch_add(struct scratch *s, struct span dir, struct span name, struct draft *d)
	must_check_;
bool scratch_del(struct scratch *s, struct span dir, struct span name);

/* Calls fn for each name in dir under the lock, until it returns something else than 0.
 */
int scratch_each(struct scratch *s, struct span dir,
                 int (*fn)(void *ctx, const char *name, bool is_link), void *ctx)
	must_check_;

#endif
