/* SPDX-License-Identifier: MIT */
#include "rest/expand.h"

#include "net/url.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int binding_init(struct binding *b, const struct table *t)
{
	b->n = table_n_columns(t);
	b->values = calloc(b->n, sizeof(char *));
	return b->values ? 0 : -ENOMEM;
}

int binding_set(struct binding *b, size_t column, struct span value)
{
	char *copy = span_dup(value);

	if (!copy)
		return -ENOMEM;
	free(b->values[column]);
	b->values[column] = copy;
	return 0;
}

void binding_clear(struct binding *b)
{
	for (size_t i = 0; b->values && i < b->n; i++)
		free(b->values[i]);
	free(b->values);
	*b = (struct binding){ 0 };
}

bool endpoint_fits(const struct table *t, const struct endpoint *ep, const bool *known)
{
	bool any_of = false, any_given = false;

	for (const struct key *k = ep->keys; k->column; k++) {
		bool given = known[table_column(t, span_of(k->column))];

		if (k->need == KEY_REQUIRED && !given)
			return false;
		if (k->need == KEY_ANY_OF) {
			any_of = true;
			any_given |= given;
		}
	}
	return !any_of || any_given;
}

const struct key *endpoint_key(const struct endpoint *ep, const char *column)
{
	for (const struct key *k = ep->keys; k->column; k++) {
		if (str_eq(k->column, column))
			return k;
	}
	return NULL;
}

/* Jira's own rule: a project key is letters, digits and underscores, then a number. */
static bool is_issue_key(struct span s)
{
	struct span number = s;
	struct span project = span_cut(&number, '-');

	if (!project.n || !span_digits(number))
		return false;
	for (size_t i = 0; i < project.n; i++) {
		char c = project.p[i];
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

		if (!letter && (i == 0 || (c != '_' && !(c >= '0' && c <= '9'))))
			return false;
	}
	return s.n <= 255;
}

bool form_allows(enum key_form form, struct span value)
{
	switch (form) {
	case FORM_DIGITS:
		/* a server may take 007 for 7: SQL and the path do not */
		return span_digits(value) && value.n <= 18 &&
		       (value.n == 1 || *value.p != '0');
	case FORM_ISSUE_KEY:
		return is_issue_key(value);
	case FORM_ANY:
		break;
	}
	return value.n > 0;
}

/* "true:a=1,false:b=2" -> what stands behind the value's colon. */
static bool map_find(const char *map, const char *value, struct span *ret)
{
	struct span rest = span_of(map);

	while (rest.n) {
		struct span params = span_cut(&rest, ',');
		struct span name = span_cut(&params, ':');

		if (span_ieq(name, span_of(value))) {
			*ret = params;
			return true;
		}
	}
	return false;
}

static void put_raw_param(struct buf *out, struct span param)
{
	if (!param.n)
		return;
	buf_putc(out, memchr(buf_str(out), '?', out->len) ? '&' : '?');
	buf_span(out, param);
}

static int put_query(const struct table *t, const struct endpoint *ep,
                     const struct binding *b, struct buf *out, struct err *err)
{
	for (const struct key *k = ep->keys; k->column; k++) {
		const char *value = b->values[table_column(t, span_of(k->column))];
		struct span params;

		if (k->into != INTO_QUERY || !value)
			continue;
		if (!k->map) {
			url_param(out, k->remote, span_of(value));
			continue;
		}
		if (!map_find(k->map, value, &params))
			return err_set(err, -EINVAL, "'%s' is not a value of %s", value,
			               k->column);
		put_raw_param(out, params);
	}
	return 0;
}

/* The value for {word}: of two columns that can give it the first one known. */
static const char *word_value(const struct table *t, const struct endpoint *ep,
                              const struct binding *b, struct span word)
{
	for (const struct key *k = ep->keys; k->column; k++) {
		const char *value = b->values[table_column(t, span_of(k->column))];

		if (k->into == INTO_PATH && value && span_is(word, k->remote))
			return value;
	}
	return NULL;
}

static void put_word(struct buf *out, struct span word, const char *value)
{
	if (value) {
		url_encode(out, span_of(value));
		return;
	}
	buf_putc(out, '{');
	buf_span(out, word);
	buf_putc(out, '}');
}

static void put_expand(const struct table *t, const bool *used, struct buf *out)
{
	struct buf words = BUF_INIT(4096);

	for (size_t i = 0; t->columns[i].name; i++) {
		const char *word = t->columns[i].expand;

		if (!word || !used[i] || list_has(buf_str(&words), span_of(word)))
			continue;
		if (words.len)
			buf_putc(&words, ',');
		buf_puts(&words, word);
	}
	if (words.len)
		url_param(out, "expand", buf_view(&words));
	buf_clear(&words);
}

int expand_path(const struct table *t, const struct endpoint *ep, const struct binding *b,
                const bool *used, struct buf *out, struct err *err)
{
	struct span rest = span_of(ep->path);
	int r;

	while (rest.n) {
		struct span text = span_cut(&rest, '{');
		struct span word;

		buf_span(out, text);
		if (!rest.n)
			break;
		word = span_cut(&rest, '}');
		put_word(out, word, word_value(t, ep, b, word));
	}
	r = put_query(t, ep, b, out, err);
	if (r < 0)
		return r;
	put_expand(t, used, out);
	return buf_status(out)
	               ? err_set(err, -EFBIG, "the address of the call is too long")
	               : 0;
}
