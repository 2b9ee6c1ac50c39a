/* SPDX-License-Identifier: MIT */
/*
 * Names of rows that the site does not have, as long as the kernel believes it: when
 * rows are changed, they may have come.  Threads: any; its lock is taken last.
 */
#ifndef JSMFS_FS_ABSENT_H
#define JSMFS_FS_ABSENT_H

#include "base/base.h"
#include "base/str.h"

#include <stdint.h>

struct absents;
struct fs;

struct absents *absents_new(void) must_check_;
void absents_free(struct absents *a);

/*
 * How long the kernel may believe that there is no such name in parent: age_ms, or
 * nothing when there are too many to be remembered.
 */
int64_t absents_add(struct absents *a, uint64_t parent, struct span name, int64_t age_ms);

/* Makes the kernel look all of them up again.  No lookup may wait for this thread. */
void absents_forget(struct fs *fs);

#endif
