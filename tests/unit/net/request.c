/* SPDX-License-Identifier: MIT */
#include "net/request.h"

#include "base/clock.h"
#include "tap.h"

#include <errno.h>

static void test_new(void)
{
	cleanup_(request_freep) struct request *get = request_new("GET", "https://x/");
	cleanup_(request_freep) struct request *post = request_new("POST", "https://x/");

	ok(get->repeatable && !post->repeatable, "a GET may be repeated, a POST not");
	ok(get->deadline == CLOCK_FOREVER && get->max_answer_bytes > 0, "limits are set");
	ok(!get->status && !get->attempts && !get->has_body, "nothing has happened");
	request_free(NULL);
}

static void test_headers(void)
{
	cleanup_(request_freep) struct request *rq = request_new("GET", "https://x/");

	is_int(request_header(rq, "Accept", SPAN("a")), 0, "a header");
	is_int(request_header(rq, "X-Other", SPAN("")), 0, "one without a value");
	is_int(request_header(rq, "aCCEPT", SPAN("longer than before")), 0, "replaced");
	is_int((long long)rq->n_headers, 2, "there are two");
	is_str(rq->headers[0].value, "longer than before", "with the new value");

	static const struct span bad[] = {
		{ "a\nb", 3 }, { "a\r", 2 }, { "\n", 1 }, { "a\0b", 3 }
	};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		is_int(request_header(rq, "X", bad[i]), -EINVAL, "value %zu is refused",
		       i);
	static const char *const names[] = {
		"", "a b", "a:b", "a\r\nb", "\xc3\xa4", "a("
	};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		is_int(request_header(rq, names[i], SPAN("v")), -EINVAL,
		       "name %zu is refused", i);
	is_int((long long)rq->n_headers, 2, "and nothing was added");

	int code = 0;
	for (int i = 0; i < 100 && !code; i++) {
		char name[16];

		snprintf(name, sizeof(name), "X-%d", i);
		code = request_header(rq, name, SPAN("v"));
	}
	is_int(code, -EFBIG, "there is an end to it");
}

static void test_body(void)
{
	cleanup_(request_freep) struct request *rq = request_new("POST", "https://x/");

	is_int(request_body(rq, "application/json", SPAN("{\"a\":1}")), 0, "a body");
	ok(rq->has_body, "is known");
	is_str(buf_str(&rq->body), "{\"a\":1}", "and kept");
	is_str(rq->headers[0].value, "application/json", "with its type");
	is_int(request_body(rq, "text/plain", SPAN("")), 0, "an empty one instead");
	ok(rq->has_body && !rq->body.len && rq->n_headers == 1, "replaces it");
	is_int(request_body(rq, "a\nb", SPAN("x")), -EINVAL, "the type is checked");
}

static void test_answer(void)
{
	cleanup_(request_freep) struct request *rq = request_new("GET", "https://x/");

	ok(!request_answer_header(rq, "Date"), "no answer, no header");
	rq->answer_headers = calloc(2, sizeof(*rq->answer_headers));
	rq->answer_headers[0] = (struct header){ strdup("Retry-After"), strdup("7") };
	rq->answer_headers[1] = (struct header){ strdup("retry-after"), strdup("8") };
	rq->n_answer_headers = 2;
	is_str(request_answer_header(rq, "RETRY-AFTER"), "7", "the first counts");
	ok(!request_answer_header(rq, "Retry"), "a part of a name is not it");
}

int main(void)
{
	test_new();
	test_headers();
	test_body();
	test_answer();
	return done_testing();
}
