/* SPDX-License-Identifier: MIT */
/*
 * The directory UserViews/: for each view of the user's own a file Name.sql, its
 * text, and a table directory Name/.  What can be done to them, and what the
 * last failure was.  Threads: any.
 */
#ifndef JSMFS_FS_VIEWS_H
#define JSMFS_FS_VIEWS_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "fs/node.h"
#include "fs/scratch.h"
#include "fs/text.h"
#include "fs/tree.h"

#include <stdbool.h>
#include <stdint.h>

#define VIEWS_DIR SPAN("UserViews")

struct fs;
struct views;

struct views *views_new(void) must_check_;
void views_free(struct views *v); /* NULL is fine */

/* As tree_list() and tree_find(), for this directory. */
int views_list(struct fs *fs, const struct place *dir, struct listing *ret,
               struct err *err) must_check_;
int views_find(struct fs *fs, const struct place *dir, struct span name, struct hit *ret,
               struct err *err) must_check_;

/* Does the node still show what its name stands for now? */
bool views_is_current(struct fs *fs, struct node *n, const struct place *now);

/* Gives a new node of PLACE_VIEW_SQL, PLACE_SCRATCH or PLACE_SCRATCH_LINK its bytes. */
int views_fill(struct fs *fs, struct node *n, struct err *err) must_check_;

/* Is a file Name.sql meant?  Then the name of the view. */
bool views_sql_name(struct span file, struct span *ret);

/*
 * May a file with this name be made?  0, and whether it is a view's; -EINVAL,
 * -EEXIST with a sentence, which is filed.
 */
int views_check_new(struct fs *fs, struct span file, bool *ret_is_view, struct err *err)
	must_check_;

/* Commits the draft of Name.sql if there is anything new in it; blank text is nothing. */
int views_commit(struct fs *fs, struct span file, struct draft *d, struct err *err)
	must_check_;

int views_unlink(struct fs *fs, struct node *dir, struct span file, struct err *err)
	must_check_;

/*
 * A scratch file onto Name.sql commits it; Name.sql onto a scratch name is a
 * backup: the view stays.  replace: may *to* be there already?
 */
int views_rename(struct fs *fs, struct node *dir, struct span from, struct span to,
                 bool replace, struct err *err) must_check_;

/* Does the node, or a name that leads to it, stand for a view? */
bool views_has(const struct node *n);

/*
 * From here on the kernel may keep names of views (views_are_watched()).  A descriptor
 * that is readable when the file of the views may have changed, then views_drain() is
 * due; or -1.
 */
int views_watch(struct fs *fs);
bool views_are_watched(struct fs *fs);
void views_drain(struct fs *fs);

/* If views have changed the kernel looks their names up again, soon (notifier_settle()).
 */
void views_catch_up(struct fs *fs);

/* UserViews/error and UserViews/README.md */
void views_print_error(struct fs *fs, struct buf *out);
void views_print_readme(struct fs *fs, struct buf *out);
uint64_t views_version(struct fs *fs);

#endif
