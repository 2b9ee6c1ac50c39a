/* SPDX-License-Identifier: MIT */
/*
 * A log file: appended to, private, and put aside under its name and the time when
 * it is full.  Several processes may write to one.  Threads: one.
 */
#ifndef JSMFS_BASE_LOGFILE_H
#define JSMFS_BASE_LOGFILE_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

struct logfile {
	int fd; /* -1: none */
	char *path;
	uint64_t max_bytes; /* 0: it is never full */
	long max_count;     /* files with the one in use; 0 and less: all are kept */
};

/* Made 0600, and made that if it is ours; *ret is untouched on failure. */
int logfile_open(const char *path, uint64_t max_bytes, long max_count,
                 struct logfile *ret, struct err *err) must_check_;
void logfile_close(struct logfile *f);

/* One write(); a failure goes unnoticed: there is nobody to tell. */
void logfile_write(struct logfile *f, struct span line);

#endif
