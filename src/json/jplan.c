/* SPDX-License-Identifier: MIT */
/*
 * The paths of all columns become one tree of names for each place that paths
 * start from.  What is found at the end of a path goes to a slot; a cell is the
 * first of its slots that holds something.
 */
#include "json/jpage_i.h"
#include "json/jpath_i.h"

#include <stdlib.h>
#include <string.h>

#define NONE (-1)

static int new_want(struct jpage_plan *p, struct span name)
{
	struct jpage_want w = { name.p, name.n, NONE, NONE, NONE, NONE, NONE, false };

	if (jpage_want_vec_push(&p->wants, w) < 0)
		return NONE;
	return (int)p->wants.n - 1;
}

static int slot_at(struct jpage_plan *p, int want)
{
	if (want < 0)
		return NONE;
	if (p->wants.p[want].slot < 0)
		p->wants.p[want].slot = p->n_slots++;
	return p->wants.p[want].slot;
}

/* Names stay in the order in which they came: servers mostly keep to one too. */
static int want_name(struct jpage_plan *p, int want, struct span name)
{
	int last = NONE, i;

	if (want < 0)
		return NONE;
	for (i = p->wants.p[want].child; i >= 0; i = p->wants.p[i].next) {
		if (span_eq((struct span){ p->wants.p[i].name, p->wants.p[i].name_n },
		            name))
			return i;
		last = i;
	}
	i = new_want(p, name);
	if (i < 0)
		return NONE;
	if (last < 0)
		p->wants.p[want].child = i;
	else
		p->wants.p[last].next = i;
	return i;
}

/* Two paths that choose alike have a choice each: it is rare, and right. */
static int want_choice(struct jpage_plan *p, int want, const struct jpath_step *step)
{
	struct jpage_choice c = { .text = step->text };
	int probe, inner = NONE;

	if (want < 0)
		return NONE;
	probe = p->wants.p[want].probe;
	if (probe < 0)
		probe = new_want(p, SPAN(""));
	if (probe >= 0)
		inner = new_want(p, SPAN(""));
	if (inner < 0)
		return NONE;
	p->wants.p[want].probe = probe;
	c.slot = slot_at(p, want_name(p, probe, span_of(step->member)));
	c.want = inner;
	c.next = p->wants.p[want].choice;
	if (c.slot < 0 || jpage_choice_vec_push(&p->choices, c) < 0)
		return NONE;
	p->wants.p[want].choice = (int)p->choices.n - 1;
	return inner;
}

static int want_alt(struct jpage_plan *p, int want, const struct jpath_alt *alt)
{
	for (size_t i = 0; i < alt->n_steps; i++) {
		want = want_name(p, want, span_of(alt->steps[i].name));
		if (alt->steps[i].member)
			want = want_choice(p, want, &alt->steps[i]);
	}
	return slot_at(p, want);
}

/* Names joined by '.'; "" is the place itself. */
static int want_words(struct jpage_plan *p, int want, const char *words)
{
	for (struct span rest = span_of(words); rest.n;)
		want = want_name(p, want, span_cut(&rest, '.'));
	return want;
}

/* What the column's path starts from. */
static const struct jpage_region *region_of(const struct jpage_plan *p, int from)
{
	if (from == JPAGE_ROW)
		return &p->row;
	if (from == JPAGE_OUTER)
		return &p->outer;
	return from > 0 && from <= p->n_parts ? &p->parts[from - 1] : NULL;
}

/* Gives the region its slots; those of the columns that start there. */
static bool fill_region(struct jpage_plan *p, struct jpage_region *r, int **slots)
{
	for (size_t i = 0; i < p->n_columns; i++) {
		const struct jpage_column *c = &p->columns[i];
		const struct jpage_region *from = region_of(p, c->from);

		if (!c->path || !from || from->want != r->want || slots[i])
			continue;
		slots[i] = calloc(c->path->n_alts, sizeof(int));
		if (!slots[i])
			return false;
		for (size_t k = 0; k < c->path->n_alts; k++) {
			slots[i][k] = want_alt(p, r->want, &c->path->alts[k]);
			if (slots[i][k] < 0)
				return false;
		}
	}
	r->to = p->n_slots;
	return true;
}

static bool want_self(struct jpage_plan *p)
{
	static const char *const names[] = { "start",      "limit",  "size",
		                             "isLastPage", "isLast", "_links.next" };
	int rows;

	for (size_t i = 0; i < SELF_N; i++) {
		p->self[i] = slot_at(p, want_words(p, p->root.want, names[i]));
		if (p->self[i] < 0)
			return false;
	}
	if (!p->shape.rows[0])
		return true;
	rows = want_words(p, p->root.want, p->shape.rows);
	if (rows < 0)
		return false;
	p->wants.p[rows].is_rows = true;
	return true;
}

