/* SPDX-License-Identifier: MIT */
/* When tokens are got, renewed and given up, against servers in this file and a clock
 * that stands still. */
#include "auth/oauth.h"

#include "auth/tokens.h"
#include "base/clock.h"
#include "base/str.h"
#include "tap.h"
#include "unit/rest/fake.h"

#include <errno.h>

#define SITE "https://one.atlassian.net"
#define API "https://api.atlassian.com"
#define ID "11111111-2222"
#define RESOURCES                                                                        \
	"[{\"id\":\"c\",\"url\":\"" SITE "\",\"scopes\":[\"read:confluence-user\"]},"    \
	"{\"id\":\"" ID "\",\"url\":\"" SITE "/\",\"scopes\":[\"read:jira-work\"]}]"

/* --- the other side --------------------------------------------------------------- */

struct server {
	struct transport base;
	const char *resources;
	unsigned n_tokens, n_resources, n_lost;
	int status; /* of the token address */
	const char *refusal;
	int life_s;    /* 0: not said */
	unsigned lose; /* so many answers get lost */
	bool rotates;
	char sent[2000]; /* to the token address */
	char type[64];
	char url[300];
};

static const char *header(const struct request *rq, const char *name)
{
	for (size_t i = 0; i < rq->n_headers; i++) {
		if (str_ieq(rq->headers[i].name, name))
			return rq->headers[i].value;
	}
	return "";
}

static void answer_tokens(struct server *s, struct request *rq)
{
	s->n_tokens++;
	snprintf(s->sent, sizeof(s->sent), "%.*s", SPAN_FMT(buf_view(&rq->body)));
	snprintf(s->type, sizeof(s->type), "%s", header(rq, "Content-Type"));
	rq->status = s->status ? s->status : 200;
	if (s->status) {
		buf_puts(&rq->answer, s->refusal);
		return;
	}
	buf_printf(&rq->answer,
	           "{\"access_token\":\"access-%u\",\"token_type\":\"bearer\"",
	           s->n_tokens);
	if (s->rotates)
		buf_printf(&rq->answer, ",\"refresh_token\":\"refresh-%u\"", s->n_tokens);
	if (s->life_s)
		buf_printf(&rq->answer, ",\"expires_in\":%d", s->life_s);
	buf_putc(&rq->answer, '}');
}

static int server_submit(struct transport *t, struct request *rq, struct exchange **ret,
                         struct err *err)
{
	struct server *s = container_of(t, struct server, base);
	struct exchange *ex = calloc(1, sizeof(*ex));

	(void)err;
	rq->answer = BUF_INIT(1 << 20);
	rq->status = 200;
	snprintf(s->url, sizeof(s->url), "%s", rq->url);
	if (strstr(rq->url, "accessible-resources")) {
		s->n_resources++;
		buf_puts(&rq->answer, s->resources);
	} else {
		answer_tokens(s, rq);
	}
	ex->rq = rq;
	*ret = ex;
	return 0;
}

static int server_wait(struct transport *t, struct exchange *ex, struct cancel *c,
                       struct err *err)
{
	struct server *s = container_of(t, struct server, base);

	(void)c;
	(void)ex;
	if (!s->lose)
		return 0;
	s->lose--;
	s->n_lost++;
	return err_set(err, -EREMOTEIO, "the connection broke");
}

static const struct transport_ops server_ops = { server_submit, server_wait, fake_request,
	                                         fake_release, NULL };

static struct server fresh_server(void)
{
	return (struct server){ .base = { &server_ops },
		                .resources = RESOURCES,
		                .life_s = 3600,
		                .rotates = true };
}

/* --- this side ---------------------------------------------------------------------- */

struct side {
	struct auth_config cfg;
	struct tokens *tokens;
	struct auth *auth;
	struct secret *client_secret, *access, *refresh;
	struct server *server;
};

static struct secret *secret_of(const char *s)
{
	return s ? secret_new(span_of(s)) : NULL;
}

