/* SPDX-License-Identifier: MIT */
/*
 * How the transport proves who it is and whom it believes, as plain data: what looks
 * at certificates lives in auth/peer.h and comes as functions.  TLS 1.2 at least.
 */
#ifndef JSMFS_NET_TLS_H
#define JSMFS_NET_TLS_H

#include "base/secret.h"

#include <stdbool.h>

/* Called by the network thread alone. */
struct tls_check_ops {
	/*
	 * A connection to host, or to a proxy on the way there, is being set up; ssl_ctx
	 * is OpenSSL's SSL_CTX.  False: out of memory.
	 */
	bool (*prepare)(void *ctx, void *ssl_ctx, const char *host);

	/*
	 * Why host's last certificate does not do and what to set, as the end of a
	 * sentence; or NULL: it does, or there was none.  Valid until the next call.
	 */
	const char *(*refusal)(void *ctx, const char *host);
};

struct net_tls {
	const char *client_host;         /* who may see the client certificate */
	const char *client_chain;        /* in PEM, its own first; NULL: none */
	const struct secret *client_key; /* in PEM */
	bool believe_all;                /* whatever certificate is shown */
	bool names_checked; /* by check: libcurl need not compare the name again */
	const struct tls_check_ops *check; /* NULL: only the machine's trust */
	void *check_ctx;
};

#endif
