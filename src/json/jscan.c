/* SPDX-License-Identifier: MIT */
/*
 * One walk over the text of a page.  All of it is checked, only what the plan
 * names is looked at, and nothing is built but the cells.  Whatever is out of the
 * ordinary (see json/jlex.h; a name twice where names matter) ends the scan, and
 * the tree reads the page.  The two must never differ.
 */
#include "json/jlex.h"
#include "json/jpage_i.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct jscan {
	struct jlex x;
	const struct jpage_plan *plan;
	struct jpage *page;
	struct span *slots;
	uint64_t *seen;   /* by want: the object it was last found in */
	uint64_t *chosen; /* by choice: the array it was last decided in */
	uint64_t n_nested;
	size_t n_outer;
	bool has_rows;
	int status;
};

static bool match(struct jscan *s, int want, unsigned depth);
static bool take_outer(struct jscan *s, unsigned depth);

static void clear_slots(struct jscan *s, const struct jpage_region *r)
{
	for (int i = r->from; i < r->to; i++)
		s->slots[i] = (struct span){ 0 };
}

static int find_name(const struct jpage_plan *p, int want, struct span name)
{
	int i;

	for (i = p->wants.p[want].child; i >= 0; i = p->wants.p[i].next) {
		const struct jpage_want *w = &p->wants.p[i];

		if (w->name_n == name.n && *w->name == *name.p &&
		    !memcmp(w->name, name.p, name.n))
			break;
	}
	return i;
}

static bool match_members(struct jscan *s, int want, unsigned depth)
{
	uint64_t here = ++s->n_nested;
	struct span name;

	s->x.at++;
	jlex_blanks(&s->x);
	if (*s->x.at != '}') {
		do {
			int i;

			if (!jlex_name(&s->x, &name))
				return false;
			i = find_name(s->plan, want, name);
			if (i >= 0 && s->seen[i] == here)
				return false;
			if (i >= 0)
				s->seen[i] = here;
			if (i >= 0 ? !match(s, i, depth + 1)
			           : !jlex_skip(&s->x, depth + 1))
				return false;
		} while (jlex_take(&s->x, ','));
	}
	return *s->x.at++ == '}';
}

/* 1: the value has the text; 0: no; -1: not understood. */
static int has_text(struct span json, const char *text)
{
	int64_t want, is;

	if (!json.n)
		return 0;
	if (*json.p == '"') {
		if (memchr(json.p, '\\', json.n))
			return -1;
		return span_is((struct span){ json.p + 1, json.n - 2 }, text);
	}
	if (*json.p == 't' || *json.p == 'f')
		return span_is(json, text);
	return span_int(json, &is) && span_int(span_of(text), &want) && is == want;
}

/* Those of the choices that this element is the first to meet. */
static bool choose(struct jscan *s, int want, uint64_t here, unsigned depth)
{
	const struct jpage_plan *p = s->plan;
	int probe = p->wants.p[want].probe;
	const char *start = s->x.at, *end;

	if (*start != '{')
		return jlex_skip(&s->x, depth);
	for (int i = p->wants.p[probe].child; i >= 0; i = p->wants.p[i].next)
		s->slots[p->wants.p[i].slot] = (struct span){ 0 };
	if (!match(s, probe, depth))
		return false;
	end = s->x.at;
	for (int i = p->wants.p[want].choice; i >= 0; i = p->choices.p[i].next) {
		const struct jpage_choice *c = &p->choices.p[i];
		int is = s->chosen[i] == here ? 0 : has_text(s->slots[c->slot], c->text);

		if (is < 0)
			return false;
		if (!is)
			continue;
		s->chosen[i] = here;
		s->x.at = start;
		if (!match(s, c->want, depth))
			return false;
		s->x.at = end;
	}
	return true;
}

static bool match_elements(struct jscan *s, int want, unsigned depth)
{
	bool is_rows = s->plan->wants.p[want].is_rows;
	uint64_t here = ++s->n_nested;

	s->x.at++;
	jlex_blanks(&s->x);
	if (*s->x.at != ']') {
		do {
			if (is_rows ? !take_outer(s, depth + 1)
			            : !choose(s, want, here, depth + 1))
				return false;
		} while (jlex_take(&s->x, ','));
	}
	s->has_rows |= is_rows;
	return *s->x.at++ == ']';
}

