/* SPDX-License-Identifier: MIT */
#include "auth/oauth.h"

#include "auth/loopback.h"
#include "auth/oauth_i.h"
#include "auth/seal.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "base/utf8.h"
#include "net/url.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BROWSER_MS (5 * 60 * 1000)
#define ANSWER_MAX_BYTES (32u * 1024)

static const struct oauth_version *const versions[] = { &oauth2_version,
	                                                &oauth1_version };

/* --- opening and clearing --------------------------------------------------------------
 */

static int find_version(const struct auth_config *cfg, const struct oauth_version **ret,
                        struct err *err)
{
	const char *name =
		cfg->oauth.version && *cfg->oauth.version ? cfg->oauth.version : "2.0";

	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		if (str_eq(name, versions[i]->name)) {
			*ret = versions[i];
			return 0;
		}
	}
	return err_set(err, -EOPNOTSUPP,
	               "OAuthVersion=%s is not available in this version", name);
}

int oauth_address(const struct auth_config *cfg, const char *name, const char *given,
                  const char *known, char **ret, struct err *err)
{
	struct url url = { 0 };
	int r;

	if (!given || !*given) {
		*ret = !known          ? str_dup("")
		       : *known == '/' ? str_printf("%s%s", cfg->site, known)
		                       : str_dup(known);
		return *ret ? 0 : err_nomem(err);
	}
	r = url_parse(given, &url, err);
	url_clear(&url);
	if (r < 0)
		return err_wrap(err, "%s", name);
	*ret = str_dup(given);
	return *ret ? 0 : err_nomem(err);
}

static int put_digest(struct buf *out, const struct secret *s, struct err *err)
{
	buf_putc(out, ' ');
	return secret_empty(s) ? 0 : seal_digest(out, secret_reveal(s), err);
}

/* Who writes new tokens into the configuration means those, not what older ones became.
 */
static int name_kept(struct oauth *o, struct err *err)
{
	const struct oauth_config *c = &o->cfg->oauth;
	struct buf name = BUF_INIT(8192);
	int r;

	buf_printf(&name, "OAuth %s %s %s", o->version->name, o->cfg->site,
	           c->client_id ? c->client_id : "");
	r = put_digest(&name, c->access_token, err);
	if (!r)
		r = put_digest(&name, c->refresh_token, err);
	o->kept_as = buf_take(&name);
	return r || o->kept_as ? r : err_nomem(err);
}

int oauth_open(const struct auth_config *cfg, struct oauth **ret, struct err *err)
{
	cleanup_(oauth_closep) struct oauth *o = calloc(1, sizeof(*o));
	int r;

	if (!o)
		return err_nomem(err);
	o->cfg = cfg;
	r = find_version(cfg, &o->version, err);
	if (r < 0)
		return r;
	r = name_kept(o, err);
	if (r < 0)
		return r;
	r = o->version->open ? o->version->open(o, err) : 0;
	if (r < 0)
		return r;
	*ret = take_ptr(o);
	return 0;
}

void oauth_close(struct oauth *o)
{
	if (!o)
		return;
	if (o->version && o->version->close)
		o->version->close(o);
	free(o->kept_as);
	free(o);
}

void oauth_consent_clear(struct oauth_consent *c)
{
	if (c->url)
		secret_wipe(c->url, strlen(c->url));
	free(c->url);
	free(c->callback);
	secret_free(c->expect);
	secret_free(c->token);
	secret_free(c->key);
	*c = (struct oauth_consent){ 0 };
}

/* --- consent and its answer
 * ------------------------------------------------------------- */

static struct span callback_of(const struct oauth *o, struct span asked)
{
	const char *set = o->cfg->oauth.callback_url;

	return asked.n ? asked : set && *set ? span_of(set) : SPAN(OAUTH_CALLBACK_URL);
}

