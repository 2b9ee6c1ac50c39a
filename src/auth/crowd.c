/* SPDX-License-Identifier: MIT */
/*
 * Crowd: a token of its REST interface is the cookie of its single sign-on, with which
 * its SAML page answers for the site.
 */
#include "auth/auth_i.h"
#include "auth/place.h"
#include "auth/saml.h"
#include "auth/session.h"
#include "base/log.h"
#include "base/utf8.h"
#include "json/jdoc.h"
#include "xml/form.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BODY_MAX 65536

struct crowd {
	const struct auth_config *cfg;
	char *base;     /* "https://host/crowd" */
	struct buf app; /* what proves the application: an Authorization header */
	bool been_in;
};

/* --- its REST interface ------------------------------------------------------------- */

static int call(struct crowd *c, struct visitor *v, const char *method, const char *path,
                const struct buf *body, struct page *ret, struct err *err)
{
	cleanup_free_ char *url = str_printf("%s%s", c->base, path);
	cleanup_free_ char *proof = span_dup(buf_view(&c->app));
	char name[] = "Authorization";
	struct header extra = { name, proof };
	struct visit what = { .method = method,
		              .url = url,
		              .type = body ? "application/json" : NULL,
		              .accept = "application/json",
		              .extra = &extra,
		              .n_extra = 1,
		              .stays = true };
	int r;

	if (!url || !proof || (body && buf_status(body)))
		return err_nomem(err);
	if (body)
		what.body = buf_view(body);
	r = visit(v, &what, ret, err);
	secret_wipe(proof, strlen(proof));
	return r ? r : saml_check_up(ret->rq, err);
}

static int not_crowd(const struct crowd *c, int status, struct err *err)
{
	return err_set(err, -EBADMSG,
	               "%s does not answer as Crowd does (HTTP %d): check SSOLoginURL",
	               c->base, status);
}

static int refused_app(int status, struct err *err)
{
	if (status == 401)
		return err_set(err, -EKEYREJECTED,
		               "SSOAppName and SSOAppPassword are not accepted");
	return err_set(err, -EACCES,
	               "Crowd does not let the application in from this machine: add its "
	               "address to the remote addresses of the application SSOAppName");
}

/* The name of the sign-on cookie; and, by the way, our own address as Crowd sees it. */
static int ask_cookie(struct crowd *c, struct visitor *v, char **ret_name, char *ip,
                      size_t ip_size, struct err *err)
{
	cleanup_(page_clear) struct page p = { 0 };
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	int r = call(c, v, "GET", "/rest/usermanagement/1/config/cookie", NULL, &p, err);

	if (r < 0)
		return r;
	if (p.rq->status == 401 || p.rq->status == 403)
		return refused_app(p.rq->status, err);
	if (p.rq->status != 200 || jdoc_parse(buf_view(&p.rq->answer), &doc, NULL))
		return not_crowd(c, p.rq->status, err);
	struct span name = jnode_text(jnode_get(jdoc_root(doc), "name"));

	if (!name.n)
		return not_crowd(c, p.rq->status, err);
	snprintf(ip, ip_size, "%s", p.rq->local_ip[0] ? p.rq->local_ip : "127.0.0.1");
	*ret_name = span_dup(name);
	return *ret_name ? 0 : err_nomem(err);
}

static void session_body(const struct crowd *c, const char *ip, struct buf *out)
{
	buf_puts(out, "{\"username\":");
	utf8_to_json(out, span_of(c->cfg->user));
	buf_puts(out, ",\"password\":");
	utf8_to_json(out, secret_reveal(c->cfg->password));
	buf_puts(out, ",\"validation-factors\":{\"validationFactors\":"
	              "[{\"name\":\"remote_address\",\"value\":");
	utf8_to_json(out, span_of(ip));
	buf_puts(out, "}]}}");
}

