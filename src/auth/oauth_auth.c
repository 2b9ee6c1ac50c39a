/* SPDX-License-Identifier: MIT */
/*
 * The scheme OAuth: a token that is there when a request needs it.  Of our own threads
 * one looks for it while the others wait, and of all processes with the same store one
 * renews it while the others wait: a refresh token may be good for once.
 */
#include "auth/fetch.h"
#include "auth/oauth_i.h"
#include "auth/seal.h"
#include "base/clock.h"
#include "base/flight.h"
#include "base/log.h"
#include "base/str.h"
#include "net/url.h"

#include <errno.h>
#include <string.h>

#define LOCK_MS 60000
/* A server that refuses whatever it gave itself is not asked for new tokens all the time:
 * one more every so often, and at first some. */
#define FORCED_EVERY_MS 15000
#define FORCED_AT_FIRST 8

struct oauth_auth {
	struct auth auth;
	const struct auth_config *cfg;
	struct oauth *oauth;
	struct flight *flight;
	pthread_mutex_t lock;
	struct oauth_tokens now; /* lock */
	int64_t good_until;      /* lock: monotonic, CLOCK_FOREVER: nobody knows */
	int64_t good_until_wall; /* lock: the same by the wall clock */
	struct secret *refused;  /* lock: access token that the server does not take */
	int64_t forced_until;    /* lock: how far refusals have used up what is granted */
	char *base;              /* lock: set once */
	bool is_located;         /* lock: base is known */
};

static struct oauth_auth *of(struct auth *a)
{
	return container_of(a, struct oauth_auth, auth);
}

/* --- what is at hand
 * --------------------------------------------------------------------- */

static bool is_refused(const struct oauth_auth *s, const struct oauth_tokens *t)
{
	return s->refused &&
	       seal_equal(secret_reveal(s->refused), secret_reveal(t->access));
}

/* The monotonic clock stands still in a suspended machine, the other one can be set. */
static bool is_good(struct oauth_auth *s)
{
	LOCK_SCOPE(&s->lock);
	return s->now.access && s->is_located && !is_refused(s, &s->now) &&
	       clock_mono_ms() < s->good_until && clock_wall_ms() < s->good_until_wall;
}

/* How long tokens can be used before they are renewed; CLOCK_FOREVER: nobody knows. */
static int64_t left_of(const struct oauth_tokens *t)
{
	int64_t left;

	if (!t->access)
		return 0;
	if (!t->expires_ms)
		return CLOCK_FOREVER;
	left = t->expires_ms - clock_wall_ms() - oauth_leeway_ms(t->life_ms);
	/* Longer than it ever lived: a clock was set back. */
	if (t->life_ms && left > t->life_ms)
		left = t->life_ms;
	return left > 0 ? left : 0;
}

/* Whatever the wall clock says, of the token in use it is known how long it was there. */
static bool is_usable(struct oauth_auth *s, const struct oauth_tokens *t)
{
	bool is_over;
	LOCK_SCOPE(&s->lock);

	is_over = s->now.access && clock_mono_ms() >= s->good_until &&
	          seal_equal(secret_reveal(s->now.access), secret_reveal(t->access));
	return left_of(t) && !is_over && !is_refused(s, t);
}

static int adopt(struct oauth_auth *s, const struct oauth_tokens *t, struct err *err)
{
	struct oauth_tokens new = { 0 };
	int64_t good_ms = left_of(t);
	char *base = NULL;
	int r = s->oauth->version->base ? s->oauth->version->base(s->oauth, t, &base, err)
	                                : 0;

	if (!r)
		r = oauth_tokens_copy(t, &new, err);
	if (r < 0) {
		free(base);
		return r;
	}
	LOCK_SCOPE(&s->lock);
	oauth_tokens_clear(&s->now);
	s->now = new;
	s->good_until =
		good_ms == CLOCK_FOREVER ? CLOCK_FOREVER : clock_mono_ms() + good_ms;
	s->good_until_wall =
		good_ms == CLOCK_FOREVER ? CLOCK_FOREVER : clock_wall_ms() + good_ms;
	/* Somebody may be using the old text. */
	if (s->is_located)
		free(base);
	else
		s->base = base;
	s->is_located = true;
	return 0;
}

