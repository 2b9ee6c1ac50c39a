/* SPDX-License-Identifier: MIT */
#include "net/recorder.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/logfile.h"
#include "base/mask.h"
#include "base/sync.h"

#include <errno.h>
#include <string.h>

#define BODY_MAX_BYTES (1u << 20) /* of each body, what is recorded of it */
#define LOGGED_MAX_BYTES (24u << 10)
#define RECORD_MAX_BYTES (4 * BODY_MAX_BYTES)

struct recorder {
	struct transport transport;
	struct transport_ops ops; /* what an exchange is, only the inner one knows */
	struct transport *inner;
	pthread_mutex_t lock;
	struct logfile file; /* lock */
	bool has_file;
};

static struct recorder *recorder_of(struct transport *t)
{
	return container_of(t, struct recorder, transport);
}

/* ------------------------------------------------------------------- texts */

static void put_header(struct buf *out, const char *mark, const struct header *h)
{
	buf_printf(out, "%s%s: ", mark, h->name);
	if (mask_is_secret_header(h->name))
		buf_puts(out, "***");
	else
		mask_text(out, span_of(h->value));
	buf_putc(out, '\n');
}

static const char *type_of(const struct header *h, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_ieq(h[i].name, "Content-Type"))
			return h[i].value;
	}
	return "";
}

/* What is no text would only fill the file, and nobody could find a secret in it. */
static bool is_text(const char *type)
{
	static const char *const words[] = { "json", "text/", "xml", "urlencoded",
		                             "html" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcasestr(type, words[i]))
			return true;
	}
	return false;
}

static void put_body(struct buf *out, struct span body, const char *type, size_t max)
{
	struct span part = body;

	if (!body.n)
		return;
	if (!is_text(type)) {
		buf_printf(out, "[%zu bytes]\n", body.n);
		return;
	}
	if (part.n > max)
		part.n = max;
	mask_text(out, part);
	buf_putc(out, '\n');
	if (part.n < body.n)
		buf_printf(out, "[%zu more bytes]\n", body.n - part.n);
}

static void put_request_body(struct buf *out, const struct request *rq, size_t max)
{
	if (rq->file_fd >= 0)
		buf_printf(out, "[a file of %llu bytes]\n",
		           (unsigned long long)rq->file_size);
	else
		put_body(out, buf_view(&rq->body), type_of(rq->headers, rq->n_headers),
		         max);
}

static void put_head(struct buf *out, const struct request *rq)
{
	buf_printf(out, "> %s ", rq->method);
	mask_text(out, span_of(rq->url));
	buf_putc(out, '\n');
	for (size_t i = 0; i < rq->n_headers; i++)
		put_header(out, "> ", &rq->headers[i]);
}

static void put_answer_head(struct buf *out, const struct request *rq, int code,
                            const char *why)
{
	if (code)
		buf_printf(out, "< no answer: %s\n", why);
	else
		buf_printf(out, "< %d\n", rq->status);
	for (size_t i = 0; i < rq->n_answer_headers; i++)
		put_header(out, "< ", &rq->answer_headers[i]);
}

/* ------------------------------------------------------------- what is told */

static void tell_log(const struct request *rq, int code, const char *why)
{
	struct buf b = BUF_INIT(RECORD_MAX_BYTES);

	put_head(&b, rq);
	if (log_enabled(LOG_NET, LOG_BODIES))
		put_request_body(&b, rq, LOGGED_MAX_BYTES);
	put_answer_head(&b, rq, code, why);
	if (log_enabled(LOG_NET, LOG_BODIES))
		put_body(&b, buf_view(&rq->answer),
		         type_of(rq->answer_headers, rq->n_answer_headers),
		         LOGGED_MAX_BYTES);
	log_text(LOG_NET, LOG_DEBUG, rq->bucket, buf_view(&b));
	buf_clear(&b);
}

static void tell_file(struct recorder *r, const struct request *rq, int code,
                      const char *why)
{
	struct buf b = BUF_INIT(RECORD_MAX_BYTES);

	buf_puts(&b, "# ");
	clock_format(&b, clock_wall_ms(), true);
	buf_printf(&b, " attempts=%u\n", rq->attempts);
	put_head(&b, rq);
	put_request_body(&b, rq, BODY_MAX_BYTES);
	put_answer_head(&b, rq, code, why);
	put_body(&b, buf_view(&rq->answer),
	         type_of(rq->answer_headers, rq->n_answer_headers), BODY_MAX_BYTES);
	buf_putc(&b, '\n');
	if (b.len) {
		size_t n = log_redact_bytes(b.p, b.len);
		LOCK_SCOPE(&r->lock);

		logfile_write(&r->file, (struct span){ b.p, n });
	}
	buf_clear(&b);
}

/* -------------------------------------------------------------- a transport */

static int recorder_submit(struct transport *t, struct request *rq, struct exchange **ret,
                           struct err *err)
{
	struct transport *inner = recorder_of(t)->inner;

	return inner->ops->submit(inner, rq, ret, err);
}

static int recorder_wait(struct transport *t, struct exchange *ex, struct cancel *cancel,
                         struct err *err)
{
	struct recorder *r = recorder_of(t);
	struct err mine = { 0 };
	int code = r->inner->ops->wait(r->inner, ex, cancel, &mine);
	const struct request *rq = r->inner->ops->request(ex);

	if (log_enabled(LOG_NET, LOG_DEBUG))
		tell_log(rq, code, mine.msg);
	if (r->has_file)
		tell_file(r, rq, code, mine.msg);
	if (code && err)
		*err = mine;
	return code;
}

static bool recorder_settled(struct transport *t, struct exchange *ex)
{
	struct transport *inner = recorder_of(t)->inner;

	return inner->ops->settled(inner, ex);
}

static void recorder_release(struct transport *t, struct exchange *ex)
{
	struct transport *inner = recorder_of(t)->inner;

	inner->ops->release(inner, ex);
}

static void recorder_free(struct transport *t)
{
	struct recorder *r = recorder_of(t);

	transport_free(r->inner);
	if (r->has_file)
		logfile_close(&r->file);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

int recorder_new(struct transport *inner, const char *file, uint64_t max_bytes,
                 long max_count, struct transport **ret, struct err *err)
{
	struct recorder *r = calloc(1, sizeof(*r));
	int code;

	if (!r)
		return err_nomem(err);
	code = file && *file ? logfile_open(file, max_bytes, max_count, &r->file, err)
	                     : 0;
	if (code < 0) {
		free(r);
		return err_wrap(err, "RecordToFile");
	}
	r->has_file = file && *file;
	r->inner = inner;
	r->ops = (struct transport_ops){ .submit = recorder_submit,
		                         .wait = recorder_wait,
		                         .request = inner->ops->request,
		                         .settled = inner->ops->settled ? recorder_settled
		                                                        : NULL,
		                         .release = recorder_release,
		                         .free = recorder_free };
	r->transport.ops = &r->ops;
	pthread_mutex_init(&r->lock, NULL);
	*ret = &r->transport;
	return 0;
}