static int refused_user(const struct crowd *c, const struct request *rq,
                        const struct jnode *answer, struct err *err)
{
	struct span reason = jnode_text(jnode_get(answer, "reason"));

	if (rq->status == 401 || rq->status == 403)
		return refused_app(rq->status, err);
	if (rq->status == 400 && !span_is(reason, "ILLEGAL_ARGUMENT"))
		return err_set(err, -EKEYREJECTED,
		               "User and Password are not accepted; they are not tried "
		               "again, so that the account is not locked: correct them "
		               "and start again%s%.*s%s",
		               reason.n ? " (" : "", SPAN_FMT(reason),
		               reason.n ? ")" : "");
	return not_crowd(c, rq->status, err);
}

static int open_session(struct crowd *c, struct visitor *v, const char *cookie,
                        const char *ip, struct err *err)
{
	cleanup_(secret_clear) struct buf body = BUF_INIT(BODY_MAX);
	cleanup_(page_clear) struct page p = { 0 };
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	int r;

	session_body(c, ip, &body);
	r = call(c, v, "POST", "/rest/usermanagement/1/session", &body, &p, err);
	if (r < 0)
		return r;
	r = jdoc_parse(buf_view(&p.rq->answer), &doc, NULL);
	struct span token = jnode_text(jnode_get(jdoc_root(doc), "token"));

	if (p.rq->status >= 400)
		return refused_user(c, p.rq, jdoc_root(doc), err);
	if (r < 0 || !token.n)
		return not_crowd(c, p.rq->status, err);
	log_redact(token);
	LOCK_SCOPE(v->lock);
	r = jar_put(v->jar, c->base, cookie, token);
	return r ? err_set(err, r, "the sign-on cookie of Crowd is unusable") : 0;
}

/* --- its pages ------------------------------------------------------------------------
 */

static int captcha(const struct page *p, struct err *err)
{
	const char *why = request_answer_header(p->rq, "X-Authentication-Denied-Reason");
	struct place at;

	if (!why || !strcasestr(why, "CAPTCHA") || !place_of(p->rq->url, &at))
		return 0;
	return err_set(err, -EKEYREJECTED,
	               "after too many failed logins Crowd wants a CAPTCHA: log in once "
	               "with a browser at %.*s, then start again",
	               SPAN_FMT(at.origin));
}

/* Fills in the form that asks for name and password. */
static int fill(const struct crowd *c, struct form *f, struct buf *body, struct err *err)
{
	static const char *const names[] = { "j_username", "username", "os_username" };
	const char *user = NULL, *password = NULL;
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(names) && !user; i++)
		user = form_field(f, names[i]) ? names[i] : NULL;
	for (size_t i = 0; i < f->n_fields && !password; i++)
		password = f->fields[i].is_password ? f->fields[i].name : NULL;
	if (!user || !password)
		return err_set(
			err, -EBADMSG,
			"the login form of Crowd has not the fields that are known");
	r = form_set(f, user, span_of(c->cfg->user));
	if (!r)
		r = form_set(f, password, secret_reveal(c->cfg->password));
	for (size_t i = 0; i < f->n_fields; i++)
		visit_param(body, f->fields[i].name, span_of(f->fields[i].value));
	return r || buf_status(body) ? err_nomem(err) : 0;
}

/* Crowd may not take the cookie for its own pages: then it shows a form, once. */
static int log_in(struct crowd *c, struct visitor *v, struct page *page, struct err *err)
{
	cleanup_(form_freep) struct form *f = NULL;
	cleanup_(secret_clear) struct buf body = BUF_INIT(BODY_MAX);
	cleanup_free_ char *to = NULL;
	struct page next = { 0 };
	int r = form_find(buf_view(&page->rq->answer), NULL, &f, NULL);

	if (r < 0)
		return err_set(
			err, -EBADMSG,
			"at SSOLoginURL there is neither a SAML answer nor a login "
			"form (HTTP %d)",
			page->rq->status);
	r = place_follow(page->rq->url, f->action, &to, err);
	if (!r && (!place_is_same(to, c->base) || !f->is_post))
		r = err_set(err, -EBADMSG,
		            "the login form of Crowd would send the password elsewhere, "
		            "which is not done");
	if (!r)
		r = fill(c, f, &body, err);
	if (!r)
		r = visit(v,
		          &(struct visit){ .method = "POST",
		                           .url = to,
		                           .type = VISIT_FORM,
		                           .body = buf_view(&body) },
		          &next, err);
	if (r < 0)
		return r;
	page_clear(page);
	*page = next;
	return captcha(page, err);
}

