/* SPDX-License-Identifier: MIT */
#include "net/date.h"

#include "base/base.h"
#include "tap.h"

int main(void)
{
	static const struct {
		const char *text;
		int64_t s;
	} good[] = {
		{ "Sun, 06 Nov 1994 08:49:37 GMT", 784111777 },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", 784111777 },
		{ "Sun Nov  6 08:49:37 1994", 784111777 },
		{ "Thu, 01-Jan-1970 00:00:10 GMT", 10 },
		{ "08:49:37 6 november 94", 784111777 },
		{ "Fri, 31 Dec 9999 23:59:59 GMT", 253402300799 },
	};
	static const char *const bad[] = {
		"",
		"0",
		"never",
		"Sun, 06 Nov 1994",
		"08:49:37",
		"Sun, 99 Nov 1994 08:49:37 GMT",
		"::",
		"Sun, 06 Xyz 1994 08:49:37 GMT",
		"1 Jan 1500 00:00:00",
		"Sun, 06 Nov 1994 28:49:37 GMT",
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		int64_t ms = -1;

		ok(http_date(span_of(good[i].text), &ms), "%s", good[i].text);
		is_int(ms, good[i].s * 1000, "is that moment");
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		int64_t ms = -1;

		ok(!http_date(span_of(bad[i]), &ms) && ms == -1, "'%s' is none", bad[i]);
	}
	return done_testing();
}
