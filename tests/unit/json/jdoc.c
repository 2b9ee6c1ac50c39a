/* SPDX-License-Identifier: MIT */
#include "json/jdoc.h"

#include "tap.h"

#include <errno.h>

/* From memory that ends where the text ends, so that a sanitizer sees a step too far. */
static int parse(struct span text, struct jdoc **ret, struct err *err)
{
	char *exact = malloc(text.n ? text.n : 1);

	if (!exact)
		return -ENOMEM;
	memcpy(exact, text.p, text.n);
	int r = jdoc_parse((struct span){ exact, text.n }, ret, err);
	free(exact);
	return r;
}

static void is_printed(const char *text, const char *want)
{
	cleanup_(jdoc_freep) struct jdoc *d = NULL;
	struct buf out = BUF_INIT(1000);
	struct err err = { 0 };

	is_int(parse(span_of(text), &d, &err), 0, "'%s' is a document %s", text, err.msg);
	if (d)
		jnode_print(jdoc_root(d), &out);
	is_str(buf_str(&out), want, "printed as %s", want);
	buf_clear(&out);
}

static void is_refused(struct span text)
{
	struct jdoc *d = NULL;
	struct err err = { 0 };

	is_int(parse(text, &d, &err), -EBADMSG, "'%.*s' is none", SPAN_FMT(text));
	ok(!d && strstr(err.msg, "at byte "), "%s", err.msg);
}

