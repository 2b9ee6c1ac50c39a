/* SPDX-License-Identifier: MIT */
/*
 * One attempt of a request, as a libcurl easy handle: its options, the bytes it
 * collects, and what libcurl's verdict means.  Knows nothing of queues, retries
 * or threads; belongs to the network thread.
 */
#ifndef JSMFS_NET_TRANSFER_I_H
#define JSMFS_NET_TRANSFER_I_H

#include "base/base.h"
#include "base/err.h"
#include "net/request.h"

#include <curl/curl.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRANSFER_HEAD_MAX (256u * 1024) /* of all headers of an answer */

struct net_tls;
struct proxy;

struct transfer_config {
	int64_t connect_ms;
	char *user_agent;
	char *unix_socket;         /* or NULL */
	const struct net_tls *tls; /* or NULL */
	const struct proxy *proxy; /* NULL: the environment */
	char *ca_file; /* certificates to trust instead of the system's, or NULL */
};

/* Where a request goes: for messages, never with credentials. */
struct origin {
	char host[256]; /* without brackets */
	unsigned port;
	bool tls;
};

struct transfer {
	struct request *rq; /* borrowed */
	CURL *easy;         /* borrowed */
	struct curl_slist *headers;
	struct origin origin;
	const struct net_tls *tls;
	const struct proxy *proxy;
	uint64_t body_sent;
	int source; /* why the body cannot be read on, or 0 */
	size_t head_bytes;
	bool left; /* bytes of the request may have reached the server */
	bool in_body;
	bool too_large;
	bool nomem;
	char reason[CURL_ERROR_SIZE];
};

/*
 * Reads where rq goes; refuses what must not be sent: another scheme, a user
 * name in the address, http to anything but loopback (unless through a socket).
 */
int origin_read(const struct request *rq, bool any_http, struct origin *ret,
                struct err *err) must_check_;

/*
 * Prepares easy for rq, whose former answer is forgotten; left_ms is what remains
 * of its time, 0 for no limit.  End it with transfer_end() in any case.
 */
int transfer_begin(struct transfer *t, const struct transfer_config *cfg, CURL *easy,
                   struct request *rq, int64_t left_ms, struct err *err) must_check_;

/* What came of it: 0 when there is an answer, else the errno of net/transport.h. */
int transfer_result(struct transfer *t, CURLcode result, struct err *err) must_check_;

/* Frees what the attempt needed; easy may be used again. */
void transfer_end(struct transfer *t);

/* Empties what came back. */
void transfer_forget(struct request *rq);

/* Sets the outcome that a failure leaves rq with. */
void transfer_outcome(const struct transfer *t, struct err *err);

#endif
