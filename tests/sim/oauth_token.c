/* SPDX-License-Identifier: MIT */
/* Tokens: given, renewed, checked, revoked. */
#include "sim/oauth_i.h"
#include "sim/ops.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TOKENS 4096
#define MAX_FIELDS 16

/* One pair.  All that came of one code are a family, which is revoked as a whole. */
struct token {
	char access[64];
	char refresh[64]; /* "" none */
	char scope[512];
	char code[64];
	int64_t ends_us;
	int64_t used_us; /* the refresh token, 0: not yet */
	unsigned family;
	bool revoked;
};

static struct token *tokens;
static size_t n_tokens;
static unsigned n_families;
static struct {
	unsigned exchanged, renewed, reused, refused;
} counts;

void oauth_forget_tokens(void)
{
	free(tokens);
	tokens = NULL;
	n_tokens = 0;
}

/* --- requests of the token address -----------------------------------------------------
 */

struct form {
	char *names[MAX_FIELDS];
	char *values[MAX_FIELDS];
	int n;
};

static void form_clear(struct form *f)
{
	for (int i = 0; i < f->n; i++) {
		free(f->names[i]);
		free(f->values[i]);
	}
}

static const char *form_get(const struct form *f, const char *name)
{
	for (int i = 0; i < f->n; i++)
		if (!strcmp(f->names[i], name))
			return f->values[i];
	return NULL;
}

static void form_add(struct form *f, const char *name, const char *value)
{
	if (f->n == MAX_FIELDS)
		return;
	f->names[f->n] = strdup(name);
	f->values[f->n] = strdup(value);
	if (f->names[f->n] && f->values[f->n])
		f->n++;
}

static bool is_type(struct exchange *x, const char *want)
{
	const char *type = exchange_header(x, "Content-Type");
	size_t n = strlen(want);
	return type && !strncasecmp(type, want, n) && (!type[n] || strchr("; ", type[n]));
}

static bool read_json(struct exchange *x, struct form *f)
{
	struct json_object *o = x->body.len ? json_tokener_parse(x->body.data) : NULL;
	bool good = json_object_is_type(o, json_type_object);
	if (good) {
		json_object_object_foreach(o, name, value)
		{
			good = good && json_object_is_type(value, json_type_string);
			if (good)
				form_add(f, name, json_object_get_string(value));
		}
	}
	json_object_put(o);
	return good;
}

static bool read_form(struct exchange *x, struct form *f)
{
	char *save = NULL;
	if (!x->body.len)
		return false;
	for (char *s = strtok_r(x->body.data, "&", &save); s;
	     s = strtok_r(NULL, "&", &save)) {
		char *value = strchr(s, '=');
		if (!value)
			return false;
		*value++ = '\0';
		if (!exchange_decode(s) || !exchange_decode(value))
			return false;
		form_add(f, s, value);
	}
	return true;
}

static void refuse(struct exchange *x, unsigned status, const char *error,
                   const char *text)
{
	counts.refused++;
	x->out.len = 0;
	buf_lit(&x->out, "{\"error\":");
	buf_json(&x->out, error);
	buf_lit(&x->out, ",\"error_description\":");
	buf_json(&x->out, text);
	buf_char(&x->out, '}');
	answer(x, status);
}

static void refuse_grant(struct exchange *x, const char *text)
{
	refuse(x, site_is_dc() ? 400 : 403, "invalid_grant", text);
}

static bool is_client(struct exchange *x, const struct form *f)
{
	const char *id = form_get(f, "client_id"), *secret = form_get(f, "client_secret");
	if (!secret && !site_is_dc()) {
		counts.refused++;
		answer(x, 401);
		return false;
	}
	if (id && secret && !strcmp(id, oauth_client()->id) &&
	    !strcmp(secret, oauth_client()->secret))
		return true;
	if (site_is_dc())
		refuse(x, 401, "invalid_client", "Client authentication failed");
	else
		refuse(x, 401, "access_denied", "Unauthorized");
	return false;
}

/* --- giving
 * --------------------------------------------------------------------------------- */

/* Those of the real server are long, and clients must not mind. */
static void put_access(struct buf *b, const struct token *t)
{
	buf_lit(b, "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.");
	for (int i = 0; i < 2000; i++)
		buf_char(b, (char)('a' + (i * 7 + t->access[i % 20]) % 26));
	buf_char(b, '.');
	buf_str(b, t->access);
}

