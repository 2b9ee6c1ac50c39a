/* SPDX-License-Identifier: MIT */
/*
 * Keys of the query form an odometer: one position a key, the last turns
 * fastest.  With a parent, each of its rows starts the odometer anew, and the
 * columns that the parent gives are taken from the row.
 */
#include "rest/rounds_i.h"

#include <errno.h>
#include <stdlib.h>

struct values *rounds_values(struct rounds *r, size_t column)
{
	for (size_t i = 0; i < r->n_keys; i++) {
		if (r->keys[i].column == column)
			return &r->keys[i];
	}
	return NULL;
}

static void free_values(struct values *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->p[i]);
	free(v->p);
	*v = (struct values){ 0 };
}

/* Twice the same value in IN (…) is one call. */
static bool has_value(const struct values *v, struct span s)
{
	for (size_t i = 0; i < v->n; i++) {
		if (span_is(s, v->p[i]))
			return true;
	}
	return false;
}

/* The item of a comma-separated list that word means, as the list spells it. */
static bool find_item(const char *list, struct span word, struct span *ret)
{
	struct span rest = span_of(list);

	while (rest.n) {
		struct span item = span_cut(&rest, ',');

		if (span_ieq(item, word)) {
			*ret = item;
			return true;
		}
	}
	return false;
}

static int add_value(struct rounds *r, struct values *v, struct span value,
                     struct err *err)
{
	const struct column *c = &r->table->columns[v->column];
	const struct key *key = endpoint_key(r->endpoint, c->name);

	if (key && !form_allows(key->form, value))
		return 0;
	/* No escaping keeps these two from being steps of the address. */
	if (key && key->into == INTO_PATH &&
	    (span_is(value, ".") || span_is(value, "..")))
		return 0;
	if (c->values && !find_item(c->values, value, &value))
		return err_set(err, -EINVAL, "%s cannot be '%.*s': use one of %s",
		               c->name, SPAN_FMT(value), c->values);
	if (has_value(v, value))
		return 0;
	v->p[v->n] = span_dup(value);
	return v->p[v->n++] ? 0 : err_nomem(err);
}

/* What both conditions on a column allow. */
static void intersect(struct values *v, const struct values *with)
{
	size_t n = 0;

	for (size_t i = 0; i < v->n; i++) {
		if (has_value(with, span_of(v->p[i])))
			v->p[n++] = v->p[i];
		else
			free(v->p[i]);
	}
	v->n = n;
}

static int add_key(struct rounds *r, const struct scan_key *k, struct err *err)
{
	struct values *before = rounds_values(r, k->column);
	struct values v = { .column = k->column };
	int e = 0;

	if (!before && r->n_keys == MAX_KEYS)
		return err_set(err, -EINVAL, "too many conditions on %s", r->table->name);
	v.p = calloc(k->n_values + 1, sizeof(char *));
	if (!v.p)
		return err_nomem(err);
	for (size_t i = 0; i < k->n_values && !e; i++)
		e = add_value(r, &v, k->values[i], err);
	if (before) {
		intersect(before, &v);
		r->empty |= !before->n;
		free_values(&v);
	} else {
		r->empty |= !v.n;
		r->keys[r->n_keys++] = v;
	}
	return e;
}

static int add_fixed(struct rounds *r, const struct fixed_value *f, struct err *err)
{
	struct span value = span_of(f->value);
	size_t column = (size_t)table_column(r->table, span_of(f->column));

	return add_key(r, &(struct scan_key){ column, &value, 1 }, err);
}

/* ServiceDeskID is one more value of the desk's column, unless the query names another.
 */
static int add_desk(struct rounds *r, const char *desk, struct err *err)
{
	struct span value = span_of(desk);
	int column;

	r->desk = str_dup(desk);
	if (!r->desk)
		return err_nomem(err);
	if (!desk[0] || !r->table->desk || !endpoint_key(r->endpoint, r->table->desk))
		return 0;
	column = table_column(r->table, span_of(r->table->desk));
	return add_key(r, &(struct scan_key){ (size_t)column, &value, 1 }, err);
}

