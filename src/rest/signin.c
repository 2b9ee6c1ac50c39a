/* SPDX-License-Identifier: MIT */
#include "rest/signin.h"

#include "auth/oauth.h"
#include "base/clock.h"
#include "base/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#define ANSWER_MAX_BYTES (256u * 1024)

struct signing {
	const struct procedure *p;
	const struct call_arg *args;
	const struct auth_config *cfg;
	struct oauth *oauth;
	struct oauth_wait wait;
	struct buf *answer;
};

static struct span arg_of(const struct signing *s, const char *name)
{
	const struct param *in = param_find(s->p->in, span_of(name));
	const struct call_arg *a = in ? &s->args[in - s->p->in] : NULL;

	return a && a->given ? a->text : SPAN("");
}

static void put(struct buf *out, const char *name, struct span value)
{
	if (!value.n)
		return;
	buf_puts(out, out->len > 1 ? "," : "");
	utf8_to_json(out, span_of(name));
	buf_putc(out, ':');
	utf8_to_json(out, value);
}

/* Room for all of it at once: growing would leave copies that nobody wipes. */
static int begin(struct buf *out, struct err *err)
{
	if (!buf_room(out, ANSWER_MAX_BYTES))
		return err_nomem(err);
	buf_putc(out, '{');
	return 0;
}

static int put_tokens(struct buf *out, const struct oauth_tokens *t, struct err *err)
{
	char seconds[32] = "-1";
	int64_t left = t->expires_ms - clock_wall_ms();
	int r = begin(out, err);

	if (r < 0)
		return r;
	if (t->expires_ms)
		snprintf(seconds, sizeof(seconds), "%" PRId64,
		         left > 0 ? (left + 500) / 1000 : 0);
	put(out, "OAuthAccessToken", secret_reveal(t->access));
	put(out, "OAuthAccessTokenSecret", secret_reveal(t->access_secret));
	put(out, "OAuthRefreshToken", secret_reveal(t->refresh));
	put(out, "CloudId", span_of(t->cloud_id));
	put(out, "ExpiresIn", span_of(seconds));
	buf_putc(out, '}');
	return 0;
}

/* --- the three
 * ---------------------------------------------------------------------------- */

static int authorize(struct signing *s, struct err *err)
{
	cleanup_(oauth_consent_clear) struct oauth_consent c = { 0 };
	struct oauth_ask ask = { .callback = arg_of(s, "CallbackUrl"),
		                 .scope = arg_of(s, "Scope"),
		                 .state = arg_of(s, "State") };
	int r = oauth_authorize(s->oauth, &ask, s->wait, &c, err);

	if (!r)
		r = begin(s->answer, err);
	if (r < 0)
		return r;
	put(s->answer, "URL", span_of(c.url));
	put(s->answer, "AuthToken", secret_reveal(c.token));
	put(s->answer, "AuthKey", secret_reveal(c.key));
	buf_putc(s->answer, '}');
	return 0;
}

static int exchange(struct signing *s, struct err *err)
{
	cleanup_(oauth_tokens_clear) struct oauth_tokens t = { 0 };
	struct span mode = arg_of(s, "AuthMode");
	struct oauth_ask ask = { .callback = arg_of(s, "CallbackUrl"),
		                 .scope = arg_of(s, "Scope") };
	struct oauth_grant g = { .code = arg_of(s, "Verifier"),
		                 .callback = ask.callback,
		                 .scope = ask.scope,
		                 .token = arg_of(s, "AuthToken"),
		                 .key = arg_of(s, "AuthKey") };
	int r;

	if (span_ieq(mode, SPAN("APP")))
		r = oauth_browse(s->oauth, &s->cfg->person, &ask, s->wait, &t, err);
	else if (!span_ieq(mode, SPAN("WEB")))
		r = err_set(err, -EINVAL, "AuthMode is APP or WEB");
	else if (!g.code.n)
		r = err_set(err, -EINVAL, "AuthMode=WEB needs Verifier");
	else
		r = oauth_exchange(s->oauth, &g, s->wait, &t, err);
	return r < 0 ? r : put_tokens(s->answer, &t, err);
}

static int renew(struct signing *s, struct err *err)
{
	cleanup_(oauth_tokens_clear) struct oauth_tokens t = { 0 };
	int r = oauth_renew(s->oauth, arg_of(s, "OAuthRefreshToken"), s->wait, &t, err);

	return r < 0 ? r : put_tokens(s->answer, &t, err);
}

static const struct {
	const char *name; /* path of the procedure */
	int (*run)(struct signing *s, struct err *err);
} steps[] = { { "authorize", authorize }, { "exchange", exchange }, { "renew", renew } };

int signin_call(struct client *client, const struct procedure *p,
                const struct call_arg *args, struct run *run, struct buf *answer,
                struct err *err)
{
	cleanup_(oauth_closep) struct oauth *oauth = NULL;
	struct signing s = { .p = p,
		             .args = args,
		             .cfg = client_signin(client),
		             .wait = { run->cancel, run->deadline },
		             .answer = answer };
	size_t i = 0;
	int r;

	while (i < ARRAY_SIZE(steps) && !str_eq(steps[i].name, p->path))
		i++;
	if (i == ARRAY_SIZE(steps) || !s.cfg)
		return err_set(err, -EOPNOTSUPP, "%s cannot be run here", p->name);
	if (run->cached_only || client_is_offline(client))
		return err_set(err, -ENETDOWN, "%s needs the network", p->name);
	r = oauth_open(s.cfg, &oauth, err);
	s.oauth = oauth;
	return r < 0 ? r : steps[i].run(&s, err);
}
