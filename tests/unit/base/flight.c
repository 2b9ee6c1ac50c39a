/* SPDX-License-Identifier: MIT */
#include "base/flight.h"

#include "base/clock.h"
#include "tap.h"

#include <errno.h>

/* One visitor in its own thread; its work waits until it is let go. */
struct visit {
	struct flight *flight;
	struct span key;
	struct cancel cancel;
	int64_t deadline;
	int outcome; /* of the work, when it is its turn */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool working, let_go; /* lock */
	int works;
	int code;
	struct err err;
	pthread_t thread;
};

static void visit_wake(void *ctx)
{
	struct visit *v = ctx;

	LOCK_SCOPE(&v->lock);
	v->let_go = true;
	pthread_cond_broadcast(&v->changed);
}

static int visit_work(void *ctx, struct err *err)
{
	struct visit *v = ctx;

	pthread_mutex_lock(&v->lock);
	v->works++;
	v->working = true;
	pthread_cond_broadcast(&v->changed);
	while (!v->let_go)
		pthread_cond_wait(&v->changed, &v->lock);
	pthread_mutex_unlock(&v->lock);
	if (cancel_fired(&v->cancel))
		return err_set(err, -EINTR, "my own interrupt");
	return v->outcome ? err_set(err, v->outcome, "the outcome") : 0;
}

static void *visit_run(void *arg)
{
	struct visit *v = arg;

	v->code = flight_do(v->flight, v->key, visit_work, v, &v->cancel, v->deadline,
	                    &v->err);
	return NULL;
}

static void visit_start(struct visit *v, struct flight *f, const char *key, int outcome,
                        int64_t deadline)
{
	*v = (struct visit){ .flight = f,
		             .key = span_of(key),
		             .deadline = deadline,
		             .outcome = outcome,
		             .lock = PTHREAD_MUTEX_INITIALIZER,
		             .changed = PTHREAD_COND_INITIALIZER };
	cancel_init(&v->cancel);
	if (pthread_create(&v->thread, NULL, visit_run, v))
		skip_all("no threads here");
}

static void visit_until_working(struct visit *v)
{
	LOCK_SCOPE(&v->lock);
	while (!v->working)
		pthread_cond_wait(&v->changed, &v->lock);
}

static void visit_end(struct visit *v)
{
	pthread_join(v->thread, NULL);
	cancel_clear(&v->cancel);
	pthread_cond_destroy(&v->changed);
}

/* There is no way to see that a thread waits, only to give it time. */
static void give_time(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
}

static void shares(struct flight *f, int outcome)
{
	struct visit first, others[8];
	int works = 0, same = 0;

	visit_start(&first, f, "key", outcome, CLOCK_FOREVER);
	visit_until_working(&first);
	for (int i = 0; i < 8; i++)
		visit_start(&others[i], f, "key", -EIO, CLOCK_FOREVER);
	give_time();
	/* One that came too late for this work does its own, and must not hang. */
	for (int i = 0; i < 8; i++)
		visit_wake(&others[i]);
	visit_wake(&first);
	visit_end(&first);
	for (int i = 0; i < 8; i++) {
		visit_end(&others[i]);
		works += others[i].works;
		same += others[i].code == outcome &&
		        str_eq(others[i].err.msg, outcome ? "the outcome" : "");
	}
	is_int(first.code, outcome, "the one who works has the outcome");
	is_int(works, 0, "the others do not work");
	is_int(same, 8, "and have the same outcome and sentence");
}

static void two_keys(struct flight *f)
{
	struct visit a, b;

	visit_start(&a, f, "a", 0, CLOCK_FOREVER);
	visit_start(&b, f, "b", 0, CLOCK_FOREVER);
	visit_until_working(&a);
	visit_until_working(&b);
	ok(true, "two keys are worked on at the same time");
	visit_wake(&a);
	visit_wake(&b);
	visit_end(&a);
	visit_end(&b);
}

