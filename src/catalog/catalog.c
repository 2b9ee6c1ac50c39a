/* SPDX-License-Identifier: MIT */
#include "catalog/catalog.h"

#include "base/map.h"
#include "base/sync.h"
#include "catalog/seen_i.h"
#include "store/cache.h"
#include "store/db.h"
#include "store/meta.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct catalog {
	char *site;
	char *account;
	char *desk;
	char *pseudo_columns;
	bool utc;
	struct db *db;
	pthread_mutex_t lock;
	struct seen_ids *seen; /* lock; by table, in the order of model_tables */
	size_t n_tables;
};

static size_t table_index(const struct table *t)
{
	size_t i = 0;

	while (model_tables[i] && model_tables[i] != t)
		i++;
	return i;
}

/* "Table=Column" items must name what exists, or a typing error would go unnoticed. */
static int check_pseudo_columns(const char *list, struct err *err)
{
	struct span rest = span_of(list);

	while (rest.n) {
		struct span column = span_trim(span_cut(&rest, ','));
		struct span table = span_trim(span_cut(&column, '='));
		const struct table *t = model_table(table);

		column = span_trim(column);
		if (!span_is(table, "*") && !t)
			return err_set(
				err, -EINVAL,
				"PseudoColumns: there is no table '%.*s' (the form is "
				"Table=Column, *=*)",
				SPAN_FMT(table));
		if (!span_is(column, "*") &&
		    (!column.n || (t && table_column(t, column) < 0)))
			return err_set(
				err, -EINVAL,
				"PseudoColumns: %.*s has no column '%.*s' (the form is "
				"Table=Column, *=*)",
				SPAN_FMT(table), SPAN_FMT(column));
	}
	return 0;
}

int catalog_new(const struct catalog_config *cfg, struct db *db, struct catalog **ret,
                struct err *err)
{
	cleanup_(catalog_freep) struct catalog *c = NULL;
	int r = check_pseudo_columns(cfg->pseudo_columns, err);

	if (r < 0)
		return r;
	c = calloc(1, sizeof(*c));
	if (!c)
		return err_nomem(err);
	pthread_mutex_init(&c->lock, NULL);
	c->db = db;
	c->utc = cfg->utc;
	c->site = str_dup(cfg->site);
	c->account = str_dup(cfg->account);
	c->desk = str_dup(cfg->desk);
	c->pseudo_columns = str_dup(cfg->pseudo_columns);
	while (model_tables[c->n_tables])
		c->n_tables++;
	c->seen = calloc(c->n_tables, sizeof(*c->seen));
	if (!c->site || !c->account || !c->desk || !c->pseudo_columns || !c->seen)
		return err_nomem(err);
	*ret = take_ptr(c);
	return 0;
}

void catalog_free(struct catalog *c)
{
	if (!c)
		return;
	for (size_t i = 0; c->seen && i < c->n_tables; i++)
		seen_ids_clear(&c->seen[i]);
	free(c->seen);
	free(c->site);
	free(c->account);
	free(c->desk);
	free(c->pseudo_columns);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

const char *catalog_site(const struct catalog *c)
{
	return c->site;
}

const char *catalog_account(const struct catalog *c)
{
	return c->account;
}

const char *catalog_desk(const struct catalog *c)
{
	return c->desk;
}

bool catalog_utc(const struct catalog *c)
{
	return c->utc;
}

struct db *catalog_db(const struct catalog *c)
{
	return c->db;
}

const struct table *catalog_table_at(const struct catalog *c, size_t i)
{
	return i < c->n_tables ? model_tables[i] : NULL;
}

const struct table *catalog_table(const struct catalog *c, struct span name)
{
	(void)c;
	return model_table(name);
}

bool catalog_is_listed(const struct catalog *c, const struct table *t, size_t column)
{
	struct span rest = span_of(c->pseudo_columns);

	if (!(t->columns[column].flags & COLUMN_PSEUDO))
		return true;
	while (rest.n) {
		struct span name = span_trim(span_cut(&rest, ','));
		struct span table = span_trim(span_cut(&name, '='));

		name = span_trim(name);
		if ((span_is(table, "*") || span_ieq(table, span_of(t->name))) &&
		    (span_is(name, "*") ||
		     span_ieq(name, span_of(t->columns[column].name))))
			return true;
	}
	return false;
}

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
	p[v->n] = (struct known_value){ span_dup(value), str_dup(label) };
	return p[v->n].value && p[v->n++].label ? 0 : -ENOMEM;
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
	return model_table(table);
}

bool catalog_has_facet(const struct catalog *c, const struct table *t, size_t column)
{
	const struct table *to = referred(t, column);

	(void)c;
	if (t->columns[column].values || t->columns[column].type == VALUE_BOOL)
		return true;
	/* Only metadata is known as a whole; the rest would be a chance selection. */
	return to && to->endpoints[0].flags & ENDPOINT_METADATA;
}

static int copy_seen(struct catalog *c, const struct table *t, struct known_values *ret)
{
	struct seen_ids *s = &c->seen[table_index(t)];
	int r = 0;
	LOCK_SCOPE(&c->lock);

	for (size_t i = 0; i < s->n && !r; i++)
		r = add_known(ret, span_of(s->p[i].id), s->p[i].label);
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
	if (!r && catalog_has_facet(c, t, column) && referred(t, column))
		r = copy_seen(c, referred(t, column), &v);
	if (r < 0) {
		known_values_clear(&v);
		return err_nomem(err);
	}
	*ret = v;
	return 0;
}

void catalog_saw(struct catalog *c, const struct table *t, struct span id,
                 struct span label)
{
	LOCK_SCOPE(&c->lock);

	seen_ids_add(&c->seen[table_index(t)], id, label);
}

void catalog_forget(struct catalog *c, const struct table *t)
{
	cleanup_free_ char *prefix = NULL;

	if (!(t->endpoints[0].flags & ENDPOINT_METADATA))
		return;
	/* Few answers are kept and each is one call: all of this account's go. */
	prefix = str_printf("%s %s ", c->site, c->account);
	if (prefix)
		cache_drop(c->db, span_of(prefix));
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

/* Sizes are another's if site, account or columns differ, so those are in the key. */
static char *size_key(const struct catalog *c, struct span path)
{
	return str_printf("%s %s %s %s %.*s", c->site, c->account, c->desk,
	                  c->pseudo_columns, SPAN_FMT(path));
}

bool catalog_size_get(struct catalog *c, struct span path, struct size_hint *ret)
{
	cleanup_free_ char *key = size_key(c, path);
	struct meta_size size;

	if (!key || !meta_size_get(c->db, span_of(key), &size))
		return false;
	*ret = (struct size_hint){ size.bytes, size.rows, size.fetched_ms };
	return true;
}

void catalog_size_put(struct catalog *c, struct span path, const struct size_hint *hint)
{
	cleanup_free_ char *key = size_key(c, path);

	if (key)
		meta_size_put(
			c->db, span_of(key),
			&(struct meta_size){ hint->bytes, hint->rows, hint->fetched_ms });
}
