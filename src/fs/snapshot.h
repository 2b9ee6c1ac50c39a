/* SPDX-License-Identifier: MIT */
/*
 * The immutable bytes behind an open result file.  While it is being filled it
 * belongs to the one who fills it; from snapshot_seal() on it never changes and
 * any number of threads may read it.  Up to 1 MiB is kept in memory, more in a
 * nameless file of mode 0600.
 */
#ifndef JSMFS_FS_SNAPSHOT_H
#define JSMFS_FS_SNAPSHOT_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SNAPSHOT_MEMORY_BYTES (1u << 20)

/* A file may be a part of a snapshot: a column of a row, one row of many. */
struct part {
	uint64_t offset;
	uint64_t bytes;
	char *name;      /* or NULL */
	int64_t time_ms; /* its own date, wall clock; 0: that of the snapshot */
};

struct snapshot {
	atomic_uint refs;
	uint64_t size_bytes;
	uint64_t max_bytes;
	char *memory; /* the bytes, unless fd >= 0 */
	size_t cap;
	int fd;
	struct part *parts; /* NULL: the whole is the only part */
	size_t n_parts;
	int64_t fetched_ms;   /* wall clock: when it was begun */
	int64_t fetched_mono; /* the same on the monotonic clock */
	uint64_t epoch;       /* of the tables it shows, when it was begun */
	uint64_t rows;
	unsigned calls;
};

struct snapshot *snapshot_new(uint64_t max_bytes) must_check_;
struct snapshot *snapshot_ref(struct snapshot *s);
void snapshot_unref(struct snapshot *s); /* NULL is fine */
DEFINE_CLEANUP(struct snapshot *, snapshot_unref)

/* Errors: -EFBIG beyond max_bytes, -ENOSPC and the like of the file. */
int snapshot_append(struct snapshot *s, struct span bytes, struct err *err) must_check_;

/* What was appended since the last part was ended becomes a part. */
int snapshot_end_part(struct snapshot *s, struct err *err) must_check_;

/* The same, and it can be found by its name. */
int snapshot_end_named(struct snapshot *s, struct span name, int64_t time_ms,
                       struct err *err) must_check_;

/* Index of the part of that name; false: there is none. */
bool snapshot_find(const struct snapshot *s, struct span name, size_t *ret);

/* No more bytes; gives back memory that is not needed. */
void snapshot_seal(struct snapshot *s);

/* Appends the bytes of a part.  -EIO and the like of the file. */
int snapshot_read(const struct snapshot *s, const struct part *p, struct buf *out)
	must_check_;

/* Part i, or the whole if there are no parts. */
struct part snapshot_part(const struct snapshot *s, size_t i);

#endif
