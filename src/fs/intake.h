/* SPDX-License-Identifier: MIT */
/*
 * Directories that take files: what is put into one becomes an attachment or a
 * comment when it is closed for the last time, all of it and once.  What editors
 * write on the way there stays here.  Threads: any.
 */
#ifndef JSMFS_FS_INTAKE_H
#define JSMFS_FS_INTAKE_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"
#include "fs/draft.h"
#include "fs/node.h"
#include "fs/result.h"

#include <stdbool.h>

struct fs;

bool intake_is_dir(const struct node *n);

/*
 * A name that lives here only: old if it still stands for the same, scratch, a
 * directory.  -ENOENT: it is none of these.
 */
int intake_resolve(struct fs *fs, struct node *dir, struct span name, struct node *old,
                   struct node **ret, struct err *err) must_check_;

/* Adds those names. */
int intake_list(struct fs *fs, const struct node *dir, struct listing *l, struct err *err)
	must_check_;

/* A new file, which nobody has seen yet; a name that cannot be one is filed. */
int intake_make(struct fs *fs, struct node *dir, struct span name, struct node **ret)
	must_check_;
int intake_link(struct fs *fs, struct node *dir, struct span name, struct span target,
                struct node **ret) must_check_;

/*
 * A name that was written to a moment ago takes a new text: what is written now is
 * another one.  0 for all other files.
 */
int intake_reopen(struct fs *fs, struct node *n) must_check_;

/* Is the name of no use any more, now that nobody writes to the file? */
bool intake_is_over(struct fs *fs, const struct node *n);

/*
 * Sends what is in the draft, unless it was sent, is nothing, or lost its name.  The
 * name of a file stands then for what the site has; that of a text is kept for a
 * moment, because tools go on to set its mode.  A failure is filed, and the name is
 * free.  Blocks: on the network.
 */
int intake_commit(struct fs *fs, struct node *n, struct draft *d, const struct wish *w)
	must_check_;

/* The writer was killed: nothing is sent, which is filed. */
void intake_abandon(struct fs *fs, struct node *n, struct draft *d);

int intake_unlink(struct fs *fs, struct node *dir, struct span name) must_check_;

/* Scratch onto another name sends it.  replace: may *to* be scratch already? */
int intake_rename(struct fs *fs, struct node *dir, struct span from, struct span to,
                  bool replace, const struct wish *w) must_check_;

/* -EPERM, filed: what the site has cannot be changed. */
int intake_refuse(struct fs *fs, const struct node *n) must_check_;

#endif
