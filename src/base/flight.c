/* SPDX-License-Identifier: MIT */
/*
 * A call lives in the map while somebody works on it or waits for someone to
 * take it over, and in memory until the last of those inside has left.  A
 * cancel hook takes our lock, so no token is touched while we hold it.
 */
#include "base/flight.h"

#include "base/map.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

struct call {
	pthread_cond_t changed;
	unsigned n_inside;  /* lock */
	unsigned n_waiting; /* lock */
	bool running;       /* lock: somebody works */
	bool done;          /* lock: the outcome is there */
	int code;           /* lock */
	struct err err;     /* lock */
};

struct flight {
	pthread_mutex_t lock;
	struct map *calls; /* lock */
};

/* One who is inside, as the hook of its token sees it. */
struct visitor {
	struct flight *flight;
	struct call *call; /* lock */
	bool cancelled;    /* lock */
};

struct flight *flight_new(void)
{
	struct flight *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->calls = map_new();
	if (!f->calls) {
		free(f);
		return NULL;
	}
	f->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	return f;
}

void flight_free(struct flight *f)
{
	if (!f)
		return;
	assert(!map_count(f->calls));
	map_free(f->calls);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

static void wake(void *ctx)
{
	struct visitor *v = ctx;

	LOCK_SCOPE(&v->flight->lock);
	v->cancelled = true;
	if (v->call)
		pthread_cond_broadcast(&v->call->changed);
}

/* The call for key, made if there is none; NULL when out of memory. */
static struct call *enter(struct flight *f, struct span key)
{
	struct call *c = map_get(f->calls, key);

	if (!c) {
		c = calloc(1, sizeof(*c));
		if (!c)
			return NULL;
		if (sync_cond_init(&c->changed)) {
			free(c);
			return NULL;
		}
		if (map_put(f->calls, key, c, NULL)) {
			pthread_cond_destroy(&c->changed);
			free(c);
			return NULL;
		}
	}
	c->n_inside++;
	return c;
}

static void leave(struct flight *f, struct call *c, struct span key)
{
	if (--c->n_inside)
		return;
	/* Nobody is left to take it over: the next who comes starts anew. */
	if (!c->done)
		(void)map_del(f->calls, key);
	pthread_cond_destroy(&c->changed);
	free(c);
}

/* Waits until there is an outcome (1) or the work is free to be taken (0). */
static int wait_turn(struct flight *f, struct call *c, const struct visitor *v,
                     int64_t deadline, struct err *err)
{
	int code = 0;

	c->n_waiting++;
	while (!c->done && c->running && !code && !v->cancelled)
		code = sync_wait(&c->changed, &f->lock, deadline);
	c->n_waiting--;
	if (c->done)
		return 1;
	if (v->cancelled)
		return err_set(err, -EINTR,
		               "interrupted while waiting for the same "
		               "request of somebody else");
	if (c->running)
		return err_set(err, -ETIMEDOUT,
		               "timed out while waiting for the same "
		               "request of somebody else");
	return 0;
}

/* Works, with the lock dropped meanwhile. */
static int work_on(struct flight *f, struct call *c, struct span key,
                   int (*work)(void *ctx, struct err *err), void *ctx, struct err *err)
{
	struct err own = { 0 };

	c->running = true;
	pthread_mutex_unlock(&f->lock);
	int code = work(ctx, &own);
	pthread_mutex_lock(&f->lock);
	c->running = false;
	if (code != -EINTR || !c->n_waiting) {
		c->done = true;
		c->code = code;
		c->err = own;
		(void)map_del(f->calls, key);
	}
	pthread_cond_broadcast(&c->changed);
	if (code && err)
		*err = own;
	return code;
}

int flight_do(struct flight *f, struct span key, int (*work)(void *ctx, struct err *err),
              void *ctx, struct cancel *cancel, int64_t deadline, struct err *err)
{
	struct visitor visitor = { .flight = f };
	struct cancel_hook hook;
	int code;

	cancel_hook(cancel, &hook, wake, &visitor);
	pthread_mutex_lock(&f->lock);
	struct call *c = enter(f, key);
	if (!c) {
		code = err_nomem(err);
	} else {
		visitor.call = c;
		code = wait_turn(f, c, &visitor, deadline, err);
		if (!code) {
			code = work_on(f, c, key, work, ctx, err);
		} else if (code > 0) {
			code = c->code;
			if (code && err)
				*err = c->err;
		}
		visitor.call = NULL;
		leave(f, c, key);
	}
	pthread_mutex_unlock(&f->lock);
	cancel_unhook(cancel, &hook);
	return code;
}
