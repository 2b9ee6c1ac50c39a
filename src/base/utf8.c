/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include "base/utf8_i.h"

#include <stdint.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static const char hex_digits[] = "0123456789ABCDEF";

size_t utf8_decode(const char *p, size_t n, uint32_t *ret)
{
	/* The smallest code point that needs so many bytes. */
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char c = (unsigned char)p[0];
	size_t len = c < 0x80             ? 1
	             : (c & 0xe0) == 0xc0 ? 2
	             : (c & 0xf0) == 0xe0 ? 3
	             : (c & 0xf8) == 0xf0 ? 4
	                                  : 0;

	if (!len || len > n)
		return 0;
	uint32_t cp = len == 1 ? c : c & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if (((unsigned char)p[i] & 0xc0) != 0x80)
			return 0;
		cp = cp << 6 | ((unsigned char)p[i] & 0x3f);
	}
	if (cp < least[len] || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return 0;
	*ret = cp;
	return len;
}

/* Length of the valid text at the start of s. */
static size_t valid_prefix(struct span s)
{
	size_t i = 0;

	while (i < s.n) {
		uint32_t cp;
		uint64_t eight, many[4];

		/* Most text is ASCII. */
		while (s.n - i >= sizeof(many)) {
			memcpy(many, s.p + i, sizeof(many));
			if ((many[0] | many[1] | many[2] | many[3]) &
			    UINT64_C(0x8080808080808080))
				break;
			i += sizeof(many);
		}
		while (s.n - i >= sizeof(eight)) {
			memcpy(&eight, s.p + i, sizeof(eight));
			if (eight & UINT64_C(0x8080808080808080))
				break;
			i += sizeof(eight);
		}
		if (i == s.n)
			break;
		size_t len = (unsigned char)s.p[i] < 0x80
		                     ? 1
		                     : utf8_decode(s.p + i, s.n - i, &cp);
		if (!len)
			break;
		i += len;
	}
	return i;
}

bool utf8_valid(struct span s)
{
	return valid_prefix(s) == s.n;
}

size_t utf8_cut(struct span s, size_t max)
{
	if (s.n > max)
		s.n = max;
	return valid_prefix(s);
}

void utf8_clean(struct buf *out, struct span s)
{
	while (s.n) {
		size_t good = valid_prefix(s);
		buf_add(out, s.p, good);
		if (good < s.n) {
			buf_puts(out, REPLACEMENT);
			good++;
		}
		s.p += good;
		s.n -= good;
	}
}

/* Characters that look like nothing, like a blank, or turn the line around. */
static bool is_invisible(uint32_t cp)
{
	return (cp >= 0x80 && cp <= 0xa0) || cp == 0xad || cp == 0x61c || cp == 0x1680 ||
	       cp == 0x180e || (cp >= 0x2000 && cp <= 0x200f) ||
	       (cp >= 0x2028 && cp <= 0x202f) || (cp >= 0x205f && cp <= 0x206f) ||
	       cp == 0x3000 || cp == 0xfeff;
}

static bool is_name_byte(unsigned char c, bool first)
{
	if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		return true;
	if (first && strchr("-.~_", c))
		return false;
	return c && strchr("+-.:@_~", c);
}

void utf8_to_name(struct buf *out, struct span s)
{
	size_t i = 0, done = 0;

	while (i < s.n) {
		uint32_t cp = 0;
		size_t len = utf8_decode(s.p + i, s.n - i, &cp);
		bool plain = len > 1 ? !is_invisible(cp)
		                     : len && is_name_byte((unsigned char)cp, i == 0);
		if (!len)
			len = 1;
		if (plain) {
			i += len;
			continue;
		}
		buf_add(out, s.p + done, i - done);
		for (size_t k = 0; k < len; k++) {
			unsigned char c = (unsigned char)s.p[i + k];
			buf_add(out,
			        (char[]){ '%', hex_digits[c >> 4], hex_digits[c & 15] },
			        3);
		}
		i += len;
		done = i;
	}
	buf_add(out, s.p + done, i - done);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool utf8_from_name(struct buf *out, struct span s)
{
	size_t before = out->len;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '%') {
			buf_putc(out, s.p[i]);
			continue;
		}
		int high = s.n - i > 2 ? hex_value(s.p[i + 1]) : -1;
		int low = high >= 0 ? hex_value(s.p[i + 2]) : -1;
		if (low < 0 || !(high | low)) {
			buf_truncate(out, before);
			return false;
		}
		buf_putc(out, (char)(high << 4 | low));
		i += 2;
	}
	return true;
}

static void json_byte(struct buf *out, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *at = c ? strchr(from, c) : NULL;

	if (at)
		buf_add(out, (char[]){ '\\', to[at - from] }, 2);
	else
		buf_printf(out, "\\u%04x", c);
}

void utf8_to_json(struct buf *out, struct span s)
{
	size_t i = 0, start = 0;

	buf_putc(out, '"');
	while (i < s.n) {
		uint32_t cp = 0;
		size_t len = utf8_decode(s.p + i, s.n - i, &cp);
		if (len && cp >= 0x20 && cp != '"' && cp != '\\' && cp != 0x7f) {
			i += len;
			continue;
		}
		buf_add(out, s.p + start, i - start);
		if (len)
			json_byte(out, (unsigned char)cp);
		else
			buf_puts(out, REPLACEMENT);
		start = ++i;
	}
	buf_add(out, s.p + start, i - start);
	buf_putc(out, '"');
}
