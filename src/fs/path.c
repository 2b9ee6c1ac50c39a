/* SPDX-License-Identifier: MIT */
#include "fs/path.h"

#include "base/utf8.h"
#include "fs/path_i.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const test_names[] = {
	"eq",    "ne",       "lt",     "le",   "gt",   "ge",   "in",
	"notin", "contains", "starts", "ends", "like", "null",
};

const char *test_name(enum test test)
{
	return test_names[test];
}

static bool test_find(struct span name, enum test *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(test_names); i++) {
		if (span_ieq(name, span_of(test_names[i]))) {
			*ret = (enum test)i;
			return true;
		}
	}
	return false;
}

/* ------------------------------------------------------------- life cycle */

void selector_init(struct selector *s, const struct table *table)
{
	*s = (struct selector){ .table = table, .limit = -1, .offset = -1 };
}

static void predicate_clear(struct predicate *p)
{
	for (size_t i = 0; i < p->n_values; i++)
		free(p->values[i]);
	free(p->values);
	*p = (struct predicate){ 0 };
}

void selector_clear(struct selector *s)
{
	for (size_t i = 0; i < s->n_predicates; i++)
		predicate_clear(&s->predicates[i]);
	free(s->select);
	free(s->order);
	selector_init(s, s->table);
}

static int predicate_copy(const struct predicate *from, struct predicate *ret)
{
	*ret = (struct predicate){ .column = from->column, .test = from->test };
	ret->values = calloc(from->n_values ? from->n_values : 1, sizeof(*ret->values));
	if (!ret->values)
		return -ENOMEM;
	for (; ret->n_values < from->n_values; ret->n_values++) {
		ret->values[ret->n_values] = str_dup(from->values[ret->n_values]);
		if (!ret->values[ret->n_values]) {
			predicate_clear(ret);
			return -ENOMEM;
		}
	}
	return 0;
}

static void *bytes_copy(const void *p, size_t n)
{
	void *copy = malloc(n ? n : 1);

	if (copy && n)
		memcpy(copy, p, n);
	return copy;
}

int selector_copy(const struct selector *from, struct selector *ret, struct err *err)
{
	struct selector s = *from;

	s.n_predicates = 0;
	s.select = NULL;
	s.order = NULL;
	for (; s.n_predicates < from->n_predicates; s.n_predicates++) {
		if (predicate_copy(&from->predicates[s.n_predicates],
		                   &s.predicates[s.n_predicates]))
			goto fail;
	}
	if (from->select) {
		s.select = bytes_copy(from->select, s.n_select * sizeof(*s.select));
		if (!s.select)
			goto fail;
	}
	if (from->order) {
		s.order = bytes_copy(from->order, s.n_order * sizeof(*s.order));
		if (!s.order)
			goto fail;
	}
	*ret = s;
	return 0;
fail:
	selector_clear(&s);
	return err_nomem(err);
}

/* ---------------------------------------------------------------- checking */

static int column_unknown(const struct selector *s, struct span name, struct err *err)
{
	struct buf list = BUF_INIT(2048);

	for (const struct column *c = s->table->columns; c->name; c++)
		buf_printf(&list, "%s%s", c == s->table->columns ? "" : ", ", c->name);
	err_set(err, -EINVAL, "%s has no column '%.*s'; its columns are %s",
	        s->table->name, (int)(name.n > 64 ? 64 : name.n), name.p, buf_str(&list));
	buf_clear(&list);
	return -EINVAL;
}

int path_find_column(const struct selector *s, struct span name, size_t *ret,
                     struct err *err)
{
	int i = table_column(s->table, name);

	/* in a view a name can be any text, so it may have come with escapes */
	if (i < 0 && name.n && memchr(name.p, '%', name.n)) {
		cleanup_(buf_clear) struct buf b = BUF_INIT(PATH_VALUE_MAX_BYTES);

		if (utf8_from_name(&b, name) && !buf_status(&b))
			i = table_column(s->table, buf_view(&b));
		if (buf_status(&b) == -ENOMEM)
			return err_nomem(err);
	}
	if (i < 0)
		return column_unknown(s, name, err);
	*ret = (size_t)i;
	return 0;
}

static int check_test(const struct selector *s, const struct predicate *p,
                      struct err *err)
{
	const struct column *c = &s->table->columns[p->column];

	if ((c->flags & COLUMN_PSEUDO) && p->test != TEST_EQ && p->test != TEST_IN)
		return err_set(err, -EINVAL,
		               "%s is a parameter of the query: it takes only %s=value "
		               "and %s.in=a,b, not .%s",
		               c->name, c->name, c->name, test_names[p->test]);
	return 0;
}

/* ---------------------------------------------------------- the sorted set */

static int predicate_compare(const struct table *t, const struct predicate *a,
                             const struct predicate *b)
{
	int d = a->column == b->column
	                ? 0
	                : strcmp(t->columns[a->column].name, t->columns[b->column].name);

	if (!d)
		d = (int)a->test - (int)b->test;
	for (size_t i = 0; !d && i < a->n_values && i < b->n_values; i++)
		d = strcmp(a->values[i], b->values[i]);
	if (!d)
		d = (a->n_values > b->n_values) - (a->n_values < b->n_values);
	return d;
}