int oauth_need_client(const struct oauth *o, struct err *err)
{
	const char *id = o->cfg->oauth.client_id;

	if (id && *id)
		return 0;
	return err_set(err, -ENOKEY,
	               "OAuth needs the id of a registered application: set "
	               "OAuthClientId and OAuthClientSecret");
}

int oauth_authorize(struct oauth *o, const struct oauth_ask *ask, struct oauth_wait wait,
                    struct oauth_consent *ret, struct err *err)
{
	struct oauth_consent c = { 0 };
	struct oauth_ask whole = *ask;
	int r = oauth_need_client(o, err);

	if (r < 0)
		return r;
	whole.callback = callback_of(o, ask->callback);
	c.callback = span_dup(whole.callback);
	r = c.callback ? o->version->authorize(o, &whole, wait, &c, err) : err_nomem(err);
	if (r < 0) {
		oauth_consent_clear(&c);
		return r;
	}
	log_redact(secret_reveal(c.expect));
	log_redact(secret_reveal(c.key));
	*ret = c;
	return 0;
}

bool oauth_param(struct span query, const char *name, struct buf *out)
{
	while (query.n) {
		struct span value = span_cut(&query, '&');
		struct span key = span_cut(&value, '=');

		if (!span_is(key, name))
			continue;
		buf_reset(out);
		for (size_t i = 0; i < value.n; i++) {
			struct span c = { value.p + i, 1 };
			struct span rest = { value.p + i, value.n - i };

			if (*c.p == '%' && rest.n >= 3)
				c.n = 3;
			if (*c.p == '+')
				buf_putc(out, ' ');
			else if (!utf8_from_name(out, c))
				return false;
			i += c.n - 1;
		}
		return !buf_status(out);
	}
	return false;
}

static int refused(const struct span query, const char *error, struct buf *more,
                   struct err *err)
{
	bool told = oauth_param(query, "error_description", more);

	return err_set(err, -EACCES, "the authorization server refused: %.60s%s%.200s",
	               error, told ? ", " : "", told ? buf_str(more) : "");
}

/* -EAGAIN: it is an answer to something else. */
static int read_query(const struct oauth *o, const struct oauth_consent *c,
                      struct span query, struct secret **ret_code, struct err *err)
{
	cleanup_(buf_clear) struct buf text = BUF_INIT(ANSWER_MAX_BYTES);
	cleanup_(buf_clear) struct buf more = BUF_INIT(ANSWER_MAX_BYTES);

	if (!oauth_param(query, o->version->expect_param, &text) ||
	    !seal_equal(buf_view(&text), secret_reveal(c->expect)))
		return err_set(err, -EAGAIN,
		               "this is an answer to another question: its %s is not "
		               "the one that was sent",
		               o->version->expect_param);
	if (oauth_param(query, "error", &text))
		return refused(query, buf_str(&text), &more, err);
	if (!oauth_param(query, o->version->code_param, &text) || !text.len)
		return err_set(err, -EAGAIN, "there is no %s in it",
		               o->version->code_param);
	if (o->version->refusal && span_is(buf_view(&text), o->version->refusal))
		return err_set(err, -EACCES, "consent was refused");
	log_redact(buf_view(&text));
	return oauth_copy(buf_view(&text), ret_code, err);
}

/* A code alone, which may end in '='. */
static bool is_bare(const struct oauth *o, struct span text)
{
	const char *name = o->version->code_param;

	return !memchr(text.p, '?', text.n) && !memchr(text.p, '&', text.n) &&
	       !(text.n > strlen(name) && !memcmp(text.p, name, strlen(name)) &&
	         text.p[strlen(name)] == '=');
}

int oauth_answer(struct oauth *o, const struct oauth_consent *c, struct span text,
                 struct secret **ret_code, struct err *err)
{
	struct span rest, query;
	int r;

