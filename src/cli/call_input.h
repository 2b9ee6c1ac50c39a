/* SPDX-License-Identifier: MIT */
/* Many calls of a procedure from a file, in the grammar of control files. */
#ifndef JSMFS_CLI_CALL_INPUT_H
#define JSMFS_CLI_CALL_INPUT_H

#include "base/base.h"
#include "base/err.h"
#include "base/sync.h"
#include "cli/app.h"
#include "format/writer.h"
#include "model/model.h"

/*
 * Reads path, or standard input for "-", and prints a receipt for each call as it
 * is known, in the order of the input; a summary to standard error.  0 when all were
 * applied; else the errno of the first failure, of which err->outcome is unknown when
 * that of any is.  Blocks: on the network.
 */
int call_input(struct app *app, const struct procedure *p, const char *path,
               const struct format *format, struct cancel *cancel, struct err *err)
	must_check_;

#endif
