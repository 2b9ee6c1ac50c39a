/* SPDX-License-Identifier: MIT */
/* What the compiler cannot see in the data, said once for all of it. */
#include "model/model.h"
#include "model/validate_i.h"

#include <stdio.h>
#include <string.h>

void check_doc(struct buf *f, const char *owner, const char *name, const char *doc)
{
	if (!doc || !str_ends(doc, "."))
		buf_printf(f, "%s.%s: the text must end in a full stop\n", owner, name);
}

static void check_columns(struct buf *f, const struct table *t)
{
	for (size_t i = 0; t->columns[i].name; i++) {
		const struct column *c = &t->columns[i];
		struct span column = span_of(c->ref);
		struct span table = span_cut(&column, '.');
		const struct table *to;

		check_doc(f, t->name, c->name, c->doc);
		if (table_column(t, span_of(c->name)) != (int)i)
			buf_printf(f, "%s: two columns are called %s\n", t->name,
			           c->name);
		if (c->flags & COLUMN_PSEUDO && c->path)
			buf_printf(f, "%s.%s: a pseudo column has no path\n", t->name,
			           c->name);
		if (!c->ref)
			continue;
		to = model_any_table(table);
		if (!to || table_column(to, column) < 0)
			buf_printf(f, "%s.%s: refers to %s, which is not there\n",
			           t->name, c->name, c->ref);
	}
	if (table_n_columns(t) > 60)
		buf_printf(f, "%s: more than 60 columns\n", t->name);
}

static bool has_key(const struct endpoint *ep, struct span word)
{
	for (const struct key *k = ep->keys; k->column; k++) {
		if (k->into == INTO_PATH && k->need != KEY_OPTIONAL &&
		    span_is(word, k->remote))
			return true;
	}
	return false;
}

static void check_path(struct buf *f, const struct table *t, const struct endpoint *ep)
{
	struct span rest = span_of(ep->path);

	if (ep->path[0] != '/')
		buf_printf(f, "%s/%s: the path must start with /\n", t->name, ep->name);
	while (span_cut(&rest, '{'), rest.n) {
		struct span word = span_cut(&rest, '}');

		if (!has_key(ep, word))
			buf_printf(f, "%s/%s: nothing gives {%.*s}\n", t->name, ep->name,
			           SPAN_FMT(word));
	}
}

static void check_lookup(struct buf *f, const struct table *t, const struct endpoint *ep,
                         const struct lookup *l)
{
	const struct table *from = model_any_table(span_of(l->table));

	if (table_column(t, span_of(l->column)) < 0)
		buf_printf(f, "%s/%s: needs %s, which is no column\n", t->name, ep->name,
		           l->column);
	if (!from || table_column(from, span_of(l->match)) < 0 ||
	    table_column(from, span_of(l->take)) < 0)
		buf_printf(f, "%s/%s: %s.%s or .%s, which it needs, is not there\n",
		           t->name, ep->name, l->table, l->match, l->take);
}

static void check_keys(struct buf *f, const struct table *t, const struct endpoint *ep)
{
	for (const struct key *k = ep->keys; k->column; k++) {
		char word[64];

		if (table_column(t, span_of(k->column)) < 0)
			buf_printf(f, "%s/%s: a key on %s, which is no column\n", t->name,
			           ep->name, k->column);
		if (!(k->ops & OP_EQ) || k->ops & ~(unsigned)(OP_EQ | OP_IN))
			buf_printf(f,
			           "%s/%s: the key on %s must take = and may take IN\n",
			           t->name, ep->name, k->column);
		snprintf(word, sizeof(word), "{%s}", k->remote);
		if (k->into == INTO_PATH && !strstr(ep->path, word))
			buf_printf(f, "%s/%s: %s has no place in the path\n", t->name,
			           ep->name, word);
		if (k->needs)
			check_lookup(f, t, ep, k->needs);
	}
}

static void check_endpoints(struct buf *f, const struct table *t)
{
	if (!t->endpoints[0].name)
		buf_printf(f, "%s: no endpoint\n", t->name);
	for (const struct endpoint *ep = t->endpoints; ep->name; ep++) {
		check_path(f, t, ep);
		check_keys(f, t, ep);
		if (endpoint_is_entity(ep) && ep->page != PAGE_NONE)
			buf_printf(f, "%s/%s: one row has no pages\n", t->name, ep->name);
		if ((ep->page == PAGE_NONE) != (ep->page_max == 0))
			buf_printf(f, "%s/%s: page style and page size disagree\n",
			           t->name, ep->name);
	}
}

