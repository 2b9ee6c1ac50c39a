/* SPDX-License-Identifier: MIT */
/*
 * Bytes that somebody is writing, and the names that editors, sed -i, perl and
 * rsync use on their way to the real one: those live here, in memory, and reach
 * neither the site nor the disk.  Bounded in number and size.  Its locks are
 * leaves.  Threads: any.
 */
#ifndef JSMFS_FS_SCRATCH_H
#define JSMFS_FS_SCRATCH_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DRAFT_MAX_BYTES (1u << 20)
#define SCRATCH_MAX 128

/* ------------------------------------------------------------------ drafts */

struct draft {
	atomic_uint refs;
	bool is_link; /* never changes: the bytes are the target of a symbolic link */
	pthread_mutex_t lock;
	struct buf bytes;   /* lock */
	bool dirty;         /* lock; changed since it was committed */
	bool orphan;        /* lock; its name was taken away: nothing is committed */
	int64_t changed_ms; /* lock; wall clock */
};

struct draft *draft_new(struct span bytes, bool is_link) must_check_;
struct draft *draft_ref(struct draft *d); /* NULL is fine */
void draft_unref(struct draft *d);        /* NULL is fine */
DEFINE_CLEANUP(struct draft *, draft_unref)

#define DRAFT_END UINT64_MAX

/* offset DRAFT_END: at the end.  A gap is filled with NUL.  -EFBIG, -ENOMEM. */
int draft_write(struct draft *d, uint64_t offset, struct span bytes) must_check_;
int draft_resize(struct draft *d, uint64_t n) must_check_;
void draft_orphan(struct draft *d);
size_t draft_size(struct draft *d, int64_t *ret_changed_ms);

/* Appends at most size bytes from offset. */
void draft_read(struct draft *d, uint64_t offset, size_t size, struct buf *out);

/* If there is something new to commit: appends all, and it counts as committed. */
bool draft_take(struct draft *d, struct buf *out);

/* ------------------------------------------------------------------- names */

/* Is it a name that tools save through?  One const table says so. */
bool scratch_is_name(struct span name);

struct scratch;

struct scratch *scratch_new(void) must_check_;
void scratch_free(struct scratch *s);

struct draft *scratch_find(struct scratch *s, struct span name); /* a reference */

/* Takes a reference; one that had the name loses it.  -ENOMEM. */
int scratch_add(struct scratch *s, struct span name, struct draft *d) must_check_;
bool scratch_del(struct scratch *s, struct span name);

/* Calls fn for each name under the lock, until it returns something else than 0. */
int scratch_each(struct scratch *s, int (*fn)(void *ctx, const char *name, bool is_link),
                 void *ctx) must_check_;

#endif
