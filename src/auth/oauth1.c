/* SPDX-License-Identifier: MIT */
/*
 * OAuth 1.0a (RFC 5849) as application links of Jira Data Center have it: RSA-SHA1 with
 * the application's own key, three legs, and renewal by a session handle.  The secrets of
 * tokens play no role.
 */
#include "auth/certs.h"
#include "auth/fetch.h"
#include "auth/oauth1_i.h"
#include "base/clock.h"
#include "base/log.h"
#include "net/date.h"
#include "net/url.h"

#include <openssl/bio.h>
#include <openssl/pem.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SERVLET "/plugins/servlet/oauth/"
#define URL_MAX_BYTES (32u * 1024)
#define PROBLEM_LOOKED_AT 4096
#define LIFE_MAX_S (10 * 366 * 86400ll)

/* Clocks that differ by less were not the reason. */
#define SKEW_MIN_MS 30000

static struct oauth1 *own(const struct oauth *o)
{
	return o->own;
}

/* --- opening ---------------------------------------------------------------------------
 */

static int parse_key(const struct cert_pair *pair, EVP_PKEY **ret, struct err *err)
{
	struct span pem = secret_reveal(pair->key);
	BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;

	BIO_free(bio);
	if (!key)
		return err_set(err, -EINVAL, "OAuthJWTCert holds no usable private key");
	if (!EVP_PKEY_is_a(key, "RSA")) {
		EVP_PKEY_free(key);
		return err_set(
			err, -EINVAL,
			"OAuthJWTCert: OAuth 1.0 signs with an RSA key, and this is "
			"another kind");
	}
	*ret = key;
	return 0;
}

static void warn_exposed(const struct oauth *o)
{
	const struct auth_person *p = &o->cfg->person;

	if (p->tell)
		(void)p->tell(p->ctx, "others can read the private key in OAuthJWTCert: "
		                      "run chmod 600 on its file");
}

static int load_key(struct oauth *o, EVP_PKEY **ret, struct err *err)
{
	const struct oauth_config *c = &o->cfg->oauth;
	struct cert_source src = { .property = c->jwt_cert_property ? c->jwt_cert_property
		                                                    : "OAuthJWTCert",
		                   .type = c->jwt_cert_type,
		                   .store = secret_reveal(c->jwt_cert),
		                   .password = secret_reveal(c->jwt_cert_password),
		                   .subject = c->jwt_cert_subject,
		                   .needs = CERT_NEED_KEY };
	struct cert_pair pair = { 0 };
	int r;

	if (!src.store.n)
		return err_set(
			err, -ENOKEY,
			"OAuth 1.0 signs every request: set OAuthJWTCert to the file "
			"of the private key, and OAuthJWTCertType to PEMKEY_FILE");
	r = certs_load(&src, &pair, err);
	if (r < 0)
		return r;
	if (pair.exposed)
		warn_exposed(o);
	r = parse_key(&pair, ret, err);
	cert_pair_clear(&pair);
	return r;
}

static void oauth1_close(struct oauth *o)
{
	struct oauth1 *v = own(o);

	if (!v)
		return;
	EVP_PKEY_free(v->key);
	free(v->request);
	free(v->authorize);
	free(v->access);
	free(v->renew);
	free(v);
	o->own = NULL;
}

static int oauth1_open(struct oauth *o, struct err *err)
{
	const struct auth_config *cfg = o->cfg;
	const struct oauth_config *c = &cfg->oauth;
	struct oauth1 *v = calloc(1, sizeof(*v));
	int r;

	if (!v)
		return err_nomem(err);
	o->own = v;
	if (!c->client_id || !*c->client_id)
		return err_set(err, -ENOKEY,
		               "OAuth 1.0 needs the consumer key of an application link: "
		               "set OAuthClientId");
	r = oauth_address(cfg, "OAuthRequestTokenURL", c->request_token_url,
	                  SERVLET "request-token", &v->request, err);
	if (!r)
		r = oauth_address(cfg, "OAuthAuthorizationURL", c->authorization_url,
		                  SERVLET "authorize", &v->authorize, err);
	if (!r)
		r = oauth_address(cfg, "OAuthAccessTokenURL", c->access_token_url,
		                  SERVLET "access-token", &v->access, err);
	if (!r)
		r = oauth_address(cfg, "OAuthRefreshTokenURL", c->refresh_token_url,
		                  v->access, &v->renew, err);
	return r ? r : load_key(o, &v->key, err);
}

