/* SPDX-License-Identifier: MIT */
/*
 * Which way requests take: straight, through an HTTP proxy, through a firewall
 * (HTTP CONNECT or SOCKS), or through both, the firewall first.
 */
#ifndef JSMFS_NET_PROXY_H
#define JSMFS_NET_PROXY_H

#include "base/base.h"
#include "base/err.h"
#include "base/secret.h"

#include <stdbool.h>

/* The connection properties as they are written; borrowed for the call. */
struct proxy_config {
	bool auto_detect;     /* the environment comes before ProxyServer */
	bool auto_detect_set; /* false by will: the environment is not looked at */
	const char *server;
	unsigned port;
	const char *auth_scheme; /* BASIC, DIGEST, NONE, NEGOTIATE, NTLM, PROPRIETARY */
	const char *user;
	const struct secret *password;
	bool site_has_tls;    /* URL is an https address */
	const char *ssl_type; /* AUTO, ALWAYS, NEVER, TUNNEL */
	const char *exceptions;
	const char *firewall_type; /* NONE, TUNNEL, SOCKS4, SOCKS5 */
	const char *firewall_server;
	unsigned firewall_port; /* 0: 80 or 1080 */
	const char *firewall_user;
	const struct secret *firewall_password;
};

struct proxy;

/*
 * Without ProxyServer and firewall the environment decides (http_proxy, https_proxy,
 * all_proxy, no_proxy, as libcurl reads them), but never for loopback addresses.
 * What is set by property is for loopback too.  -EINVAL names the property that is
 * wrong, -EOPNOTSUPP what the libcurl of this machine cannot do.
 */
int proxy_new(const struct proxy_config *cfg, struct proxy **ret, struct err *err)
	must_check_;
void proxy_free(struct proxy *p); /* NULL is fine; wipes the passwords */
DEFINE_CLEANUP(struct proxy *, proxy_free)

/*
 * "the proxy host:port" that a request to this host goes by, malloc'd; "" when it goes
 * straight.  NULL: out of memory.
 */
char *proxy_name(const struct proxy *p, const char *host, bool tls) must_check_;

#endif
