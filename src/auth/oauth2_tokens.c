/* SPDX-License-Identifier: MIT */
/* The token address of OAuth 2.0: codes and refresh tokens become tokens. */
#include "auth/fetch.h"
#include "auth/oauth2_i.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "base/utf8.h"
#include "json/jdoc.h"
#include "net/url.h"

#include <errno.h>
#include <string.h>

#define SCOPE_MAX 4096
#define LIFE_MAX_S (10 * 366 * 86400ll)

struct field {
	const char *name;
	struct span value; /* empty: left out */
};

static void put_fields(struct buf *out, bool json, const struct field *f)
{
	buf_puts(out, json ? "{" : "");
	for (bool first = true; f->name; f++) {
		if (!f->value.n)
			continue;
		buf_puts(out, first ? "" : json ? "," : "&");
		first = false;
		if (json)
			utf8_to_json(out, span_of(f->name));
		else
			url_encode(out, span_of(f->name));
		buf_putc(out, json ? ':' : '=');
		if (json)
			utf8_to_json(out, f->value);
		else
			url_encode(out, f->value);
	}
	buf_puts(out, json ? "}" : "");
}

/* RFC 6749, 5.2; Atlassian answers 403 where others answer 400. */
static int refused(int status, struct span body, struct err *err)
{
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	struct span error = SPAN(""), text = SPAN("");
	int code = -EKEYREJECTED;

	if (!jdoc_parse(body, &doc, NULL)) {
		error = jnode_text(jnode_get(jdoc_root(doc), "error"));
		text = jnode_text(jnode_get(jdoc_root(doc), "error_description"));
	}
	if (error.n > 60)
		error.n = 60;
	if (text.n > 150)
		text.n = utf8_cut(text, 150);
	if (status >= 500)
		code = -EREMOTEIO;
	else if (status == 429)
		code = -EAGAIN;
	else if (span_is(error, "invalid_grant"))
		code = -EKEYEXPIRED;
	else if (!error.n && status != 401 && status != 403)
		code = -EBADMSG;
	if (code == -EKEYREJECTED && (!error.n || span_is(error, "invalid_client")))
		err_set(err, code,
		        "the authorization server does not accept OAuthClientId and "
		        "OAuthClientSecret (HTTP %d)",
		        status);
	else if (!error.n && !text.n)
		err_set(err, code,
		        "the authorization server answers with HTTP %d, not with "
		        "tokens%s",
		        status, status < 500 ? ": is the address right?" : "");
	else
		err_set(err, code, "the authorization server says: %.*s%s%.*s (HTTP %d)",
		        SPAN_FMT(error), error.n && text.n ? ", " : "", SPAN_FMT(text),
		        status);
	if (err) {
		err->http = (uint16_t)status;
		log_redact_text(err->msg);
	}
	return code;
}

static int64_t life_of(const struct jnode *root)
{
	const struct jnode *n = jnode_get(root, "expires_in");
	int64_t s = 0;

	if (!jnode_int(n, &s) && !span_int(jnode_text(n), &s))
		return 0;
	return s <= 0 ? 0 : s > LIFE_MAX_S ? LIFE_MAX_S : s;
}

static int read_tokens(struct span body, struct oauth_tokens *ret, struct err *err)
{
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	struct span access, type, scope;
	int64_t life_s;
	int r = jdoc_parse(body, &doc, NULL);

	access = jnode_text(jnode_get(jdoc_root(doc), "access_token"));
	type = jnode_text(jnode_get(jdoc_root(doc), "token_type"));
	if (r < 0 || !access.n)
		return err_set(
			err, -EBADMSG,
			"the authorization server answers without an access token: "
			"is the address right?");
	if (type.n && !span_ieq(type, SPAN("Bearer")))
		return err_set(
			err, -EBADMSG,
			"the authorization server gives tokens of an unknown kind");
	r = oauth_copy(access, &ret->access, err);
	if (!r)
		r = oauth_copy(jnode_text(jnode_get(jdoc_root(doc), "refresh_token")),
		               &ret->refresh, err);
	scope = jnode_text(jnode_get(jdoc_root(doc), "scope"));
	if (!r && scope.n && scope.n <= SCOPE_MAX) {
		ret->scope = span_dup(scope);
		r = ret->scope ? 0 : err_nomem(err);
	}
	life_s = life_of(jdoc_root(doc));
	ret->life_ms = life_s * 1000;
	ret->expires_ms = life_s ? clock_wall_ms() + ret->life_ms : 0;
	return r;
}

