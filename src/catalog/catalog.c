/* SPDX-License-Identifier: MIT */
#include "catalog/catalog.h"

#include "base/map.h"
#include "base/sync.h"
#include "catalog/identity.h"
#include "catalog/overlay.h"
#include "catalog/seen_i.h"
#include "store/cache.h"
#include "store/changes.h"
#include "store/db.h"
#include "store/meta.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct catalog {
	char *site;
	char *account;
	char *desk;
	char *pseudo_columns;
	char *location;
	bool utc;
	char *properties[PROP_COUNT];
	struct db *db;
	struct changes *changes; /* or NULL */
	struct overlay *overlay;
	bool custom_fields;
	struct identity *identity;
	_Atomic uint64_t n_tried; /* changes */
	pthread_mutex_t lock;
	struct map *seen;       /* lock; struct seen_ids by the table's name */
	struct table_set *sets; /* lock; the newest last: older ones may be in use */
	size_t n_sets;          /* lock */
};

/* A site whose queues change more often than this between two mounts keeps the last. */
#define MAX_SETS 1000
#define SET_MAX_BYTES (64u << 20) /* of what schema files make */

/* "Table=Column" items must name what exists, or a typing error would go unnoticed. */
static int check_pseudo_columns(struct catalog *c, struct err *err)
{
	struct span rest = span_of(c->pseudo_columns);

	while (rest.n) {
		struct span column = span_trim(span_cut(&rest, ','));
		struct span table = span_trim(span_cut(&column, '='));
		const struct table *t = catalog_table(c, table);

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

static bool copy_properties(struct catalog *c, const char *const *values)
{
	for (size_t i = 0; i < PROP_COUNT; i++) {
		const struct property *p = &model_properties[i];
		const char *value = values ? values[i] : p->standard;

		c->properties[i] = str_dup(p->flags & PROP_SECRET ? "" : value);
		if (!c->properties[i])
			return false;
	}
	return true;
}

int catalog_new(const struct catalog_config *cfg, struct db *db, struct catalog **ret,
                struct err *err)
{
	cleanup_(catalog_freep) struct catalog *c = calloc(1, sizeof(*c));
	struct table_set none = { .arena = ARENA_INIT(SET_MAX_BYTES) };
	int r;

	if (!c)
		return err_nomem(err);
	pthread_mutex_init(&c->lock, NULL);
	c->db = db;
	c->changes = cfg->changes;
	c->utc = cfg->utc;
	c->site = str_dup(cfg->site);
	c->account = str_dup(cfg->account);
	c->desk = str_dup(cfg->desk);
	c->pseudo_columns = str_dup(cfg->pseudo_columns);
	c->location = str_dup(cfg->location ? cfg->location : "");
	c->seen = map_new();
	c->identity = identity_new();
	if (!c->site || !c->account || !c->desk || !c->pseudo_columns || !c->location ||
	    !c->seen || !c->identity || !copy_properties(c, cfg->property_values))
		return err_nomem(err);
	c->custom_fields = cfg->custom_fields;
	r = overlay_read(c->location, &c->overlay, err);
	if (!r)
		r = catalog_set_tables(c, &none, err);
	if (!r)
		r = check_pseudo_columns(c, err);
	if (!r)
		*ret = take_ptr(c);
	return r;
}

void catalog_free(struct catalog *c)
{
	size_t cursor = 0;
	struct span name;
	void *seen;

	if (!c)
		return;
	while (c->seen && map_next(c->seen, &cursor, &name, &seen)) {
		seen_ids_clear(seen);
		free(seen);
	}
	map_free(c->seen);
	for (size_t i = 0; i < c->n_sets; i++)
		arena_clear(&c->sets[i].arena);
	free(c->sets);
	overlay_free(c->overlay);
	for (size_t i = 0; i < PROP_COUNT; i++)
		free(c->properties[i]);
	identity_free(c->identity);
	free(c->site);
	free(c->account);
	free(c->desk);
	free(c->pseudo_columns);
	free(c->location);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

const char *catalog_site(const struct catalog *c)
{
	return c->site;
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

const char *catalog_property(const struct catalog *c, enum property_id id)
{
	return c->properties[id];
}

const char *catalog_location(const struct catalog *c)
{
	return c->location;
}

uint64_t catalog_next_change(struct catalog *c)
{
	return atomic_fetch_add(&c->n_tried, 1) + 1;
}

struct identity *catalog_identity(const struct catalog *c)
{
	return c->identity;
}

static const struct table *site_table(struct catalog *c, struct span name)
{
	const struct table_set *set = c->n_sets ? &c->sets[c->n_sets - 1] : NULL;

	for (size_t i = 0; set && i < set->n; i++) {
		if (span_ieq(name, span_of(set->p[i]->name)))
			return set->p[i];
	}
	return NULL;
}

const struct table *catalog_table(struct catalog *c, struct span name)
{
	const struct table *t;
	LOCK_SCOPE(&c->lock);

	t = site_table(c, name);
	return t ? t : model_table(name);
}

const struct table *catalog_table_at(struct catalog *c, size_t i)
{
	const struct table_set *set;
	size_t n = 0;
	LOCK_SCOPE(&c->lock);

	for (; model_tables[n]; n++) {
		const struct table *own;

		if (n != i)
			continue;
		own = site_table(c, span_of(model_tables[n]->name));
		return own ? own : model_tables[n];
	}
	set = c->n_sets ? &c->sets[c->n_sets - 1] : NULL;
	for (size_t k = 0; set && k < set->n; k++) {
		if (!model_table(span_of(set->p[k]->name)) && n++ == i)
			return set->p[k];
	}
	return NULL;
}

unsigned catalog_version(struct catalog *c)
{
	LOCK_SCOPE(&c->lock);

	return (unsigned)c->n_sets;
}

static bool same_fixed(const struct fixed_value *a, const struct fixed_value *b)
{
	for (; a && b && a->column && b->column; a++, b++) {
		if (!str_eq(a->column, b->column) || !str_eq(a->value, b->value))
			return false;
	}
	return (!a || !a->column) == (!b || !b->column);
}

static bool same_table(const struct table *a, const struct table *b)
{
	size_t i = 0;

	if (!str_eq(a->name, b->name) || !same_fixed(a->fixed, b->fixed))
		return false;
	for (; a->columns[i].name && b->columns[i].name; i++) {
		if (!str_eq(a->columns[i].name, b->columns[i].name) ||
		    !str_eq(a->columns[i].path, b->columns[i].path) ||
		    a->columns[i].type != b->columns[i].type)
			return false;
	}
	return !a->columns[i].name && !b->columns[i].name;
}

static bool same_set(const struct table_set *a, const struct table_set *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (!same_table(a->p[i], b->p[i]))
			return false;
	}
	return true;
}

int catalog_set_tables(struct catalog *c, struct table_set *set, struct err *err)
{
	struct table_set none = { 0 }, *p;
	int r = overlay_apply(c->overlay, set, !c->custom_fields, err);

	if (r < 0) {
		arena_clear(&set->arena);
		return r;
	}
	LOCK_SCOPE(&c->lock);

	if (same_set(set, c->n_sets ? &c->sets[c->n_sets - 1] : &none) ||
	    c->n_sets == MAX_SETS) {
		arena_clear(&set->arena);
		return 0;
	}
	p = reallocarray(c->sets, c->n_sets + 1, sizeof(*p));
	if (!p) {
		arena_clear(&set->arena);
		return err_nomem(err);
	}
	c->sets = p;
	c->sets[c->n_sets++] = *set;
	return 0;
}

int catalog_set_desk(struct catalog *c, const char *desk, struct err *err)
{
	char *copy = str_dup(desk);

	if (!copy)
		return err_nomem(err);
	free(c->desk);
	c->desk = copy;
	return 0;
}

bool catalog_is_listed(const struct catalog *c, const struct table *t, size_t column)
{
	struct span rest = span_of(c->pseudo_columns);

	if (t->columns[column].flags & COLUMN_HIDDEN)
		return false;
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

/* Whose changes are counted; those of all tables without one. */
static struct span changes_name(const struct table *t)
{
	return t ? span_of(table_family(t)->name) : SPAN("*");
}

void catalog_gone(struct catalog *c, const struct table *t, struct span id)
{
	struct seen_ids *s;
	LOCK_SCOPE(&c->lock);

	s = map_get(c->seen, span_of(t->name));
	if (s)
		seen_ids_del(s, id);
}

void catalog_forget(struct catalog *c, const struct table *t)
{
	if (c->changes) {
		changes_note(c->changes, span_of(c->site), changes_name(t));
		changes_note(c->changes, span_of(c->site), changes_name(NULL));
	}
	if (!t->endpoints || !(t->endpoints[0].flags & ENDPOINT_METADATA))
		return;
	/* Few answers are kept and each is one call: all of this account's go. */
	catalog_forget_all(c);
}

void catalog_forget_all(struct catalog *c)
{
	cleanup_free_ char *prefix = str_printf("%s %s ", c->site, c->account);

	if (prefix)
		cache_drop(c->db, span_of(prefix));
}

uint64_t catalog_changes(const struct catalog *c, const struct table *t)
{
	return c->changes ? changes_count(c->changes, span_of(c->site), changes_name(t))
	                  : 0;
}

int catalog_changes_fd(const struct catalog *c)
{
	return c->changes ? changes_fd(c->changes) : -1;
}

void catalog_changes_drain(struct catalog *c)
{
	if (c->changes)
		changes_drain(c->changes);
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
