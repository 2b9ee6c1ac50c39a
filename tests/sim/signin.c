/* SPDX-License-Identifier: MIT */
#include "sim/signin.h"

#include "sim/ops.h"
#include "sim/people.h"
#include "sim/when.h"

#include <microhttpd.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define SESSIONS_MAX 64
#define ANSWERS_MAX 256
#define SAML_MAX 65536

struct session {
	char id[33];
	uint32_t person;
};

static enum signin mode;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct session sessions[SESSIONS_MAX]; /* lock */
static size_t n_sessions;                     /* lock: ever begun */
static char answers[ANSWERS_MAX][64];         /* lock: ids of SAML answers taken */
static size_t n_answers;                      /* lock */

bool signin_set(const char *word)
{
	static const char *const words[] = { "basic", "session", "oauth1" };
	for (size_t i = 0; i < 3; i++)
		if (!strcmp(word, words[i])) {
			mode = (enum signin)i;
			return true;
		}
	return false;
}

enum signin signin_mode(void)
{
	return mode;
}

void signin_clear(void)
{
	pthread_mutex_lock(&lock);
	memset(sessions, 0, sizeof(sessions));
	pthread_mutex_unlock(&lock);
}

bool signin_control(const char *word)
{
	if (mode == SIGNIN_OAUTH1)
		return oauth1_control(word);
	if (mode != SIGNIN_SESSION || strcmp(word, "forget"))
		return false;
	signin_clear();
	return true;
}

static int hex_value(char c)
{
	const char *at = c ? strchr("0123456789abcdef", c | 0x20) : NULL;
	return at ? (int)(at - "0123456789abcdef") : -1;
}

static char *form_decode(const char *p, size_t n)
{
	char *out = malloc(n + 1), *to = out;
	for (size_t i = 0; out && i < n; i++) {
		int high = p[i] == '%' && i + 2 < n ? hex_value(p[i + 1]) : -1;
		int low = high < 0 ? -1 : hex_value(p[i + 2]);
		if (p[i] == '+') {
			*to++ = ' ';
		} else if (low >= 0) {
			*to++ = (char)(high << 4 | low);
			i += 2;
		} else {
			*to++ = p[i];
		}
	}
	if (out)
		*to = '\0';
	return out;
}

char *form_get(const struct exchange *x, const char *name)
{
	const char *type = exchange_header(x, "Content-Type");
	const char *at = x->body.data;
	size_t want = strlen(name);
	if (!at || !type || strncasecmp(type, "application/x-www-form-urlencoded", 33))
		return NULL;
	while (*at) {
		size_t n = strcspn(at, "&");
		if (n > want && at[want] == '=' && !memcmp(at, name, want))
			return form_decode(at + want + 1, n - want - 1);
		at += n + (at[n] == '&');
	}
	return NULL;
}

/* --- sessions ------------------------------------------------------------------- */

static bool find_session(const char *cookies, uint32_t *ret_person)
{
	const char *at = cookies ? strstr(cookies, "JSESSIONID=") : NULL;
	bool found = false;
	if (!at || (at != cookies && at[-1] != ' '))
		return false;
	at += 11;
	size_t n = strcspn(at, ";");
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < SESSIONS_MAX && n == 32; i++)
		if (sessions[i].id[0] && !memcmp(sessions[i].id, at, 32)) {
			*ret_person = sessions[i].person;
			found = true;
		}
	pthread_mutex_unlock(&lock);
	return found;
}

/* A write with cookies only has to say that no page elsewhere made the browser do it. */
static bool is_forgery(const struct exchange *x)
{
	const char *token = exchange_header(x, "X-Atlassian-Token");
	return strcmp(x->method, "GET") && strcmp(x->method, "HEAD") &&
	       (!token || (strcmp(token, "no-check") && strcmp(token, "nocheck")));
}

int signin_check(struct exchange *x, uint32_t *ret_person)
{
	if (mode == SIGNIN_OAUTH1)
		return oauth1_check(x, ret_person);
	if (mode == SIGNIN_BASIC)
		return account_check(exchange_header(x, "Authorization"), ret_person);
	/* Passwords are for the identity provider. */
	if (exchange_header(x, "Authorization"))
		return -1;
	if (!find_session(exchange_header(x, "Cookie"), ret_person))
		return 0;
	return is_forgery(x) ? -1 : 1;
}

