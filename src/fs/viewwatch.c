/* SPDX-License-Identifier: MIT */
/*
 * The kernel may keep the names of views as long as somebody looks whether the file that
 * they are in changes: its directory is watched, and that of the file which a symbolic
 * link there leads to.  Where that cannot be done the kernel keeps none.
 */
#include "base/log.h"
#include "base/str.h"
#include "base/sync.h"
#include "fs/fs_i.h"
#include "fs/views_i.h"
#include "query/engine.h"
#include "query/views.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* Not IN_MODIFY: a log in the same directory would wake us for each of its lines. */
#define EVENTS                                                                           \
	(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE |          \
	 IN_DELETE_SELF | IN_MOVE_SELF)

static bool watch_dir_of(int fd, const char *file)
{
	const char *slash = strrchr(file, '/');
	cleanup_free_ char *dir =
		slash ? span_dup((struct span){ file, (size_t)(slash - file) }) : NULL;

	return dir && inotify_add_watch(fd, *dir ? dir : "/", EVENTS) >= 0;
}

/* What is watched already is not watched twice. */
static void rearm(struct fs *fs)
{
	struct views *v = fs->views;
	struct userviews *u = engine_userviews(fs->cfg.engine);
	const char *path = u ? userviews_path(u) : "";
	cleanup_free_ char *real = *path ? realpath(path, NULL) : NULL;
	bool watched = v->watch_fd >= 0 && *path && watch_dir_of(v->watch_fd, path) &&
	               (!real || watch_dir_of(v->watch_fd, real));

	if (!watched && atomic_load(&v->watched))
		log_debug(LOG_FS, "views are not watched: %s, ignoring", strerror(errno));
	atomic_store(&v->watched, watched);
}

int views_watch(struct fs *fs)
{
	fs->views->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (fs->views->watch_fd >= 0)
		rearm(fs);
	return fs->views->watch_fd;
}

bool views_are_watched(struct fs *fs)
{
	return atomic_load(&fs->views->watched);
}

void views_drain(struct fs *fs)
{
	char events[4096];

	while (read(fs->views->watch_fd, events, sizeof(events)) > 0)
		;
	views_catch_up(fs);
}

/* Once for each state of the file. */
static bool is_news(struct fs *fs)
{
	cleanup_(view_list_unrefp) struct view_list *list = NULL;
	bool news;

	if (views_now(fs, &list, NULL))
		return false;
	LOCK_SCOPE(&fs->views->lock);
	news = fs->views->told != list->version;
	fs->views->told = list->version;
	return news;
}

void views_catch_up(struct fs *fs)
{
	if (fs->views->watch_fd < 0)
		return;
	rearm(fs);
	if (is_news(fs))
		fs_forget_views(fs);
}