/* --- what the properties give
 * --------------------------------------------------------------- */

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

/* --- getting tokens
 * -------------------------------------------------------------------------- */

struct job {
	struct oauth_auth *s;
	struct oauth_wait wait;
};

static bool initiates(const struct oauth_auth *s, const char *word)
{
	const char *set = s->cfg->oauth.initiate;

	return str_ieq(set && *set ? set : "OFF", word);
}

static int locate(struct job *j, struct oauth_tokens *t, struct err *err)
{
	struct oauth *o = j->s->oauth;

	return o->version->locate ? o->version->locate(o, t, j->wait, err) : 0;
}

/* OFF: the token as it is given, and nothing else. */
static int take_given(struct job *j, struct err *err)
{
	cleanup_(oauth_tokens_clear) struct oauth_tokens t = { 0 };
	int r = given(j->s->cfg, &t, err);

	if (r < 0)
		return r;
	if (!left_of(&t))
		return err_set(
			err, -EKEYEXPIRED,
			"OAuthAccessToken has expired: set a new one, or let it be "
			"renewed with InitiateOAuth=REFRESH");
	r = locate(j, &t, err);
	return r ? r : adopt(j->s, &t, err);
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
static int take_kept(struct job *j, struct kept *k, struct oauth_tokens *t,
                     struct err *err)
{
	bool known = t->cloud_id;
	int r = locate(j, t, err);

	if (r < 0)
		return r;
	if (!known && t->cloud_id && oauth_save(j->s->oauth, k, t, NULL) < 0)
		log_debug(LOG_AUTH, "the id of the site cannot be kept, ignoring");
	return adopt(j->s, t, err);
}

/* On the disk before anybody uses them: the old ones may be worth nothing already. */
static int take_new(struct job *j, struct kept *k, struct oauth_tokens *t,
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
static int renew(struct job *j, struct kept *k, struct oauth_tokens *old, struct err *err)
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

static int take_verifier(struct job *j, struct kept *k, struct err *err)
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

static int ask_person(struct job *j, struct kept *k, struct err *err)
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
	if (initiates(s, "REFRESH"))
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
static int begin_anew(struct job *j, struct kept *k, bool ended, struct err *err)
{
	struct oauth_auth *s = j->s;
	int r;

	if (!initiates(s, "GETANDREFRESH"))
		return nothing_left(s, ended, err);
	if (is_new_code(s, k))
		return take_verifier(j, k, err);
	r = ask_person(j, k, err);
	return r == -ENOKEY && ended ? nothing_left(s, ended, err) : r;
}

/* Under the lock of the store, as it is now. */
static int get_tokens(struct job *j, struct err *err)
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
	if (is_usable(s, &t)) {
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

static int obtain(void *ctx, struct err *err)
{
	struct job *j = ctx;
	struct oauth_auth *s = j->s;
	int64_t most = clock_deadline(LOCK_MS);
	int r;

	if (is_good(s))
		return 0;
	if (initiates(s, "OFF") && !secret_empty(s->cfg->oauth.access_token))
		return take_given(j, err);
	r = tokens_lock(s->cfg->tokens, j->wait.cancel,
	                j->wait.deadline < most ? j->wait.deadline : most, err);
	if (r < 0)
		return r;
	r = get_tokens(j, err);
	tokens_unlock(s->cfg->tokens);
	return r;
}

static int ensure(struct oauth_auth *s, struct cancel *cancel, int64_t deadline,
                  struct err *err)
{
	struct job j = { s, { cancel, deadline } };

	if (is_good(s))
		return 0;
	return flight_do(s->flight, SPAN("tokens"), obtain, &j, cancel, deadline, err);
}

/* --- the scheme
 * -------------------------------------------------------------------------------- */

static int oauth_auth_base(struct auth *a, struct cancel *cancel, int64_t deadline,
                           const char **ret, struct err *err)
{
	struct oauth_auth *s = of(a);
	int r = ensure(s, cancel, deadline, err);

	if (r < 0)
		return r;
	LOCK_SCOPE(&s->lock);
	*ret = s->base;
	return 0;
}

static int oauth_auth_decorate(struct auth *a, struct request *rq, struct cancel *cancel,
                               struct err *err)
{
	struct oauth_auth *s = of(a);
	int r = ensure(s, cancel, rq->deadline, err);

	if (r < 0)
		return r;
	LOCK_SCOPE(&s->lock);
	return s->oauth->version->decorate(s->oauth, &s->now, rq, err);
}

static struct span header_of(const struct request *rq)
{
	for (size_t i = 0; i < rq->n_headers; i++) {
		if (str_ieq(rq->headers[i].name, "Authorization"))
			return span_of(rq->headers[i].value);
	}
	return (struct span){ "", 0 };
}

/* As it is, or encoded for OAuth 1.0. */
static bool shows(struct span header, struct span access)
{
	cleanup_(fetch_clear) struct buf encoded = { 0 };

	if (fetch_room(&encoded, 3 * access.n + 1, NULL))
		return false;
	url_encode(&encoded, access);
	return memmem(header.p, header.n, access.p, access.n) ||
	       memmem(header.p, header.n, encoded.p, encoded.len);
}

enum refusal { REFUSAL_OLD, REFUSAL_KNOWN, REFUSAL_AGAIN, REFUSAL_NEW };

/* Marks the token that rq went with as refused, if it is the one in use. */
static enum refusal judge(struct oauth_auth *s, const struct request *rq)
{
	struct span header = header_of(rq), access;
	int64_t now = clock_mono_ms();
	LOCK_SCOPE(&s->lock);

	access = secret_reveal(s->now.access);
	if (!access.n || !shows(header, access))
		return REFUSAL_OLD;
	if (is_refused(s, &s->now))
		return REFUSAL_KNOWN;
	if (s->forced_until < now)
		s->forced_until = now;
	if (s->forced_until - now >= FORCED_AT_FIRST * FORCED_EVERY_MS)
		return REFUSAL_AGAIN;
	s->forced_until += FORCED_EVERY_MS;
	secret_free(s->refused);
	s->refused = secret_new(access);
	return REFUSAL_NEW;
}

static int oauth_auth_refused(struct auth *a, const struct request *rq,
                              struct cancel *cancel, struct err *err)
{
	struct oauth_auth *s = of(a);
	const struct oauth_version *v = s->oauth->version;
	int r;

	r = v->judge ? v->judge(s->oauth, rq, err) : 0;
	if (r)
		return r;
	if (initiates(s, "OFF") && !secret_empty(s->cfg->oauth.access_token))
		return 0;
	if (v->may_renew && !v->may_renew(rq))
		return 0;
	switch (judge(s, rq)) {
	case REFUSAL_OLD:
		return 1;
	case REFUSAL_AGAIN:
		return 0;
	case REFUSAL_KNOWN:
	case REFUSAL_NEW:
		break;
	}
	r = ensure(s, cancel, rq->deadline, err);
	return r < 0 ? r : 1;
}

static char *oauth_auth_scopes(struct auth *a)
{
	struct oauth_auth *s = of(a);
	LOCK_SCOPE(&s->lock);

	return s->now.scope ? str_dup(s->now.scope) : NULL;
}

static void oauth_auth_free(struct auth *a)
{
	struct oauth_auth *s = of(a);

	oauth_tokens_clear(&s->now);
	secret_free(s->refused);
	flight_free(s->flight);
	oauth_close(s->oauth);
	pthread_mutex_destroy(&s->lock);
	free(s->base);
	free(s);
}

static const struct auth_ops ops = {
	.base = oauth_auth_base,
	.decorate = oauth_auth_decorate,
	.refused = oauth_auth_refused,
	.scopes = oauth_auth_scopes,
	.free = oauth_auth_free,
};

int oauth_auth_new(const struct auth_config *cfg, struct auth **ret, struct err *err)
{
	struct oauth_auth *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_nomem(err);
	s->auth.ops = &ops;
	s->auth.scheme = "OAuth";
	s->cfg = cfg;
	pthread_mutex_init(&s->lock, NULL);
	s->flight = flight_new();
	r = s->flight ? oauth_open(cfg, &s->oauth, err) : err_nomem(err);
	if (r < 0) {
		flight_free(s->flight);
		pthread_mutex_destroy(&s->lock);
		free(s);
		return r;
	}
	*ret = &s->auth;
	return 0;
}
