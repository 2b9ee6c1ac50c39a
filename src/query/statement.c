/* SPDX-License-Identifier: MIT */
#include "query/statement.h"

#include "base/buf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 1024

static const char *const forms[] = {
	[STATEMENT_CREATE_VIEW] = "CREATE LOCAL VIEW [Name] AS SELECT …",
	[STATEMENT_ALTER_VIEW] = "ALTER LOCAL VIEW [Name] AS SELECT …",
	[STATEMENT_DROP_VIEW] = "DROP LOCAL VIEW [Name]",
};

static struct span behind(struct span s, size_t n)
{
	return n < s.n ? (struct span){ s.p + n, s.n - n }
	               : (struct span){ s.p + s.n, 0 };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* White space and comments, as SQLite sees them. */
static struct span skip_blank(struct span s)
{
	for (;;) {
		if (s.n && is_blank(*s.p)) {
			s = behind(s, 1);
		} else if (s.n > 1 && s.p[0] == '-' && s.p[1] == '-') {
			const char *end = memchr(s.p, '\n', s.n);

			s = behind(s, end ? (size_t)(end - s.p) + 1 : s.n);
		} else if (s.n > 1 && s.p[0] == '/' && s.p[1] == '*') {
			const char *end = memmem(s.p + 2, s.n - 2, "*/", 2);

			s = behind(s, end ? (size_t)(end - s.p) + 2 : s.n);
		} else {
			return s;
		}
	}
}

static bool is_word_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* The word at the start, possibly empty; *s is what is behind it. */
static struct span take_word(struct span *s)
{
	struct span all = skip_blank(*s);
	size_t n = 0;

	while (n < all.n && is_word_byte(all.p[n]))
		n++;
	*s = behind(all, n);
	return (struct span){ all.p, n };
}

static bool take_keyword(struct span *s, const char *word)
{
	struct span rest = *s;

	if (!span_ieq(take_word(&rest), span_of(word)))
		return false;
	*s = rest;
	return true;
}

/* A closing quote that is doubled stands for itself (not so a bracket). */
static int take_quoted(struct span *s, char close, struct buf *out)
{
	struct span rest = behind(*s, 1);

	for (size_t i = 0; i < rest.n; i++) {
		bool doubled = close != ']' && i + 1 < rest.n && rest.p[i + 1] == close;

		if (rest.p[i] == close && !doubled) {
			*s = behind(rest, i + 1);
			return 0;
		}
		if (rest.p[i] == close)
			i++;
		buf_putc(out, rest.p[i]);
	}
	return -EINVAL;
}

/* A name in one of the four spellings: -EINVAL if there is none. */
static int take_name(struct span *s, char **ret)
{
	struct buf b = BUF_INIT(NAME_MAX_BYTES);
	int r = 0;

	*s = skip_blank(*s);
	if (s->n && *s->p == '[')
		r = take_quoted(s, ']', &b);
	else if (s->n && (*s->p == '"' || *s->p == '`'))
		r = take_quoted(s, *s->p, &b);
	else
		buf_span(&b, take_word(s));
	if (!r && (buf_status(&b) == -EFBIG || !b.len))
		r = -EINVAL;
	if (!r) {
		*ret = buf_take(&b);
		r = *ret ? 0 : -ENOMEM;
	}
	buf_clear(&b);
	return r;
}

static int take_view_name(struct span *s, struct command *c)
{
	int r = take_name(s, &c->name);
	struct span rest;

	if (r)
		return r;
	rest = skip_blank(*s);
	if (!rest.n || *rest.p != '.')
		return 0;
	*s = behind(rest, 1);
	c->schema = take_ptr(c->name);
	return take_name(s, &c->name);
}

struct span statement_trim(struct span s)
{
	while (s.n && (is_blank(s.p[s.n - 1]) || s.p[s.n - 1] == ';'))
		s.n--;
	return s;
}

static int parse_view(struct span rest, struct command *c)
{
	int r = take_view_name(&rest, c);

	if (r)
		return r;
	if (c->kind == STATEMENT_DROP_VIEW)
		return statement_trim(skip_blank(rest)).n ? -EINVAL : 0;
	if (!take_keyword(&rest, "AS"))
		return -EINVAL;
	rest = skip_blank(rest);
	c->query = statement_trim(rest);
	return c->query.n ? 0 : -EINVAL;
}

int statement_parse(const char *text, struct command *ret, struct err *err)
{
	static const char *const verbs[] = {
		[STATEMENT_CREATE_VIEW] = "CREATE",
		[STATEMENT_ALTER_VIEW] = "ALTER",
		[STATEMENT_DROP_VIEW] = "DROP",
	};
	struct span rest = span_of(text);
	struct span verb = take_word(&rest);
	struct command c = { .kind = STATEMENT_READ };
	int r;

	for (size_t i = STATEMENT_CREATE_VIEW; i < ARRAY_SIZE(verbs); i++) {
		if (span_ieq(verb, span_of(verbs[i])))
			c.kind = (enum statement_kind)i;
	}
	if (c.kind == STATEMENT_READ || !take_keyword(&rest, "LOCAL") ||
	    !take_keyword(&rest, "VIEW")) {
		*ret = (struct command){ .kind = STATEMENT_READ };
		return 0;
	}
	r = parse_view(rest, &c);
	if (r) {
		command_clear(&c);
		return r == -ENOMEM
		               ? err_nomem(err)
		               : err_set(err, -EINVAL, "the form is %s", forms[c.kind]);
	}
	*ret = c;
	return 0;
}

void command_clear(struct command *c)
{
	free(c->schema);
	free(c->name);
	c->schema = c->name = NULL;
}
