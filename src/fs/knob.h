/* SPDX-License-Identifier: MIT */
/*
 * The files of ctl/: a line that is written sets something of the mount, a read tells
 * how it is set.  A read-only mount only tells: the kernel lets nobody write there.
 */
#ifndef JSMFS_FS_KNOB_H
#define JSMFS_FS_KNOB_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

struct fs;
struct verb;

struct knob {
	const char *name; /* NULL ends the table */
	/* A line without its end, trimmed, never empty. */
	int (*set)(struct fs *fs, struct span line, struct err *err);
	/* Always as many bytes: the kernel keeps the size. */
	void (*print)(struct fs *fs, struct buf *out);
};

extern const struct knob knobs[];

extern const struct verb verb_knob; /* of target.knob */

const struct knob *knob_named(struct span name); /* NULL: none */

#endif
