/* SPDX-License-Identifier: MIT */
#include "query/ahead_i.h"

#include <stdlib.h>
#include <string.h>

#define MAX_COLUMNS 4 /* of struct parent */
#define MAX_KEYS 16
#define MAX_OUTERS 4

struct ahead_scan {
	struct ahead_scan *next;
	char *plan;
	char *value;
	struct rowset *rows;
};

struct ahead {
	struct {
		const struct table *table;
		struct rowset *rows;
	} outers[MAX_OUTERS];
	struct ahead_scan *first; /* in the order in which they will be wanted */
	unsigned n;
};

static struct ahead *ahead_of(struct conn *c)
{
	if (!c->ahead)
		c->ahead = calloc(1, sizeof(*c->ahead));
	return c->ahead;
}

void ahead_outer(struct conn *c, const struct table *t, struct rowset *rows)
{
	struct ahead *a = ahead_of(c);

	for (size_t i = 0; a && i < MAX_OUTERS; i++) {
		if (a->outers[i].table && a->outers[i].table != t)
			continue;
		a->outers[i].table = rows ? t : NULL;
		a->outers[i].rows = rows;
		return;
	}
}

static void scan_free(struct ahead_scan *s)
{
	rowset_close(s->rows);
	free(s->plan);
	free(s->value);
	free(s);
}

void ahead_clear(struct conn *c)
{
	struct ahead *a = c->ahead;

	while (a && a->first) {
		struct ahead_scan *s = a->first;

		a->first = s->next;
		scan_free(s);
	}
	free(a);
	c->ahead = NULL;
}

/* One question about one row of the parent: the columns, and which outer cursor has them.
 */
struct link {
	struct rowset *outer;
	size_t n;
	size_t from[MAX_COLUMNS], to[MAX_COLUMNS];
	size_t key;        /* of the columns the one that spec has a value for */
	struct span value; /* this */
};

static bool equals(struct rowset *rows, size_t column, struct span value)
{
	struct value v;

	rows->ops->get(rows, column, &v);
	return v.type == VALUE_TEXT && span_eq(v.s, value);
}

static bool find_link(struct conn *c, const struct scan_spec *spec, struct link *ret)
{
	const struct parent *p = &spec->table->parent;
	const struct table *parent = p->table ? model_any_table(span_of(p->table)) : NULL;
	bool found = false;

	*ret = (struct link){ 0 };
	for (size_t i = 0; parent && c->ahead && i < MAX_OUTERS; i++) {
		const struct table *t = c->ahead->outers[i].table;

		if (t && str_eq(t->name, parent->name))
			ret->outer = c->ahead->outers[i].rows;
	}
	for (size_t i = 0; ret->outer && i < MAX_COLUMNS && p->columns[i].to; i++) {
		ret->from[i] = (size_t)table_column(parent, span_of(p->columns[i].from));
		ret->to[i] = (size_t)table_column(spec->table, span_of(p->columns[i].to));
		ret->n++;
		for (size_t k = 0; k < spec->n_keys; k++) {
			if (spec->keys[k].column != ret->to[i] ||
			    spec->keys[k].n_values != 1)
				continue;
			ret->key = i;
			ret->value = spec->keys[k].values[0];
			found = true;
		}
	}
	return found && equals(ret->outer, ret->from[ret->key], ret->value);
}

/* The scan for the outer row `skip` behind the current one. */
static int open_one(struct conn *c, const struct scan_spec *spec, const struct link *l,
                    size_t skip, struct rowset **ret, struct err *err)
{
	struct scan_key keys[MAX_KEYS];
	struct span values[MAX_COLUMNS];
	struct scan_spec one = *spec;

	one.keys = keys;
	one.n_keys = 0;
	for (size_t k = 0; k < spec->n_keys && one.n_keys < MAX_KEYS - MAX_COLUMNS; k++) {
		if (spec->keys[k].column != l->to[l->key])
			keys[one.n_keys++] = spec->keys[k];
	}
	for (size_t i = 0; i < l->n; i++) {
		struct value v = VALUE_NULL_INIT;

		if (!scan_peek(l->outer, skip, l->from[i], &v) || v.type != VALUE_TEXT)
			continue;
		for (size_t k = 0; k < one.n_keys; k++) {
			/* The query compares this one with something else. */
			if (keys[k].column == l->to[i])
				v.type = VALUE_NULL;
		}
		if (v.type != VALUE_TEXT)
			continue;
		values[i] = v.s;
		keys[one.n_keys++] = (struct scan_key){ l->to[i], &values[i], 1 };
	}
	return scan_open(c->client, &one, c->run, ret, err);
}

/* Takes the scan that was started for value; those before it are for rows that were left
 * out. */
static struct rowset *take(struct ahead *a, const char *plan, struct span value)
{
	struct ahead_scan **at = &a->first, *s;
	struct rowset *rows = NULL;
	bool there = false;

	for (s = a->first; s; s = s->next)
		there |= str_eq(s->plan, plan) && span_is(value, s->value);
	while (there && !rows && (s = *at)) {
		if (!str_eq(s->plan, plan)) {
			at = &s->next;
			continue;
		}
		*at = s->next;
		a->n--;
		if (span_is(value, s->value)) {
			rows = s->rows;
			s->rows = NULL;
		}
		scan_free(s);
	}
	return rows;
}

static bool has(const struct ahead *a, const char *plan, struct span value)
{
	for (const struct ahead_scan *s = a->first; s; s = s->next) {
		if (str_eq(s->plan, plan) && span_is(value, s->value))
			return true;
	}
	return false;
}

static bool start(struct conn *c, const char *plan, const struct scan_spec *spec,
                  const struct link *l, size_t skip, struct span value)
{
	struct ahead_scan *s = calloc(1, sizeof(*s)), **end = &c->ahead->first;

	if (!s)
		return false;
	s->plan = str_dup(plan);
	s->value = span_dup(value);
	if (!s->plan || !s->value || open_one(c, spec, l, skip, &s->rows, NULL) < 0 ||
	    scan_prime(s->rows) < 0) {
		scan_free(s);
		return false;
	}
	while (*end)
		end = &(*end)->next;
	*end = s;
	c->ahead->n++;
	return true;
}

/* A failure here is none: the scan is opened again when its row is there. */
static void start_more(struct conn *c, const char *plan, const struct scan_spec *spec,
                       const struct link *l)
{
	unsigned max = client_max_in_flight(c->client);
	struct value v;

	for (size_t skip = 1; c->ahead->n + 1 < max; skip++) {
		if (!scan_peek(l->outer, skip, l->from[l->key], &v))
			return;
		if (v.type != VALUE_TEXT || has(c->ahead, plan, v.s))
			continue;
		if (!start(c, plan, spec, l, skip, v.s))
			return;
	}
}

int ahead_open(struct conn *c, const char *plan, const struct scan_spec *spec,
               struct rowset **ret, struct err *err)
{
	struct link link;
	int r;

	if (!find_link(c, spec, &link))
		return scan_open(c->client, spec, c->run, ret, err);
	*ret = take(c->ahead, plan, link.value);
	if (!*ret) {
		r = open_one(c, spec, &link, 0, ret, err);
		if (r < 0)
			return r;
		/* Its own call goes first; if that fails its reader will hear of it. */
		(void)!scan_prime(*ret);
	}
	start_more(c, plan, spec, &link);
	return 0;
}
