/* SPDX-License-Identifier: MIT */
#include "auth/oauth1_i.h"
#include "auth/place.h"
#include "auth/seal.h"
#include "base/clock.h"
#include "base/secret.h"
#include "net/url.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NONCE_BYTES 16
#define SIGNATURE_MAX 2048

/* --- the base string -------------------------------------------------------------------
 */

/* Encoded name and value, as places in a text that may still move. */
struct pair {
	size_t name, name_n, value, value_n;
};

struct pairs {
	struct buf text;
	struct pair v[OAUTH1_PARAMS_MAX];
	size_t n;
	bool too_many;
};

static void pairs_free(struct pairs **ps)
{
	if (!*ps)
		return;
	if ((*ps)->text.p)
		secret_wipe((*ps)->text.p, (*ps)->text.cap);
	buf_clear(&(*ps)->text);
	free(*ps);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A piece of a form or a query, decoded and encoded again as the RFC wants it. */
static void put_again(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i] == '+' ? ' ' : s.p[i];

		if (c == '%' && s.n - i > 2 && hex(s.p[i + 1]) >= 0 &&
		    hex(s.p[i + 2]) >= 0) {
			c = (char)(hex(s.p[i + 1]) << 4 | hex(s.p[i + 2]));
			i += 2;
		}
		url_encode(out, (struct span){ &c, 1 });
	}
}

static void add(struct pairs *ps, struct span name, struct span value,
                void put(struct buf *out, struct span s))
{
	struct pair p = { .name = ps->text.len };

	if (ps->n == OAUTH1_PARAMS_MAX) {
		ps->too_many = true;
		return;
	}
	put(&ps->text, name);
	p.name_n = ps->text.len - p.name;
	p.value = ps->text.len;
	put(&ps->text, value);
	p.value_n = ps->text.len - p.value;
	ps->v[ps->n++] = p;
}

static void add_form(struct pairs *ps, struct span form)
{
	while (form.n) {
		struct span value = span_cut(&form, '&');
		struct span whole = value;
		struct span name = span_cut(&value, '=');

		if (whole.n)
			add(ps, name, value, put_again);
	}
}

static int order(const char *text, size_t a, size_t a_n, size_t b, size_t b_n)
{
	int r = memcmp(text + a, text + b, a_n < b_n ? a_n : b_n);

	return r ? r : (a_n > b_n) - (a_n < b_n);
}

static int by_name(const void *left, const void *right, void *text)
{
	const struct pair *a = left, *b = right;
	int r = order(text, a->name, a->name_n, b->name, b->name_n);

	return r ? r : order(text, a->value, a->value_n, b->value, b->value_n);
}

/* 3.4.1.3.2; none of these marks needs more than one encoding. */
static void put_params(struct pairs *ps, struct buf *out)
{
	if (!ps->n)
		return;
	qsort_r(ps->v, ps->n, sizeof(ps->v[0]), by_name, ps->text.p);
	for (size_t i = 0; i < ps->n; i++) {
		const struct pair *p = &ps->v[i];

		buf_puts(out, i ? "%26" : "");
		url_encode(out, (struct span){ ps->text.p + p->name, p->name_n });
		buf_puts(out, "%3D");
		url_encode(out, (struct span){ ps->text.p + p->value, p->value_n });
	}
}

/* 3.4.1.2 */
static void put_address(const struct place *at, struct buf *out)
{
	struct span origin = place_without_port(at->origin);

	for (size_t i = 0; i < origin.n; i++) {
		char c = origin.p[i];

		c |= c >= 'A' && c <= 'Z' ? 0x20 : 0;
		url_encode(out, (struct span){ &c, 1 });
	}
	url_encode(out, at->path.n ? at->path : SPAN("/"));
}

int oauth1_base_string(const char *method, const char *url, struct span form,
                       const struct oauth1_param *params, size_t n, struct buf *out,
                       struct err *err)
{
	cleanup_(pairs_free) struct pairs *ps = calloc(1, sizeof(*ps));
	const char *query = strchr(url, '?');
	struct place at;

	if (!ps)
		return err_nomem(err);
	if (!place_of(url, &at))
		return err_set(err, -EINVAL, "the address of a request cannot be signed");
	ps->text = BUF_INIT(OAUTH1_BASE_MAX);
	if (query)
		add_form(ps, (struct span){ query + 1, strcspn(query + 1, "#") });
	add_form(ps, form);
	for (size_t i = 0; i < n; i++)
		add(ps, span_of(params[i].name), params[i].value, url_encode);
	url_encode(out, span_of(method));
	buf_putc(out, '&');
	put_address(&at, out);
	buf_putc(out, '&');
	if (!buf_status(&ps->text))
		put_params(ps, out);
	if (ps->too_many || buf_status(&ps->text) || buf_status(out))
		return err_set(err, -EFBIG, "the request is too long to be signed");
	return 0;
}

/* --- the signature
 * ----------------------------------------------------------------------- */

