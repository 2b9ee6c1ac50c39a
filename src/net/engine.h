/* SPDX-License-Identifier: MIT */
/*
 * The transport over libcurl: one thread owns the multi handle, anybody submits
 * and waits.  Retries and rate limits are timers in that thread, never a sleep.
 * Redirects are not followed.  SSL_CERT_FILE replaces the system's certificates of
 * authorities.
 */
#ifndef JSMFS_NET_ENGINE_H
#define JSMFS_NET_ENGINE_H

#include "base/base.h"
#include "base/err.h"
#include "net/proxy.h"
#include "net/tls.h"
#include "net/transport.h"

struct net_engine_config {
	unsigned max_in_flight;    /* requests at a time, 1..256 */
	int64_t connect_ms;        /* for one connection */
	const char *user_agent;    /* copied */
	const struct net_tls *tls; /* borrowed as long as the engine lives; or NULL */
	const struct proxy *proxy; /* the same; NULL: the environment decides */
	const char
		*unix_socket; /* tests: connect here whatever the address says; or NULL */
};

int net_engine_new(const struct net_engine_config *cfg, struct transport **ret,
                   struct err *err) must_check_;

#endif
