/* SPDX-License-Identifier: MIT */
#include "auth/okta.h"

#include "auth/auth_i.h"
#include "auth/place.h"
#include "auth/saml.h"
#include "auth/session.h"
#include "base/log.h"
#include "base/utf8.h"
#include "net/url.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BODY_MAX 65536
#define STATES_MAX 10 /* of one transaction */
#define STEP_UPS_MAX 2

/* --- SSOProperties ----------------------------------------------------------------- */

static int set_mfa(struct okta *o, struct span value, struct err *err)
{
	static const struct {
		const char *name;
		enum okta_mfa mfa;
	} kinds[] = { { "OktaVerify", OKTA_MFA_VERIFY },
		      { "Email", OKTA_MFA_EMAIL },
		      { "SMS", OKTA_MFA_SMS } };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (span_ieq(value, span_of(kinds[i].name))) {
			o->mfa = kinds[i].mfa;
			return 0;
		}
	}
	return err_set(err, -EINVAL,
	               "SSOProperties: MFAType is one of OktaVerify, Email, SMS");
}

static int set_secret(struct secret **to, struct span value, struct err *err)
{
	for (size_t i = 0; i < value.n; i++) {
		if ((unsigned char)value.p[i] < ' ')
			return err_set(err, -EINVAL,
			               "SSOProperties holds a control byte, perhaps a "
			               "line end");
	}
	secret_free(*to);
	*to = secret_new(value);
	log_redact(value);
	return *to ? 0 : err_nomem(err);
}

static int set_one(struct okta *o, struct span name, struct span value, struct err *err)
{
	if (span_ieq(name, SPAN("APIToken")))
		return set_secret(&o->api_token, value, err);
	if (span_ieq(name, SPAN("MFAPassCode")))
		return set_secret(&o->pass_code, value, err);
	if (span_ieq(name, SPAN("MFAType")))
		return set_mfa(o, value, err);
	if (!span_ieq(name, SPAN("MFARememberDevice")))
		return err_set(
			err, -EINVAL,
			"SSOProperties: for Okta there are APIToken, MFAType, "
			"MFAPassCode, MFARememberDevice, as Name=Value;Name=Value");
	o->remembers_device = span_ieq(value, SPAN("True"));
	if (!o->remembers_device && !span_ieq(value, SPAN("False")))
		return err_set(err, -EINVAL,
		               "SSOProperties: MFARememberDevice is True or False");
	return 0;
}

int okta_properties(struct span text, struct okta *o, struct err *err)
{
	int r = 0;

	while (text.n && !r) {
		struct span value = span_trim(span_cut(&text, ';'));
		struct span name = span_trim(span_cut(&value, '='));

		if (name.n)
			r = set_one(o, name, span_trim(value), err);
	}
	return r;
}

/* --- calls ---------------------------------------------------------------------------
 */

/* What the documented error codes mean to who has to do something about it. */
static const struct {
	const char *code;
	int error;
	const char *words;
} errors[] = {
	{ "E0000004", -EKEYREJECTED,
	  "User and Password are not accepted; they are not tried again, so that the "
	  "account is not locked: correct them and start again" },
	{ "E0000011", -EKEYREJECTED,
	  "the sign-on or the APIToken in SSOProperties is not valid (any more)" },
	{ "E0000047", -EAGAIN, "too many requests: try again in a minute" },
	{ "E0000068", -EKEYREJECTED, "the code in MFAPassCode is not the right one" },
	{ "E0000069", -EKEYREJECTED,
	  "the account is locked after too many wrong codes: ask its administrator" },
	{ "E0000006", -EACCES, "the account may not do that" },
};

static int failed(const struct request *rq, const struct jnode *answer, struct err *err)
{
	struct span code = jnode_text(jnode_get(answer, "errorCode"));
	struct span words = jnode_text(jnode_get(answer, "errorSummary"));
	int r = saml_check_up(rq, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		if (span_is(code, errors[i].code))
			return err_set(err, errors[i].error, "%s (%s)", errors[i].words,
			               errors[i].code);
	}
	if (rq->status == 429)
		return err_set(err, -EAGAIN, "%s", errors[2].words);
	if (rq->status == 401)
		return err_set(err, -EKEYREJECTED, "%s", errors[0].words);
	return err_set(err, rq->status == 403 ? -EACCES : -EBADMSG,
	               "the provider refuses the sign-on (HTTP %d%s%.*s): %.*s",
	               rq->status, code.n ? ", " : "", SPAN_FMT(code), SPAN_FMT(words));
}

