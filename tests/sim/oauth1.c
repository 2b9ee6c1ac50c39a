/* SPDX-License-Identifier: MIT */
/*
 * OAuth 1.0a (RFC 5849) as an application link of Jira has it: RSA-SHA1 only, three legs,
 * and renewal by session handle.  Written from the RFC, apart from what it is to test.
 */
#include "sim/ops.h"
#include "sim/people.h"
#include "sim/signin.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define PARAMS_MAX 96
#define TOKENS_MAX 64
#define NONCES_MAX 4096
#define SKEW_MAX_S 300
#define EXPIRES_IN 157680000
#define AUTHORIZATION_EXPIRES_IN 160272000

struct pair {
	char *name, *value;
};

struct pairs {
	struct pair v[PARAMS_MAX];
	size_t n;
	bool too_many;
};

enum token_kind { TOKEN_NONE, TOKEN_REQUEST, TOKEN_ACCESS };

struct token {
	enum token_kind kind;
	char text[33];
	char secret[33];
	char verifier[33]; /* of a request token, once somebody consented */
	char handle[33];   /* of an access token: for the next one */
	char callback[256];
	uint32_t person;
	bool is_expired;
};

static char consumer_key[128];
static EVP_PKEY *consumer;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct token tokens[TOKENS_MAX]; /* lock */
static size_t n_tokens;                 /* lock: ever made */
static char nonces[NONCES_MAX][96];     /* lock */
static size_t n_nonces;                 /* lock */
static long skew_s;                     /* lock: how far this clock is ahead */

bool oauth1_consumer(const char *spec)
{
	const char *colon = strchr(spec, ':');
	if (!colon || colon == spec || (size_t)(colon - spec) >= sizeof(consumer_key))
		return false;
	FILE *f = fopen(colon + 1, "r");
	if (!f)
		return false;
	EVP_PKEY_free(consumer);
	consumer = PEM_read_PUBKEY(f, NULL, NULL, NULL);
	fclose(f);
	snprintf(consumer_key, sizeof(consumer_key), "%.*s", (int)(colon - spec), spec);
	return consumer && EVP_PKEY_is_a(consumer, "RSA");
}

void oauth1_clear(void)
{
	EVP_PKEY_free(consumer);
	consumer = NULL;
}

bool oauth1_control(const char *word)
{
	bool known = true;
	pthread_mutex_lock(&lock);
	if (!strcmp(word, "forget")) {
		memset(tokens, 0, sizeof(tokens));
	} else if (!strcmp(word, "expire")) {
		for (size_t i = 0; i < TOKENS_MAX; i++)
			tokens[i].is_expired = true;
	} else if (!strncmp(word, "skew ", 5)) {
		skew_s = atol(word + 5);
	} else {
		known = false;
	}
	pthread_mutex_unlock(&lock);
	return known;
}

/* --- parameters (RFC 5849 3.4.1.3) -------------------------------------------------- */

static int hex(char c)
{
	if (!isxdigit((unsigned char)c))
		return -1;
	return isdigit((unsigned char)c) ? c - '0' : (tolower(c) - 'a') + 10;
}

static char *decode(const char *p, size_t n, bool plus)
{
	char *out = malloc(n + 1);
	size_t k = 0;
	if (!out)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '%' && i + 2 < n && hex(p[i + 1]) >= 0 &&
		    hex(p[i + 2]) >= 0) {
			out[k++] = (char)(hex(p[i + 1]) * 16 + hex(p[i + 2]));
			i += 2;
		} else {
			out[k++] = p[i] == '+' && plus ? ' ' : p[i];
		}
	}
	out[k] = '\0';
	return out;
}

static void add_pair(struct pairs *ps, char *name, char *value)
{
	if (ps->n == PARAMS_MAX || !name || !value) {
		ps->too_many = true;
		free(name);
		free(value);
		return;
	}
	ps->v[ps->n++] = (struct pair){ name, value };
}

static void clear_pairs(struct pairs *ps)
{
	for (size_t i = 0; i < ps->n; i++) {
		free(ps->v[i].name);
		free(ps->v[i].value);
	}
	ps->n = 0;
}

