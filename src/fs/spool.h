/* SPDX-License-Identifier: MIT */
/*
 * Nameless files of mode 0600 in TMPDIR for what is too large for memory: gone
 * with the last descriptor, whatever happens to the program.  Threads: any.
 */
#ifndef JSMFS_FS_SPOOL_H
#define JSMFS_FS_SPOOL_H

#include "base/base.h"
#include "base/err.h"

#include <stddef.h>

/* A descriptor, to be closed by the caller; or a negative errno. */
int spool_open(struct err *err) must_check_;

/* At the end.  -ENOSPC and the like. */
int spool_write(int fd, const char *p, size_t n, struct err *err) must_check_;

#endif
