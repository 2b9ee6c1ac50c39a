/* SPDX-License-Identifier: MIT */
#include "fs/sql.h"

#include "catalog/catalog.h"
#include "fs/sql_i.h"

#include <errno.h>
#include <stdlib.h>

#define SQL_MAX_BYTES (256u * 1024)
#define SQL_MAX_HOLD (2u << 20)

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

static void put_columns(struct sql_maker *m)
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
		sql_put_name(m, columns[i]);
	}
	free(columns);
}

static void put_tail(struct sql_maker *m, bool ordered)
{
	const struct selector *s = m->s;

	for (size_t i = 0; i < s->n_predicates; i++) {
		buf_puts(&m->text, i ? " AND " : " WHERE ");
		sql_put_predicate(m, &s->predicates[i]);
	}
	for (size_t i = 0; ordered && i < s->n_order; i++) {
		buf_puts(&m->text, i ? ", " : " ORDER BY ");
		sql_put_name(m, s->order[i].column);
		if (s->order[i].descending)
			buf_puts(&m->text, " DESC");
	}
	if (s->limit < 0 && s->offset < 0)
		return;
	buf_puts(&m->text, " LIMIT ");
	sql_put_int(m, s->limit);
	if (s->offset >= 0) {
		buf_puts(&m->text, " OFFSET ");
		sql_put_int(m, s->offset);
	}
}

static void put_statement(struct sql_maker *m, enum sql_kind kind)
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
		sql_put_quoted(m, m->s->table->schema);
		buf_putc(&m->text, '.');
	}
	sql_put_quoted(m, m->s->table->name);
	put_tail(m, kind == SQL_ROWS);
	if (kind == SQL_COUNT && cut)
		buf_putc(&m->text, ')');
}

static int maker_end(struct sql_maker *m, struct err *err)
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

static int maker_run(struct sql_maker *m, enum sql_kind kind, struct err *err)
{
	put_statement(m, kind);
	return maker_end(m, err);
}

static void put_change(struct sql_maker *m, const struct sql_change *change)
{
	buf_puts(&m->text, change->n_set ? "UPDATE " : "DELETE FROM ");
	sql_put_quoted(m, m->s->table->name);
	for (size_t i = 0; i < change->n_set; i++) {
		buf_puts(&m->text, i ? ", " : " SET ");
		sql_put_name(m, change->set[i].column);
		buf_puts(&m->text, " = ");
		sql_put_text(m, change->set[i].value);
	}
	put_tail(m, false);
	for (size_t i = 0; i < change->n_find; i++) {
		buf_puts(&m->text, i || m->s->n_predicates ? " AND " : " WHERE ");
		sql_put_name(m, change->find[i].column);
		buf_puts(&m->text, " = ");
		sql_put_value(m, change->find[i].column, change->find[i].value);
	}
}

static void maker_clear(struct sql_maker *m)
{
	buf_clear(&m->text);
	buf_clear(&m->hold);
	free(m->params);
}

static int maker_take(struct sql_maker *m, struct sql *ret, struct err *err)
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
	cleanup_(maker_clear) struct sql_maker m = { .s = s,
		                                     .c = c,
		                                     .text = BUF_INIT(SQL_MAX_BYTES),
		                                     .hold = BUF_INIT(SQL_MAX_HOLD) };
	int r = maker_run(&m, kind, err);

	return r ? r : maker_take(&m, ret, err);
}

int sql_make_change(const struct selector *s, const struct catalog *c,
                    const struct sql_change *change, struct sql *ret, struct err *err)
{
	cleanup_(maker_clear) struct sql_maker m = { .s = s,
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
	cleanup_(maker_clear) struct sql_maker m = { .s = s,
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