/* A pseudo column that no endpoint takes could never be used. */
static void check_pseudo(struct buf *f, const struct table *t)
{
	for (const struct column *c = t->columns; c->name; c++) {
		bool taken = !(c->flags & COLUMN_PSEUDO);

		for (const struct endpoint *ep = t->endpoints; ep->name; ep++) {
			for (const struct key *k = ep->keys; k->column; k++)
				taken |= str_eq(k->column, c->name);
		}
		if (!taken)
			buf_printf(f, "%s.%s: no endpoint takes this pseudo column\n",
			           t->name, c->name);
	}
}

static void check_parent(struct buf *f, const struct table *t)
{
	const struct table *p =
		t->parent.table ? model_any_table(span_of(t->parent.table)) : NULL;

	if (t->parent.table && !p) {
		buf_printf(f, "%s: the parent %s is not there\n", t->name,
		           t->parent.table);
		return;
	}
	for (size_t i = 0; p && i < ARRAY_SIZE(t->parent.columns); i++) {
		if (!t->parent.columns[i].from)
			break;
		if (table_column(p, span_of(t->parent.columns[i].from)) < 0 ||
		    table_column(t, span_of(t->parent.columns[i].to)) < 0)
			buf_printf(f, "%s: parent column %s or %s is not there\n",
			           t->name, t->parent.columns[i].from,
			           t->parent.columns[i].to);
	}
}

static void check_named(struct buf *f, const struct table *t, const char *column)
{
	if (column && table_column(t, span_of(column)) < 0)
		buf_printf(f, "%s: %s is no column\n", t->name, column);
}

/* The key of a row has to name the same columns there, and every name is there once. */
static void check_orders(struct buf *f, const struct table *t, const struct order *o)
{
	for (; o && o->procedure; o++) {
		const char *param = o->line ? o->line : o->text;

		if (!o->line == !o->text || !param_find(o->procedure->in, span_of(param)))
			buf_printf(f, "%s: %s does not take what is written\n", t->name,
			           o->procedure->name);
		for (size_t i = 0; t->id && t->id[i]; i++) {
			if (!param_find(o->procedure->in, span_of(t->id[i])))
				buf_printf(f, "%s: %s takes no %s\n", t->name,
				           o->procedure->name, t->id[i]);
		}
		if (o->name && table_column(t, span_of(o->name)) >= 0)
			buf_printf(f, "%s: %s is a column and an order\n", t->name,
			           o->name);
	}
}

static void check_intakes(struct buf *f, const struct table *t, const struct child *c)
{
	for (const struct intake *in = c->intakes; in && in->procedure; in++) {
		const struct procedure *p = in->procedure;

		if (!in->text == !in->uploaded || !in->upload != !in->uploaded ||
		    (in->upload && in->upload->kind != PROCEDURE_UPLOAD)) {
			buf_printf(f, "%s: files in %s go nowhere\n", t->name, c->name);
			continue;
		}
		if ((in->text && !param_find(p->in, span_of(in->text))) ||
		    (in->uploaded && !param_find(p->in, span_of(in->uploaded))) ||
		    (in->fixed[0].column &&
		     !param_find(p->in, span_of(in->fixed[0].column))))
			buf_printf(f, "%s: %s does not take what is in %s\n", t->name,
			           p->name, c->name);
		for (size_t i = 0; t->id && t->id[i]; i++) {
			if (!param_find(p->in, span_of(t->id[i])))
				buf_printf(f, "%s: %s takes no %s\n", t->name, p->name,
				           t->id[i]);
		}
		if ((in == c->intakes) != !in->dir)
			buf_printf(f, "%s: the files of %s itself come first\n", t->name,
			           c->name);
	}
}