static struct token *make_token(unsigned family, const char *scope, const char *code)
{
	if (!tokens)
		tokens = calloc(MAX_TOKENS, sizeof(*tokens));
	if (!tokens)
		abort();
	struct token *t = &tokens[n_tokens++ % MAX_TOKENS];
	*t = (struct token){ .family = family };
	oauth_secret(t->access, sizeof(t->access));
	snprintf(t->scope, sizeof(t->scope), "%s", scope);
	snprintf(t->code, sizeof(t->code), "%s", code);
	t->ends_us = clock_us() + oauth_settings()->life_s * 1000000;
	return t;
}

static void give(struct exchange *x, const struct token *t)
{
	struct buf *b = &x->out;
	buf_lit(b, "{\"access_token\":\"");
	put_access(b, t);
	buf_fmt(b, "\",\"expires_in\":%lld,\"token_type\":\"Bearer\"",
	        (long long)oauth_settings()->life_s);
	if (*t->refresh) {
		buf_lit(b, ",\"refresh_token\":");
		buf_json(b, t->refresh);
	}
	buf_lit(b, ",\"scope\":");
	buf_json(b, t->scope);
	buf_char(b, '}');
	answer(x, 200);
	answer_header(x, "Cache-Control", "no-store");
}

static void revoke(unsigned family)
{
	for (size_t i = 0; tokens && i < MAX_TOKENS; i++)
		if (tokens[i].family == family)
			tokens[i].revoked = true;
}

static void exchange_code(struct exchange *x, const struct form *f)
{
	const char *text = form_get(f, "code"), *redirect = form_get(f, "redirect_uri");
	struct code c;
	bool again = false;
	if (!text || !redirect) {
		refuse(x, 400, "invalid_request", "code or redirect_uri is missing");
		return;
	}
	if (!oauth_take_code(text, redirect, form_get(f, "code_verifier"), &c, &again)) {
		for (size_t i = 0; again && tokens && i < MAX_TOKENS; i++)
			if (!strcmp(tokens[i].code, text))
				revoke(tokens[i].family);
		refuse_grant(x, "Invalid authorization code");
		return;
	}
	struct token *t = make_token(++n_families, c.scope, text);
	if (site_is_dc() || strstr(c.scope, "offline_access"))
		oauth_secret(t->refresh, sizeof(t->refresh));
	counts.exchanged++;
	give(x, t);
}

static void refresh(struct exchange *x, const struct form *f)
{
	const char *text = form_get(f, "refresh_token");
	struct token *old = NULL;
	int64_t now = clock_us();
	for (size_t i = 0; text && *text && tokens && i < MAX_TOKENS; i++)
		if (!strcmp(tokens[i].refresh, text))
			old = &tokens[i];
	if (!old || old->revoked) {
		refuse_grant(x, "Unknown or invalid refresh token.");
		return;
	}
	if (old->used_us && now - old->used_us > oauth_settings()->leeway_s * 1000000) {
		/* Somebody else has it, too: nobody shall go on with it. */
		revoke(old->family);
		refuse_grant(x, "Unknown or invalid refresh token.");
		return;
	}
	counts.reused += old->used_us != 0;
	if (oauth_settings()->keeps) {
		struct token *t = make_token(old->family, old->scope, "");
		snprintf(t->refresh, sizeof(t->refresh), "%s", old->refresh);
		old->refresh[0] = '\0';
		counts.renewed++;
		give(x, t);
		return;
	}
	if (!old->used_us)
		old->used_us = now;
	struct token *t = make_token(old->family, old->scope, "");
	oauth_secret(t->refresh, sizeof(t->refresh));
	counts.renewed++;
	give(x, t);
}

void op_oauth_token(struct exchange *x)
{
	const char *type =
		site_is_dc() ? "application/x-www-form-urlencoded" : "application/json";
	struct form f = { .n = 0 };
	pthread_mutex_lock(&oauth_lock);
	bool good =
		is_type(x, type) && (site_is_dc() ? read_form(x, &f) : read_json(x, &f));
	const char *grant = good ? form_get(&f, "grant_type") : NULL;
	if (!good)
		refuse(x, 400, "invalid_request", "the body cannot be read");
	else if (!grant)
		refuse(x, 400, "invalid_request", "grant_type is missing");
	else if (!is_client(x, &f))
		;
	else if (!strcmp(grant, "authorization_code"))
		exchange_code(x, &f);
	else if (!strcmp(grant, "refresh_token"))
		refresh(x, &f);
	else
		refuse(x, 400, "unsupported_grant_type", "Unsupported grant type");
	pthread_mutex_unlock(&oauth_lock);
	form_clear(&f);
}

/* --- checking
 * ------------------------------------------------------------------------------- */

