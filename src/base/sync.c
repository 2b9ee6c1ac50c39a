/* SPDX-License-Identifier: MIT */
#include "base/sync.h"

#include "base/clock.h"
#include "base/clock_i.h"

#include <assert.h>
#include <errno.h>

pthread_mutex_t *sync_lock(pthread_mutex_t *m)
{
	int r = pthread_mutex_lock(m);

	assert(!r);
	(void)r;
	return m;
}

int sync_cond_init(pthread_cond_t *c)
{
	pthread_condattr_t attr;
	int r = pthread_condattr_init(&attr);

	if (r)
		return -r;
	r = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (!r)
		r = pthread_cond_init(c, &attr);
	pthread_condattr_destroy(&attr);
	return -r;
}

int sync_wait(pthread_cond_t *c, pthread_mutex_t *m, int64_t deadline)
{
	if (deadline == CLOCK_FOREVER) {
		pthread_cond_wait(c, m);
		return 0;
	}
	if (!clock_left_ms(deadline))
		return -ETIMEDOUT;
	struct timespec until = clock_wait_until(deadline);
	return pthread_cond_timedwait(c, m, &until) == ETIMEDOUT ? -ETIMEDOUT : 0;
}

void cancel_init(struct cancel *c)
{
	*c = (struct cancel){ .lock = PTHREAD_MUTEX_INITIALIZER };
}

void cancel_clear(struct cancel *c)
{
	assert(!c->hooks);
	pthread_mutex_destroy(&c->lock);
}

void cancel_fire(struct cancel *c)
{
	LOCK_SCOPE(&c->lock);
	if (c->fired)
		return;
	c->fired = true;
	for (struct cancel_hook *h = c->hooks; h; h = h->next)
		h->fn(h->ctx);
}

bool cancel_fired(struct cancel *c)
{
	if (!c)
		return false;
	LOCK_SCOPE(&c->lock);
	return c->fired;
}

void cancel_hook(struct cancel *c, struct cancel_hook *h, void (*fn)(void *), void *ctx)
{
	*h = (struct cancel_hook){ .fn = fn, .ctx = ctx };
	if (!c)
		return;
	LOCK_SCOPE(&c->lock);
	h->next = c->hooks;
	c->hooks = h;
	if (c->fired)
		fn(ctx);
}

void cancel_unhook(struct cancel *c, struct cancel_hook *h)
{
	if (!c)
		return;
	LOCK_SCOPE(&c->lock);
	for (struct cancel_hook **at = &c->hooks; *at; at = &(*at)->next) {
		if (*at == h) {
			*at = h->next;
			return;
		}
	}
}

struct sleeper {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool fired; /* lock */
};

static void sleeper_fired(void *ctx)
{
	struct sleeper *s = ctx;

	LOCK_SCOPE(&s->lock);
	s->fired = true;
	pthread_cond_signal(&s->wake);
}

int cancel_wait(struct cancel *c, int64_t deadline)
{
	struct sleeper s = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct cancel_hook hook;
	int r = sync_cond_init(&s.wake);

	if (r < 0)
		return r;
	cancel_hook(c, &hook, sleeper_fired, &s);
	pthread_mutex_lock(&s.lock);
	while (!s.fired && sync_wait(&s.wake, &s.lock, deadline) != -ETIMEDOUT)
		;
	r = s.fired ? -EINTR : 0;
	pthread_mutex_unlock(&s.lock);
	cancel_unhook(c, &hook);
	pthread_cond_destroy(&s.wake);
	pthread_mutex_destroy(&s.lock);
	return r;
}