/* name=value&name=value, of a query or of a form */
static void read_form(struct pairs *ps, const char *text)
{
	while (text && *text) {
		size_t n = strcspn(text, "&"), name = strcspn(text, "=&");
		if (name > n)
			name = n;
		if (n)
			add_pair(ps, decode(text, name, true),
			         name < n ? decode(text + name + 1, n - name - 1, true)
			                  : strdup(""));
		text += n + (text[n] == '&');
	}
}

/* OAuth name="value", name="value" (RFC 5849 3.5.1); false if it is not of that form. */
static bool read_header(struct pairs *ps, const char *text)
{
	if (strncasecmp(text, "OAuth ", 6))
		return false;
	for (text += 6;; text++) {
		text += strspn(text, " \t\r\n");
		size_t name = strcspn(text, "=\", ");
		if (!name || text[name] != '=' || text[name + 1] != '"')
			return false;
		const char *value = text + name + 2;
		size_t n = strcspn(value, "\"");
		if (value[n] != '"')
			return false;
		add_pair(ps, decode(text, name, false), decode(value, n, false));
		text = value + n + 1;
		text += strspn(text, " \t");
		if (*text != ',')
			return !*text;
	}
}

static const char *get(const struct pairs *ps, const char *name)
{
	const char *found = NULL;
	for (size_t i = 0; i < ps->n; i++)
		if (!strcmp(ps->v[i].name, name)) {
			/* Twice is not allowed (RFC 5849 3.1). */
			if (found)
				return NULL;
			found = ps->v[i].value;
		}
	return found;
}

/* --- the signature (RFC 5849 3.4) -----------------------------------------------------
 */

static void encode(struct buf *b, const char *s)
{
	for (; *s; s++) {
		if (isalnum((unsigned char)*s) || strchr("-._~", *s))
			buf_char(b, *s);
		else
			buf_fmt(b, "%%%02X", (unsigned char)*s);
	}
}

struct line {
	char *name, *value; /* encoded */
};

static int by_name_and_value(const void *a, const void *b)
{
	const struct line *l = a, *r = b;
	int order = strcmp(l->name, r->name);
	return order ? order : strcmp(l->value, r->value);
}

static char *encoded(const char *s)
{
	struct buf b = { 0 };
	encode(&b, s);
	buf_add(&b, "", 0);
	return b.data;
}

static void add_parameters(struct buf *base, const struct pairs *ps)
{
	struct line lines[PARAMS_MAX];
	struct buf joined = { 0 };
	size_t n = 0;
	for (size_t i = 0; i < ps->n; i++) {
		if (!strcmp(ps->v[i].name, "oauth_signature") ||
		    !strcmp(ps->v[i].name, "realm"))
			continue;
		lines[n++] =
			(struct line){ encoded(ps->v[i].name), encoded(ps->v[i].value) };
	}
	qsort(lines, n, sizeof(lines[0]), by_name_and_value);
	for (size_t i = 0; i < n; i++) {
		buf_fmt(&joined, "%s%s=%s", i ? "&" : "", lines[i].name, lines[i].value);
		free(lines[i].name);
		free(lines[i].value);
	}
	buf_add(&joined, "", 0);
	encode(base, joined.data);
	buf_clear(&joined);
}

/* Scheme and host in lower case, no usual port, path as it was asked for. */
static void add_address(struct buf *base, const struct exchange *x)
{
	struct buf uri = { 0 };
	for (size_t i = 0; i < x->base.len; i++)
		buf_char(&uri, (char)(i < x->base.len - strlen(exchange_context())
		                              ? tolower(x->base.data[i])
		                              : x->base.data[i]));
	char *port = strrchr(uri.data, ':');
	if (port && !strcmp(port, ":80"))
		uri.len -= 3;
	buf_str(&uri, x->path);
	encode(base, uri.data);
	buf_clear(&uri);
}

static bool signature_is_good(const struct exchange *x, const struct pairs *ps,
                              const char *signature)
{
	unsigned char raw[1024];
	size_t n;
	if (!base64_decode(signature, (char *)raw, sizeof(raw), &n))
		return false;
	struct buf base = { 0 };
	for (const char *m = x->method; *m; m++)
		buf_char(&base, (char)toupper((unsigned char)*m));
	buf_char(&base, '&');
	add_address(&base, x);
	buf_char(&base, '&');
	add_parameters(&base, ps);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good =
		ctx && EVP_DigestVerifyInit(ctx, NULL, EVP_sha1(), NULL, consumer) == 1 &&
		EVP_DigestVerify(ctx, raw, n, (unsigned char *)base.data, base.len) == 1;
	EVP_MD_CTX_free(ctx);
	buf_clear(&base);
	return good;
}

