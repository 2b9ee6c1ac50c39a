/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "catalog/catalog.h"
#include "fs/sql_i.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SQL_MAX_PARAMS (PATH_MAX_SEGMENTS * PATH_MAX_VALUES + 2)

static const char *const operators[] = { "=", "<>", "<", "<=", ">", ">=" };

void sql_put_quoted(struct sql_maker *m, const char *name)
{
	buf_putc(&m->text, '"');
	for (const char *p = name; *p; p++) {
		if (*p == '"')
			buf_putc(&m->text, '"');
		buf_putc(&m->text, *p);
	}
	buf_putc(&m->text, '"');
}

void sql_put_name(struct sql_maker *m, size_t column)
{
	sql_put_quoted(m, m->s->table->columns[column].name);
}

static bool push_param(struct sql_maker *m, struct value v)
{
	if (m->n_params == SQL_MAX_PARAMS) {
		m->status = -EINVAL;
		return false;
	}
	if (!(m->n_params & (m->n_params - 1)) || !m->params) {
		size_t cap = m->n_params ? m->n_params * 2 : 1;
		struct value *p = reallocarray(m->params, cap, sizeof(*p));

		if (!p) {
			m->status = -ENOMEM;
			return false;
		}
		m->params = p;
	}
	m->params[m->n_params++] = v;
	return true;
}

void sql_put_text(struct sql_maker *m, const char *s)
{
	size_t n = strlen(s);

	if (m->literal) {
		buf_putc(&m->text, '\'');
		for (size_t i = 0; i < n; i++) {
			if (s[i] == '\'')
				buf_putc(&m->text, '\'');
			buf_putc(&m->text, s[i]);
		}
		buf_putc(&m->text, '\'');
		return;
	}
	/* hold may still move: a length now, a pointer when all is there */
	if (!push_param(m, (struct value){ .type = VALUE_TEXT, .s = { NULL, n } }))
		return;
	buf_add(&m->hold, s, n + 1);
	buf_printf(&m->text, "?%zu", m->n_params);
}

void sql_put_int(struct sql_maker *m, int64_t i)
{
	if (m->literal)
		buf_printf(&m->text, "%" PRId64, i);
	else if (push_param(m, value_int(i)))
		buf_printf(&m->text, "?%zu", m->n_params);
}

static void put_time(struct sql_maker *m, const char *s)
{
	struct buf b = BUF_INIT(64);
	int64_t ms;

	if (!clock_parse(span_of(s), &ms)) {
		m->status = -EINVAL;
		return;
	}
	clock_format(&b, ms, catalog_utc(m->c));
	if (buf_status(&b))
		m->status = buf_status(&b);
	else
		sql_put_text(m, buf_str(&b));
	buf_clear(&b);
}

/* Decimal, as SQLite reads it; not what else strtod() knows. */
static bool is_number(const char *s, double *ret)
{
	char *end;

	if (!*s || s[strspn(s, "0123456789.+-eE")])
		return false;
	*ret = strtod(s, &end);
	return !*end && isfinite(*ret);
}

static void put_number(struct sql_maker *m, const char *s, double d)
{
	int64_t i;

	if (span_int(span_of(s), &i))
		sql_put_int(m, i);
	else if (m->literal)
		buf_printf(&m->text, "%.17g", d);
	else if (push_param(m, (struct value){ .type = VALUE_REAL, .r = d }))
		buf_printf(&m->text, "?%zu", m->n_params);
}

/*
 * An expression in a view has no type, only its values have, and SQLite finds 3
 * and '3' different: such a column is compared with both.
 */
static bool is_untyped(const struct sql_maker *m, const struct predicate *p)
{
	return m->s->table->columns[p->column].type == VALUE_NULL;
}

static void put_either(struct sql_maker *m, const char *s)
{
	double d;

	sql_put_text(m, s);
	if (!is_number(s, &d))
		return;
	buf_puts(&m->text, ", ");
	put_number(m, s, d);
}

