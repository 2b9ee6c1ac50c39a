/* SPDX-License-Identifier: MIT */
/*
 * The content of files that are made from memory: those that never change
 * (readme.h) and those that tell what happened.  Threads: any.
 */
#ifndef JSMFS_FS_REPORT_H
#define JSMFS_FS_REPORT_H

#include "base/base.h"
#include "base/err.h"
#include "fs/folder.h"
#include "fs/text.h"
#include "fs/tree.h"

#include <stdbool.h>
#include <stdint.h>

struct fs;

/* The bytes of a place of CLASS_TEXT, CLASS_REPORT, or the usage text of a call. */
int report_text(struct fs *fs, const struct place *p, struct folder *f, struct text **ret,
                struct err *err) must_check_;

/* Changes when what the file tells may have changed. */
uint64_t report_version(struct fs *fs, const struct place *p, struct folder *f);

/* Does it also tell the time, so that it differs at every look? */
bool report_is_ticking(enum place_kind kind);

#endif
