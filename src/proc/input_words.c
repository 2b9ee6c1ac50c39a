/* SPDX-License-Identifier: MIT */
/* Name=Value Name="quoted value": a line is a call. */
#include "proc/input_i.h"

#include <errno.h>
#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

int input_flag(const struct input *in, struct span line)
{
	const struct param *p = param_find(in->params, span_trim(line));

	return p && p->type == VALUE_BOOL ? (int)(p - in->params) : -1;
}

bool input_is_words(const struct input *in, struct span line)
{
	size_t n = 0;

	if (input_flag(in, line) >= 0)
		return true;

	while (n < line.n && is_name_byte(line.p[n]))
		n++;
	return n > 0 && n < line.n && line.p[n] == '=';
}

/* The byte behind a backslash in double quotes, or 0 if there is no such escape. */
static char unescape(char c)
{
	switch (c) {
	case '"':
	case '\\':
		return c;
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'r':
		return '\r';
	}
	return 0;
}

/*
 * The value at the front of *rest, quotes and all, into out, which has room for
 * all of *rest.  False: it is refused.
 */
static bool take_value(struct input *in, const char *name, struct span *rest, char *out,
                       size_t *ret_n)
{
	struct span s = *rest;
	char quote = s.n && (*s.p == '"' || *s.p == '\'') ? *s.p : 0;
	size_t i = quote ? 1 : 0, n = 0;

	for (; i < s.n && (quote ? s.p[i] != quote : !is_space(s.p[i])); i++) {
		char c = s.p[i];
		if (quote == '"' && c == '\\') {
			c = ++i < s.n ? unescape(s.p[i]) : 0;
			if (!c) {
				input_refuse(in, -EINVAL,
				             "the value of %s has a \\ that is none of "
				             "\\\" \\\\ \\n \\t \\r; single quotes take "
				             "it as it is",
				             name);
				return false;
			}
		}
		out[n++] = c;
	}
	if (quote && i == s.n) {
		input_refuse(in, -EINVAL, "the quote of %s is not closed", name);
		return false;
	}
	i += quote ? 1 : 0;
	if (i < s.n && !is_space(s.p[i])) {
		input_refuse(in, -EINVAL,
		             "the value of %s goes on behind its closing quote", name);
		return false;
	}
	*rest = (struct span){ s.p + i, s.n - i };
	*ret_n = n;
	return true;
}

/* One Name=Value off the front of *rest; false: the call is refused. */
static bool take_word(struct input *in, unsigned number, struct span *rest)
{
	struct span s = *rest;
	size_t n = 0;

	while (n < s.n && s.p[n] != '=' && !is_space(s.p[n]))
		n++;
	if (n == s.n || s.p[n] != '=') {
		/* The word is not shown: it may be the rest of a secret. */
		input_refuse(in, -EINVAL,
		             "word %u is not Name=Value; put quotes around a value that "
		             "holds spaces",
		             number);
		return false;
	}
	int i = input_find(in, (struct span){ s.p, n });
	if (i < 0)
		return false;
	*rest = (struct span){ s.p + n + 1, s.n - n - 1 };

	cleanup_free_ char *value = malloc(rest->n + 1);
	size_t value_n = 0;
	if (!value) {
		input_refuse(in, -ENOMEM, "out of memory");
		return false;
	}
	if (!take_value(in, input_label(in, (size_t)i), rest, value, &value_n))
		return false;
	input_give(in, (size_t)i, take_ptr(value), value_n, false);
	return true;
}

int input_words(struct input *in, struct span line)
{
	struct span rest = line;
	unsigned number = 0;
	int flag = input_flag(in, line);

	input_begin(in, in->line);
	if (flag >= 0) {
		input_copy(in, (size_t)flag, SPAN("true"), false);
		return input_emit(in);
	}
	for (;;) {
		while (rest.n && is_space(*rest.p)) {
			rest.p++;
			rest.n--;
		}
		if (!rest.n || !take_word(in, ++number, &rest))
			return input_emit(in);
	}
}
