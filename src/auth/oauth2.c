/* SPDX-License-Identifier: MIT */
/*
 * OAuth 2.0: the code grant of RFC 6749 with PKCE (RFC 7636), as Atlassian's Cloud and
 * Jira Data Center offer it.
 */
#include "auth/fetch.h"
#include "auth/oauth2_i.h"
#include "auth/seal.h"
#include "base/buf.h"
#include "base/str.h"
#include "net/url.h"

#include <errno.h>
#include <string.h>

#define VERIFIER_BYTES 48
#define STATE_BYTES 32

static const struct flavour cloud = {
	.authorize = "https://auth.atlassian.com/authorize",
	.token = "https://auth.atlassian.com/oauth/token",
	.resources = "https://api.atlassian.com/oauth/token/accessible-resources",
	.api = "https://api.atlassian.com",
	.audience = "api.atlassian.com",
	.json = true,
};

static const struct flavour data_center = {
	.authorize = "/rest/oauth2/latest/authorize",
	.token = "/rest/oauth2/latest/token",
	.scope = "WRITE",
};

/* --- addresses ---------------------------------------------------------------------- */

static bool is_set(const char *s)
{
	return s && *s;
}

/* A gateway in place of Cloud's own is Cloud too. */
static bool is_cloud(const struct auth_config *cfg)
{
	return cfg->is_cloud || is_set(cfg->oauth.api_url) ||
	       is_set(cfg->oauth.resources_url) || is_set(cfg->oauth.cloud_id);
}

static void oauth2_close(struct oauth *o)
{
	struct oauth2 *v = oauth2_of(o);

	if (!v)
		return;
	free(v->authorize);
	free(v->token);
	free(v->refresh);
	free(v->resources);
	free(v->api);
	free(v);
	o->own = NULL;
}

static int oauth2_open(struct oauth *o, struct err *err)
{
	const struct auth_config *cfg = o->cfg;
	const struct oauth_config *c = &cfg->oauth;
	const struct flavour *f = is_cloud(cfg) ? &cloud : &data_center;
	struct oauth2 *v = calloc(1, sizeof(*v));
	int r;

	if (!v)
		return err_nomem(err);
	o->own = v;
	v->flavour = f;
	r = oauth_address(cfg, "OAuthAuthorizationURL", c->authorization_url,
	                  f->authorize, &v->authorize, err);
	if (!r)
		r = oauth_address(cfg, "OAuthAccessTokenURL", c->access_token_url,
		                  f->token, &v->token, err);
	if (!r)
		r = oauth_address(cfg, "OAuthRefreshTokenURL", c->refresh_token_url,
		                  v->token, &v->refresh, err);
	if (!r)
		r = oauth_address(cfg, "OAuthResourcesURL", c->resources_url,
		                  f->resources, &v->resources, err);
	if (!r)
		r = oauth_address(cfg, "OAuthAPIURL", c->api_url, f->api, &v->api, err);
	return r;
}

/* --- consent -------------------------------------------------------------------------
 */

/* The model says that commas stand between them, its default has spaces. */
int oauth2_scope(const struct oauth *o, struct span asked, char **ret, struct err *err)
{
	const struct oauth_config *c = &o->cfg->oauth;
	const char *usual = oauth2_of(o)->flavour->scope;
	struct span s = asked.n ? asked : span_of(c->scope);
	char *words;

	if (!s.n)
		s = span_of(usual ? usual : c->scope_standard);
	words = span_dup(s);
	if (!words)
		return err_nomem(err);
	for (char *p = words; *p; p++)
		*p = *p == ',' ? ' ' : *p;
	*ret = words;
	return 0;
}

static int put_scope(struct buf *url, const struct oauth *o, struct span asked,
                     struct err *err)
{
	cleanup_free_ char *words = NULL;
	int r = oauth2_scope(o, asked, &words, err);

	if (!r)
		url_param(url, "scope", span_of(words));
	return r;
}

