/* SPDX-License-Identifier: MIT */
#include "fs/notify.h"

#include "base/clock.h"
#include "base/pool.h"
#include "base/sync.h"

#include <fuse_lowlevel.h>

#include <stdlib.h>
#include <string.h>

#define MAX_NAMES 65536

struct notifier {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t n_given; /* lock */
	uint64_t n_done;  /* lock: in the order in which they were given */
	struct pool *pool;
};

struct notice {
	struct notifier *notifier;
	struct fuse_session *session;
	uint64_t parent;
	char name[];
};

struct notifier *notifier_new(void)
{
	struct notifier *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	pthread_mutex_init(&n->lock, NULL);
	n->pool = pool_new(1, MAX_NAMES);
	if (!n->pool || sync_cond_init(&n->changed)) {
		pool_free(n->pool);
		pthread_mutex_destroy(&n->lock);
		free(n);
		return NULL;
	}
	return n;
}

void notifier_free(struct notifier *n)
{
	if (!n)
		return;
	pool_free(n->pool);
	pthread_cond_destroy(&n->changed);
	pthread_mutex_destroy(&n->lock);
	free(n);
}

static void notify(void *arg)
{
	struct notice *notice = arg;
	struct notifier *n = notice->notifier;

	(void)fuse_lowlevel_notify_inval_entry(notice->session, notice->parent,
	                                       notice->name, strlen(notice->name));
	free(notice);
	LOCK_SCOPE(&n->lock);
	n->n_done++;
	pthread_cond_broadcast(&n->changed);
}

void notifier_name(struct notifier *n, struct fuse_session *session, uint64_t parent,
                   const char *name)
{
	size_t size = strlen(name) + 1;
	struct notice *notice = malloc(sizeof(*notice) + size);

	if (!notice)
		return;
	notice->notifier = n;
	notice->session = session;
	notice->parent = parent;
	memcpy(notice->name, name, size);
	LOCK_SCOPE(&n->lock);
	if (pool_submit(n->pool, notify, notice))
		free(notice);
	else
		n->n_given++;
}

void notifier_settle(struct notifier *n)
{
	int64_t deadline = clock_deadline(NOTIFY_WAIT_MS);
	LOCK_SCOPE(&n->lock);
	uint64_t mine = n->n_given;

	while (n->n_done < mine && !sync_wait(&n->changed, &n->lock, deadline))
		;
}