/* --- what a request shows
 * ---------------------------------------------------------------- */

static void refuse(struct exchange *x, const char *problem)
{
	time_t now = time(NULL) + skew_s;
	struct tm tm;
	char date[40];
	x->out.len = 0;
	buf_fmt(&x->out, "oauth_problem=%s", problem);
	x->content_type = "application/x-www-form-urlencoded";
	answer(x, 401);
	answer_header(x, "WWW-Authenticate",
	              "OAuth realm=\"http%%3A%%2F%%2Fjsmsim\", oauth_problem=\"%s\"",
	              problem);
	if (strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT",
	             gmtime_r(&now, &tm)))
		answer_header(x, "Date", "%s", date);
}

static bool nonce_is_new(const char *nonce, const char *timestamp)
{
	char both[96];
	snprintf(both, sizeof(both), "%.20s %.70s", timestamp, nonce);
	for (size_t i = 0; i < NONCES_MAX; i++)
		if (!strcmp(nonces[i], both))
			return false;
	snprintf(nonces[n_nonces++ % NONCES_MAX], sizeof(nonces[0]), "%s", both);
	return true;
}

/* Everything but the token; the problem, or NULL. */
static const char *check_request(const struct exchange *x, const struct pairs *ps)
{
	const char *key = get(ps, "oauth_consumer_key");
	const char *method = get(ps, "oauth_signature_method");
	const char *signature = get(ps, "oauth_signature");
	const char *timestamp = get(ps, "oauth_timestamp"),
		   *nonce = get(ps, "oauth_nonce");
	const char *version = get(ps, "oauth_version");
	int64_t at;
	if (!key || !method || !signature || !timestamp || !nonce || ps->too_many)
		return "parameter_absent";
	if (version && strcmp(version, "1.0"))
		return "version_rejected";
	if (strcmp(key, consumer_key) || !consumer)
		return "consumer_key_unknown";
	if (strcmp(method, "RSA-SHA1"))
		return "signature_method_rejected";
	if (!parse_id(timestamp, &at) || at > time(NULL) + skew_s + SKEW_MAX_S ||
	    at < time(NULL) + skew_s - SKEW_MAX_S)
		return "timestamp_refused";
	if (!signature_is_good(x, ps, signature))
		return "signature_invalid";
	return nonce_is_new(nonce, timestamp) ? NULL : "nonce_used";
}

/* 0: it is not signed at all. */
static int read_signed(struct exchange *x, struct pairs *ps)
{
	const char *proof = exchange_header(x, "Authorization");
	const char *type = exchange_header(x, "Content-Type");
	if (!proof)
		return 0;
	if (!read_header(ps, proof))
		return -1;
	read_form(ps, x->query);
	if (type && !strncasecmp(type, "application/x-www-form-urlencoded", 33))
		read_form(ps, x->body.data);
	return 1;
}

static struct token *find_token(enum token_kind kind, const char *text)
{
	for (size_t i = 0; text && i < TOKENS_MAX; i++)
		if (tokens[i].kind == kind && !strcmp(tokens[i].text, text))
			return &tokens[i];
	return NULL;
}

int oauth1_check(struct exchange *x, uint32_t *ret_person)
{
	struct pairs ps = { 0 };
	int signed_at_all = read_signed(x, &ps);
	if (signed_at_all <= 0) {
		clear_pairs(&ps);
		return signed_at_all;
	}
	pthread_mutex_lock(&lock);
	const char *problem = check_request(x, &ps);
	struct token *t = find_token(TOKEN_ACCESS, get(&ps, "oauth_token"));
	if (!problem && !t)
		problem = "token_rejected";
	if (!problem && t->is_expired)
		problem = "token_expired";
	if (!problem)
		*ret_person = t->person;
	else
		refuse(x, problem);
	pthread_mutex_unlock(&lock);
	clear_pairs(&ps);
	return problem ? -1 : 1;
}

/* --- the three legs --------------------------------------------------------------------
 */

static void random_text(char out[33])
{
	unsigned char raw[16];
	if (getrandom(raw, sizeof(raw), 0) != sizeof(raw))
		memset(raw, 0, sizeof(raw));
	for (size_t i = 0; i < sizeof(raw); i++)
		sprintf(out + 2 * i, "%02x", raw[i]);
}

