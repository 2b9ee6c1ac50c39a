/* SPDX-License-Identifier: MIT */
#include "rest/scan.h"

#include "json/jpath.h"
#include "rest/scan_i.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool passes(struct scan *sc)
{
	struct value v;

	if (sc->filter < 0)
		return true;
	sc->base.ops->get(&sc->base, (size_t)sc->filter, &v);
	return v.type == VALUE_TEXT && span_is(v.s, sc->desk);
}

/*
 * Behind rows that came otherwise: 1 and 0 as is_new(), of which the last is met again.
 * Is it not there, or comes one that was had, then the list is not in the order that
 * those had, and rows could be missing: all of it is read, and what was had left out.
 */
static int is_new_behind(struct scan *sc, struct err *err)
{
	uint64_t hash = 0;
	bool keyed = scan_key_hash(sc, sc->page, sc->row, &hash);
	int e = 0;

	if (sc->behind == BEHIND_UNPROVED && keyed && hash == sc->begins_with) {
		sc->behind = BEHIND_PROVED;
		return 0;
	}
	if (sc->behind != BEHIND_UNPROVED && keyed) {
		e = seen_add(&sc->seen, hash);
		if (e < 0)
			return err_nomem(err);
	}
	if (sc->behind == BEHIND_ANEW)
		return e || !keyed;
	if (!e)
		scan_start_anew(sc);
	return e;
}

/* 1: a row to hand out; 0: it was before. */
static int is_new(struct scan *sc, struct err *err)
{
	size_t outer;
	int e;

	if (sc->behind)
		return is_new_behind(sc, err);
	if (!sc->dedupe)
		return 1;
	outer = jpage_outer(sc->page->rows, sc->row);
	if (sc->child && outer == sc->outer)
		return !sc->outer_is_old;
	e = seen_add(&sc->seen, scan_hash(sc, sc->page, sc->row, true));
	if (e < 0)
		return err_set(err, e, "%s has too many rows to tell them apart",
		               sc->table->name);
	sc->outer = outer;
	sc->outer_is_old = !e;
	return e;
}

/* 1: the inner scan has a row; 0: it is at its end and gone. */
static int next_inner(struct scan *sc, struct err *err)
{
	int e = sc->inner->ops->next(sc->inner, err);

	if (e > 0)
		return e;
	rowset_close(sc->inner);
	sc->inner = NULL;
	return e;
}

/* Moves to the next row of the page that counts: 1, or 0 when the page is at its end. */
static int next_of_page(struct scan *sc, struct err *err)
{
	int e = 0;

	while (sc->page && sc->row < sc->page->n_rows) {
		if (!sc->inner) {
			e = is_new(sc, err);
			if (e < 0)
				return e;
			if (e && jpage_goes_on(sc->page->rows, sc->row)) {
				e = scan_enter(sc, err);
				if (e < 0)
					return e;
			} else if (e && passes(sc)) {
				return 1;
			}
		}
		if (sc->inner) {
			e = next_inner(sc, err);
			if (e)
				return e;
		}
		sc->row++;
	}
	return 0;
}

static int scan_next(struct rowset *rs, struct err *err)
{
	struct scan *sc = container_of(rs, struct scan, base);
	int e;

	if (sc->max_rows >= 0 && sc->n_out >= sc->max_rows)
		return 0;
	if (sc->page && !sc->inner)
		sc->row++;
	while (!(e = next_of_page(sc, err))) {
		e = scan_next_page(sc, err);
		/* What it begins behind is gone: others may be as well. */
		if (!e && sc->behind == BEHIND_UNPROVED && sc->active) {
			scan_start_anew(sc);
			continue;
		}
		if (!e && !sc->joined && sc->asked_by && sc->n_asked && !sc->has_parent)
			return rounds_no_parent(sc->asked_by, err);
		if (!e && !sc->joined && !sc->found && sc->absent.code) {
			if (err)
				*err = sc->absent;
			return sc->absent.code;
		}
		if (e <= 0)
			return e;
		sc->has_parent = true;
	}
	if (e > 0)
		sc->n_out++;
	return e;
}

static struct value from_binding(const struct column *c, const char *text)
{
	if (!text)
		return VALUE_NULL_INIT;
	if (c->type == VALUE_BOOL)
		return (struct value){ .type = VALUE_BOOL, .b = str_ieq(text, "true") };
	return value_text(span_of(text));
}

