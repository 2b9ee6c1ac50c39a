/* SPDX-License-Identifier: MIT */
#include "sim/when.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

struct parts {
	int year, month, day, hour, minute, second;
	int offset_min;
};

static _Atomic int64_t frozen_ms;

static int64_t days_from_civil(int y, int m, int d)
{
	y -= m <= 2;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int yoe = (int)(y - era * 400);
	int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

static void civil_from_days(int64_t z, int *y, int *m, int *d)
{
	z += 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int doe = (int)(z - era * 146097);
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;
	*d = doy - (153 * mp + 2) / 5 + 1;
	*m = mp + (mp < 10 ? 3 : -9);
	*y = (int)(yoe + era * 400) + (*m <= 2);
}

void when_freeze(int64_t ms)
{
	atomic_store(&frozen_ms, ms);
}

int64_t when_now(void)
{
	int64_t fixed = atomic_load(&frozen_ms);
	if (fixed)
		return fixed;
	struct timespec ts;
	clock_gettime(CLOCK_REALTIME, &ts);
	int64_t ms = (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
	return ms > SIM_NOW_MS ? ms : SIM_NOW_MS;
}

/* The last Sunday of a 31-day month, 01:00 UTC. */
static int64_t last_sunday_ms(int year, int month)
{
	int64_t last = days_from_civil(year, month, 31);
	int weekday = (int)((last + 4) % 7);
	return (last - weekday) * DAY_MS + HOUR_MS;
}

int when_offset_min(int64_t ms)
{
	int y, m, d;
	civil_from_days(ms / DAY_MS, &y, &m, &d);
	bool summer;
	if (m < 3 || m > 10)
		summer = false;
	else if (m > 3 && m < 10)
		summer = true;
	else if (m == 3)
		summer = ms >= last_sunday_ms(y, 3);
	else
		summer = ms < last_sunday_ms(y, 10);
	return summer ? 120 : 60;
}

int64_t when_local(int year, int month, int day, int hour, int minute)
{
	int64_t local = days_from_civil(year, month, day) * DAY_MS + hour * HOUR_MS +
	                minute * MINUTE_MS;
	return local - when_offset_min(local - HOUR_MS) * MINUTE_MS;
}

static void split(int64_t ms, struct parts *p)
{
	p->offset_min = when_offset_min(ms);
	int64_t local = ms + p->offset_min * MINUTE_MS;
	int64_t days = local / DAY_MS;
	int rest = (int)(local % DAY_MS / 1000);
	civil_from_days(days, &p->year, &p->month, &p->day);
	p->hour = rest / 3600;
	p->minute = rest / 60 % 60;
	p->second = rest % 60;
}

static char *put2(char *at, int value)
{
	*at++ = (char)('0' + value / 10 % 10);
	*at++ = (char)('0' + value % 10);
	return at;
}

/* Writes 2015-10-08T14:42:00 and returns the end. */
static char *put_stamp(char *at, const struct parts *p)
{
	at = put2(at, p->year / 100);
	at = put2(at, p->year);
	*at++ = '-';
	at = put2(at, p->month);
	*at++ = '-';
	at = put2(at, p->day);
	*at++ = 'T';
	at = put2(at, p->hour);
	*at++ = ':';
	at = put2(at, p->minute);
	*at++ = ':';
	return put2(at, p->second);
}

static char *put_offset(char *at, const struct parts *p)
{
	*at++ = '+';
	at = put2(at, p->offset_min / 60);
	return put2(at, p->offset_min % 60);
}

void when_json(struct buf *b, int64_t ms)
{
	static const char month[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct parts p;
	char text[32];
	split(ms, &p);
	buf_lit(b, "{\"iso8601\":\"");
	buf_add(b, text, (size_t)(put_offset(put_stamp(text, &p), &p) - text));
	buf_lit(b, "\",\"jira\":\"");
	char *at = put_stamp(text, &p);
	memcpy(at, ".000", 4);
	buf_add(b, text, (size_t)(put_offset(at + 4, &p) - text));
	buf_lit(b, "\",\"friendly\":\"");
	at = put2(text, p.day);
	*at++ = '/';
	memcpy(at, month[p.month - 1], 3);
	at += 3;
	*at++ = '/';
	at = put2(at, p.year);
	*at++ = ' ';
	int hour = p.hour % 12 ? p.hour % 12 : 12;
	if (hour >= 10)
		*at++ = '1';
	*at++ = (char)('0' + hour % 10);
	*at++ = ':';
	at = put2(at, p.minute);
	*at++ = ' ';
	*at++ = p.hour < 12 ? 'A' : 'P';
	*at++ = 'M';
	buf_add(b, text, (size_t)(at - text));
	buf_lit(b, "\",\"epochMillis\":");
	/* The texts have second resolution; so has the number. */
	buf_int(b, ms - ms % 1000);
	buf_lit(b, "}");
}

void when_text_json(struct buf *b, int64_t ms)
{
	struct parts p;
	char text[40];
	split(ms, &p);
	text[0] = '"';
	char *at = put_stamp(text + 1, &p);
	memcpy(at, ".000", 4);
	at = put_offset(at + 4, &p);
	*at++ = '"';
	buf_add(b, text, (size_t)(at - text));
}

void when_duration_json(struct buf *b, int64_t ms)
{
	int64_t minutes = (ms < 0 ? -ms : ms) / MINUTE_MS;
	buf_lit(b, "{\"millis\":");
	buf_int(b, ms);
	buf_lit(b, ",\"friendly\":\"");
	if (ms < 0 && minutes)
		buf_char(b, '-');
	if (minutes >= 60) {
		buf_int(b, minutes / 60);
		buf_char(b, 'h');
		if (minutes % 60)
			buf_char(b, ' ');
	}
	if (minutes % 60 || minutes < 60) {
		buf_int(b, minutes % 60);
		buf_char(b, 'm');
	}
	buf_lit(b, "\"}");
}
