/* SPDX-License-Identifier: MIT */
/*
 * Lines written to insert, update and delete: calls of the table's procedure, to which
 * the directory adds what its query says.  A line of update and delete is about one
 * row, which the query must select; the word "all" in delete is about every row that
 * it selects.
 */
#ifndef JSMFS_FS_CHANGES_H
#define JSMFS_FS_CHANGES_H

#include "base/err.h"
#include "base/run.h"
#include "fs/control.h"
#include "proc/input.h"
#include "proc/run.h"
#include "query/change.h"

#include <stdbool.h>

struct fs;

/*
 * The parameters of a line of t: the procedure's, and for delete behind them the word
 * for all, none of them required.  To be freed.
 */
int changes_params(const struct target *t, struct param **ret, struct err *err)
	must_check_;

/* What the query of t says of every line. */
int changes_preset(const struct target *t, struct input *in, struct err *err) must_check_;

/* Is the line the word for all?  -EINVAL: it says more than that. */
bool changes_is_all(const struct target *t, const struct args *args);
int changes_check_all(const struct target *t, const struct args *args, struct err *err)
	must_check_;

/* One line, as proc_run().  Threads: any.  Blocks: on the network. */
int changes_run(struct fs *fs, const struct target *t, const struct args *args,
                struct run *run, struct receipt *ret, struct err *err) must_check_;

/* Removes every row that the query selects.  Blocks: on the network. */
int changes_remove_all(struct fs *fs, const struct target *t, const struct change *how,
                       struct run *run, struct err *err) must_check_;

#endif