static void scan_get(struct rowset *rs, size_t column, struct value *ret)
{
	struct scan *sc = container_of(rs, struct scan, base);
	const struct column *c = &sc->table->columns[column];
	const char *slash;

	if (sc->inner)
		sc->inner->ops->get(sc->inner, column, ret);
	else if (sc->cell_of[column] >= 0)
		jpage_get(sc->page->rows, sc->row, (size_t)sc->cell_of[column], ret);
	else if (!c->path && !sc->child)
		*ret = from_binding(c, sc->page->round->binding.values[column]);
	else
		*ret = VALUE_NULL_INIT;
	if (!(c->flags & COLUMN_TAIL) || ret->type != VALUE_TEXT)
		return;
	slash = memrchr(ret->s.p, '/', ret->s.n);
	if (slash)
		ret->s = (struct span){ slash + 1,
			                (size_t)(ret->s.p + ret->s.n - slash - 1) };
}

static void scan_close(struct rowset *rs)
{
	struct scan *sc = container_of(rs, struct scan, base);

	scan_drop_pages(sc);
	rowset_close(sc->inner);
	round_unref(sc->active);
	jpage_plan_free(sc->plan);
	rounds_close(sc->rounds);
	seen_clear(&sc->seen);
	for (size_t i = 0; i < sc->n_cells; i++)
		jpath_free((struct jpath *)(uintptr_t)sc->cells[i].path);
	free(sc->cells);
	free(sc->cell_of);
	free(sc->names);
	free(sc->used);
	free(sc->source_used);
	free(sc->desk);
	free(sc);
}

static const struct rowset_ops scan_ops = { scan_next, scan_get, scan_close };

int scan_open(struct client *client, const struct scan_spec *spec, struct run *run,
              struct rowset **ret, struct err *err)
{
	cleanup_(rowset_closep) struct rowset *guard = NULL;
	struct scan *sc = calloc(1, sizeof(*sc));
	struct scan_spec source = *spec;
	struct scan_key key;
	int e;

	if (!sc)
		return err_nomem(err);
	sc->base.ops = &scan_ops;
	guard = &sc->base;
	sc->client = client;
	sc->run = run;
	sc->root = sc;
	scan_set_source(sc, spec);
	sc->max_rows = spec->max_rows;
	sc->joined = spec->joined;
	sc->window = 1;
	sc->most = client_max_in_flight(client);
	sc->desk = str_dup(spec->desk ? spec->desk : "");
	if (!sc->desk)
		return err_nomem(err);
	sc->filter = scan_filter_column(sc);
	e = scan_set_columns(sc, spec, err);
	if (e < 0)
		return e;
	source.table = sc->source;
	source.endpoint = sc->endpoint;
	source.used = sc->source_used;
	if (sc->source_key >= 0) {
		key = spec->keys[0];
		key.column = (size_t)sc->source_key;
		source.keys = &key;
	}
	e = rounds_open(client, &source, run, &sc->rounds, err);
	if (e < 0)
		return e;
	sc->dedupe = scan_may_repeat(sc);
	*ret = take_ptr(guard);
	return 0;
}

int scan_prime(struct rowset *rows)
{
	struct scan *sc = container_of(rows, struct scan, base);

	assert(rows->ops == &scan_ops);
	return sc->page || sc->head ? 0 : scan_fill(sc, NULL);
}

bool scan_peek(struct rowset *rows, size_t skip, size_t column, struct value *ret)
{
	struct scan *sc = container_of(rows, struct scan, base);
	struct page *p = sc->page;
	size_t row = sc->row + skip;

	assert(rows->ops == &scan_ops);
	if (!skip && p) {
		scan_get(rows, column, ret);
		return true;
	}
	if (sc->inner || sc->cell_of[column] < 0 ||
	    (sc->max_rows >= 0 && (int64_t)skip > sc->max_rows - sc->n_out))
		return false;
	while (p && row >= p->n_rows) {
		row -= p->n_rows;
		p = scan_page_behind(sc, p);
	}
	if (p)
		jpage_get(p->rows, row, (size_t)sc->cell_of[column], ret);
	return p != NULL;
}

int scan_describe(struct client *client, const struct scan_spec *spec, scan_call_fn *fn,
                  void *ctx, struct err *err)
{
	cleanup_(rounds_closep) struct rounds *rounds = NULL;
	cleanup_free_ bool *used = NULL;
	int source_key;
	const struct endpoint *bulk = scan_bulk(spec, &source_key);
	struct run none = RUN_INIT;
	struct scan_spec source = *spec;
	struct scan_key key;
	int e;

	none.cached_only = true;
	if (bulk) {
		source.table = scan_parent(spec);
		source.endpoint = bulk;
		source.used = used =
			calloc(table_n_columns(source.table) + 1, sizeof(bool));
		if (!used)
			return err_nomem(err);
		source.max_rows = -1;
	}
	if (source_key >= 0) {
		key = spec->keys[0];
		key.column = (size_t)source_key;
		source.keys = &key;
	}
	e = rounds_open(client, &source, &none, &rounds, err);
	if (e < 0)
		return e;
	return rounds_describe(rounds, bulk ? spec->endpoint->bulk_expand : NULL, fn, ctx,
	                       err);
}
