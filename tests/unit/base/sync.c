/* SPDX-License-Identifier: MIT */
#include "base/sync.h"

#include "base/clock.h"
#include "tap.h"

#include <errno.h>

struct ring {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int n;
};

static void ring_it(void *ctx)
{
	struct ring *r = ctx;

	LOCK_SCOPE(&r->lock);
	r->n++;
	pthread_cond_broadcast(&r->changed);
}

static void *fire(void *arg)
{
	cancel_fire(arg);
	return NULL;
}

static void waits(struct ring *r)
{
	int64_t start = clock_mono_ms();

	pthread_mutex_lock(&r->lock);
	is_int(sync_wait(&r->changed, &r->lock, start - 1), -ETIMEDOUT,
	       "a past deadline");
	int code = 0;
	while (!code)
		code = sync_wait(&r->changed, &r->lock, start + 30);
	is_int(code, -ETIMEDOUT, "a deadline comes");
	ok(clock_mono_ms() - start >= 30, "not too early");
	ok(pthread_mutex_trylock(&r->lock) == EBUSY, "the lock is held again");
	pthread_mutex_unlock(&r->lock);
}

static void scope(struct ring *r)
{
	{
		LOCK_SCOPE(&r->lock);
		ok(pthread_mutex_trylock(&r->lock) == EBUSY, "held inside the block");
	}
	ok(!pthread_mutex_trylock(&r->lock), "free behind it");
	pthread_mutex_unlock(&r->lock);
}

static void hooks(struct ring *r)
{
	struct cancel c;
	struct cancel_hook a, b, late;

	cancel_init(&c);
	r->n = 0;
	ok(!cancel_fired(&c) && !cancel_fired(NULL), "not fired");
	cancel_hook(&c, &a, ring_it, r);
	cancel_hook(&c, &b, ring_it, r);
	cancel_unhook(&c, &a);
	cancel_unhook(&c, &a);
	cancel_fire(&c);
	is_int(r->n, 1, "only what is hooked runs");
	cancel_fire(&c);
	is_int(r->n, 1, "and only once");
	ok(cancel_fired(&c), "fired");
	cancel_hook(&c, &late, ring_it, r);
	is_int(r->n, 2, "who comes late is told at once");
	cancel_unhook(&c, &late);
	cancel_unhook(&c, &b);
	cancel_clear(&c);
	cancel_hook(NULL, &a, ring_it, r);
	cancel_unhook(NULL, &a);
	is_int(r->n, 2, "no token, no call");
}

static void from_another_thread(struct ring *r)
{
	struct cancel c;
	struct cancel_hook hook;
	pthread_t thread;

	cancel_init(&c);
	r->n = 0;
	cancel_hook(&c, &hook, ring_it, r);
	if (pthread_create(&thread, NULL, fire, &c))
		skip_all("no threads here");
	pthread_mutex_lock(&r->lock);
	int64_t deadline = clock_deadline(10000);
	int code = 0;
	while (!r->n && !code)
		code = sync_wait(&r->changed, &r->lock, deadline);
	pthread_mutex_unlock(&r->lock);
	is_int(r->n, 1, "a waiter is woken by another thread");
	cancel_unhook(&c, &hook);
	pthread_join(thread, NULL);
	is_int(cancel_wait(&c, CLOCK_FOREVER), -EINTR, "a fired token ends a pause");
	is_int(cancel_wait(NULL, clock_deadline(1)), 0, "a pause ends by itself");
	cancel_clear(&c);
}

int main(void)
{
	struct ring r = { .lock = PTHREAD_MUTEX_INITIALIZER };

	is_int(sync_cond_init(&r.changed), 0, "a condition");
	waits(&r);
	scope(&r);
	hooks(&r);
	from_another_thread(&r);
	clock_set_fake(1000, 0);
	pthread_mutex_lock(&r.lock);
	is_int(sync_wait(&r.changed, &r.lock, 1000), -ETIMEDOUT, "past for a fake clock");
	int code = 0;
	while (!code)
		code = sync_wait(&r.changed, &r.lock, 1005);
	is_int(code, -ETIMEDOUT, "a wait ends although the fake clock stands");
	pthread_mutex_unlock(&r.lock);
	pthread_cond_destroy(&r.changed);
	return done_testing();
}