int okta_call(struct okta *o, struct visitor *v, const char *url, const struct buf *body,
              struct jdoc **ret, struct err *err)
{
	struct span token = secret_reveal(o->api_token);
	cleanup_free_ char *proof =
		token.n ? str_printf("SSWS %.*s", SPAN_FMT(token)) : NULL;
	char name[] = "Authorization";
	struct header extra = { name, proof };
	struct visit post = { .method = "POST",
		              .url = url,
		              .type = "application/json",
		              .body = buf_view(body),
		              .accept = "application/json",
		              .extra = &extra,
		              .n_extra = proof ? 1 : 0,
		              .stays = true };
	cleanup_(page_clear) struct page p = { 0 };
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	int r = buf_status(body) ? err_nomem(err) : visit(v, &post, &p, err);

	if (proof)
		secret_wipe(proof, strlen(proof));
	if (r < 0)
		return r;
	r = jdoc_parse(buf_view(&p.rq->answer), &doc, NULL);
	if (p.rq->status >= 400)
		return failed(p.rq, jdoc_root(doc), err);
	if (r < 0 || p.rq->status >= 300)
		return err_set(err, -EBADMSG,
		               "%s does not answer as Okta does (HTTP %d): check "
		               "SSOLoginURL",
		               o->origin, p.rq->status);
	*ret = take_ptr(doc);
	return 0;
}

char *okta_link(const struct okta *o, const struct jnode *state, const char *name)
{
	const struct jnode *link = jnode_get(jnode_get(state, "_links"), name);
	cleanup_free_ char *href = span_dup(jnode_text(jnode_get(link, "href")));

	return href && place_is_same(href, o->origin) ? take_ptr(href) : NULL;
}

/* --- the sign-on
 * ------------------------------------------------------------------------ */

static void primary_body(const struct okta *o, struct buf *out)
{
	buf_puts(out, "{\"username\":");
	utf8_to_json(out, span_of(o->cfg->user));
	buf_puts(out, ",\"password\":");
	utf8_to_json(out, secret_reveal(o->cfg->password));
	if (o->device) {
		buf_puts(out, ",\"context\":{\"deviceToken\":");
		utf8_to_json(out, secret_reveal(o->device));
		buf_putc(out, '}');
	}
	buf_puts(out, ",\"options\":{\"warnBeforePasswordExpired\":false,"
	              "\"multiOptionalFactorEnroll\":false}}");
}

static void token_body(struct span token, struct buf *out)
{
	buf_puts(out, "{\"stateToken\":");
	utf8_to_json(out, token);
	buf_putc(out, '}');
}

static int skip(struct okta *o, struct visitor *v, struct jdoc **state, struct err *err)
{
	const struct jnode *now = jdoc_root(*state);
	struct span status = jnode_text(jnode_get(now, "status"));
	cleanup_free_ char *url = okta_link(o, now, "skip");
	cleanup_(secret_clear) struct buf body = BUF_INIT(BODY_MAX);
	struct jdoc *next = NULL;
	int r;

	if (!url)
		return err_set(err, -EKEYREJECTED,
		               "the provider does not let the account in (%.*s): sign in "
		               "once with a browser and do what it asks for",
		               SPAN_FMT(status));
	token_body(jnode_text(jnode_get(now, "stateToken")), &body);
	r = okta_call(o, v, url, &body, &next, err);
	if (r < 0)
		return r;
	jdoc_free(*state);
	*state = next;
	return 0;
}

/* From state to state until there is a session token, in *ret. */
static int go_through(struct okta *o, struct visitor *v, struct jdoc **state,
                      struct secret **ret, struct err *err)
{
	for (int i = 0; i < STATES_MAX; i++) {
		const struct jnode *now = jdoc_root(*state);
		struct span status = jnode_text(jnode_get(now, "status"));
		struct span token = jnode_text(jnode_get(now, "sessionToken"));
		int r;

		log_debug(LOG_AUTH, "Okta: %.*s", SPAN_FMT(status));
		log_redact(jnode_text(jnode_get(now, "stateToken")));
		log_redact(token);
		if (span_is(status, "SUCCESS")) {
			*ret = secret_new(token);
			return *ret ? 0 : err_nomem(err);
		}
		if (span_is(status, "MFA_REQUIRED"))
			r = okta_second_factor(o, v, state, err);
		else
			r = skip(o, v, state, err);
		if (r < 0)
			return r;
	}
	return err_set(err, -ELOOP, "the provider's sign-on comes to no end");
}

/* The page of the application, for a session token. */
static int enter(struct okta *o, struct visitor *v, struct span token, struct page *ret,
                 struct err *err)
{
	cleanup_(secret_clear) struct buf url = BUF_INIT(BODY_MAX);

