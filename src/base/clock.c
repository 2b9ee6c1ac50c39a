/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include "base/clock_i.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>

#define MS_PER_S 1000
#define YEAR_MIN 1
#define YEAR_MAX 9999

/* The moments a test has set; read by every thread. */
static atomic_bool fake;
static _Atomic int64_t fake_mono_ms;
static _Atomic int64_t fake_wall_ms;

static int64_t read_ms(clockid_t id)
{
	struct timespec t = { 0 };

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * MS_PER_S + t.tv_nsec / 1000000;
}

int64_t clock_mono_ms(void)
{
	return atomic_load(&fake) ? atomic_load(&fake_mono_ms) : read_ms(CLOCK_MONOTONIC);
}

int64_t clock_wall_ms(void)
{
	return atomic_load(&fake) ? atomic_load(&fake_wall_ms) : read_ms(CLOCK_REALTIME);
}

void clock_set_fake(int64_t mono_ms, int64_t wall_ms)
{
	atomic_store(&fake_mono_ms, mono_ms);
	atomic_store(&fake_wall_ms, wall_ms);
	atomic_store(&fake, true);
}

static int64_t add_capped(int64_t a, int64_t b)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? CLOCK_FOREVER : sum;
}

int64_t clock_deadline(int64_t timeout_ms)
{
	return timeout_ms > 0 ? add_capped(clock_mono_ms(), timeout_ms) : CLOCK_FOREVER;
}

int clock_left_ms(int64_t deadline)
{
	if (deadline == CLOCK_FOREVER)
		return INT_MAX;
	int64_t now = clock_mono_ms();
	if (deadline <= now)
		return 0;
	int64_t left;
	if (__builtin_sub_overflow(deadline, now, &left) || left > INT_MAX)
		return INT_MAX;
	return (int)left;
}

struct timespec clock_wait_until(int64_t deadline)
{
	if (atomic_load(&fake))
		deadline = add_capped(read_ms(CLOCK_MONOTONIC), clock_left_ms(deadline));
	return (struct timespec){ .tv_sec = (time_t)(deadline / MS_PER_S),
		                  .tv_nsec = (long)(deadline % MS_PER_S) * 1000000 };
}

static void put_digits(char *to, size_t n, int v)
{
	for (; n--; v /= 10)
		to[n] = (char)('0' + v % 10);
}

void clock_format(struct buf *out, int64_t epoch_ms, bool utc)
{
	int ms = (int)(epoch_ms % MS_PER_S);
	time_t s = (time_t)(epoch_ms / MS_PER_S);
	struct tm tm = { 0 };
	char text[] = "0000-00-00T00:00:00.000+00:00";

	if (ms < 0) {
		ms += MS_PER_S;
		s--;
	}
	/* RFC 3339 has no seconds in an offset; zones of old had. */
	long minutes = !utc && localtime_r(&s, &tm) ? tm.tm_gmtoff / 60 : 0;
	s += minutes * 60;
	if (!gmtime_r(&s, &tm) || tm.tm_year < YEAR_MIN - 1900 ||
	    tm.tm_year > YEAR_MAX - 1900)
		return; /* it has no such form */
	put_digits(text, 4, tm.tm_year + 1900);
	put_digits(text + 5, 2, tm.tm_mon + 1);
	put_digits(text + 8, 2, tm.tm_mday);
	put_digits(text + 11, 2, tm.tm_hour);
	put_digits(text + 14, 2, tm.tm_min);
	put_digits(text + 17, 2, tm.tm_sec);
	put_digits(text + 20, 3, ms);
	put_digits(text + 24, 2, (int)(labs(minutes) / 60));
	put_digits(text + 27, 2, (int)(labs(minutes) % 60));
	text[23] = utc ? 'Z' : minutes < 0 ? '-' : '+';
	buf_add(out, text, utc ? 24 : sizeof(text) - 1);
}

/* Takes exactly n digits off the front. */
static bool take_digits(struct span *s, size_t n, int *ret)
{
	int v = 0;

	if (s->n < n || !span_digits((struct span){ s->p, n }))
		return false;
	for (size_t i = 0; i < n; i++)
		v = v * 10 + (s->p[i] - '0');
	s->p += n;
	s->n -= n;
	*ret = v;
	return true;
}

static bool take_char(struct span *s, const char *allowed, char *ret)
{
	if (!s->n)
		return false;
	for (; *allowed; allowed++) {
		if (*allowed == s->p[0]) {
			*ret = s->p[0];
			s->p++;
			s->n--;
			return true;
		}
	}
	return false;
}

