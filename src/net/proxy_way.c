/* SPDX-License-Identifier: MIT */
/*
 * Which way a request goes, in libcurl's options.  libcurl takes at most two hops: a
 * SOCKS firewall and an HTTP proxy behind it.
 */
#include "base/str.h"
#include "net/proxy_i.h"
#include "net/url.h"

#include <errno.h>
#include <string.h>

/* --- which way ------------------------------------------------------------------------
 */

/* "*.example.com;10.*;<local>": the last means names without a dot. */
static bool is_exception(const struct proxy *p, const char *host)
{
	struct span rest = span_of(p->exceptions);

	while (rest.n) {
		struct span item = span_trim(span_cut(&rest, ';'));
		cleanup_free_ char *pattern = span_dup(item);

		if (!pattern || !item.n)
			continue;
		if (str_ieq(pattern, "<local>") ? !strchr(host, '.') && !strchr(host, ':')
		                                : str_glob(pattern, host))
			return true;
		if (pattern[0] == '.' && str_ends(host, pattern))
			return true;
	}
	return false;
}

const struct hop *proxy_to(const struct proxy *p, const char *host)
{
	return p->proxy.kind && !is_exception(p, host) ? &p->proxy : NULL;
}

const struct hop *firewall_to(const struct proxy *p)
{
	return p->firewall.kind ? &p->firewall : NULL;
}

/* What libcurl takes from the environment, for messages: without a user and a password.
 */
static char *environment_name(const char *host, bool tls)
{
	static const char *const names[2][4] = {
		{ "http_proxy", "all_proxy", "ALL_PROXY", NULL },
		{ "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" },
	};
	const char *value = NULL;

	if (url_is_loopback(host))
		return str_dup("");
	for (size_t i = 0; i < ARRAY_SIZE(names[0]) && names[tls][i]; i++) {
		value = getenv(names[tls][i]);
		if (value && *value)
			break;
	}
	if (!value || !*value)
		return str_dup("");
	const char *start = strstr(value, "://");
	start = start ? start + 3 : value;
	size_t n = strcspn(start, "/");
	const char *at = memrchr(start, '@', n);

	if (at) {
		n -= (size_t)(at + 1 - start);
		start = at + 1;
	}
	return str_printf("the proxy %.*s of the environment", (int)(n < 200 ? n : 200),
	                  start);
}

char *proxy_name(const struct proxy *p, const char *host, bool tls)
{
	if (!p || p->environment)
		return environment_name(host, tls);
	const struct hop *proxy = proxy_to(p, host), *wall = firewall_to(p);

	if (proxy && wall)
		return str_printf("the proxy %s:%u behind the firewall %s:%u",
		                  proxy->host, proxy->port, wall->host, wall->port);
	if (proxy)
		return str_printf("the proxy %s:%u", proxy->host, proxy->port);
	if (wall)
		return str_printf("the firewall %s:%u", wall->host, wall->port);
	return str_dup("");
}

/* --- libcurl's options -------------------------------------------------------------- */

#define SET(option, value) (bad |= curl_easy_setopt(easy, (option), (value)))

/* Names are looked up behind the firewall, except by old SOCKS4, which knows addresses.
 */
static long type_of(const struct hop *h, const char *towards)
{
	switch (h->kind) {
	case HOP_NONE:
	case HOP_HTTP:
		return CURLPROXY_HTTP;
	case HOP_HTTPS:
		return CURLPROXY_HTTPS;
	case HOP_SOCKS4:
		return towards[strspn(towards, "0123456789.")] ? CURLPROXY_SOCKS4A
		                                               : CURLPROXY_SOCKS4;
	case HOP_SOCKS5:
		return CURLPROXY_SOCKS5_HOSTNAME;
	}
	return CURLPROXY_HTTP;
}

static CURLcode set_hop(const struct hop *h, const char *towards, CURL *easy)
{
	cleanup_free_ char *password = span_dup(secret_reveal(h->password));
	CURLcode bad = CURLE_OK;

	if (!password)
		return CURLE_OUT_OF_MEMORY;
	SET(CURLOPT_PROXY, h->host);
	SET(CURLOPT_PROXYPORT, (long)h->port);
	SET(CURLOPT_PROXYTYPE, type_of(h, towards));
	if (h->auth)
		SET(CURLOPT_PROXYAUTH, h->auth);
	if (h->auth || (h->kind >= HOP_SOCKS4 && h->user[0])) {
		/* Kerberos takes whoever is signed in, when that is nobody in particular
		 */
		SET(CURLOPT_PROXYUSERNAME, h->user);
		SET(CURLOPT_PROXYPASSWORD, password);
	}
	if (h->tunnel)
		SET(CURLOPT_HTTPPROXYTUNNEL, 1L);
	secret_wipe(password, strlen(password));
	return bad;
}

/* libcurl has no options for the user of a first hop: all goes into its address. */
static CURLcode set_first_hop(const struct hop *h, const struct hop *next, CURL *easy)
{
	long type = type_of(h, next->host);
	struct buf url = BUF_INIT(64 * 1024);
	CURLcode bad = CURLE_OK;

	/* large enough at once, for growing would leave unwiped copies */
	(void)buf_room(&url, 1024 + 3 * secret_reveal(h->password).n);
	buf_puts(&url, type == CURLPROXY_SOCKS4    ? "socks4://"
	               : type == CURLPROXY_SOCKS4A ? "socks4a://"
	                                           : "socks5h://");
	if (h->user[0]) {
		url_encode(&url, span_of(h->user));
		buf_putc(&url, ':');
		url_encode(&url, secret_reveal(h->password));
		buf_putc(&url, '@');
	}
	buf_printf(&url, "%s:%u", h->host, h->port);
	if (buf_status(&url))
		bad = CURLE_OUT_OF_MEMORY;
	else
		SET(CURLOPT_PRE_PROXY, buf_str(&url));
	secret_clear(&url);
	return bad;
}

CURLcode proxy_apply(const struct proxy *p, struct transfer *t)
{
	CURL *easy = t->easy;
	const char *host = t->origin.host;
	CURLcode bad = CURLE_OK;

	t->proxy = p;
	if (!p || p->environment) {
		if (url_is_loopback(host))
			SET(CURLOPT_NOPROXY, "*");
		return bad;
	}
	const struct hop *proxy = proxy_to(p, host), *wall = firewall_to(p);

	/* What the environment says of proxies has no say. */
	SET(CURLOPT_NOPROXY, proxy || wall ? "" : "*");
	SET(CURLOPT_SOCKS5_AUTH, (long)CURLAUTH_BASIC);
	if (proxy && wall)
		bad |= set_first_hop(wall, proxy, easy);
	if (proxy || wall)
		bad |= set_hop(proxy ? proxy : wall, host, easy);
	if (proxy && p->ready_made) {
		SET(CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
		SET(CURLOPT_PROXYHEADER, p->ready_made);
	}
	return bad;
}
