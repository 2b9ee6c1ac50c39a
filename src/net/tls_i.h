/* SPDX-License-Identifier: MIT */
/* What a transfer does with struct net_tls. */
#ifndef JSMFS_NET_TLS_I_H
#define JSMFS_NET_TLS_I_H

#include "net/tls.h"
#include "net/transfer_i.h"

#include <curl/curl.h>

/* ca_file: certificates to trust instead of the system's, or NULL. */
CURLcode tls_apply(const struct net_tls *tls, const char *ca_file, struct transfer *t)
	must_check_;

/* -EPROTO and what to do. */
int tls_failed(const struct transfer *t, CURLcode result, struct err *err);

/* The server ended the connection because it wants a (better) client certificate. */
bool tls_wants_client(const struct transfer *t) must_check_;

#endif
