/* SPDX-License-Identifier: MIT */
/*
 * Whether and when to send a request again: pure, knows no clock.
 *
 * A 429 was not processed, so it may be repeated for any method.  Connect errors
 * never reached the server: the same.  A lost answer, 502, 503 and 504 are
 * repeated only when the request is repeatable.
 */
#ifndef JSMFS_NET_RETRY_H
#define JSMFS_NET_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#define RETRY_MAX_ATTEMPTS 5

enum retry_event {
	RETRY_ANSWER,        /* an HTTP answer: look at status */
	RETRY_NOT_CONNECTED, /* the request did not leave */
	RETRY_ANSWER_LOST    /* sent, at least in part, and nothing whole came back */
};

struct retry_input {
	enum retry_event event;
	int status;
	unsigned attempts; /* made so far, at least 1 */
	bool repeatable;
	int64_t retry_after_ms; /* what the server asked for, -1 if it did not */
	uint32_t random;        /* any number: the jitter */
};

/* Pause in ms before the next attempt, or -1: take this answer as it is. */
int64_t retry_delay_ms(const struct retry_input *in);

/* Value of a Retry-After header: seconds or an HTTP date; -1 if it is neither. */
int64_t retry_after_parse(const char *value, int64_t now_epoch_ms);

#endif
