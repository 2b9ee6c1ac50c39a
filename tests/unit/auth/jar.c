/* SPDX-License-Identifier: MIT */
#include "auth/jar.h"

#include "auth/place.h"
#include "base/clock.h"
#include "tap.h"

#include <errno.h>

#define NOW 1769850000000LL /* 2026-01-31T09:00:00Z */

static void set(struct jar *j, const char *url, const char *const *lines, size_t n)
{
	cleanup_(request_freep) struct request *rq = request_new("GET", url);

	rq->answer_headers = calloc(n, sizeof(*rq->answer_headers));
	for (size_t i = 0; i < n; i++)
		rq->answer_headers[i] =
			(struct header){ str_dup("set-cookie"), str_dup(lines[i]) };
	rq->n_answer_headers = n;
	is_int(jar_take(j, rq), 0, "cookies of %s", url);
}

static void check(const struct jar *j, const char *url, const char *want)
{
	struct buf got = BUF_INIT(JAR_HEADER_BYTES);

	jar_header(j, url, &got);
	is_str(buf_str(&got), want, "what goes to %s", url);
	buf_clear(&got);
}

static void test_rules(void)
{
	static const struct {
		const char *from, *line, *to, *want;
	} rows[] = {
		{ "https://a.b/", "x=1", "https://a.b/any", "x=1" },
		{ "https://a.b/", "x=1", "https://A.B:8443/", "x=1" },
		{ "https://a.b/", "x=1", "https://c.a.b/", "" },
		{ "https://c.a.b/", "x=1; Domain=a.b", "https://d.a.b/", "x=1" },
		{ "https://c.a.b/", "x=1; domain=.A.B", "https://a.b/", "x=1" },
		{ "https://c.a.b/", "x=1; Domain=a.b", "https://ca.b/", "" },
		{ "https://c.a.b/", "x=1; Domain=d.a.b", "https://d.a.b/", "" },
		{ "https://c.a.b/", "x=1; Domain=b", "https://c.a.b/", "" },
		{ "https://localhost/", "x=1; Domain=localhost", "https://localhost/",
		  "x=1" },
		{ "https://10.0.0.1/", "x=1; Domain=0.0.1", "https://10.0.0.1/", "" },
		{ "https://a.b/c/d", "x=1", "https://a.b/c/e", "x=1" },
		{ "https://a.b/c/d", "x=1", "https://a.b/", "" },
		{ "https://a.b/c/d", "x=1", "https://a.b/cc", "" },
		{ "https://a.b/c/d", "x=1; Path=/", "https://a.b", "x=1" },
		{ "https://a.b/c/d", "x=1; Path=/f", "https://a.b/f?q", "x=1" },
		{ "https://a.b/c/d", "x=1; Path=/f", "https://a.b/ff", "" },
		{ "https://a.b/", "x=1; Secure; HttpOnly", "http://a.b/", "" },
		{ "https://a.b/", "x=1; secure", "https://a.b/", "x=1" },
		{ "http://127.0.0.1:1/", "x=1; secure", "http://127.0.0.1:2/", "x=1" },
		{ "http://a.b/", "x=1; secure", "https://a.b/", "" },
		{ "https://a.b/", "x=1; Max-Age=0", "https://a.b/", "" },
		{ "https://a.b/", "x=1; Max-Age=-1", "https://a.b/", "" },
		{ "https://a.b/", "x=1; Max-Age=1", "https://a.b/", "x=1" },
		{ "https://a.b/", "x=1; Max-Age=99999999999999999999", "https://a.b/",
		  "x=1" },
		{ "https://a.b/", "x=1; Expires=Thu, 01-Jan-1970 00:00:10 GMT",
		  "https://a.b/", "" },
		{ "https://a.b/", "x=1; Expires=Fri, 31 Dec 2027 23:59:59 GMT",
		  "https://a.b/", "x=1" },
		{ "https://a.b/", "x=1; Max-Age=5; Expires=Thu, 01-Jan-1970 00:00:10 GMT",
		  "https://a.b/", "x=1" },
		{ "https://a.b/", "x=1; Expires=never", "https://a.b/", "x=1" },
		{ "https://a.b/", " x = \"a b\" ; foo=bar", "https://a.b/", "x=\"a b\"" },
		{ "https://a.b/", "x==a=b==", "https://a.b/", "x==a=b==" },
		{ "https://a.b/", "x=", "https://a.b/", "x=" },
		{ "https://a.b/", "=1", "https://a.b/", "" },
		{ "https://a.b/", "x", "https://a.b/", "" },
		{ "https://a.b/", "", "https://a.b/", "" },
		{ "https://a.b/", "x=a\tb", "https://a.b/", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_(jar_freep) struct jar *j = jar_new();

		set(j, rows[i].from, &rows[i].line, 1);
		printf("# %s\n", rows[i].line);
		check(j, rows[i].to, rows[i].want);
	}
}

static void test_many(void)
{
	cleanup_(jar_freep) struct jar *j = jar_new();
	const char *const lines[] = { "a=1; Path=/", "b=2; Path=/x/y", "c=3; Path=/x",
		                      "d=4; Path=/; Max-Age=60" };
	const char *const again[] = { "a=5; Path=/" };
	const char *const gone[] = { "c=; Path=/x; Max-Age=0" };
	char name[16];

	set(j, "https://a.b/", lines, ARRAY_SIZE(lines));
	check(j, "https://a.b/x/y/z", "b=2; c=3; a=1; d=4");
	set(j, "https://a.b/", again, 1);
	check(j, "https://a.b/", "d=4; a=5");
	set(j, "https://a.b/", gone, 1);
	check(j, "https://a.b/x", "d=4; a=5");
	clock_set_fake(1000, NOW + 61000);
	check(j, "https://a.b/", "a=5");
	is_int(jar_put(j, "https://a.b/x", "DT", SPAN("dev")), 0, "one of our own");
	check(j, "https://a.b/", "a=5; DT=dev");
	is_int(jar_put(j, "https://a.b/", "DT", SPAN("a;b")), -EINVAL, "not any text");
	for (int i = 0; i < JAR_COOKIES_MAX - 1; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		is_int(jar_put(j, "https://c.d/", name, SPAN("v")), 0, "many");
	}
	check(j, "https://a.b/", "DT=dev");
	jar_empty(j);
	check(j, "https://a.b/", "");
	clock_set_fake(1000, NOW);
}

static void test_follow(void)
{
	static const struct {
		const char *from, *location, *want;
	} rows[] = {
		{ "https://a.b/c/d?e", "https://x/y#z", "https://x/y" },
		{ "https://a.b:1/c/d?e", "/y?q#z", "https://a.b:1/y?q" },
		{ "https://a.b/c/d?e", "//x/y", "https://x/y" },
		{ "https://a.b/c/d?e", "y/z", "https://a.b/c/y/z" },
		{ "https://a.b", "y", "https://a.b/y" },
		{ "https://a.b/c/d?e", "?f", "https://a.b/c/d?f" },
		{ "https://a.b/c/d?e", "", "https://a.b/c/d" },
		{ "https://a.b/c/d/e?f=../g", "../h?i=../j", "https://a.b/c/h?i=../j" },
		{ "https://a.b/c/d", "../../../x", "https://a.b/x" },
		{ "https://a.b/c/d", "./x/./y/..", "https://a.b/c/x/" },
		{ "https://a.b/c/d/", ".", "https://a.b/c/d/" },
		{ "https://a.b/", "..x/...", "https://a.b/..x/..." },
		{ "https://a.b/", "http://x/", NULL },
		{ "https://a.b/", "http://127.0.0.1:8/", "http://127.0.0.1:8/" },
		{ "https://a.b/", "javascript:alert(1)", NULL },
		{ "https://a.b/", "https://u:p@x/", NULL },
		{ "https://a.b/", "https:///x", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free_ char *to = NULL;
		int r = place_follow(rows[i].from, rows[i].location, &to, NULL);

		is_int(r, rows[i].want ? 0 : -EBADMSG, "'%s'", rows[i].location);
		is_str(to, rows[i].want, "leads there");
	}
	ok(place_is_same("https://A.b:443/x", "https://a.b?q"), "the same server");
	ok(!place_is_same("https://a.b:44/x", "https://a.b/"), "another port");
	ok(!place_is_same("http://a.b/x", "https://a.b/"), "another scheme");
}

int main(void)
{
	clock_set_fake(1000, NOW);
	test_rules();
	test_many();
	test_follow();
	return done_testing();
}