static void open_side(struct side *s, struct server *server, const char *site,
                      const char *initiate, const char *access, const char *refresh)
{
	struct err err = { 0 };

	*s = (struct side){ .server = server };
	s->client_secret = secret_of("s3cret");
	s->access = secret_of(access);
	s->refresh = secret_of(refresh);
	is_int(tokens_new("memory://", &s->tokens, NULL), 0, "a store");
	s->cfg = (struct auth_config){
		.scheme = "OAuth",
		.is_cloud = str_ends(site, ".atlassian.net"),
		.site = site,
		.transport = &server->base,
		.tokens = s->tokens,
		.oauth = { .version = "2.0",
		           .initiate = initiate,
		           .client_id = "app",
		           .client_secret = s->client_secret,
		           .access_token = s->access,
		           .refresh_token = s->refresh,
		           .scope_standard = "read:jira-work offline_access" },
	};
	is_int(auth_new(&s->cfg, &s->auth, &err), 0, "%s with %s %s", site, initiate,
	       err.msg);
}

static void close_side(struct side *s)
{
	auth_free(s->auth);
	tokens_free(s->tokens);
	secret_free(s->client_secret);
	secret_free(s->access);
	secret_free(s->refresh);
}

/* The code, and what a request would go with. */
static int go(struct side *s, char *ret, size_t size, char *ret_base, struct err *err)
{
	cleanup_(request_freep) struct request *rq = request_new("GET", "https://x/");
	const char *base = NULL;
	int r = s->auth->ops->base(s->auth, NULL, CLOCK_FOREVER, &base, err);

	rq->deadline = CLOCK_FOREVER;
	if (!r)
		r = s->auth->ops->decorate(s->auth, rq, NULL, err);
	snprintf(ret, size, "%s", header(rq, "Authorization"));
	if (ret_base)
		snprintf(ret_base, 200, "%s", base ? base : "");
	return r;
}

static void goes_with(struct side *s, const char *want, const char *what)
{
	char got[200];
	struct err err = { 0 };
	int r = go(s, got, sizeof(got), NULL, &err);

	if (!ok(!r && str_eq(got, want), "%s: %s", what, want))
		printf("#   got: %d %s %s\n", r, got, err.msg);
}

static void fails(struct side *s, int code, const char *says, const char *what)
{
	char got[200];
	struct err err = { 0 };

	is_int(go(s, got, sizeof(got), NULL, &err), code, "%s", what);
	if (!ok(strstr(err.msg, says), "says '%s'", says))
		printf("#   got: %s\n", err.msg);
	ok(!strstr(err.msg, "access-") && !strstr(err.msg, "refresh-") &&
	           !strstr(err.msg, "s3cret"),
	   "and gives nothing away");
}

/* The server answers 401 to a request with this token. */
static int refuse(struct side *s, const char *token, const char *body)
{
	cleanup_(request_freep) struct request *rq = request_new("GET", "https://x/");
	cleanup_free_ char *value = str_printf("Bearer %s", token);

	is_int(request_header(rq, "Authorization", span_of(value)), 0, "went with %s",
	       token);
	rq->deadline = CLOCK_FOREVER;
	rq->status = 401;
	rq->answer = BUF_INIT(1000);
	buf_puts(&rq->answer, body);
	return s->auth->ops->refused(s->auth, rq, NULL, NULL);
}

static int64_t mono, wall;

static void pass_ms(int64_t on_mono, int64_t on_wall)
{
	mono += on_mono;
	wall += on_wall;
	clock_set_fake(mono, wall);
}

static void start_clock(void)
{
	mono = 1000000;
	wall = 1800000000000;
	clock_set_fake(mono, wall);
}

/* --- tests -----------------------------------------------------------------------------
 */

