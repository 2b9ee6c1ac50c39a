/* SPDX-License-Identifier: MIT */
/*
 * Scoped mutex, waiting until a deadline, cancellation.
 *
 * Lock order of the program, outermost first; a thread that holds one may only
 * take those to its right:
 *
 *	handle < known < node < snapshot < control < notify < pool < catalog < cache
 *	       < flight < engine queue < log
 *
 * Under one that is not named here nothing is taken but log.  No lock is held over a
 * call to the network or a FUSE reply, except that of a handle: those who use the same
 * open file take turns.
 */
#ifndef JSMFS_BASE_SYNC_H
#define JSMFS_BASE_SYNC_H

#include "base/base.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

static inline void sync_unlockp(pthread_mutex_t **m)
{
	if (*m)
		pthread_mutex_unlock(*m);
}

/* Holds the mutex until the end of the enclosing block. */
#define LOCK_SCOPE(m)                                                                    \
	cleanup_(sync_unlockp) pthread_mutex_t *JOIN_(lock_, __LINE__) = sync_lock(m);   \
	(void)JOIN_(lock_, __LINE__)
#define JOIN_(a, b) JOIN2_(a, b)
#define JOIN2_(a, b) a##b

pthread_mutex_t *sync_lock(pthread_mutex_t *m);

/* A condition variable on the monotonic clock; destroy with pthread_cond_destroy. */
int sync_cond_init(pthread_cond_t *c) must_check_;

/* 0 when woken (maybe spuriously), -ETIMEDOUT when the deadline (clock_mono_ms) is past.
 */
int sync_wait(pthread_cond_t *c, pthread_mutex_t *m, int64_t deadline);

/*
 * Cancel token: fired once, never unfired, seen by everyone who holds it.
 * Threads: any.  A hook runs in the thread that fires, under the token's lock,
 * so it must only wake somebody; when cancel_unhook() returns it will not run.
 */
struct cancel_hook {
	void (*fn)(void *ctx);
	void *ctx;
	struct cancel_hook *next;
};

struct cancel {
	pthread_mutex_t lock;
	bool fired;                /* lock */
	struct cancel_hook *hooks; /* lock */
};

void cancel_init(struct cancel *c);
void cancel_clear(struct cancel *c);
void cancel_fire(struct cancel *c);
bool cancel_fired(struct cancel *c); /* NULL is never fired */

/* If already fired, fn runs at once.  NULL token: does nothing. */
void cancel_hook(struct cancel *c, struct cancel_hook *h, void (*fn)(void *), void *ctx);
void cancel_unhook(struct cancel *c, struct cancel_hook *h);

/* Waits: 0 at the deadline, -EINTR as soon as the token fires.  Blocks: until then. */
int cancel_wait(struct cancel *c, int64_t deadline) must_check_;

#endif
