/* SPDX-License-Identifier: MIT */
#include "base/str.h"
#include "net/tls_i.h"

#include <errno.h>
#include <string.h>

#define SET(option, value) (bad |= curl_easy_setopt(easy, (option), (value)))

static CURLcode on_context(CURL *easy, void *ssl_ctx, void *ctx)
{
	const struct transfer *t = ctx;
	const struct net_tls *tls = t->tls;

	(void)easy;
	return tls->check->prepare(tls->check_ctx, ssl_ctx, t->origin.host)
	               ? CURLE_OK
	               : CURLE_OUT_OF_MEMORY;
}

/* Shown to the one server it is meant for, and to no proxy and no media host. */
static CURLcode set_client(const struct net_tls *tls, CURL *easy)
{
	struct span key = secret_reveal(tls->client_key);
	CURLcode bad = CURLE_OK;
	struct curl_blob blob = { (void *)(uintptr_t)tls->client_chain,
		                  strlen(tls->client_chain), CURL_BLOB_NOCOPY };

	SET(CURLOPT_SSLCERTTYPE, "PEM");
	SET(CURLOPT_SSLKEYTYPE, "PEM");
	SET(CURLOPT_SSLCERT_BLOB, &blob);
	blob.data = (void *)(uintptr_t)key.p;
	blob.len = key.n;
	SET(CURLOPT_SSLKEY_BLOB, &blob);
	return bad;
}

/*
 * libcurl keeps what it read from a file of certificates, unless there is a
 * directory of them as well; then every connection reads the file again.
 */
static CURLcode set_authorities(const char *ca_file, CURL *easy)
{
	CURLcode bad = CURLE_OK;
	char *file = NULL;

	if (ca_file)
		SET(CURLOPT_CAINFO, ca_file);
	if (!curl_easy_getinfo(easy, CURLINFO_CAINFO, &file) && file)
		SET(CURLOPT_CAPATH, NULL);
	return bad;
}

CURLcode tls_apply(const struct net_tls *tls, const char *ca_file, struct transfer *t)
{
	CURL *easy = t->easy;
	CURLcode bad = CURLE_OK;

	t->tls = tls;
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (ca_file)
		SET(CURLOPT_PROXY_CAINFO, ca_file);
	if (!t->origin.tls)
		return bad;
	bad |= set_authorities(ca_file, easy);
	if (!tls)
		return bad;
	if (tls->believe_all)
		SET(CURLOPT_SSL_VERIFYPEER, 0L);
	if (tls->believe_all || tls->names_checked)
		SET(CURLOPT_SSL_VERIFYHOST, 0L);
	if (tls->check) {
		SET(CURLOPT_SSL_CTX_FUNCTION, on_context);
		SET(CURLOPT_SSL_CTX_DATA, t);
	}
	if (tls->client_chain && str_ieq(tls->client_host, t->origin.host))
		bad |= set_client(tls, easy);
	return bad;
}

/* --- failures -------------------------------------------------------------------- */

bool tls_wants_client(const struct transfer *t)
{
	/* OpenSSL's words for the alerts of RFC 8446, 6.2 that speak of our certificate.
	 */
	static const char *const alerts[] = {
		"alert certificate required",
		"alert bad certificate",
		"alert unsupported certificate",
		"alert certificate revoked",
		"alert certificate expired",
		"alert certificate unknown",
		"alert unknown ca",
		"alert access denied",
	};

	for (size_t i = 0; i < ARRAY_SIZE(alerts); i++) {
		if (strstr(t->reason, alerts[i]))
			return true;
	}
	return false;
}

static int client_refused(const struct transfer *t, struct err *err)
{
	const char *alert = strstr(t->reason, "alert ");
	bool shown = t->tls && t->tls->client_chain &&
	             str_ieq(t->tls->client_host, t->origin.host);

	if (!shown)
		return err_set(err, -EPROTO,
		               "%s:%u wants a client certificate: set SSLClientCert and "
		               "SSLClientCertType",
		               t->origin.host, t->origin.port);
	return err_set(err, -EPROTO,
	               "%s:%u does not take the certificate of SSLClientCert (%.60s): "
	               "check that its authority is one the server knows",
	               t->origin.host, t->origin.port, alert);
}

int tls_failed(const struct transfer *t, CURLcode result, struct err *err)
{
	const char *reason = t->reason[0] ? t->reason : curl_easy_strerror(result);
	const struct net_tls *tls = t->tls;
	const char *refusal = NULL;

	if (tls_wants_client(t))
		return client_refused(t, err);
	if (result == CURLE_PEER_FAILED_VERIFICATION && tls && tls->check)
		refusal = tls->check->refusal(tls->check_ctx, t->origin.host);
	if (refusal)
		return err_set(err, -EPROTO, "TLS with %s:%u failed: %s", t->origin.host,
		               t->origin.port, refusal);
	if (strstr(reason, "alert handshake failure") && (!tls || !tls->client_chain))
		return err_set(err, -EPROTO,
		               "TLS with %s:%u failed: the server ends the handshake; "
		               "perhaps it wants a client certificate: SSLClientCert",
		               t->origin.host, t->origin.port);
	if (strstr(reason, "protocol version") || strstr(reason, "unsupported protocol"))
		return err_set(
			err, -EPROTO,
			"TLS with %s:%u failed: it speaks no TLS 1.2 or newer (%s)",
			t->origin.host, t->origin.port, reason);
	return err_set(err, -EPROTO, "TLS with %s:%u failed: %s", t->origin.host,
	               t->origin.port, reason);
}
