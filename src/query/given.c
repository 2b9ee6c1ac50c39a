/* SPDX-License-Identifier: MIT */
#include "query/given_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* -------------------------------------------------------------------- plans */

/* The condition on the column; NULL: there is none. */
static const struct plan_constraint *condition(const struct plan_input *in, int column)
{
	for (size_t i = 0; i < in->n_constraints && column >= 0; i++) {
		if (in->constraints[i].column == column)
			return &in->constraints[i];
	}
	return NULL;
}

/* Each hands a value to a parameter of its own, and to a word of its own. */
static bool are_arguments(const struct procedure *p, const struct plan_input *in)
{
	for (size_t i = 0; i < in->n_constraints; i++) {
		const struct plan_constraint *c = &in->constraints[i];
		const struct param *mine, *other;

		if (c->column < 0 || !c->usable || !c->plain ||
		    !(c->op & (OP_EQ | OP_IN)))
			return false;
		mine = param_find(p->in, span_of(in->table->columns[c->column].name));
		if (!mine || mine->type == VALUE_BOOL)
			return false;
		for (size_t j = 0; j < i; j++) {
			int column = in->constraints[j].column;

			other = param_find(p->in,
			                   span_of(in->table->columns[column].name));
			if (other == mine || (mine->path && mine->path[0] == '{' &&
			                      str_eq(mine->path, other->path)))
				return false;
		}
	}
	return true;
}

static bool has_desk(const struct plan_input *in, int column)
{
	return in->has_desk && in->table->desk &&
	       column == table_column(in->table, span_of(in->table->desk));
}

/* Does a condition, or the connection, fill the word of the address? */
static bool is_filled(const struct procedure *p, const struct plan_input *in,
                      const char *word)
{
	for (const struct param *a = p->in; a->name; a++) {
		int column = table_column(in->table, span_of(a->name));

		if (str_eq(a->path, word) &&
		    (condition(in, column) || has_desk(in, column)))
			return true;
	}
	return false;
}

static bool is_complete(const struct procedure *p, const struct plan_input *in)
{
	for (const struct param *a = p->in; a->name; a++) {
		int column = table_column(in->table, span_of(a->name));

		if (a->flags & PARAM_REQUIRED && !condition(in, column))
			return false;
		if (a->path && a->path[0] == '{' && !is_filled(p, in, a->path))
			return false;
	}
	return true;
}

bool given_plan(const struct procedure *p, const struct plan_input *in, struct plan *ret)
{
	if (!are_arguments(p, in) || !is_complete(p, in))
		return false;
	for (int i = 0; in->table->columns[i].name && i < PLAN_MAX_COLUMNS; i++) {
		if (in->used[i] && !condition(in, i))
			return false;
	}
	*ret = (struct plan){ .given = true, .cost = 1.0, .rows = 1, .unique = true };
	for (size_t i = 0; i < in->n_constraints; i++) {
		ret->use[i].arg = (int)i + 1;
		ret->use[i].omit = true;
		ret->unique = ret->unique && in->constraints[i].op == OP_EQ;
	}
	return true;
}

/* --------------------------------------------------------------------- rows */

struct given {
	struct rowset base;
	bool is_there;
	char **cells; /* by column */
};

static int given_next(struct rowset *rs, struct err *err)
{
	struct given *g = container_of(rs, struct given, base);
	bool there = g->is_there;

	(void)err;
	g->is_there = false;
	return there;
}

static void given_get(struct rowset *rs, size_t column, struct value *ret)
{
	const struct given *g = container_of(rs, struct given, base);
	const char *text = column < rs->n_columns ? g->cells[column] : NULL;

	*ret = text ? value_text(span_of(text)) : VALUE_NULL_INIT;
}

static void given_close(struct rowset *rs)
{
	struct given *g = container_of(rs, struct given, base);

	for (size_t i = 0; g->cells && i < rs->n_columns; i++)
		free(g->cells[i]);
	free(g->cells);
	free(g);
}

static const struct rowset_ops ops = { given_next, given_get, given_close };

/* A list of names is not the name of a row. */
static bool can_be_cell(const struct param *a, struct span text)
{
	return text.n && span_eq(span_trim(text), text) &&
	       !(a && a->flags & PARAM_LIST && memchr(text.p, ',', text.n));
}

static int set_cell(struct given *g, size_t column, struct span text)
{
	if (g->cells[column]) {
		g->is_there &= span_is(text, g->cells[column]);
		return 0;
	}
	g->cells[column] = span_dup(text);
	return g->cells[column] ? 0 : -ENOMEM;
}

int given_open(const struct procedure *p, const struct scan_spec *spec,
               struct rowset **ret, struct err *err)
{
	const struct table *t = spec->table;
	int desk = t->desk ? table_column(t, span_of(t->desk)) : -1;
	cleanup_(rowset_closep) struct rowset *guard = NULL;
	struct given *g = calloc(1, sizeof(*g));
	int r = 0;

	if (!g)
		return err_nomem(err);
	g->base.ops = &ops;
	guard = &g->base;
	g->cells = calloc(table_n_columns(t) + 1, sizeof(*g->cells));
	if (!g->cells)
		return err_nomem(err);
	g->base.n_columns = table_n_columns(t);
	g->is_there = true;
	if (desk >= 0 && spec->desk && spec->desk[0])
		r = set_cell(g, (size_t)desk, span_of(spec->desk));
	for (size_t i = 0; i < spec->n_keys && !r; i++) {
		const struct scan_key *k = &spec->keys[i];
		const struct param *a =
			param_find(p->in, span_of(t->columns[k->column].name));

		if (k->n_values == 1 && can_be_cell(a, k->values[0]))
			r = set_cell(g, k->column, k->values[0]);
		else
			g->is_there = false;
	}
	if (r)
		return err_nomem(err);
	*ret = take_ptr(guard);
	return 0;
}
