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

/*
 * batch: of sys_identity; 0 before the first call that belongs to it, set by that.
 * As proc_run(): *ret is filled in any case.  Blocks: on the network.
 */
int perform(struct fs *fs, const struct procedure *p, const struct args *args,
            const struct wish *w, uint64_t *batch, struct receipt *ret, struct err *err)
	must_check_;

#endif