static void test_renewal(void)
{
	struct server server = fresh_server();
	struct side s;
	char got[200], base[200];

	start_clock();
	open_side(&s, &server, SITE, "REFRESH", NULL, "refresh-0");
	goes_with(&s, "Bearer access-1", "a refresh token gets the first");
	ok(strstr(server.sent, "\"refresh_token\":\"refresh-0\"") &&
	           strstr(server.sent, "\"client_secret\":\"s3cret\"") &&
	           strstr(server.sent, "\"grant_type\":\"refresh_token\""),
	   "with what Cloud wants");
	is_str(server.type, "application/json", "as JSON");
	is_int(go(&s, got, sizeof(got), base, NULL), 0, "again");
	is_str(base, API "/ex/jira/" ID, "the gateway, of the entry that is Jira's");
	is_int(server.n_tokens, 1, "one renewal");
	is_int(server.n_resources, 1, "and one look for the site");
	pass_ms(3539000, 3539000);
	goes_with(&s, "Bearer access-1", "a minute before its end");
	pass_ms(2000, 2000);
	goes_with(&s, "Bearer access-2", "a little later");
	ok(strstr(server.sent, "refresh-1"), "with the new refresh token");
	is_int(server.n_resources, 1, "the site is known");
	pass_ms(0, 4000000);
	goes_with(&s, "Bearer access-3", "the machine slept");
	pass_ms(3600000, -10000000);
	goes_with(&s, "Bearer access-4", "the clock was set back");
	pass_ms(3000000, 3000000);
	goes_with(&s, "Bearer access-4", "it has time again");
	close_side(&s);
}

static void test_refusals(void)
{
	struct server server = fresh_server();
	struct side s;

	start_clock();
	open_side(&s, &server, SITE, "REFRESH", "access-0", "refresh-0");
	goes_with(&s, "Bearer access-0", "an access token is taken as it is");
	is_int(server.n_tokens, 0, "without a call");
	is_int(refuse(&s, "access-0",
	              "{\"message\":\"Unauthorized; scope does not match\"}"),
	       0, "a scope that is missing is not cured by a renewal");
	is_int(refuse(&s, "access-0", ""), 1, "a refusal renews");
	is_int(refuse(&s, "access-0", ""), 1, "who comes later with the old one");
	is_int(server.n_tokens, 1, "causes no other");
	goes_with(&s, "Bearer access-1", "from now on");
	for (int i = 1; i < 8; i++) {
		char token[32];

		snprintf(token, sizeof(token), "access-%d", i);
		is_int(refuse(&s, token, ""), 1, "some more are renewed");
	}
	is_int(refuse(&s, "access-8", ""), 0, "but not all the time");
	pass_ms(16000, 16000);
	is_int(refuse(&s, "access-8", ""), 1, "one more every so often");
	close_side(&s);

	open_side(&s, &server, SITE, "OFF", "access-0", "refresh-0");
	goes_with(&s, "Bearer access-0", "OFF");
	is_int(refuse(&s, "access-0", ""), 0, "renews nothing");
	close_side(&s);
}

static void test_loss(void)
{
	struct server server = fresh_server();
	struct side s;

	start_clock();
	server.lose = 1;
	open_side(&s, &server, SITE, "REFRESH", NULL, "refresh-0");
	goes_with(&s, "Bearer access-2", "a lost answer is asked for once more");
	ok(strstr(server.sent, "refresh-0"), "with the same token");
	pass_ms(3600000, 3600000);
	server.lose = 2;
	fails(&s, -EREMOTEIO, "connection broke", "but not for ever");
	goes_with(&s, "Bearer access-5", "and nothing is given up");
	close_side(&s);
}

static void test_end(void)
{
	struct server server = fresh_server();
	struct side s;
	char next[40];
	unsigned n;

	start_clock();
	open_side(&s, &server, SITE, "REFRESH", NULL, "refresh-0");
	goes_with(&s, "Bearer access-1", "signed in");
	pass_ms(3600000, 3600000);
	server.status = 403;
	server.refusal = "{\"error\":\"invalid_grant\",\"error_description\":"
			 "\"Unknown or invalid refresh token.\"}";
	fails(&s, -EKEYEXPIRED, "jsmfs login", "revoked");
	n = server.n_tokens;
	fails(&s, -EKEYEXPIRED, "jsmfs login", "still");
	is_int(server.n_tokens, n, "the server is not asked again");
	close_side(&s);

	server.refusal = "";
	server.status = 401;
	open_side(&s, &server, SITE, "REFRESH", NULL, "refresh-0");
	fails(&s, -EKEYREJECTED, "OAuthClientSecret", "a bare 401");
	server.status = 500;
	fails(&s, -EREMOTEIO, "500", "a server that fails");
	server.status = 302;
	fails(&s, -EBADMSG, "address", "somebody else");
	server.status = 200;
	server.refusal = "<html>";
	fails(&s, -EBADMSG, "address", "a page");
	server.refusal = "{\"access_token\":\"a\",\"token_type\":\"mac\"}";
	fails(&s, -EBADMSG, "unknown kind", "tokens of another kind");
	server.status = 0;
	snprintf(next, sizeof(next), "Bearer access-%u", server.n_tokens + 1);
	goes_with(&s, next, "none of this ended the sign-in");
	close_side(&s);
}

