/* SPDX-License-Identifier: MIT */
#include "net/retry.h"

#include "tap.h"

#include <errno.h>

static int64_t delay(enum retry_event event, int status, bool repeatable,
                     unsigned attempts, uint32_t random)
{
	struct retry_input in = { .event = event,
		                  .status = status,
		                  .repeatable = repeatable,
		                  .attempts = attempts,
		                  .retry_after_ms = -1,
		                  .random = random };

	return retry_delay_ms(&in);
}

static void test_whether(void)
{
	static const struct {
		enum retry_event event;
		int status;
		bool write, read; /* sent again? */
		const char *what;
	} cases[] = {
		{ RETRY_ANSWER, 200, false, false, "200" },
		{ RETRY_ANSWER, 204, false, false, "204" },
		{ RETRY_ANSWER, 302, false, false, "302" },
		{ RETRY_ANSWER, 400, false, false, "400" },
		{ RETRY_ANSWER, 401, false, false, "401" },
		{ RETRY_ANSWER, 408, false, false, "408" },
		{ RETRY_ANSWER, 429, true, true, "429" },
		{ RETRY_ANSWER, 500, false, false, "500" },
		{ RETRY_ANSWER, 501, false, false, "501" },
		{ RETRY_ANSWER, 502, false, true, "502" },
		{ RETRY_ANSWER, 503, false, true, "503" },
		{ RETRY_ANSWER, 504, false, true, "504" },
		{ RETRY_ANSWER, 505, false, false, "505" },
		{ RETRY_NOT_CONNECTED, 0, true, true, "no connection" },
		{ RETRY_ANSWER_LOST, 0, false, true, "a lost answer" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bool write = delay(cases[i].event, cases[i].status, false, 1, 1) >= 0;
		bool read = delay(cases[i].event, cases[i].status, true, 1, 1) >= 0;

		is_int(write, cases[i].write, "a write after %s", cases[i].what);
		is_int(read, cases[i].read, "a read after %s", cases[i].what);
		is_int(delay(cases[i].event, cases[i].status, true, RETRY_MAX_ATTEMPTS,
		             1),
		       -1, "not for ever after %s", cases[i].what);
	}
}

static void test_when(void)
{
	is_int(delay(RETRY_ANSWER, 429, true, 1, 0), 1400, "shortest first pause");
	is_int(delay(RETRY_ANSWER, 429, true, 1, 500), 2000, "middle first pause");
	is_int(delay(RETRY_ANSWER, 429, true, 1, 999), 2598, "longest first pause");
	is_int(delay(RETRY_ANSWER, 429, true, 2, 500), 4000, "then twice that");
	is_int(delay(RETRY_ANSWER, 429, true, 4, 500), 16000, "and so on");
	ok(delay(RETRY_NOT_CONNECTED, 0, true, 1, 999) < 400,
	   "who mistyped learns it soon");
	for (uint32_t r = 0; r < 3000; r += 7) {
		int64_t d = delay(RETRY_ANSWER, 503, true, 4, r * 2654435761u);

		if (d < 11200 || d > 20800) {
			ok(false, "jitter stays within 0.7 to 1.3: %lld", (long long)d);
			break;
		}
	}
	struct retry_input in = { .event = RETRY_ANSWER,
		                  .status = 429,
		                  .attempts = 3,
		                  .retry_after_ms = 5000 };
	is_int(retry_delay_ms(&in), 5000, "what the server asked for");
	in.random = 4294967295u;
	int64_t d = retry_delay_ms(&in);
	ok(d >= 5000 && d <= 5250, "never less, hardly more");
	in.retry_after_ms = 0;
	in.random = 0;
	is_int(retry_delay_ms(&in), 0, "at once, when asked for");
	in.event = RETRY_ANSWER_LOST;
	in.repeatable = true;
	in.retry_after_ms = 9000;
	ok(retry_delay_ms(&in) < 9000, "an answer that was lost asked for nothing");
}

static void test_retry_after(void)
{
	const int64_t now = 784111777000; /* Sun, 06 Nov 1994 08:49:37 GMT */

	is_int(retry_after_parse("0", now), 0, "0");
	is_int(retry_after_parse("120", now), 120000, "seconds");
	is_int(retry_after_parse(" 7 ", now), 7000, "white space around");
	is_int(retry_after_parse("99999999", now), 86400000, "a day at most");
	is_int(retry_after_parse("99999999999999999999999", now), 86400000,
	       "however long");
	is_int(retry_after_parse("Sun, 06 Nov 1994 08:49:37 GMT", now), 0, "now");
	is_int(retry_after_parse("Sun, 06 Nov 1994 08:50:37 GMT", now), 60000, "a date");
	is_int(retry_after_parse("Sat, 05 Nov 1994 08:50:37 GMT", now), 0, "in the past");
	is_int(retry_after_parse("Sun, 06 Nov 2094 08:49:37 GMT", now), 86400000,
	       "a date far away");
	static const char *const bad[] = {
		NULL,
		"",
		" ",
		"-1",
		"1.5",
		"soon",
		"1 2",
		"0x10",
		"Sun, 06 Nov 1994 08:49:37",
		"Sun, 06 Nov 1994 08:49:37 CET",
		"Sun, 06 Foo 1994 08:49:37 GMT",
		"Sun, 6 Nov 1994 08:49:37 GMT",
		"Sun, 32 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:37 GMT and more",
		"S\xff",
		"Sun, 06 N",
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		is_int(retry_after_parse(bad[i], now), -1, "not a time: %zu", i);
}

int main(void)
{
	test_whether();
	test_when();
	test_retry_after();
	return done_testing();
}