static struct token *new_token(enum token_kind kind)
{
	struct token *t = &tokens[n_tokens++ % TOKENS_MAX];
	*t = (struct token){ .kind = kind, .person = NOBODY };
	random_text(t->text);
	random_text(t->secret);
	if (kind == TOKEN_ACCESS)
		random_text(t->handle);
	return t;
}

static const char *make_request_token(struct exchange *x, const struct pairs *ps)
{
	const char *callback = get(ps, "oauth_callback");
	if (!callback || strlen(callback) >= sizeof(tokens[0].callback))
		return "parameter_absent";
	struct token *t = new_token(TOKEN_REQUEST);
	snprintf(t->callback, sizeof(t->callback), "%s", callback);
	buf_fmt(&x->out,
	        "oauth_token=%s&oauth_token_secret=%s&oauth_callback_confirmed=true",
	        t->text, t->secret);
	return NULL;
}

static const char *make_access_token(struct exchange *x, const struct pairs *ps)
{
	const char *verifier = get(ps, "oauth_verifier");
	const char *handle = get(ps, "oauth_session_handle");
	struct token *old =
		find_token(handle ? TOKEN_ACCESS : TOKEN_REQUEST, get(ps, "oauth_token"));
	if (!old || (handle && strcmp(handle, old->handle)))
		return "token_rejected";
	if (!handle && !old->verifier[0])
		return "permission_unknown";
	if (!handle && (!verifier || strcmp(verifier, old->verifier)))
		return "token_rejected";
	uint32_t person = old->person;
	old->kind = TOKEN_NONE;
	struct token *t = new_token(TOKEN_ACCESS);
	t->person = person;
	buf_fmt(&x->out,
	        "oauth_token=%s&oauth_token_secret=%s&oauth_expires_in=%d&"
	        "oauth_session_handle=%s&oauth_authorization_expires_in=%d",
	        t->text, t->secret, EXPIRES_IN, t->handle, AUTHORIZATION_EXPIRES_IN);
	return NULL;
}

static void token_call(struct exchange *x,
                       const char *(*make)(struct exchange *x, const struct pairs *ps))
{
	struct pairs ps = { 0 };
	int signed_at_all = read_signed(x, &ps);
	pthread_mutex_lock(&lock);
	const char *problem =
		signed_at_all > 0 ? check_request(x, &ps) : "parameter_absent";
	if (!problem)
		problem = make(x, &ps);
	if (problem) {
		refuse(x, problem);
	} else {
		x->content_type = "application/x-www-form-urlencoded";
		answer(x, 200);
	}
	pthread_mutex_unlock(&lock);
	clear_pairs(&ps);
}

void op_oauth1_request(struct exchange *x)
{
	token_call(x, make_request_token);
}

void op_oauth1_access(struct exchange *x)
{
	token_call(x, make_access_token);
}

/* The first account's owner consents at once, unless the address says deny=true. */
void op_oauth1_authorize(struct exchange *x)
{
	bool denies = query_bool(x, "deny", false);
	pthread_mutex_lock(&lock);
	struct token *t = find_token(TOKEN_REQUEST, query_get(x, "oauth_token"));
	if (!t) {
		answer_error(x, 400, "", "There is no such request token.");
	} else {
		t->person = account_first();
		if (!denies)
			random_text(t->verifier);
		const char *verifier = denies ? "denied" : t->verifier;
		x->content_type = "text/html;charset=UTF-8";
		if (!strcmp(t->callback, "oob")) {
			answer(x, 200);
			buf_fmt(&x->out,
			        "<title>Access Approved</title><p>Your verification code "
			        "is '%s'.</p>",
			        verifier);
		} else {
			answer(x, 302);
			answer_header(x, "Location",
			              "%s%soauth_token=%s&oauth_verifier=%s", t->callback,
			              strchr(t->callback, '?') ? "&" : "?", t->text,
			              verifier);
		}
	}
	pthread_mutex_unlock(&lock);
}

void op_whoami(struct exchange *x)
{
	x->content_type = "text/plain";
	buf_str(&x->out, site_is_dc() ? person_at(x->who)->login : person_at(x->who)->id);
	answer(x, 200);
}
