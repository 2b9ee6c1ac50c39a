/* SPDX-License-Identifier: MIT */
#include "net/request.h"

#include "base/clock.h"
#include "base/secret.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* An attachment travels as one body; a site's own limit is far below this. */
#define BODY_MAX_BYTES (256u << 20)
#define ANSWER_MAX_BYTES (64u << 20)
#define HEADERS_MAX 64
#define TAIL_MAX_BYTES 4096

struct request *request_new(const char *method, const char *url)
{
	struct request *rq = calloc(1, sizeof(*rq));

	if (!rq)
		return NULL;
	rq->file_fd = -1;
	rq->method = str_dup(method);
	rq->url = str_dup(url);
	if (!rq->method || !rq->url) {
		request_free(rq);
		return NULL;
	}
	rq->body = BUF_INIT(BODY_MAX_BYTES);
	rq->tail = BUF_INIT(TAIL_MAX_BYTES);
	rq->answer = BUF_INIT(ANSWER_MAX_BYTES);
	rq->max_answer_bytes = ANSWER_MAX_BYTES;
	rq->deadline = CLOCK_FOREVER;
	rq->repeatable = str_eq(method, "GET") || str_eq(method, "HEAD");
	return rq;
}

static void headers_free(struct header *headers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (headers[i].value)
			secret_wipe(headers[i].value, strlen(headers[i].value));
		free(headers[i].name);
		free(headers[i].value);
	}
	free(headers);
}

void request_free(struct request *rq)
{
	if (!rq)
		return;
	if (rq->body.p)
		secret_wipe(rq->body.p, rq->body.cap);
	buf_clear(&rq->body);
	buf_clear(&rq->tail);
	if (rq->file_fd >= 0)
		close(rq->file_fd);
	buf_clear(&rq->answer);
	headers_free(rq->headers, rq->n_headers);
	headers_free(rq->answer_headers, rq->n_answer_headers);
	request_sign(rq, NULL);
	free(rq->method);
	free(rq->url);
	free(rq);
}

void request_sign(struct request *rq, struct signer *signer)
{
	if (rq->signer)
		rq->signer->free(rq->signer);
	rq->signer = signer;
}

static bool is_header_name(const char *name)
{
	size_t n = 0;

	for (; name[n]; n++) {
		char c = name[n];

		if ((unsigned char)c <= ' ' || (unsigned char)c >= 0x7f ||
		    strchr("()<>@,;:\\\"/[]?={}", c))
			return false;
	}
	return n > 0;
}

static struct header *header_find(struct header *headers, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_ieq(headers[i].name, name))
			return &headers[i];
	}
	return NULL;
}

int request_header(struct request *rq, const char *name, struct span value)
{
	if (!is_header_name(name))
		return -EINVAL;
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '\r' || value.p[i] == '\n' || value.p[i] == '\0')
			return -EINVAL;
	}
	struct header *old = header_find(rq->headers, rq->n_headers, name);
	if (!old && rq->n_headers == HEADERS_MAX)
		return -EFBIG;

	char *copy = span_dup(value);
	if (!copy)
		return -ENOMEM;
	if (old) {
		secret_wipe(old->value, strlen(old->value));
		free(old->value);
		old->value = copy;
		return 0;
	}
	cleanup_free_ char *owned = copy;
	cleanup_free_ char *copied_name = str_dup(name);
	struct header *grown =
		reallocarray(rq->headers, rq->n_headers + 1, sizeof(*grown));
	if (grown)
		rq->headers = grown;
	if (!grown || !copied_name) {
		secret_wipe(owned, value.n);
		return -ENOMEM;
	}
	rq->headers[rq->n_headers++] =
		(struct header){ take_ptr(copied_name), take_ptr(owned) };
	return 0;
}

int request_body(struct request *rq, const char *content_type, struct span body)
{
	int code = request_header(rq, "Content-Type", span_of(content_type));

	if (code)
		return code;
	if (rq->body.p)
		secret_wipe(rq->body.p, rq->body.cap);
	buf_reset(&rq->body);
	buf_span(&rq->body, body);
	rq->has_body = true;
	return buf_status(&rq->body);
}

const char *request_answer_header(const struct request *rq, const char *name)
{
	const struct header *h =
		header_find(rq->answer_headers, rq->n_answer_headers, name);

	return h ? h->value : NULL;
}
