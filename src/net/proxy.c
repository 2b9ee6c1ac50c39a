/* SPDX-License-Identifier: MIT */
/*
 * Properties to a way, and a way to libcurl's options.  libcurl takes at most two
 * hops: a SOCKS firewall and an HTTP proxy behind it.
 */
#include "base/str.h"
#include "net/proxy_i.h"
#include "net/url.h"

#include <errno.h>
#include <string.h>

#define PROXY_PORT 80
#define SOCKS_PORT 1080

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

/* --- reading the properties ----------------------------------------------------------
 */

static void hop_clear(struct hop *h)
{
	free(h->host);
	free(h->user);
	secret_free(h->password);
}

void proxy_free(struct proxy *p)
{
	if (!p)
		return;
	hop_clear(&p->proxy);
	hop_clear(&p->firewall);
	free(p->exceptions);
	for (struct curl_slist *h = p->ready_made; h; h = h->next)
		secret_wipe(h->data, strlen(h->data));
	curl_slist_free_all(p->ready_made);
	free(p);
}

static int set_host(struct hop *h, const char *host, struct err *err)
{
	size_t n = strlen(host);
	bool v6 = strchr(host, ':') && strspn(host, "0123456789abcdefABCDEF:.[]") == n;

	if (strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                 "0123456789.-_") != n &&
	    !v6)
		return err_set(err, -EINVAL,
		               "%sServer is the name or address of a host, such as "
		               "proxy.example.com, without scheme and path; its port "
		               "goes into %sPort",
		               h->what, h->what);
	h->host = v6 && host[0] != '[' ? str_printf("[%s]", host) : str_dup(host);
	return h->host ? 0 : err_nomem(err);
}

static int set_user(struct hop *h, const char *user, const struct secret *password,
                    struct err *err)
{
	h->user = str_dup(user ? user : "");
	h->password = secret_new(secret_reveal(password));
	return h->user && h->password ? 0 : err_nomem(err);
}

static int need_feature(int feature, const char *what, struct err *err)
{
	if (curl_version_info(CURLVERSION_NOW)->features & feature)
		return 0;
	return err_set(err, -EOPNOTSUPP,
	               "%s: the libcurl of this machine was built without it", what);
}

static int need_user(const struct hop *h, const char *scheme, struct err *err)
{
	if (h->user[0])
		return 0;
	return err_set(err, -EINVAL, "ProxyAuthScheme=%s needs ProxyUser%s", scheme,
	               secret_empty(h->password) ? " and ProxyPassword" : "");
}

static int set_ready_made(struct proxy *p, struct err *err)
{
	struct span value = secret_reveal(p->proxy.password);

	if (!value.n || memchr(value.p, '\n', value.n) || memchr(value.p, '\r', value.n))
		return err_set(err, -EINVAL,
		               "ProxyAuthScheme=PROPRIETARY needs the whole value of the "
		               "header Proxy-Authorization in ProxyPassword");
	char *line = str_printf("Proxy-Authorization: %.*s", SPAN_FMT(value));

	p->ready_made = line ? curl_slist_append(NULL, line) : NULL;
	if (line)
		secret_wipe(line, strlen(line));
	free(line);
	return p->ready_made ? 0 : err_nomem(err);
}

static int set_scheme(struct proxy *p, const char *scheme, struct err *err)
{
	struct hop *h = &p->proxy;

	if (str_ieq(scheme, "BASIC") || str_ieq(scheme, "DIGEST")) {
		h->auth = str_ieq(scheme, "BASIC") ? CURLAUTH_BASIC : CURLAUTH_DIGEST;
		/* the scheme is one by default, so it may stand there without a user */
		if (!h->user[0])
			h->auth = 0;
		return h->auth || str_ieq(scheme, "BASIC") ? 0
		                                           : need_user(h, scheme, err);
	}
	if (str_ieq(scheme, "NTLM")) {
		int r = need_user(h, scheme, err);

		h->auth = CURLAUTH_NTLM;
		return r ? r
		         : need_feature(CURL_VERSION_NTLM, "ProxyAuthScheme=NTLM", err);
	}
	if (str_ieq(scheme, "NEGOTIATE")) {
		h->auth = CURLAUTH_NEGOTIATE;
		return need_feature(CURL_VERSION_SPNEGO, "ProxyAuthScheme=NEGOTIATE",
		                    err);
	}
	if (str_ieq(scheme, "PROPRIETARY"))
		return set_ready_made(p, err);
	if (str_ieq(scheme, "NONE"))
		return 0;
	return err_set(
		err, -EINVAL,
		"ProxyAuthScheme '%.40s' does not exist: it is one of BASIC, DIGEST, "
		"NONE, NEGOTIATE, NTLM, PROPRIETARY",
		scheme);
}

