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
#include <sys/types.h>

struct header {
	char *name;
	char *value; /* wiped when freed */
};

struct request;

/*
 * Puts a proof into a request that covers the request itself and the moment: what is
 * sent again has to be signed again.  sign runs before every attempt, when all else of
 * the request is final, in the thread of the transport: it must not block.
 */
struct signer {
	int (*sign)(struct signer *s, struct request *rq, struct err *err);
	void (*free)(struct signer *s);
};

struct request {
	/* What to send. */
	char *method;
	char *url;
	struct header *headers;
	size_t n_headers;
	struct buf body; /* nothing is sent when empty and !has_body */
	bool has_body;
	/* A file that goes out behind body and before tail; -1: none. */
	int file_fd;        /* owned */
	uint64_t file_size; /* what is sent of it, from its start */
	struct buf tail;
	size_t max_answer_bytes; /* a longer answer is -EFBIG */
	int64_t deadline;        /* clock_mono_ms(); covers all attempts and pauses */
	bool repeatable;     /* may be sent again after a lost answer, 502, 503, 504 */
	bool changes;        /* a write although it is repeatable: its outcome is told */
	char bucket[96];     /* rate limit class: method and path with {words} */
	unsigned per_second; /* calls a second the server allows in it, 0: not known */
	struct signer *signer; /* owned, or NULL */

	/* What came back. */
	int status; /* 0: nothing */
	struct buf answer;
	struct header *answer_headers; /* at most 64 */
	size_t n_answer_headers;
	unsigned attempts;
	/* An attempt before the last one may have been carried out; also to be set by
	 * who sends again what was answered. */
	bool doubtful;
	char local_ip[46]; /* of this end of the connection, "" when there was none */
};

/* Is it of interest what became of it when there is no good answer? */
static inline bool request_is_write(const struct request *rq)
{
	return rq->changes || !rq->repeatable;
}

struct request *request_new(const char *method, const char *url) must_check_;
void request_free(struct request *rq); /* wipes headers and body */
DEFINE_CLEANUP(struct request *, request_free)

/* Adds or replaces (name without regard to case); refuses CR and LF with -EINVAL. */
int request_header(struct request *rq, const char *name, struct span value) must_check_;

/* Takes the signer, in the place of one that is there. */
void request_sign(struct request *rq, struct signer *signer);

/* Copies the body and sets Content-Type. */
int request_body(struct request *rq, const char *content_type, struct span body)
	must_check_;

/*
 * Makes the body a multipart/form-data document of one part called field: the first size
 * bytes of the file, under file_name.  Keeps a duplicate of fd, and nothing of the file
 * in memory: it is read while it is sent, in the thread of the transport.
 */
int request_upload(struct request *rq, const char *field, const char *file_name, int fd,
                   uint64_t size) must_check_;

/* How long the whole body is. */
uint64_t request_body_bytes(const struct request *rq);

/*
 * The next bytes of the body from at, at most n; 0 at its end.  Negative errno of the
 * read; -EBUSY when the file has become shorter than it was.
 */
ssize_t request_body_read(const struct request *rq, uint64_t at, char *to, size_t n)
	must_check_;

/* Value of an answer header without regard to case, or NULL. */
const char *request_answer_header(const struct request *rq, const char *name);

#endif
