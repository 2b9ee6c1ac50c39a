/* SPDX-License-Identifier: MIT */
#include "auth/fetch.h"

#include "base/clock.h"
#include "base/secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void fetch_clear(struct buf *b)
{
	if (b->p)
		secret_wipe(b->p, b->cap);
	buf_clear(b);
}

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
	struct exchange *ex = NULL;
	int r;

	if (!rq)
		return err_nomem(err);
	if (!t)
		return err_set(err, -EOPNOTSUPP, "there is no network here");
	r = prepare(rq, f, deadline, err);
	if (!r)
		r = t->ops->submit(t, rq, &ex, err);
	if (r < 0)
		return r;
	rq = NULL;
	r = t->ops->wait(t, ex, cancel, err);
	if (!r) {
		struct request *answered = t->ops->request(ex);

		*ret_status = answered->status;
		fetch_clear(ret);
		*ret = answered->answer;
		answered->answer = (struct buf){ 0 };
	}
	t->ops->release(t, ex);
	return r;
}