static void check_children(struct buf *f, const struct table *t)
{
	for (const struct child *c = t->children; c && c->name; c++) {
		const struct table *to = model_any_table(span_of(c->table));

		if (table_column(t, span_of(c->name)) >= 0)
			buf_printf(f, "%s: %s is a column and a child\n", t->name,
			           c->name);
		for (const struct child *o = t->children; o < c; o++) {
			if (str_eq(o->name, c->name))
				buf_printf(f, "%s: two children are called %s\n", t->name,
				           c->name);
		}
		if (!to) {
			buf_printf(f, "%s: the child %s is not there\n", t->name,
			           c->table);
			continue;
		}
		for (size_t i = 0; t->id && t->id[i]; i++)
			check_named(f, to, t->id[i]);
		check_named(f, to, t->id_alt);
		check_named(f, to, c->key);
		check_named(f, to, c->text);
		check_named(f, to, c->time);
		check_named(f, to, c->label);
		check_named(f, to, c->size);
		if ((c->kind == CHILD_ROWS) != !c->key ||
		    (c->kind == CHILD_TEXTS || c->kind == CHILD_ORDERS) != !!c->text ||
		    (c->kind == CHILD_FILES) != (c->label && c->size) ||
		    (c->kind == CHILD_TEXTS || c->kind == CHILD_FILES) != !!c->time ||
		    (c->kind == CHILD_ORDERS && !c->orders))
			buf_printf(f, "%s: the child %s lacks a column\n", t->name,
			           c->name);
		check_intakes(f, t, c);
		check_orders(f, to, c->orders);
	}
}

static void check_system_tables(struct buf *f)
{
	for (size_t i = 0; model_system_tables[i]; i++) {
		const struct table *t = model_system_tables[i];

		check_doc(f, t->name, "doc", t->doc);
		if (i && strcmp(model_system_tables[i - 1]->name, t->name) >= 0)
			buf_printf(f, "%s: the system tables are not sorted by name\n",
			           t->name);
		if (t->kind != TABLE_SYSTEM || t->endpoints[0].name)
			buf_printf(f, "%s: a system table has no endpoints\n", t->name);
		check_columns(f, t);
	}
}

/* Changing or removing a row must be able to name it. */
static void check_change(struct buf *f, const struct table *t, const struct procedure *p,
                         bool needs_key)
{
	bool named = false;

	if (!p)
		return;
	if (!p->operation || !p->identity)
		buf_printf(f, "%s: %s leaves nothing in sys_identity\n", t->name,
		           p->name);
	for (const struct param *in = p->in; in->name; in++) {
		int i = table_column(t, span_of(in->name));

		if (i >= 0 && t->columns[i].flags & COLUMN_KEY)
			named = true;
		if (i < 0 && needs_key)
			buf_printf(f, "%s: %s of %s is no column\n", t->name, in->name,
			           p->name);
	}
	if (needs_key && !named)
		buf_printf(f, "%s: %s names no row\n", t->name, p->name);
}

static void check_tables(struct buf *f)
{
	for (size_t i = 0; model_tables[i]; i++) {
		const struct table *t = model_tables[i];

		check_doc(f, t->name, "doc", t->doc);
		if (i && strcmp(model_tables[i - 1]->name, t->name) >= 0)
			buf_printf(f, "%s: the tables are not sorted by name\n", t->name);
		check_columns(f, t);
		check_endpoints(f, t);
		check_pseudo(f, t);
		check_parent(f, t);
		for (size_t j = 0; t->id && t->id[j]; j++)
			check_named(f, t, t->id[j]);
		check_named(f, t, t->id_alt);
		check_named(f, t, t->label);
		check_named(f, t, t->desk);
		check_children(f, t);
		check_orders(f, t, t->orders);
		check_change(f, t, t->insert, false);
		check_change(f, t, t->update, true);
		check_change(f, t, t->remove, true);
	}
}

static void check_properties(struct buf *f)
{
	for (size_t i = 0; i < PROP_COUNT; i++) {
		const struct property *p = &model_properties[i];

		if ((size_t)p->id != i || !p->name) {
			buf_printf(f, "property %zu is missing or in a wrong place\n", i);
			continue;
		}
		check_doc(f, "property", p->name, p->doc);
		if (model_property(span_of(p->name)) != p)
			buf_printf(f, "two properties are called %s\n", p->name);
		if (!p->category || !p->standard)
			buf_printf(f, "%s: no category or default\n", p->name);
		else if (p->standard[0] && property_check(p, p->standard, NULL) < 0)
			buf_printf(f, "%s: its own default is refused\n", p->name);
	}
}

void model_validate(struct buf *faults)
{
	check_tables(faults);
	check_system_tables(faults);
	check_procedures(faults, model_procedures);
	check_procedures(faults, model_changes);
	check_properties(faults);
}
