/* SPDX-License-Identifier: MIT */
/*
 * One HTTP exchange: what to send, the limits, what came back.  Belongs to one
 * thread at a time; while it is submitted it belongs to the transport.
 */
#ifndef JSMFS_NET_REQUEST_H
#define JSMFS_NET_REQUEST_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct header {
	char *name;
	char *value; /* wiped when freed */
};

struct request {
	/* What to send. */
	char *method;
	char *url;
	struct header *headers;
	size_t n_headers;
	struct buf body; /* nothing is sent when empty and !has_body */
	bool has_body;
	size_t max_answer_bytes; /* a longer answer is -EFBIG */
	int64_t deadline;        /* clock_mono_ms(); covers all attempts and pauses */
	bool repeatable;     /* may be sent again after a lost answer, 502, 503, 504 */
	char bucket[96];     /* rate limit class: method and path with {words} */
	unsigned per_second; /* calls a second the server allows in it, 0: not known */

	/* What came back. */
	int status; /* 0: nothing */
	struct buf answer;
	struct header *answer_headers; /* at most 64 */
	size_t n_answer_headers;
	unsigned attempts;
};

struct request *request_new(const char *method, const char *url) must_check_;
void request_free(struct request *rq); /* wipes headers and body */
DEFINE_CLEANUP(struct request *, request_free)

/* Adds or replaces (name without regard to case); refuses CR and LF with -EINVAL. */
int request_header(struct request *rq, const char *name, struct span value) must_check_;

/* Copies the body and sets Content-Type. */
int request_body(struct request *rq, const char *content_type, struct span body)
	must_check_;

/* Value of an answer header without regard to case, or NULL. */
const char *request_answer_header(const struct request *rq, const char *name);

#endif
