/* SPDX-License-Identifier: MIT */
#include "sim/link.h"

#include "sim/timer.h"

#include <pthread.h>
#include <stdatomic.h>

static _Atomic int64_t bytes_per_s;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t free_us; /* lock */

void link_set(int64_t kib_per_s)
{
	atomic_store(&bytes_per_s, kib_per_s * 1024);
}

bool link_is_limited(void)
{
	return atomic_load(&bytes_per_s) > 0;
}

int64_t link_send(size_t n)
{
	int64_t rate = atomic_load(&bytes_per_s), now = clock_us();
	if (!rate)
		return now;
	pthread_mutex_lock(&lock);
	if (free_us < now)
		free_us = now;
	free_us += (int64_t)n * 1000000 / rate;
	int64_t until = free_us;
	pthread_mutex_unlock(&lock);
	return until;
}
