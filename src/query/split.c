/* SPDX-License-Identifier: MIT */
#include "query/split.h"

#include "query/lexer_i.h"

#include <string.h>

size_t split_statement(struct span text)
{
	struct span rest = lex_skip(text);
	bool closed = true;

	while (rest.n && closed) {
		if (*rest.p == ';')
			return (size_t)(rest.p + 1 - text.p);
		rest = lex_skip(lex_token(rest, &closed));
	}
	return 0;
}

bool split_is_line(struct span text)
{
	struct span rest = lex_skip(span_trim(text));
	size_t depth = 0;
	bool closed = true;

	if (!text.n || text.p[text.n - 1] != '\n' ||
	    memchr(span_trim(text).p, '\n', span_trim(text).n))
		return false;
	while (rest.n && closed) {
		if (*rest.p == ';')
			return false;
		depth += *rest.p == '(';
		depth -= *rest.p == ')' && depth;
		rest = lex_skip(lex_token(rest, &closed));
	}
	return closed && !depth && !split_is_blank(text);
}

bool split_is_blank(struct span text)
{
	for (;;) {
		text = lex_skip(text);
		/* what is filled up with NUL bytes holds no statement */
		if (!text.n || (*text.p != ';' && *text.p))
			return !text.n;
		text = lex_behind(text, 1);
	}
}