/* Over the value at hand; what is wanted of it goes to the slots. */
static bool match(struct jscan *s, int want, unsigned depth)
{
	const struct jpage_want *w = &s->plan->wants.p[want];
	const char *start = s->x.at;
	bool good;

	if (*start == '{' && w->child >= 0)
		good = depth < JLEX_DEPTH_MAX && match_members(s, want, depth);
	else if (*start == '[' && (w->choice >= 0 || w->is_rows))
		good = depth < JLEX_DEPTH_MAX && match_elements(s, want, depth);
	else
		good = jlex_skip(&s->x, depth);
	if (good && w->slot >= 0 && *start != 'n')
		s->slots[w->slot] = (struct span){ start, (size_t)(s->x.at - start) };
	return good;
}

/* Place for the cells of one more row, or NULL. */
static struct value *new_cells(struct jscan *s)
{
	struct jpage *p = s->page;
	size_t n = (p->rows.n + 1) * p->n_columns;

	if (n > JPAGE_MAX_CELLS)
		return NULL;
	if (n > p->cap_cells) {
		size_t cap = p->cap_cells ? p->cap_cells * 2 : 64 * p->n_columns;
		struct value *cells = reallocarray(p->cells, cap, sizeof(*cells));

		if (!cells) {
			s->status = -ENOMEM;
			return NULL;
		}
		p->cells = cells;
		p->cap_cells = cap;
	}
	return p->cells + p->rows.n * p->n_columns;
}

/* part: 1 + the index of the part that the row is made of; 0: none. */
static bool add_row(struct jscan *s, int part, bool goes_on)
{
	const struct jpage_plan *p = s->plan;
	struct value *cells = p->n_columns ? new_cells(s) : NULL;

	if (p->n_columns && !cells)
		return false;
	for (size_t i = 0; i < p->n_columns; i++) {
		struct span json = { 0 };
		size_t k = p->first_alt[i];

		if (p->columns[i].from > 0 && p->columns[i].from != part)
			k = p->first_alt[i + 1];
		for (; k < p->first_alt[i + 1] && !json.n; k++)
			json = s->slots[p->alts.p[k]];
		if (!jcell_of_text(s->page, json, p->columns[i].type, &cells[i]))
			return false;
	}
	if (jpage_row_vec_push(&s->page->rows,
	                       (struct jpage_row){ s->n_outer, goes_on }) < 0) {
		s->status = -ENOMEM;
		return false;
	}
	return true;
}

/* The value was walked over before; this goes over it again, for what is in it. */
static bool add_part(struct jscan *s, int part, const char *at)
{
	const struct jpage_region *r = &s->plan->parts[part - 1];
	const char *back = s->x.at;

	if (*at != '{')
		return true;
	clear_slots(s, r);
	s->x.at = at;
	if (!match(s, r->want, 0) || !add_row(s, part, false))
		return false;
	s->x.at = back;
	return true;
}

static bool add_part_array(struct jscan *s, int part, const char *at)
{
	const char *back = s->x.at;

	s->x.at = at + 1;
	jlex_blanks(&s->x);
	if (*s->x.at != ']') {
		do {
			if (!add_part(s, part, s->x.at) || !jlex_skip(&s->x, 0))
				return false;
		} while (jlex_take(&s->x, ','));
	}
	s->x.at = back;
	return true;
}

/* A row, or the rows that its parts make; its slots are filled. */
static bool add_rows(struct jscan *s)
{
	size_t before = s->page->rows.n;
	bool good = true;

	for (int k = 0; k < s->plan->n_parts && good; k++) {
		struct span json = s->slots[s->plan->part_slots[k]];

		if (json.n && *json.p == '[')
			good = add_part_array(s, k + 1, json.p);
		else if (json.n)
			good = add_part(s, k + 1, json.p);
	}
	return good && (s->page->rows.n > before || add_row(s, 0, false));
}

