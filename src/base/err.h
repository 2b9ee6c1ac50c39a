/* SPDX-License-Identifier: MIT */
/*
 * Why something failed: the errno that travels by return value, and the
 * sentence a human needs.  Plain data: no allocation, copyable between threads.
 */
#ifndef JSMFS_BASE_ERR_H
#define JSMFS_BASE_ERR_H

#include "base/base.h"

#include <stdbool.h>
#include <stdint.h>

/* What is known of a request that may have changed something. */
enum err_outcome {
	ERR_OUTCOME_NONE,    /* a read: repeating it is always safe */
	ERR_OUTCOME_REFUSED, /* the server did not act: repeating is safe */
	ERR_OUTCOME_UNKNOWN  /* the answer was lost: look before repeating */
};

struct err {
	int code;          /* negative errno; what the caller returned */
	uint16_t http;     /* HTTP status, or 0 if no response was received */
	uint32_t retry_ms; /* earliest sensible retry, 0 if time does not help */
	enum err_outcome outcome;
	char request_id[64]; /* the server's id of the exchange, or "" */
	char msg[400];       /* one sentence, valid UTF-8, no newline, no secrets */
};

/*
 * Fills *err (NULL is allowed) and returns code, so that a failing function
 * ends with `return err_set(err, -EINVAL, "…", …)`.  Replaces what was there.
 * Control bytes in the arguments become spaces; a long text is cut at a
 * character boundary.
 */
int err_set(struct err *err, int code, const char *fmt, ...) printf_(3, 4);

/* Puts "text: " before the sentence, keeps the rest; returns err->code. */
int err_wrap(struct err *err, const char *fmt, ...) printf_(2, 3);

/* -ENOMEM with its sentence. */
int err_nomem(struct err *err);

/* "EINVAL" for -EINVAL; for the errnos the program uses, else "errno N". */
const char *err_name(int code);

#endif
