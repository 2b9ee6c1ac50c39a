/* SPDX-License-Identifier: MIT */
#include "base/map.h"
#include "catalog/catalog_i.h"
#include "catalog/identity.h"
#include "catalog/overlay.h"
#include "catalog/seen_i.h"
#include "store/cache.h"
#include "store/changes.h"
#include "store/db.h"
#include "store/meta.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

/* Whose changes are counted; those of all tables without one. */
static struct span changes_name(const struct table *t)
{
	return t ? span_of(table_family(t)->name) : SPAN("*");
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