int oauth1_sign(EVP_PKEY *key, struct span text, struct buf *out, struct err *err)
{
	unsigned char raw[SIGNATURE_MAX];
	size_t n = sizeof(raw);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good =
		ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha1(), NULL, key) == 1 &&
		EVP_DigestSign(ctx, raw, &n, (const unsigned char *)text.p, text.n) == 1;

	EVP_MD_CTX_free(ctx);
	if (!good) {
		ERR_clear_error();
		return err_set(
			err, -EOPNOTSUPP,
			"OAuth 1.0 signs with RSA-SHA1, which the crypto policy of "
			"this machine does not allow, or OAuthJWTCert is too long a "
			"key");
	}
	char *room = buf_room(out, (n + 2) / 3 * 4 + 1);
	if (!room)
		return err_nomem(err);
	buf_commit(out, (size_t)EVP_EncodeBlock((unsigned char *)room, raw, (int)n));
	return 0;
}

void oauth1_header(const struct oauth1_param *params, size_t n, struct buf *out)
{
	buf_puts(out, "OAuth ");
	for (size_t i = 0; i < n; i++) {
		buf_puts(out, i ? ", " : "");
		url_encode(out, span_of(params[i].name));
		buf_puts(out, "=\"");
		url_encode(out, params[i].value);
		buf_putc(out, '"');
	}
}

/* --- the signer
 * ------------------------------------------------------------------------- */

struct signature {
	struct signer signer;
	EVP_PKEY *key;
	char *consumer;
	struct secret *token;
	struct {
		const char *name; /* a literal */
		struct secret *value;
	} extra[2];
	int64_t skew_ms;
};

static struct span form_of(const struct request *rq)
{
	static const char type[] = "application/x-www-form-urlencoded";

	for (size_t i = 0; i < rq->n_headers; i++) {
		if (str_ieq(rq->headers[i].name, "Content-Type") &&
		    !strncasecmp(rq->headers[i].value, type, sizeof(type) - 1))
			return buf_view(&rq->body);
	}
	return (struct span){ "", 0 };
}

/* Room for the header at once: growing would leave unwiped copies. */
static int put_header(const struct oauth1_param *params, size_t n, struct request *rq,
                      struct err *err)
{
	cleanup_(secret_clear) struct buf header = BUF_INIT(OAUTH1_HEADER_MAX);
	int r;

	(void)buf_room(&header, OAUTH1_HEADER_MAX);
	oauth1_header(params, n, &header);
	r = buf_status(&header);
	if (!r)
		r = request_header(rq, "Authorization", buf_view(&header));
	return r ? err_set(err, r, "the signature does not fit into a request") : 0;
}

static int sign(struct signer *signer, struct request *rq, struct err *err)
{
	struct signature *s = container_of(signer, struct signature, signer);
	cleanup_(buf_clear) struct buf nonce = BUF_INIT(64);
	cleanup_(buf_clear) struct buf signature = BUF_INIT(2 * SIGNATURE_MAX);
	cleanup_(secret_clear) struct buf base = BUF_INIT(OAUTH1_BASE_MAX);
	char time[24];
	struct oauth1_param p[9] = {
		{ "oauth_consumer_key", span_of(s->consumer) },
		{ "oauth_signature_method", SPAN("RSA-SHA1") },
		{ "oauth_version", SPAN("1.0") },
	};
	size_t n = 3;
	int r = seal_token(&nonce, NONCE_BYTES, err);

	if (r < 0)
		return r;
	snprintf(time, sizeof(time), "%lld",
	         (long long)(clock_wall_ms() + s->skew_ms) / 1000);
	p[n++] = (struct oauth1_param){ "oauth_timestamp", span_of(time) };
	p[n++] = (struct oauth1_param){ "oauth_nonce", buf_view(&nonce) };
	if (s->token)
		p[n++] = (struct oauth1_param){ "oauth_token", secret_reveal(s->token) };
	for (size_t i = 0; i < ARRAY_SIZE(s->extra) && s->extra[i].name; i++)
		p[n++] = (struct oauth1_param){ s->extra[i].name,
			                        secret_reveal(s->extra[i].value) };
	r = oauth1_base_string(rq->method, rq->url, form_of(rq), p, n, &base, err);
	if (!r)
		r = oauth1_sign(s->key, buf_view(&base), &signature, err);
	if (r < 0)
		return r;
	p[n++] = (struct oauth1_param){ "oauth_signature", buf_view(&signature) };
	return put_header(p, n, rq, err);
}

static void signature_free(struct signer *signer)
{
	struct signature *s = container_of(signer, struct signature, signer);

	EVP_PKEY_free(s->key);
	free(s->consumer);
	secret_free(s->token);
	for (size_t i = 0; i < ARRAY_SIZE(s->extra); i++)
		secret_free(s->extra[i].value);
	free(s);
}

struct signer *oauth1_signer(EVP_PKEY *key, const char *consumer, struct span token,
                             const struct oauth1_param extra[2], int64_t skew_ms)
{
	struct signature *s = calloc(1, sizeof(*s));
	bool good;

	if (!s)
		return NULL;
	s->signer = (struct signer){ sign, signature_free };
	s->skew_ms = skew_ms;
	if (EVP_PKEY_up_ref(key) == 1)
		s->key = key;
	s->consumer = str_dup(consumer);
	s->token = token.n ? secret_new(token) : NULL;
	good = s->key && s->consumer && (s->token || !token.n);
	for (size_t i = 0; i < ARRAY_SIZE(s->extra) && extra && extra[i].name; i++) {
		s->extra[i].name = extra[i].name;
		s->extra[i].value = secret_new(extra[i].value);
		good = good && s->extra[i].value;
	}
	if (good)
		return &s->signer;
	signature_free(&s->signer);
	return NULL;
}
