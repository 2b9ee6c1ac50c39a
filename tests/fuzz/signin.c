/* SPDX-License-Identifier: MIT */
/*
 * What strangers say while somebody signs in: the address a browser was sent to (input
 * that begins with 'a'), the answer of the token address and the list of sites (with
 * 't'), a line of the token store (with anything else).
 */
#include "auth/oauth.h"
#include "auth/seal.h"
#include "auth/tokens.h"
#include "base/clock.h"
#include "unit/rest/fake.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct stranger {
	struct transport base;
	struct span says; /* the token address's part, a NUL, the other's */
};

static int stranger_submit(struct transport *t, struct request *rq, struct exchange **ret,
                           struct err *err)
{
	struct stranger *s = container_of(t, struct stranger, base);
	struct span second = s->says, first = span_cut(&second, '\0');

	(void)err;
	rq->answer = BUF_INIT(1 << 20);
	rq->status = 200;
	buf_span(&rq->answer, strstr(rq->url, "resources") ? second : first);
	*ret = calloc(1, sizeof(**ret));
	assert(*ret);
	(*ret)->rq = rq;
	return 0;
}

static const struct transport_ops stranger_ops = { stranger_submit, fake_wait,
	                                           fake_request, fake_release, NULL };

/* A code is taken only from who knows the state; every refusal has its sentence. */
static void check_answer(struct oauth *o, struct span text)
{
	struct oauth_consent c = { .expect = secret_new(SPAN("the-state")) };
	struct secret *code = NULL;
	struct err err = { 0 };
	int r = oauth_answer(o, &c, text, &code, &err);
	bool is_address = memchr(text.p, '?', text.n) || memchr(text.p, '&', text.n);

	assert(r ? !code && err.msg[0] && err.code == r : code != NULL);
	assert(r || !is_address || memmem(text.p, text.n, "state", 5));
	secret_free(code);
	secret_free(c.expect);
}

static void check_tokens(struct oauth *o)
{
	struct oauth_grant g = { .code = SPAN("code") };
	struct oauth_wait wait = { NULL, CLOCK_FOREVER };
	struct oauth_tokens t = { 0 };
	struct err err = { 0 };
	int r = oauth_exchange(o, &g, wait, &t, &err);

	assert(r ? err.msg[0] != 0 : t.access && t.cloud_id && t.expires_ms >= 0);
	/* It becomes a part of addresses. */
	for (const char *p = t.cloud_id; p && *p; p++)
		assert(*p != '/' && *p != '.' && *p != '?' && *p > ' ');
	oauth_tokens_clear(&t);
}

static void check_line(struct span line)
{
	static const unsigned char key[SEAL_KEY_BYTES] = { 1, 2, 3 };
	struct buf out = BUF_INIT(1 << 20);
	int r = unseal(&out, key, "jsmfs-tokens-1", line, NULL);

	assert(r == -EBADMSG || r == -EFBIG);
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stranger s = { .base = { &stranger_ops } };
	struct tokens *tokens = NULL;
	struct oauth *o = NULL;
	struct auth_config cfg = {
		.is_cloud = true,
		.site = "https://one.atlassian.net",
		.transport = &s.base,
		.oauth = { .version = "2.0", .client_id = "app", .scope_standard = "x" }
	};

	if (!size)
		return 0;
	s.says = (struct span){ (const char *)data + 1, size - 1 };
	if (data[0] != 'a' && data[0] != 't') {
		check_line((struct span){ (const char *)data, size });
		return 0;
	}
	if (tokens_new(NULL, &tokens, NULL) || (cfg.tokens = tokens, false) ||
	    oauth_open(&cfg, &o, NULL))
		assert(false);
	if (data[0] == 'a')
		check_answer(o, s.says);
	else
		check_tokens(o);
	oauth_close(o);
	tokens_free(tokens);
	return 0;
}
