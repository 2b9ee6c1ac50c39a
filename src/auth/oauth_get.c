/* SPDX-License-Identifier: MIT */
/*
 * Where a token comes from that is not at hand: the properties, the store, a renewal, a
 * code, a person.
 */
#include "auth/oauth_auth_i.h"
#include "auth/seal.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"

#include <errno.h>

/* --- what the properties give ------------------------------------------------------ */

static int read_number(const char *name, const char *text, int64_t *ret, struct err *err)
{
	*ret = 0;
	if (!text || !*text || (span_int(span_of(text), ret) && *ret >= -1))
		return 0;
	return err_set(err, -EINVAL, "%s is a whole number, not '%.40s'", name, text);
}

static int given(const struct auth_config *cfg, struct oauth_tokens *ret, struct err *err)
{
	const struct oauth_config *c = &cfg->oauth;
	struct oauth_tokens t = { 0 };
	int64_t life_s, made_ms;
	int r = read_number("OAuthExpiresIn", c->expires_in, &life_s, err);

	if (!r)
		r = read_number("OAuthTokenTimestamp", c->timestamp, &made_ms, err);
	if (r < 0)
		return r;
	/* Without both nobody knows; -1 is how the model says never. */
	if (life_s > 0 && made_ms > 0 && life_s < INT64_MAX / 2000) {
		t.life_ms = life_s * 1000;
		t.expires_ms = made_ms < INT64_MAX / 2 ? made_ms + t.life_ms : made_ms;
	}
	if (!secret_empty(c->access_token))
		t.access = secret_new(secret_reveal(c->access_token));
	if (!secret_empty(c->refresh_token))
		t.refresh = secret_new(secret_reveal(c->refresh_token));
	if ((!t.access && !secret_empty(c->access_token)) ||
	    (!t.refresh && !secret_empty(c->refresh_token))) {
		oauth_tokens_clear(&t);
		return err_nomem(err);
	}
	*ret = t;
	return 0;
}

/* A code is good for once: which one these tokens came of is kept with them. */
static int note_code(const struct oauth_auth *s, struct kept *k, struct err *err)
{
	cleanup_(buf_clear) struct buf code = BUF_INIT(128);
	int r = seal_digest(&code, secret_reveal(s->cfg->oauth.verifier), err);

	return r ? r : kept_set(k, "code", buf_view(&code), err);
}

static bool is_new_code(const struct oauth_auth *s, const struct kept *k)
{
	cleanup_(kept_clear) struct kept now = { 0 };

	return !secret_empty(s->cfg->oauth.verifier) && !note_code(s, &now, NULL) &&
	       !span_eq(kept_get(&now, "code"), kept_get(k, "code"));
}

/* --- getting tokens ---------------------------------------------------------------- */

bool oauth_auth_initiates(const struct oauth_auth *s, const char *word)
{
	const char *set = s->cfg->oauth.initiate;

	return str_ieq(set && *set ? set : "OFF", word);
}

static int locate(struct oauth_job *j, struct oauth_tokens *t, struct err *err)
{
	struct oauth *o = j->s->oauth;

	return o->version->locate ? o->version->locate(o, t, j->wait, err) : 0;
}

int oauth_take_given(struct oauth_job *j, struct err *err)
{
	cleanup_(oauth_tokens_clear) struct oauth_tokens t = { 0 };
	int r = given(j->s->cfg, &t, err);

	if (r < 0)
		return r;
	if (!oauth_left_ms(&t))
		return err_set(
			err, -EKEYEXPIRED,
			"OAuthAccessToken has expired: set a new one, or let it be "
			"renewed with InitiateOAuth=REFRESH");
	r = locate(j, &t, err);
	return r ? r : oauth_auth_adopt(j->s, &t, err);
}

static void warn_unsaved(struct oauth_auth *s, const struct err *why)
{
	const struct auth_person *p = &s->cfg->person;
	cleanup_free_ char *text =
		str_printf("the new tokens cannot be kept, so this sign-in ends with "
	                   "this program; set OAuthSettingsLocation to a file that "
	                   "can be written: %s",
	                   why->msg);

	log_debug(LOG_AUTH, "the new tokens cannot be kept: %s", why->msg);
	if (text && p->tell)
		(void)p->tell(p->ctx, text);
}

/* Finds out, once, which site they are for. */
static int take_kept(struct oauth_job *j, struct kept *k, struct oauth_tokens *t,
                     struct err *err)
{
	bool known = t->cloud_id;
	int r = locate(j, t, err);

	if (r < 0)
		return r;
	if (!known && t->cloud_id && oauth_save(j->s->oauth, k, t, NULL) < 0)
		log_debug(LOG_AUTH, "the id of the site cannot be kept, ignoring");
	return oauth_auth_adopt(j->s, t, err);
}

