/* SPDX-License-Identifier: MIT */
#include "base/pool.h"

#include "base/sync.h"
#include "tap.h"

#include <errno.h>

/* Jobs that wait at a gate, so that the test decides when they end. */
struct gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool open;
	int inside, most, done;
	int order[8];
};

static void enter(void *arg)
{
	struct gate *g = arg;

	LOCK_SCOPE(&g->lock);
	g->inside++;
	if (g->inside > g->most)
		g->most = g->inside;
	pthread_cond_broadcast(&g->changed);
	while (!g->open)
		pthread_cond_wait(&g->changed, &g->lock);
	g->inside--;
	g->done++;
}

static void wait_inside(struct gate *g, int n)
{
	LOCK_SCOPE(&g->lock);
	while (g->inside < n)
		pthread_cond_wait(&g->changed, &g->lock);
}

static void open_gate(struct gate *g)
{
	LOCK_SCOPE(&g->lock);
	g->open = true;
	pthread_cond_broadcast(&g->changed);
}

struct numbered {
	struct gate *gate;
	int i;
};

static void note(void *arg)
{
	struct numbered *n = arg;

	LOCK_SCOPE(&n->gate->lock);
	n->gate->order[n->gate->done++] = n->i;
}

int main(void)
{
	struct gate g = { .lock = PTHREAD_MUTEX_INITIALIZER,
		          .changed = PTHREAD_COND_INITIALIZER };
	struct pool *p = pool_new(2, 3);
	int good = 0;

	for (int i = 0; i < 5; i++)
		good += !pool_submit(p, enter, &g);
	is_int(good, 5, "two that run and three that wait are taken");
	is_int(pool_submit(p, enter, &g), -EAGAIN, "the sixth is not");
	wait_inside(&g, 2);
	is_int(pool_submit(p, enter, &g), -EAGAIN, "nor when two are running");
	open_gate(&g);
	pool_free(p);
	is_int(g.done, 5, "freeing runs all that were taken");
	is_int(g.most, 2, "never more than two at a time");

	struct numbered jobs[8];
	g.done = 0;
	p = pool_new(1, 8);
	for (int i = 0; i < 8; i++) {
		jobs[i] = (struct numbered){ &g, i };
		good += !pool_submit(p, note, &jobs[i]);
	}
	pool_free(p);
	bool sorted = g.done == 8;
	for (int i = 0; i < 8; i++)
		sorted = sorted && g.order[i] == i;
	ok(sorted, "one thread runs them in the order of their arrival");

	p = pool_new(4, 0);
	ok(p != NULL, "a pool");
	pool_free(p);
	ok(true, "that was never used has no threads to end");
	pool_free(NULL);
	pthread_cond_destroy(&g.changed);
	return done_testing();
}
