/* SPDX-License-Identifier: MIT */
/* Percent-encoding, query strings, and the parts of a base address (RFC 3986). */
#ifndef JSMFS_NET_URL_H
#define JSMFS_NET_URL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

/* Appends s with everything but A-Z a-z 0-9 - . _ ~ as %XX (upper-case hex). */
void url_encode(struct buf *out, struct span s);

/* Appends "?name=value" or "&name=value" as fits what is in url; both encoded. */
void url_param(struct buf *url, const char *name, struct span value);

/* The parts of an absolute http or https address; all owned, NULL when absent. */
struct url {
	char *scheme; /* "http" or "https" */
	char *host;   /* lower case, no brackets */
	unsigned port;
	char *path; /* context path without trailing slash; "" when none */
};

/*
 * Refuses, each with its sentence: other schemes, user names inside the address,
 * query and fragment, control bytes, and http to anything but loopback.
 */
int url_parse(const char *text, struct url *ret, struct err *err) must_check_;
void url_clear(struct url *u);

bool url_is_loopback(const char *host); /* localhost, 127.0.0.0/8, ::1 */

/* "https://host[:port]/path" without trailing slash; default port left out. */
void url_print(const struct url *u, struct buf *out);

#endif
