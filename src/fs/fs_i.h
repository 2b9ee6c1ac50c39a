/* SPDX-License-Identifier: MIT */
/* What the parts of one mount share. */
#ifndef JSMFS_FS_FS_I_H
#define JSMFS_FS_FS_I_H

#include "base/base.h"
#include "base/flight.h"
#include "base/map.h"
#include "base/pool.h"
#include "base/sync.h"
#include "fs/fault.h"
#include "fs/folder.h"
#include "fs/guard.h"
#include "fs/node.h"
#include "fs/session.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define FS_LONG_MS (3600 * 1000)
#define FS_SHORT_MS 2000 /* between two looks of one tool */

struct absents;
struct blocks;
struct controls;
struct fs;
struct fuse_session;
struct known;
struct notifier;
struct scratch;
struct showing;
struct views;
struct walkers;

/* Work that can be told to stop when the mount ends. */
struct stoppable {
	struct cancel cancel;
	struct stoppable *prev, *next; /* stop_lock of fs */
};

/* An open file, first member of it. */
struct opened {
	void (*close)(struct fs *fs, struct opened *o); /* frees */
	struct opened *prev, *next;                     /* stop_lock of fs */
};

struct fs {
	struct fs_config cfg;
	struct nodes *nodes;
	struct folders *folders;
	struct faults *faults;
	struct guard *guard;
	struct known *known;
	struct absents *absents;
	struct notifier *notifier;
	struct controls *controls;
	struct views *views;
	struct scratch *scratch;
	struct blocks *blocks;
	struct walkers *walkers;
	struct showing *showing;
	struct pool *pool;
	struct flight *flight;
	struct fuse_session *session; /* NULL in tests */
	uid_t uid;
	gid_t gid;
	bool no_opendir;    /* the kernel opens directories by itself */
	int64_t started_ms; /* wall clock */
	atomic_uint n_running;
	_Atomic uint64_t n_runs;
	_Atomic uint64_t n_calls;
	_Atomic int64_t refreshed_ms; /* wall clock: since when answers may be kept */

	pthread_mutex_t stop_lock;
	struct stoppable *stoppables; /* stop_lock */
	struct opened *opened;        /* stop_lock */
	bool stopping;                /* stop_lock */

	pthread_mutex_t text_lock;
	struct map *texts; /* text_lock; texts that never change, by kind and table */
};

int fs_new(const struct fs_config *cfg, struct fs **ret, struct err *err) must_check_;
void fs_free(struct fs *fs); /* no work may be under way */

void fs_stoppable_add(struct fs *fs, struct stoppable *s); /* fired at once if stopping */
void fs_stoppable_del(struct fs *fs, struct stoppable *s);
void fs_stop(struct fs *fs); /* fires all there are and all that will come */

void fs_opened_add(struct fs *fs, struct opened *o);
void fs_opened_del(struct fs *fs, struct opened *o);

/* Waits for all work, then closes what nobody will close any more. */
void fs_end_work(struct fs *fs);

/* No name is told to the kernel any more; it has been unmounted. */
void fs_end_notices(struct fs *fs);

/* The moment an operation that begins now has to end. */
int64_t fs_deadline(const struct fs *fs);

/* Files a failure at path; f may be NULL. */
void fs_failed(struct fs *fs, struct folder *f, struct span path, const struct err *err);

/*
 * The folder tells of a failure now, line is its JSON object; or of what was done.  Files
 * that tell of it are looked up again, soon: notifier_settle() waits for it.
 */
void fs_tell_failure(struct fs *fs, struct folder *f, const struct err *err,
                     struct span line);
void fs_tell_done(struct fs *fs, struct folder *f, const struct account *a);

/*
 * Makes the kernel ask for the attributes before it uses them again; answers that
 * are on their way to it do not count any more.
 */
void fs_forget_attr(struct fs *fs, uint64_t ino);

/* Makes it read the names in a directory again before it shows them. */
void fs_forget_names(struct fs *fs, uint64_t dir);

/* The kernel takes a file for no shorter than this; its last byte. */
void fs_tell_end(struct fs *fs, uint64_t ino, uint64_t bytes, char last);

/*
 * Makes the kernel look the name up before it is used again: has done so when it
 * returns, unless somebody who waits for us holds the directory (fs/notify.h).
 */
void fs_forget_name(struct fs *fs, uint64_t parent, const char *name);

/* The same for one of many names: has done so when notifier_settle() returns. */
void fs_forget_soon(struct fs *fs, uint64_t parent, const char *name);

/* The names of all views will be looked up again soon. */
void fs_forget_views(struct fs *fs);

/* What other processes changed is not shown as it was. */
void fs_catch_up(struct fs *fs);

/* Rows of these tables, or views, were changed by us: nothing older is shown again. */
void fs_touch(struct fs *fs, const char *const *tables);

/*
 * The same without telling the kernel, which would wait for ever while it waits for an
 * answer about one of the names' directories (a rename): fs_touch() is due after that.
 */
void fs_touch_rows(struct fs *fs, const char *const *tables);

#endif
