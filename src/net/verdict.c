/* SPDX-License-Identifier: MIT */
/* What libcurl's result of an attempt means for whoever asked. */
#include "base/clock.h"
#include "net/proxy_i.h"
#include "net/tls_i.h"
#include "net/transfer_i.h"

#include <errno.h>
#include <string.h>

static int connect_failed(const struct transfer *t, struct err *err)
{
	long number = 0;

	(void)curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &number);
	if (number == ECONNREFUSED)
		return err_set(err, -ECONNREFUSED, "%s:%u refuses connections",
		               t->origin.host, t->origin.port);
	return err_set(err, -EHOSTUNREACH, "cannot connect to %s:%u%s%s", t->origin.host,
	               t->origin.port, number > 0 ? ": " : "",
	               number > 0 ? strerrordesc_np((int)number) : "");
}

static int timed_out(const struct transfer *t, struct err *err)
{
	/* libcurl's clock and ours may differ by a little. */
	if (t->left || clock_left_ms(t->rq->deadline) < 20)
		return err_set(err, -ETIMEDOUT,
		               "no answer from %s:%u within the time allowed",
		               t->origin.host, t->origin.port);
	return err_set(err, -EHOSTUNREACH, "no connection to %s:%u in time",
	               t->origin.host, t->origin.port);
}

static int too_large(const struct transfer *t, struct err *err)
{
	return err_set(err, -EFBIG, "the answer of %s:%u is larger than %zu bytes",
	               t->origin.host, t->origin.port, t->rq->max_answer_bytes);
}

static int head_too_large(const struct transfer *t, struct err *err)
{
	return err_set(err, -EFBIG, "the head of the answer of %s:%u is too large",
	               t->origin.host, t->origin.port);
}

static int lost(const struct transfer *t, struct err *err)
{
	if (t->left)
		return err_set(err, -EREMOTEIO,
		               "%s:%u closed the connection before the whole answer came",
		               t->origin.host, t->origin.port);
	return err_set(err, -EHOSTUNREACH, "cannot connect to %s:%u: %s", t->origin.host,
	               t->origin.port, t->reason[0] ? t->reason : "connection lost");
}

/* libcurl reports a connection that broke during the handshake as a TLS failure. */
static bool is_broken_handshake(const struct transfer *t)
{
	static const char *const marks[] = { "failure: ", "SYSCALL", "reset by peer" };

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		if (strstr(t->reason, marks[i]))
			return true;
	}
	return false;
}

static int source_failed(const struct transfer *t, struct err *err)
{
	if (t->source == -EBUSY)
		return err_set(err, -EBUSY,
		               "the file became shorter while it was being sent");
	return err_set(err, t->source ? t->source : -EREMOTEIO,
	               "the file cannot be read to its end: %s",
	               strerrordesc_np(-t->source));
}

/* libcurl has a hundred results; those not named here mean a broken connection. */
static int failure(const struct transfer *t, CURLcode result, struct err *err)
{
	const char *host = t->origin.host;
	unsigned port = t->origin.port;
	const char *reason = t->reason[0] ? t->reason : curl_easy_strerror(result);

	if (tls_wants_client(t))
		return tls_failed(t, result, err);
	switch ((int)result) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return err_set(err, -EHOSTUNREACH,
		               "the name '%s' has no address: check it and the network",
		               host);
	case CURLE_COULDNT_CONNECT:
		return connect_failed(t, err);
	case CURLE_OPERATION_TIMEDOUT:
		return timed_out(t, err);
	case CURLE_SSL_CONNECT_ERROR:
		if (is_broken_handshake(t))
			return lost(t, err);
		return tls_failed(t, result, err);
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CRL_BADFILE:
	case CURLE_SSL_ENGINE_NOTFOUND:
	case CURLE_SSL_ENGINE_SETFAILED:
	case CURLE_SSL_ENGINE_INITFAILED:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		return tls_failed(t, result, err);
	case CURLE_FILESIZE_EXCEEDED:
		return too_large(t, err);
	case CURLE_ABORTED_BY_CALLBACK:
		return source_failed(t, err);
	case CURLE_WRITE_ERROR:
		if (t->head_bytes > TRANSFER_HEAD_MAX)
			return head_too_large(t, err);
		return t->too_large ? too_large(t, err) : err_nomem(err);
	case CURLE_OUT_OF_MEMORY:
		/* libcurl says so too of a header line beyond its own limit. */
		return t->left && !t->in_body ? head_too_large(t, err) : err_nomem(err);
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return err_set(err, -EBADMSG, "what %s:%u answers is not HTTP: %s", host,
		               port, reason);
	case CURLE_BAD_CONTENT_ENCODING:
		return err_set(err, -EBADMSG,
		               "the answer of %s:%u cannot be unpacked: %s", host, port,
		               reason);
	case CURLE_URL_MALFORMAT:
		return err_set(err, -EINVAL, "the address of a request is malformed");
	}
	return lost(t, err);
}

void transfer_outcome(const struct transfer *t, struct err *err)
{
	if (!err)
		return;
	if (!request_is_write(t->rq))
		err->outcome = ERR_OUTCOME_NONE;
	else if (t->rq->doubtful)
		err->outcome = ERR_OUTCOME_UNKNOWN;
	else
		/* What breaks off in its middle is no request that a server could follow.
		 */
		err->outcome =
			t->left && !t->source ? ERR_OUTCOME_UNKNOWN : ERR_OUTCOME_REFUSED;
}

int transfer_result(struct transfer *t, CURLcode result, struct err *err)
{
	long status = 0;

	(void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	int code = 0;
	bool by_proxy = proxy_failed(t, result, &code, err);

	if (!by_proxy && result == CURLE_OK && status >= 100 && status <= 999) {
		t->rq->status = (int)status;
		return 0;
	}
	/* With TLS 1.3 a request may leave before the server has judged who sends it. */
	if (by_proxy || tls_wants_client(t))
		t->left = false;
	if (result == CURLE_OK)
		result = CURLE_WEIRD_SERVER_REPLY;
	transfer_forget(t->rq);
	if (!by_proxy)
		code = failure(t, result, err);
	transfer_outcome(t, err);
	return code;
}
