/* SPDX-License-Identifier: MIT */
/*
 * A file of this machine that is to be sent.  Opened once: what was looked at is
 * what is sent, whatever happens to the name meanwhile.
 */
#ifndef JSMFS_REST_FILE_H
#define JSMFS_REST_FILE_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

struct local_file {
	int fd;        /* -1: none */
	uint64_t size; /* when it was opened */
	char *name;    /* the last part of its path */
};

/*
 * Only an absolute path to a regular file, and none of a FUSE file system: one that
 * hangs, or that this very program serves, would hold up every call.  Blocks: on the
 * disk.
 */
int local_file_open(struct span path, struct local_file *ret, struct err *err)
	must_check_;

/* A file that is open already, under a name of its own; fd is borrowed. */
int local_file_given(int fd, struct span name, struct local_file *ret, struct err *err)
	must_check_;
int local_file_dup(const struct local_file *f, struct local_file *ret, struct err *err)
	must_check_;
void local_file_close(struct local_file *f);

#endif
