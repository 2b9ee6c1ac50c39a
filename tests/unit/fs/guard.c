/* SPDX-License-Identifier: MIT */
#include "fs/guard.h"

#include "base/clock.h"
#include "tap.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void test_budget(void)
{
	struct guard *g = guard_new("", 3);
	struct err err = { 0 };
	int r = 0;

	clock_set_fake(1000, 0);
	for (int i = 0; i < 3; i++)
		r |= guard_admit(g, 10, &err);
	is_int(r, 0, "three are admitted");
	is_int(guard_admit(g, 10, &err), -EDQUOT, "the fourth is not");
	ok(strstr(err.msg, "ProcessBudget"), "and is told why: %s", err.msg);
	is_int(err.retry_ms, 60000, "and for how long");
	is_int(guard_admit(g, 11, &err), 0, "another process is");
	clock_set_fake(60999, 0);
	is_int(guard_admit(g, 10, &err), -EDQUOT, "a minute has not passed");
	clock_set_fake(61000, 0);
	is_int(guard_admit(g, 10, &err), 0, "now it has");
	is_int(guard_admit(g, 0, &err), 0, "nobody in particular is not counted");
	r = 0;
	for (pid_t p = 100; p < 5000; p++)
		r |= guard_admit(g, p, NULL);
	is_int(r, 0, "any number of processes finds room");
	guard_free(g);

	g = guard_new("", 0);
	r = 0;
	for (int i = 0; i < 5000; i++)
		r |= guard_admit(g, 10, NULL);
	is_int(r, 0, "0 is no limit");
	guard_free(g);
}

static void *own_process(void *arg)
{
	*(pid_t *)arg = guard_process((pid_t)syscall(SYS_gettid));
	return NULL;
}

static void test_names(void)
{
	struct guard *g = guard_new("updatedb, test-index*,", 0);
	pid_t process = 0;
	pthread_t t;

	ok(!guard_is_indexer(g, getpid()), "this is no indexer");
	ok(!guard_is_indexer(g, 0), "nor is a process of another name space");
	ok(!guard_is_indexer(g, -1), "nor nonsense");
	(void)prctl(PR_SET_NAME, "test-indexer");
	ok(guard_is_indexer(g, getpid()), "by its name it is");
	(void)prctl(PR_SET_NAME, "updatedbx");
	ok(!guard_is_indexer(g, getpid()), "a longer name is another");
	pthread_create(&t, NULL, own_process, &process);
	pthread_join(t, NULL);
	is_int(process, getpid(), "a thread belongs to its process");
	is_int(guard_process(99999999), 99999999, "one that is gone stands for itself");
	guard_free(g);
	g = guard_new("", 0);
	ok(!guard_is_indexer(g, getpid()), "no patterns, no indexers");
	guard_free(g);
}

int main(void)
{
	test_budget();
	test_names();
	return done_testing();
}
