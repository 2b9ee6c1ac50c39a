/* SPDX-License-Identifier: MIT */
/* The tokens of OAuth, and what is kept of them. */
#include "auth/oauth_i.h"
#include "auth/seal.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"

#include <stdio.h>

#define LOCK_MS 60000

void oauth_tokens_clear(struct oauth_tokens *t)
{
	secret_free(t->access);
	secret_free(t->access_secret);
	secret_free(t->refresh);
	free(t->cloud_id);
	free(t->scope);
	*t = (struct oauth_tokens){ 0 };
}

int oauth_copy(struct span s, struct secret **ret, struct err *err)
{
	*ret = s.n ? secret_new(s) : NULL;
	return s.n && !*ret ? err_nomem(err) : 0;
}

static int copy_text(struct span s, char **ret, struct err *err)
{
	*ret = s.n ? span_dup(s) : NULL;
	return s.n && !*ret ? err_nomem(err) : 0;
}

int oauth_tokens_copy(const struct oauth_tokens *t, struct oauth_tokens *ret,
                      struct err *err)
{
	struct oauth_tokens new = { .expires_ms = t->expires_ms, .life_ms = t->life_ms };
	int r = oauth_copy(secret_reveal(t->access), &new.access, err);

	if (!r)
		r = oauth_copy(secret_reveal(t->access_secret), &new.access_secret, err);
	if (!r)
		r = oauth_copy(secret_reveal(t->refresh), &new.refresh, err);
	if (!r)
		r = copy_text(span_of(t->cloud_id), &new.cloud_id, err);
	if (!r)
		r = copy_text(span_of(t->scope), &new.scope, err);
	if (r < 0)
		oauth_tokens_clear(&new);
	else
		*ret = new;
	return r;
}

/* The log forgets the oldest when it has too many: what does not change is told again. */
void oauth_redact(const struct oauth *o, const struct oauth_tokens *t)
{
	log_redact(secret_reveal(t->access));
	log_redact(secret_reveal(t->access_secret));
	log_redact(secret_reveal(t->refresh));
	log_redact(secret_reveal(o->cfg->oauth.client_secret));
}

int64_t oauth_leeway_ms(int64_t life_ms)
{
	return life_ms / 10 < 60000 ? life_ms / 10 : 60000;
}

/* --- from and to the store ------------------------------------------------------- */

int oauth_load(struct oauth *o, struct kept *k, struct oauth_tokens *ret, struct err *err)
{
	struct oauth_tokens t = { 0 };
	int r = tokens_read(o->cfg->tokens, o->kept_as, k, err);

	if (!r)
		r = oauth_copy(kept_get(k, "access"), &t.access, err);
	if (!r)
		r = oauth_copy(kept_get(k, "access_secret"), &t.access_secret, err);
	if (!r)
		r = oauth_copy(kept_get(k, "refresh"), &t.refresh, err);
	if (!r && (!span_int(kept_get(k, "expires_ms"), &t.expires_ms) ||
	           !span_int(kept_get(k, "life_ms"), &t.life_ms)))
		t.expires_ms = t.life_ms = 0;
	if (!r)
		r = copy_text(kept_get(k, "cloud_id"), &t.cloud_id, err);
	if (!r)
		r = copy_text(kept_get(k, "scope"), &t.scope, err);
	if (r < 0) {
		oauth_tokens_clear(&t);
		return r;
	}
	oauth_redact(o, &t);
	*ret = t;
	return 0;
}

static int save_number(struct kept *k, const char *name, int64_t n, struct err *err)
{
	char text[32] = "";

	if (n)
		snprintf(text, sizeof(text), "%lld", (long long)n);
	return kept_set(k, name, span_of(text), err);
}

int oauth_save(struct oauth *o, struct kept *k, const struct oauth_tokens *t,
               struct err *err)
{
	int r = kept_set(k, "access", secret_reveal(t->access), err);

	if (!r)
		r = kept_set(k, "access_secret", secret_reveal(t->access_secret), err);
	if (!r)
		r = kept_set(k, "refresh", secret_reveal(t->refresh), err);
	if (!r)
		r = save_number(k, "expires_ms", t->expires_ms, err);
	if (!r)
		r = save_number(k, "life_ms", t->life_ms, err);
	if (!r)
		r = kept_set(k, "cloud_id", span_of(t->cloud_id), err);
	if (!r)
		r = kept_set(k, "scope", span_of(t->scope), err);
	return r ? r : tokens_write(o->cfg->tokens, o->kept_as, k, err);
}