/* --- refusals
 * ---------------------------------------------------------------------------- */

/* oauth_problem=word of the body, or of WWW-Authenticate; "" without one. */
static void problem_of(const struct request *rq, char *out, size_t size)
{
	const char *header = request_answer_header(rq, "WWW-Authenticate");
	struct span texts[] = { buf_view(&rq->answer), span_of(header) };
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(texts) && !n; i++) {
		struct span s = texts[i];

		if (s.n > PROBLEM_LOOKED_AT)
			s.n = PROBLEM_LOOKED_AT;
		const char *at = s.n ? memmem(s.p, s.n, "oauth_problem=", 14) : NULL;
		const char *end = s.p + s.n;

		for (at = at ? at + 14 : end; at < end && *at == '"'; at++)
			continue;
		for (; at < end && n + 1 < size; at++) {
			if (*at != '_' && (*at < 'a' || *at > 'z'))
				break;
			out[n++] = *at;
		}
	}
	out[n] = '\0';
}

static const struct {
	const char *problem;
	int code;
	const char *words;
} problems[] = {
	{ "signature_invalid", -EKEYREJECTED,
	  "the site does not accept the signature: the public key of the application "
	  "link "
	  "has to belong to OAuthJWTCert" },
	{ "consumer_key_unknown", -EKEYREJECTED,
	  "the site has no application link with the consumer key in OAuthClientId" },
	{ "signature_method_rejected", -EKEYREJECTED,
	  "the application link does not take RSA-SHA1 signatures" },
	{ "timestamp_refused", -EKEYREJECTED,
	  "the clocks of this machine and of the site differ too much" },
	{ "nonce_used", -EKEYREJECTED, "the site takes the request for one sent before" },
	{ "token_expired", -EKEYEXPIRED, "the token has expired" },
	{ "token_rejected", -EKEYEXPIRED, "the token is not good (any more)" },
	{ "token_revoked", -EKEYEXPIRED, "the token was revoked" },
	{ "token_used", -EKEYEXPIRED, "the token was used before" },
	{ "permission_unknown", -EACCES, "nobody has consented yet" },
	{ "permission_denied", -EACCES, "consent was refused" },
	{ "user_refused", -EACCES, "the account may not use the application link" },
};

static int tell_problem(const char *problem, int status, struct err *err)
{
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(problems); i++) {
		if (!str_eq(problem, problems[i].problem))
			continue;
		r = err_set(err, problems[i].code, "%s (%s)", problems[i].words, problem);
		if (err)
			err->http = (uint16_t)status;
		return r;
	}
	r = err_set(err, status >= 500 ? -EREMOTEIO : -EKEYREJECTED,
	            "the site refuses OAuth 1.0 (HTTP %d%s%s): is there an application "
	            "link?",
	            status, problem[0] ? ", " : "", problem);
	if (err)
		err->http = (uint16_t)status;
	return r;
}

/* True when the clock of the server, which rq names, was not known so well before. */
static bool learn_clock(const struct oauth *o, const struct request *rq)
{
	const char *date = request_answer_header(rq, "Date");
	int64_t theirs, skew, change;

	if (!date || !http_date(span_of(date), &theirs))
		return false;
	skew = theirs - clock_wall_ms();
	change = skew - atomic_load(&own(o)->skew_ms);
	if (change > -SKEW_MIN_MS && change < SKEW_MIN_MS)
		return false;
	atomic_store(&own(o)->skew_ms, skew);
	log_debug(LOG_AUTH, "the clock of the site is %lld s ahead",
	          (long long)skew / 1000);
	return true;
}

/* Is it the request that was refused, and would another signature help? */
static bool is_mended(const struct oauth *o, const struct request *rq,
                      const char *problem)
{
	if (str_eq(problem, "timestamp_refused"))
		return learn_clock(o, rq);
	return str_eq(problem, "nonce_used");
}

static int oauth1_judge(const struct oauth *o, const struct request *rq, struct err *err)
{
	char problem[40];

	problem_of(rq, problem, sizeof(problem));
	if (is_mended(o, rq, problem))
		return 1;
	if (!problem[0] || str_starts(problem, "token_"))
		return 0;
	return tell_problem(problem, rq->status, err);
}

