/* SPDX-License-Identifier: MIT */
#include "query/ahead_i.h"

#include <stdlib.h>
#include <string.h>

#define MAX_COLUMNS 4 /* of struct parent */
#define MAX_KEYS 16
#define MAX_OUTERS 4
#define LOOK_ROWS 512 /* of the outer table, also where none of them is to be asked */
#define QUESTION_MAX_BYTES (64u * 1024) /* longer ones are not asked ahead */

struct ahead_scan {
	struct ahead_scan *next;
	char *plan;
	char *question;
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
	free(s->question);
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

/*
 * One question about one row of the parent: the columns, which outer cursor has them, and
 * which of the values asked for are those of its row.
 */
struct link {
	struct rowset *outer;
	size_t n;
	size_t from[MAX_COLUMNS], to[MAX_COLUMNS];
	bool linked[MAX_COLUMNS];
	size_t key; /* of the columns the last that is linked */
};

static const struct scan_key *key_of(const struct scan_spec *spec, size_t column)
{
	for (size_t k = 0; k < spec->n_keys; k++) {
		if (spec->keys[k].column == column)
			return &spec->keys[k];
	}
	return NULL;
}

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
	if (spec->n_keys > MAX_KEYS - MAX_COLUMNS)
		return false;
	for (size_t i = 0; parent && c->ahead && i < MAX_OUTERS; i++) {
		const struct table *t = c->ahead->outers[i].table;

		if (t && str_eq(t->name, parent->name))
			ret->outer = c->ahead->outers[i].rows;
	}
	for (size_t i = 0; ret->outer && i < MAX_COLUMNS && p->columns[i].to; i++) {
		const struct scan_key *k;

		ret->from[i] = (size_t)table_column(parent, span_of(p->columns[i].from));
		ret->to[i] = (size_t)table_column(spec->table, span_of(p->columns[i].to));
		ret->n++;
		k = key_of(spec, ret->to[i]);
		if (!k || k->n_values != 1 ||
		    !equals(ret->outer, ret->from[i], k->values[0]))
			continue;
		ret->linked[i] = true;
		ret->key = i;
		found = true;
	}
	return found;
}

/*
 * Is the outer row `skip` behind the current one asked the same but for the one column?
 * When more columns of it are compared, those behind are of the same desk; of others
 * nobody knows whether the query compares with the row or with what is always the same.
 */
static bool is_alike(const struct scan_spec *spec, const struct link *l, size_t skip)
{
	struct value v;

	for (size_t i = 0; i < l->n; i++) {
		if (!l->linked[i] || i == l->key)
			continue;
		if (!scan_peek(l->outer, skip, l->from[i], &v) || v.type != VALUE_TEXT ||
		    !span_eq(v.s, key_of(spec, l->to[i])->values[0]))
			return false;
	}
	return true;
}

/* The scan for the outer row `skip` behind the current one, whose key has this value. */
static int open_one(struct conn *c, const struct scan_spec *spec, const struct link *l,
                    size_t skip, struct span value, struct rowset **ret, struct err *err)
{
	struct scan_key keys[MAX_KEYS];
	struct span values[MAX_COLUMNS];
	struct scan_spec one = *spec;

	one.keys = keys;
	for (size_t k = 0; k < spec->n_keys; k++) {
		keys[k] = spec->keys[k];
		if (keys[k].column == l->to[l->key])
			keys[k].values = &value;
	}
	/* what the row knows besides */
	for (size_t i = 0; i < l->n; i++) {
		struct value v = VALUE_NULL_INIT;

		if (key_of(spec, l->to[i]) ||
		    !scan_peek(l->outer, skip, l->from[i], &v) || v.type != VALUE_TEXT)
			continue;
		values[i] = v.s;
		keys[one.n_keys++] = (struct scan_key){ l->to[i], &values[i], 1 };
	}
	return scan_open(c->client, &one, c->run, ret, err);
}

/* What a scan is known by: its plan, and all values that it asks for. */
static int question(const char *plan, const struct scan_spec *spec, const struct link *l,
                    struct span value, struct buf *out)
{
	buf_reset(out);
	buf_puts(out, plan);
	for (size_t k = 0; k < spec->n_keys; k++) {
		bool is_key = spec->keys[k].column == l->to[l->key];

		buf_printf(out, " %zu", spec->keys[k].n_values);
		for (size_t i = 0; i < spec->keys[k].n_values; i++) {
			struct span v = is_key ? value : spec->keys[k].values[i];

			buf_printf(out, " %zu:", v.n);
			buf_span(out, v);
		}
	}
	return buf_status(out);
}

/* Takes the scan that was started for the question; those before it are for rows that
 * were left out. */
static struct rowset *take(struct ahead *a, const char *plan, struct span asked)
{
	struct ahead_scan **at = &a->first, *s;
	struct rowset *rows = NULL;
	bool there = false;

	for (s = a->first; s; s = s->next)
		there |= span_is(asked, s->question);
	while (there && !rows && (s = *at)) {
		if (!str_eq(s->plan, plan)) {
			at = &s->next;
			continue;
		}
		*at = s->next;
		a->n--;
		if (span_is(asked, s->question)) {
			rows = s->rows;
			s->rows = NULL;
		}
		scan_free(s);
	}
	return rows;
}

static bool has(const struct ahead *a, struct span asked)
{
	for (const struct ahead_scan *s = a->first; s; s = s->next) {
		if (span_is(asked, s->question))
			return true;
	}
	return false;
}

static bool start(struct conn *c, const char *plan, struct span asked,
                  const struct scan_spec *spec, const struct link *l, size_t skip,
                  struct span value)
{
	struct ahead_scan *s = calloc(1, sizeof(*s)), **end = &c->ahead->first;

	if (!s)
		return false;
	s->plan = str_dup(plan);
	s->question = span_dup(asked);
	if (!s->plan || !s->question ||
	    open_one(c, spec, l, skip, value, &s->rows, NULL) < 0 ||
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
                       const struct link *l, struct buf *asked)
{
	unsigned max = client_max_in_flight(c->client);
	struct value v;

	for (size_t skip = 1; c->ahead->n + 1 < max && skip <= LOOK_ROWS; skip++) {
		if (!scan_peek(l->outer, skip, l->from[l->key], &v))
			return;
		if (v.type != VALUE_TEXT || !is_alike(spec, l, skip))
			continue;
		if (question(plan, spec, l, v.s, asked))
			return;
		if (has(c->ahead, buf_view(asked)))
			continue;
		if (!start(c, plan, buf_view(asked), spec, l, skip, v.s))
			return;
	}
}

int ahead_open(struct conn *c, const char *plan, const struct scan_spec *spec,
               struct rowset **ret, struct err *err)
{
	cleanup_(buf_clear) struct buf asked = BUF_INIT(QUESTION_MAX_BYTES);
	struct link link;
	struct span value;
	int r;

	if (!find_link(c, spec, &link))
		return scan_open(c->client, spec, c->run, ret, err);
	value = key_of(spec, link.to[link.key])->values[0];
	if (question(plan, spec, &link, value, &asked))
		return scan_open(c->client, spec, c->run, ret, err);
	*ret = take(c->ahead, plan, buf_view(&asked));
	if (!*ret) {
		r = open_one(c, spec, &link, 0, value, ret, err);
		if (r < 0)
			return r;
		/* Its own call goes first; if that fails its reader will hear of it. */
		(void)!scan_prime(*ret);
	}
	start_more(c, plan, spec, &link, &asked);
	return 0;
}
