/* SPDX-License-Identifier: MIT */
/*
 * libcurl sends a request again by itself when a kept connection turns out to be
 * dead, whatever the method.  For a request that must not be sent twice that is
 * prevented: its body comes from a callback that cannot rewind, and without a
 * body it gets a fresh connection, on which libcurl never repeats.
 */
#include "base/secret.h"
#include "net/proxy_i.h"
#include "net/tls_i.h"
#include "net/transfer_i.h"
#include "net/url.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define RECEIVE_BYTES (256L * 1024)
#define ANSWER_HEADERS_MAX 64

/* Reserved at once for an answer of known length; more grows as it comes. */
#define RESERVE_MAX_BYTES (4u << 20)

int origin_read(const struct request *rq, bool any_http, struct origin *ret,
                struct err *err)
{
	struct origin o = { .port = 443, .tls = true };
	const char *p = rq->url;

	for (const char *c = p; *c; c++) {
		if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
			return err_set(err, -EINVAL,
			               "the address of a request holds a byte that has "
			               "to be percent-encoded");
	}
	if (str_starts(p, "http://"))
		o = (struct origin){ .port = 80 };
	else if (!str_starts(p, "https://"))
		return err_set(err, -EINVAL, "a request can only go to https");
	p += o.tls ? 8 : 7;

	size_t n = strcspn(p, "/?#");
	bool v6 = *p == '[';
	size_t host_n = v6 ? strcspn(++p, "]") : strcspn(p, ":/?#");
	const char *rest = p + host_n + v6;
	int64_t port = o.port;

	if (v6)
		n--;
	if (!host_n || host_n > n || host_n >= sizeof(o.host) || memchr(p, '@', n))
		return err_set(err, -EINVAL,
		               "the address of a request has no usable host");
	if (*rest == ':') {
		struct span digits = { rest + 1, (size_t)(p + n - rest - 1) };

		if (!span_int(digits, &port) || port < 1 || port > 65535)
			return err_set(err, -EINVAL,
			               "the address of a request has no usable port");
	}
	o.port = (unsigned)port;
	memcpy(o.host, p, host_n);
	if (!o.tls && !any_http && !url_is_loopback(o.host))
		return err_set(err, -EINVAL,
		               "a request to %s would travel in the clear: use https",
		               o.host);
	*ret = o;
	return 0;
}

static int on_request(void *ctx, char *their_ip, char *our_ip, int their_port,
                      int our_port)
{
	struct transfer *t = ctx;

	(void)their_ip;
	(void)their_port;
	(void)our_port;
	t->left = true;
	snprintf(t->rq->local_ip, sizeof(t->rq->local_ip), "%s", our_ip ? our_ip : "");
	return CURL_PREREQFUNC_OK;
}

static size_t on_send(char *to, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	ssize_t now = request_body_read(t->rq, t->body_sent, to, size * n);

	if (now < 0) {
		t->source = (int)now;
		return CURL_READFUNC_ABORT;
	}
	t->body_sent += (uint64_t)now;
	return (size_t)now;
}

static int on_rewind(void *ctx, curl_off_t offset, int origin)
{
	(void)ctx;
	(void)offset;
	(void)origin;
	return CURL_SEEKFUNC_FAIL;
}

static void headers_forget(struct request *rq)
{
	for (size_t i = 0; i < rq->n_answer_headers; i++) {
		free(rq->answer_headers[i].name);
		free(rq->answer_headers[i].value);
	}
	rq->n_answer_headers = 0;
}

void transfer_forget(struct request *rq)
{
	rq->status = 0;
	headers_forget(rq);
	buf_reset(&rq->answer);
}

static bool header_keep(struct request *rq, struct span name, struct span value)
{
	cleanup_free_ char *n = span_dup(name);
	cleanup_free_ char *v = span_dup(value);

	if (!rq->answer_headers)
		rq->answer_headers =
			calloc(ANSWER_HEADERS_MAX, sizeof(*rq->answer_headers));
	if (!n || !v || !rq->answer_headers)
		return false;
	rq->answer_headers[rq->n_answer_headers++] =
		(struct header){ take_ptr(n), take_ptr(v) };
	return true;
}

static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	struct request *rq = t->rq;
	struct span value = { p, size * n };

	t->head_bytes += value.n;
	if (t->head_bytes > TRANSFER_HEAD_MAX) {
		t->too_large = true;
		return 0;
	}
	/* What follows a body are trailers, which nobody here wants. */
	if (t->in_body)
		return value.n;
	/* A new head, after an interim answer: the former is not the answer. */
	if (value.n > 5 && !memcmp(p, "HTTP/", 5)) {
		headers_forget(rq);
		return value.n;
	}
	if (!memchr(p, ':', value.n) || rq->n_answer_headers == ANSWER_HEADERS_MAX)
		return size * n;

	struct span name = span_cut(&value, ':');
	if (!header_keep(rq, span_trim(name), span_trim(value))) {
		t->nomem = true;
		return 0;
	}
	return size * n;
}

/* Makes room for an answer of announced length, once. */
static void answer_reserve(struct transfer *t, size_t first)
{
	curl_off_t length = -1;

	if (curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length) ||
	    length <= (curl_off_t)first)
		return;
	if (length > RESERVE_MAX_BYTES)
		length = RESERVE_MAX_BYTES;
	if ((size_t)length <= t->rq->max_answer_bytes)
		(void)buf_room(&t->rq->answer, (size_t)length);
}

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	struct buf *answer = &t->rq->answer;

	if (!t->in_body) {
		t->in_body = true;
		answer_reserve(t, size * n);
	}
	buf_add(answer, p, size * n);
	int code = buf_status(answer);
	t->too_large = code == -EFBIG;
	t->nomem = code == -ENOMEM;
	return code ? 0 : size * n;
}

