/* SPDX-License-Identifier: MIT */
/*
 * Cookies (RFC 6265), as far as signing in needs them: domain, path, Secure, expiry.
 * Bounded; values are wiped when they go.  One thread at a time.
 */
#ifndef JSMFS_AUTH_JAR_H
#define JSMFS_AUTH_JAR_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"
#include "net/request.h"

#include <stdbool.h>

#define JAR_COOKIES_MAX 64     /* the oldest one goes for a new one */
#define JAR_COOKIE_BYTES 16384 /* name and value; a longer one is not taken */
#define JAR_HEADER_BYTES 65536 /* of one Cookie header */

struct jar;

struct jar *jar_new(void) must_check_;
void jar_free(struct jar *j);
DEFINE_CLEANUP(struct jar *, jar_free)

/* Keeps what the Set-Cookie headers of an answer say; -ENOMEM.  The rest is ignored. */
int jar_take(struct jar *j, const struct request *rq) must_check_;

/* Keeps one cookie for the host of url and all its paths, as if it had been set there. */
int jar_put(struct jar *j, const char *url, const char *name, struct span value)
	must_check_;

/* Appends "name=value; name=value" of what belongs to url; nothing when none does. */
void jar_header(const struct jar *j, const char *url, struct buf *out);

void jar_empty(struct jar *j);

#endif
