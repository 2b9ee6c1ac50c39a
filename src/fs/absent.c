/* SPDX-License-Identifier: MIT */
#include "fs/absent.h"

#include "base/clock.h"
#include "base/sync.h"
#include "fs/fs_i.h"

#include <stdlib.h>
#include <string.h>

#define MAX_ABSENTS 256

struct absent {
	uint64_t parent;
	char *name; /* NULL: unused */
	int64_t until_ms;
};

struct absents {
	pthread_mutex_t lock;
	struct absent ring[MAX_ABSENTS]; /* lock */
	size_t next;                     /* lock */
};

struct absents *absents_new(void)
{
	struct absents *a = calloc(1, sizeof(*a));

	if (a)
		pthread_mutex_init(&a->lock, NULL);
	return a;
}

void absents_free(struct absents *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < MAX_ABSENTS; i++)
		free(a->ring[i].name);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

int64_t absents_add(struct absents *a, uint64_t parent, struct span name, int64_t age_ms)
{
	char *copy = span_dup(name);
	LOCK_SCOPE(&a->lock);
	struct absent *at = &a->ring[a->next % MAX_ABSENTS];
	int64_t now = clock_mono_ms();

	/* The oldest is the first that the kernel gives up by itself. */
	if (!copy || (at->name && at->until_ms > now)) {
		free(copy);
		return 0;
	}
	a->next++;
	free(at->name);
	*at = (struct absent){ parent, copy, clock_deadline(age_ms) };
	return age_ms;
}

void absents_forget(struct fs *fs)
{
	struct absents *a = fs->absents;
	struct absent all[MAX_ABSENTS];

	{
		LOCK_SCOPE(&a->lock);
		memcpy(all, a->ring, sizeof(all));
		memset(a->ring, 0, sizeof(a->ring));
	}
	for (size_t i = 0; i < MAX_ABSENTS; i++) {
		if (all[i].name)
			fs_forget_soon(fs, all[i].parent, all[i].name);
		free(all[i].name);
	}
}
