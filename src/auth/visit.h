/* SPDX-License-Identifier: MIT */
/*
 * What a browser does while its user signs in: requests with cookies, redirects
 * followed, from page to page and from one server to another.
 */
#ifndef JSMFS_AUTH_VISIT_H
#define JSMFS_AUTH_VISIT_H

#include "auth/jar.h"
#include "base/base.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/sync.h"
#include "net/transport.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Who goes from page to page; everything borrowed.  One thread. */
struct visitor {
	struct transport *transport;
	struct jar *jar;
	pthread_mutex_t *lock; /* of the jar, which others may read meanwhile */
	struct cancel *cancel; /* or NULL */
	int64_t deadline;
};

struct visit {
	const char *method;
	const char *url;
	const char *type; /* of the body */
	struct span body;
	const char *accept;         /* NULL: pages */
	const struct header *extra; /* for this address; redirects do not get them */
	size_t n_extra;
	bool stays; /* a redirect is an answer like any other */
};

/* An answer of any status; rq->url is where it came from in the end. */
struct page {
	const struct request *rq;
	struct transport *transport;
	struct exchange *exchange;
};

void page_clear(struct page *p);
bool page_is_redirect(const struct page *p);

/*
 * Gets an answer, over at most ten redirects: with the same method and body only where
 * the server says so and is the same, else with GET.  Keeps cookies on the way.
 * Errors: those of the transport, -EBADMSG for a redirect that leads nowhere, -ELOOP.
 * Blocks: on the network, until v->deadline.
 */
int visit(struct visitor *v, const struct visit *what, struct page *ret, struct err *err)
	must_check_;

/* Appends "name=value" of a form, with & before it if there is something before. */
void visit_param(struct buf *form, const char *name, struct span value);

#define VISIT_FORM "application/x-www-form-urlencoded"

#endif
