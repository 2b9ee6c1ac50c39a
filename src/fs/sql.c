/* SPDX-License-Identifier: MIT */
#include "fs/sql.h"

#include "base/clock.h"
#include "catalog/catalog.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SQL_MAX_BYTES (256u * 1024)
#define SQL_MAX_HOLD (2u << 20)
#define SQL_MAX_PARAMS (PATH_MAX_SEGMENTS * PATH_MAX_VALUES + 2)

/*
 * One generator for both forms of the statement: values go either into params
 * (what is executed) or as literals into the text (what is shown).
 */
struct maker {
	const struct selector *s;
	const struct catalog *c;
	bool literal;
	struct buf text;
	struct buf hold; /* text values one after the other, each NUL-terminated */
	struct value *params;
	size_t n_params;
	int status;
};

static const char *const operators[] = { "=", "<>", "<", "<=", ">", ">=" };

static void put_quoted(struct maker *m, const char *name)
{
	buf_putc(&m->text, '"');
	for (const char *p = name; *p; p++) {
		if (*p == '"')
			buf_putc(&m->text, '"');
		buf_putc(&m->text, *p);
	}
	buf_putc(&m->text, '"');
}

static void put_name(struct maker *m, size_t column)
{
	put_quoted(m, m->s->table->columns[column].name);
}

static bool push_param(struct maker *m, struct value v)
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

static void put_text(struct maker *m, const char *s)
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
	/* hold may still move: an offset now, a pointer in finish() */
	if (!push_param(m, (struct value){ .type = VALUE_TEXT, .s = { NULL, n } }))
		return;
	buf_add(&m->hold, s, n + 1);
	buf_printf(&m->text, "?%zu", m->n_params);
}

static void put_int(struct maker *m, int64_t i)
{
	if (m->literal)
		buf_printf(&m->text, "%" PRId64, i);
	else if (push_param(m, value_int(i)))
		buf_printf(&m->text, "?%zu", m->n_params);
}

static void put_time(struct maker *m, const char *s)
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
		put_text(m, buf_str(&b));
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

static void put_number(struct maker *m, const char *s, double d)
{
	int64_t i;

	if (span_int(span_of(s), &i))
		put_int(m, i);
	else if (m->literal)
		buf_printf(&m->text, "%.17g", d);
	else if (push_param(m, (struct value){ .type = VALUE_REAL, .r = d }))
		buf_printf(&m->text, "?%zu", m->n_params);
}

/*
 * An expression in a view has no type, only its values have, and SQLite finds 3
 * and '3' different: such a column is compared with both.
 */
static bool is_untyped(const struct maker *m, const struct predicate *p)
{
	return m->s->table->columns[p->column].type == VALUE_NULL;
}

static void put_either(struct maker *m, const char *s)
{
	double d;

	put_text(m, s);
	if (!is_number(s, &d))
		return;
	buf_puts(&m->text, ", ");
	put_number(m, s, d);
}

static void put_untyped(struct maker *m, const struct predicate *p)
{
	double d;

	if (p->test == TEST_EQ || p->test == TEST_NE) {
		put_name(m, p->column);
		buf_puts(&m->text, p->test == TEST_EQ ? " IN (" : " NOT IN (");
		put_either(m, p->values[0]);
		buf_putc(&m->text, ')');
		return;
	}
	if (!is_number(p->values[0], &d)) {
		put_name(m, p->column);
		buf_printf(&m->text, " %s ", operators[p->test]);
		put_text(m, p->values[0]);
		return;
	}
	buf_puts(&m->text, "CASE typeof(");
	put_name(m, p->column);
	buf_puts(&m->text, ") WHEN 'text' THEN ");
	put_name(m, p->column);
	buf_printf(&m->text, " %s ", operators[p->test]);
	put_text(m, p->values[0]);
	buf_puts(&m->text, " ELSE ");
	put_name(m, p->column);
	buf_printf(&m->text, " %s ", operators[p->test]);
	put_number(m, p->values[0], d);
	buf_puts(&m->text, " END");
}