void signin_refuse(struct exchange *x)
{
	if (mode != SIGNIN_SESSION || strcmp(x->method, "GET")) {
		answer_unauthorized(x);
		return;
	}
	x->out.len = 0;
	answer(x, 302);
	answer_header(x, "Location", "%s/login.jsp?permissionViolation=true",
	              exchange_context());
}

/* The value of an attribute of the answer, up to the quote; NULL if it is not there. */
static const char *attribute(const char *xml, const char *name, char *out, size_t size)
{
	const char *at = strstr(xml, name);
	if (!at)
		return NULL;
	at += strlen(name);
	size_t n = strcspn(at, "\"<");
	if (n >= size)
		return NULL;
	memcpy(out, at, n);
	out[n] = '\0';
	return out;
}

static const char *check_saml(struct exchange *x, const char *xml, char *user,
                              size_t size)
{
	char recipient[256], until[64], id[64], want[300];
	struct tm tm = { 0 };
	if (!attribute(xml, " ID=\"", id, sizeof(id)) ||
	    !attribute(xml, "Recipient=\"", recipient, sizeof(recipient)) ||
	    !attribute(xml, "NotOnOrAfter=\"", until, sizeof(until)) ||
	    !attribute(xml, "NameID>", user, size))
		return "not a SAML answer";
	snprintf(want, sizeof(want), "%.200s%.64s", x->base.data, x->path);
	if (strcmp(recipient, want))
		return "for somebody else";
	char *end = strptime(until, "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (!end || *end || timegm(&tm) <= time(NULL))
		return "too old";
	for (size_t i = 0; i < ANSWERS_MAX; i++)
		if (!strcmp(answers[i], id))
			return "used before";
	snprintf(answers[n_answers++ % ANSWERS_MAX], 64, "%s", id);
	return NULL;
}

static void random_hex(char *out, size_t bytes)
{
	unsigned char raw[32];
	if (getrandom(raw, bytes, 0) != (ssize_t)bytes)
		memset(raw, 0, sizeof(raw));
	for (size_t i = 0; i < bytes; i++)
		sprintf(out + 2 * i, "%02x", raw[i]);
}

static void begin_session(struct exchange *x, uint32_t person, const char *relay)
{
	struct session *s = &sessions[n_sessions++ % SESSIONS_MAX];
	random_hex(s->id, 16);
	s->person = person;
	answer(x, 302);
	answer_header(x, "Set-Cookie", "JSESSIONID=%s; Path=%s/; HttpOnly", s->id,
	              exchange_context());
	answer_header(x, "Set-Cookie", "atlassian.xsrf.token=B-%.8s_lin; Path=%s/", s->id,
	              exchange_context());
	answer_header(x, "Location", "%s%s", exchange_context(),
	              relay && *relay == '/' ? relay : "/secure");
}

void op_saml(struct exchange *x)
{
	static char xml[SAML_MAX];
	char *text = form_get(x, "SAMLResponse"), *relay = form_get(x, "RelayState");
	char user[128] = "";
	const char *wrong = "not a SAML answer";
	uint32_t person = NOBODY;
	size_t n;
	pthread_mutex_lock(&lock);
	if (text && base64_decode(text, xml, sizeof(xml), &n) && strlen(xml) == n)
		wrong = check_saml(x, xml, user, sizeof(user));
	if (!wrong && !account_person(user, &person))
		wrong = "for nobody known here";
	if (wrong)
		answer_error(x, 403, "", "The SAML answer is refused: %s.", wrong);
	else
		begin_session(x, person, relay);
	pthread_mutex_unlock(&lock);
	free(text);
	free(relay);
}

void op_page(struct exchange *x)
{
	bool login = strstr(x->path, "login");
	x->content_type = "text/html;charset=UTF-8";
	buf_fmt(&x->out,
	        "<!DOCTYPE html><html><head><title>%s - Jira</title></head><body>",
	        login ? "Log in" : "Dashboard");
	if (login)
		buf_lit(&x->out, "<form id=\"login-form\" method=\"post\"><input "
		                 "name=\"os_username\"><input type=\"password\" "
		                 "name=\"os_password\"></form>");
	buf_lit(&x->out, "</body></html>");
	answer(x, 200);
}
