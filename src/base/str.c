/* SPDX-License-Identifier: MIT */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ctype.h follows the locale; names of the data model are ASCII. */
static unsigned char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : (unsigned char)c;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct span span_of(const char *s)
{
	return s ? (struct span){ s, strlen(s) } : (struct span){ "", 0 };
}

bool span_eq(struct span a, struct span b)
{
	return a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n));
}

bool span_is(struct span a, const char *s)
{
	return span_eq(a, span_of(s));
}

bool span_ieq(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		if (fold(a.p[i]) != fold(b.p[i]))
			return false;
	}
	return true;
}

struct span span_trim(struct span s)
{
	while (s.n && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct span span_cut(struct span *rest, char c)
{
	struct span before = *rest;
	const char *at = rest->n ? memchr(rest->p, c, rest->n) : NULL;

	if (!at) {
		if (rest->p)
			rest->p += rest->n;
		rest->n = 0;
		return before;
	}
	before.n = (size_t)(at - rest->p);
	rest->n -= before.n + 1;
	rest->p = at + 1;
	return before;
}

char *span_dup(struct span s)
{
	if (s.n == SIZE_MAX)
		return NULL;
	char *p = malloc(s.n + 1);
	if (!p)
		return NULL;
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

bool str_eq(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

bool str_ieq(const char *a, const char *b)
{
	return a && b ? span_ieq(span_of(a), span_of(b)) : a == b;
}

bool str_starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

bool str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && !memcmp(s + n - m, suffix, m);
}

char *str_dup(const char *s)
{
	return span_dup(span_of(s));
}

char *str_printf(const char *fmt, ...)
{
	char *p = NULL;
	va_list ap;

	va_start(ap, fmt);
	int n = vasprintf(&p, fmt, ap);
	va_end(ap);
	return n < 0 ? NULL : p;
}

bool span_int(struct span s, int64_t *ret)
{
	bool minus = s.n && s.p[0] == '-';
	uint64_t limit = (uint64_t)INT64_MAX + minus;
	uint64_t v = 0;

	if (s.n == minus)
		return false;
	for (size_t i = minus; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		unsigned digit = (unsigned)(s.p[i] - '0');
		if (v > (limit - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	/* The smallest number has no positive counterpart. */
	if (minus)
		*ret = v ? -(int64_t)(v - 1) - 1 : 0;
	else
		*ret = (int64_t)v;
	return true;
}

bool span_digits(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	}
	return s.n > 0;
}

bool list_has(const char *list, struct span word)
{
	struct span rest = span_of(list);

	while (word.n && rest.n) {
		if (span_ieq(span_trim(span_cut(&rest, ',')), word))
			return true;
	}
	return false;
}

bool str_glob(const char *pattern, const char *s)
{
	const char *star = NULL, *retry = NULL;

	/* Going back to the last star only is enough, and never exponential. */
	while (*s) {
		if (*pattern == '*') {
			star = ++pattern;
			retry = s;
		} else if (*pattern && (*pattern == '?' || fold(*pattern) == fold(*s))) {
			pattern++;
			s++;
		} else if (star) {
			pattern = star;
			s = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}