/* A value that is compared as a whole, in the column's own type. */
static void put_value(struct maker *m, size_t column, const char *s)
{
	int64_t i;

	switch (m->s->table->columns[column].type) {
	case VALUE_INT:
		if (span_int(span_of(s), &i))
			put_int(m, i);
		else
			put_text(m, s);
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
	put_text(m, s);
}

static void put_list(struct maker *m, const struct predicate *p)
{
	put_name(m, p->column);
	buf_puts(&m->text, p->test == TEST_NOTIN ? " NOT IN (" : " IN (");
	for (size_t i = 0; i < p->n_values; i++) {
		if (i)
			buf_puts(&m->text, ", ");
		if (is_untyped(m, p))
			put_either(m, p->values[i]);
		else
			put_value(m, p->column, p->values[i]);
	}
	buf_putc(&m->text, ')');
}

/* substr() with a parameter used twice would need two; length() is known here. */
static void put_substring(struct maker *m, const struct predicate *p, bool at_end)
{
	size_t n = 0;

	for (const char *s = p->values[0]; *s; s++)
		n += ((unsigned char)*s & 0xc0) !=
		     0x80; /* characters, as substr counts */
	if (!n) {
		put_name(m, p->column);
		buf_puts(&m->text, " IS NOT NULL");
		return;
	}
	buf_puts(&m->text, "substr(");
	put_name(m, p->column);
	if (at_end)
		buf_printf(&m->text, ", -%zu) = ", n);
	else
		buf_printf(&m->text, ", 1, %zu) = ", n);
	put_text(m, p->values[0]);
}

static void put_predicate(struct maker *m, const struct predicate *p)
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
		put_name(m, p->column);
		buf_printf(&m->text, " %s ", operators[p->test]);
		put_value(m, p->column, p->values[0]);
		return;
	case TEST_IN:
	case TEST_NOTIN:
		put_list(m, p);
		return;
	case TEST_CONTAINS:
		buf_puts(&m->text, "instr(");
		put_name(m, p->column);
		buf_puts(&m->text, ", ");
		put_text(m, p->values[0]);
		buf_puts(&m->text, ") > 0");
		return;
	case TEST_STARTS:
	case TEST_ENDS:
		put_substring(m, p, p->test == TEST_ENDS);
		return;
	case TEST_LIKE:
		put_name(m, p->column);
		buf_puts(&m->text, " LIKE ");
		put_text(m, p->values[0]);
		return;
	case TEST_NULL:
		put_name(m, p->column);
		buf_puts(&m->text,
		         str_eq(p->values[0], "yes") ? " IS NULL" : " IS NOT NULL");
		return;
	}
}

size_t sql_columns(const struct selector *s, const struct catalog *c, size_t *ret_column,
                   size_t max)
{
	size_t n = 0;

	if (s->select) {
		for (size_t i = 0; i < s->n_select && n < max; i++)
			ret_column[n++] = s->select[i];
		return n;
	}
	for (size_t i = 0; s->table->columns[i].name && n < max; i++) {
		if (catalog_is_listed(c, s->table, i))
			ret_column[n++] = i;
	}
	return n;
}

static void put_columns(struct maker *m)
{
	size_t n = table_n_columns(m->s->table);
	size_t *columns = calloc(n ? n : 1, sizeof(*columns));

	if (!columns) {
		m->status = -ENOMEM;
		return;
	}
	n = sql_columns(m->s, m->c, columns, n);
	/* a view that is broken has none: running it tells why */
	if (!n)
		buf_putc(&m->text, '*');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_puts(&m->text, ", ");
		put_name(m, columns[i]);
	}
	free(columns);
}

static void put_tail(struct maker *m, bool ordered)
{
	const struct selector *s = m->s;

	for (size_t i = 0; i < s->n_predicates; i++) {
		buf_puts(&m->text, i ? " AND " : " WHERE ");
		put_predicate(m, &s->predicates[i]);
	}
	for (size_t i = 0; ordered && i < s->n_order; i++) {
		buf_puts(&m->text, i ? ", " : " ORDER BY ");
		put_name(m, s->order[i].column);
		if (s->order[i].descending)
			buf_puts(&m->text, " DESC");
	}
	if (s->limit < 0 && s->offset < 0)
		return;
	buf_puts(&m->text, " LIMIT ");
	put_int(m, s->limit);
	if (s->offset >= 0) {
		buf_puts(&m->text, " OFFSET ");
		put_int(m, s->offset);
	}
}

