/* SPDX-License-Identifier: MIT */
/*
 * Who may cause calls: known indexers may not, and one process only so often a
 * minute.  Threads: any.
 */
#ifndef JSMFS_FS_GUARD_H
#define JSMFS_FS_GUARD_H

#include "base/base.h"
#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

struct guard;

/* indexers: patterns of command names, comma-separated; copied. */
struct guard *guard_new(const char *indexers, long budget_per_minute) must_check_;
void guard_free(struct guard *g);

/* The process of a thread, by /proc; the thread itself if it cannot be read. */
pid_t guard_process(pid_t thread);

bool guard_is_indexer(const struct guard *g, pid_t thread);

/* Counts one cold open; -EDQUOT when the process has used up its minute. */
int guard_admit(struct guard *g, pid_t process, struct err *err) must_check_;

#endif