static bool needs_parent(struct rounds *r, const bool *known)
{
	const struct parent *p = &r->table->parent;

	if (!p->table)
		return false;
	if (!endpoint_fits(r->table, r->endpoint, known))
		return true;
	for (size_t i = 0; i < MAX_PARENT_COLUMNS && p->columns[i].to; i++) {
		int c = table_column(r->table, span_of(p->columns[i].to));

		if (r->used[c] && !known[c] && !r->table->columns[c].path)
			return true;
	}
	return false;
}

static int first_fit(struct rounds *r, const struct table *t, const bool *known,
                     const struct endpoint **ret, struct err *err)
{
	enum deployment on = DEPLOYMENT_CLOUD;
	int e = table_varies(t) ? client_deployment(r->client, r->run, &on, err) : 0;

	if (e < 0)
		return e;
	for (const struct endpoint *ep = t->endpoints; ep->name; ep++) {
		*ret = ep;
		if (endpoint_is_on(ep, on) && endpoint_fits(t, ep, known))
			return 0;
	}
	/* Without keys of its own the parent has a parent: its list walks that. */
	for (const struct endpoint *ep = t->endpoints; ep->name; ep++) {
		*ret = ep;
		if (endpoint_is_on(ep, on) && !endpoint_is_entity(ep))
			return 0;
	}
	return err_set(err, -EOPNOTSUPP, "%s is available on Jira Cloud only", t->name);
}

/* The keys that the query gives on the parent's columns go to the parent. */
static int open_parent(struct rounds *r, struct err *err)
{
	const struct parent *p = &r->table->parent;
	const struct table *t = model_any_table(span_of(p->table));
	cleanup_free_ bool *known = calloc(table_n_columns(t) + 1, sizeof(bool));
	cleanup_free_ struct span *texts = NULL;
	struct scan_key keys[MAX_PARENT_COLUMNS];
	struct scan_spec spec = {
		.table = t, .keys = keys, .max_rows = -1, .desk = r->desk
	};
	int e;

	r->parent_table = t;
	r->parent_used = calloc(table_n_columns(t) + 1, sizeof(bool));
	if (!known || !r->parent_used)
		return err_nomem(err);
	for (size_t i = 0; i < MAX_PARENT_COLUMNS && p->columns[i].to; i++) {
		int from = table_column(t, span_of(p->columns[i].from));
		struct values *v = rounds_values(
			r, (size_t)table_column(r->table, span_of(p->columns[i].to)));

		r->parent_used[from] = true;
		if (!v || r->parent_by_key)
			continue;
		texts = calloc(v->n + 1, sizeof(*texts));
		if (!texts)
			return err_nomem(err);
		for (size_t j = 0; j < v->n; j++)
			texts[j] = span_of(v->p[j]);
		known[from] = true;
		r->parent_by_key = p->columns[i].to;
		keys[spec.n_keys++] = (struct scan_key){ (size_t)from, texts, v->n };
	}
	e = first_fit(r, t, known, &r->parent_endpoint, err);
	if (e < 0)
		return e;
	spec.endpoint = r->parent_endpoint;
	spec.used = r->parent_used;
	spec.joined = r->joined && spec.n_keys;
	return scan_open(r->client, &spec, r->run, &r->parent, err);
}

int rounds_open(struct client *client, const struct scan_spec *spec, struct run *run,
                struct rounds **ret, struct err *err)
{
	cleanup_(rounds_closep) struct rounds *r = calloc(1, sizeof(*r));
	cleanup_free_ bool *known =
		calloc(table_n_columns(spec->table) + 1, sizeof(bool));
	int e = 0;