static bool header_line(struct transfer *t, const char *name, const char *value)
{
	/* libcurl's way to write a header without a value is a semicolon. */
	char *line = *value ? str_printf("%s: %s", name, value) : str_printf("%s;", name);
	struct curl_slist *longer = line ? curl_slist_append(t->headers, line) : NULL;

	if (line)
		secret_wipe(line, strlen(line));
	free(line);
	if (longer)
		t->headers = longer;
	return longer;
}

static bool headers_set(struct transfer *t)
{
	/* No waiting for "100 Continue", and no media type that nobody named. */
	static const char *const without[] = { "Expect:", "Content-Type:" };
	const struct request *rq = t->rq;
	bool has_type = false;

	for (size_t i = 0; i < rq->n_headers; i++) {
		if (!header_line(t, rq->headers[i].name, rq->headers[i].value))
			return false;
		has_type |= str_ieq(rq->headers[i].name, "Content-Type");
	}
	for (size_t i = 0; i < ARRAY_SIZE(without) - has_type; i++) {
		struct curl_slist *longer = curl_slist_append(t->headers, without[i]);

		if (!longer)
			return false;
		t->headers = longer;
	}
	return !curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
}

#define SET(option, value) (bad |= curl_easy_setopt(easy, (option), (value)))

static CURLcode set_connection(struct transfer *t, const struct transfer_config *cfg,
                               int64_t left_ms)
{
	CURL *easy = t->easy;
	CURLcode bad = CURLE_OK;

	SET(CURLOPT_NOSIGNAL, 1L);
	/* An attempt that ends while a name is looked up leaves the look-up behind. */
	SET(CURLOPT_QUICK_EXIT, 1L);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(CURLOPT_PATH_AS_IS, 1L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	SET(CURLOPT_TCP_KEEPALIVE, 1L);
	/* Refused where the handle has its buffer still, after a transfer that shared
	 * its connection with others: of that size. */
	(void)curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, RECEIVE_BYTES);
	/* What goes over http stays within this machine, where packing costs both sides
	 * more than it saves. */
	if (t->origin.tls || !url_is_loopback(t->origin.host))
		SET(CURLOPT_ACCEPT_ENCODING, "");
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)cfg->connect_ms);
	SET(CURLOPT_TIMEOUT_MS, (long)left_ms);
	SET(CURLOPT_USERAGENT, cfg->user_agent);
	/* A second stream waits for the first connection instead of opening its own. */
	if (t->origin.tls)
		SET(CURLOPT_PIPEWAIT, 1L);
	if (cfg->unix_socket)
		SET(CURLOPT_UNIX_SOCKET_PATH, cfg->unix_socket);
	if (cfg->unix_socket)
		SET(CURLOPT_NOPROXY, "*");
	else
		bad |= proxy_apply(cfg->proxy, t);
	bad |= tls_apply(cfg->tls, cfg->ca_file, t);
	return bad;
}

static CURLcode set_message(struct transfer *t)
{
	const struct request *rq = t->rq;
	CURL *easy = t->easy;
	CURLcode bad = CURLE_OK;
	bool body = rq->has_body || rq->body.len;

	SET(CURLOPT_URL, rq->url);
	if (str_eq(rq->method, "HEAD")) {
		SET(CURLOPT_NOBODY, 1L);
		return bad;
	}
	if (rq->max_answer_bytes)
		SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)rq->max_answer_bytes);
	if (body || str_eq(rq->method, "POST")) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request_body_bytes(rq));
		if (rq->file_fd >= 0 || (rq->body.len && !rq->repeatable)) {
			SET(CURLOPT_READFUNCTION, on_send);
			SET(CURLOPT_READDATA, t);
			SET(CURLOPT_SEEKFUNCTION, on_rewind);
		} else {
			SET(CURLOPT_POSTFIELDS, buf_str(&rq->body));
		}
	}
	if (!rq->repeatable && !rq->body.len)
		SET(CURLOPT_FRESH_CONNECT, 1L);
	SET(CURLOPT_CUSTOMREQUEST, rq->method);
	return bad;
}

static CURLcode set_callbacks(struct transfer *t)
{
	CURL *easy = t->easy;
	CURLcode bad = CURLE_OK;

	SET(CURLOPT_ERRORBUFFER, t->reason);
	SET(CURLOPT_PREREQFUNCTION, on_request);
	SET(CURLOPT_PREREQDATA, t);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, t);
	return bad;
}

int transfer_begin(struct transfer *t, const struct transfer_config *cfg, CURL *easy,
                   struct request *rq, int64_t left_ms, struct err *err)
{
	*t = (struct transfer){ .rq = rq, .easy = easy };
	int code = origin_read(rq, cfg->unix_socket, &t->origin, err);

	if (code)
		return code;
	transfer_forget(rq);
	rq->answer.max = rq->max_answer_bytes;
	curl_easy_reset(easy);
	if (set_connection(t, cfg, left_ms) || set_message(t) || set_callbacks(t) ||
	    !headers_set(t))
		return err_nomem(err);
	return 0;
}

void transfer_end(struct transfer *t)
{
	for (struct curl_slist *line = t->headers; line; line = line->next)
		secret_wipe(line->data, strlen(line->data));
	curl_slist_free_all(t->headers);
	t->headers = NULL;
	t->easy = NULL;
}
