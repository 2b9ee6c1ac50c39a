/* SPDX-License-Identifier: MIT */
/*
 * A closed bucket says when it opens, not how fast it may be emptied then: all
 * who waited would run into the wall together again.  So a bucket that was
 * closed by a burst limit is spaced from then on.  From one refusal to the next it gave
 * what it is refilled by, which tells the space; where it stood idle in between, at
 * most twice the space before is believed.  In every quiet period it shrinks.
 */
#include "net/ratelimit.h"

#include "base/map.h"
#include "base/str.h"

#include <errno.h>
#include <string.h>

#define PAUSE_MAX_MS (65 * 60 * 1000) /* quotas are refilled every hour */
#define LEARNT_MIN_US 20000
#define LEARNT_MAX_US 1000000
#define QUIET_MS 5000

/* One bucket an endpoint and, for writes, an issue: old ones have to go. */
#define BUCKETS_MAX 1024

struct bucket {
	int64_t open_ms;   /* closed until then */
	int64_t next_us;   /* the next request may go then */
	int64_t rate_us;   /* space between requests, as set */
	int64_t learnt_us; /* the same, as learnt */
	int64_t quiet_ms;  /* when the learnt space next shrinks */
	int64_t closed_ms; /* when it was last found empty */
	int64_t n_given;   /* requests since then that were not refused */
};

struct ratelimit {
	struct map *buckets;
	int64_t open_ms; /* of the whole site */
};

struct ratelimit *ratelimit_new(void)
{
	struct ratelimit *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->buckets = map_new();
	if (!r->buckets) {
		free(r);
		return NULL;
	}
	return r;
}

void ratelimit_free(struct ratelimit *r)
{
	size_t cursor = 0;
	struct span key;
	void *bucket;

	if (!r)
		return;
	while (map_next(r->buckets, &cursor, &key, &bucket))
		free(bucket);
	map_free(r->buckets);
	free(r);
}

static void drop_idle(struct ratelimit *r, int64_t now_ms)
{
	size_t cursor = 0;
	struct span key;
	void *value;

	while (map_next(r->buckets, &cursor, &key, &value)) {
		struct bucket *b = value;

		if (b->open_ms > now_ms || b->next_us > now_ms * 1000 || b->rate_us)
			continue;
		map_del(r->buckets, key);
		free(b);
	}
}

static struct bucket *bucket_make(struct ratelimit *r, const char *name, int64_t now_ms)
{
	struct bucket *b = map_get(r->buckets, span_of(name));

	if (b)
		return b;
	if (map_count(r->buckets) >= BUCKETS_MAX)
		drop_idle(r, now_ms);
	if (map_count(r->buckets) >= BUCKETS_MAX)
		return NULL;

	cleanup_free_ struct bucket *fresh = calloc(1, sizeof(*fresh));
	if (!fresh || map_put(r->buckets, span_of(name), fresh, NULL))
		return NULL;
	return take_ptr(fresh);
}

static int64_t bucket_space_us(struct bucket *b, int64_t now_ms)
{
	while (b->learnt_us && now_ms >= b->quiet_ms) {
		b->learnt_us -= b->learnt_us / 4;
		b->quiet_ms += QUIET_MS;
		if (b->learnt_us < LEARNT_MIN_US / 2)
			b->learnt_us = 0;
	}
	return b->learnt_us > b->rate_us ? b->learnt_us : b->rate_us;
}

int64_t ratelimit_admit(struct ratelimit *r, const char *bucket, int64_t now_ms)
{
	struct bucket *b = map_get(r->buckets, span_of(bucket));
	int64_t open_ms = r->open_ms;

	if (b && b->open_ms > open_ms)
		open_ms = b->open_ms;
	if (open_ms > now_ms)
		return open_ms - now_ms;
	if (!b)
		return 0;

	int64_t now_us = now_ms * 1000, space_us = bucket_space_us(b, now_ms);
	if (space_us && b->next_us > now_us)
		return (b->next_us - now_us + 999) / 1000;
	b->next_us = (b->next_us > now_us - 1000 ? b->next_us : now_us) + space_us;
	b->n_given++;
	return 0;
}

/* Found empty: wider spaces from now on. */
static void bucket_learn(struct bucket *b, int64_t now_ms)
{
	int64_t space_us = b->learnt_us * 2;

	if (b->learnt_us && b->n_given > 0) {
		int64_t given_us = (now_ms - b->closed_ms) * 1000 / b->n_given;

		if (given_us < space_us)
			space_us = given_us > b->learnt_us ? given_us : b->learnt_us;
	}
	if (space_us < LEARNT_MIN_US)
		space_us = LEARNT_MIN_US;
	b->learnt_us = space_us < LEARNT_MAX_US ? space_us : LEARNT_MAX_US;
	b->closed_ms = now_ms;
	b->n_given = 0;
}

/*
 * Reasons that concern one endpoint or one issue.  Anything else, also a word
 * nobody has told us of and no word at all, concerns everybody.
 */
static bool is_local(const char *reason)
{
	return reason && (strstr(reason, "burst") || strstr(reason, "per-issue"));
}

int ratelimit_closed(struct ratelimit *r, const char *bucket, const char *reason,
                     int64_t pause_ms, int64_t now_ms)
{
	if (pause_ms < 0)
		pause_ms = 0;
	if (pause_ms > PAUSE_MAX_MS)
		pause_ms = PAUSE_MAX_MS;
	if (!is_local(reason)) {
		if (r->open_ms < now_ms + pause_ms)
			r->open_ms = now_ms + pause_ms;
		return 0;
	}
	struct bucket *b = bucket_make(r, bucket, now_ms);
	if (!b)
		return -ENOMEM;
	/* Those that were on their way when it closed say nothing new. */
	b->n_given--;
	if (b->open_ms <= now_ms)
		bucket_learn(b, now_ms);
	if (b->open_ms < now_ms + pause_ms)
		b->open_ms = now_ms + pause_ms;
	b->quiet_ms = b->open_ms + QUIET_MS;
	return 0;
}

int ratelimit_rate(struct ratelimit *r, const char *bucket, unsigned per_second)
{
	struct bucket *b = bucket_make(r, bucket, 0);

	if (!b)
		return -ENOMEM;
	b->rate_us = per_second ? (1000000 + per_second - 1) / per_second : 0;
	if (!per_second)
		b->next_us = 0;
	return 0;
}
