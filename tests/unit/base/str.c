/* SPDX-License-Identifier: MIT */
#include "base/str.h"

#include "tap.h"

static void numbers(void)
{
	static const struct {
		const char *text;
		bool good;
		int64_t value;
	} cases[] = {
		{ "0", true, 0 },
		{ "-0", true, 0 },
		{ "007", true, 7 },
		{ "-42", true, -42 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "9223372036854775808", false, 0 },
		{ "-9223372036854775809", false, 0 },
		{ "18446744073709551617", false, 0 },
		{ "99999999999999999999999999", false, 0 },
		{ "", false, 0 },
		{ "-", false, 0 },
		{ "+1", false, 0 },
		{ " 1", false, 0 },
		{ "1 ", false, 0 },
		{ "--1", false, 0 },
		{ "1.0", false, 0 },
		{ "0x10", false, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t v = 12345;
		bool good = span_int(span_of(cases[i].text), &v);
		ok(good == cases[i].good && v == (good ? cases[i].value : 12345),
		   "span_int of '%s'", cases[i].text);
	}
	ok(span_digits(SPAN("0123456789")) && !span_digits(SPAN("")) &&
	           !span_digits(SPAN("12a")) && !span_digits(SPAN("-1")),
	   "span_digits");
}

static void spans(void)
{
	struct span rest = SPAN("a,,b");

	ok(span_is(span_cut(&rest, ','), "a") && span_is(span_cut(&rest, ','), "") &&
	           span_is(span_cut(&rest, ','), "b") && !rest.n,
	   "cut gives every piece");
	ok(span_is(span_cut(&rest, ','), ""), "cut at the end gives nothing");
	struct span none = { NULL, 0 };
	ok(!span_cut(&none, ',').n && !none.p, "cut of no bytes");
	rest = SPAN("x,");
	ok(span_is(span_cut(&rest, ','), "x") && !rest.n, "a separator at the end");
	ok(span_is(span_trim(SPAN(" \t\n a b\r\v\f ")), "a b"), "trim");
	ok(!span_trim(SPAN("  \n ")).n, "trim of blanks only");
	ok(span_ieq(SPAN("RowS"), SPAN("rOWs")) && !span_ieq(SPAN("row"), SPAN("rows")),
	   "case is folded");
	ok(!span_ieq(SPAN("@[`{"), SPAN("`{@[")), "of letters only");
	ok(!span_ieq(SPAN("\xc3\x84"), SPAN("\xc3\xa4")), "of ASCII only");
	ok(span_eq(span_of(NULL), SPAN("")), "NULL is the empty span");
	ok(span_eq((struct span){ "a\0b", 3 }, (struct span){ "a\0b", 3 }) &&
	           !span_eq((struct span){ "a\0b", 3 }, (struct span){ "a\0c", 3 }),
	   "NUL is a byte like any other");
	char *copy = span_dup((struct span){ "abc", 2 });
	is_str(copy, "ab", "dup ends with NUL");
	free(copy);
}

static void strings(void)
{
	ok(str_eq(NULL, NULL) && !str_eq(NULL, "") && str_eq("a", "a") &&
	           !str_eq("a", "A"),
	   "str_eq");
	ok(str_ieq(NULL, NULL) && !str_ieq("", NULL) && str_ieq("a", "A"), "str_ieq");
	ok(str_starts("rows.csv", "rows.") && !str_starts("row", "rows"), "str_starts");
	ok(str_ends("rows.csv", ".csv") && !str_ends("csv", ".csv") && str_ends("x", ""),
	   "str_ends");
	char *p = str_printf("%s-%d", "a", 7);
	is_str(p, "a-7", "str_printf");
	free(p);
}

static void lists(void)
{
	ok(list_has("net, Plan,fs", SPAN("plan")), "a list has its word in any case");
	ok(list_has("net,fs", SPAN("fs")) && list_has("fs", SPAN("fs")),
	   "the last, the only");
	ok(!list_has("net,fs", SPAN("f")) && !list_has("net,fs", SPAN("net,fs")),
	   "no part of a word, no two of them");
	ok(!list_has("net,,fs", SPAN("")) && !list_has("", SPAN("x")) &&
	           !list_has(NULL, SPAN("x")),
	   "nothing is in no list");
}

static void globs(void)
{
	static const struct {
		const char *pattern, *text;
		bool want;
	} cases[] = {
		{ "*", "", true },
		{ "", "", true },
		{ "", "a", false },
		{ "?", "", false },
		{ "tracker-*", "tracker-miner", true },
		{ "tracker-*", "tracke", false },
		{ "a*b*c", "aXbXbXc", true },
		{ "a*b*c", "aXbXbX", false },
		{ "*.TMP", "x.tmp", true },
		{ "sed??????", "sedABCDEF", true },
		{ "sed??????", "sedABCDE", false },
		{ "[a]", "a", false },
		{ "\\*", "*", false },
		{ "**a", "ba", true },
		{ "*a", "ab", false },
	};
	char pattern[64] = "", text[64];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		is_int(str_glob(cases[i].pattern, cases[i].text), cases[i].want,
		       "'%s' and '%s'", cases[i].pattern, cases[i].text);
	/* Would not end in our lifetime if every star were tried with every other. */
	for (int i = 0; i < 15; i++)
		memcpy(pattern + i * 4, "*aa*", 5);
	pattern[60] = 'c';
	memset(text, 'a', 60);
	text[60] = 'b';
	text[61] = '\0';
	ok(!str_glob(pattern, text), "many stars cost little");
}

int main(void)
{
	numbers();
	spans();
	strings();
	lists();
	globs();
	return done_testing();
}
