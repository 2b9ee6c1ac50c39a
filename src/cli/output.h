/* SPDX-License-Identifier: MIT */
/* What the commands that print rows share. */
#ifndef JSMFS_CLI_OUTPUT_H
#define JSMFS_CLI_OUTPUT_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/sync.h"
#include "format/writer.h"

#include <stdbool.h>

/* By the word of --format; wrong usage when there is none of that name. */
int output_format(const char *name, const struct format **ret, struct err *err)
	must_check_;

/* For a terminal, or for a program. */
const struct format *output_format_usual(void);

/* Writes what has gathered to standard output, unless it is little and not all. */
int output_drain(struct buf *out, bool all, struct err *err) must_check_;

/* Ctrl-C fires the token, a second one ends the process.  Before any thread is made. */
int output_watch_interrupt(struct cancel *cancel, struct err *err) must_check_;

#endif
