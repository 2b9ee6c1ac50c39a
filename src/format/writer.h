/* SPDX-License-Identifier: MIT */
/*
 * Rows to bytes.  The seam is begin, row, end; the bytes collect in a buf which
 * the caller empties between rows when it wants to (a spool, a descriptor).
 * Knows nothing of where rows come from.  One thread per writer.
 */
#ifndef JSMFS_FORMAT_WRITER_H
#define JSMFS_FORMAT_WRITER_H

#include "base/base.h"
#include "base/buf.h"
#include "base/value.h"

#include <stddef.h>

struct writer; /* one document being written */

struct format {
	const char *name; /* "csv": also the file name's extension */
	const char *doc;  /* one sentence */
	size_t state_bytes;
	void (*begin)(struct writer *w);
	void (*row)(struct writer *w, const struct value *cells);
	void (*end)(struct writer *w);
};

struct writer {
	const struct format *format;
	struct buf *out; /* borrowed; its status is the writer's */
	size_t n_columns;
	const char *const *names; /* borrowed */
	size_t n_rows;            /* written so far */
	void *state;              /* the format's own */
};

/* NULL ends the array: csv, tsv, json, ndjson, table (for terminals). */
extern const struct format *const format_all[];
const struct format *format_by_name(const char *name); /* or NULL */

/* 0 or -ENOMEM.  Then begin, row*, end; then writer_clear(). */
int writer_init(struct writer *w, const struct format *f, struct buf *out,
                size_t n_columns, const char *const *names) must_check_;
void writer_begin(struct writer *w);
void writer_row(struct writer *w, const struct value *cells);
void writer_end(struct writer *w);
void writer_clear(struct writer *w);

#endif
