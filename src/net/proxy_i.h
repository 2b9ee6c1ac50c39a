/* SPDX-License-Identifier: MIT */
/* What a transfer does with the way it is to take. */
#ifndef JSMFS_NET_PROXY_I_H
#define JSMFS_NET_PROXY_I_H

#include "net/proxy.h"
#include "net/transfer_i.h"

#include <curl/curl.h>

/* Sets the way to t->origin on t->easy; p may be NULL: the environment. */
CURLcode proxy_apply(const struct proxy *p, struct transfer *t) must_check_;

/*
 * True when the failure is the proxy's and not the server's: *ret_code is then the
 * errno, and *err tells which proxy and which property.
 */
bool proxy_failed(const struct transfer *t, CURLcode result, int *ret_code,
                  struct err *err) must_check_;

enum hop_kind { HOP_NONE, HOP_HTTP, HOP_HTTPS, HOP_SOCKS4, HOP_SOCKS5 };

struct hop {
	enum hop_kind kind;
	const char *what; /* "Proxy" or "Firewall": begins the names of its properties */
	char *host;       /* with brackets if it has colons */
	unsigned port;
	char *user;
	struct secret *password;
	long auth;   /* of CURLAUTH_* */
	bool tunnel; /* CONNECT also where the request is not encrypted */
};

struct proxy {
	bool environment;
	struct hop proxy, firewall;
	char *exceptions;
	struct curl_slist *ready_made; /* the header, for proxies only */
};

/* What ProxyAuthScheme can be; ends with a name that is NULL. */
struct proxy_scheme {
	const char *name;
	long auth;   /* of CURLAUTH_* */
	int feature; /* of CURL_VERSION_* that libcurl has to have */
	bool needs_user;
};
extern const struct proxy_scheme proxy_schemes[];

/* The proxy and the firewall that are on the way to a host, NULL: none. */
const struct hop *proxy_to(const struct proxy *p, const char *host);
const struct hop *firewall_to(const struct proxy *p);

#endif
