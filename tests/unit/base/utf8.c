/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include "tap.h"

static void validity(void)
{
	static const char *const good[] = { "",
		                            "a",
		                            "\xc2\x80",
		                            "\xdf\xbf",
		                            "\xe0\xa0\x80",
		                            "\xed\x9f\xbf",
		                            "\xee\x80\x80",
		                            "\xf0\x90\x80\x80",
		                            "\xf4\x8f\xbf\xbf" };
	static const char *const bad[] = {
		"\x80",         "\xbf",
		"\xc0\x80",     "\xc1\xbf",
		"\xe0\x9f\xbf", "\xed\xa0\x80",
		"\xed\xbf\xbf", "\xf0\x8f\xbf\xbf",
		"\xf5\x80\x80", "\xf4\x90\x80\x80",
		"\xfe",         "\xff",
		"\xc3",         "\xe2\x82",
		"\xf0\x9f\x98", "\xc3(",
		"\xe2\x28\xa1", "\xf8\x88\x80\x80\x80",
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		ok(utf8_valid(span_of(good[i])), "good text %zu", i);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ok(!utf8_valid(span_of(bad[i])), "bad text %zu", i);
	ok(utf8_valid((struct span){ "a\0b", 3 }), "NUL is a character");
}

static void cutting(void)
{
	struct span s = SPAN("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z");
	static const size_t want[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11 };

	for (size_t max = 0; max < ARRAY_SIZE(want); max++)
		is_int((long long)utf8_cut(s, max), (long long)want[max],
		       "cut to at most %zu bytes", max);
	is_int((long long)utf8_cut(SPAN("ab\xff"), 9), 2, "cut at what is not valid");
}

static void is_clean(const char *text, const char *want)
{
	struct buf b = BUF_INIT(100);

	utf8_clean(&b, span_of(text));
	is_str(buf_str(&b), want, "clean gives '%s'", want);
	buf_clear(&b);
}

static void cleaning(void)
{
	is_clean("", "");
	is_clean("caf\xc3\xa9", "caf\xc3\xa9");
	is_clean("\xff", "\xef\xbf\xbd");
	is_clean("a\xe2\x82z", "a\xef\xbf\xbd\xef\xbf\xbdz");
	is_clean("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

static void is_name(struct span text, const char *want)
{
	struct buf b = BUF_INIT(200), back = BUF_INIT(200);

	utf8_to_name(&b, text);
	is_str(buf_str(&b), want, "as a name: %s", want);
	ok(utf8_from_name(&back, buf_view(&b)) == !memchr(text.p, 0, text.n),
	   "which can be read unless it holds NUL");
	if (!memchr(text.p, 0, text.n))
		ok(span_eq(buf_view(&back), text), "and gives the value again");
	buf_clear(&b);
	buf_clear(&back);
}

static void names(void)
{
	is_name(SPAN("HELP-42"), "HELP-42");
	is_name(SPAN("2026-01-31T10:00:00+01:00"), "2026-01-31T10:00:00+01:00");
	is_name(SPAN("ann@example.com"), "ann@example.com");
	is_name(SPAN("a b/c%d,e"), "a%20b%2Fc%25d%2Ce");
	is_name(SPAN("-x"), "%2Dx");
	is_name(SPAN(".."), "%2E.");
	is_name(SPAN("~x~"), "%7Ex~");
	is_name(SPAN("_x_"), "%5Fx_");
	is_name(SPAN("a=b"), "a%3Db");
	is_name(SPAN("$(rm)`'\"\\!*?[]{}<>|&;#^"),
	        "%24%28rm%29%60%27%22%5C%21%2A%3F%5B%5D%7B%7D%3C%3E%7C%26%3B%23%5E");
	is_name(SPAN("\t\r\n\x7f"), "%09%0D%0A%7F");
	is_name(SPAN("caf\xc3\xa9"), "caf\xc3\xa9");
	is_name(SPAN("\xff\xfe"), "%FF%FE");
	is_name(SPAN("a\xe2\x82"), "a%E2%82");
	is_name(SPAN("a\xe2\x80\xae"
	             "b"),
	        "a%E2%80%AEb");
	is_name(SPAN("a\xc2\xa0"
	             "b\xe3\x80\x80"),
	        "a%C2%A0b%E3%80%80");
	is_name((struct span){ "a\0b", 3 }, "a%00b");
	is_name(SPAN(""), "");
}

static void bad_escapes(void)
{
	static const char *const bad[] = { "%",   "%4",  "a%4",   "%zz", "%4z",
		                           "%z4", "%00", "a%00b", "% 1", "%%" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct buf b = BUF_INIT(20);
		buf_puts(&b, "kept");
		ok(!utf8_from_name(&b, span_of(bad[i])), "'%s' is no name", bad[i]);
		is_str(buf_str(&b), "kept", "and adds nothing");
		buf_clear(&b);
	}
	struct buf b = BUF_INIT(20);
	ok(utf8_from_name(&b, SPAN("a%2fB%2F+%c3%A9")), "escapes in either case");
	is_str(buf_str(&b), "a/B/+\xc3\xa9", "a plus sign stays");
	buf_clear(&b);
}

static void is_json(struct span text, const char *want)
{
	struct buf b = BUF_INIT(100);

	utf8_to_json(&b, text);
	is_str(buf_str(&b), want, "as JSON: %s", want);
	buf_clear(&b);
}

int main(void)
{
	validity();
	cutting();
	cleaning();
	names();
	bad_escapes();
	is_json(SPAN(""), "\"\"");
	is_json(SPAN("a/b"), "\"a/b\"");
	is_json(SPAN("\"\\\b\f\n\r\t"), "\"\\\"\\\\\\b\\f\\n\\r\\t\"");
	is_json((struct span){ "\0\x1f\x7f", 3 }, "\"\\u0000\\u001f\\u007f\"");
	is_json(SPAN("x\xffy\xc3\xa9"), "\"x\xef\xbf\xbdy\xc3\xa9\"");
	is_json(SPAN("\xe2\x82"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
	return done_testing();
}
