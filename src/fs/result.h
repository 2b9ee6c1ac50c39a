/* SPDX-License-Identifier: MIT */
/*
 * Results as snapshots: which one a node shows, when it is too old, and how it
 * is made: one query for all who want it at the same time.  Threads: any.
 */
#ifndef JSMFS_FS_RESULT_H
#define JSMFS_FS_RESULT_H

#include "base/base.h"
#include "base/err.h"
#include "base/run.h"
#include "base/sync.h"
#include "base/value.h"
#include "fs/folder.h"
#include "fs/node.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct fs;

/* On whose behalf, and until when. */
struct wish {
	struct cancel *cancel;
	int64_t deadline;
	pid_t thread; /* who asks; 0: nobody in particular */
	/* The number of the walk that it belongs to (fs/walkers.h): then the site is not
	 * asked for the names in a directory. 0: that is to be found out. */
	uint64_t walk;
	/* The kernel has locked a directory until it is answered: it cannot be told of
	 * names there. */
	bool is_locked;
};

/* How old a result of this query may be; INT64_MAX: any age. */
int64_t result_tolerance_ms(const struct fs *fs, const struct folder *f);

/* May a name still lead to this node?  False: the name needs a new one. */
bool result_is_current(struct fs *fs, struct node *n);

/* How long the kernel may believe that the name leads to the node. */
int64_t result_entry_ms(struct fs *fs, struct node *n);

/* Shows a snapshot that is at hand and fresh, else an estimate of the size. */
void result_prepare(struct fs *fs, struct node *n);

/*
 * The bytes of an open file: those the node has for ever, or new ones.  -ESTALE:
 * the name has to be looked up again.  Blocks: on the network.
 */
int result_open(struct fs *fs, struct node *n, const struct wish *w,
                struct snapshot **ret, struct err *err) must_check_;

/* Is there such a row?  0, -ENOENT, or what went wrong.  Blocks: on the network. */
int result_find_row(struct fs *fs, struct folder *f, const struct wish *w,
                    struct err *err) must_check_;

/*
 * Is there such a file among those of p?  -EAGAIN: only the site knows, and w is
 * NULL.  Blocks: on the network if w is given.
 */
int result_find_part(struct fs *fs, struct folder *f, const struct place *p,
                     struct span key, const struct wish *w, struct err *err) must_check_;

/*
 * One column of all rows, each a part of its row's name.  -EAGAIN: only the site
 * knows, and w is NULL.  Blocks: on the network if w is given.
 */
int result_texts(struct fs *fs, struct folder *f, const struct child *child,
                 const struct wish *w, struct snapshot **ret, struct err *err)
	must_check_;

/*
 * The names in a directory of what belongs to a row are known then.  -EAGAIN: only the
 * site knows, and w is NULL.  Blocks: on the network if w is given.
 */
int result_learn(struct fs *fs, struct node *dir, const struct wish *w, struct err *err)
	must_check_;

/* For streams too: the limits of a run, who is admitted, what it took. */
int result_admit(struct fs *fs, const struct folder *f, const struct wish *w,
                 struct run *run, struct err *err) must_check_;
void result_account(struct fs *fs, struct folder *f, const struct run *run,
                    struct account *a);

#endif
