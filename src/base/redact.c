/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/redact_i.h"
#include "base/secret.h"

#include <string.h>

#define SECRET_MIN_BYTES 4
#define SECRET_MAX_BYTES 16384
#define BASE64_MIN_BYTES 8 /* a shorter piece of base64 would match by chance */

static bool is_known(const struct redactor *r, struct span s)
{
	for (size_t i = 0; i < r->n; i++) {
		if (span_eq(s, (struct span){ r->secrets[i].p, r->secrets[i].n }))
			return true;
	}
	return false;
}

/* The oldest goes when there are too many. */
static void remember(struct redactor *r, struct span s)
{
	if (s.n < SECRET_MIN_BYTES || s.n > SECRET_MAX_BYTES || is_known(r, s))
		return;
	char *copy = span_dup(s);
	if (!copy)
		return;
	size_t i = r->n;
	if (i < REDACT_MAX_SECRETS) {
		r->n++;
	} else {
		i = r->next;
		r->next = (i + 1) % REDACT_MAX_SECRETS;
		secret_wipe(r->secrets[i].p, r->secrets[i].n);
		free(r->secrets[i].p);
	}
	r->secrets[i].p = copy;
	r->starts[(unsigned char)copy[0]] = true;
	r->secrets[i].n = s.n;
}

static void remember_percent(struct redactor *r, struct span s)
{
	static const char hex[] = "0123456789ABCDEF0123456789abcdef";

	for (int lower = 0; lower < 2; lower++) {
		struct buf b = BUF_INIT(3 * SECRET_MAX_BYTES);
		for (size_t i = 0; i < s.n; i++) {
			unsigned char c = (unsigned char)s.p[i];
			bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			             (c >= 'a' && c <= 'z') || (c && strchr("-._~", c));
			if (plain)
				buf_putc(&b, (char)c);
			else
				buf_add(&b,
				        (char[]){ '%', hex[lower * 16 + (c >> 4)],
				                  hex[lower * 16 + (c & 15)] },
				        3);
		}
		if (!buf_status(&b))
			remember(r, buf_view(&b));
		secret_wipe(b.p, b.cap);
		buf_clear(&b);
	}
}

/*
 * What base64 makes of "user:" and s depends on the length of the user modulo 3
 * only, but for the characters at the edges, which hold bits of their neighbours.
 */
static void remember_base64(struct redactor *r, struct span s)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t before = 0; before < 3; before++) {
		struct buf b = BUF_INIT(2 * SECRET_MAX_BYTES);
		/* Digit d holds the bits 6d to 6d+5 of the whole text. */
		size_t first = (before * 8 + 5) / 6, end = (before + s.n) * 8 / 6;
		for (size_t d = first; d < end; d++) {
			size_t bit = d * 6 - before * 8, at = bit / 8;
			unsigned two = (unsigned char)s.p[at] * 256u;
			if (at + 1 < s.n)
				two |= (unsigned char)s.p[at + 1];
			buf_putc(&b, digits[two >> (10 - bit % 8) & 63]);
		}
		if (!buf_status(&b) && b.len >= BASE64_MIN_BYTES)
			remember(r, buf_view(&b));
		secret_wipe(b.p, b.cap);
		buf_clear(&b);
	}
}

void redactor_add(struct redactor *r, struct span s)
{
	if (s.n < SECRET_MIN_BYTES)
		return;
	remember(r, s);
	remember_percent(r, s);
	remember_base64(r, s);
}

/* Length of the longest secret at the start of s, or 0.  With cut, the text was longer
 * once: what is left of a secret at its end counts. */
static size_t secret_at(const struct redactor *r, struct span s, bool cut)
{
	size_t longest = 0;

	if (!s.n || !r->starts[(unsigned char)s.p[0]])
		return 0;
	for (size_t i = 0; i < r->n; i++) {
		size_t n = r->secrets[i].n;
		if (n > s.n) {
			if (!cut)
				continue;
			n = s.n;
		}
		if (n > longest && !memcmp(s.p, r->secrets[i].p, n))
			longest = n;
	}
	return longest;
}

/* Every secret is longer than its replacement, but for
 * what is left of one at a cut. */
size_t redactor_clean(const struct redactor *r, char *text, size_t len, bool cut)
{
	size_t out = 0;

	for (size_t i = 0; i < len;) {
		size_t end = i;
		/* Secrets may overlap: go on until no other one starts inside. */
		for (size_t k = i; k == i || k < end; k++) {
			size_t n = secret_at(r, (struct span){ text + k, len - k }, cut);
			if (n && k + n > end)
				end = k + n;
		}
		if (end == i) {
			text[out++] = text[i++];
			continue;
		}
		for (size_t k = 0; k < 3 && k < end - i; k++)
			text[out++] = '*';
		i = end;
	}
	return out;
}