static void put_statement(struct maker *m, enum sql_kind kind)
{
	bool cut = m->s->limit >= 0 || m->s->offset >= 0;

	if (kind == SQL_COUNT && cut)
		buf_puts(&m->text, "SELECT count(*) FROM (SELECT 1");
	else if (kind == SQL_COUNT)
		buf_puts(&m->text, "SELECT count(*)");
	else
		buf_puts(&m->text, "SELECT ");
	if (kind == SQL_ROWS)
		put_columns(m);
	buf_puts(&m->text, " FROM ");
	if (m->s->table->schema) {
		put_quoted(m, m->s->table->schema);
		buf_putc(&m->text, '.');
	}
	put_quoted(m, m->s->table->name);
	put_tail(m, kind == SQL_ROWS);
	if (kind == SQL_COUNT && cut)
		buf_putc(&m->text, ')');
}

static int maker_end(struct maker *m, struct err *err)
{
	if (!m->status)
		m->status = buf_status(&m->text);
	if (!m->status)
		m->status = buf_status(&m->hold);
	if (m->status == -ENOMEM)
		return err_nomem(err);
	if (m->status)
		return err_set(err, -EINVAL, "the query is too long");
	return 0;
}

static int maker_run(struct maker *m, enum sql_kind kind, struct err *err)
{
	put_statement(m, kind);
	return maker_end(m, err);
}

static void put_change(struct maker *m, const struct sql_change *change)
{
	buf_puts(&m->text, change->n_set ? "UPDATE " : "DELETE FROM ");
	put_quoted(m, m->s->table->name);
	for (size_t i = 0; i < change->n_set; i++) {
		buf_puts(&m->text, i ? ", " : " SET ");
		put_name(m, change->set[i].column);
		buf_puts(&m->text, " = ");
		put_text(m, change->set[i].value);
	}
	put_tail(m, false);
	for (size_t i = 0; i < change->n_find; i++) {
		buf_puts(&m->text, i || m->s->n_predicates ? " AND " : " WHERE ");
		put_name(m, change->find[i].column);
		buf_puts(&m->text, " = ");
		put_value(m, change->find[i].column, change->find[i].value);
	}
}

static void maker_clear(struct maker *m)
{
	buf_clear(&m->text);
	buf_clear(&m->hold);
	free(m->params);
}

static int maker_take(struct maker *m, struct sql *ret, struct err *err)
{
	const char *p;
	struct sql q = { 0 };

	q.text = buf_take(&m->text);
	q.hold = m->hold.len ? buf_take(&m->hold) : NULL;
	if (!q.text) {
		free(q.hold);
		return err_nomem(err);
	}
	p = q.hold;
	for (size_t i = 0; i < m->n_params; i++) {
		if (m->params[i].type != VALUE_TEXT)
			continue;
		m->params[i].s.p = p;
		p += m->params[i].s.n + 1;
	}
	q.params = take_ptr(m->params);
	q.n_params = m->n_params;
	*ret = q;
	return 0;
}

int sql_make(const struct selector *s, const struct catalog *c, enum sql_kind kind,
             struct sql *ret, struct err *err)
{
	cleanup_(maker_clear) struct maker m = { .s = s,
		                                 .c = c,
		                                 .text = BUF_INIT(SQL_MAX_BYTES),
		                                 .hold = BUF_INIT(SQL_MAX_HOLD) };
	int r = maker_run(&m, kind, err);

	return r ? r : maker_take(&m, ret, err);
}

int sql_make_change(const struct selector *s, const struct catalog *c,
                    const struct sql_change *change, struct sql *ret, struct err *err)
{
	cleanup_(maker_clear) struct maker m = { .s = s,
		                                 .c = c,
		                                 .text = BUF_INIT(SQL_MAX_BYTES),
		                                 .hold = BUF_INIT(SQL_MAX_HOLD) };
	int r;

	if (s->limit >= 0 || s->offset >= 0)
		return err_set(
			err, -EINVAL,
			"_limit and _offset do not say which rows are meant: leave "
			"them out");
	put_change(&m, change);
	r = maker_end(&m, err);
	return r ? r : maker_take(&m, ret, err);
}

void sql_clear(struct sql *q)
{
	free(q->text);
	free(q->params);
	free(q->hold);
	*q = (struct sql){ 0 };
}

int sql_show(const struct selector *s, const struct catalog *c, struct buf *out,
             struct err *err)
{
	cleanup_(maker_clear) struct maker m = { .s = s,
		                                 .c = c,
		                                 .literal = true,
		                                 .text = BUF_INIT(SQL_MAX_BYTES),
		                                 .hold = BUF_INIT(SQL_MAX_HOLD) };
	int r = maker_run(&m, SQL_ROWS, err);

	if (r)
		return r;
	buf_span(out, buf_view(&m.text));
	buf_puts(out, ";\n");
	return 0;
}
