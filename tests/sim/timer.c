/* SPDX-License-Identifier: MIT */
#include "sim/timer.h"

#include <microhttpd.h>

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

struct wait {
	int64_t due_us;
	struct MHD_Connection *conn;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake;
static pthread_t thread;
static struct wait *heap;
static size_t n, cap;
static bool stopping;

int64_t clock_us(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void swap(size_t a, size_t b)
{
	struct wait keep = heap[a];
	heap[a] = heap[b];
	heap[b] = keep;
}

static struct MHD_Connection *pop(void)
{
	struct MHD_Connection *conn = heap[0].conn;
	heap[0] = heap[--n];
	for (size_t i = 0;;) {
		size_t left = 2 * i + 1, least = i;
		if (left < n && heap[left].due_us < heap[least].due_us)
			least = left;
		if (left + 1 < n && heap[left + 1].due_us < heap[least].due_us)
			least = left + 1;
		if (least == i)
			return conn;
		swap(i, least);
		i = least;
	}
}

static void *run(void *arg)
{
	pthread_mutex_lock(&lock);
	while (!stopping || n) {
		if (n && (stopping || heap[0].due_us <= clock_us())) {
			struct MHD_Connection *conn = pop();
			pthread_mutex_unlock(&lock);
			MHD_resume_connection(conn);
			pthread_mutex_lock(&lock);
		} else if (n) {
			struct timespec ts = { .tv_sec = heap[0].due_us / 1000000,
				               .tv_nsec =
				                       heap[0].due_us % 1000000 * 1000 };
			pthread_cond_timedwait(&wake, &lock, &ts);
		} else {
			pthread_cond_wait(&wake, &lock);
		}
	}
	pthread_mutex_unlock(&lock);
	return arg;
}

bool timer_start(void)
{
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&wake, &attr);
	pthread_condattr_destroy(&attr);
	return !pthread_create(&thread, NULL, run, NULL);
}

void timer_add(struct MHD_Connection *conn, int64_t due_us)
{
	pthread_mutex_lock(&lock);
	if (stopping) {
		pthread_mutex_unlock(&lock);
		MHD_resume_connection(conn);
		return;
	}
	if (n == cap) {
		size_t more = cap ? cap * 2 : 64;
		struct wait *bigger = reallocarray(heap, more, sizeof(*heap));
		if (!bigger) {
			/* Too early is better than never. */
			pthread_mutex_unlock(&lock);
			MHD_resume_connection(conn);
			return;
		}
		heap = bigger;
		cap = more;
	}
	size_t i = n++;
	heap[i] = (struct wait){ due_us, conn };
	while (i && heap[(i - 1) / 2].due_us > heap[i].due_us) {
		swap(i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
	bool first = !i;
	pthread_mutex_unlock(&lock);
	if (first)
		pthread_cond_signal(&wake);
}

void timer_stop(void)
{
	pthread_mutex_lock(&lock);
	stopping = true;
	pthread_mutex_unlock(&lock);
	pthread_cond_signal(&wake);
	pthread_join(thread, NULL);
	free(heap);
	heap = NULL;
	n = cap = 0;
}
