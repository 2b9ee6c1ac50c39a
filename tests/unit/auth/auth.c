/* SPDX-License-Identifier: MIT */
#include "auth/auth.h"

#include "base/log.h"
#include "tap.h"

#include <errno.h>

struct given {
	const char *scheme, *user, *password, *token;
	bool cloud;
};

static int make(const struct given *g, struct auth **ret, struct err *err)
{
	cleanup_(secret_freep) struct secret *password =
		g->password ? secret_new(span_of(g->password)) : NULL;
	cleanup_(secret_freep) struct secret *token =
		g->token ? secret_new(span_of(g->token)) : NULL;
	struct auth_config cfg = { .scheme = g->scheme,
		                   .is_cloud = g->cloud,
		                   .user = g->user,
		                   .password = password,
		                   .api_token = token };

	return auth_new(&cfg, ret, err);
}

static void test_good(void)
{
	static const struct {
		struct given given;
		const char *scheme, *header;
	} good[] = {
		{ { "APIToken", "a@b.c", NULL, "tok", true },
		  "APIToken",
		  "Basic YUBiLmM6dG9r" },
		{ { "apitoken", "a@b.c", "pw", "tok", false },
		  "APIToken",
		  "Basic YUBiLmM6dG9r" },
		{ { "Basic", "ann", "open:sesame", NULL, false },
		  "Basic",
		  "Basic YW5uOm9wZW46c2VzYW1l" },
		{ { "BASIC", "ann", "pw", "tok", false }, "Basic", "Basic YW5uOnB3" },
		{ { "Auto", "a@b.c", "pw", "tok", true },
		  "APIToken",
		  "Basic YUBiLmM6dG9r" },
		{ { NULL, "ann", "pw", NULL, false }, "Basic", "Basic YW5uOnB3" },
		{ { "", "ann", "pw", "", false }, "Basic", "Basic YW5uOnB3" },
		{ { "Auto", NULL, NULL, "pat1", false }, "APIToken", "Bearer pat1" },
		{ { "Basic", "\xc3\xa4", "\xc3\xb6", NULL, false },
		  "Basic",
		  "Basic w6Q6w7Y=" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		cleanup_(auth_freep) struct auth *a = NULL;
		cleanup_(request_freep) struct request *rq =
			request_new("GET", "https://x/");

		if (!is_int(make(&good[i].given, &a, NULL), 0, "good %zu", i))
			continue;
		is_str(a->scheme, good[i].scheme, "the scheme");
		is_int(a->ops->decorate(a, rq, NULL, NULL), 0, "a request is decorated");
		is_int(a->ops->decorate(a, rq, NULL, NULL), 0, "twice is fine");
		is_int((long long)rq->n_headers, 1, "by one header");
		is_str(rq->headers[0].name, "Authorization", "of this name");
		is_str(rq->headers[0].value, good[i].header, "and this value");
		is_int(a->ops->refused(a, rq, NULL, NULL), 0, "a refusal is final");
	}
}

static void test_bad(void)
{
	static const struct {
		struct given given;
		int code;
		const char *says;
	} bad[] = {
		{ { "Auto", NULL, NULL, NULL, true }, -ENOKEY, "APIToken" },
		{ { "Auto", "ann", NULL, NULL, false }, -ENOKEY, "Password" },
		{ { "Auto", "ann", "", "", false }, -ENOKEY, "Password" },
		{ { "APIToken", "ann", "pw", NULL, true }, -ENOKEY, "property APIToken" },
		{ { "APIToken", "", NULL, "tok", true }, -ENOKEY, "User" },
		{ { "Basic", "ann", NULL, "tok", false }, -ENOKEY, "property Password" },
		{ { "Basic", NULL, "pw", NULL, false }, -ENOKEY, "property User" },
		{ { "Basic", NULL, NULL, NULL, false }, -ENOKEY, "User and Password" },
		{ { "crowd", "ann", "pw", "tok", true },
		  -ENOKEY,
		  "Crowd needs the property SSOLoginURL" },
		{ { "Okta", "ann", NULL, "tok", true },
		  -ENOKEY,
		  "OKTA needs the property Password" },
		{ { "Kerberos", "ann", "pw", "tok", true },
		  -EINVAL,
		  "Auto, OAuth, APIToken" },
		{ { "Basic", "an:n", "hunter22", NULL, false }, -EINVAL, "User" },
		{ { "Basic", "an\nn", "hunter22", NULL, false }, -EINVAL, "User" },
		{ { "Basic", "ann", "hunter22\n", NULL, false }, -EINVAL, "line end" },
		{ { "APIToken", NULL, NULL, "hunter22\r\nX: y", false },
		  -EINVAL,
		  "line end" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct auth *a = NULL;
		struct err err = { 0 };

		is_int(make(&bad[i].given, &a, &err), bad[i].code, "bad %zu", i);
		if (!ok(strstr(err.msg, bad[i].says), "says what to do"))
			printf("#   got: %s\n", err.msg);
		ok(!a && !strstr(err.msg, "hunter22"), "and gives nothing away");
	}
	auth_free(NULL);
}

static void test_long(void)
{
	static char token[20000];
	cleanup_(auth_freep) struct auth *a = NULL;
	cleanup_(request_freep) struct request *rq = request_new("GET", "https://x/");
	struct given g = { "APIToken", "a", NULL, token, true };

	memset(token, 't', 3000);
	is_int(make(&g, &a, NULL), 0, "tokens can be long");
	is_int(a->ops->decorate(a, rq, NULL, NULL), 0, "they fit into a header");
	is_int((long long)strlen(rq->headers[0].value), 6 + 3002 / 3 * 4 + 4, "whole");
	memset(token, 't', sizeof(token) - 1);
	struct auth *none = NULL;
	is_int(make(&g, &none, NULL), -EINVAL, "but there is an end to it");
}

static void test_redaction(void)
{
	cleanup_(auth_freep) struct auth *a = NULL;
	struct given g = { "Basic", "someone", "verysecretword", NULL, false };
	char text[] = "verysecretword c29tZW9uZTp2ZXJ5c2VjcmV0d29yZA== end";

	is_int(make(&g, &a, NULL), 0, "credentials");
	log_redact_text(text);
	ok(!strstr(text, "verysecretword"), "the secret is redacted");
	ok(!strstr(text, "c29tZW9uZTp2"), "and so is its encoded form");
	ok(strstr(text, "end"), "the rest is not");
}

int main(void)
{
	test_good();
	test_bad();
	test_long();
	test_redaction();
	return done_testing();
}