/* Without a word of OAuth it is something else that is refused. */
static bool oauth1_may_renew(const struct request *rq)
{
	char problem[40];

	problem_of(rq, problem, sizeof(problem));
	return str_starts(problem, "token_");
}

/* --- calls
 * ------------------------------------------------------------------------------- */

static int post(const struct oauth *o, const char *url, struct span token,
                const struct oauth1_param extra[2], struct oauth_wait wait,
                struct exchange **ret, struct err *err)
{
	cleanup_(request_freep) struct request *rq = request_new("POST", url);
	struct signer *signer = oauth1_signer(own(o)->key, o->cfg->oauth.client_id, token,
	                                      extra, atomic_load(&own(o)->skew_ms));

	if (rq && signer)
		request_sign(rq, signer);
	else if (signer)
		signer->free(signer);
	if (!rq || !signer || request_header(rq, "Accept", SPAN("*/*")))
		return err_nomem(err);
	rq->deadline = clock_deadline(FETCH_MS);
	if (wait.deadline < rq->deadline)
		rq->deadline = wait.deadline;
	rq->max_answer_bytes = FETCH_ANSWER_MAX;
	snprintf(rq->bucket, sizeof(rq->bucket), "POST sign-in");
	return transport_ask(o->cfg->transport, take_ptr(rq), wait.cancel, ret, err);
}

static int64_t life_of(struct span answer)
{
	cleanup_(secret_clear) struct buf text = BUF_INIT(64);
	int64_t s;

	if (!oauth_param(answer, "oauth_expires_in", &text) ||
	    !span_int(buf_view(&text), &s) || s <= 0)
		return 0;
	return s > LIFE_MAX_S ? LIFE_MAX_S : s;
}

static int take(struct span answer, const char *name, struct secret **ret,
                struct err *err)
{
	cleanup_(secret_clear) struct buf text = { 0 };
	int r = fetch_room(&text, OAUTH1_HEADER_MAX, err);

	if (r < 0 || !oauth_param(answer, name, &text) || !text.len)
		return r;
	*ret = secret_new(buf_view(&text));
	return *ret ? 0 : err_nomem(err);
}

static int read_tokens(struct span answer, struct oauth_tokens *ret, struct err *err)
{
	int64_t life_s = life_of(answer);
	int r = take(answer, "oauth_token", &ret->access, err);

	if (!r)
		r = take(answer, "oauth_token_secret", &ret->access_secret, err);
	if (!r)
		r = take(answer, "oauth_session_handle", &ret->refresh, err);
	if (r < 0)
		return r;
	if (!ret->access)
		return err_set(
			err, -EBADMSG,
			"the site answers without a token: is URL the address of a "
			"Jira with an application link?");
	ret->life_ms = life_s * 1000;
	ret->expires_ms = life_s ? clock_wall_ms() + ret->life_ms : 0;
	return 0;
}

/* Signed anew once, where that helps. */
static int call(const struct oauth *o, const char *url, struct span token,
                const struct oauth1_param extra[2], struct oauth_wait wait,
                struct oauth_tokens *ret, struct err *err)
{
	struct transport *t = o->cfg->transport;
	char problem[40];

	if (!t)
		return err_set(err, -EOPNOTSUPP, "there is no network here");
	for (int attempt = 0;; attempt++) {
		struct exchange *ex = NULL;
		struct request *rq;
		bool again;
		int r = post(o, url, token, extra, wait, &ex, err);

		if (r < 0)
			return r;
		rq = t->ops->request(ex);
		problem_of(rq, problem, sizeof(problem));
		again = rq->status != 200 && !attempt && is_mended(o, rq, problem);
		if (rq->status == 200)
			r = read_tokens(buf_view(&rq->answer), ret, err);
		else if (!again)
			r = tell_problem(problem, rq->status, err);
		t->ops->release(t, ex);
		if (!again)
			return r;
	}
}

/* --- the three legs
 * ------------------------------------------------------------------------ */

static int callback_with_state(const struct oauth_ask *ask, struct buf *out,
                               struct err *err)
{
	buf_span(out, ask->callback);
	if (ask->state.n && !span_is(ask->callback, "oob"))
		url_param(out, "state", ask->state);
	return buf_status(out) ? err_set(err, -EFBIG, "the callback is too long") : 0;
}