static int set_ssl_type(struct hop *h, const struct proxy_config *cfg, struct err *err)
{
	const char *type = cfg->ssl_type;

	h->kind = HOP_HTTP;
	if (str_ieq(type, "TUNNEL")) {
		h->tunnel = true;
	} else if (str_ieq(type, "NEVER")) {
		if (cfg->site_has_tls)
			return err_set(
				err, -EINVAL,
				"ProxySSLType=NEVER would show the proxy what we send "
				"to an https address: set it to AUTO or TUNNEL");
	} else if (str_ieq(type, "ALWAYS")) {
		h->kind = HOP_HTTPS;
		return need_feature(CURL_VERSION_HTTPS_PROXY, "ProxySSLType=ALWAYS", err);
	} else if (!str_ieq(type, "AUTO")) {
		return err_set(err, -EINVAL,
		               "ProxySSLType '%.40s' does not exist: it is one of AUTO, "
		               "ALWAYS, NEVER, TUNNEL",
		               type);
	}
	return 0;
}

static int set_proxy(struct proxy *p, const struct proxy_config *cfg, struct err *err)
{
	struct hop *h = &p->proxy;
	int r;

	h->what = "Proxy";
	r = set_host(h, cfg->server, err);
	h->port = cfg->port ? cfg->port : PROXY_PORT;
	if (!r)
		r = set_ssl_type(h, cfg, err);
	if (!r)
		r = set_user(h, cfg->user, cfg->password, err);
	return r ? r : set_scheme(p, cfg->auth_scheme, err);
}

static int set_firewall(struct proxy *p, const struct proxy_config *cfg, struct err *err)
{
	const char *type = cfg->firewall_type;
	struct hop *h = &p->firewall;

	if (str_ieq(type, "TUNNEL"))
		*h = (struct hop){ .kind = HOP_HTTP, .tunnel = true, .port = PROXY_PORT };
	else if (str_ieq(type, "SOCKS4"))
		*h = (struct hop){ .kind = HOP_SOCKS4, .port = SOCKS_PORT };
	else if (str_ieq(type, "SOCKS5"))
		*h = (struct hop){ .kind = HOP_SOCKS5, .port = SOCKS_PORT };
	else
		return err_set(err, -EINVAL,
		               "FirewallType '%.40s' does not exist: it is one of NONE, "
		               "TUNNEL, SOCKS4, SOCKS5",
		               type);
	h->what = "Firewall";
	if (cfg->firewall_port)
		h->port = cfg->firewall_port;
	if (!cfg->firewall_server || !cfg->firewall_server[0])
		return err_set(err, -EINVAL, "FirewallType=%s needs FirewallServer",
		               type);
	if (h->kind == HOP_HTTP && p->proxy.kind)
		return err_set(
			err, -EINVAL,
			"FirewallType=TUNNEL and ProxyServer cannot be used "
			"together: a firewall in front of a proxy has to be SOCKS4 "
			"or SOCKS5");
	int r = set_host(h, cfg->firewall_server, err);
	if (!r)
		r = set_user(h, cfg->firewall_user, cfg->firewall_password, err);
	if (!r && h->user[0] && h->kind == HOP_HTTP)
		h->auth = CURLAUTH_BASIC | CURLAUTH_DIGEST;
	return r;
}

int proxy_new(const struct proxy_config *cfg, struct proxy **ret, struct err *err)
{
	cleanup_(proxy_freep) struct proxy *p = calloc(1, sizeof(*p));
	bool has_proxy = cfg->server && cfg->server[0];
	bool has_firewall = cfg->firewall_type && cfg->firewall_type[0] &&
	                    !str_ieq(cfg->firewall_type, "NONE");
	int r = 0;

	if (!p)
		return err_nomem(err);
	p->environment = cfg->auto_detect ||
	                 (!has_proxy && !has_firewall && !cfg->auto_detect_set);
	p->exceptions = str_dup(cfg->exceptions ? cfg->exceptions : "");
	if (!p->exceptions)
		return err_nomem(err);
	if (has_proxy && !p->environment)
		r = set_proxy(p, cfg, err);
	if (!r && has_firewall && !p->environment)
		r = set_firewall(p, cfg, err);
	if (r)
		return r;
	*ret = take_ptr(p);
	return 0;
}

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

static const struct hop *proxy_to(const struct proxy *p, const char *host)
{
	return p->proxy.kind && !is_exception(p, host) ? &p->proxy : NULL;
}

static const struct hop *firewall_to(const struct proxy *p)
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
	if (url.p)
		secret_wipe(url.p, url.cap);
	buf_clear(&url);
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

/* --- failures
 * ---------------------------------------------------------------------------- */

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

static int unauthorized(const struct transfer *t, const struct hop *h, const char *name,
                        struct err *err)
{
	const char *what = credentials_of(t->proxy, h);

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
