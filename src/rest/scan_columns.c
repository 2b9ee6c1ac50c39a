/* SPDX-License-Identifier: MIT */
#include "rest/scan_i.h"

#include <stdlib.h>

/* Where the cell of a column comes from in the answers: its path, or NULL. */
static const char *cell_path(struct scan *sc, size_t column, int *ret_from)
{
	const struct column *c = &sc->table->columns[column];
	const struct parent *p = &sc->table->parent;

	*ret_from = JPAGE_ROW;
	for (int k = 0; c->part && sc->shape.parts && sc->shape.parts[k]; k++) {
		if (str_eq(c->part, sc->shape.parts[k]))
			*ret_from = k + 1;
	}
	for (size_t i = 0; sc->child && i < PARENT_MAX_COLUMNS && p->columns[i].to; i++) {
		int from;

		if (!str_eq(p->columns[i].to, c->name))
			continue;
		*ret_from = JPAGE_OUTER;
		from = table_column(sc->source, span_of(p->columns[i].from));
		return sc->source->columns[from].path;
	}
	return c->path;
}

/* Without a key in its rows a table's pages can only be told apart by all they hold. */
static bool has_key_cell(const struct table *t)
{
	for (const struct column *c = t->columns; c->name; c++) {
		if (c->flags & COLUMN_KEY && c->path)
			return true;
	}
	return false;
}

/*
 * The one key that is in the rows themselves.  -1 where there are more, or where some
 * rows share theirs (parts), or where they are not counted by rows.
 */
static int row_key(const struct scan *sc, const struct scan_spec *spec)
{
	int key = -1;

	if (sc->shape.parts || spec->endpoint->page != PAGE_OFFSET)
		return -1;
	for (size_t i = 0; i < sc->n_columns; i++) {
		const struct column *c = &sc->table->columns[i];

		if (!(c->flags & COLUMN_KEY) || !c->path || c->type != VALUE_TEXT ||
		    sc->cell_of[i] < 0 || sc->cells[sc->cell_of[i]].from != JPAGE_ROW)
			continue;
		if (key >= 0)
			return -1;
		key = sc->cell_of[i];
	}
	return key;
}

/* Takes out what is used, and the key where rows have to be told apart. */
int scan_set_columns(struct scan *sc, const struct scan_spec *spec, struct err *err)
{
	size_t n = sc->n_columns = table_n_columns(spec->table);
	bool keyed = has_key_cell(spec->table);

	sc->used = calloc(n + 1, sizeof(bool));
	sc->names = calloc(n + 1, sizeof(char *));
	sc->cells = calloc(n + 1, sizeof(*sc->cells));
	sc->cell_of = calloc(n + 1, sizeof(int));
	sc->source_used = calloc(table_n_columns(sc->source) + 1, sizeof(bool));
	if (!sc->used || !sc->names || !sc->cells || !sc->cell_of || !sc->source_used)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		const struct column *c = &spec->table->columns[i];
		struct jpath *path = NULL;
		const char *text;
		int from, e;

		sc->used[i] = spec->used[i];
		sc->names[i] = c->name;
		sc->cell_of[i] = -1;
		text = cell_path(sc, i, &from);
		if (!text || (!spec->used[i] && keyed && !(c->flags & COLUMN_KEY) &&
		              from != JPAGE_OUTER && (int)i != sc->filter))
			continue;
		e = jpath_new(text, &path, err);
		if (e < 0)
			return e;
		sc->cell_of[i] = (int)sc->n_cells;
		sc->cells[sc->n_cells++] = (struct jpage_column){ path, c->type, from };
	}
	for (size_t i = 0; !sc->child && i < n; i++)
		sc->source_used[i] = sc->used[i];
	sc->row_key = row_key(sc, spec);
	sc->shape.bulk_key = sc->child ? (size_t)(sc->row_key + 1) : 0;
	sc->plan = jpage_plan_new(&sc->shape, sc->cells, sc->n_cells);
	if (!sc->plan)
		return err_nomem(err);
	sc->base.names = sc->names;
	sc->base.n_columns = n;
	return 0;
}

/*
 * The column of the parent that the one key of the query names the parent by, where
 * more of the parent is wanted than that; -1: none.
 */
static int parent_key(const struct scan_spec *spec)
{
	const struct parent *p = &spec->table->parent;
	const char *from = NULL;
	bool more = false;

	for (size_t i = 0; i < PARENT_MAX_COLUMNS && p->columns[i].to; i++) {
		size_t to = (size_t)table_column(spec->table, span_of(p->columns[i].to));

		if (to == spec->keys[0].column)
			from = p->columns[i].from;
		else if (!spec->table->columns[to].path)
			more |= spec->used[to];
	}
	return from && more ? table_column(scan_parent(spec), span_of(from)) : -1;
}

const struct table *scan_parent(const struct scan_spec *spec)
{
	return model_any_table(span_of(spec->table->parent.table));
}

/*
 * Can the parent's answers bring the rows?  Its list, or with a key of its own each
 * parent, which has to be asked for anyway.  Not when another key of the child has to
 * reach the server, nor where a condition on the parent would be lost.
 */
const struct endpoint *scan_bulk(const struct scan_spec *spec, int *ret_key)
{
	const struct table *parent;
	bool *known;

	*ret_key = -1;
	if (!spec->endpoint->bulk || spec->alone || spec->n_keys > 1 ||
	    spec->table->fixed)
		return NULL;
	if (spec->n_keys)
		*ret_key = spec->desk && *spec->desk ? -1 : parent_key(spec);
	if (spec->n_keys && *ret_key < 0)
		return NULL;
	parent = scan_parent(spec);
	known = calloc(table_n_columns(parent) + 1, sizeof(bool));
	if (known && *ret_key >= 0)
		known[*ret_key] = true;
	for (const struct endpoint *ep = parent->endpoints; known && ep->name; ep++) {
		if (endpoint_is_entity(ep) != (*ret_key >= 0) ||
		    !endpoint_fits(parent, ep, known))
			continue;
		free(known);
		return ep;
	}
	free(known);
	return NULL;
}

void scan_set_source(struct scan *sc, const struct scan_spec *spec)
{
	int key;
	const struct endpoint *bulk = scan_bulk(spec, &key);

	sc->table = sc->source = spec->table;
	sc->endpoint = spec->endpoint;
	if (bulk) {
		sc->source = scan_parent(spec);
		sc->child = spec->endpoint;
		sc->endpoint = bulk;
	}
	sc->source_key = key;
	if (key >= 0)
		sc->asked_by = spec->table->columns[spec->keys[0].column].name;
	sc->shape = (struct jpage_shape){ sc->endpoint->rows,
		                          sc->child ? sc->child->bulk : NULL,
		                          spec->endpoint->parts };
}

/* ServiceDeskID restricts by a key of the endpoint, or else here. */
int scan_filter_column(const struct scan *sc)
{
	const char *desk = sc->table->desk;
	int column;

	if (!sc->desk[0] || !desk || endpoint_key(sc->endpoint, desk))
		return -1;
	column = table_column(sc->table, span_of(desk));
	return sc->table->columns[column].path ? column : -1;
}

bool scan_may_repeat(const struct scan *sc)
{
	if (sc->endpoint->flags & ENDPOINT_MOVES)
		return true;
	/* Parts of one row share its key. */
	if (sc->shape.parts)
		return false;
	for (size_t i = 0; rounds_overlap(sc->rounds) && i < sc->n_columns; i++) {
		if (sc->table->columns[i].flags & COLUMN_KEY && sc->cell_of[i] >= 0)
			return true;
	}
	return false;
}
