/* SPDX-License-Identifier: MIT */
/*
 * The scheme OAuth: a token that is there when a request needs it.  Of our own threads
 * one looks for it while the others wait, and of all processes with the same store one
 * renews it while the others wait: a refresh token may be good for once.
 */
#include "auth/fetch.h"
#include "auth/oauth_auth_i.h"
#include "auth/seal.h"
#include "base/clock.h"
#include "base/flight.h"
#include "base/log.h"
#include "base/str.h"
#include "net/url.h"

#include <errno.h>
#include <string.h>

/* A server that refuses whatever it gave itself is not asked for new tokens all the time:
 * one more every so often, and at first some. */
#define FORCED_EVERY_MS 15000
#define FORCED_AT_FIRST 8

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

int64_t oauth_left_ms(const struct oauth_tokens *t)
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
bool oauth_auth_is_usable(struct oauth_auth *s, const struct oauth_tokens *t)
{
	bool is_over;
	LOCK_SCOPE(&s->lock);

	is_over = s->now.access && clock_mono_ms() >= s->good_until &&
	          seal_equal(secret_reveal(s->now.access), secret_reveal(t->access));
	return oauth_left_ms(t) && !is_over && !is_refused(s, t);
}

int oauth_auth_adopt(struct oauth_auth *s, const struct oauth_tokens *t, struct err *err)
{
	struct oauth_tokens new = { 0 };
	int64_t good_ms = oauth_left_ms(t);
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

static int obtain(void *ctx, struct err *err)
{
	struct oauth_job *j = ctx;
	struct oauth_auth *s = j->s;
	int r;

	if (is_good(s))
		return 0;
	if (oauth_auth_initiates(s, "OFF") && !secret_empty(s->cfg->oauth.access_token))
		return oauth_take_given(j, err);
	r = oauth_lock(s->oauth, j->wait, err);
	if (r < 0)
		return r;
	r = oauth_get_tokens(j, err);
	tokens_unlock(s->cfg->tokens);
	return r;
}

static int ensure(struct oauth_auth *s, struct cancel *cancel, int64_t deadline,
                  struct err *err)
{
	struct oauth_job j = { s, { cancel, deadline } };

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
	cleanup_(secret_clear) struct buf encoded = { 0 };

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
	if (oauth_auth_initiates(s, "OFF") && !secret_empty(s->cfg->oauth.access_token))
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
