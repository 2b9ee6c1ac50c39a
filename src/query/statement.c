/* SPDX-License-Identifier: MIT */
#include "query/statement.h"

#include "query/lexer_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const forms[] = {
	[STATEMENT_CREATE_VIEW] = "CREATE LOCAL VIEW [Name] AS SELECT …",
	[STATEMENT_ALTER_VIEW] = "ALTER LOCAL VIEW [Name] AS SELECT …",
	[STATEMENT_DROP_VIEW] = "DROP LOCAL VIEW [Name]",
};

static int take_dotted_name(struct span *s, struct command *c)
{
	int r = lex_name(s, &c->name);
	struct span rest;

	if (r)
		return r;
	rest = lex_skip(*s);
	if (!rest.n || *rest.p != '.')
		return 0;
	*s = lex_behind(rest, 1);
	c->schema = take_ptr(c->name);
	return lex_name(s, &c->name);
}

struct span statement_trim(struct span s)
{
	while (s.n && (lex_is_blank(s.p[s.n - 1]) || s.p[s.n - 1] == ';'))
		s.n--;
	return s;
}

static int take_view(struct span rest, struct command *c)
{
	int r = take_dotted_name(&rest, c);

	if (r)
		return r;
	if (c->kind == STATEMENT_DROP_VIEW)
		return statement_trim(lex_skip(rest)).n ? -EINVAL : 0;
	if (!lex_keyword(&rest, "AS"))
		return -EINVAL;
	rest = lex_skip(rest);
	c->query = statement_trim(rest);
	return c->query.n ? 0 : -EINVAL;
}

static int parse_view(struct span rest, struct command *c, struct err *err)
{
	int r = take_view(rest, c);

	if (r == -ENOMEM)
		return err_nomem(err);
	return r ? err_set(err, r, "the form is %s", forms[c->kind]) : 0;
}

static const struct {
	const char *word;
	enum statement_kind kind;
} verbs[] = {
	{ "INSERT", STATEMENT_CHANGE },    { "REPLACE", STATEMENT_CHANGE },
	{ "UPDATE", STATEMENT_CHANGE },    { "DELETE", STATEMENT_CHANGE },
	{ "EXEC", STATEMENT_CALL },        { "EXECUTE", STATEMENT_CALL },
	{ "CALL", STATEMENT_CALL },        { "CREATE", STATEMENT_CREATE_VIEW },
	{ "ALTER", STATEMENT_ALTER_VIEW }, { "DROP", STATEMENT_DROP_VIEW },
};

static bool is_verb(struct span word)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (span_ieq(word, span_of(verbs[i].word)))
			return true;
	}
	return span_ieq(word, SPAN("SELECT")) || span_ieq(word, SPAN("VALUES"));
}

/* The verb of a statement behind WITH name (columns) AS (…), …; empty: none is found. */
static struct span verb_behind_with(struct span rest)
{
	size_t depth = 0;
	bool closed = true, named = false;

	while (closed && (rest = lex_skip(rest)).n) {
		struct span token = rest;

		rest = lex_token(rest, &closed);
		token.n = (size_t)(rest.p - token.p);
		if (*token.p == '(') {
			depth++;
		} else if (*token.p == ')') {
			depth -= depth ? 1 : 0;
		} else if (!depth && named && is_verb(token)) {
			return token;
		}
		/* the first word is the name of a table, whatever it is */
		named = named || (!span_ieq(token, SPAN("RECURSIVE")) && !depth);
		if (*token.p == ',' && !depth)
			named = false;
	}
	return SPAN("");
}

bool statement_is_values(const char *text)
{
	struct span rest = span_of(text);
	struct span verb = lex_word(&rest);
	bool closed = true, values = false;

	if (!span_ieq(verb, SPAN("INSERT")) && !span_ieq(verb, SPAN("REPLACE")))
		return false;
	while (closed && (rest = lex_skip(rest)).n) {
		struct span token = rest;

		rest = lex_token(rest, &closed);
		token.n = (size_t)(rest.p - token.p);
		values |= span_ieq(token, SPAN("VALUES"));
		if (span_ieq(token, SPAN("SELECT")))
			return false;
	}
	return values;
}

static int parse_call(struct span rest, struct command *c, struct err *err)
{
	int r = take_dotted_name(&rest, c);

	if (r == -ENOMEM)
		return err_nomem(err);
	if (r)
		return err_set(err, r, "the form is EXEC Procedure Name = 'value', …");
	c->query = statement_trim(rest);
	return 0;
}

int statement_parse(const char *text, struct command *ret, struct err *err)
{
	struct span rest = span_of(text);
	struct span verb = lex_word(&rest);
	struct command c = { .kind = STATEMENT_READ };
	int r = 0;

	if (span_ieq(verb, SPAN("WITH")))
		verb = verb_behind_with(rest);
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (span_ieq(verb, span_of(verbs[i].word)))
			c.kind = verbs[i].kind;
	}
	switch (c.kind) {
	case STATEMENT_READ:
	case STATEMENT_CHANGE:
		break;
	case STATEMENT_CALL:
		r = parse_call(rest, &c, err);
		break;
	case STATEMENT_CREATE_VIEW:
	case STATEMENT_ALTER_VIEW:
	case STATEMENT_DROP_VIEW:
		if (lex_keyword(&rest, "LOCAL") && lex_keyword(&rest, "VIEW"))
			r = parse_view(rest, &c, err);
		else
			c.kind = STATEMENT_READ;
		break;
	}
	if (r) {
		command_clear(&c);
		return r;
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