static void put_untyped(struct sql_maker *m, const struct predicate *p)
{
	double d;

	if (p->test == TEST_EQ || p->test == TEST_NE) {
		sql_put_name(m, p->column);
		buf_puts(&m->text, p->test == TEST_EQ ? " IN (" : " NOT IN (");
		put_either(m, p->values[0]);
		buf_putc(&m->text, ')');
		return;
	}
	if (!is_number(p->values[0], &d)) {
		sql_put_name(m, p->column);
		buf_printf(&m->text, " %s ", operators[p->test]);
		sql_put_text(m, p->values[0]);
		return;
	}
	buf_puts(&m->text, "CASE typeof(");
	sql_put_name(m, p->column);
	buf_puts(&m->text, ") WHEN 'text' THEN ");
	sql_put_name(m, p->column);
	buf_printf(&m->text, " %s ", operators[p->test]);
	sql_put_text(m, p->values[0]);
	buf_puts(&m->text, " ELSE ");
	sql_put_name(m, p->column);
	buf_printf(&m->text, " %s ", operators[p->test]);
	put_number(m, p->values[0], d);
	buf_puts(&m->text, " END");
}

void sql_put_value(struct sql_maker *m, size_t column, const char *s)
{
	int64_t i;

	switch (m->s->table->columns[column].type) {
	case VALUE_INT:
		if (span_int(span_of(s), &i))
			sql_put_int(m, i);
		else
			sql_put_text(m, s);
		return;
	case VALUE_TIME:
		put_time(m, s);
		return;
	case VALUE_NULL:
	case VALUE_BOOL:
	case VALUE_REAL:
	case VALUE_TEXT:
	case VALUE_JSON:
		break;
	}
	sql_put_text(m, s);
}

static void put_list(struct sql_maker *m, const struct predicate *p)
{
	sql_put_name(m, p->column);
	buf_puts(&m->text, p->test == TEST_NOTIN ? " NOT IN (" : " IN (");
	for (size_t i = 0; i < p->n_values; i++) {
		if (i)
			buf_puts(&m->text, ", ");
		if (is_untyped(m, p))
			put_either(m, p->values[i]);
		else
			sql_put_value(m, p->column, p->values[i]);
	}
	buf_putc(&m->text, ')');
}

/* substr() with a parameter used twice would need two; length() is known here. */
static void put_substring(struct sql_maker *m, const struct predicate *p, bool at_end)
{
	size_t n = 0;

	for (const char *s = p->values[0]; *s; s++)
		n += ((unsigned char)*s & 0xc0) !=
		     0x80; /* characters, as substr counts */
	if (!n) {
		sql_put_name(m, p->column);
		buf_puts(&m->text, " IS NOT NULL");
		return;
	}
	buf_puts(&m->text, "substr(");
	sql_put_name(m, p->column);
	if (at_end)
		buf_printf(&m->text, ", -%zu) = ", n);
	else
		buf_printf(&m->text, ", 1, %zu) = ", n);
	sql_put_text(m, p->values[0]);
}

void sql_put_predicate(struct sql_maker *m, const struct predicate *p)
{
	switch (p->test) {
	case TEST_EQ:
	case TEST_NE:
	case TEST_LT:
	case TEST_LE:
	case TEST_GT:
	case TEST_GE:
		if (is_untyped(m, p)) {
			put_untyped(m, p);
			return;
		}
		sql_put_name(m, p->column);
		buf_printf(&m->text, " %s ", operators[p->test]);
		sql_put_value(m, p->column, p->values[0]);
		return;
	case TEST_IN:
	case TEST_NOTIN:
		put_list(m, p);
		return;
	case TEST_CONTAINS:
		buf_puts(&m->text, "instr(");
		sql_put_name(m, p->column);
		buf_puts(&m->text, ", ");
		sql_put_text(m, p->values[0]);
		buf_puts(&m->text, ") > 0");
		return;
	case TEST_STARTS:
	case TEST_ENDS:
		put_substring(m, p, p->test == TEST_ENDS);
		return;
	case TEST_LIKE:
		sql_put_name(m, p->column);
		buf_puts(&m->text, " LIKE ");
		sql_put_text(m, p->values[0]);
		return;
	case TEST_NULL:
		sql_put_name(m, p->column);
		buf_puts(&m->text,
		         str_eq(p->values[0], "yes") ? " IS NULL" : " IS NOT NULL");
		return;
	}
}
