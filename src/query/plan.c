/* SPDX-License-Identifier: MIT */
#include "query/plan.h"

#include "base/utf8.h"
#include "rest/expand.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	enum op op;
	const char *name;
} op_names[] = {
	{ OP_EQ, "eq" }, { OP_NE, "ne" },     { OP_LT, "lt" },
	{ OP_LE, "le" }, { OP_GT, "gt" },     { OP_GE, "ge" },
	{ OP_IN, "in" }, { OP_LIKE, "like" }, { OP_NULL, "null" },
};

const char *op_name(enum op op)
{
	for (size_t i = 0; i < ARRAY_SIZE(op_names); i++) {
		if (op_names[i].op == op)
			return op_names[i].name;
	}
	return "expression";
}

static const struct column *column_of(const struct plan_input *in, size_t i)
{
	return &in->table->columns[in->constraints[i].column];
}

static bool is_pseudo(const struct plan_input *in, size_t i)
{
	return in->constraints[i].column >= 0 && column_of(in, i)->flags & COLUMN_PSEUDO;
}

/* = on such a column means what only the server can decide. */
static bool is_servers(const struct plan_input *in, size_t i)
{
	return in->constraints[i].column >= 0 &&
	       (is_pseudo(in, i) || (column_of(in, i)->flags & COLUMN_SERVER &&
	                             in->constraints[i].op & (OP_EQ | OP_IN)));
}

/* A pseudo column has no value in the rows, so nothing but = and IN can be decided. */
static int check_pseudo(const struct plan_input *in, struct err *err)
{
	for (size_t i = 0; i < in->n_constraints; i++) {
		const struct plan_constraint *c = &in->constraints[i];

		if (is_pseudo(in, i) && !(c->op & (OP_EQ | OP_IN)))
			return err_set(err, -EINVAL,
			               "%s is a pseudo column of %s: it can only be "
			               "compared with = "
			               "or IN",
			               column_of(in, i)->name, in->table->name);
	}
	return 0;
}

static bool takes(const struct plan_input *in, const struct endpoint *ep, size_t i)
{
	const struct plan_constraint *c = &in->constraints[i];
	const struct key *k;

	if (c->column < 0 || !c->usable || !c->plain)
		return false;
	k = endpoint_key(ep, column_of(in, i)->name);
	return k && k->ops & c->op;
}

/* Of several keys for the same {word} one is enough; the others stay conditions. */
static bool is_second_any_of(const struct plan_input *in, const struct endpoint *ep,
                             size_t i, const struct plan *p)
{
	const struct key *k = endpoint_key(ep, column_of(in, i)->name);

	for (size_t j = 0; j < in->n_constraints; j++) {
		const struct key *other;

		if (j == i || !p->use[j].arg || in->constraints[j].column < 0)
			continue;
		/* Twice the same column: both must hold, one decides the call. */
		if (in->constraints[j].column == in->constraints[i].column)
			return true;
		other = endpoint_key(ep, column_of(in, j)->name);
		if (other && k->need == KEY_ANY_OF && str_eq(other->remote, k->remote))
			return true;
	}
	return false;
}

/* Columns whose value is known whatever the conditions say. */
static void set_known(const struct plan_input *in, bool *known)
{
	for (const struct fixed_value *f = in->table->fixed; f && f->column; f++)
		known[table_column(in->table, span_of(f->column))] = true;
	if (in->has_desk && in->table->desk)
		known[table_column(in->table, span_of(in->table->desk))] = true;
}

/* Gives every condition the endpoint can take its argument; true if the endpoint will do.
 */
static bool try_endpoint(const struct plan_input *in, const struct endpoint *ep,
                         bool may_walk, struct plan *p)
{
	/* A parent's list that brings the rows along beats any condition the server
	 * takes. */
	bool in_bulk = may_walk && ep->bulk;
	bool known[PLAN_MAX_COLUMNS] = { false };
	int args = 0;

	*p = (struct plan){ .endpoint = ep };
	set_known(in, known);
	for (size_t i = 0; in_bulk && i < in->n_constraints; i++)
		in_bulk = !(is_servers(in, i) && in->constraints[i].usable);
	for (size_t i = 0; !in_bulk && i < in->n_constraints; i++) {
		const struct plan_constraint *c = &in->constraints[i];

		if (!takes(in, ep, i) || is_second_any_of(in, ep, i, p)) {
			if (is_servers(in, i) && c->usable)
				return false;
			continue;
		}
		known[c->column] = true;
		p->use[i].arg = ++args;
		p->use[i].list = c->op == OP_IN;
		p->use[i].omit =
			endpoint_key(ep, column_of(in, i)->name)->match == MATCH_EXACT;
	}
	return endpoint_fits(in->table, ep, known) || may_walk;
}

