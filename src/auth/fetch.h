/* SPDX-License-Identifier: MIT */
/*
 * One call to a server that signs people in: sent once, without anything of the API's
 * conventions.  Threads: any.
 */
#ifndef JSMFS_AUTH_FETCH_H
#define JSMFS_AUTH_FETCH_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/sync.h"
#include "net/transport.h"

#include <stdint.h>

/* For answers: no server that signs people in has more to say. */
#define FETCH_ANSWER_MAX (256u * 1024)
#define FETCH_MS 20000

struct fetch {
	const char *method;
	const char *url;
	const char *content_type; /* of the body, or NULL */
	struct span body;
	struct span authorization; /* of the header, or empty */
};

/*
 * 0 and the status for any answer.  Else the errno of the transport; err->outcome tells
 * whether the server may have acted.  The body is wiped by secret_clear().  deadline is
 * shortened to FETCH_MS from now.
 */
int fetch(struct transport *t, const struct fetch *f, struct cancel *cancel,
          int64_t deadline, int *ret_status, struct buf *ret, struct err *err)
	must_check_;

/* A large enough buffer at once: growing would leave unwiped copies. */
int fetch_room(struct buf *b, size_t n, struct err *err) must_check_;

#endif
