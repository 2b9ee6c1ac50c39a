/* SPDX-License-Identifier: MIT */
/*
 * The files that a site keeps beside its rows, attachments: which there are, under
 * names that can stand in a directory, and their bytes.  Threads: any; a list
 * never changes.
 */
#ifndef JSMFS_QUERY_BLOB_H
#define JSMFS_QUERY_BLOB_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/run.h"
#include "base/str.h"
#include "model/model.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct engine;

#define BLOB_NAME_MAX 255

struct blob {
	char *id;    /* digits */
	char *label; /* what the site calls it */
	char *name;  /* no other in the list has it, and no directory minds it */
	uint64_t bytes;
	int64_t time_ms; /* wall clock */
};

struct blobs {
	atomic_uint refs;
	struct blob *p;
	size_t n;
	int64_t fetched_mono; /* clock_mono_ms() when it was asked for */
	uint64_t epoch;       /* the caller's own */
};

struct blobs *blobs_none(void) must_check_; /* a list of nothing, never fresh */
struct blobs *blobs_ref(struct blobs *all);
void blobs_unref(struct blobs *all); /* NULL is fine */
DEFINE_CLEANUP(struct blobs *, blobs_unref)

/* Index by name; false: there is none. */
bool blobs_find(const struct blobs *all, struct span name, size_t *ret);

/*
 * Gives each its name: the label, with what cannot be in a name as %XX; where two
 * are called the same, or as a directory of intakes (which may be NULL),
 * "<id>-<label>".
 */
int blobs_name(struct blobs *all, const struct intake *intakes) must_check_;

/* Appends what a file has to be called on the site to show there under its name. */
void blob_label(struct span name, struct buf *out);

/*
 * The files that child describes for the rows of table whose column is value.
 * *ret is a reference.  Blocks: on the network.
 */
int blobs_list(struct engine *e, const struct child *child, const struct table *table,
               size_t column, struct span value, struct run *run, struct blobs **ret,
               struct err *err) must_check_;

/*
 * The n bytes from offset on, all within the file, of one on the row that value
 * names.  Blocks: on the network.
 */
int blob_read(struct engine *e, const struct blob *b, struct span value, uint64_t offset,
              size_t n, struct run *run, struct buf *ret, struct err *err) must_check_;

#endif
