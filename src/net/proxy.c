/* SPDX-License-Identifier: MIT */
/* The properties of proxies and firewalls. */
#include "base/str.h"
#include "net/proxy_i.h"
#include "net/url.h"

#include <errno.h>
#include <string.h>

#define PROXY_PORT 80
#define SOCKS_PORT 1080

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

const struct proxy_scheme proxy_schemes[] = {
	{ .name = "BASIC", .auth = (long)CURLAUTH_BASIC },
	{ .name = "DIGEST", .auth = (long)CURLAUTH_DIGEST, .needs_user = true },
	{ .name = "NEGOTIATE",
	  .auth = (long)CURLAUTH_NEGOTIATE,
	  .feature = CURL_VERSION_SPNEGO },
	{ .name = "NTLM",
	  .auth = (long)CURLAUTH_NTLM,
	  .feature = CURL_VERSION_NTLM,
	  .needs_user = true },
	{ .name = "PROPRIETARY" },
	{ .name = "NONE" },
	{ 0 }
};

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
	const struct proxy_scheme *s = proxy_schemes;
	struct hop *h = &p->proxy;

	while (s->name && !str_ieq(s->name, scheme))
		s++;
	if (!s->name)
		return err_set(err, -EINVAL,
		               "ProxyAuthScheme '%.40s' does not exist: it is one of "
		               "BASIC, DIGEST, NONE, NEGOTIATE, NTLM, PROPRIETARY",
		               scheme);
	if (s->needs_user && !h->user[0])
		return err_set(err, -EINVAL, "ProxyAuthScheme=%s needs ProxyUser%s",
		               s->name,
		               secret_empty(h->password) ? " and ProxyPassword" : "");
	if (s->feature && !(curl_version_info(CURLVERSION_NOW)->features & s->feature))
		return err_set(err, -EOPNOTSUPP,
		               "ProxyAuthScheme=%s: the libcurl of this machine was "
		               "built without it",
		               s->name);
	h->auth = s->auth;
	/* the scheme is one by default, so it may stand there without a user */
	if (s->auth == (long)CURLAUTH_BASIC && !h->user[0])
		h->auth = 0;
	return str_eq(s->name, "PROPRIETARY") ? set_ready_made(p, err) : 0;
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
		if (!(curl_version_info(CURLVERSION_NOW)->features &
		      CURL_VERSION_HTTPS_PROXY))
			return err_set(err, -EOPNOTSUPP,
			               "ProxySSLType=ALWAYS: the libcurl of this machine "
			               "was built without it");
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
