/* SPDX-License-Identifier: MIT */
#include "base/mask.h"

#include "tap.h"

static const struct {
	const char *text, *want;
} cases[] = {
	{ "", "" },
	{ "plain text, no=thing", "plain text, no=thing" },
	{ "{\"a\":\"b\",\"password\":\"p\"}", "{\"a\":\"b\",\"password\":\"***\"}" },
	{ "{\"access_token\" : \"x\\\"y\" , \"n\":1}",
	  "{\"access_token\" : \"***\" , \"n\":1}" },
	{ "{\"Token\":12345,\"n\":1}", "{\"Token\":\"***\",\"n\":1}" },
	{ "{\"cookies\":[\"a\",{\"b\":\"]\"}],\"n\":1}",
	  "{\"cookies\":\"***\",\"n\":1}" },
	{ "{\"x\":{\"client_secret\":null}}", "{\"x\":{\"client_secret\":\"***\"}}" },
	{ "{\"password\":\"cut off", "{\"password\":\"***\"" },
	{ "{\"password\":", "{\"password\":\"***\"" },
	{ "grant_type=code&code=abc%20d&redirect_uri=x",
	  "grant_type=code&code=***&redirect_uri=x" },
	{ "https://x/y?code=1&state=2", "https://x/y?code=***&state=2" },
	{ "JSESSIONID=ABC; Path=/", "JSESSIONID=***; Path=/" },
	{ "oauth_signature=\"abc\", oauth_nonce=\"n\"",
	  "oauth_signature=\"***\", oauth_nonce=\"n\"" },
	{ "<form><input type=\"hidden\" name=\"SAMLResponse\" "
	  "value=\"QUJD\"/>value=\"x\"",
	  "<form><input type=\"hidden\" name=\"SAMLResponse\" "
	  "value=\"***\"/>value=\"x\"" },
	{ "<a><password>p</password><b>c</b></a>",
	  "<a><password>***</password><b>c</b></a>" },
	{ "{\"status\":\"ok\",\"zip code\":\"1\"}",
	  "{\"status\":\"ok\",\"zip code\":\"1\"}" },
	{ "password=", "password=" },
	{ "\"", "\"" },
	{ "\"\\", "\"\\" },
	{ "<", "<" },
	{ "<password", "<password" },
};

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_(buf_clear) struct buf out = BUF_INIT(4096);

		mask_text(&out, span_of(cases[i].text));
		is_str(buf_str(&out), cases[i].want, "case %zu", i);
	}
	ok(mask_is_secret_header("set-cookie") &&
	           mask_is_secret_header("Authorization") &&
	           mask_is_secret_header("Proxy-Authorization"),
	   "headers that are secret");
	ok(!mask_is_secret_header("Content-Type"), "one that is not");
	return done_testing();
}
