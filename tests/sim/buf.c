/* SPDX-License-Identifier: MIT */
#include "sim/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool buf_room(struct buf *b, size_t more)
{
	if (b->failed)
		return false;
	if (b->cap - b->len > more)
		return true;
	size_t cap = b->cap ? b->cap : 4096;
	while (cap - b->len <= more) {
		if (cap > SIZE_MAX / 4) {
			b->failed = true;
			return false;
		}
		cap *= 2;
	}
	char *data = realloc(b->data, cap);
	if (!data) {
		b->failed = true;
		return false;
	}
	b->data = data;
	b->cap = cap;
	return true;
}

void buf_clear(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}

void buf_int(struct buf *b, int64_t value)
{
	char text[24];
	size_t i = sizeof(text);
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	do {
		text[--i] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (value < 0)
		text[--i] = '-';
	buf_add(b, text + i, sizeof(text) - i);
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = true;
		return;
	}
	if (!buf_room(b, (size_t)n + 1))
		return;
	va_start(ap, fmt);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void buf_json_part(struct buf *b, const char *s, size_t len)
{
	size_t from = 0;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(b, s + from, i - from);
		from = i + 1;
		switch (c) {
		case '"':
			buf_lit(b, "\\\"");
			break;
		case '\\':
			buf_lit(b, "\\\\");
			break;
		case '\n':
			buf_lit(b, "\\n");
			break;
		case '\r':
			buf_lit(b, "\\r");
			break;
		case '\t':
			buf_lit(b, "\\t");
			break;
		default:
			buf_fmt(b, "\\u%04x", c);
			break;
		}
	}
	buf_add(b, s + from, len - from);
}

void buf_json(struct buf *b, const char *s)
{
	if (!s) {
		buf_lit(b, "null");
		return;
	}
	buf_lit(b, "\"");
	buf_json_part(b, s, strlen(s));
	buf_lit(b, "\"");
}

void buf_url(struct buf *b, const char *s)
{
	static const char hex[] = "0123456789ABCDEF";
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		             (c >= '0' && c <= '9') || strchr("-._~", c);
		if (plain) {
			buf_char(b, (char)c);
			continue;
		}
		char enc[3] = { '%', hex[c >> 4], hex[c & 15] };
		buf_add(b, enc, 3);
	}
}

void buf_html_json(struct buf *b, const char *s)
{
	buf_lit(b, "\"<p>");
	for (; *s; s++) {
		switch (*s) {
		case '<':
			buf_lit(b, "&lt;");
			break;
		case '>':
			buf_lit(b, "&gt;");
			break;
		case '&':
			buf_lit(b, "&amp;");
			break;
		case '\n':
			buf_lit(b, "<br/>\\n");
			break;
		default:
			buf_json_part(b, s, 1);
			break;
		}
	}
	buf_lit(b, "</p>\"");
}
