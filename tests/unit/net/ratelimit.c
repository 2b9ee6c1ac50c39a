/* SPDX-License-Identifier: MIT */
#include "net/ratelimit.h"

#include "tap.h"

#include <errno.h>

#define BURST "jira-burst-based"

static void test_open(void)
{
	struct ratelimit *r = ratelimit_new();
	int waits = 0;

	for (int i = 0; i < 1000; i++)
		waits += ratelimit_admit(r, "a", 5) != 0;
	is_int(waits, 0, "nobody waits without a reason");
	ratelimit_free(r);
	ratelimit_free(NULL);
}

static void test_bucket(void)
{
	struct ratelimit *r = ratelimit_new();

	is_int(ratelimit_closed(r, "a", BURST, 1000, 500), 0, "a burst");
	is_int(ratelimit_admit(r, "a", 500), 1000, "its bucket waits");
	is_int(ratelimit_admit(r, "a", 1499), 1, "to the end");
	is_int(ratelimit_admit(r, "b", 500), 0, "another does not");
	is_int(ratelimit_admit(r, "a", 1500), 0, "then it is open");
	int64_t space = ratelimit_admit(r, "a", 1500);
	ok(space > 0 && space <= 50, "but not for all at once (%lld ms)",
	   (long long)space);
	is_int(ratelimit_admit(r, "a", 1500 + space), 0, "one after the other");
	is_int(ratelimit_closed(r, "a", BURST, 100, 2000), 0, "once more");
	is_int(ratelimit_closed(r, "a", BURST, 50, 2000), 0, "seen by two");
	is_int(ratelimit_admit(r, "a", 2000), 100, "the longer pause counts");
	is_int(ratelimit_admit(r, "a", 2100), 0, "it ends");
	int64_t wider = ratelimit_admit(r, "a", 2100);
	is_int(wider, 2 * space, "the space has doubled, once");
	is_int(ratelimit_admit(r, "a", 60000), 0, "after a quiet minute");
	is_int(ratelimit_admit(r, "a", 60000), 0, "there is none any more");
	is_int(ratelimit_closed(r, "a", "jira-per-issue-on-write", 700, 60000), 0,
	       "a limit of one issue");
	is_int(ratelimit_admit(r, "b", 60000), 0, "concerns one bucket too");
	ratelimit_free(r);
}

static void test_site(void)
{
	static const char *const reasons[] = { "jira-quota-global-based",
		                               "jira-quota-tenant-based",
		                               "jira-cost-based",
		                               "something-new",
		                               "",
		                               NULL };

	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		struct ratelimit *r = ratelimit_new();

		is_int(ratelimit_closed(r, "a", reasons[i], 300, 1000), 0, "reason %zu",
		       i);
		is_int(ratelimit_admit(r, "b", 1000), 300, "closes every bucket");
		is_int(ratelimit_admit(r, "b", 1300), 0, "until it opens");
		ratelimit_free(r);
	}
	struct ratelimit *r = ratelimit_new();
	is_int(ratelimit_closed(r, "a", NULL, INT64_MAX, 1000), 0, "an absurd pause");
	ok(ratelimit_admit(r, "a", 1000) <= 65 * 60 * 1000, "is cut to about an hour");
	is_int(ratelimit_closed(r, "a", NULL, -5, 1000), 0, "a negative one");
	ok(ratelimit_admit(r, "a", 1000) > 0, "opens nothing");
	ratelimit_free(r);
}

static void test_rate(void)
{
	struct ratelimit *r = ratelimit_new();
	int64_t now = 10000;
	int went = 0;

	is_int(ratelimit_rate(r, "customers", 5), 0, "five a second");
	while (now < 13000) {
		int64_t wait = ratelimit_admit(r, "customers", now);

		went += !wait;
		now += wait ? wait : 0;
	}
	is_int(went, 15, "fifteen in three seconds");
	is_int(ratelimit_admit(r, "other", now), 0, "others are free");
	is_int(ratelimit_rate(r, "customers", 0), 0, "lifted");
	is_int(ratelimit_admit(r, "customers", now), 0, "one goes");
	is_int(ratelimit_admit(r, "customers", now), 0, "and another");
	ratelimit_free(r);
}

/* A server that refills so many tokens a second, and keeps those of one second. */
static void test_learnt(double per_s)
{
	struct ratelimit *r = ratelimit_new();
	double tokens = per_s;
	int64_t now = 1000, last = now;
	int given = 0, refused = 0, failed = 0;

	while (now < 121000) {
		int64_t wait = ratelimit_admit(r, "a", now);

		/* Who has nothing to wait for asks again a bit later. */
		now += wait ? wait : 3;
		if (wait)
			continue;
		tokens += (double)(now - last) * per_s / 1000;
		last = now;
		if (tokens > per_s)
			tokens = per_s;
		if (tokens >= 1) {
			tokens--;
			given++;
			continue;
		}
		refused++;
		failed += ratelimit_closed(r, "a", BURST, 1100, now) != 0;
	}
	is_int(failed, 0, "%g a second, in two minutes", per_s);
	ok(given > 120 * per_s * 0.85, "%d of %g are had", given, 120 * per_s);
	ok(refused < given / 20 + 10, "with %d refused", refused);
	ratelimit_free(r);
}

static void test_many(void)
{
	struct ratelimit *r = ratelimit_new();
	char name[32];
	int failed = 0;

	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "PUT issue/%d", i);
		failed += ratelimit_closed(r, name, BURST, 10, 1000 + i * 20) != 0;
	}
	is_int(failed, 0, "buckets of the past make room");
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "open %d", i);
		failed += ratelimit_closed(r, name, BURST, 100000, 500000) != 0;
	}
	ok(failed > 0, "their number has a limit");
	is_int(ratelimit_admit(r, "open 0", 500000), 100000, "the first are kept");
	ratelimit_free(r);
}

int main(void)
{
	test_open();
	test_bucket();
	test_site();
	test_rate();
	test_learnt(2);
	test_learnt(5);
	test_learnt(20);
	test_learnt(45);
	test_many();
	return done_testing();
}