	text = span_trim(text);
	if (!text.n)
		return err_set(err, -EINVAL, "nothing was entered");
	if (is_bare(o, text)) {
		log_redact(text);
		return oauth_copy(text, ret_code, err);
	}
	rest = text;
	query = memchr(text.p, '?', text.n) ? (span_cut(&rest, '?'), rest) : text;
	query = span_cut(&query, '#');
	r = read_query(o, c, query, ret_code, err);
	if (r == -EAGAIN && err)
		err->code = -EINVAL;
	return r == -EAGAIN ? -EINVAL : r;
}

/* --- tokens
 * ----------------------------------------------------------------------------- */

static int finish(struct oauth *o, struct oauth_tokens *t, struct oauth_wait wait,
                  struct oauth_tokens *ret, struct err *err)
{
	int r;

	oauth_redact(o, t);
	r = o->version->locate ? o->version->locate(o, t, wait, err) : 0;
	if (r < 0) {
		oauth_tokens_clear(t);
		return r;
	}
	*ret = *t;
	return 0;
}

int oauth_exchange(struct oauth *o, const struct oauth_grant *grant,
                   struct oauth_wait wait, struct oauth_tokens *ret, struct err *err)
{
	struct oauth_grant whole = *grant;
	struct oauth_tokens t = { 0 };
	int r = oauth_need_client(o, err);

	if (r < 0)
		return r;
	if (!grant->code.n)
		return err_set(err, -EINVAL, "there is no code to exchange");
	whole.callback = callback_of(o, grant->callback);
	r = o->version->exchange(o, &whole, wait, &t, err);
	if (r < 0) {
		oauth_tokens_clear(&t);
		return r;
	}
	return finish(o, &t, wait, ret, err);
}

struct visit {
	struct oauth *o;
	const struct oauth_consent *consent;
	struct secret *code;
};

static int on_visit(void *ctx, struct span query, struct err *err)
{
	struct visit *v = ctx;

	return read_query(v->o, v->consent, query, &v->code, err);
}

static int nobody_here(struct err *err)
{
	return err_set(err, -ENOKEY,
	               "somebody has to sign in with a browser, and nobody is here: run "
	               "jsmfs login");
}

static int visit(struct oauth *o, const struct auth_person *person,
                 const struct oauth_consent *c, struct oauth_wait wait,
                 struct secret **ret_code, struct err *err)
{
	cleanup_(loopback_closep) struct loopback *l = NULL;
	struct visit v = { .o = o, .consent = c };
	int r = person->open ? loopback_open(c->callback, &l, err) : nobody_here(err);

	if (r < 0)
		return r;
	if (!person->open(person->ctx, c->url))
		return nobody_here(err);
	/* A person takes longer than what waits for a request. */
	r = loopback_wait(l, wait.cancel, clock_deadline(BROWSER_MS), on_visit, &v, err);
	if (r < 0)
		secret_free(v.code);
	else
		*ret_code = v.code;
	return r;
}

int oauth_browse(struct oauth *o, const struct auth_person *person,
                 const struct oauth_ask *ask, struct oauth_wait wait,
                 struct oauth_tokens *ret, struct err *err)
{
	cleanup_(oauth_consent_clear) struct oauth_consent c = { 0 };
	cleanup_(secret_freep) struct secret *code = NULL;
	struct oauth_ask once = *ask;
	struct oauth_grant g;
	int r;

	once.once = true;
	r = oauth_authorize(o, &once, wait, &c, err);
	if (!r)
		r = visit(o, person, &c, wait, &code, err);
	if (r < 0)
		return r;
	g = (struct oauth_grant){ .code = secret_reveal(code),
		                  .callback = span_of(c.callback),
		                  .scope = ask->scope,
		                  .token = secret_reveal(c.token),
		                  .key = secret_reveal(c.key) };
	/* What was waited for in the browser is not time of the request. */
	wait.deadline = CLOCK_FOREVER;
	return oauth_exchange(o, &g, wait, ret, err);
}
