/* SPDX-License-Identifier: MIT */
/*
 * One run of a folder's query: its rows become the bytes of a snapshot, in the form
 * that the slot stands for.  Knows nothing of ages and of who else asks.
 */
#ifndef JSMFS_FS_FILL_H
#define JSMFS_FS_FILL_H

#include "base/base.h"
#include "base/err.h"
#include "base/run.h"
#include "fs/folder.h"
#include "fs/snapshot.h"

#include <stdint.h>

struct child;
struct fs;

struct fill {
	struct fs *fs;
	struct folder *folder;
	enum slot slot;
	const struct child *child; /* of SLOT_TEXTS */
	struct run *run;
	struct snapshot *shot; /* filled, and sealed when all went well */
	uint64_t n_rows;       /* out */
};

/* The format of a slot below SLOT_COUNT. */
const char *fill_format(enum slot slot);

/* -ENOENT: SLOT_ROW, and the site has no such row.  Blocks: on the network. */
int fill_run(struct fill *f, struct err *err) must_check_;

#endif