	if (!r || !known)
		return err_nomem(err);
	r->client = client;
	r->run = run;
	r->table = spec->table;
	r->endpoint = spec->endpoint;
	r->used = spec->used;
	r->max_rows = spec->max_rows;
	r->joined = spec->joined;
	for (const struct fixed_value *f = r->table->fixed; f && f->column && !e; f++)
		e = add_fixed(r, f, err);
	for (size_t i = 0; i < spec->n_keys && !e; i++)
		e = add_key(r, &spec->keys[i], err);
	if (!e)
		e = add_desk(r, spec->desk ? spec->desk : "", err);
	if (e < 0)
		return e;
	for (size_t i = 0; i < r->n_keys; i++)
		known[r->keys[i].column] = true;
	r->from_parent = !r->empty && needs_parent(r, known);
	if (r->from_parent)
		e = open_parent(r, err);
	if (e < 0)
		return e;
	*ret = take_ptr(r);
	return 0;
}

void rounds_close(struct rounds *r)
{
	if (!r)
		return;
	rowset_close(r->parent);
	for (size_t i = 0; i < r->n_keys; i++)
		free_values(&r->keys[i]);
	free(r->parent_used);
	free(r->desk);
	free(r);
}

bool rounds_overlap(const struct rounds *r)
{
	for (size_t i = 0; i < r->n_keys; i++) {
		if (r->keys[i].n > 1)
			return true;
	}
	return false;
}

bool rounds_many(const struct rounds *r)
{
	return r->from_parent || rounds_overlap(r);
}

/* The columns that the parent's row decides; they do not turn with the odometer. */
static bool is_parents(const struct rounds *r, size_t column)
{
	const struct parent *p = &r->table->parent;

	if (!r->from_parent)
		return false;
	for (size_t i = 0; i < MAX_PARENT_COLUMNS && p->columns[i].to; i++) {
		if ((int)column == table_column(r->table, span_of(p->columns[i].to)))
			return true;
	}
	return false;
}

/* False when every combination has been had. */
bool rounds_turn(struct rounds *r)
{
	for (size_t i = r->n_keys; i-- > 0;) {
		struct values *v = &r->keys[i];

		if (is_parents(r, v->column))
			continue;
		if (++v->at < v->n)
			return true;
		v->at = 0;
	}
	return false;
}

/* What the parent's endpoint did not take over is compared here. */
static bool is_wanted(struct rounds *r)
{
	const struct parent *p = &r->table->parent;

	for (size_t i = 0; i < MAX_PARENT_COLUMNS && p->columns[i].to; i++) {
		size_t from = (size_t)table_column(r->parent_table,
		                                   span_of(p->columns[i].from));
		struct values *wanted = rounds_values(
			r, (size_t)table_column(r->table, span_of(p->columns[i].to)));
		struct value v;

		if (!wanted)
			continue;
		r->parent->ops->get(r->parent, from, &v);
		/* A project that was renamed answers to its old keys too. */
		if (v.type != VALUE_TEXT ||
		    (!has_value(wanted, v.s) && !endpoint_is_entity(r->parent_endpoint)))
			return false;
	}
	return true;
}

int rounds_no_parent(const char *column, struct err *err)
{
	return err_set(err, -ENOENT,
	               "the %s asked for does not exist, or this account cannot see it",
	               column);
}

static int next_parent(struct rounds *r, struct err *err)
{
	int e;

	do {
		e = r->parent->ops->next(r->parent, err);
	} while (e > 0 && !is_wanted(r));
	if (e > 0)
		r->n_parents++;
	if (e || !r->parent_by_key || r->n_parents || r->joined)
		return e;
	return rounds_no_parent(r->parent_by_key, err);
}

static int bind_parent(struct rounds *r, struct binding *b, struct err *err)
{
	const struct parent *p = &r->table->parent;

	for (size_t i = 0; i < MAX_PARENT_COLUMNS && p->columns[i].to; i++) {
		size_t from = (size_t)table_column(r->parent_table,
		                                   span_of(p->columns[i].from));
		size_t to = (size_t)table_column(r->table, span_of(p->columns[i].to));
		struct value v;

		r->parent->ops->get(r->parent, from, &v);
		if (v.type == VALUE_TEXT && binding_set(b, to, v.s) < 0)
			return err_nomem(err);
	}
	return 0;
}

