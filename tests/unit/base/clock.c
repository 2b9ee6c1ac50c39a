/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include "tap.h"

#include <limits.h>

#define NOW 1769850000000LL /* 2026-01-31T09:00:00Z */

static void is_formatted(int64_t ms, bool utc, const char *want)
{
	struct buf b = BUF_INIT(64);

	clock_format(&b, ms, utc);
	is_str(buf_str(&b), want, "%lld ms is written '%s'", (long long)ms, want);
	buf_clear(&b);
}

static void is_parsed(const char *text, int64_t want)
{
	int64_t ms = -1;

	ok(clock_parse(span_of(text), &ms), "'%s' is a time", text);
	is_int(ms, want, "and this one");
}

static void is_refused(const char *text)
{
	int64_t ms = 77;

	ok(!clock_parse(span_of(text), &ms) && ms == 77, "'%s' is no time", text);
}

static void formats(void)
{
	is_formatted(NOW, true, "2026-01-31T09:00:00.000Z");
	is_formatted(NOW, false, "2026-01-31T10:00:00.000+01:00");
	is_formatted(1782820800007LL, false, "2026-06-30T14:00:00.007+02:00");
	is_formatted(0, true, "1970-01-01T00:00:00.000Z");
	is_formatted(-1, true, "1969-12-31T23:59:59.999Z");
	is_formatted(-62135596800000LL, true, "0001-01-01T00:00:00.000Z");
	is_formatted(253402300799999LL, true, "9999-12-31T23:59:59.999Z");
	is_formatted(253402300800000LL, true, "");
	is_formatted(253402300799999LL, false, "");
	is_formatted(-62135596800001LL, true, "");
	is_formatted(INT64_MAX, true, "");
	is_formatted(INT64_MIN, false, "");
}

static void zone_with_seconds(void)
{
	struct buf b = BUF_INIT(64);
	int64_t back = 0;

	/* Before 1893 Berlin was 53 minutes and 28 seconds ahead. */
	clock_format(&b, -2500000000123LL, false);
	ok(str_ends(buf_str(&b), "+00:53"), "an offset has no seconds: %s", buf_str(&b));
	ok(clock_parse(buf_view(&b), &back) && back == -2500000000123LL,
	   "and the moment is the same");
	buf_clear(&b);
}

static void parses(void)
{
	is_parsed("2026-01-31T09:00:00Z", NOW);
	is_parsed("2026-01-31 09:00:00z", NOW);
	is_parsed("2026-01-31t09:00:00.000Z", NOW);
	is_parsed("2026-01-31T10:00:00", NOW);
	is_parsed("2026-01-31T10:00:00.5", NOW + 500);
	is_parsed("2026-01-31T09:00:00.0099999999Z", NOW + 9);
	is_parsed("2026-01-31T16:00:00+0700", NOW);
	is_parsed("2026-01-31T16:00:00.123+07:00", NOW + 123);
	is_parsed("2026-01-31T05:30:00-03:30", NOW);
	is_parsed("2026-01-31T08:59:60Z", NOW);
	is_parsed("2026-01-31", NOW - 10 * 3600000);
	is_parsed("2026-07-01", 1782856800000LL);
	is_parsed("2024-02-29T00:00:00Z", 1709164800000LL);
	is_parsed("1969-12-31T23:59:59Z", -1000);
	is_parsed("0001-01-01T00:00:00Z", -62135596800000LL);
	is_parsed("9999-12-31T23:59:59.999Z", 253402300799999LL);
	is_parsed("-2h", NOW - 2 * 3600000LL);
	is_parsed("-30m", NOW - 30 * 60000LL);
	is_parsed("-7d", NOW - 7 * 86400000LL);
	is_parsed("-4w", NOW - 28 * 86400000LL);
	is_parsed("-90s", NOW - 90000);
	is_parsed("-0d", NOW);
}

static void refuses(void)
{
	static const char *const bad[] = {
		"",
		"2026",
		"2026-1-31",
		"2026-01-32",
		"2026-13-01",
		"2026-00-10",
		"2026-02-29",
		"1900-02-29",
		"0000-01-01",
		"12026-01-31",
		"2026-01-31T",
		"2026-01-31T10",
		"2026-01-31T10:00",
		"2026-01-31T24:00:00Z",
		"2026-01-31T10:60:00Z",
		"2026-01-31T10:00:61Z",
		"2026-01-31T10:00:00.Z",
		"2026-01-31T10:00:00.",
		"2026-01-31T10:00:00+1",
		"2026-01-31T10:00:00+01",
		"2026-01-31T10:00:00+01:",
		"2026-01-31T10:00:00+24:00",
		"2026-01-31T10:00:00+01:60",
		"2026-01-31T10:00:00Zx",
		"2026-01-31T10:00:00 Z",
		" 2026-01-31",
		"2026-01-31 ",
		"2026-01-31  10:00:00",
		"2026/01/31",
		"now",
		"-",
		"-h",
		"-2",
		"-2y",
		"--2h",
		"-2.5h",
		"-2hh",
		"2h",
		"-99999999999999999999d",
		"-9223372036854775807w",
		"-9000000000000s",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		is_refused(bad[i]);
	int64_t ms = 77;
	ok(!clock_parse((struct span){ NULL, 0 }, &ms), "nothing is no time");
	ok(!clock_parse((struct span){ "2026-01-31\0", 11 }, &ms), "NUL is no blank");
}

int main(void)
{
	int64_t mono = clock_mono_ms();

	ok(clock_mono_ms() >= mono && clock_wall_ms() > NOW - 31536000000LL,
	   "real clocks");
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	clock_set_fake(1000, NOW);
	is_int(clock_mono_ms(), 1000, "the fake stands");
	is_int(clock_wall_ms(), NOW, "both of them");
	is_int(clock_deadline(500), 1500, "a deadline");
	ok(clock_deadline(0) == CLOCK_FOREVER && clock_deadline(-1) == CLOCK_FOREVER,
	   "no timeout is forever");
	ok(clock_deadline(INT64_MAX) == CLOCK_FOREVER, "a huge one does not overflow");
	is_int(clock_left_ms(1500), 500, "what is left");
	is_int(clock_left_ms(1000), 0, "nothing");
	is_int(clock_left_ms(INT64_MIN), 0, "not less than nothing");
	is_int(clock_left_ms(CLOCK_FOREVER), INT_MAX, "forever is capped");
	is_int(clock_left_ms(CLOCK_FOREVER - 1), INT_MAX, "so is nearly forever");
	formats();
	parses();
	refuses();
	setenv("TZ", ":Europe/Berlin", 1);
	tzset();
	struct buf b = BUF_INIT(64);
	clock_format(&b, -2500000000123LL, false);
	/* Only with a zone database on this machine. */
	if (str_ends(buf_str(&b), "+00:53"))
		zone_with_seconds();
	buf_clear(&b);
	return done_testing();
}
