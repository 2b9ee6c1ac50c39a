/* SPDX-License-Identifier: MIT */
/*
 * A procedure run for somebody who writes to a file: counted, bounded by his
 * patience, and what it changed is not shown as it was any more.  Threads: any.
 */
#ifndef JSMFS_FS_PERFORM_H
#define JSMFS_FS_PERFORM_H

#include "base/base.h"
#include "base/err.h"
#include "fs/result.h"
#include "model/model.h"
#include "proc/run.h"

#include <stdint.h>

struct fs;

/* One call, counted.  As proc_run().  Blocks: on the network. */
int perform_run(struct fs *fs, const struct procedure *p, const struct args *args,
                struct run *run, struct receipt *ret, struct err *err) must_check_;

/*
 * Shows what calls of p left behind; acted: one may have changed something, as one of
 * unknown outcome may.
 */
void perform_touch(struct fs *fs, const struct procedure *p, bool acted);

/*
 * Both, on its own.  batch: of sys_identity; 0 before the first call that belongs to it,
 * set by that. As proc_run(): *ret is filled in any case.  Blocks: on the network.
 */
int perform(struct fs *fs, const struct procedure *p, const struct args *args,
            const struct wish *w, uint64_t *batch, struct receipt *ret, struct err *err)
	must_check_;

/* The row of t that was made is known by its name from now on, one removed is not. */
void perform_show(struct fs *fs, const struct table *t, const struct procedure *p,
                  const struct receipt *r);

#endif
