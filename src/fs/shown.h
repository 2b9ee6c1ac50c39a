/* SPDX-License-Identifier: MIT */
/*
 * What is in directories, and what of it the kernel may go on showing by itself.  Nothing
 * is asked of us when a directory is opened: the kernel reads the names once, keeps them,
 * and looks at the attributes when their time is over.  There we find out whether the
 * names it keeps still stand, and make it read them again if not.  Threads: any.
 */
#ifndef JSMFS_FS_SHOWN_H
#define JSMFS_FS_SHOWN_H

#include "base/base.h"
#include "fs/node.h"
#include "fs/result.h"
#include "fs/tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct fs;

/* The names of a directory as they were at one moment. */
struct shown {
	atomic_uint refs;
	uint64_t ino;
	uint64_t hash; /* of the names; never 0 */
	uint64_t walk; /* the walk that was shown what is known; 0: all there is */
	struct listing names;
};

void shown_unref(struct shown *s); /* NULL is fine */
DEFINE_CLEANUP(struct shown *, shown_unref)

/* Those that are being read, so that who reads on finds what he began with. */
struct showing;

struct showing *showing_new(void) must_check_;
void showing_free(struct showing *all); /* NULL is fine */

/*
 * A reference to the names as they are now; RESOLVE_ASK (fs/resolve.h) when w is NULL and
 * only the site knows.  Blocks: on the network if w is given.
 */
int shown_now(struct fs *fs, struct node *dir, const struct wish *w, struct shown **ret)
	must_check_;

/* Those of before that have the hash, else those of now. */
int shown_again(struct fs *fs, struct node *dir, uint32_t tag, const struct wish *w,
                struct shown **ret) must_check_;

/* What tells names from others at the same place of a directory: never negative. */
uint32_t shown_tag(const struct shown *s);

/* The number of the walk that who asks is on; 0: he does not walk. */
uint64_t shown_walk(struct fs *fs, const struct wish *w);

/* All were read: the kernel keeps them, or forgets them at once where it has to. */
void shown_whole(struct fs *fs, struct node *dir, const struct shown *s);

/*
 * The kernel is about to be told the attributes of a directory: names that it keeps, and
 * that are not true any more for who asks, it forgets.  How long it may use the
 * attributes without asking again, in seconds.
 */
double shown_check(struct fs *fs, struct node *dir, pid_t thread) must_check_;

/* Do names come and go in there that the kernel keeps for a while? */
bool shown_may_change(const struct place *dir);

#endif
