/* SPDX-License-Identifier: MIT */
#include "query/system_i.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#define TEXT_MAX_BYTES (64u << 20)

static const struct {
	const char *table;
	void (*make)(struct made *m);
} makers[] = {
	{ "sys_catalogs", made_catalogs },
	{ "sys_connection_props", made_properties },
	{ "sys_foreignkeys", made_foreign_keys },
	{ "sys_identity", made_identity },
	{ "sys_indexes", made_indexes },
	{ "sys_information", made_information },
	{ "sys_keycolumns", made_key_columns },
	{ "sys_primarykeys", made_primary_keys },
	{ "sys_procedureparameters", made_parameters },
	{ "sys_procedures", made_procedures },
	{ "sys_schemas", made_schemas },
	{ "sys_sqlinfo", made_sqlinfo },
	{ "sys_tablecolumns", made_columns },
	{ "sys_tables", made_tables },
};

struct system_rows {
	struct rowset base;
	const char **names;
	struct made made;
	size_t at; /* rows handed out */
};

static struct value *cell(struct made *m, const char *column)
{
	int i = table_column(m->table, span_of(column));

	assert(i >= 0 && m->n_rows);
	return &m->cells[(m->n_rows - 1) * table_n_columns(m->table) + (size_t)i];
}

void made_row(struct made *m)
{
	size_t n = table_n_columns(m->table);

	if (m->status)
		return;
	if (m->n_rows == m->cap_rows) {
		size_t cap = m->cap_rows ? m->cap_rows * 2 : 32;
		struct value *p = reallocarray(m->cells, cap * n, sizeof(*p));

		if (!p) {
			m->status = -ENOMEM;
			return;
		}
		m->cells = p;
		m->cap_rows = cap;
	}
	for (size_t i = 0; i < n; i++)
		m->cells[m->n_rows * n + i] = VALUE_NULL_INIT;
	m->n_rows++;
}

void made_span(struct made *m, const char *column, struct span s)
{
	char *copy;

	if (m->status)
		return;
	copy = arena_dup(&m->text, s);
	if (copy)
		*cell(m, column) = value_text((struct span){ copy, s.n });
	else
		m->status = -ENOMEM;
}

void made_text(struct made *m, const char *column, const char *s)
{
	if (s)
		made_span(m, column, span_of(s));
}

void made_bool(struct made *m, const char *column, bool b)
{
	if (!m->status)
		*cell(m, column) = (struct value){ .type = VALUE_BOOL, .b = b };
}

void made_int(struct made *m, const char *column, int64_t i)
{
	if (!m->status)
		*cell(m, column) = value_int(i);
}

void made_site_row(struct made *m)
{
	made_row(m);
	made_text(m, "CatalogName", SYSTEM_CATALOG);
	made_text(m, "SchemaName", SYSTEM_SCHEMA);
}

static int system_next(struct rowset *rs, struct err *err)
{
	struct system_rows *s = container_of(rs, struct system_rows, base);

	(void)err;
	if (s->at == s->made.n_rows)
		return 0;
	s->at++;
	return 1;
}

static void system_get(struct rowset *rs, size_t column, struct value *ret)
{
	struct system_rows *s = container_of(rs, struct system_rows, base);

	*ret = s->made.cells[(s->at - 1) * rs->n_columns + column];
}

static void system_close(struct rowset *rs)
{
	struct system_rows *s = container_of(rs, struct system_rows, base);

	arena_clear(&s->made.text);
	free(s->made.cells);
	free(s->names);
	free(s);
}

static const struct rowset_ops ops = { system_next, system_get, system_close };

int system_open(struct conn *conn, const struct table *t, struct rowset **ret,
                struct err *err)
{
	cleanup_(rowset_closep) struct rowset *guard = NULL;
	struct system_rows *s = calloc(1, sizeof(*s));
	size_t n = table_n_columns(t);

	if (!s)
		return err_nomem(err);
	s->base.ops = &ops;
	guard = &s->base;
	s->made.conn = conn;
	s->made.catalog = conn->catalog;
	s->made.table = t;
	s->made.text = ARENA_INIT(TEXT_MAX_BYTES);
	s->names = calloc(n + 1, sizeof(*s->names));
	if (!s->names)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		s->names[i] = t->columns[i].name;
	s->base.n_columns = n;
	s->base.names = s->names;
	for (size_t i = 0; i < ARRAY_SIZE(makers); i++) {
		if (str_eq(makers[i].table, t->name))
			makers[i].make(&s->made);
	}
	if (s->made.status)
		return err_nomem(err);
	*ret = take_ptr(guard);
	return 0;
}