static bool want_bulk(struct jpage_plan *p)
{
	int page;

	if (!p->shape.bulk)
		return true;
	page = want_name(p, p->outer.want, span_of(p->shape.bulk));
	p->bulk_rows = slot_at(p, want_name(p, page, SPAN("values")));
	p->bulk_last = slot_at(p, want_name(p, page, SPAN("isLastPage")));
	return p->bulk_rows >= 0 && p->bulk_last >= 0;
}

static bool want_parts(struct jpage_plan *p)
{
	for (int i = 0; i < p->n_parts; i++) {
		p->part_slots[i] =
			slot_at(p, want_name(p, p->row.want, span_of(p->shape.parts[i])));
		if (p->part_slots[i] < 0)
			return false;
	}
	return true;
}

/* Region by region, so that the slots of each are side by side. */
static bool compile(struct jpage_plan *p, int **slots)
{
	bool good;

	p->root.want = p->outer.want = p->row.want = new_want(p, SPAN(""));
	if (p->shape.rows[0])
		p->outer.want = p->row.want = new_want(p, SPAN(""));
	if (p->shape.bulk)
		p->row.want = new_want(p, SPAN(""));
	good = p->root.want >= 0 && p->outer.want >= 0 && p->row.want >= 0;
	for (int i = 0; i < p->n_parts && good; i++)
		good = (p->parts[i].want = new_want(p, SPAN(""))) >= 0;
	good = good && want_self(p);
	if (good && p->outer.want == p->root.want)
		good = want_bulk(p);
	if (good && p->row.want == p->root.want)
		good = want_parts(p);
	good = good && fill_region(p, &p->root, slots);
	p->outer.from = p->n_slots;
	if (good && p->outer.want != p->root.want)
		good = want_bulk(p);
	if (good && p->row.want == p->outer.want && p->row.want != p->root.want)
		good = want_parts(p);
	good = good && fill_region(p, &p->outer, slots);
	p->row.from = p->n_slots;
	if (good && p->row.want != p->outer.want)
		good = want_parts(p);
	good = good && fill_region(p, &p->row, slots);
	for (int i = 0; i < p->n_parts && good; i++) {
		p->parts[i].from = p->n_slots;
		good = fill_region(p, &p->parts[i], slots);
	}
	return good;
}

static bool list_slots(struct jpage_plan *p, int *const *slots)
{
	for (size_t i = 0; i < p->n_columns; i++) {
		size_t n = slots[i] ? p->columns[i].path->n_alts : 0;

		p->first_alt[i] = p->alts.n;
		for (size_t k = 0; k < n; k++) {
			if (jpage_slot_vec_push(&p->alts, slots[i][k]) < 0)
				return false;
		}
	}
	p->first_alt[p->n_columns] = p->alts.n;
	return true;
}

struct jpage_plan *jpage_plan_new(const struct jpage_shape *shape,
                                  const struct jpage_column *columns, size_t n_columns)
{
	cleanup_(jpage_plan_freep) struct jpage_plan *p = calloc(1, sizeof(*p));
	int **slots = calloc(n_columns + 1, sizeof(*slots));
	bool good = p && slots;

	if (good) {
		p->shape = *shape;
		p->columns = columns;
		p->n_columns = n_columns;
		while (shape->parts && shape->parts[p->n_parts])
			p->n_parts++;
		p->parts = calloc((size_t)p->n_parts + 1, sizeof(*p->parts));
		p->part_slots = calloc((size_t)p->n_parts + 1, sizeof(int));
		p->first_alt = calloc(n_columns + 1, sizeof(*p->first_alt));
		good = p->parts && p->part_slots && p->first_alt && compile(p, slots) &&
		       list_slots(p, slots);
	}
	for (size_t i = 0; slots && i < n_columns; i++)
		free(slots[i]);
	free(slots);
	return good ? take_ptr(p) : NULL;
}

void jpage_plan_free(struct jpage_plan *p)
{
	if (!p)
		return;
	jpage_want_vec_clear(&p->wants);
	jpage_choice_vec_clear(&p->choices);
	jpage_slot_vec_clear(&p->alts);
	free(p->first_alt);
	free(p->parts);
	free(p->part_slots);
	free(p);
}
