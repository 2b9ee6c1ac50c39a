/* SPDX-License-Identifier: MIT */
/*
 * Tells the kernel which names it has to look up again.  The kernel takes the lock
 * of the name's directory for it, which whoever waits there for an answer of ours may
 * hold (a rename, or lookups behind one): so one thread does nothing else, and who asks
 * waits for it only as long as it would take a kernel that is free.  Threads: any.
 */
#ifndef JSMFS_FS_NOTIFY_H
#define JSMFS_FS_NOTIFY_H

#include "base/base.h"

#include <stdint.h>

struct fuse_session;
struct notifier;

struct notifier *notifier_new(void) must_check_; /* NULL: out of memory */

/* Waits for names under way: the session has to be unmounted, and not yet destroyed. */
void notifier_free(struct notifier *n); /* NULL is fine */

/*
 * The name will be looked up again soon after.  When there is no memory or too much
 * under way nothing happens: the kernel asks by itself when its time is over.
 */
void notifier_name(struct notifier *n, struct fuse_session *session, uint64_t parent,
                   const char *name);

/* Until all names given before are done, at most NOTIFY_WAIT_MS. */
#define NOTIFY_WAIT_MS 200
void notifier_settle(struct notifier *n);

#endif
