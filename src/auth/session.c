/* SPDX-License-Identifier: MIT */
#include "auth/session.h"

#include "base/clock.h"
#include "base/flight.h"
#include "base/log.h"

#include <errno.h>
#include <pthread.h>

/* A site that forgets every session at once is not asked for ever more of them. */
#define RECENT_MS 60000
#define RECENT_MAX 6

struct session {
	struct auth auth;
	const struct auth_config *cfg;
	const struct session_flow *flow;
	void *own;
	struct flight *flight;

	pthread_mutex_t lock;
	struct jar *jar;     /* lock */
	bool is_good;        /* lock: as far as is known */
	unsigned generation; /* lock: of sign-ons */
	int64_t recent_ms;   /* lock: when the first of the recent ones was */
	unsigned n_recent;   /* lock */
	bool is_final;       /* lock: failure is, too */
	struct err failure;  /* lock */
};

/* Tells, with a request, by which sign-on it was decorated. */
struct stamp {
	struct signer signer;
	unsigned generation;
};

static int stamp_sign(struct signer *s, struct request *rq, struct err *err)
{
	(void)s;
	(void)rq;
	(void)err;
	return 0;
}

static void stamp_free(struct signer *s)
{
	free(container_of(s, struct stamp, signer));
}

static bool may_pass(int code)
{
	return code == -EINTR || code == -ETIMEDOUT || code == -EHOSTUNREACH ||
	       code == -ECONNREFUSED || code == -EREMOTEIO || code == -EAGAIN ||
	       code == -ENOMEM;
}

/* --- signing in ------------------------------------------------------------------ */

struct attempt {
	struct session *session;
	struct cancel *cancel;
	int64_t deadline;
};

static int sign_in(void *ctx, struct err *err)
{
	struct attempt *a = ctx;
	struct session *s = a->session;
	struct visitor v = { .transport = s->cfg->transport,
		             .jar = s->jar,
		             .lock = &s->lock,
		             .cancel = a->cancel,
		             .deadline = a->deadline };
	struct err why = { 0 };
	int r;

	{
		LOCK_SCOPE(&s->lock);
		if (s->is_good)
			return 0;
		if (s->is_final) {
			if (err)
				*err = s->failure;
			return s->failure.code;
		}
	}
	r = s->flow->sign_in(s->own, &v, &why);
	LOCK_SCOPE(&s->lock);
	if (r < 0) {
		err_wrap(&why, "%s", s->flow->scheme);
		log_redact_text(why.msg);
		s->is_final = !may_pass(r);
		s->failure = why;
		if (err)
			*err = why;
		log_debug(LOG_AUTH, "signing in failed: %s", why.msg);
		return r;
	}
	if (!s->n_recent++)
		s->recent_ms = clock_mono_ms();
	s->generation++;
	s->is_good = true;
	log_debug(LOG_AUTH, "signed in by %s", s->flow->scheme);
	return 0;
}

static int ensure(struct session *s, struct cancel *cancel, int64_t deadline,
                  struct err *err)
{
	struct attempt a = { s, cancel, deadline };

	{
		LOCK_SCOPE(&s->lock);
		if (s->is_good)
			return 0;
	}
	return flight_do(s->flight, SPAN("sign in"), sign_in, &a, cancel, deadline, err);
}

/* --- the scheme ------------------------------------------------------------------- */

static int session_decorate(struct auth *auth, struct request *rq, struct cancel *cancel,
                            struct err *err)
{
	struct session *s = container_of(auth, struct session, auth);
	cleanup_(secret_clear) struct buf cookies = BUF_INIT(JAR_HEADER_BYTES);
	struct stamp *stamp;
	int r = ensure(s, cancel, rq->deadline, err);

	if (r < 0)
		return r;
	stamp = calloc(1, sizeof(*stamp));
	if (!stamp)
		return err_nomem(err);
	stamp->signer = (struct signer){ stamp_sign, stamp_free };
	request_sign(rq, &stamp->signer);
	LOCK_SCOPE(&s->lock);
	stamp->generation = s->generation;
	jar_header(s->jar, rq->url, &cookies);
	r = buf_status(&cookies);
	if (!r && cookies.len)
		r = request_header(rq, "Cookie", buf_view(&cookies));
	/* Without it a server takes a write with cookies for a forgery. */
	if (!r && !str_eq(rq->method, "GET"))
		r = request_header(rq, "X-Atlassian-Token", SPAN("no-check"));
	return r ? err_set(err, r, "cannot add the session to a request") : 0;
}

/* Under the lock.  Has this session been renewed too often to try it once more? */
static bool is_hopeless(struct session *s)
{
	if (clock_mono_ms() - s->recent_ms >= RECENT_MS)
		s->n_recent = 0;
	return s->n_recent >= RECENT_MAX;
}

static int session_refused(struct auth *auth, const struct request *rq,
                           struct cancel *cancel, struct err *err)
{
	struct session *s = container_of(auth, struct session, auth);
	int r;

	if (!rq->signer || rq->signer->free != stamp_free)
		return 0;
	{
		struct stamp *stamp = container_of(rq->signer, struct stamp, signer);
		LOCK_SCOPE(&s->lock);

		if (stamp->generation == s->generation && s->is_good) {
			if (is_hopeless(s))
				return 0;
			s->is_good = false;
		}
	}
	r = ensure(s, cancel, rq->deadline, err);
	return r < 0 ? r : 1;
}

static void session_free(struct auth *auth)
{
	struct session *s = container_of(auth, struct session, auth);

	if (s->own)
		s->flow->free(s->own);
	flight_free(s->flight);
	jar_free(s->jar);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static const struct auth_ops session_ops = {
	.decorate = session_decorate,
	.refused = session_refused,
	.free = session_free,
};

int session_check(const char *scheme, const struct auth_config *cfg, struct err *err)
{
	const struct {
		const char *name;
		bool is_set;
	} needed[] = {
		{ "User", cfg->user && *cfg->user },
		{ "Password", !secret_empty(cfg->password) },
		{ "SSOLoginURL", cfg->sso.login_url && *cfg->sso.login_url },
		{ "SSOExchangeUrl", cfg->sso.exchange_url && *cfg->sso.exchange_url },
	};

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (!needed[i].is_set)
			return err_set(err, -ENOKEY,
			               "AuthScheme=%s needs the property %s", scheme,
			               needed[i].name);
	}
	if (!cfg->transport)
		return err_set(err, -EINVAL, "AuthScheme=%s needs the network", scheme);
	return 0;
}

int session_new(const struct auth_config *cfg, const struct session_flow *flow, void *own,
                struct auth **ret, struct err *err)
{
	struct session *s = calloc(1, sizeof(*s));

	if (!s) {
		flow->free(own);
		return err_nomem(err);
	}
	s->auth = (struct auth){ .ops = &session_ops,
		                 .scheme = flow->scheme,
		                 .has_session = true };
	s->cfg = cfg;
	s->flow = flow;
	s->own = own;
	pthread_mutex_init(&s->lock, NULL);
	s->flight = flight_new();
	s->jar = jar_new();
	if (!s->flight || !s->jar) {
		session_free(&s->auth);
		return err_nomem(err);
	}
	*ret = &s->auth;
	return 0;
}
