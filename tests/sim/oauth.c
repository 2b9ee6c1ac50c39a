/* SPDX-License-Identifier: MIT */
/* Consent and codes, and what the two servers check before they give either. */
#include "sim/oauth_i.h"
#include "sim/ops.h"
#include "sim/sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

pthread_mutex_t oauth_lock = PTHREAD_MUTEX_INITIALIZER;
static struct client client;
static struct oauth_settings settings = { .life_s = 3600, .leeway_s = 600 };
static struct code codes[MAX_CODES];
static size_t n_codes;

bool oauth_register(const char *text)
{
	const char *secret = strchr(text, ':');
	const char *redirect = secret ? strchr(secret + 1, ':') : NULL;
	if (!redirect || secret == text || redirect == secret + 1 || !redirect[1] ||
	    client.id)
		return false;
	client.id = strndup(text, (size_t)(secret - text));
	client.secret = strndup(secret + 1, (size_t)(redirect - secret - 1));
	client.redirect = strdup(redirect + 1);
	return client.id && client.secret && client.redirect;
}

bool oauth_is_on(void)
{
	return client.id;
}

struct oauth_settings *oauth_settings(void)
{
	return &settings;
}

const struct client *oauth_client(void)
{
	return &client;
}

void oauth_clear(void)
{
	free(client.id);
	free(client.secret);
	free(client.redirect);
	client = (struct client){ 0 };
	oauth_forget_tokens();
}

/* Nobody can guess it in a test, and every run has its own. */
void oauth_secret(char *to, size_t size)
{
	unsigned char seed[24];
	FILE *f = fopen("/dev/urandom", "r");
	if (!f || fread(seed, 1, sizeof(seed), f) != sizeof(seed))
		abort();
	fclose(f);
	char sum[44];
	sha256_base64url(seed, sizeof(seed), sum);
	snprintf(to, size, "%s", sum);
}

/* --- asking
 * ------------------------------------------------------------------------------- */

/* The application is wrong: the browser must not be sent anywhere. */
static void show_error(struct exchange *x, const char *why)
{
	x->out.len = 0;
	buf_lit(&x->out, "<!doctype html><html><head><title>Something went wrong"
	                 "</title></head><body><p>");
	buf_str(&x->out, why);
	buf_lit(&x->out, "</p></body></html>");
	x->content_type = "text/html;charset=utf-8";
	answer(x, 400);
}

/* Sends the browser back with what it is to tell. */
static void send_back(struct exchange *x, const char *name, const char *value,
                      const char *more)
{
	struct buf to = { 0 };
	const char *state = query_get(x, "state");
	buf_str(&to, client.redirect);
	buf_char(&to, strchr(client.redirect, '?') ? '&' : '?');
	buf_str(&to, name);
	buf_char(&to, '=');
	buf_url(&to, value);
	if (more) {
		buf_lit(&to, "&error_description=");
		buf_url(&to, more);
	}
	if (state) {
		buf_lit(&to, "&state=");
		buf_url(&to, state);
	}
	if (to.failed || to.len >= 3000)
		show_error(x, "the state is too long");
	else {
		answer(x, 302);
		answer_header(x, "Location", "%s", to.data);
	}
	buf_clear(&to);
}

static bool is(struct exchange *x, const char *name, const char *want)
{
	const char *value = query_get(x, name);
	return value && !strcmp(value, want);
}

static bool is_scope(const char *scope)
{
	static const char *const cloud[] = { "read:jira-work",
		                             "write:jira-work",
		                             "read:jira-user",
		                             "manage:jira-configuration",
		                             "manage:jira-project",
		                             "read:servicedesk-request",
		                             "write:servicedesk-request",
		                             "manage:servicedesk-customer",
		                             "read:me",
		                             "offline_access",
		                             NULL };
	static const char *const own[] = { "READ", "WRITE", "ADMIN", "SYSTEM_ADMIN",
		                           NULL };
	const char *at = scope, *word;
	size_t n;
	if (!*scope)
		return false;
	while ((word = list_next(&at, ' ', &n))) {
		const char *const *known = site_is_dc() ? own : cloud;
		while (*known && (strlen(*known) != n || memcmp(*known, word, n) != 0))
			known++;
		if (n && !*known)
			return false;
	}
	return true;
}