static int get_login(struct crowd *c, struct visitor *v, struct page *ret,
                     struct err *err)
{
	struct visit get = { .method = "GET", .url = c->cfg->sso.login_url };
	int r = visit(v, &get, ret, err);

	return r ? r : saml_check_up(ret->rq, err);
}

static int enter(struct crowd *c, struct visitor *v, struct err *err)
{
	const struct auth_config *cfg = c->cfg;
	cleanup_(page_clear) struct page p = { 0 };
	int r = get_login(c, v, &p, err);

	if (!r)
		r = captcha(&p, err);
	if (!r && !saml_is_answer(p.rq)) {
		r = log_in(c, v, &p, err);
		/* The page behind the form need not be the one that was wanted. */
		if (!r && !saml_is_answer(p.rq)) {
			page_clear(&p);
			r = get_login(c, v, &p, err);
		}
	}
	if (r < 0)
		return r;
	if (!saml_is_answer(p.rq))
		return err_set(err, -EKEYREJECTED,
		               "Crowd gives no SAML answer for the site: check that the "
		               "account may use the application");
	return saml_exchange(v, p.rq, cfg->sso.exchange_url, cfg->site, err);
}

static int crowd_sign_in(void *own, struct visitor *v, struct err *err)
{
	struct crowd *c = own;
	cleanup_free_ char *cookie = NULL;
	char ip[46];
	int r;

	if (c->been_in &&
	    saml_again(v, c->cfg->sso.login_url, c->cfg->sso.exchange_url, c->cfg->site))
		return 0;
	r = ask_cookie(c, v, &cookie, ip, sizeof(ip), err);
	if (!r)
		r = open_session(c, v, cookie, ip, err);
	if (!r)
		r = enter(c, v, err);
	c->been_in |= !r;
	return r;
}

/* --- the scheme ------------------------------------------------------------------------
 */

static void crowd_free(void *own)
{
	struct crowd *c = own;

	secret_clear(&c->app);
	free(c->base);
	free(c);
}

static void crowd_freep(struct crowd **c)
{
	if (*c)
		crowd_free(*c);
}

static const struct session_flow crowd_flow = {
	.scheme = "Crowd",
	.sign_in = crowd_sign_in,
	.free = crowd_free,
};

/* "https://host/crowd" of SSOLoginURL. */
static int find_base(struct crowd *c, struct err *err)
{
	const char *url = c->cfg->sso.login_url;
	struct place at;
	const char *end;

	if (!place_of(url, &at))
		return err_set(err, -EINVAL,
		               "SSOLoginURL has to begin with https:// and a host");
	end = strstr(at.path.p, "/crowd");
	if (!end || end >= at.path.p + at.path.n || (end[6] && !strchr("/?#", end[6])))
		return err_set(
			err, -EINVAL,
			"SSOLoginURL: the address of a Crowd server holds /crowd/, "
			"as in https://HOST/crowd/console/secure/saml/sso.action");
	c->base = str_printf("%.*s/crowd", (int)(end - url), url);
	return c->base ? 0 : err_nomem(err);
}

int crowd_new(const struct auth_config *cfg, struct auth **ret, struct err *err)
{
	cleanup_(crowd_freep) struct crowd *c = calloc(1, sizeof(*c));
	const char *app = cfg->sso.app_name;
	int r = c ? session_check("Crowd", cfg, err) : err_nomem(err);

	if (r < 0)
		return r;
	if (!app || !*app || secret_empty(cfg->sso.app_password))
		return err_set(err, -ENOKEY,
		               "AuthScheme=Crowd needs the properties SSOAppName and "
		               "SSOAppPassword");
	if (!secret_empty(cfg->sso.properties))
		return err_set(err, -EINVAL, "SSOProperties: there are none for Crowd");
	c->cfg = cfg;
	r = find_base(c, err);
	if (!r)
		r = basic_header("SSOAppName", app, cfg->sso.app_password, &c->app, err);
	if (r < 0)
		return r;
	log_redact(secret_reveal(cfg->password));
	return session_new(cfg, &crowd_flow, take_ptr(c), ret, err);
}