int rounds_bind(struct rounds *r, struct binding *b, struct err *err)
{
	for (size_t i = 0; i < r->n_keys; i++) {
		struct values *v = &r->keys[i];

		if (!is_parents(r, v->column) &&
		    binding_set(b, v->column, span_of(v->p[v->at])) < 0)
			return err_nomem(err);
	}
	return 0;
}

int rounds_lookup_spec(struct rounds *r, const struct lookup *l, bool **used,
                       struct scan_spec *ret, struct err *err)
{
	const struct table *t = model_any_table(span_of(l->table));
	cleanup_free_ bool *known = calloc(table_n_columns(t) + 1, sizeof(bool));

	*used = calloc(table_n_columns(t) + 1, sizeof(bool));
	if (!known || !*used)
		return err_nomem(err);
	(*used)[table_column(t, span_of(l->match))] = true;
	(*used)[table_column(t, span_of(l->take))] = true;
	*ret = (struct scan_spec){ .table = t, .used = *used, .max_rows = -1 };
	return first_fit(r, t, known, &ret->endpoint, err);
}

/* 1 and the value in out, or 0 if nothing has it. */
static int look_up(struct rounds *r, const struct lookup *l, struct span wanted,
                   struct buf *out, struct err *err)
{
	cleanup_(rowset_closep) struct rowset *rows = NULL;
	cleanup_free_ bool *used = NULL;
	struct scan_spec spec;
	struct value v;
	int e = rounds_lookup_spec(r, l, &used, &spec, err);

	if (!e)
		e = scan_open(r->client, &spec, r->run, &rows, err);
	while (!e && (e = rows->ops->next(rows, err)) > 0) {
		rows->ops->get(rows, (size_t)table_column(spec.table, span_of(l->match)),
		               &v);
		e = v.type == VALUE_TEXT && span_eq(v.s, wanted);
		if (!e)
			continue;
		rows->ops->get(rows, (size_t)table_column(spec.table, span_of(l->take)),
		               &v);
		if (v.type == VALUE_TEXT)
			buf_span(out, v.s);
	}
	return e;
}

/* 1: complete; 0: what a key needs does not exist, so no row can match. */
static int bind_needs(struct rounds *r, struct binding *b, struct err *err)
{
	for (const struct key *k = r->endpoint->keys; k->column; k++) {
		struct buf value = BUF_INIT(1024);
		size_t column, needed;
		int e;

		column = (size_t)table_column(r->table, span_of(k->column));
		if (!k->needs || !b->values[column])
			continue;
		needed = (size_t)table_column(r->table, span_of(k->needs->column));
		if (b->values[needed])
			continue;
		e = look_up(r, k->needs, span_of(b->values[column]), &value, err);
		if (e > 0 && (!value.len || binding_set(b, needed, buf_view(&value)) < 0))
			e = value.len ? err_nomem(err) : 0;
		buf_clear(&value);
		if (e <= 0)
			return e;
	}
	return 1;
}

/* Moves to the next combination: 1 when there is one. */
static int step(struct rounds *r, struct err *err)
{
	if (r->empty)
		return 0;
	if (r->started && rounds_turn(r))
		return 1;
	if (r->started && !r->from_parent)
		return 0;
	r->started = true;
	return r->from_parent ? next_parent(r, err) : 1;
}

int rounds_next(struct rounds *r, struct binding *ret, struct err *err)
{
	int e;

	while ((e = step(r, err)) > 0) {
		struct binding b = { 0 };

		if (binding_init(&b, r->table) < 0)
			return err_nomem(err);
		e = r->from_parent ? bind_parent(r, &b, err) : 0;
		if (!e)
			e = rounds_bind(r, &b, err);
		if (!e)
			e = bind_needs(r, &b, err);
		if (e > 0) {
			*ret = b;
			return 1;
		}
		binding_clear(&b);
		if (e < 0)
			return e;
	}
	return e;
}
