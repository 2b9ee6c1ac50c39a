/* SPDX-License-Identifier: MIT */
/* What is said when a proxy or a firewall does not let us through. */
#include "base/str.h"
#include "net/proxy_i.h"

#include <errno.h>
#include <string.h>

/* "ProxyUser and ProxyPassword" or what the environment has instead. */
static const char *credentials_of(const struct proxy *p, const struct hop *h)
{
	if (!p || p->environment)
		return "the user and password in the address of the environment variable";
	return h && str_eq(h->what, "Firewall") ? "FirewallUser and FirewallPassword"
	                                        : "ProxyUser and ProxyPassword";
}

static bool has_credentials(const struct proxy *p, const struct hop *h)
{
	return !p || p->environment || p->ready_made ||
	       (h && (h->auth || (h->kind >= HOP_SOCKS4 && h->user[0])));
}

/* What it offers instead of our scheme, as ProxyAuthScheme calls it; NULL: nothing. */
static const char *other_scheme(const struct transfer *t, const struct hop *h)
{
	long offered = 0;

	(void)curl_easy_getinfo(t->easy, CURLINFO_PROXYAUTH_AVAIL, &offered);
	if (!h || h != &t->proxy->proxy || !h->auth || offered & h->auth)
		return NULL;
	for (const struct proxy_scheme *s = proxy_schemes; s->name; s++) {
		if (offered & s->auth)
			return s->name;
	}
	return NULL;
}

static int unauthorized(const struct transfer *t, const struct hop *h, const char *name,
                        struct err *err)
{
	const char *what = credentials_of(t->proxy, h);
	const char *other = other_scheme(t, h);

	if (other)
		return err_set(err, -EKEYREJECTED,
		               "%s does not take credentials in the way of "
		               "ProxyAuthScheme: it offers %s",
		               name, other);
	if (h && h->auth == (long)CURLAUTH_NEGOTIATE)
		return err_set(err, -EKEYREJECTED,
		               "%s does not accept our ticket, or nobody here has one: "
		               "run kinit, and check that klist shows it",
		               name);
	if (has_credentials(t->proxy, h))
		return err_set(err, -EKEYREJECTED,
		               "%s does not accept our credentials: check %s%s", name,
		               what,
		               h && h == &t->proxy->proxy ? ", and ProxyAuthScheme" : "");
	return err_set(err, -ENOKEY, "%s wants credentials: set %s", name, what);
}

static int socks_failed(const struct transfer *t, const struct hop *h, const char *name,
                        struct err *err)
{
	long code = CURLPX_OK;

	(void)curl_easy_getinfo(t->easy, CURLINFO_PROXY_ERROR, &code);
	switch ((CURLproxycode)code) {
	case CURLPX_USER_REJECTED:
	case CURLPX_NO_AUTH:
	case CURLPX_IDENTD:
	case CURLPX_IDENTD_DIFFER:
		return unauthorized(t, h, name, err);
	case CURLPX_REPLY_NOT_ALLOWED:
		return err_set(err, -EACCES, "%s does not let us reach %s:%u", name,
		               t->origin.host, t->origin.port);
	case CURLPX_BAD_VERSION:
	case CURLPX_BAD_ADDRESS_TYPE:
	case CURLPX_UNKNOWN_MODE:
	case CURLPX_UNKNOWN_FAIL:
		return err_set(err, -EHOSTUNREACH,
		               "%s does not speak the protocol of FirewallType", name);
	case CURLPX_REQUEST_FAILED:
		return err_set(err, -EHOSTUNREACH,
		               "%s refuses, or cannot reach, %s:%u; if it knows only "
		               "addresses (SOCKS 4, not 4a), try FirewallType=SOCKS5",
		               name, t->origin.host, t->origin.port);
	default:
		return err_set(err, -EHOSTUNREACH, "%s cannot reach %s:%u: %s", name,
		               t->origin.host, t->origin.port,
		               t->reason[0] ? t->reason : "it does not say why");
	}
}

static int answered(const struct transfer *t, const struct hop *h, long status,
                    const char *name, struct err *err)
{
	/* some say the one and mean the other */
	if (status == 407 || status == 401)
		return unauthorized(t, h, name, err);
	if (status == 403 || status == 405)
		return err_set(err, -EACCES, "%s does not let us reach %s:%u (HTTP %ld)",
		               name, t->origin.host, t->origin.port, status);
	return err_set(err, -EHOSTUNREACH, "%s cannot reach %s:%u (HTTP %ld)", name,
	               t->origin.host, t->origin.port, status);
}

static int not_connected(const struct transfer *t, const char *name, struct err *err)
{
	const char *what = !t->proxy || t->proxy->environment ? "the environment"
	                   : t->proxy->firewall.kind ? "FirewallServer and FirewallPort"
	                                             : "ProxyServer and ProxyPort";
	long number = 0;

	(void)curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &number);
	if (number == ECONNREFUSED)
		return err_set(err, -ECONNREFUSED, "%s refuses connections: check %s",
		               name, what);
	return err_set(err, -EHOSTUNREACH, "cannot connect to %s: check %s", name, what);
}

bool proxy_failed(const struct transfer *t, CURLcode result, int *ret_code,
                  struct err *err)
{
	cleanup_free_ char *name = proxy_name(t->proxy, t->origin.host, t->origin.tls);
	const struct hop *h = NULL;
	long connect = 0, status = 0;

	if (!name || !name[0])
		return false;
	if (t->proxy && !t->proxy->environment) {
		h = proxy_to(t->proxy, t->origin.host);
		h = h ? h : firewall_to(t->proxy);
	}
	(void)curl_easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &connect);
	(void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	/* a request that is not encrypted is the proxy's to answer */
	if (result == CURLE_OK && status == 407)
		*ret_code = unauthorized(t, h, name, err);
	else if (result == CURLE_OK || t->in_body)
		return false;
	else if (result == CURLE_PROXY)
		*ret_code = socks_failed(
			t, t->proxy && t->proxy->firewall.kind ? &t->proxy->firewall : h,
			name, err);
	else if (result == CURLE_COULDNT_RESOLVE_PROXY)
		*ret_code = err_set(err, -EHOSTUNREACH,
		                    "%s has no address: check its name", name);
	else if (connect >= 300 && !t->left)
		*ret_code = answered(t, h, connect, name, err);
	else if (result == CURLE_COULDNT_CONNECT)
		*ret_code = not_connected(t, name, err);
	else
		return false;
	return true;
}
