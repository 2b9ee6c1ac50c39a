/* SPDX-License-Identifier: MIT */
/*
 * The seam between what is asked and how it travels: curl in the program, a
 * fake in tests.
 */
#ifndef JSMFS_NET_TRANSPORT_H
#define JSMFS_NET_TRANSPORT_H

#include "base/base.h"
#include "base/err.h"
#include "base/sync.h"
#include "net/request.h"

struct transport;
struct exchange; /* a request on its way */

struct transport_ops {
	/*
	 * Sends rq when limits allow; takes rq on success.  Retries inside
	 * (net/retry.h) until rq->deadline.  Threads: any.
	 */
	int (*submit)(struct transport *t, struct request *rq, struct exchange **ret,
	              struct err *err);

	/*
	 * 0: an answer of any status is in exchange_request().  Else no answer:
	 * -EINTR (token fired), -ETIMEDOUT, -EHOSTUNREACH, -ECONNREFUSED, -EPROTO
	 * (TLS), -EFBIG, -EREMOTEIO (connection lost, answer cut), -EBADMSG (what
	 * answers does not speak HTTP), -EAGAIN (a pause that the server asked for
	 * outlasts the deadline), with err->outcome set for writes
	 * (request_is_write()).  Waiting twice gives the same.
	 */
	int (*wait)(struct transport *t, struct exchange *ex, struct cancel *cancel,
	            struct err *err);

	/* The request with its answer; only after wait(); borrowed from ex. */
	struct request *(*request)(struct exchange *ex);

	/* Stops it if it is still on its way; frees. */
	void (*release)(struct transport *t, struct exchange *ex);

	/* Every exchange must be released before. */
	void (*free)(struct transport *t);

	/* Would wait() return at once?  NULL: that is not known. */
	bool (*settled)(struct transport *t, struct exchange *ex);
};

struct transport {
	const struct transport_ops *ops;
};

/*
 * Sends rq, which it takes also when it fails, and waits for the answer.  Errors: those
 * of submit and wait; -EOPNOTSUPP without a transport.  Blocks: until rq->deadline.
 */
int transport_ask(struct transport *t, struct request *rq, struct cancel *cancel,
                  struct exchange **ret, struct err *err) must_check_;

void transport_free(struct transport *t); /* NULL is fine */
DEFINE_CLEANUP(struct transport *, transport_free)

#endif