static void test_nobody(void)
{
	struct server server = fresh_server();
	struct side s;

	start_clock();
	open_side(&s, &server, SITE, "OFF", NULL, NULL);
	fails(&s, -ENOKEY, "OAuthAccessToken", "OFF without a token");
	close_side(&s);
	open_side(&s, &server, SITE, "REFRESH", NULL, NULL);
	fails(&s, -ENOKEY, "OAuthRefreshToken", "REFRESH without one");
	close_side(&s);
	open_side(&s, &server, SITE, "GETANDREFRESH", NULL, NULL);
	fails(&s, -ENOKEY, "jsmfs login", "nobody to ask");
	close_side(&s);
	is_int(server.n_tokens, 0, "nobody was called");
}

static void test_sites(void)
{
	static const struct {
		const char *resources;
		int code;
		const char *says;
	} bad[] = {
		{ "[]", -EACCES, "no site" },
		{ "{}", -EACCES, "no site" },
		{ "[{\"id\":\"x\",\"url\":\"https://two.atlassian.net\",\"scopes\":"
		  "[\"read:jira-work\"]}]",
		  -EACCES, "two.atlassian.net" },
		{ "[{\"id\":\"../x\",\"url\":\"" SITE
		  "\",\"scopes\":[\"read:jira-work\"]}]",
		  -EACCES, SITE },
		{ "[{\"id\":\"x\",\"url\":\"https://one.atlassian.net.example.com\"}]",
		  -EACCES, "example.com" },
		{ "<html>", -EBADMSG, "" },
	};
	struct side s;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct server server = fresh_server();

		start_clock();
		server.resources = bad[i].resources;
		open_side(&s, &server, SITE, "REFRESH", NULL, "refresh-0");
		fails(&s, bad[i].code, bad[i].says, "sites");
		server.resources = RESOURCES;
		goes_with(&s, "Bearer access-1", "the tokens were kept all the same");
		close_side(&s);
	}
}

static void test_data_center(void)
{
	struct server server = fresh_server();
	char got[200], base[200];
	struct side s;

	start_clock();
	server.rotates = false;
	server.life_s = 0;
	open_side(&s, &server, "https://jira.example.com/jira", "REFRESH", NULL,
	          "refresh-0&x");
	is_int(go(&s, got, sizeof(got), base, NULL), 0, "Data Center");
	is_str(base, "", "is called at its own address");
	is_str(server.url, "https://jira.example.com/jira/rest/oauth2/latest/token",
	       "and so is its token address");
	is_str(server.type, "application/x-www-form-urlencoded", "a form");
	ok(strstr(server.sent, "refresh_token=refresh-0%26x&") ||
	           str_ends(server.sent, "refresh_token=refresh-0%26x"),
	   "encoded: %s", server.sent);
	is_int(server.n_resources, 0, "there is one site");
	pass_ms(1000000000, 1000000000);
	goes_with(&s, "Bearer access-1", "a token that never says when it ends");
	is_int(refuse(&s, "access-1", ""), 1, "ends when the server says so");
	ok(strstr(server.sent, "refresh-0%26x"), "a refresh token may stay the same");
	close_side(&s);
}

