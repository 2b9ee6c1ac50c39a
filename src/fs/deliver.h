/* SPDX-License-Identifier: MIT */
/*
 * What was put into a directory goes to the site: the calls that struct intake
 * (model/model.h) names, with the row's key.  Threads: any.
 */
#ifndef JSMFS_FS_DELIVER_H
#define JSMFS_FS_DELIVER_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"
#include "fs/draft.h"
#include "fs/node.h"
#include "fs/result.h"

struct fs;

/*
 * All that is in d, as the file name of dir.  Blank text is nothing.  The sentence
 * says what to look at when the outcome is unknown.  Blocks: on the network.
 */
int deliver(struct fs *fs, const struct node *dir, struct span name, struct draft *d,
            const struct wish *w, struct err *err) must_check_;

#endif