/* Takes what *p owns; a predicate that is there already is not kept twice. */
static void predicate_insert(struct selector *s, struct predicate *p)
{
	size_t i = s->n_predicates;

	for (size_t k = 0; k < s->n_predicates; k++) {
		int d = predicate_compare(s->table, p, &s->predicates[k]);

		if (!d) {
			predicate_clear(p);
			return;
		}
		if (d < 0) {
			i = k;
			break;
		}
	}
	memmove(&s->predicates[i + 1], &s->predicates[i],
	        (s->n_predicates - i) * sizeof(s->predicates[0]));
	s->predicates[i] = *p;
	s->n_predicates++;
	*p = (struct predicate){ 0 };
}

static int add_predicate(struct selector *s, struct span name, struct span raw,
                         struct err *err)
{
	cleanup_(path_texts_free) struct text_vec values = { 0 };
	struct predicate p = { .test = TEST_EQ };
	const char *dot = memrchr(name.p, '.', name.n);
	struct span column = name;
	int r;

	if (dot && table_column(s->table, name) < 0) {
		struct span op = { dot + 1, name.n - (size_t)(dot + 1 - name.p) };

		column.n = (size_t)(dot - name.p);
		if (!test_find(op, &p.test))
			return err_set(
				err, -EINVAL,
				"'%.*s' is no operator; there are eq ne lt le gt ge "
				"in notin contains starts ends like null",
				(int)(op.n > 32 ? 32 : op.n), op.p);
	}
	r = path_find_column(s, column, &p.column, err);
	if (!r)
		r = check_test(s, &p, err);
	if (!r)
		r = path_values_parse(&s->table->columns[p.column], p.test, raw, &values,
		                      err);
	if (r)
		return r;
	p.values = values.p;
	p.n_values = values.n;
	values = (struct text_vec){ 0 };
	predicate_insert(s, &p);
	return 0;
}

int selector_add_equal(struct selector *s, size_t column, struct span value,
                       struct err *err)
{
	struct predicate p = { .column = column, .test = TEST_EQ };
	cleanup_free_ char *text = span_dup(value);
	int r;

	if (!text)
		return err_nomem(err);
	r = path_value_check(&s->table->columns[column], &text, err);
	if (r)
		return r;
	if (s->n_predicates == PATH_MAX_SEGMENTS)
		return err_set(err, -EINVAL, "more than %d predicates",
		               PATH_MAX_SEGMENTS);
	p.values = calloc(1, sizeof(*p.values));
	if (!p.values)
		return err_nomem(err);
	p.values[p.n_values++] = take_ptr(text);
	predicate_insert(s, &p);
	return 0;
}

int selector_add(struct selector *s, struct span segment, struct err *err)
{
	const char *equals = memchr(segment.p, '=', segment.n);
	cleanup_free_ char *name = NULL;
	struct span left, raw;
	int r;

	if (!equals || *segment.p == '.')
		return -ENOENT;
	if (s->n_segments == PATH_MAX_SEGMENTS)
		return err_set(err, -EINVAL,
		               "a path has at most %d predicates and directives",
		               PATH_MAX_SEGMENTS);
	left = (struct span){ segment.p, (size_t)(equals - segment.p) };
	raw = (struct span){ equals + 1, segment.n - left.n - 1 };
	r = path_value_decode(left, &name, err);
	if (r)
		return r;
	left = span_of(name);
	if (*name == '_')
		r = path_add_directive(s, left, raw, err);
	else
		r = add_predicate(s, left, raw, err);
	if (!r)
		s->n_segments++;
	return r;
}

/* --------------------------------------------------------------- printing */

static void print_predicate(const struct selector *s, const struct predicate *p,
                            struct buf *out)
{
	buf_putc(out, '/');
	utf8_to_name(out, span_of(s->table->columns[p->column].name));
	if (p->test != TEST_EQ)
		buf_printf(out, ".%s", test_names[p->test]);
	buf_putc(out, '=');
	for (size_t i = 0; i < p->n_values; i++) {
		if (i)
			buf_putc(out, ',');
		utf8_to_name(out, span_of(p->values[i]));
	}
}

const char *path_before(const struct table *t)
{
	return t->kind == TABLE_SYSTEM      ? "sys/"
	       : t->kind == TABLE_USER_VIEW ? "UserViews/"
	                                    : "";
}

void selector_print(const struct selector *s, struct buf *out)
{
	buf_printf(out, "%s%s", path_before(s->table), s->table->name);
	for (size_t i = 0; i < s->n_predicates; i++)
		print_predicate(s, &s->predicates[i], out);
	if (s->fresh == FRESH_CACHE)
		buf_puts(out, "/_fresh=cache");
	else if (s->fresh == FRESH_AGE && !s->fresh_ms)
		buf_puts(out, "/_fresh=0");
	else if (s->fresh == FRESH_AGE)
		buf_printf(out, "/_fresh=%" PRId64 "s", s->fresh_ms / 1000);
	if (s->limit >= 0)
		buf_printf(out, "/_limit=%" PRId64, s->limit);
	if (s->offset >= 0)
		buf_printf(out, "/_offset=%" PRId64, s->offset);
	for (size_t i = 0; i < s->n_order; i++) {
		buf_printf(out, "%s%s",
		           i ? "," : "/_order=", s->order[i].descending ? "%2D" : "");
		utf8_to_name(out, span_of(s->table->columns[s->order[i].column].name));
	}
	if (s->scan)
		buf_puts(out, "/_scan=yes");
	for (size_t i = 0; i < s->n_select; i++) {
		buf_puts(out, i ? "," : "/_select=");
		utf8_to_name(out, span_of(s->table->columns[s->select[i]].name));
	}
}
