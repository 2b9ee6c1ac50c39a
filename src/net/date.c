/* SPDX-License-Identifier: MIT */
#include "net/date.h"

#include <string.h>
#include <strings.h>
#include <time.h>

struct parts {
	int hour, minute, second, day, month, year; /* -1: not seen */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The delimiters of the grammar are all that is neither alphanumeric nor ':'. */
static bool is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == ':' || (unsigned char)c >= 0x7f;
}

/* A number of at most max digits at the start of s, which is cut off; else -1. */
static int take_number(struct span *s, size_t max)
{
	int v = 0;
	size_t n = 0;

	for (; n < s->n && is_digit(s->p[n]); n++) {
		if (n == max)
			return -1;
		v = v * 10 + (s->p[n] - '0');
	}
	s->p += n;
	s->n -= n;
	return n ? v : -1;
}

static bool take_colon(struct span *s)
{
	if (!s->n || s->p[0] != ':')
		return false;
	s->p++;
	s->n--;
	return true;
}

static bool read_time(struct span word, struct parts *t)
{
	int hour = take_number(&word, 2), minute, second;

	if (hour < 0 || !take_colon(&word))
		return false;
	minute = take_number(&word, 2);
	if (minute < 0 || !take_colon(&word))
		return false;
	second = take_number(&word, 2);
	if (second < 0)
		return false;
	t->hour = hour;
	t->minute = minute;
	t->second = second;
	return true;
}

static bool read_month(struct span word, struct parts *t)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int m = 0; m < 12 && word.n >= 3; m++) {
		if (!strncasecmp(word.p, names + 3 * m, 3)) {
			t->month = m;
			return true;
		}
	}
	return false;
}

static void read_word(struct span word, struct parts *t)
{
	struct span rest = word;

	if (t->hour < 0 && read_time(word, t))
		return;
	if (t->month < 0 && read_month(word, t))
		return;
	int number = take_number(&rest, 4);
	size_t digits = word.n - rest.n;

	if (number >= 0 && digits <= 2 && t->day < 0)
		t->day = number;
	else if (number >= 0 && digits >= 2 && t->year < 0)
		t->year = number;
}

static bool is_possible(const struct parts *t)
{
	return t->hour >= 0 && t->hour < 24 && t->minute < 60 && t->second < 60 &&
	       t->day >= 1 && t->day <= 31 && t->month >= 0 && t->year >= 1601;
}

bool http_date(struct span text, int64_t *ret_epoch_ms)
{
	struct parts t = { -1, -1, -1, -1, -1, -1 };

	for (size_t i = 0; i < text.n;) {
		size_t from = i;

		while (i < text.n && is_word(text.p[i]))
			i++;
		read_word((struct span){ text.p + from, i - from }, &t);
		while (i < text.n && !is_word(text.p[i]))
			i++;
	}
	if (t.year >= 70 && t.year < 100)
		t.year += 1900;
	else if (t.year >= 0 && t.year < 70)
		t.year += 2000;
	if (!is_possible(&t))
		return false;

	struct tm tm = { .tm_sec = t.second,
		         .tm_min = t.minute,
		         .tm_hour = t.hour,
		         .tm_mday = t.day,
		         .tm_mon = t.month,
		         .tm_year = t.year - 1900 };
	*ret_epoch_ms = (int64_t)timegm(&tm) * 1000;
	return true;
}
