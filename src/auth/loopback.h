/* SPDX-License-Identifier: MIT */
/*
 * The other end of the redirect (RFC 8252, section 7.3): a listener on this machine that
 * takes one GET of one path and refuses everything else.  One thread.
 */
#ifndef JSMFS_AUTH_LOOPBACK_H
#define JSMFS_AUTH_LOOPBACK_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"
#include "base/sync.h"

#include <stdint.h>

struct loopback;

/*
 * Listens where the address says, on loopback only.  -EOPNOTSUPP when it is not http to
 * this machine, -EADDRINUSE when somebody else listens there.
 */
int loopback_open(const char *url, struct loopback **ret, struct err *err) must_check_;
void loopback_close(struct loopback *l);
DEFINE_CLEANUP(struct loopback *, loopback_close)

/*
 * Says what a query string means: 0 it is the answer, -EAGAIN it is none (refused, and
 * the wait goes on), any other errno ends the wait with it.
 */
typedef int loopback_fn(void *ctx, struct span query, struct err *err);

/* Shows the browser how it went.  -EINTR, -ETIMEDOUT at the deadline. */
int loopback_wait(struct loopback *l, struct cancel *cancel, int64_t deadline,
                  loopback_fn *fn, void *ctx, struct err *err) must_check_;

#endif