int oauth_lock(struct oauth *o, struct oauth_wait wait, struct err *err)
{
	int64_t most = clock_deadline(LOCK_MS);

	return tokens_lock(o->cfg->tokens, wait.cancel,
	                   wait.deadline < most ? wait.deadline : most, err);
}

static int set_aside(struct oauth *o, struct err *err)
{
	const struct auth_person *p = &o->cfg->person;
	cleanup_free_ char *path = NULL, *text = NULL;
	int r = tokens_set_aside(o->cfg->tokens, &path, err);

	if (r < 0 || !path)
		return r;
	text = str_printf("the damaged token store is now %s", path);
	if (text && p->tell)
		(void)p->tell(p->ctx, text);
	return 0;
}

int oauth_keep(struct oauth *o, const struct oauth_tokens *tokens, struct oauth_wait wait,
               struct err *err)
{
	cleanup_(kept_clear) struct kept k = { 0 };
	int r = oauth_lock(o, wait, err);

	if (r < 0)
		return r;
	r = set_aside(o, err);
	if (!r)
		r = oauth_save(o, &k, tokens, err);
	tokens_unlock(o->cfg->tokens);
	return r;
}

int oauth_forget(struct oauth *o, struct oauth_wait wait, bool *ret_any, struct err *err)
{
	cleanup_(kept_clear) struct kept k = { 0 }, none = { 0 };
	int r = oauth_lock(o, wait, err);

	if (r < 0)
		return r;
	r = tokens_read(o->cfg->tokens, o->kept_as, &k, err);
	if (!r && k.n)
		r = tokens_write(o->cfg->tokens, o->kept_as, &none, err);
	tokens_unlock(o->cfg->tokens);
	if (!r)
		*ret_any = k.n;
	return r;
}

/* --- renewing by hand ------------------------------------------------------------- */

static bool is_same(const struct secret *a, const struct secret *b)
{
	return a && b && seal_equal(secret_reveal(a), secret_reveal(b));
}

/* Who names one of the tokens that are kept means both: OAuth 1.0 renews by both. */
static int complete(struct oauth_tokens *old, const struct oauth_tokens *kept,
                    struct err *err)
{
	if (!kept->refresh || (!is_same(kept->refresh, old->refresh) &&
	                       !is_same(kept->access, old->refresh)))
		return 0;
	oauth_tokens_clear(old);
	return oauth_tokens_copy(kept, old, err);
}

/* Under the lock of the store. */
static int renew_kept(struct oauth *o, struct oauth_tokens *old, struct oauth_wait wait,
                      struct oauth_tokens *ret, struct err *err)
{
	cleanup_(kept_clear) struct kept k = { 0 };
	cleanup_(oauth_tokens_clear) struct oauth_tokens kept = { 0 };
	bool readable = !oauth_load(o, &k, &kept, NULL);
	int r = readable ? complete(old, &kept, err) : 0;

	if (!r)
		r = o->version->renew(o, old, wait, ret, err);
	if (r < 0 || !readable || !is_same(kept.refresh, old->refresh))
		return r;
	if (kept.cloud_id)
		ret->cloud_id = str_dup(kept.cloud_id);
	if (kept.scope && !ret->scope)
		ret->scope = str_dup(kept.scope);
	return oauth_save(o, &k, ret, err);
}

int oauth_renew(struct oauth *o, struct span refresh, struct oauth_wait wait,
                struct oauth_tokens *ret, struct err *err)
{
	cleanup_(oauth_tokens_clear) struct oauth_tokens old = { 0 };
	struct oauth_tokens t = { 0 };
	int r = oauth_need_client(o, err);

	if (!r)
		r = oauth_copy(refresh, &old.refresh, err);
	if (!r)
		r = oauth_lock(o, wait, err);
	if (r < 0)
		return r;
	log_redact(refresh);
	r = renew_kept(o, &old, wait, &t, err);
	tokens_unlock(o->cfg->tokens);
	if (r < 0) {
		oauth_tokens_clear(&t);
		return r;
	}
	oauth_redact(o, &t);
	*ret = t;
	return 0;
}