static int days_of(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static bool take_date(struct span *s, struct tm *tm)
{
	int year, month, day;
	char c;

	if (!take_digits(s, 4, &year) || !take_char(s, "-", &c) ||
	    !take_digits(s, 2, &month) || !take_char(s, "-", &c) ||
	    !take_digits(s, 2, &day))
		return false;
	if (year < YEAR_MIN || month < 1 || month > 12 || day < 1 ||
	    day > days_of(year, month))
		return false;
	*tm = (struct tm){ .tm_year = year - 1900,
		           .tm_mon = month - 1,
		           .tm_mday = day,
		           .tm_isdst = -1 };
	return true;
}

static bool take_time(struct span *s, struct tm *tm, int *ret_ms)
{
	char c;
	int digit, scale = 100;

	*ret_ms = 0;
	if (!take_digits(s, 2, &tm->tm_hour) || !take_char(s, ":", &c) ||
	    !take_digits(s, 2, &tm->tm_min) || !take_char(s, ":", &c) ||
	    !take_digits(s, 2, &tm->tm_sec))
		return false;
	/* A leap second is the first of the next minute to every clock we know. */
	if (tm->tm_hour > 23 || tm->tm_min > 59 || tm->tm_sec > 60)
		return false;
	if (!take_char(s, ".", &c))
		return true;
	if (!take_digits(s, 1, &digit))
		return false;
	do {
		*ret_ms += digit * scale;
		scale /= 10;
	} while (take_digits(s, 1, &digit));
	return true;
}

/* False if there is something that is not an offset; *ret_local if there is none. */
static bool take_offset(struct span *s, bool *ret_local, int *ret_s)
{
	char sign, colon;
	int hours, minutes;

	*ret_local = s->n == 0;
	*ret_s = 0;
	if (*ret_local || take_char(s, "Zz", &sign))
		return s->n == 0;
	if (!take_char(s, "+-", &sign) || !take_digits(s, 2, &hours))
		return false;
	(void)take_char(s, ":", &colon);
	if (!take_digits(s, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ret_s = (hours * 60 + minutes) * (sign == '-' ? -60 : 60);
	return s->n == 0;
}

static bool parse_span(struct span s, int64_t *ret)
{
	static const struct {
		char unit;
		int64_t ms;
	} units[] = { { 's', 1000 },
		      { 'm', 60 * 1000 },
		      { 'h', 3600 * 1000 },
		      { 'd', 86400 * 1000 },
		      { 'w', 7LL * 86400 * 1000 } };
	int64_t count, ms;

	if (s.n < 3 || s.p[0] != '-' || !span_digits((struct span){ s.p + 1, s.n - 2 }) ||
	    !span_int((struct span){ s.p + 1, s.n - 2 }, &count))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (s.p[s.n - 1] != units[i].unit)
			continue;
		if (__builtin_mul_overflow(count, units[i].ms, &ms) ||
		    __builtin_sub_overflow(clock_wall_ms(), ms, &ms))
			return false;
		/* Not before the year 1, which is the first that can be written. */
		if (ms < -62135596800000LL)
			return false;
		*ret = ms;
		return true;
	}
	return false;
}

static bool to_epoch_s(struct tm *tm, bool local, int offset_s, int64_t *ret)
{
	if (!local) {
		*ret = (int64_t)timegm(tm) - offset_s;
		return true;
	}
	/* -1 is a time like any other: only an untouched tm_wday means failure. */
	tm->tm_wday = -1;
	time_t t = mktime(tm);
	if (t == -1 && tm->tm_wday == -1)
		return false;
	*ret = (int64_t)t;
	return true;
}

bool clock_parse(struct span s, int64_t *ret_epoch_ms)
{
	struct tm tm;
	int ms = 0, offset_s = 0;
	bool local = true;
	int64_t epoch_s;
	char c;

	if (s.n && s.p[0] == '-')
		return parse_span(s, ret_epoch_ms);
	if (!take_date(&s, &tm))
		return false;
	if (s.n && (!take_char(&s, "Tt ", &c) || !take_time(&s, &tm, &ms) ||
	            !take_offset(&s, &local, &offset_s)))
		return false;
	if (!to_epoch_s(&tm, local, offset_s, &epoch_s))
		return false;
	*ret_epoch_ms = epoch_s * MS_PER_S + ms;
	return true;
}