	buf_printf(&url, "%s/login/sessionCookieRedirect", o->origin);
	url_param(&url, "checkAccountSetupComplete", SPAN("true"));
	url_param(&url, "token", token);
	url_param(&url, "redirectUrl", span_of(o->cfg->sso.login_url));
	if (buf_status(&url))
		return err_nomem(err);
	return visit(v, &(struct visit){ .method = "GET", .url = buf_str(&url) }, ret,
	             err);
}

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* stateToken = '00abc\x2Ddef' or "stateToken":"…" in the script of a page; or nothing. */
static void find_state_token(struct span page, struct buf *out)
{
	const char *at = page.n ? memmem(page.p, page.n, "stateToken", 10) : NULL;
	const char *end = page.p + page.n;

	while (at && at < end && *at != '=' && *at != ':')
		at++;
	while (at && at < end && *at != '\'' && *at != '"')
		at++;
	if (!at || at == end)
		return;
	for (const char quote = *at++; at < end && *at != quote; at++) {
		if (end - at > 3 && at[0] == '\\' && at[1] == 'x' && hex_of(at[2]) >= 0 &&
		    hex_of(at[3]) >= 0) {
			buf_putc(out, (char)(hex_of(at[2]) << 4 | hex_of(at[3])));
			at += 3;
		} else if (*at != '\\') {
			buf_putc(out, *at);
		}
	}
}

static int no_answer(const struct page *p, struct err *err)
{
	int r = saml_check_up(p->rq, err);

	return r ? r
	         : err_set(err, -EBADMSG,
	                   "behind the sign-on there is no SAML answer for the site "
	                   "(HTTP "
	                   "%d): check that SSOLoginURL is the address of the "
	                   "application and that the account is assigned to it",
	                   p->rq->status);
}

static int exchange(struct okta *o, struct visitor *v, const struct page *p,
                    struct err *err)
{
	const struct auth_config *cfg = o->cfg;

	return saml_exchange(v, p->rq, cfg->sso.exchange_url, cfg->site, err);
}

static int transaction(struct okta *o, struct visitor *v, struct buf *body,
                       struct page *ret, struct err *err)
{
	cleanup_free_ char *url = str_printf("%s/api/v1/authn", o->origin);
	cleanup_(jdoc_freep) struct jdoc *state = NULL;
	cleanup_(secret_freep) struct secret *token = NULL;
	int r = url ? okta_call(o, v, url, body, &state, err) : err_nomem(err);

	if (!r)
		r = go_through(o, v, &state, &token, err);
	return r ? r : enter(o, v, secret_reveal(token), ret, err);
}

static int okta_sign_in(void *own, struct visitor *v, struct err *err)
{
	struct okta *o = own;
	cleanup_(secret_clear) struct buf body = BUF_INIT(BODY_MAX);
	int r;

	if (o->been_in &&
	    saml_again(v, o->cfg->sso.login_url, o->cfg->sso.exchange_url, o->cfg->site))
		return 0;
	r = okta_show_device(o, v, err);
	if (r < 0)
		return r;
	primary_body(o, &body);
	for (int i = 0; i <= STEP_UPS_MAX; i++) {
		cleanup_(secret_clear) struct buf token = BUF_INIT(BODY_MAX);
		cleanup_(page_clear) struct page p = { 0 };

		r = transaction(o, v, &body, &p, err);
		if (r < 0)
			return r;
		if (saml_is_answer(p.rq)) {
			r = exchange(o, v, &p, err);
			o->been_in |= !r;
			return r;
		}
		/* The application wants more than the provider did so far. */
		find_state_token(buf_view(&p.rq->answer), &token);
		if (!token.len || i == STEP_UPS_MAX)
			return no_answer(&p, err);
		buf_reset(&body);
		token_body(buf_view(&token), &body);
	}
	return -EBADMSG;
}

static void okta_free(void *own)
{
	struct okta *o = own;

	secret_free(o->pass_code);
	secret_free(o->api_token);
	secret_free(o->device);
	free(o->origin);
	free(o);
}

static void okta_freep(struct okta **o)
{
	if (*o)
		okta_free(*o);
}

static const struct session_flow okta_flow = {
	.scheme = "OKTA",
	.sign_in = okta_sign_in,
	.free = okta_free,
};

int okta_new(const struct auth_config *cfg, struct auth **ret, struct err *err)
{
	cleanup_(okta_freep) struct okta *o = calloc(1, sizeof(*o));
	struct place at;
	int r = o ? session_check("OKTA", cfg, err) : err_nomem(err);

	if (r < 0)
		return r;
	o->cfg = cfg;
	o->remembers_device = true;
	r = okta_properties(secret_reveal(cfg->sso.properties), o, err);
	if (r < 0)
		return r;
	if (!place_of(cfg->sso.login_url, &at))
		return err_set(err, -EINVAL,
		               "SSOLoginURL has to begin with https:// and a host");
	o->origin = span_dup(at.origin);
	if (!o->origin)
		return err_nomem(err);
	log_redact(secret_reveal(cfg->password));
	return session_new(cfg, &okta_flow, take_ptr(o), ret, err);
}
