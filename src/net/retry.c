/* SPDX-License-Identifier: MIT */
#include "net/retry.h"

#include "base/base.h"
#include "base/str.h"

#include <string.h>
#include <time.h>

#define PAUSE_MAX_MS 30000

/* Of a pause that the server asked for: what exceeds a day is not a pause. */
#define RETRY_AFTER_MAX_S 86400

/*
 * The first pause.  Who refuses for load is given time; a connection that was
 * lost is usually fine at once, and somebody who mistyped a host should not wait
 * half a minute to hear of it.
 */
static int64_t first_pause_ms(const struct retry_input *in)
{
	switch (in->event) {
	case RETRY_NOT_CONNECTED:
		return 250;
	case RETRY_ANSWER_LOST:
		return 500;
	case RETRY_ANSWER:
		return in->status == 429 || in->status == 503 ? 2000 : 500;
	}
	return 2000;
}

static bool is_worth_it(const struct retry_input *in)
{
	switch (in->event) {
	case RETRY_NOT_CONNECTED:
		return true;
	case RETRY_ANSWER_LOST:
		return in->repeatable;
	case RETRY_ANSWER:
		if (in->status == 429)
			return true;
		return in->repeatable && in->status >= 502 && in->status <= 504;
	}
	return false;
}

int64_t retry_delay_ms(const struct retry_input *in)
{
	int64_t thousandths = in->random % 1000;

	if (in->attempts >= RETRY_MAX_ATTEMPTS || !is_worth_it(in))
		return -1;
	/* Never less than what was asked for; a little more, so that those who were
	 * sent away together do not come back together. */
	if (in->event == RETRY_ANSWER && in->retry_after_ms >= 0)
		return in->retry_after_ms + thousandths * 250 / 1000;

	int64_t pause = first_pause_ms(in);
	for (unsigned i = 1; i < in->attempts && pause < PAUSE_MAX_MS; i++)
		pause *= 2;
	if (pause > PAUSE_MAX_MS)
		pause = PAUSE_MAX_MS;
	return pause * (700 + thousandths * 600 / 1000) / 1000;
}

/* Exactly n digits at *p, moved past. */
static bool take_digits(const char **p, int n, int *ret)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		char c = (*p)[i];

		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
	}
	*p += n;
	*ret = value;
	return true;
}

static bool take_text(const char **p, const char *text)
{
	size_t n = strlen(text);

	if (strncmp(*p, text, n))
		return false;
	*p += n;
	return true;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", the only form that servers may still send. */
static bool parse_http_date(const char *p, int64_t *ret_epoch_s)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm = { 0 };

	for (int i = 0; i < 3; i++) {
		if (!((p[i] >= 'A' && p[i] <= 'Z') || (p[i] >= 'a' && p[i] <= 'z')))
			return false;
	}
	p += 3;
	if (!take_text(&p, ", ") || !take_digits(&p, 2, &tm.tm_mday) ||
	    !take_text(&p, " "))
		return false;

	const char *month = NULL;
	for (const char *m = months; *m; m += 3) {
		if (!strncmp(p, m, 3))
			month = m;
	}
	if (!month)
		return false;
	p += 3;
	tm.tm_mon = (int)(month - months) / 3;
	if (!take_text(&p, " ") || !take_digits(&p, 4, &tm.tm_year) ||
	    !take_text(&p, " ") || !take_digits(&p, 2, &tm.tm_hour) ||
	    !take_text(&p, ":") || !take_digits(&p, 2, &tm.tm_min) ||
	    !take_text(&p, ":") || !take_digits(&p, 2, &tm.tm_sec) ||
	    !take_text(&p, " GMT") || *p)
		return false;
	if (tm.tm_year < 1970 || tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 ||
	    tm.tm_min > 59 || tm.tm_sec > 60)
		return false;
	tm.tm_year -= 1900;
	*ret_epoch_s = timegm(&tm);
	return true;
}

int64_t retry_after_parse(const char *value, int64_t now_epoch_ms)
{
	struct span text = span_trim(span_of(value));
	int64_t seconds = 0;
	char date[32] = "";

	if (span_digits(text)) {
		/* Digits that do not fit are a very long time. */
		if (!span_int(text, &seconds) || seconds > RETRY_AFTER_MAX_S)
			seconds = RETRY_AFTER_MAX_S;
		return seconds * 1000;
	}
	if (!text.n || text.n >= sizeof(date))
		return -1;
	memcpy(date, text.p, text.n);
	if (!parse_http_date(date, &seconds))
		return -1;

	int64_t pause = seconds * 1000 - now_epoch_ms;
	if (pause < 0)
		return 0;
	return pause > RETRY_AFTER_MAX_S * 1000 ? RETRY_AFTER_MAX_S * 1000 : pause;
}
