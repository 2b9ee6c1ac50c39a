/* SPDX-License-Identifier: MIT */
/* Between looking at the views and changing them. */
#ifndef JSMFS_FS_VIEWS_I_H
#define JSMFS_FS_VIEWS_I_H

#include "catalog/userviews.h"
#include "fs/views.h"

#include <pthread.h>
#include <stdatomic.h>

struct views {
	pthread_mutex_t lock;
	char *error;      /* lock; the JSON line of the last failure, or NULL */
	uint64_t changes; /* lock; of error */
	uint64_t seen;    /* lock; version of the list when it was looked at last */
	uint64_t told;    /* lock; the same, when the kernel was told last */
	int watch_fd;     /* -1 */
	atomic_bool watched;
};

/*
 * The views as they are now.  When somebody else changed them, results that were
 * made of the old ones are out of date.
 */
int views_now(struct fs *fs, struct view_list **ret, struct err *err) must_check_;

/* In paths case matters, or one view would have many. */
const struct user_view *views_exact(const struct view_list *l, struct span name);

/* What Name.sql holds: the query and a newline; nothing if there is none. */
int views_text(const struct user_view *v, struct text **ret) must_check_;

#endif
