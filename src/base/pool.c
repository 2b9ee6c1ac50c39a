/* SPDX-License-Identifier: MIT */
#include "base/pool.h"

#include "base/sync.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

struct job {
	void (*fn)(void *arg);
	void *arg;
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct job *ring;   /* lock: n_slots, the oldest at first */
	unsigned n_slots;   /* max_queued and one for every thread */
	unsigned first;     /* lock */
	unsigned n_jobs;    /* lock */
	pthread_t *threads; /* lock until the pool is freed */
	unsigned n_threads; /* lock */
	unsigned n_busy;    /* lock: threads inside a job */
	unsigned max_queued;
	unsigned max_threads;
	bool ending; /* lock */
};

static void *run_jobs(void *arg)
{
	struct pool *p = arg;

	LOCK_SCOPE(&p->lock);
	for (;;) {
		while (!p->n_jobs && !p->ending)
			pthread_cond_wait(&p->changed, &p->lock);
		if (!p->n_jobs)
			return NULL;
		struct job job = p->ring[p->first];
		p->first = (p->first + 1) % p->n_slots;
		p->n_jobs--;
		p->n_busy++;
		pthread_mutex_unlock(&p->lock);
		job.fn(job.arg);
		pthread_mutex_lock(&p->lock);
		p->n_busy--;
	}
}

struct pool *pool_new(unsigned max_threads, unsigned max_queued)
{
	if (!max_threads)
		max_threads = 1;
	if (max_queued > UINT32_MAX - max_threads)
		return NULL;
	struct pool *p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	p->max_threads = max_threads;
	p->max_queued = max_queued;
	p->n_slots = max_threads + max_queued;
	p->ring = calloc(p->n_slots, sizeof(*p->ring));
	p->threads = calloc(max_threads, sizeof(*p->threads));
	if (!p->ring || !p->threads || sync_cond_init(&p->changed)) {
		free(p->ring);
		free(p->threads);
		free(p);
		return NULL;
	}
	return p;
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->ending = true;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->n_threads; i++)
		pthread_join(p->threads[i], NULL);
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
	free(p->ring);
	free(p->threads);
	free(p);
}

/* Signals are for the thread that waits for them, never for one of ours. */
static int thread_start(struct pool *p)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int r = pthread_create(&p->threads[p->n_threads], NULL, run_jobs, p);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r)
		return -ENOMEM;
	pthread_setname_np(p->threads[p->n_threads], "jsmfs-pool");
	p->n_threads++;
	return 0;
}

int pool_submit(struct pool *p, void (*fn)(void *arg), void *arg)
{
	LOCK_SCOPE(&p->lock);
	/* A job that a thread is about to take does not count as queued. */
	if (p->n_jobs >= p->max_queued + (p->max_threads - p->n_busy))
		return -EAGAIN;
	if (p->n_jobs >= p->n_threads - p->n_busy && p->n_threads < p->max_threads &&
	    thread_start(p) && !p->n_threads)
		return -ENOMEM;
	p->ring[(p->first + p->n_jobs) % p->n_slots] = (struct job){ fn, arg };
	p->n_jobs++;
	pthread_cond_signal(&p->changed);
	return 0;
}
