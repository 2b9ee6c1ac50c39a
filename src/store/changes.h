/* SPDX-License-Identifier: MIT */
/*
 * Who changed what: counters in a file of mode 0600 that all processes of one user
 * map, so that what one of them changed is not shown as it was by another.  Reading
 * a counter is reading memory.  Several things may share a counter: a change too
 * many is believed, never one too few.  Threads: any.
 */
#ifndef JSMFS_STORE_CHANGES_H
#define JSMFS_STORE_CHANGES_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

struct changes;

/* path NULL: of this process alone. */
int changes_open(const char *path, struct changes **ret, struct err *err) must_check_;
void changes_close(struct changes *c);
DEFINE_CLEANUP(struct changes *, changes_close)

/* A thing of the site was changed; once it is back, every process knows. */
void changes_note(struct changes *c, struct span site, struct span thing);

/* Another number than before whenever that was changed. */
uint64_t changes_count(struct changes *c, struct span site, struct span thing);

/* Readable when something may have been changed by whomever, or -1; to be drained. */
int changes_fd(const struct changes *c);
void changes_drain(struct changes *c);

#endif