static int put_challenge(struct buf *url, struct oauth_consent *ret, struct err *err)
{
	cleanup_(secret_clear) struct buf verifier = { 0 };
	struct buf challenge = BUF_INIT(64);
	int r = fetch_room(&verifier, 256, err);

	if (!r)
		r = seal_token(&verifier, VERIFIER_BYTES, err);
	if (!r)
		r = seal_digest(&challenge, buf_view(&verifier), err);
	if (r < 0)
		return r;
	ret->key = secret_new(buf_view(&verifier));
	if (!ret->key)
		return err_nomem(err);
	url_param(url, "code_challenge", buf_view(&challenge));
	url_param(url, "code_challenge_method", SPAN("S256"));
	buf_clear(&challenge);
	return 0;
}

static int put_state(struct buf *url, const struct oauth_ask *ask,
                     struct oauth_consent *ret, struct err *err)
{
	cleanup_(secret_clear) struct buf state = { 0 };
	int r = fetch_room(&state, 64u * 1024, err);

	if (!r && ask->state.n)
		buf_span(&state, ask->state);
	else if (!r)
		r = seal_token(&state, STATE_BYTES, err);
	if (r < 0)
		return r;
	ret->expect = secret_new(buf_view(&state));
	if (!ret->expect)
		return err_nomem(err);
	url_param(url, "state", buf_view(&state));
	return 0;
}

static int oauth2_authorize(struct oauth *o, const struct oauth_ask *ask,
                            struct oauth_wait wait, struct oauth_consent *ret,
                            struct err *err)
{
	const struct oauth2 *v = oauth2_of(o);
	struct buf url = BUF_INIT(OAUTH2_URL_MAX);
	int r;

	(void)wait;
	buf_puts(&url, v->authorize);
	if (v->flavour->audience)
		url_param(&url, "audience", span_of(v->flavour->audience));
	url_param(&url, "client_id", span_of(o->cfg->oauth.client_id));
	r = put_scope(&url, o, ask->scope, err);
	url_param(&url, "redirect_uri", ask->callback);
	if (!r)
		r = put_state(&url, ask, ret, err);
	url_param(&url, "response_type", SPAN("code"));
	if (v->flavour->audience)
		url_param(&url, "prompt", SPAN("consent"));
	if (!r && ask->once)
		r = put_challenge(&url, ret, err);
	ret->url = buf_take(&url);
	if (!r && !ret->url)
		r = err_set(err, -EFBIG, "the address to sign in at is too long");
	return r;
}

/* --- requests --------------------------------------------------------------------------
 */

static int oauth2_decorate(const struct oauth *o, const struct oauth_tokens *t,
                           struct request *rq, struct err *err)
{
	cleanup_(secret_clear) struct buf bearer = { 0 };
	int r = fetch_room(&bearer, OAUTH2_FORM_MAX, err);

	(void)o;
	if (r < 0)
		return r;
	buf_puts(&bearer, "Bearer ");
	buf_span(&bearer, secret_reveal(t->access));
	r = buf_status(&bearer);
	if (!r)
		r = request_header(rq, "Authorization", buf_view(&bearer));
	return r < 0 ? err_set(err, r, "the access token does not fit into a request")
	             : 0;
}

/* A new token has the scopes of the old one. */
static bool oauth2_may_renew(const struct request *rq)
{
	struct span body = buf_view(&rq->answer);

	if (body.n > 4096)
		body.n = 4096;
	return !body.n || !memmem(body.p, body.n, "scope does not match", 20);
}

const struct oauth_version oauth2_version = {
	.name = "2.0",
	.code_param = "code",
	.expect_param = "state",
	.open = oauth2_open,
	.close = oauth2_close,
	.authorize = oauth2_authorize,
	.exchange = oauth2_exchange,
	.renew = oauth2_renew,
	.locate = oauth2_locate,
	.base = oauth2_base,
	.decorate = oauth2_decorate,
	.may_renew = oauth2_may_renew,
};
