/* SPDX-License-Identifier: MIT */
#include "auth/saml.h"

#include "auth/place.h"
#include "base/log.h"
#include "xml/form.h"
#include "xml/xdoc.h"

#include <errno.h>
#include <string.h>

bool saml_is_answer(const struct request *page)
{
	cleanup_(form_freep) struct form *f = NULL;

	return !form_find(buf_view(&page->answer), "SAMLResponse", &f, NULL);
}

int saml_check_up(const struct request *page, struct err *err)
{
	struct place at;

	if (page->status < 500 || !place_of(page->url, &at))
		return 0;
	return err_set(err, -EREMOTEIO, "%.*s fails (HTTP %d): try again later",
	               SPAN_FMT(at.origin), page->status);
}

static void add(struct buf *body, const struct form *f, const char *name)
{
	const struct form_field *field = form_field(f, name);

	if (field)
		visit_param(body, name, span_of(field->value));
}

/* The site may set more cookies on the way to the page a browser would show. */
static int follow(struct visitor *v, const struct page *p, struct err *err)
{
	const char *location = request_answer_header(p->rq, "Location");
	cleanup_(page_clear) struct page last = { 0 };
	cleanup_free_ char *at = NULL;
	int r = place_follow(p->rq->url, location, &at, err);

	if (r < 0)
		return r;
	if (strcasestr(location, "/login"))
		return err_set(err, -EKEYREJECTED,
		               "the site does not take the SAML answer: it asks to log "
		               "in again");
	/* A session must not depend on a page that nobody wants to see. */
	r = visit(v, &(struct visit){ .method = "GET", .url = at }, &last, err);
	if (r == -EINTR || r == -ETIMEDOUT)
		return r;
	if (r < 0)
		log_debug(LOG_AUTH,
		          "the page behind the SAML exchange cannot be had, ignoring");
	return 0;
}

static int check_answer(const struct page *p, struct err *err)
{
	int status = p->rq->status;
	int r = saml_check_up(p->rq, err);

	if (r < 0)
		return r;
	if (status >= 400)
		return err_set(err, -EKEYREJECTED,
		               "the site does not take the SAML answer (HTTP %d): check "
		               "SSOExchangeUrl and that the account may use the site",
		               status);
	return 0;
}

int saml_exchange(struct visitor *v, const struct request *page, const char *exchange_url,
                  const char *site, struct err *err)
{
	cleanup_(form_freep) struct form *f = NULL;
	cleanup_(secret_clear) struct buf body = BUF_INIT(4 * XDOC_MAX_BYTES);
	cleanup_(secret_clear) struct buf cookies = BUF_INIT(JAR_HEADER_BYTES);
	cleanup_(page_clear) struct page p = { 0 };
	struct visit post = {
		.method = "POST", .url = exchange_url, .type = VISIT_FORM, .stays = true
	};
	int r = form_find(buf_view(&page->answer), "SAMLResponse", &f, err);

	if (r < 0)
		return r;
	if (!str_eq(f->action, exchange_url))
		log_debug(LOG_AUTH, "the form of the identity provider names another "
		                    "address than SSOExchangeUrl, which is used");
	add(&body, f, "SAMLResponse");
	add(&body, f, "RelayState");
	if (buf_status(&body))
		return err_nomem(err);
	post.body = buf_view(&body);
	r = visit(v, &post, &p, err);
	if (!r)
		r = check_answer(&p, err);
	if (!r && page_is_redirect(&p))
		r = follow(v, &p, err);
	if (r < 0)
		return r;
	LOCK_SCOPE(v->lock);
	jar_header(v->jar, site, &cookies);
	if (!cookies.len)
		return err_set(
			err, -EKEYREJECTED,
			"the site took the SAML answer and gave no session for it: "
			"check that SSOExchangeUrl belongs to URL");
	return 0;
}

bool saml_again(struct visitor *v, const char *login_url, const char *exchange_url,
                const char *site)
{
	cleanup_(page_clear) struct page p = { 0 };
	struct visit get = { .method = "GET", .url = login_url };

	return !visit(v, &get, &p, NULL) && saml_is_answer(p.rq) &&
	       !saml_exchange(v, p.rq, exchange_url, site, NULL);
}