/* On the disk before anybody uses them: the old ones may be worth nothing already. */
static int take_new(struct oauth_job *j, struct kept *k, struct oauth_tokens *t,
                    struct err *err)
{
	struct oauth_auth *s = j->s;
	struct err why = { 0 };

	oauth_redact(s->oauth, t);
	if (oauth_save(s->oauth, k, t, &why) < 0 ||
	    tokens_is_unkept(s->cfg->tokens, &why))
		warn_unsaved(s, &why);
	return take_kept(j, k, t, err);
}

/* -EKEYEXPIRED: the refresh token is dead, and that is written down. */
static int renew(struct oauth_job *j, struct kept *k, struct oauth_tokens *old,
                 struct err *err)
{
	cleanup_(oauth_tokens_clear) struct oauth_tokens t = { 0 };
	struct oauth *o = j->s->oauth;
	struct oauth_tokens dead = { 0 };
	int r = o->version->renew(o, old, j->wait, &t, err);

	if (r == -EKEYEXPIRED) {
		/* So that nobody asks the server for the same again and again. */
		if (kept_set(k, "ended", SPAN("1"), NULL) < 0 ||
		    oauth_save(o, k, &dead, NULL) < 0)
			log_debug(LOG_AUTH, "the end of a sign-in cannot be kept");
		return r;
	}
	if (r < 0)
		return r;
	t.cloud_id = take_ptr(old->cloud_id);
	/* RFC 6749, 6: what an answer does not say has not changed */
	if (!t.scope)
		t.scope = take_ptr(old->scope);
	return take_new(j, k, &t, err);
}

static int take_verifier(struct oauth_job *j, struct kept *k, struct err *err)
{
	const struct oauth_config *c = &j->s->cfg->oauth;
	cleanup_(oauth_tokens_clear) struct oauth_tokens t = { 0 };
	struct oauth_grant g = { .code = secret_reveal(c->verifier),
		                 .token = secret_reveal(c->auth_token),
		                 .key = secret_reveal(c->auth_key) };
	int r = oauth_exchange(j->s->oauth, &g, j->wait, &t, err);

	if (r < 0) {
		err_wrap(err, "OAuthVerifier");
		return r;
	}
	r = note_code(j->s, k, err);
	return r ? r : take_new(j, k, &t, err);
}

static int ask_person(struct oauth_job *j, struct kept *k, struct err *err)
{
	cleanup_(oauth_tokens_clear) struct oauth_tokens t = { 0 };
	struct oauth_ask ask = { 0 };
	int r = oauth_browse(j->s->oauth, &j->s->cfg->person, &ask, j->wait, &t, err);

	return r < 0 ? r : take_new(j, k, &t, err);
}

static int nothing_left(const struct oauth_auth *s, bool ended, struct err *err)
{
	const char *site = s->cfg->site;

	if (ended)
		return err_set(err, -EKEYEXPIRED,
		               "the sign-in to %s has expired or was revoked: sign in "
		               "again with jsmfs login",
		               site);
	if (oauth_auth_initiates(s, "REFRESH"))
		return err_set(err, -ENOKEY,
		               "nobody is signed in to %s: InitiateOAuth=REFRESH needs "
		               "OAuthRefreshToken, or once jsmfs login",
		               site);
	return err_set(err, -ENOKEY,
	               "nobody is signed in to %s: run jsmfs login, or set "
	               "OAuthAccessToken",
	               site);
}

/* No token is good any more, and none can be renewed. */
static int begin_anew(struct oauth_job *j, struct kept *k, bool ended, struct err *err)
{
	struct oauth_auth *s = j->s;
	int r;

	if (!oauth_auth_initiates(s, "GETANDREFRESH"))
		return nothing_left(s, ended, err);
	if (is_new_code(s, k))
		return take_verifier(j, k, err);
	r = ask_person(j, k, err);
	return r == -ENOKEY && ended ? nothing_left(s, ended, err) : r;
}

int oauth_get_tokens(struct oauth_job *j, struct err *err)
{
	struct oauth_auth *s = j->s;
	cleanup_(kept_clear) struct kept k = { 0 };
	cleanup_(oauth_tokens_clear) struct oauth_tokens t = { 0 };
	bool ended;
	int r = oauth_load(s->oauth, &k, &t, err);

	if (r < 0)
		return r;
	if (!k.n)
		r = given(s->cfg, &t, err);
	if (r < 0)
		return r;
	ended = kept_get(&k, "ended").n || t.access;
	if (oauth_auth_is_usable(s, &t)) {
		r = take_kept(j, &k, &t, err);
		/* A token whose age nobody knows may turn out to be too old. */
		if (r != -EKEYREJECTED || !t.refresh)
			return r;
	}
	if (t.refresh) {
		r = kept_set(&k, "ended", SPAN(""), err);
		if (!r)
			r = renew(j, &k, &t, err);
		if (r != -EKEYEXPIRED)
			return r;
		ended = true;
	}
	return begin_anew(j, &k, ended, err);
}
