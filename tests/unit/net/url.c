/* SPDX-License-Identifier: MIT */
#include "net/url.h"

#include "tap.h"

#include <errno.h>

static void test_encode(void)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(4096);
	char all[256];

	url_encode(&b, SPAN("AZaz09-._~"));
	is_str(buf_str(&b), "AZaz09-._~", "unreserved bytes stay");
	buf_reset(&b);
	url_encode(&b, SPAN("a b/c?d=e&f%+\"\xc3\xa4:"));
	is_str(buf_str(&b), "a%20b%2Fc%3Fd%3De%26f%25%2B%22%C3%A4%3A", "others do not");
	buf_reset(&b);
	url_encode(&b, (struct span){ "\0\n", 2 });
	is_str(buf_str(&b), "%00%0A", "not even NUL");
	buf_reset(&b);
	url_encode(&b, (struct span){ NULL, 0 });
	is_str(buf_str(&b), "", "nothing gives nothing");
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	url_encode(&b, (struct span){ all, 256 });
	is_int((long long)b.len, 66 + 190 * 3, "66 bytes are unreserved");

	struct buf small = BUF_INIT(4);
	url_encode(&small, SPAN("ab/c"));
	is_int(buf_status(&small), -EFBIG, "the ceiling holds");
	buf_clear(&small);
}

static void test_param(void)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(4096);

	url_param(&b, "a", SPAN("1"));
	is_str(buf_str(&b), "?a=1", "the first, on nothing");
	buf_reset(&b);
	buf_puts(&b, "/x");
	url_param(&b, "start", SPAN("0"));
	url_param(&b, "ex pand", SPAN("a,b&c=d"));
	url_param(&b, "e", SPAN(""));
	is_str(buf_str(&b), "/x?start=0&ex%20pand=a%2Cb%26c%3Dd&e=", "and more");
	buf_reset(&b);
	buf_puts(&b, "/x?");
	url_param(&b, "a", SPAN("1"));
	is_str(buf_str(&b), "/x?a=1", "a question mark is there already");
}

static void test_good(void)
{
	static const struct {
		const char *text, *host, *path, *print;
		unsigned port;
	} good[] = {
		{ "https://Site.Example", "site.example", "", "https://site.example",
		  443 },
		{ "https://site.example/", "site.example", "", "https://site.example",
		  443 },
		{ "HTTPS://s:8443/jira//", "s", "/jira", "https://s:8443/jira", 8443 },
		{ "https://s:443/a/b%20c", "s", "/a/b%20c", "https://s/a/b%20c", 443 },
		{ "http://localhost:8080/x", "localhost", "/x", "http://localhost:8080/x",
		  8080 },
		{ "http://127.1.2.3", "127.1.2.3", "", "http://127.1.2.3", 80 },
		{ "http://[::1]:81", "::1", "", "http://[::1]:81", 81 },
		{ "https://[2001:DB8::1]/j", "2001:db8::1", "/j",
		  "https://[2001:db8::1]/j", 443 },
		{ "https://x:65535", "x", "", "https://x:65535", 65535 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		cleanup_(url_clear) struct url u = { 0 };
		cleanup_(buf_clear) struct buf b = BUF_INIT(4096);

		if (!is_int(url_parse(good[i].text, &u, NULL), 0, "%s", good[i].text))
			continue;
		is_str(u.host, good[i].host, "its host");
		is_str(u.path, good[i].path, "its path");
		is_int(u.port, good[i].port, "its port");
		url_print(&u, &b);
		is_str(buf_str(&b), good[i].print, "printed");
	}
}

static void test_bad(void)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "", "https://" },
		{ "site.example", "https://" },
		{ "https:/site.example", "https://" },
		{ "ftp://site.example", "https://" },
		{ "file:///etc/passwd", "https://" },
		{ "https://", "host name" },
		{ "https:///path", "host name" },
		{ "https://:443", "host name" },
		{ "https://.x", "host name" },
		{ "https://s\xc3\xa4.example", "xn--" },
		{ "https://a'b", "host name" },
		{ "https://[::1", "'['" },
		{ "https://[::1]x", "'['" },
		{ "https://[]", "host name" },
		{ "https://[zz::1]", "host name" },
		{ "https://[a.example]", "host name" },
		{ "https://x:0", "1 to 65535" },
		{ "https://x:65536", "1 to 65535" },
		{ "https://x:", "1 to 65535" },
		{ "https://x:+1", "1 to 65535" },
		{ "https://x:99999999999999999999", "1 to 65535" },
		{ "https://u:hunter22@x", "user name" },
		{ "https://u@x", "user name" },
		{ "https://x/?a=1", "'?'" },
		{ "https://x?a", "'?'" },
		{ "https://x/a#b", "'?'" },
		{ "https://x/a b", "control byte" },
		{ "https://x/a\nb", "control byte" },
		{ " https://x", "control byte" },
		{ "https://x/%zz", "percent-encoded" },
		{ "https://x/%4", "percent-encoded" },
		{ "https://x/a\\b", "percent-encoded" },
		{ "http://site.example", "in the clear" },
		{ "http://localhost.example", "in the clear" },
		{ "http://127.0.0.1.example", "in the clear" },
		{ "http://10.0.0.1", "in the clear" },
		{ "http://127.1", "in the clear" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct url u = { .port = 7 };
		struct err err = { 0 };

		is_int(url_parse(bad[i].text, &u, &err), -EINVAL, "refused: bad %zu", i);
		if (!ok(strstr(err.msg, bad[i].says), "with its reason"))
			printf("#   got: %s\n", err.msg);
		ok(!strstr(err.msg, "hunter22"), "without a password");
		ok(u.port == 7 && !u.host, "and nothing is written");
	}
}

static void test_loopback(void)
{
	ok(url_is_loopback("localhost") && url_is_loopback("LOCALHOST"), "localhost");
	ok(url_is_loopback("127.0.0.1") && url_is_loopback("127.255.255.255"), "127/8");
	ok(url_is_loopback("::1") && url_is_loopback("0:0:0:0:0:0:0:1"), "::1");
	ok(!url_is_loopback("128.0.0.1") && !url_is_loopback("0.0.0.0") &&
	           !url_is_loopback("::") && !url_is_loopback("localhost.evil") &&
	           !url_is_loopback("127.evil") && !url_is_loopback("") &&
	           !url_is_loopback(NULL),
	   "nothing else");
}

int main(void)
{
	test_encode();
	test_param();
	test_good();
	test_bad();
	test_loopback();
	return done_testing();
}
