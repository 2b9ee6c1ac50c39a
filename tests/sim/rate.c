/* SPDX-License-Identifier: MIT */
#include "sim/rate.h"

#include <stdio.h>
#include <time.h>

#define CUSTOMERS_PER_SECOND 5

struct bucket {
	double per_second; /* 0: no limit */
	double tokens;
	double last;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct bucket all;
static struct bucket customers_list;

static double now_s(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void bucket_set(struct bucket *b, double per_second)
{
	*b = (struct bucket){ .per_second = per_second,
		              .tokens = per_second,
		              .last = now_s() };
}

void rate_set(double per_second)
{
	pthread_mutex_lock(&lock);
	bucket_set(&all, per_second);
	pthread_mutex_unlock(&lock);
	rate_set_strict();
}

void rate_set_strict(void)
{
	pthread_mutex_lock(&lock);
	bucket_set(&customers_list, CUSTOMERS_PER_SECOND);
	pthread_mutex_unlock(&lock);
}

static bool bucket_take(struct bucket *b, double *ret_left)
{
	double now = now_s();
	/* A bucket holds one second's worth, but never less than one token. */
	double most = b->per_second < 1 ? 1 : b->per_second;
	b->tokens += (now - b->last) * b->per_second;
	b->last = now;
	if (b->tokens > most)
		b->tokens = most;
	bool ok = b->tokens >= 1;
	if (ok)
		b->tokens -= 1;
	*ret_left = b->tokens;
	return ok;
}

static void limit_headers(struct exchange *x, const struct bucket *b, double left)
{
	time_t reset = time(NULL) + 1;
	struct tm tm;
	char text[32];
	gmtime_r(&reset, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%MZ", &tm);
	answer_header(x, "X-RateLimit-Limit", "%.0f", b->per_second);
	/* Half a token is none. */
	answer_header(x, "X-RateLimit-Remaining", "%ld", left < 0 ? 0L : (long)left);
	answer_header(x, "X-RateLimit-Reset", "%s", text);
	if (left < b->per_second / 5)
		answer_header(x, "X-RateLimit-NearLimit", "true");
}

bool rate_allow(bool customers, struct exchange *x)
{
	struct bucket *b = NULL;
	double left = 0;
	bool ok = true;
	if (all.per_second <= 0 && customers_list.per_second <= 0)
		return true;
	pthread_mutex_lock(&lock);
	if (customers && customers_list.per_second > 0)
		b = &customers_list;
	else if (all.per_second > 0)
		b = &all;
	if (b)
		ok = bucket_take(b, &left);
	if (b)
		limit_headers(x, b, left);
	pthread_mutex_unlock(&lock);
	if (ok)
		return true;
	answer_header(x, "Retry-After", "1");
	answer_header(x, "RateLimit-Reason", "jira-burst-based");
	answer_error(x, 429, "sd.rest.error.rate", "Rate limit exceeded.");
	return false;
}
