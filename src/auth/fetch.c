/* SPDX-License-Identifier: MIT */
#include "auth/fetch.h"

#include "base/clock.h"
#include "base/secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int fetch_room(struct buf *b, size_t n, struct err *err)
{
	*b = BUF_INIT(n);
	return buf_room(b, n) ? 0 : err_nomem(err);
}

static int prepare(struct request *rq, const struct fetch *f, int64_t deadline,
                   struct err *err)
{
	int64_t ours = clock_deadline(FETCH_MS);
	int r = request_header(rq, "Accept", SPAN("application/json"));

	rq->deadline = deadline < ours ? deadline : ours;
	rq->max_answer_bytes = FETCH_ANSWER_MAX;
	rq->repeatable = str_eq(f->method, "GET");
	snprintf(rq->bucket, sizeof(rq->bucket), "%s sign-in", f->method);
	if (!r && f->authorization.n)
		r = request_header(rq, "Authorization", f->authorization);
	if (!r && f->content_type)
		r = request_body(rq, f->content_type, f->body);
	return r < 0 ? err_set(err, r, "the request cannot be sent") : 0;
}

int fetch(struct transport *t, const struct fetch *f, struct cancel *cancel,
          int64_t deadline, int *ret_status, struct buf *ret, struct err *err)
{
	cleanup_(request_freep) struct request *rq = request_new(f->method, f->url);
	struct request *answered;
	struct exchange *ex;
	int r = rq ? prepare(rq, f, deadline, err) : err_nomem(err);

	if (!r)
		r = transport_ask(t, take_ptr(rq), cancel, &ex, err);
	if (r < 0)
		return r;
	answered = t->ops->request(ex);
	*ret_status = answered->status;
	secret_clear(ret);
	*ret = answered->answer;
	answered->answer = (struct buf){ 0 };
	t->ops->release(t, ex);
	return 0;
}
