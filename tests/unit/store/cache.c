/* SPDX-License-Identifier: MIT */
#include "store/cache.h"

#include "base/clock.h"
#include "tap.h"

#include <pthread.h>

#define NOW 1769850000000LL

static void is_cached(struct db *d, const char *key, int64_t max_age_ms, const char *want)
{
	struct buf got = BUF_INIT(1000);
	int64_t fetched_ms = -1;

	buf_puts(&got, "old");
	bool found = cache_get(d, span_of(key), max_age_ms, &got, &fetched_ms);
	is_str(found ? buf_str(&got) : NULL, want, "'%s' is %s", key,
	       want ? want : "not there");
	if (!found)
		is_int(fetched_ms, -1, "and its time is not written");
	buf_clear(&got);
}

static void keeps(struct db *d)
{
	is_cached(d, "a", INT64_MAX, NULL);
	cache_put(d, SPAN("a"), SPAN("one"));
	is_cached(d, "a", 0, "one");
	cache_put(d, SPAN("a"), SPAN("two"));
	is_cached(d, "a", 0, "two");
	cache_put(d, SPAN(""), SPAN(""));
	is_cached(d, "", 0, "");
	cache_put(d, (struct span){ "k\0x", 3 }, (struct span){ "b\0y", 3 });
	is_cached(d, "k", 0, NULL);
	struct buf got = BUF_INIT(10);
	ok(cache_get(d, (struct span){ "k\0x", 3 }, 0, &got, NULL) &&
	           span_eq(buf_view(&got), (struct span){ "b\0y", 3 }),
	   "keys and bytes may hold NUL");
	buf_clear(&got);
	struct buf small = BUF_INIT(2);
	ok(!cache_get(d, SPAN("a"), 0, &small, NULL),
	   "an answer too large for the buffer");
	ok(!small.len && !buf_status(&small), "leaves the buffer empty");
	buf_clear(&small);
}

static void ages(struct db *d)
{
	cache_put(d, SPAN("t"), SPAN("x"));
	clock_set_fake(0, NOW + 5000);
	is_cached(d, "t", 4999, NULL);
	is_cached(d, "t", 5000, "x");
	is_cached(d, "t", -1, NULL);
	clock_set_fake(0, NOW - 5000);
	is_cached(d, "t", 4999, NULL);
	is_cached(d, "t", INT64_MAX, "x");
	clock_set_fake(0, NOW + 10);
	cache_put(d, SPAN("t"), SPAN("y"));
	struct buf got = BUF_INIT(10);
	int64_t fetched_ms = 0;
	ok(cache_get(d, SPAN("t"), 0, &got, &fetched_ms) && fetched_ms == NOW + 10,
	   "the time it was fetched");
	buf_clear(&got);
	clock_set_fake(0, NOW);
}

static void drops(struct db *d)
{
	cache_put(d, SPAN("site|a"), SPAN("1"));
	cache_put(d, SPAN("site|b"), SPAN("2"));
	cache_put(d, SPAN("site"), SPAN("3"));
	cache_put(d, SPAN("sitf|"), SPAN("4"));
	cache_put(d, SPAN("s%"), SPAN("5"));
	cache_put(d, SPAN("\xff\xff"), SPAN("6"));
	cache_drop(d, SPAN("site|"));
	is_cached(d, "site|a", 0, NULL);
	is_cached(d, "site|b", 0, NULL);
	is_cached(d, "site", 0, "3");
	is_cached(d, "sitf|", 0, "4");
	cache_drop(d, SPAN("s%"));
	is_cached(d, "s%", 0, NULL);
	is_cached(d, "site", 0, "3");
	cache_drop(d, SPAN("\xff"));
	is_cached(d, "\xff\xff", 0, NULL);
	cache_drop(d, SPAN(""));
	is_cached(d, "site", INT64_MAX, NULL);
}

/* 100 answers of a MiB: only the newest fit. */
static void bounded(struct db *d)
{
	static char mib[1 << 20];
	struct buf got = BUF_INIT(sizeof(mib));
	char key[16];
	int kept = 0;

	for (int i = 0; i < 100; i++) {
		clock_set_fake(0, NOW + i);
		snprintf(key, sizeof(key), "big-%d", i);
		cache_put(d, span_of(key), (struct span){ mib, sizeof(mib) });
	}
	for (int i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "big-%d", i);
		bool found = cache_get(d, span_of(key), INT64_MAX, &got, NULL);
		kept += found;
		if (i == 0)
			ok(!found, "the oldest is gone");
		if (i == 99)
			ok(found && got.len == sizeof(mib), "the newest is there");
	}
	ok(kept >= 50 && kept < 64, "%d of 100 are kept", kept);
	buf_clear(&got);
	char *huge = calloc(1, 17 << 20);
	if (huge)
		cache_put(d, SPAN("huge"), (struct span){ huge, 17 << 20 });
	free(huge);
	is_cached(d, "huge", INT64_MAX, NULL);
	cache_drop(d, SPAN(""));
	clock_set_fake(0, NOW);
	cache_put(d, SPAN("after"), SPAN("x"));
	is_cached(d, "after", 0, "x");
}

static void *use(void *arg)
{
	struct db *d = arg;
	struct buf got = BUF_INIT(100);
	long bad = 0;

	for (int i = 0; i < 200; i++) {
		cache_put(d, SPAN("shared"), SPAN("value"));
		if (!cache_get(d, SPAN("shared"), INT64_MAX, &got, NULL) ||
		    !span_is(buf_view(&got), "value"))
			bad++;
	}
	buf_clear(&got);
	return (void *)bad;
}

static void threads(struct db *d)
{
	pthread_t t[4];
	long bad = 0;

	for (int i = 0; i < 4; i++) {
		if (pthread_create(&t[i], NULL, use, d))
			skip_all("no threads here");
	}
	for (int i = 0; i < 4; i++) {
		void *result;
		pthread_join(t[i], &result);
		bad += (long)result;
	}
	is_int(bad, 0, "four threads at one database");
}

int main(void)
{
	cleanup_(db_closep) struct db *d = NULL;

	clock_set_fake(0, NOW);
	if (!is_int(db_open(NULL, &d, NULL), 0, "in memory"))
		return done_testing();
	keeps(d);
	ages(d);
	drops(d);
	bounded(d);
	threads(d);
	return done_testing();
}
