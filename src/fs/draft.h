/* SPDX-License-Identifier: MIT */
/*
 * Bytes that somebody is writing.  Small ones are memory, files that are to be
 * attached a nameless file on the disk.  Its lock is a leaf.  Threads: any.
 */
#ifndef JSMFS_FS_DRAFT_H
#define JSMFS_FS_DRAFT_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DRAFT_MAX_BYTES (1u << 20)     /* of a text */
#define DRAFT_FILE_BYTES (64ull << 30) /* of a file */

enum draft_kind {
	DRAFT_TEXT,
	DRAFT_LINK, /* the bytes are the target of a symbolic link */
	DRAFT_FILE
};

struct draft {
	atomic_uint refs;
	enum draft_kind kind; /* never changes, as the two below */
	uint64_t max_bytes;
	int fd;
	pthread_mutex_t lock;
	uint64_t size;      /* lock */
	bool dirty;         /* lock; changed since it was committed */
	bool orphan;        /* lock; its name was taken away: nothing is committed */
	bool sealed;        /* lock; it was sent, or is being sent: never again */
	int64_t changed_ms; /* lock; wall clock */
};

/* Errors: -ENOMEM, -EFBIG, those of making a file in TMPDIR. */
int draft_new(enum draft_kind kind, struct span bytes, struct draft **ret,
              struct err *err) must_check_;
struct draft *draft_ref(struct draft *d); /* NULL is fine */
void draft_unref(struct draft *d);        /* NULL is fine */
DEFINE_CLEANUP(struct draft *, draft_unref)

#define DRAFT_END UINT64_MAX

/*
 * offset DRAFT_END: at the end.  A gap is filled with NUL.  -EFBIG; -EPERM when it
 * is sealed; -ENOSPC and the like.
 */
int draft_write(struct draft *d, uint64_t offset, struct span bytes) must_check_;
int draft_resize(struct draft *d, uint64_t n) must_check_;
void draft_orphan(struct draft *d);
uint64_t draft_size(struct draft *d, int64_t *ret_changed_ms);

/* Appends at most size bytes from offset; less only at the end.  -EIO and the like. */
int draft_read(struct draft *d, uint64_t offset, size_t size, struct buf *out)
	must_check_;

/* If there is something new to commit: appends all, and it counts as committed. */
bool draft_take(struct draft *d, struct buf *out);

/* Something is to be committed even if nobody writes to it. */
void draft_mark(struct draft *d);

/* Is there something to commit? */
bool draft_is_dirty(struct draft *d);

/* Was it sealed?  Then when it was changed last. */
bool draft_is_sealed(struct draft *d, int64_t *ret_changed_ms);

/* True once, if there is something to commit: from then on it does not change. */
bool draft_seal(struct draft *d);

#endif
