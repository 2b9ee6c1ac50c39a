/* SPDX-License-Identifier: MIT */
/* What is known of values without asking: the model's, and those of rows that went by. */
#include "base/map.h"
#include "catalog/catalog_i.h"
#include "catalog/seen_i.h"

#include <errno.h>
#include <stdlib.h>

void known_values_clear(struct known_values *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->p[i].value);
		free(v->p[i].label);
	}
	free(v->p);
	*v = (struct known_values){ 0 };
}

static int add_known(struct known_values *v, struct span value, const char *label)
{
	struct known_value *p = reallocarray(v->p, v->n + 1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	v->p = p;
	v->p[v->n] = (struct known_value){ span_dup(value), str_dup(label) };
	p = &v->p[v->n++];
	return p->value && p->label ? 0 : -ENOMEM;
}

/* The table whose ids are the column's values, or NULL. */
static const struct table *referred(const struct table *t, size_t column)
{
	struct span name = span_of(t->columns[column].ref);
	struct span table;

	if (t->id && !t->id[1] && str_eq(t->id[0], t->columns[column].name))
		return t;
	if (!name.n)
		return NULL;
	table = span_cut(&name, '.');
	return model_any_table(table);
}

/* Columns of the system tables whose values are names of the model. */
static bool names_tables(const struct table *t, size_t column)
{
	return str_eq(t->columns[column].ref, "sys_tables.TableName") ||
	       (str_eq(t->name, "sys_tables") &&
	        str_eq(t->columns[column].name, "TableName"));
}

static bool names_procedures(const struct table *t, size_t column)
{
	return str_eq(t->columns[column].ref, "sys_procedures.ProcedureName") ||
	       (str_eq(t->name, "sys_procedures") &&
	        str_eq(t->columns[column].name, "ProcedureName"));
}

static int copy_names(struct catalog *c, const struct table *t, size_t column,
                      struct known_values *ret)
{
	const struct table *named;
	int r = 0;

	for (size_t i = 0; names_tables(t, column) && !r; i++) {
		named = catalog_shown_at(c, i);
		if (!named)
			break;
		r = add_known(ret, span_of(named->name), "");
	}
	for (size_t i = 0; names_procedures(t, column) && !r; i++) {
		if (!model_procedures[i])
			break;
		r = add_known(ret, span_of(model_procedures[i]->name), "");
	}
	return r;
}

bool catalog_has_facet(const struct catalog *c, const struct table *t, size_t column)
{
	const struct table *to = referred(t, column);

	(void)c;
	if (t->kind == TABLE_USER_VIEW)
		return false;
	if (t->columns[column].values || t->columns[column].type == VALUE_BOOL)
		return true;
	if (t->kind == TABLE_SYSTEM)
		return names_tables(t, column) || names_procedures(t, column);
	/* Only metadata is known as a whole; the rest would be a chance selection. */
	return to && to->endpoints[0].flags & ENDPOINT_METADATA;
}

static int copy_seen(struct catalog *c, const struct table *t, struct known_values *ret)
{
	struct seen_ids *s;
	int r = 0;
	LOCK_SCOPE(&c->lock);

	s = map_get(c->seen, span_of(t->name));
	for (size_t i = 0; s && i < s->n && !r; i++) {
		if (s->p[i].id)
			r = add_known(ret, span_of(s->p[i].id), s->p[i].label);
	}
	return r;
}

int catalog_known(struct catalog *c, const struct table *t, size_t column,
                  struct known_values *ret, struct err *err)
{
	const struct column *col = &t->columns[column];
	struct known_values v = { 0 };
	struct span rest = span_of(col->values);
	int r = 0;

	while (rest.n && !r)
		r = add_known(&v, span_cut(&rest, ','), "");
	if (!v.n && col->type == VALUE_BOOL) {
		r = add_known(&v, SPAN("true"), "");
		if (!r)
			r = add_known(&v, SPAN("false"), "");
	}
	if (!r && t->kind == TABLE_SYSTEM)
		r = copy_names(c, t, column, &v);
	else if (!r && catalog_has_facet(c, t, column) && referred(t, column))
		r = copy_seen(c, referred(t, column), &v);
	if (r < 0) {
		known_values_clear(&v);
		return err_nomem(err);
	}
	*ret = v;
	return 0;
}

int catalog_known_ids(struct catalog *c, const struct table *t, struct known_values *ret,
                      struct err *err)
{
	struct known_values v = { 0 };

	if (copy_seen(c, t, &v) < 0) {
		known_values_clear(&v);
		return err_nomem(err);
	}
	*ret = v;
	return 0;
}

void catalog_saw(struct catalog *c, const struct table *t, struct span id,
                 struct span label)
{
	struct seen_ids *s;
	LOCK_SCOPE(&c->lock);

	s = map_get(c->seen, span_of(t->name));
	if (!s) {
		s = calloc(1, sizeof(*s));
		/* It is only a convenience: without memory nothing is remembered. */
		if (!s || map_put(c->seen, span_of(t->name), s, NULL) < 0) {
			free(s);
			return;
		}
	}
	seen_ids_add(s, id, label);
}

void catalog_gone(struct catalog *c, const struct table *t, struct span id)
{
	struct seen_ids *s;
	LOCK_SCOPE(&c->lock);

	s = map_get(c->seen, span_of(t->name));
	if (s)
		seen_ids_del(s, id);
}
