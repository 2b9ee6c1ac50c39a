/* SPDX-License-Identifier: MIT */
/* Which certificates a server shows, for people: whether they do, the transport says. */
#ifndef JSMFS_NET_CHAIN_H
#define JSMFS_NET_CHAIN_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "net/proxy.h"
#include "net/tls.h"

#include <stdint.h>

struct chain {
	char subject[200]; /* of the server's own */
	char issuer[200];
	int64_t from_ms;  /* wall clock; 0: not told */
	int64_t until_ms; /* the same */
	unsigned n;       /* certificates shown */
};

/*
 * Connects to the https address as the transport would, believes anybody, sends
 * nothing of HTTP, and hangs up.  tls and proxy may be NULL.  Blocks: on the network,
 * not beyond the deadline.
 */
int chain_read(const char *url, const struct net_tls *tls, const struct proxy *proxy,
               int64_t deadline, struct chain *ret, struct err *err) must_check_;

#endif
