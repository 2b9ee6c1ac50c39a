/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/utf8.h"
#include "fs/path_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void path_texts_free(struct text_vec *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->p[i]);
	text_vec_clear(v);
}

int path_value_decode(struct span raw, char **ret, struct err *err)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(PATH_VALUE_MAX_BYTES);

	if (!utf8_from_name(&b, raw))
		return err_set(err, -EINVAL,
		               "'%.*s' has a bad escape: '%%' is written %%25, and %%00 "
		               "is not allowed",
		               (int)(raw.n > 64 ? 64 : raw.n), raw.p);
	if (buf_status(&b) == -ENOMEM)
		return err_nomem(err);
	if (buf_status(&b))
		return err_set(err, -EINVAL, "a value is longer than %d bytes",
		               PATH_VALUE_MAX_BYTES);
	if (!utf8_valid(buf_view(&b)))
		return err_set(err, -EINVAL, "a value is not valid UTF-8");
	*ret = b.len ? buf_take(&b) : str_dup("");
	return *ret ? 0 : err_nomem(err);
}

/* Puts the canonical spelling of a listed or boolean value into *text. */
static int value_respell(char **text, struct span canonical, struct err *err)
{
	char *copy = span_dup(canonical);

	if (!copy)
		return err_nomem(err);
	free(*text);
	*text = copy;
	return 0;
}

static int check_bool(const struct column *c, char **text, struct err *err)
{
	if (list_has("true,yes,1", span_of(*text)))
		return value_respell(text, SPAN("true"), err);
	if (list_has("false,no,0", span_of(*text)))
		return value_respell(text, SPAN("false"), err);
	return err_set(err, -EINVAL, "%s is true or false, not '%s'", c->name, *text);
}

static int check_listed(const struct column *c, char **text, struct err *err)
{
	struct span rest = span_of(c->values);

	while (rest.n) {
		struct span word = span_trim(span_cut(&rest, ','));

		if (span_ieq(word, span_of(*text)))
			return value_respell(text, word, err);
	}
	return err_set(err, -EINVAL, "%s cannot be '%s'; it is one of %s", c->name, *text,
	               c->values);
}

int path_value_check(const struct column *c, char **text, struct err *err)
{
	int64_t number;
	char *end;

	if (c->type == VALUE_BOOL)
		return check_bool(c, text, err);
	if (c->values)
		return check_listed(c, text, err);
	switch (c->type) {
	case VALUE_INT:
		if (!span_int(span_of(*text), &number))
			return err_set(err, -EINVAL, "%s is a whole number, not '%s'",
			               c->name, *text);
		return 0;
	case VALUE_REAL:
		(void)strtod(*text, &end);
		if (!**text || *end)
			return err_set(err, -EINVAL, "%s is a number, not '%s'", c->name,
			               *text);
		return 0;
	case VALUE_TIME:
		if (!clock_parse(span_of(*text), &number))
			return err_set(err, -EINVAL,
			               "%s is a time, not '%s'; write 2026-01-31, "
			               "2026-01-31T10:00:00Z, or -2h, -7d, -4w",
			               c->name, *text);
		return 0;
	case VALUE_NULL:
	case VALUE_BOOL:
	case VALUE_TEXT:
	case VALUE_JSON:
		break;
	}
	return 0;
}

static bool test_is_whole(enum test t)
{
	return t <= TEST_NOTIN;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A list is a set: sorted, each member once. */
static void set_make(struct text_vec *v)
{
	size_t n = 0;

	qsort(v->p, v->n, sizeof(*v->p), compare_texts);
	for (size_t i = 0; i < v->n; i++) {
		if (n && str_eq(v->p[n - 1], v->p[i]))
			free(v->p[i]);
		else
			v->p[n++] = v->p[i];
	}
	v->n = n;
}

static int value_add(const struct column *c, enum test test, struct span raw,
                     struct text_vec *v, struct err *err)
{
	cleanup_free_ char *text = NULL;
	int r = path_value_decode(raw, &text, err);

	if (r)
		return r;
	if (test_is_whole(test)) {
		r = path_value_check(c, &text, err);
		if (r)
			return r;
	}
	if (text_vec_push(v, text))
		return err_nomem(err);
	text = NULL;
	return 0;
}

int path_values_parse(const struct column *c, enum test test, struct span raw,
                      struct text_vec *v, struct err *err)
{
	bool more = true;

	if (test == TEST_NULL) {
		if (!span_is(raw, "yes") && !span_is(raw, "no"))
			return err_set(err, -EINVAL, "%s.null is yes or no", c->name);
		return value_add(c, test, raw, v, err);
	}
	if (test != TEST_IN && test != TEST_NOTIN)
		return value_add(c, test, raw, v, err);
	while (more) {
		int r;

		more = memchr(raw.p, ',', raw.n) != NULL;
		if (v->n == PATH_MAX_VALUES)
			return err_set(err, -EINVAL, "a list holds at most %d values",
			               PATH_MAX_VALUES);
		r = value_add(c, test, span_cut(&raw, ','), v, err);
		if (r)
			return r;
	}
	set_make(v);
	return 0;
}