/*
 * An answer must not get lost because somebody pressed Ctrl-C: it is waited for whatever
 * happens, but not for long.
 */
static int call(const struct oauth *o, const char *url, const struct field *fields,
                struct oauth_tokens *ret, struct err *err)
{
	cleanup_(secret_clear) struct buf body = { 0 }, answer = { 0 };
	bool json = oauth2_of(o)->flavour->json;
	struct fetch f = { .method = "POST",
		           .url = url,
		           .content_type = json ? "application/json"
		                                : "application/x-www-form-urlencoded" };
	int status = 0, r = fetch_room(&body, OAUTH2_FORM_MAX, err);

	if (r < 0)
		return r;
	put_fields(&body, json, fields);
	if (buf_status(&body))
		return err_set(err, -EFBIG, "a token is too long");
	f.body = buf_view(&body);
	r = fetch(o->cfg->transport, &f, NULL, CLOCK_FOREVER, &status, &answer, err);
	if (r < 0)
		return err_wrap(err, "the authorization server");
	if (status != 200)
		return refused(status, buf_view(&answer), err);
	return read_tokens(buf_view(&answer), ret, err);
}

int oauth2_exchange(struct oauth *o, const struct oauth_grant *g, struct oauth_wait wait,
                    struct oauth_tokens *ret, struct err *err)
{
	const struct oauth_config *c = &o->cfg->oauth;
	const struct field fields[] = {
		{ "grant_type", SPAN("authorization_code") },
		{ "client_id", span_of(c->client_id) },
		{ "client_secret", secret_reveal(c->client_secret) },
		{ "code", g->code },
		{ "redirect_uri", g->callback },
		{ "code_verifier", g->key },
		{ 0 },
	};
	struct err why = { 0 };
	int r;

	(void)wait;
	r = call(o, oauth2_of(o)->token, fields, ret, &why);
	if (r == -EKEYEXPIRED)
		err_wrap(&why, "the code is good once, and for some minutes only");
	/* RFC 6749, 5.1: a server need not say that it gives what was asked for */
	if (!r && !ret->scope)
		r = oauth2_scope(o, g->scope, &ret->scope, &why);
	if (r < 0 && err)
		*err = why;
	return r;
}

static bool is_lost(int code, const struct err *why)
{
	return code == -EREMOTEIO || code == -ETIMEDOUT ||
	       (code == -EBADMSG && !why->http);
}

/*
 * When the answer is lost the old refresh token may be used up already.  Servers that
 * rotate take it again for some minutes, so it is tried once more.
 */
int oauth2_renew(struct oauth *o, const struct oauth_tokens *old, struct oauth_wait wait,
                 struct oauth_tokens *ret, struct err *err)
{
	const struct oauth_config *c = &o->cfg->oauth;
	const struct field fields[] = {
		{ "grant_type", SPAN("refresh_token") },
		{ "client_id", span_of(c->client_id) },
		{ "client_secret", secret_reveal(c->client_secret) },
		{ "refresh_token", secret_reveal(old->refresh) },
		{ 0 },
	};
	struct err why = { 0 };
	int r;

	(void)wait;
	r = call(o, oauth2_of(o)->refresh, fields, ret, &why);
	if (r < 0 && is_lost(r, &why)) {
		log_debug(LOG_AUTH, "the answer to a renewal was lost, trying once more");
		r = call(o, oauth2_of(o)->refresh, fields, ret, &why);
		if (r == -EKEYEXPIRED)
			err_wrap(&why, "the answer to a renewal was lost");
	}
	if (!r && !ret->refresh)
		r = oauth_copy(secret_reveal(old->refresh), &ret->refresh, &why);
	if (r < 0 && err)
		*err = why;
	return r;
}