/* Rows can only be counted off by the server when nothing here drops or sorts any. */
static void take_limit(const struct plan_input *in, struct plan *p)
{
	int args = 0;

	if (in->has_order)
		return;
	for (size_t i = 0; i < in->n_constraints; i++) {
		const struct plan_constraint *c = &in->constraints[i];

		args += p->use[i].arg > 0;
		if (!c->is_limit && !c->is_offset && !p->use[i].omit)
			return;
		if ((c->is_limit || c->is_offset) && !c->usable)
			return;
	}
	for (size_t i = 0; i < in->n_constraints; i++) {
		const struct plan_constraint *c = &in->constraints[i];

		if (c->is_limit || c->is_offset)
			p->use[i].arg = ++args;
	}
}

/*
 * All rows without a condition, of which the statement wants one that only the server can
 * decide: the sides of an OR, each a call of its own, are worth any price.
 */
static bool misses_server(const struct plan_input *in, const struct plan *p)
{
	for (size_t i = 0; i < in->n_constraints; i++) {
		if (p->use[i].arg)
			return false;
	}
	for (size_t i = 0; in->table->columns[i].name && i < PLAN_MAX_COLUMNS; i++) {
		if (in->used[i] && in->table->columns[i].flags & COLUMN_PSEUDO)
			return true;
	}
	return false;
}

/* In calls, roughly: what a call costs is the same for all of them, rows cost little. */
static void estimate(const struct plan_input *in, struct plan *p, bool walks)
{
	unsigned filters = 0;
	bool in_path = false;

	p->unique = endpoint_is_entity(p->endpoint);
	for (size_t i = 0; i < in->n_constraints; i++) {
		const struct key *k;

		if (!p->use[i].arg || in->constraints[i].column < 0)
			continue;
		k = endpoint_key(p->endpoint, column_of(in, i)->name);
		in_path |= k->into == INTO_PATH;
		filters += k->into == INTO_QUERY;
		if (p->use[i].list)
			p->unique = false;
	}
	if (walks)
		p->rows = 100000;
	else if (endpoint_is_entity(p->endpoint))
		p->rows = 1;
	else
		p->rows = (in_path ? 20 : 10000) >> (filters < 3 ? filters : 3);
	p->cost = 100.0 + (double)p->rows + (walks ? 1e8 : 0) +
	          (misses_server(in, p) ? 1e12 : 0);
}

static bool is_given(const struct plan_input *in, const char *column)
{
	for (size_t i = 0; i < in->n_constraints; i++) {
		if (in->constraints[i].column >= 0 && in->constraints[i].usable &&
		    in->constraints[i].op & (OP_EQ | OP_IN) &&
		    str_eq(column_of(in, i)->name, column))
			return true;
	}
	return false;
}

static int refuse(const struct plan_input *in, struct err *err)
{
	const struct endpoint *last = NULL;

	for (size_t i = 0; i < in->n_constraints; i++) {
		if (!in->constraints[i].usable && in->constraints[i].column >= 0 &&
		    in->constraints[i].op & (OP_EQ | OP_IN))
			return -EAGAIN;
	}
	for (size_t i = 0; i < in->n_constraints; i++) {
		if (is_pseudo(in, i))
			return err_set(
				err, -EINVAL,
				"%s cannot be combined with the other conditions on %s: "
				"the server takes it for lists only",
				column_of(in, i)->name, in->table->name);
	}
	for (const struct endpoint *ep = in->table->endpoints; ep->name; ep++) {
		if (endpoint_is_on(ep, in->on))
			last = ep;
	}
	for (const struct key *k = last->keys; k->column; k++) {
		if (k->need != KEY_OPTIONAL && !is_given(in, k->column))
			return err_set(err, -EINVAL,
			               "%s needs %s: use the path %s/%s=…/rows.csv or "
			               "SELECT * FROM %s WHERE %s = '…'",
			               in->table->name, k->column, in->table->name,
			               k->column, in->table->name, k->column);
	}
	return err_set(err, -EINVAL, "%s cannot be read with these conditions",
	               in->table->name);
}

static bool is_offered(const struct plan_input *in)
{
	for (const struct endpoint *ep = in->table->endpoints; ep->name; ep++) {
		if (endpoint_is_on(ep, in->on))
			return true;
	}
	return false;
}

int plan_make(const struct plan_input *in, struct plan *ret, struct err *err)
{
	bool unusable_pseudo = false;
	int r = check_pseudo(in, err);

	if (r < 0)
		return r;
	if (in->n_constraints > PLAN_MAX_CONSTRAINTS)
		return err_set(err, -EINVAL, "more than %d conditions on %s",
		               PLAN_MAX_CONSTRAINTS, in->table->name);
	if (in->table->kind == TABLE_SYSTEM) {
		/* All of it costs nothing, so all conditions are left to SQL. */
		*ret = (struct plan){ .cost = 100.0, .rows = 100 };
		return 0;
	}
	if (!is_offered(in))
		return err_set(err, -EOPNOTSUPP, "%s is available on Jira Cloud only",
		               in->table->name);
	for (size_t i = 0; i < in->n_constraints; i++)
		unusable_pseudo |= is_servers(in, i) && !in->constraints[i].usable;
	if (unusable_pseudo)
		return -EAGAIN;
	for (int walk = 0; walk <= (in->table->parent.table != NULL); walk++) {
		for (const struct endpoint *ep = in->table->endpoints; ep->name; ep++) {
			/* Only the list is worth asking for every row of the parent. */
			if ((walk && endpoint_is_entity(ep)) ||
			    !endpoint_is_on(ep, in->on))
				continue;
			if (!try_endpoint(in, ep, walk, ret))
				continue;
			take_limit(in, ret);
			estimate(in, ret, walk);
			return 0;
		}
	}
	return refuse(in, err);
}