static bool add_bulk_array(struct jscan *s, const char *at)
{
	const char *back = s->x.at;

	s->x.at = at + 1;
	jlex_blanks(&s->x);
	if (*s->x.at != ']') {
		do {
			clear_slots(s, &s->plan->row);
			if (!match(s, s->plan->row.want, 0) || !add_rows(s))
				return false;
		} while (jlex_take(&s->x, ','));
	}
	s->x.at = back;
	return true;
}

static bool add_bulk(struct jscan *s)
{
	struct span rows = s->slots[s->plan->bulk_rows];
	struct span last = s->slots[s->plan->bulk_last];
	/* What was not expanded, or not as a whole, has to be asked for. */
	bool whole = rows.n && !(last.n && *last.p == 'f');

	if (rows.n && *rows.p == '[' && (whole || s->plan->shape.bulk_key) &&
	    !add_bulk_array(s, rows.p))
		return false;
	clear_slots(s, &s->plan->row);
	return whole || add_row(s, 0, true);
}

static bool take_outer(struct jscan *s, unsigned depth)
{
	clear_slots(s, &s->plan->outer);
	if (!match(s, s->plan->outer.want, depth) ||
	    !(s->plan->shape.bulk ? add_bulk(s) : add_rows(s)))
		return false;
	s->n_outer++;
	return true;
}

static bool read_number(struct jscan *s, int slot, int64_t *ret)
{
	struct span json = s->slots[slot];
	int64_t i;

	*ret = -1;
	if (!json.n || (*json.p != '-' && (*json.p < '0' || *json.p > '9')))
		return true;
	if (!span_int(json, &i))
		return false;
	if (i >= 0)
		*ret = i;
	return true;
}

/* What the page says of itself. */
static bool read_info(struct jscan *s)
{
	const int *self = s->plan->self;
	struct jpage_info *info = &s->page->info;
	struct span last = s->slots[self[SELF_LAST_PAGE]];
	struct span next = s->slots[self[SELF_NEXT]];
	struct value v;

	if (!last.n)
		last = s->slots[self[SELF_LAST]];
	info->is_last = !last.n ? -1 : *last.p == 't' ? 1 : *last.p == 'f' ? 0 : -1;
	info->next = SPAN("");
	if (next.n && *next.p == '"') {
		if (!jcell_of_text(s->page, next, VALUE_TEXT, &v))
			return false;
		info->next = v.s;
	}
	info->has_next = info->next.n > 0;
	info->n_outer = s->n_outer;
	info->n_rows = s->page->rows.n;
	return read_number(s, self[SELF_START], &info->start) &&
	       read_number(s, self[SELF_LIMIT], &info->limit) &&
	       read_number(s, self[SELF_SIZE], &info->size);
}

static bool scan(struct jscan *s)
{
	bool is_row = !s->plan->shape.rows[0];

	jlex_blanks(&s->x);
	if (*s->x.at != '{' || !match(s, s->plan->root.want, 0))
		return false;
	jlex_blanks(&s->x);
	if (s->x.at != s->x.end || !(is_row || s->has_rows))
		return false;
	if (is_row) {
		if (!(s->plan->shape.bulk ? add_bulk(s) : add_rows(s)))
			return false;
		s->n_outer = 1;
	}
	return read_info(s);
}

int jscan_page(const struct jpage_plan *plan, struct jpage *p)
{
	struct span text = buf_view(&p->text);
	size_t n = (size_t)plan->n_slots * sizeof(struct span) +
	           (plan->wants.n + plan->choices.n) * sizeof(uint64_t);
	cleanup_free_ char *room = calloc(1, n);
	struct jscan s = { .plan = plan, .page = p };

	if (!room)
		return -ENOMEM;
	if (!text.n)
		return 1;
	s.x = (struct jlex){ text.p, text.p + text.n };
	s.slots = (struct span *)(void *)room;
	s.seen = (uint64_t *)(void *)(s.slots + plan->n_slots);
	s.chosen = s.seen + plan->wants.n;
	if (scan(&s))
		return 0;
	return s.status ? s.status : 1;
}
