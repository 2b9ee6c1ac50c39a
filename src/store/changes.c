/* SPDX-License-Identifier: MIT */
/*
 * The mapping keeps its address for good: when the file is deleted (somebody clears
 * the cache) a new one is mapped over it.  The counters alone do not wake anybody;
 * a byte that is written beside them does, by inotify.
 */
#include "store/changes.h"

#include "base/log.h"
#include "base/sync.h"
#include "store/db_i.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define N_COUNTERS 8192u /* the first stands for itself: nothing is counted there */
#define FILE_BYTES (N_COUNTERS * sizeof(uint64_t))

struct changes {
	pthread_mutex_t lock;
	char *path; /* NULL: in memory */
	int fd;     /* lock; -1 */
	int watch_fd;
	_Atomic uint64_t *counters; /* shared with other processes */
	_Atomic uint64_t renewed;   /* how often there was a new file */
};

/* FNV-1a */
static uint64_t hash_add(uint64_t hash, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		hash = (hash ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return hash;
}

static size_t slot_of(struct span site, struct span thing)
{
	uint64_t hash = hash_add(0xcbf29ce484222325u, site);

	hash = hash_add(hash_add(hash, SPAN(" ")), thing);
	return 1 + (size_t)((hash ^ hash >> 32) % (N_COUNTERS - 1));
}

/* Under the lock.  Maps the file at the path, where the old one was if there was one. */
static int map_file(struct changes *c, struct err *err)
{
	int fd = private_file(c->path, err);
	int fixed = c->counters ? MAP_FIXED : 0;
	struct stat st;
	void *p;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) ||
	    (st.st_size < (off_t)FILE_BYTES && ftruncate(fd, (off_t)FILE_BYTES))) {
		close(fd);
		return err_set(err, -errno, "cannot use the file %s: %s", c->path,
		               strerrordesc_np(errno));
	}
	p = mmap(c->counters, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | fixed, fd,
	         0);
	if (p == MAP_FAILED) {
		close(fd);
		return err_set(err, -errno, "cannot map the file %s: %s", c->path,
		               strerrordesc_np(errno));
	}
	if (c->fd >= 0)
		close(c->fd);
	c->fd = fd;
	/* Others read the pointer without the lock; it never changes. */
	if (!c->counters)
		c->counters = p;
	if (c->watch_fd >= 0 &&
	    inotify_add_watch(c->watch_fd, c->path, IN_MODIFY | IN_ATTRIB) < 0)
		log_debug(LOG_CACHE, "changes of others are seen late, ignoring");
	return 0;
}

/* Under the lock: is the file that is mapped still the one that others find? */
static void renew(struct changes *c)
{
	struct stat st;

	if (!c->path || (!fstat(c->fd, &st) && st.st_nlink))
		return;
	/* Others count in another file by now: nothing known is of now. */
	atomic_fetch_add(&c->renewed, 1);
	if (map_file(c, NULL))
		log_debug(LOG_CACHE, "what others change is not seen, ignoring");
}

int changes_open(const char *path, struct changes **ret, struct err *err)
{
	cleanup_(changes_closep) struct changes *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return err_nomem(err);
	pthread_mutex_init(&c->lock, NULL);
	c->fd = c->watch_fd = -1;
	if (path) {
		c->path = str_dup(path);
		c->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
		r = c->path ? map_file(c, err) : err_nomem(err);
		if (r < 0)
			return r;
	} else {
		void *p = mmap(NULL, FILE_BYTES, PROT_READ | PROT_WRITE,
		               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			return err_nomem(err);
		c->counters = p;
	}
	*ret = take_ptr(c);
	return 0;
}

void changes_close(struct changes *c)
{
	if (!c)
		return;
	if (c->counters)
		munmap((void *)(uintptr_t)c->counters, FILE_BYTES);
	if (c->fd >= 0)
		close(c->fd);
	if (c->watch_fd >= 0)
		close(c->watch_fd);
	pthread_mutex_destroy(&c->lock);
	free(c->path);
	free(c);
}

void changes_note(struct changes *c, struct span site, struct span thing)
{
	LOCK_SCOPE(&c->lock);

	renew(c);
	atomic_fetch_add(&c->counters[slot_of(site, thing)], 1);
	if (c->fd >= 0 && pwrite(c->fd, "", 1, 0) != 1)
		log_debug(LOG_CACHE, "others are not told of a change, ignoring");
}

uint64_t changes_count(struct changes *c, struct span site, struct span thing)
{
	return (atomic_load(&c->renewed) << 32) +
	       atomic_load(&c->counters[slot_of(site, thing)]);
}

int changes_fd(const struct changes *c)
{
	return c->watch_fd;
}

void changes_drain(struct changes *c)
{
	char events[4096];

	while (read(c->watch_fd, events, sizeof(events)) > 0)
		;
	LOCK_SCOPE(&c->lock);
	renew(c);
}
