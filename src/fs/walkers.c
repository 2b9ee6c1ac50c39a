/* SPDX-License-Identifier: MIT */
#include "fs/walkers.h"

#include "base/clock.h"
#include "base/sync.h"
#include "fs/guard.h"

#include <stdint.h>
#include <stdlib.h>

#define WALKERS_MAX 64

/* Between two directories of one walk; a shell that completed a name is free again. */
#define PAUSE_MS 3000

struct walker {
	pid_t process; /* 0: free */
	int64_t seen_ms;
	uint64_t walk; /* number of the walk; 0: none */
};

struct walkers {
	pthread_mutex_t lock;
	struct walker p[WALKERS_MAX]; /* lock */
	pid_t thread;                 /* lock; whose process was found last … */
	struct walker last;           /* lock; … which, and when */
	uint64_t n_walks;             /* lock */
};

struct walkers *walkers_new(void)
{
	struct walkers *w = calloc(1, sizeof(*w));

	if (w)
		pthread_mutex_init(&w->lock, NULL);
	return w;
}

void walkers_free(struct walkers *w)
{
	if (!w)
		return;
	pthread_mutex_destroy(&w->lock);
	free(w);
}

/* A tool that walks asks in one thread, again and again. */
static pid_t process_of(struct walkers *w, pid_t thread)
{
	int64_t now = clock_mono_ms();
	pid_t process;

	{
		LOCK_SCOPE(&w->lock);
		if (w->thread == thread && now - w->last.seen_ms < PAUSE_MS)
			return w->last.process;
	}
	process = guard_process(thread);
	LOCK_SCOPE(&w->lock);
	w->thread = thread;
	w->last = (struct walker){ process, now, 0 };
	return process;
}

/* The one of the process if it still walks. */
static struct walker *find(struct walkers *w, pid_t process)
{
	int64_t now = clock_mono_ms();

	for (size_t i = 0; i < WALKERS_MAX; i++) {
		if (w->p[i].process == process && now - w->p[i].seen_ms < PAUSE_MS)
			return &w->p[i];
	}
	return NULL;
}

static struct walker *oldest(struct walkers *w)
{
	struct walker *at = &w->p[0];

	for (size_t i = 0; i < WALKERS_MAX; i++) {
		if (w->p[i].seen_ms < at->seen_ms)
			at = &w->p[i];
	}
	return at;
}

void walkers_saw(struct walkers *w, pid_t thread, enum place_kind kind, bool reads)
{
	pid_t process;
	struct walker *one;

	/* below a row only: elsewhere a directory costs nothing anyway */
	if (kind != PLACE_IDS && kind != PLACE_ROW && kind != PLACE_TEXTS &&
	    kind != PLACE_CHILD_ROWS && kind != PLACE_BLOBS)
		return;
	process = process_of(w, thread);
	LOCK_SCOPE(&w->lock);
	one = find(w, process);
	/* many tools open where they stand, only to come back */
	if (!one && kind == PLACE_IDS && reads)
		one = oldest(w);
	if (!one)
		return;
	one->process = process;
	one->seen_ms = clock_mono_ms();
	if (kind == PLACE_IDS && reads)
		one->walk = ++w->n_walks;
}

uint64_t walkers_walk(struct walkers *w, pid_t thread)
{
	pid_t process = thread > 0 ? process_of(w, thread) : 0;
	LOCK_SCOPE(&w->lock);
	const struct walker *one = process ? find(w, process) : NULL;

	return one ? one->walk : 0;
}
