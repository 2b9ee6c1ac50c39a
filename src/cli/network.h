/* SPDX-License-Identifier: MIT */
/* What the connection properties say about TLS, proxies and firewalls. */
#ifndef JSMFS_CLI_NETWORK_H
#define JSMFS_CLI_NETWORK_H

#include "auth/certs.h"
#include "auth/peer.h"
#include "base/base.h"
#include "base/err.h"
#include "cli/config.h"
#include "net/proxy.h"
#include "net/tls.h"

struct network {
	struct net_tls tls; /* for net_engine_config; borrows from the rest */
	struct proxy *proxy;
	struct peer *peer;
	struct cert_pair client;
	char *host;
};

/*
 * Reads certificates and checks what belongs together; warns about what is allowed
 * but unwise.  *n must not move while a transport uses it.
 */
int network_init(struct network *n, const struct config *c, struct err *err) must_check_;
void network_clear(struct network *n); /* after the transport */

#endif