/* What is wrong with the question, or NULL. */
static const char *fault_of(struct exchange *x)
{
	const char *scope = query_get(x, "scope");
	const char *method = query_get(x, "code_challenge_method");
	const char *challenge = query_get(x, "code_challenge");
	if (!is(x, "response_type", "code"))
		return "unsupported_response_type";
	if (!site_is_dc() &&
	    (!is(x, "audience", "api.atlassian.com") || !is(x, "prompt", "consent")))
		return "invalid_request";
	if (!scope || !is_scope(scope))
		return "invalid_scope";
	if (challenge && (!method || (strcmp(method, "S256") && strcmp(method, "plain"))))
		return "invalid_request";
	if (challenge && strlen(challenge) < 43)
		return "invalid_request";
	return NULL;
}

static void give_code(struct exchange *x)
{
	const char *challenge = query_get(x, "code_challenge");
	const char *method = query_get(x, "code_challenge_method");
	pthread_mutex_lock(&oauth_lock);
	struct code *c = &codes[n_codes++ % MAX_CODES];
	*c = (struct code){ .made_us = clock_us() };
	oauth_secret(c->text, sizeof(c->text));
	snprintf(c->scope, sizeof(c->scope), "%s", query_get(x, "scope"));
	snprintf(c->challenge, sizeof(c->challenge), "%s", challenge ? challenge : "");
	c->hashed = method && !strcmp(method, "S256");
	char text[64];
	snprintf(text, sizeof(text), "%s", c->text);
	pthread_mutex_unlock(&oauth_lock);
	send_back(x, "code", text, NULL);
}

static void ask_for_consent(struct exchange *x)
{
	buf_lit(&x->out, "<!doctype html><html><head><title>Grant access</title></head>"
	                 "<body><form method=\"post\"><button name=\"consent\" "
	                 "value=\"yes\">Accept</button><button name=\"consent\" "
	                 "value=\"no\">Cancel</button></form></body></html>");
	x->content_type = "text/html;charset=utf-8";
	answer(x, 200);
}

void op_oauth_authorize(struct exchange *x)
{
	const char *body = x->body.data ? x->body.data : "";
	if (!is(x, "client_id", client.id)) {
		show_error(x, "The application is not known.");
		return;
	}
	/* Exactly: not even a slash more. */
	if (!is(x, "redirect_uri", client.redirect)) {
		show_error(x, "redirect_uri is not registered for the application.");
		return;
	}
	const char *fault = fault_of(x);
	if (fault)
		send_back(x, "error", fault, "the request is not complete");
	else if (!strcmp(x->method, "POST") && strcmp(body, "consent=yes") != 0)
		send_back(x, "error", "access_denied", "User did not authorize");
	else if (!strcmp(x->method, "POST") || settings.consents)
		give_code(x);
	else
		ask_for_consent(x);
}

/* --- codes
 * ---------------------------------------------------------------------------------- */

static bool fits_challenge(const struct code *c, const char *verifier)
{
	char sum[44];
	if (!*c->challenge)
		return true;
	if (!verifier || strlen(verifier) < 43 || strlen(verifier) > 128)
		return false;
	if (!c->hashed)
		return !strcmp(verifier, c->challenge);
	sha256_base64url(verifier, strlen(verifier), sum);
	return !strcmp(sum, c->challenge);
}

bool oauth_take_code(const char *text, const char *redirect, const char *verifier,
                     struct code *ret, bool *ret_again)
{
	*ret_again = false;
	for (size_t i = 0; i < MAX_CODES; i++) {
		struct code *c = &codes[i];
		if (!*c->text || strcmp(c->text, text) != 0)
			continue;
		*ret_again = c->used;
		bool good = !c->used && clock_us() - c->made_us < CODE_LIFE_US &&
		            !strcmp(redirect, client.redirect) &&
		            fits_challenge(c, verifier);
		/* One try, whatever comes of it. */
		c->used = true;
		*ret = *c;
		return good;
	}
	return false;
}
