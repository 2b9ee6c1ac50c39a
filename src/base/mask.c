/* SPDX-License-Identifier: MIT */
#include "base/mask.h"

#include <string.h>

#define STARS "***"

static bool is_name_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || (c && strchr("_-.:", c));
}

static bool has_word(struct span name, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= name.n; i++) {
		if (span_ieq((struct span){ name.p + i, n }, (struct span){ word, n }))
			return true;
	}
	return false;
}

bool mask_is_secret(struct span name)
{
	static const char *const words[] = {
		"password",       "passwd",   "passcode",      "secret",       "token",
		"assertion",      "verifier", "signature",     "samlresponse", "samlart",
		"session_handle", "cookie",   "authorization", "jsessionid"
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (has_word(name, words[i]))
			return true;
	}
	return list_has("code,answer,session_id,sid", name);
}

bool mask_is_secret_header(const char *name)
{
	/* "X-Atlassian-Token: no-check" is none, but nobody misses it */
	return mask_is_secret(span_of(name));
}

/* ---------------------------------------------------------------- one value */

/* Behind the string that begins at i, or the end. */
static size_t skip_string(struct span s, size_t i)
{
	for (i++; i < s.n && s.p[i] != '"'; i++) {
		if (s.p[i] == '\\')
			i++;
	}
	return i < s.n ? i + 1 : s.n;
}

static size_t skip_space(struct span s, size_t i)
{
	while (i < s.n && strchr(" \t\r\n", s.p[i]) && s.p[i])
		i++;
	return i;
}

/* Behind the JSON value at i, whatever it is. */
static size_t skip_value(struct span s, size_t i)
{
	size_t depth = 0;

	while (i < s.n) {
		char c = s.p[i];

		if (c == '"') {
			i = skip_string(s, i);
		} else if (c == '[' || c == '{') {
			depth++;
			i++;
		} else if (c == ']' || c == '}') {
			if (!depth)
				return i;
			depth--;
			i++;
		} else if (!depth && (c == ',' || c == '\n')) {
			return i;
		} else {
			i++;
			continue; /* a number or a word goes on */
		}
		if (!depth)
			return i;
	}
	return s.n;
}

/* A string and, if it names a secret member, its value; returns where it goes on. */
static size_t put_string(struct buf *out, struct span s, size_t i)
{
	size_t end = skip_string(s, i), value;
	struct span name = { s.p + i + 1, end - i - 1 };

	if (name.n && name.p[name.n - 1] == '"')
		name.n--;
	value = skip_space(s, end);
	if (value == s.n || s.p[value] != ':' || !mask_is_secret(name)) {
		/* what is inside may be text with names of its own: byte by byte */
		buf_putc(out, '"');
		return i + 1;
	}
	value = skip_space(s, value + 1);
	buf_add(out, s.p + i, value - i);
	buf_puts(out, "\"" STARS "\"");
	return skip_value(s, value);
}

/* "name=value" of forms, cookies and addresses, "name=\"value\"" of tags. */
static size_t put_word(struct buf *out, struct span s, size_t i, bool in_input)
{
	size_t end = i, stop;
	struct span name;

	while (end < s.n && is_name_char(s.p[end]))
		end++;
	name = (struct span){ s.p + i, end - i };
	buf_span(out, name);
	if (end == s.n || s.p[end] != '=')
		return end;
	if (!mask_is_secret(name) && !(in_input && span_ieq(name, SPAN("value"))))
		return end;
	buf_putc(out, '=');
	stop = ++end;
	if (stop < s.n && (s.p[stop] == '"' || s.p[stop] == '\'')) {
		char quote = s.p[stop++];

		while (stop < s.n && s.p[stop] != quote)
			stop++;
		stop += stop < s.n;
		buf_printf(out, "%c" STARS "%c", quote, quote);
		return stop;
	}
	while (stop < s.n && (!s.p[stop] || !strchr("&;, \t\r\n\"'<>)}", s.p[stop])))
		stop++;
	if (stop > end)
		buf_puts(out, STARS);
	return stop;
}

/* "<name …>": what stands behind it, if the name is a secret's. */
static size_t put_element(struct buf *out, struct span s, size_t i)
{
	size_t end = i + 1, stop;
	struct span name;

	while (end < s.n && is_name_char(s.p[end]))
		end++;
	name = (struct span){ s.p + i + 1, end - i - 1 };
	buf_add(out, s.p + i, end - i);
	if (!name.n || !mask_is_secret(name))
		return end;
	stop = end;
	while (stop < s.n && s.p[stop] != '>')
		stop++;
	if (stop == s.n || s.p[stop - 1] == '/')
		return end;
	buf_puts(out, ">" STARS);
	while (stop < s.n && s.p[stop] != '<')
		stop++;
	return stop;
}

void mask_text(struct buf *out, struct span text)
{
	bool in_input = false;

	for (size_t i = 0; i < text.n;) {
		char c = text.p[i];

		if (c == '<') {
			struct span tag = { text.p + i + 1, text.n - i - 1 };

			tag.n = tag.n < 5 ? tag.n : 5;
			in_input = span_ieq(tag, SPAN("input"));
			i = put_element(out, text, i);
		} else if (c == '"') {
			i = put_string(out, text, i);
		} else if (is_name_char(c)) {
			i = put_word(out, text, i, in_input);
		} else {
			in_input = in_input && c != '>';
			buf_putc(out, c);
			i++;
		}
	}
}