static const struct token *find(const char *authorization)
{
	const char *last = strrchr(authorization, '.');
	for (size_t i = 0; last && tokens && i < MAX_TOKENS; i++) {
		const struct token *t = &tokens[i];
		struct buf whole = { 0 };
		if (!*t->access || strcmp(t->access, last + 1) != 0)
			continue;
		put_access(&whole, t);
		bool same = !whole.failed && !strcmp(authorization + 7, whole.data);
		buf_clear(&whole);
		if (same)
			return t;
	}
	return NULL;
}

static bool has_scope(const struct token *t, const char *scope)
{
	const char *at = t->scope, *word;
	size_t n, want = strlen(scope);
	while ((word = list_next(&at, ' ', &n)))
		if (n == want && !memcmp(word, scope, n))
			return true;
	return false;
}

/* The classic scope that an operation of Cloud needs. */
static const char *scope_for(const struct exchange *x)
{
	bool write = x->op->flags & OP_WRITE;
	if (site_is_dc())
		return write ? "WRITE" : NULL;
	if (x->op->flags & OP_PLATFORM)
		return strstr(x->op->path, "myself") ? "read:jira-user"
		                                     : "read:jira-work";
	if (strstr(x->op->path, "/customer") && write)
		return "manage:servicedesk-customer";
	if (strstr(x->op->path, "/queue") || strstr(x->op->path, "/sla"))
		return "read:jira-work";
	return write ? "write:servicedesk-request" : "read:servicedesk-request";
}

int oauth_check(struct exchange *x, const char *authorization, uint32_t *ret_person)
{
	int known = -1;
	/* A token of Cloud is good at the gateway only. */
	if (!site_is_dc() && !x->gateway)
		return -1;
	pthread_mutex_lock(&oauth_lock);
	const struct token *t = find(authorization);
	if (t && !t->revoked && clock_us() < t->ends_us) {
		const char *scope = scope_for(x);
		known = !scope || has_scope(t, scope) ? 1 : -2;
		*ret_person = account_first();
	}
	pthread_mutex_unlock(&oauth_lock);
	return known;
}

void op_oauth_resources(struct exchange *x)
{
	const char *authorization = exchange_header(x, "Authorization");
	pthread_mutex_lock(&oauth_lock);
	const struct token *t = authorization && !strncasecmp(authorization, "Bearer ", 7)
	                                ? find(authorization)
	                                : NULL;
	bool good = t && !t->revoked && clock_us() < t->ends_us;
	pthread_mutex_unlock(&oauth_lock);
	if (!good) {
		answer_unauthorized(x);
		return;
	}
	/* Once for each product, the one that is of no use first. */
	buf_lit(&x->out, "[{\"id\":\"" SIM_CLOUD_ID "\",\"url\":\"");
	buf_json_part(&x->out, x->base.data, x->base.len);
	buf_lit(&x->out, "\",\"name\":\"jsmsim\",\"scopes\":[\"read:confluence-user\"],"
	                 "\"avatarUrl\":\"https://example.com/c.png\"},"
	                 "{\"id\":\"00000000-0000-4000-8000-000000000000\",\"url\":"
	                 "\"https://elsewhere.example.com\",\"name\":\"elsewhere\","
	                 "\"scopes\":[\"read:jira-work\"],"
	                 "\"avatarUrl\":\"https://example.com/e.png\"},"
	                 "{\"id\":\"" SIM_CLOUD_ID "\",\"url\":\"");
	buf_json_part(&x->out, x->base.data, x->base.len);
	buf_lit(&x->out, "\",\"name\":\"jsmsim\",\"scopes\":[");
	const char *at = t->scope, *word;
	size_t n;
	bool first = true;
	while ((word = list_next(&at, ' ', &n))) {
		buf_str(&x->out, first ? "\"" : ",\"");
		buf_json_part(&x->out, word, n);
		buf_char(&x->out, '"');
		first = false;
	}
	buf_lit(&x->out, "],\"avatarUrl\":\"https://example.com/j.png\"}]");
	answer(x, 200);
}

/* --- for tests
 * --------------------------------------------------------------------------------- */

bool oauth_control(const char *word)
{
	bool expire = !strcmp(word, "expire"), all = !strcmp(word, "revoke");
	if (!expire && !all)
		return false;
	pthread_mutex_lock(&oauth_lock);
	for (size_t i = 0; tokens && i < MAX_TOKENS; i++) {
		tokens[i].revoked |= all;
		tokens[i].ends_us = 0;
	}
	pthread_mutex_unlock(&oauth_lock);
	return true;
}

void oauth_stats(struct buf *out)
{
	pthread_mutex_lock(&oauth_lock);
	buf_fmt(out, "{\"exchanged\":%u,\"renewed\":%u,\"reused\":%u,\"refused\":%u}",
	        counts.exchanged, counts.renewed, counts.reused, counts.refused);
	pthread_mutex_unlock(&oauth_lock);
}