static void printing(void)
{
	is_printed("1", "1");
	is_printed(" null ", "null");
	is_printed("true", "true");
	is_printed("-12.50e3", "-12.50e3");
	is_printed("0.1", "0.1");
	is_printed("9223372036854775807", "9223372036854775807");
	is_printed("18446744073709551615", "18446744073709551615");
	is_printed("-9223372036854775808", "-9223372036854775808");
	is_printed("1e400", "1e400");
	is_printed("\"a\\/b\\u00e9\\n\\u0001\"", "\"a/b\xc3\xa9\\n\\u0001\"");
	is_printed("\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"");
	is_printed("\"\\ud83d\"", "\"\xef\xbf\xbd\"");
	is_printed("\"a\\u0000b\"", "\"a\\u0000b\"");
	is_printed("\"\xff\"", "\"\xef\xbf\xbd\"");
	is_printed("[ 1 , [ ] , { } ]\r\n", "[1,[],{}]");
	is_printed("{ \"b\" : 1, \"a\" : [ null ] }", "{\"b\":1,\"a\":[null]}");
	is_printed("{\"a\":1,\"a\":2}", "{\"a\":2}");
	is_printed("{\"\\u00e9\\\"\":1}", "{\"\xc3\xa9\\\"\":1}");
}

static void refusing(void)
{
	static const char *const bad[] = { "",        " \n",    "[",       "[1",
		                           "{\"a\":", "[1,]",   "{\"a\"}", "{a:1}",
		                           "\"abc",   "tru",    "[1 2]",   "[1]]",
		                           "1 2",     "{} {}",  "01",      "/**/1",
		                           "<html>",  "[1]\"x", "\"\\x\"" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		is_refused(span_of(bad[i]));
	is_refused((struct span){ "[1]\0", 4 });
	is_refused((struct span){ "[1]\0[2]", 7 });
	is_refused((struct span){ "[1\0]", 4 });
	is_refused((struct span){ "\0", 1 });
}

static void depth(void)
{
	char text[400];
	struct jdoc *d = NULL;

	memset(text, '[', 200);
	memset(text + 200, ']', 200);
	is_int(jdoc_parse((struct span){ text + 140, 120 }, &d, NULL), 0, "60 deep");
	jdoc_free(d);
	d = NULL;
	is_int(jdoc_parse((struct span){ text, 400 }, &d, NULL), -EBADMSG, "200 deep");
	ok(!d, "is too deep");
}

static void too_large(void)
{
	struct jdoc *d = NULL;

	is_int(jdoc_parse((struct span){ "x", (size_t)3 << 30 }, &d, NULL), -EFBIG,
	       "what the parser cannot count is refused before it is read");
}

static void reading(void)
{
	cleanup_(jdoc_freep) struct jdoc *d = NULL;
	const char *text = "{\"s\":\"text\",\"i\":7,\"r\":2.0,\"h\":2.5,\"t\":true,"
			   "\"a\":[1,null,\"x\"],\"o\":{\"k\":\"v\"},\"z\":null,"
			   "\"big\":9223372036854775808,\"huge\":1e300}";
	int64_t i = -7;

	if (jdoc_parse(span_of(text), &d, NULL))
		skip_all("no memory");
	const struct jnode *n = jdoc_root(d);
	ok(jnode_type(n) == J_OBJECT && jnode_type(jnode_get(n, "s")) == J_STRING &&
	           jnode_type(jnode_get(n, "i")) == J_INT &&
	           jnode_type(jnode_get(n, "r")) == J_REAL &&
	           jnode_type(jnode_get(n, "t")) == J_BOOL &&
	           jnode_type(jnode_get(n, "a")) == J_ARRAY &&
	           jnode_type(jnode_get(n, "z")) == J_NULL &&
	           jnode_type(jnode_get(n, "absent")) == J_NULL,
	   "types");
	ok(span_is(jnode_text(jnode_get(n, "s")), "text") &&
	           !jnode_text(jnode_get(n, "i")).n && jnode_text(NULL).p,
	   "text of strings only");
	ok(jnode_int(jnode_get(n, "i"), &i) && i == 7, "an integer");
	ok(jnode_int(jnode_get(n, "r"), &i) && i == 2, "a whole real");
	ok(!jnode_int(jnode_get(n, "h"), &i) && !jnode_int(jnode_get(n, "big"), &i) &&
	           !jnode_int(jnode_get(n, "huge"), &i) &&
	           !jnode_int(jnode_get(n, "s"), &i) && !jnode_int(NULL, &i) && i == 2,
	   "what is none leaves the output alone");
	ok(jnode_bool(jnode_get(n, "t"), false) && jnode_bool(NULL, true) &&
	           !jnode_bool(jnode_get(n, "i"), false),
	   "booleans");
	const struct jnode *a = jnode_get(n, "a");
	ok(jnode_len(a) == 3 && !jnode_len(n) && !jnode_len(NULL),
	   "length of arrays only");
	ok(span_is(jnode_text(jnode_at(a, 2)), "x") && !jnode_at(a, 1) &&
	           !jnode_at(a, 3) && !jnode_at(n, 0) && !jnode_at(a, SIZE_MAX),
	   "elements");
	ok(!jnode_get(a, "k") && !jnode_get(NULL, "k") &&
	           !jnode_get(jnode_get(n, "s"), "k"),
	   "members of objects only");
}

static void members(void)
{
	cleanup_(jdoc_freep) struct jdoc *d = NULL;
	struct buf seen = BUF_INIT(100);
	const struct jnode *value;
	struct span name;
	size_t cursor = 0;

	if (jdoc_parse(SPAN("{\"z\":1,\"a\":null,\"m\":[]}"), &d, NULL))
		skip_all("no memory");
	while (jnode_each(jdoc_root(d), &cursor, &name, &value)) {
		buf_span(&seen, name);
		jnode_print(value, &seen);
		buf_putc(&seen, ' ');
	}
	is_str(buf_str(&seen), "z1 anull m[] ", "members in the order of the document");
	ok(!jnode_each(jdoc_root(d), &cursor, &name, &value), "the end stays the end");
	cursor = 0;
	ok(!jnode_each(NULL, &cursor, &name, &value), "nothing has no members");
	buf_clear(&seen);
}

int main(void)
{
	printing();
	refusing();
	depth();
	too_large();
	reading();
	members();
	jdoc_free(NULL);
	ok(!jdoc_root(NULL), "no document has no root");
	return done_testing();
}