static void print_here(const struct plan_input *in, const struct plan *p, struct buf *out)
{
	const char *before = " here=";

	for (size_t i = 0; i < in->n_constraints; i++) {
		if (in->constraints[i].column < 0 || p->use[i].omit ||
		    !in->constraints[i].usable)
			continue;
		buf_puts(out, before);
		utf8_to_name(out, span_of(column_of(in, i)->name));
		buf_printf(out, ".%s", op_name(in->constraints[i].op));
		before = ",";
	}
}

void plan_print(const struct plan_input *in, const struct plan *p, struct buf *out)
{
	const char *before = "";

	utf8_to_name(out, span_of(in->table->name));
	buf_printf(out, "/%s",
	           p->endpoint ? p->endpoint->name
	           : p->given  ? "given"
	                       : "local");
	for (size_t i = 0; i < in->n_constraints; i++) {
		const struct plan_constraint *c = &in->constraints[i];

		if (!p->use[i].arg)
			continue;
		if (c->column < 0)
			buf_printf(out, " %s=?%d", c->is_limit ? "limit" : "offset",
			           p->use[i].arg);
		else
			buf_printf(out, " %s=%s?%d", column_of(in, i)->name,
			           p->use[i].list ? "in" : "", p->use[i].arg);
	}
	print_here(in, p, out);
	if (in->has_order)
		buf_puts(out, " order");
	buf_puts(out, " columns=");
	for (size_t i = 0; in->table->columns[i].name; i++) {
		if (!in->used[i])
			continue;
		buf_puts(out, before);
		utf8_to_name(out, span_of(in->table->columns[i].name));
		before = ",";
	}
}

static int parse_arg(struct span text, int *ret)
{
	int64_t n;

	if (!text.n || text.p[0] != '?')
		return -EIO;
	if (!span_int((struct span){ text.p + 1, text.n - 1 }, &n) || n < 1 ||
	    n > PLAN_MAX_CONSTRAINTS)
		return -EIO;
	*ret = (int)n;
	return 0;
}

/* A custom field's name may hold what separates items.  Its index, -EIO or -ENOMEM. */
static int parse_column(const struct table *t, struct span name)
{
	cleanup_(buf_clear) struct buf plain = BUF_INIT(1024);
	int column = -1;

	if (utf8_from_name(&plain, name) && !buf_status(&plain))
		column = table_column(t, buf_view(&plain));
	if (buf_status(&plain) == -ENOMEM)
		return -ENOMEM;
	return column < 0 ? -EIO : column;
}

static int parse_item(const struct table *t, struct span item, struct plan_text *ret)
{
	struct span value = item;
	struct span name = span_cut(&value, '=');
	int column;

	if (span_is(item, "order")) {
		ret->order = true;
		return 0;
	}
	if (span_is(name, "limit"))
		return parse_arg(value, &ret->limit_arg);
	if (span_is(name, "offset"))
		return parse_arg(value, &ret->offset_arg);
	if (span_is(name, "here")) {
		ret->here = value;
		return 0;
	}
	if (span_is(name, "columns")) {
		while (value.n) {
			column = parse_column(t, span_cut(&value, ','));
			if (column < 0)
				return column;
			ret->used[column] = true;
		}
		return 0;
	}
	column = table_column(t, name);
	if (column < 0 || ret->n_keys == PLAN_MAX_CONSTRAINTS)
		return -EIO;
	ret->keys[ret->n_keys].column = (size_t)column;
	if (value.n > 2 && !memcmp(value.p, "in", 2)) {
		ret->keys[ret->n_keys].list = true;
		value = (struct span){ value.p + 2, value.n - 2 };
	}
	return parse_arg(value, &ret->keys[ret->n_keys++].arg);
}

int plan_parse(const struct table *t, const char *text, struct plan_text *ret,
               struct err *err)
{
	struct span rest = span_of(text);
	struct span endpoint = span_cut(&rest, ' ');
	struct span name = span_cut(&endpoint, '/');
	struct plan_text p = { 0 };
	int r = 0;

	for (const struct endpoint *ep = t->endpoints; ep->name; ep++) {
		if (span_is(endpoint, ep->name))
			p.endpoint = ep;
	}
	p.given = span_is(endpoint, "given");
	if ((!p.endpoint && !p.given && t->kind != TABLE_SYSTEM) || !name.n)
		r = -EIO;
	while (!r && rest.n)
		r = parse_item(t, span_cut(&rest, ' '), &p);
	if (r == -ENOMEM)
		return err_nomem(err);
	if (r)
		return err_set(err, r, "a plan for %s was lost on its way", t->name);
	*ret = p;
	return 0;
}
