/* SPDX-License-Identifier: MIT */
#include "base/vec.h"
#include "query/compares_i.h"
#include "query/lexer_i.h"
#include "query/views_i.h"

#include <stdlib.h>
#include <string.h>

#define MAX_NAMES 32 /* that one column has; with more it is taken for compared */

DEFINE_VEC(struct tokens, tokens, struct span)

struct names {
	struct span p[MAX_NAMES];
	size_t n;
};

/* Words behind which, or before which, an operand of a condition stands. */
static const char *const before_words[] = { "and",  "or",     "not",     "where",
	                                    "on",   "having", "when",    "case",
	                                    "in",   "like",   "between", "is",
	                                    "glob", "from",   "regexp",  "match" };
static const char *const after_words[] = { "and",  "or",      "then",    "in",
	                                   "not",  "like",    "is",      "isnull",
	                                   "glob", "notnull", "between", "regexp",
	                                   "match" };
/* What behind a column is no other name of it. */
static const char *const no_alias[] = { "from",  "where",     "group",  "order",
	                                "limit", "union",     "except", "asc",
	                                "desc",  "collate",   "nulls",  "else",
	                                "end",   "intersect", "window", "having" };

static bool is_one_of(struct span s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (span_ieq(s, span_of(words[i])))
			return true;
	}
	return false;
}

static int split(const char *text, struct tokens *ret)
{
	struct span rest = lex_skip(span_of(text));
	bool closed;

	while (rest.n) {
		struct span behind = lex_token(rest, &closed);
		struct span token = { rest.p, rest.n - behind.n };

		if (tokens_push(ret, token))
			return -1;
		rest = lex_skip(behind);
	}
	return 0;
}

static struct span at(const struct tokens *t, size_t i)
{
	return i < t->n ? t->p[i] : SPAN("");
}

static bool is_name(struct span s)
{
	return s.n && *s.p != '\'' && (strchr("\"`[", *s.p) || lex_is_word_byte(*s.p));
}

static struct span bare(struct span s)
{
	return s.n > 1 && strchr("\"`[", *s.p) ? (struct span){ s.p + 1, s.n - 2 } : s;
}

static bool is_sign(struct span s, const char *signs)
{
	return s.n == 1 && strchr(signs, *s.p);
}

/* What stands before the name, its table's name, its signs, parentheses and functions. */
static bool is_operand_before(const struct tokens *t, size_t i, bool equality)
{
	while (i >= 2 && span_is(t->p[i - 1], "."))
		i -= 2;
	while (i >= 1) {
		struct span s = t->p[i - 1];

		if (is_sign(s, "=<>!"))
			return true;
		if (is_one_of(s, before_words, ARRAY_SIZE(before_words)))
			return !span_ieq(s, SPAN("from")) &&
			       (!equality || span_ieq(s, SPAN("case")));
		if (!is_sign(s, "(+-~"))
			return false;
		i--;
		if (*s.p == '(' && i && is_name(t->p[i - 1]) &&
		    !is_one_of(t->p[i - 1], before_words, ARRAY_SIZE(before_words)))
			i--;
	}
	return false;
}

static bool is_operand_after(const struct tokens *t, size_t i, bool equality)
{
	for (i++; i < t->n; i++) {
		struct span s = t->p[i];

		if (is_sign(s, "=<>!"))
			return true;
		if (span_ieq(s, SPAN("collate")))
			i++;
		else if (equality && !span_is(s, ")") && !span_ieq(s, SPAN("not")))
			return span_ieq(s, SPAN("in"));
		else if (!equality && !span_is(s, ")"))
			return is_one_of(s, after_words, ARRAY_SIZE(after_words));
	}
	return false;
}

static void add_alias(const struct tokens *t, size_t i, struct names *names)
{
	struct span s = at(t, i + 1);

	if (span_ieq(s, SPAN("as")))
		s = at(t, i + 2);
	if (!is_name(s) || is_one_of(s, no_alias, ARRAY_SIZE(no_alias)) ||
	    is_one_of(s, after_words, ARRAY_SIZE(after_words)))
		return;
	s = bare(s);
	for (size_t k = 0; k < names->n; k++) {
		if (span_ieq(names->p[k], s))
			return;
	}
	if (names->n < MAX_NAMES)
		names->p[names->n] = s;
	names->n++;
}

static bool in_tokens(const struct tokens *t, struct span name, bool equality,
                      struct names *names)
{
	for (size_t i = 0; i < t->n; i++) {
		if (!is_name(t->p[i]) || !span_ieq(bare(t->p[i]), name))
			continue;
		if (is_operand_before(t, i, equality) || is_operand_after(t, i, equality))
			return true;
		add_alias(t, i, names);
	}
	return false;
}

static bool in_texts(const char *const *texts, size_t n_texts, const char *column,
                     bool equality)
{
	struct names names = { .p = { span_of(column) }, .n = 1 };
	bool found = false;

	for (size_t k = 0; k < names.n && !found; k++) {
		for (size_t i = 0; i < n_texts && !found; i++) {
			struct tokens t = { 0 };

			found = k == MAX_NAMES || split(texts[i], &t) ||
			        in_tokens(&t, names.p[k], equality, &names);
			tokens_clear(&t);
		}
	}
	return found;
}

/* The statement, and the queries of the views that it reads, or may read. */
bool compares(const struct conn *c, const char *column, bool equality)
{
	size_t n_views = c->views ? c->views->n : 0, n = 1;
	cleanup_free_ const char **texts = calloc(n_views + 1, sizeof(*texts));
	cleanup_free_ bool *had = calloc(n_views + 1, sizeof(*had));

	if (!texts || !had || !c->sql)
		return true;
	texts[0] = c->sql;
	for (size_t k = 0; k < n; k++) {
		for (size_t i = 0; i < n_views; i++) {
			const struct user_view *v = &c->views->p[i];

			if (had[i] || !strcasestr(texts[k], v->name))
				continue;
			had[i] = true;
			texts[n++] = v->query;
		}
	}
	return in_texts(texts, n, column, equality);
}
