/* SPDX-License-Identifier: MIT */
#include "auth/visit.h"

#include "auth/place.h"
#include "base/log.h"
#include "base/secret.h"
#include "net/url.h"
#include "xml/xdoc.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define HOPS_MAX 10

void page_clear(struct page *p)
{
	if (p->exchange)
		p->transport->ops->release(p->transport, p->exchange);
	*p = (struct page){ 0 };
}

static bool is_redirect(const struct request *rq)
{
	int s = rq->status;

	return (s == 301 || s == 302 || s == 303 || s == 307 || s == 308) &&
	       request_answer_header(rq, "Location");
}

bool page_is_redirect(const struct page *p)
{
	return is_redirect(p->rq);
}

void visit_param(struct buf *form, const char *name, struct span value)
{
	if (form->len)
		buf_putc(form, '&');
	url_encode(form, span_of(name));
	buf_putc(form, '=');
	url_encode(form, value);
}

static int add_cookies(struct visitor *v, struct request *rq)
{
	cleanup_(secret_clear) struct buf cookies = BUF_INIT(JAR_HEADER_BYTES);
	LOCK_SCOPE(v->lock);

	jar_header(v->jar, rq->url, &cookies);
	if (buf_status(&cookies))
		return buf_status(&cookies);
	return cookies.len ? request_header(rq, "Cookie", buf_view(&cookies)) : 0;
}

static int fill(struct visitor *v, const struct visit *what, struct request *rq)
{
	const char *accept =
		what->accept ? what->accept : "text/html,application/xhtml+xml";
	int r = request_header(rq, "Accept", span_of(accept));

	for (size_t i = 0; i < what->n_extra && !r; i++)
		r = request_header(rq, what->extra[i].name,
		                   span_of(what->extra[i].value));
	if (!r)
		r = add_cookies(v, rq);
	if (!r && what->type)
		r = request_body(rq, what->type, what->body);
	return r;
}

static int send_one(struct visitor *v, const struct visit *what, struct page *ret,
                    struct err *err)
{
	cleanup_(request_freep) struct request *rq = request_new(what->method, what->url);
	struct transport *t = v->transport;
	struct page p = { .transport = t };
	struct place at;
	int r;

	if (!rq)
		return err_nomem(err);
	if (!place_of(what->url, &at))
		return err_set(err, -EINVAL,
		               "an address of the sign-on has to begin with https://");
	r = fill(v, what, rq);
	if (r < 0)
		return err_set(err, r, "a request of the sign-on cannot be made");
	rq->deadline = v->deadline;
	rq->max_answer_bytes = XDOC_MAX_BYTES;
	snprintf(rq->bucket, sizeof(rq->bucket), "sign-on %.*s", SPAN_FMT(at.host));
	r = transport_ask(t, take_ptr(rq), v->cancel, &p.exchange, err);
	if (r < 0)
		return r;
	p.rq = t->ops->request(p.exchange);
	{
		LOCK_SCOPE(v->lock);
		r = jar_take(v->jar, p.rq) ? err_nomem(err) : 0;
	}
	if (r < 0)
		page_clear(&p);
	else
		*ret = p;
	return r;
}

/* What a redirect asks for, in *next; it borrows *at. */
static int next_visit(const struct visit *now, const struct request *rq, char **at,
                      struct visit *next, struct err *err)
{
	bool again = rq->status == 307 || rq->status == 308;
	int r = place_follow(rq->url, request_answer_header(rq, "Location"), at, err);

	if (r < 0)
		return r;
	*next = (struct visit){ .method = "GET", .url = *at, .accept = now->accept };
	if (!again || str_eq(now->method, "GET"))
		return 0;
	/* A body holds a password or an answer that is for this server alone. */
	if (!place_is_same(rq->url, *at))
		return err_set(err, -EBADMSG,
		               "the sign-on wants to send what it was given elsewhere, "
		               "which is not done");
	next->method = now->method;
	next->type = now->type;
	next->body = now->body;
	return 0;
}

int visit(struct visitor *v, const struct visit *what, struct page *ret, struct err *err)
{
	cleanup_free_ char *at = NULL;
	struct visit now = *what;

	for (int hop = 0; hop <= HOPS_MAX; hop++) {
		struct page p = { 0 };
		char *next_at = NULL;
		int r = send_one(v, &now, &p, err);

		if (r < 0)
			return r;
		if (what->stays || !is_redirect(p.rq)) {
			*ret = p;
			return 0;
		}
		r = next_visit(&now, p.rq, &next_at, &now, err);
		page_clear(&p);
		if (r < 0)
			return r;
		free(at);
		at = next_at;
	}
	return err_set(err, -ELOOP, "the sign-on leads from redirect to redirect");
}
