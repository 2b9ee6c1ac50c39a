/* SPDX-License-Identifier: MIT */
#include "auth/seal.h"

#include "tap.h"

#include <errno.h>

#define HEADER "test-1"

static unsigned char key[SEAL_KEY_BYTES] = "0123456789abcdef0123456789abcde";
static unsigned char other[SEAL_KEY_BYTES] = "0123456789abcdef0123456789abcdX";

static int open_line(const unsigned char *k, const char *header, const char *line,
                     struct buf *out, struct err *err)
{
	buf_reset(out);
	return unseal(out, k, header, span_of(line), err);
}

static void test_round(void)
{
	static const char *const texts[] = { "", "a", "{\"a\":\"b\"}",
		                             "0123456789012345678901234567890123456789" };
	cleanup_(buf_clear) struct buf line = BUF_INIT(4096), again = BUF_INIT(4096),
				       back = BUF_INIT(4096);

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		buf_reset(&line);
		buf_reset(&again);
		is_int(seal(&line, key, HEADER, span_of(texts[i]), NULL), 0, "sealed");
		is_int(seal(&again, key, HEADER, span_of(texts[i]), NULL), 0, "twice");
		ok(strcmp(buf_str(&line), buf_str(&again)) != 0, "never the same");
		ok(str_starts(buf_str(&line), HEADER " "), "under its header");
		is_int(open_line(key, HEADER, buf_str(&line), &back, NULL), 0, "opened");
		is_str(buf_str(&back), texts[i], "as it was");
	}
}

static void test_bad(void)
{
	cleanup_(buf_clear) struct buf line = BUF_INIT(4096), back = BUF_INIT(4096);
	struct err err = { 0 };

	is_int(seal(&line, key, HEADER, SPAN("a secret"), NULL), 0, "sealed");
	is_int(open_line(other, HEADER, buf_str(&line), &back, &err), -EBADMSG,
	       "another key");
	is_int((long long)back.len, 0, "gives nothing");
	is_int(open_line(key, "test-2", buf_str(&line), &back, &err), -EBADMSG,
	       "another header");
	for (size_t i = 0; i < line.len; i++) {
		char was = line.p[i];

		line.p[i] = was == 'A' ? 'B' : 'A';
		if (open_line(key, HEADER, buf_str(&line), &back, NULL) != -EBADMSG)
			ok(false, "a change of byte %zu is noticed", i);
		line.p[i] = was;
	}
	is_int(open_line(key, HEADER, buf_str(&line), &back, NULL), 0,
	       "none was lasting");
	for (size_t n = line.len - 1; n > 0; n--) {
		buf_reset(&back);
		if (unseal(&back, key, HEADER, (struct span){ line.p, n }, NULL) !=
		    -EBADMSG)
			ok(false, "a cut at %zu is noticed", n);
	}
	ok(true, "every cut is noticed");
	is_int(open_line(key, HEADER, HEADER " ====", &back, NULL), -EBADMSG, "padding");
	is_int(open_line(key, HEADER, HEADER " AAAA AAAA", &back, NULL), -EBADMSG,
	       "a blank inside");
	is_int(open_line(key, HEADER, HEADER " ", &back, NULL), -EBADMSG, "nothing");
}

static void test_letters(void)
{
	cleanup_(buf_clear) struct buf out = BUF_INIT(256);

	/* RFC 4648, section 10, and RFC 7636, appendix A and B */
	seal_base64url(&out, (const unsigned char *)"foobar", 6);
	is_str(buf_str(&out), "Zm9vYmFy", "whole");
	buf_reset(&out);
	seal_base64url(&out, (const unsigned char *)"fooba", 5);
	is_str(buf_str(&out), "Zm9vYmE", "without padding");
	buf_reset(&out);
	seal_base64url(&out, (const unsigned char *)"\x03\xec\xff\xe0\xc1", 5);
	is_str(buf_str(&out), "A-z_4ME", "letters for addresses");
	buf_reset(&out);
	is_int(seal_digest(&out, SPAN("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
	                   NULL),
	       0, "a digest");
	is_str(buf_str(&out), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
	       "as in the standard");
	buf_reset(&out);
	is_int(seal_token(&out, 32, NULL), 0, "a token");
	is_int((long long)out.len, 43, "of so many letters");
	ok(seal_equal(SPAN("abc"), SPAN("abc")), "equal");
	ok(!seal_equal(SPAN("abc"), SPAN("abd")) && !seal_equal(SPAN("abc"), SPAN("ab")),
	   "not equal");
	ok(seal_equal(SPAN(""), SPAN("")), "nothing is equal to nothing");
}

int main(void)
{
	test_round();
	test_bad();
	test_letters();
	return done_testing();
}
