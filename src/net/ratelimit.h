/* SPDX-License-Identifier: MIT */
/*
 * Who must wait after a 429, and for how long.  A burst limit closes one bucket
 * (site, method and endpoint), a quota closes the site, a limit on writes to one
 * issue closes that bucket.  Also spaces the requests of a bucket that has a
 * known rate.  Pure bookkeeping: the caller gives the time.  One thread.
 * Source: developer.atlassian.com, "Rate limiting" (RateLimit-Reason values).
 */
#ifndef JSMFS_NET_RATELIMIT_H
#define JSMFS_NET_RATELIMIT_H

#include "base/base.h"

#include <stdint.h>

struct ratelimit;

struct ratelimit *ratelimit_new(void) must_check_;
void ratelimit_free(struct ratelimit *r);

/* 0: go (and it is counted); else ms to wait before asking again. */
int64_t ratelimit_admit(struct ratelimit *r, const char *bucket, int64_t now_ms);

/* A 429 with this RateLimit-Reason (NULL when absent): nobody concerned goes before now +
 * pause. */
int ratelimit_closed(struct ratelimit *r, const char *bucket, const char *reason,
                     int64_t pause_ms, int64_t now_ms) must_check_;

/* This bucket takes at most so many requests a second (0 lifts it). */
int ratelimit_rate(struct ratelimit *r, const char *bucket, unsigned per_second)
	must_check_;

#endif