static int oauth1_authorize(struct oauth *o, const struct oauth_ask *ask,
                            struct oauth_wait wait, struct oauth_consent *ret,
                            struct err *err)
{
	cleanup_(oauth_tokens_clear) struct oauth_tokens t = { 0 };
	cleanup_(buf_clear) struct buf callback = BUF_INIT(URL_MAX_BYTES);
	struct buf url = BUF_INIT(URL_MAX_BYTES);
	struct oauth1_param extra[2] = { { 0 } };
	int r = callback_with_state(ask, &callback, err);

	if (r < 0)
		return r;
	extra[0] = (struct oauth1_param){ "oauth_callback", buf_view(&callback) };
	r = call(o, own(o)->request, SPAN(""), extra, wait, &t, err);
	if (r < 0)
		return r;
	buf_puts(&url, own(o)->authorize);
	url_param(&url, "oauth_token", secret_reveal(t.access));
	ret->url = buf_take(&url);
	ret->expect = secret_new(secret_reveal(t.access));
	ret->token = take_ptr(t.access);
	ret->key = take_ptr(t.access_secret);
	return ret->url && ret->expect ? 0 : err_nomem(err);
}

static int oauth1_exchange(struct oauth *o, const struct oauth_grant *g,
                           struct oauth_wait wait, struct oauth_tokens *ret,
                           struct err *err)
{
	struct oauth1_param extra[2] = { { "oauth_verifier", g->code } };
	int r;

	if (!g->token.n)
		return err_set(
			err, -ENOKEY,
			"the verifier belongs to a request token: set AuthToken and "
			"AuthKey as GetOAuthAuthorizationURL gave them");
	/* An answer must not get lost because somebody pressed Ctrl-C. */
	wait.cancel = NULL;
	r = call(o, own(o)->access, g->token, extra, wait, ret, err);
	if (r == -EKEYEXPIRED && err)
		err_wrap(err, "request token and verifier are good once, and for some "
		              "minutes only");
	return r;
}

/*
 * It takes both, the access token and its handle.  Who renews by hand names one of them,
 * the model the access token; the other one is a property.
 */
static int oauth1_renew(struct oauth *o, const struct oauth_tokens *old,
                        struct oauth_wait wait, struct oauth_tokens *ret, struct err *err)
{
	const struct oauth_config *c = &o->cfg->oauth;
	struct span named = secret_reveal(old->refresh);
	struct span access = secret_reveal(old->access), handle = named;
	struct oauth1_param extra[2] = { { "oauth_session_handle", named } };

	if (!access.n && !secret_empty(c->refresh_token) &&
	    !span_eq(named, secret_reveal(c->refresh_token))) {
		access = named;
		handle = secret_reveal(c->refresh_token);
	} else if (!access.n) {
		access = secret_reveal(c->access_token);
	}
	if (!access.n || span_eq(access, handle))
		return err_set(err, -ENOKEY,
		               "OAuth 1.0 renews an access token by its session handle: "
		               "set the properties OAuthAccessToken and "
		               "OAuthRefreshToken to them");
	extra[0].value = handle;
	wait.cancel = NULL;
	return call(o, own(o)->renew, access, extra, wait, ret, err);
}

static int oauth1_decorate(const struct oauth *o, const struct oauth_tokens *t,
                           struct request *rq, struct err *err)
{
	struct signer *s = oauth1_signer(own(o)->key, o->cfg->oauth.client_id,
	                                 secret_reveal(t->access), NULL,
	                                 atomic_load(&own(o)->skew_ms));

	if (!s)
		return err_nomem(err);
	request_sign(rq, s);
	return 0;
}

const struct oauth_version oauth1_version = {
	.name = "1.0",
	.code_param = "oauth_verifier",
	.expect_param = "oauth_token",
	.refusal = "denied",
	.open = oauth1_open,
	.close = oauth1_close,
	.authorize = oauth1_authorize,
	.exchange = oauth1_exchange,
	.renew = oauth1_renew,
	.decorate = oauth1_decorate,
	.judge = oauth1_judge,
	.may_renew = oauth1_may_renew,
};
