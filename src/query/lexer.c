/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "query/lexer_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 1024

struct span lex_behind(struct span s, size_t n)
{
	return n < s.n ? (struct span){ s.p + n, s.n - n }
	               : (struct span){ s.p + s.n, 0 };
}

bool lex_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

struct span lex_skip(struct span s)
{
	for (;;) {
		if (s.n && lex_is_blank(*s.p)) {
			s = lex_behind(s, 1);
		} else if (s.n > 1 && s.p[0] == '-' && s.p[1] == '-') {
			const char *end = memchr(s.p, '\n', s.n);

			s = lex_behind(s, end ? (size_t)(end - s.p) + 1 : s.n);
		} else if (s.n > 1 && s.p[0] == '/' && s.p[1] == '*') {
			const char *end = memmem(s.p + 2, s.n - 2, "*/", 2);

			s = lex_behind(s, end ? (size_t)(end - s.p) + 2 : s.n);
		} else {
			return s;
		}
	}
}

bool lex_is_word_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

struct span lex_word(struct span *s)
{
	struct span all = lex_skip(*s);
	size_t n = 0;

	while (n < all.n && lex_is_word_byte(all.p[n]))
		n++;
	*s = lex_behind(all, n);
	return (struct span){ all.p, n };
}

bool lex_keyword(struct span *s, const char *word)
{
	struct span rest = *s;

	if (!span_ieq(lex_word(&rest), span_of(word)))
		return false;
	*s = rest;
	return true;
}

/* A closing quote that is doubled stands for itself (not so a bracket). */
static int take_quoted(struct span *s, char close, struct buf *out)
{
	struct span rest = lex_behind(*s, 1);

	for (size_t i = 0; i < rest.n; i++) {
		bool doubled = close != ']' && i + 1 < rest.n && rest.p[i + 1] == close;

		if (rest.p[i] == close && !doubled) {
			*s = lex_behind(rest, i + 1);
			return 0;
		}
		if (rest.p[i] == close)
			i++;
		buf_putc(out, rest.p[i]);
	}
	return -EINVAL;
}

int lex_name(struct span *s, char **ret)
{
	struct buf b = BUF_INIT(NAME_MAX_BYTES);
	int r = 0;

	*s = lex_skip(*s);
	if (s->n && *s->p == '[')
		r = take_quoted(s, ']', &b);
	else if (s->n && (*s->p == '"' || *s->p == '`'))
		r = take_quoted(s, *s->p, &b);
	else
		buf_span(&b, lex_word(s));
	if (!r && (buf_status(&b) == -EFBIG || !b.len))
		r = -EINVAL;
	if (!r) {
		*ret = buf_take(&b);
		r = *ret ? 0 : -ENOMEM;
	}
	buf_clear(&b);
	return r;
}

bool lex_is_number(struct span s)
{
	cleanup_free_ char *copy = span_dup(s);
	char *end = NULL;

	if (!copy || !s.n || strspn(copy, "+-.0123456789eE") != s.n)
		return false;
	(void)strtod(copy, &end);
	return end == copy + s.n;
}

struct span lex_token(struct span s, bool *ret_closed)
{
	char close = *s.p == '[' ? ']' : *s.p;
	size_t n = 0;

	*ret_closed = true;
	if (!strchr("'\"`[", *s.p) || !*s.p) {
		while (n < s.n && lex_is_word_byte(s.p[n]))
			n++;
		return lex_behind(s, n ? n : 1);
	}
	/* a doubled quote closes one text and opens the next */
	for (n = 1; n < s.n && s.p[n] != close; n++)
		;
	*ret_closed = n < s.n;
	return lex_behind(s, n + 1);
}