static void waiter_leaves(struct flight *f)
{
	struct visit first, hurried, interrupted;

	visit_start(&first, f, "key", 0, CLOCK_FOREVER);
	visit_until_working(&first);
	visit_start(&hurried, f, "key", 0, clock_deadline(20));
	visit_start(&interrupted, f, "key", 0, CLOCK_FOREVER);
	visit_end(&hurried);
	is_int(hurried.code, -ETIMEDOUT, "a waiter leaves at its deadline");
	ok(hurried.err.code == -ETIMEDOUT && hurried.err.msg[0], "and is told why");
	cancel_fire(&interrupted.cancel);
	visit_end(&interrupted);
	is_int(interrupted.code, -EINTR, "or when it is interrupted");
	ok(!hurried.works && !interrupted.works, "neither has worked");
	visit_wake(&first);
	visit_end(&first);
	is_int(first.code, 0, "the work went on");
}

static void hand_over(struct flight *f)
{
	struct visit first, second;

	visit_start(&first, f, "key", 0, CLOCK_FOREVER);
	visit_until_working(&first);
	visit_start(&second, f, "key", -ENOENT, CLOCK_FOREVER);
	give_time();
	cancel_fire(&first.cancel);
	visit_wake(&first);
	visit_end(&first);
	is_int(first.code, -EINTR, "the one who works is interrupted");
	visit_until_working(&second);
	visit_wake(&second);
	visit_end(&second);
	ok(second.works == 1 && second.code == -ENOENT, "a waiter takes the work over");
}

static void all_leave(struct flight *f)
{
	struct visit first, second;

	visit_start(&first, f, "key", 0, CLOCK_FOREVER);
	visit_until_working(&first);
	visit_start(&second, f, "key", 0, CLOCK_FOREVER);
	give_time();
	cancel_fire(&second.cancel);
	cancel_fire(&first.cancel);
	visit_wake(&first);
	visit_wake(&second);
	visit_end(&first);
	visit_end(&second);
	ok(first.code == -EINTR && second.code == -EINTR, "all are interrupted");
	visit_start(&first, f, "key", 0, CLOCK_FOREVER);
	visit_wake(&first);
	visit_end(&first);
	ok(first.works == 1 && !first.code, "who comes next starts anew");
}

static int count(void *ctx, struct err *err)
{
	int *n = ctx;

	(void)err;
	return ++*n > 100 ? -EIO : 0;
}

static void *crowd(void *arg)
{
	struct flight *f = arg;
	long bad = 0;
	int own = 0;

	for (int i = 0; i < 2000; i++) {
		own = 0;
		bad += flight_do(f, i % 2 ? SPAN("x") : SPAN("y"), count, &own, NULL,
		                 CLOCK_FOREVER, NULL) != 0;
	}
	return (void *)bad;
}

static void crowded(struct flight *f)
{
	pthread_t threads[4];
	long bad = 0;

	for (int i = 0; i < 4; i++) {
		if (pthread_create(&threads[i], NULL, crowd, f))
			skip_all("no threads here");
	}
	for (int i = 0; i < 4; i++) {
		void *result;
		pthread_join(threads[i], &result);
		bad += (long)result;
	}
	is_int(bad, 0, "a crowd at two keys");
}

int main(void)
{
	struct flight *f = flight_new();
	int n = 0;

	is_int(flight_do(f, SPAN("k"), count, &n, NULL, CLOCK_FOREVER, NULL), 0, "alone");
	is_int(flight_do(f, SPAN("k"), count, &n, NULL, CLOCK_FOREVER, NULL), 0, "again");
	is_int(n, 2, "nothing is remembered");
	shares(f, 0);
	shares(f, -ENOENT);
	two_keys(f);
	waiter_leaves(f);
	hand_over(f);
	all_leave(f);
	crowded(f);
	flight_free(f);
	flight_free(NULL);
	return done_testing();
}