/* What a person brings back, or somebody else sends. */
static void test_answers(struct oauth *o, const struct oauth_consent *c)
{
	const char *state = secret_reveal(c->expect).p;
	const struct {
		const char *before, *after;
		int code;
		const char *want;
	} table[] = {
		{ "http://localhost:33333/?code=abc&state=", "", 0, "abc" },
		{ "http://localhost:33333/?state=", "&code=a%2Fb%3D", 0, "a/b=" },
		{ "code=abc&state=", "", 0, "abc" },
		{ "  https://any.example.com/x?code=abc&state=", "#frag \n", 0, "abc" },
		{ "?error=access_denied&state=", "", -EACCES, "access_denied" },
		{ "?error=a&error_description=not+today&state=", "", -EACCES,
		  "not today" },
		{ "?code=abc&state=", "x", -EINVAL, "another question" },
		{ "?code=abc&nostate=", "", -EINVAL, "another question" },
		{ "?code=&state=", "", -EINVAL, "no code" },
		{ "?code=%zz&state=", "", -EINVAL, "no code" },
		{ "?code=%00&state=", "", -EINVAL, "no code" },
		{ "?state=", "", -EINVAL, "no code" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		cleanup_free_ char *text =
			str_printf("%s%s%s", table[i].before, state, table[i].after);
		cleanup_(secret_freep) struct secret *code = NULL;
		struct err err = { 0 };

		is_int(oauth_answer(o, c, span_of(text), &code, &err), table[i].code,
		       "answer %zu", i);
		if (table[i].code)
			ok(strstr(err.msg, table[i].want), "says '%s': %s", table[i].want,
			   err.msg);
		else
			ok(span_is(secret_reveal(code), table[i].want), "its code");
	}
	cleanup_(secret_freep) struct secret *bare = NULL;
	is_int(oauth_answer(o, c, SPAN("abc=="), &bare, NULL), 0, "a code alone");
	ok(span_is(secret_reveal(bare), "abc=="), "as it is");
	is_int(oauth_answer(o, c, SPAN(" \n"), &bare, NULL), -EINVAL, "nothing");
}

static void test_consent(void)
{
	static const char start[] =
		"https://auth.atlassian.com/authorize?audience=api.atlassian.com&"
		"client_id=app&scope=read%3Ajira-work%20offline_access&"
		"redirect_uri=http%3A%2F%2Flocalhost%3A33333&state=";
	cleanup_(oauth_consent_clear) struct oauth_consent c = { 0 }, again = { 0 };
	cleanup_(oauth_closep) struct oauth *o = NULL;
	struct oauth_wait wait = { NULL, CLOCK_FOREVER };
	struct oauth_ask ask = { .once = true };
	struct server server = fresh_server();
	struct side s;

	open_side(&s, &server, SITE, "OFF", NULL, NULL);
	is_int(oauth_open(&s.cfg, &o, NULL), 0, "Cloud");
	is_int(oauth_authorize(o, &ask, wait, &c, NULL), 0, "a consent");
	is_int(oauth_authorize(o, &ask, wait, &again, NULL), 0, "another");
	ok(str_starts(c.url, start), "asked for as documented: %s", c.url);
	ok(strstr(c.url, "&response_type=code&prompt=consent&code_challenge="),
	   "all of it");
	ok(!strstr(c.url, secret_reveal(c.key).p), "the proof itself stays here");
	is_int((long long)secret_reveal(c.expect).n, 43, "a state nobody guesses");
	ok(!span_eq(secret_reveal(c.expect), secret_reveal(again.expect)) &&
	           !span_eq(secret_reveal(c.key), secret_reveal(again.key)),
	   "each its own");
	test_answers(o, &c);

	struct oauth_grant g = { .code = SPAN("abc"), .key = secret_reveal(c.key) };
	struct oauth_tokens t = { 0 };
	bool any = false;
	is_int(oauth_exchange(o, &g, wait, &t, NULL), 0, "a code becomes tokens");
	ok(strstr(server.sent, "\"redirect_uri\":\"http://localhost:33333\"") &&
	           strstr(server.sent, secret_reveal(c.key).p),
	   "with the same callback, and the proof");
	is_str(t.cloud_id, ID, "for that site");
	is_int(oauth_keep(o, &t, wait, NULL), 0, "kept");
	goes_with(&s, "Bearer access-1", "the scheme takes them");
	is_int(oauth_forget(o, wait, &any, NULL), 0, "forgotten");
	ok(any, "there were some");
	is_int(oauth_forget(o, wait, &any, NULL), 0, "again");
	ok(!any, "there were none");
	oauth_tokens_clear(&t);
	close_side(&s);
}

int main(void)
{
	test_consent();
	test_renewal();
	test_refusals();
	test_loss();
	test_end();
	test_nobody();
	test_sites();
	test_data_center();
	return done_testing();
}
