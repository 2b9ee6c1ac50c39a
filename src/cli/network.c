/* SPDX-License-Identifier: MIT */
#include "cli/network.h"

#include "base/log.h"
#include "cli/signin.h"
#include "net/url.h"

#include <string.h>

/* The connectors have two names for a client certificate; SSLClientCert comes first. */
static const struct {
	const char *property;
	enum property_id store, type, password, subject;
} clients[] = {
	{ "SSLClientCert", PROP_SSL_CLIENT_CERT, PROP_SSL_CLIENT_CERT_TYPE,
	  PROP_SSL_CLIENT_CERT_PASSWORD, PROP_SSL_CLIENT_CERT_SUBJECT },
	{ "CertificateStore", PROP_CERTIFICATE_STORE, PROP_CERTIFICATE_STORE_TYPE,
	  PROP_CERTIFICATE_STORE_PASSWORD, PROP_CERTIFICATE_SUBJECT },
};

static int read_client(struct network *n, const struct config *c, struct err *err)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(clients) &&
	       secret_empty(config_secret(c, clients[i].store)))
		i++;
	if (i == ARRAY_SIZE(clients) ||
	    (clients[i].store == PROP_CERTIFICATE_STORE && signin_key_is_store(c)))
		return 0;
	struct cert_source src = {
		.property = clients[i].property,
		.type = config_get(c, clients[i].type),
		.store = secret_reveal(config_secret(c, clients[i].store)),
		.password = secret_reveal(config_secret(c, clients[i].password)),
		.subject = config_get(c, clients[i].subject),
		.needs = CERT_NEED_KEY | CERT_NEED_CERTIFICATE,
	};
	int r = certs_load(&src, &n->client, err);
	if (r)
		return r;
	if (n->client.exposed)
		log_warn(LOG_CLI,
		         "others can read the private key of %s: run chmod 600 on its "
		         "file",
		         src.property);
	log_info(LOG_CLI, "the client certificate is that of %s", n->client.subject);
	n->tls.client_host = n->host;
	n->tls.client_chain = n->client.chain;
	n->tls.client_key = n->client.key;
	return 0;
}

static int read_peer(struct network *n, const struct config *c, struct err *err)
{
	int r = peer_new(config_get(c, PROP_SSL_SERVER_CERT), &n->peer, err);

	if (r)
		return r;
	peer_use(n->peer, &n->tls);
	if (n->tls.believe_all)
		log_warn(LOG_CLI,
		         "SSLServerCert=*: anybody on the way can pose as the server and "
		         "read the credentials");
	return 0;
}

static int read_proxy(struct network *n, const struct config *c, bool site_has_tls,
                      struct err *err)
{
	struct proxy_config cfg = {
		.auto_detect = config_bool(c, PROP_PROXY_AUTO_DETECT),
		.auto_detect_set = config_is_set(c, PROP_PROXY_AUTO_DETECT),
		.server = config_get(c, PROP_PROXY_SERVER),
		.port = (unsigned)config_int(c, PROP_PROXY_PORT),
		.auth_scheme = config_get(c, PROP_PROXY_AUTH_SCHEME),
		.user = config_get(c, PROP_PROXY_USER),
		.password = config_secret(c, PROP_PROXY_PASSWORD),
		.ssl_type = config_get(c, PROP_PROXY_SSL_TYPE),
		.site_has_tls = site_has_tls,
		.exceptions = config_get(c, PROP_PROXY_EXCEPTIONS),
		.firewall_type = config_get(c, PROP_FIREWALL_TYPE),
		.firewall_server = config_get(c, PROP_FIREWALL_SERVER),
		.firewall_port = (unsigned)config_int(c, PROP_FIREWALL_PORT),
		.firewall_user = config_get(c, PROP_FIREWALL_USER),
		.firewall_password = config_secret(c, PROP_FIREWALL_PASSWORD),
	};

	return proxy_new(&cfg, &n->proxy, err);
}

int network_init(struct network *n, const struct config *c, struct err *err)
{
	struct url url = { 0 };
	int r = url_parse(config_get(c, PROP_URL), &url, err);

	*n = (struct network){ 0 };
	if (r)
		return r;
	bool tls = str_eq(url.scheme, "https");
	n->host = take_ptr(url.host);
	url_clear(&url);
	r = read_peer(n, c, err);
	if (!r)
		r = read_client(n, c, err);
	return r ? r : read_proxy(n, c, tls, err);
}

void network_clear(struct network *n)
{
	proxy_free(n->proxy);
	peer_free(n->peer);
	cert_pair_clear(&n->client);
	free(n->host);
	*n = (struct network){ 0 };
}
