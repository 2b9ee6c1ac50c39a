/* SPDX-License-Identifier: MIT */
/*
 * What went wrong lately, as JSON lines: the ring behind errors.ndjson, and the
 * one object an `error` file shows.  Also the one place of this layer where a
 * failure is logged.  Threads: any.
 */
#ifndef JSMFS_FS_FAULT_H
#define JSMFS_FS_FAULT_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

#define FAULT_RING 256

struct faults;

struct faults *faults_new(void) must_check_;
void faults_free(struct faults *f);

/*
 * Remembers that err befell path, logs it, and appends its JSON object with a
 * newline to line (which may be NULL).
 */
void faults_note(struct faults *f, struct span path, const struct err *err,
                 struct buf *line);

/* The JSON object of a failure, with a newline, as it happens now. */
void fault_print(struct span path, const struct err *err, struct buf *out);

void faults_print(struct faults *f, struct buf *out); /* the ring, oldest first */
void faults_last(struct faults *f, struct buf *out);  /* the newest, or nothing */
uint64_t faults_count(struct faults *f);              /* since the mount began */

#endif
