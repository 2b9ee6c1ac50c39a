/* SPDX-License-Identifier: MIT */
/*
 * The scans within a bulk page are opened while the reader waits for one of them:
 * otherwise each would cost it a round trip of its own.  Placeholders are found in
 * the pages that have come, so those are taken before their turn.
 */
#include "rest/scan_i.h"

#include <assert.h>
#include <stdlib.h>

/*
 * The page that the placeholder is of brought the first rows, and the reader has had
 * them: it begins with the last of those, to see that the list goes on there.
 */
static int go_behind(struct scan *in, const struct scan *sc, const struct page *p,
                     size_t row, struct err *err)
{
	size_t first = row;

	while (first && jpage_outer(p->rows, first - 1) == jpage_outer(p->rows, row))
		first--;
	if (first == row)
		return 0;
	for (size_t i = first; i < row; i++) {
		/* Rows without a key are not kept. */
		bool keyed = scan_key_hash(sc, p, i, &in->begins_with);

		assert(keyed);
		if (seen_add(&in->seen, in->begins_with) < 0)
			return err_nomem(err);
	}
	in->begin = (int64_t)(row - first) - 1;
	in->behind = BEHIND_UNPROVED;
	return 0;
}

/* A placeholder of a bulk page: the rows of that one parent, by its own endpoint. */
static int open_inner(struct scan *sc, const struct page *p, size_t row,
                      struct rowset **ret, struct err *err)
{
	struct scan_key keys[PARENT_MAX_COLUMNS];
	struct span values[PARENT_MAX_COLUMNS];
	struct scan_spec spec = { .table = sc->table,
		                  .endpoint = sc->child,
		                  .keys = keys,
		                  .used = sc->used,
		                  .max_rows = -1,
		                  .alone = true };

	for (size_t i = 0; i < sc->n_columns && spec.n_keys < PARENT_MAX_COLUMNS; i++) {
		struct value v;

		if (sc->cell_of[i] < 0 || sc->cells[sc->cell_of[i]].from != JPAGE_OUTER)
			continue;
		jpage_get(p->rows, row, (size_t)sc->cell_of[i], &v);
		if (v.type != VALUE_TEXT)
			continue;
		values[spec.n_keys] = v.s;
		keys[spec.n_keys] = (struct scan_key){ i, &values[spec.n_keys], 1 };
		spec.n_keys++;
	}
	cleanup_(rowset_closep) struct rowset *rows = NULL;
	int e = scan_open(sc->client, &spec, sc->run, &rows, err);

	if (e)
		return e;
	struct scan *in = container_of(rows, struct scan, base);

	in->root = sc;
	e = go_behind(in, sc, p, row, err);
	if (!e)
		*ret = take_ptr(rows);
	return e;
}

/* Does the reader go on when it has had so many rows more? */
static bool is_wanted(const struct scan *sc, int64_t n_before)
{
	return sc->max_rows < 0 || n_before < sc->max_rows - sc->n_out;
}

/* False: no more may be opened now. */
static bool open_ahead(struct scan *sc, struct page *p, size_t row)
{
	cleanup_(rowset_closep) struct rowset *rows = NULL;
	struct inner **where = &p->inners;
	struct inner *in;

	if (sc->n_inners >= sc->most || sc->on_way >= sc->window ||
	    open_inner(sc, p, row, &rows, NULL) < 0 || scan_prime(rows) < 0)
		return false;
	in = calloc(1, sizeof(*in));
	if (!in)
		return false;
	in->row = row;
	in->rows = take_ptr(rows);
	while (*where)
		where = &(*where)->next;
	*where = in;
	sc->n_inners++;
	return true;
}

/* n_before: rows from the reader's to the first of the page. */
static bool open_page(struct scan *sc, struct page *p, int64_t n_before)
{
	for (; p->n_looked < p->n_rows; p->n_looked++) {
		if (!jpage_goes_on(p->rows, p->n_looked))
			continue;
		if (!is_wanted(sc, n_before + (int64_t)p->n_looked) ||
		    !open_ahead(sc, p, p->n_looked))
			return false;
	}
	return true;
}

static void open_pages(struct scan *sc)
{
	int64_t n_before = -(int64_t)sc->row;

	if (sc->page->n_looked < sc->row)
		sc->page->n_looked = sc->row;
	if (!open_page(sc, sc->page, n_before))
		return;
	n_before += (int64_t)sc->page->n_rows;
	for (struct page *p = sc->ready; p && open_page(sc, p, n_before); p = p->next)
		n_before += (int64_t)p->n_rows;
}

/* Or does so before the call that is waited for, since it was made before. */
static bool has_come(const struct scan *sc, uint64_t waited_for)
{
	if (!sc->head || sc->failed || sc->n_ready >= sc->root->most)
		return false;
	/* Pages of the round before it are still to be asked for. */
	if (sc->active && !sc->active->done && sc->head->round != sc->active)
		return false;
	return scan_is_settled(sc) || (sc->head->nr < waited_for && sc->run->whole);
}

/* Only for a reader that is known to want more. */
static void fill(struct scan *sc)
{
	if (sc->run->whole && !sc->failed)
		(void)!scan_fill(sc, NULL);
}

static void look_within(struct rowset *rows)
{
	struct scan *in = container_of(rows, struct scan, base);

	while (has_come(in, 0))
		scan_take(in);
	fill(in);
}

static void look_within_page(struct page *p)
{
	for (struct inner *in = p->inners; in; in = in->next)
		look_within(in->rows);
}

/* What stands in for placeholders is wanted before further pages of the list are. */
void scan_look_ahead(struct scan *sc, uint64_t waited_for)
{
	/* Who has a limit may need none of them. */
	if (sc->max_rows >= 0)
		waited_for = 0;
	if (sc->inner)
		look_within(sc->inner);
	look_within_page(sc->page);
	for (struct page *p = sc->ready; p; p = p->next)
		look_within_page(p);
	for (;;) {
		open_pages(sc);
		/* How many rows placeholders have is not known: enough, maybe. */
		if (sc->max_rows < 0)
			fill(sc);
		if (!has_come(sc, waited_for))
			return;
		scan_take(sc);
	}
}

struct page *scan_page_behind(struct scan *sc, struct page *p)
{
	struct page **next = p == sc->page ? &sc->ready : &p->next;

	while (!*next) {
		fill(sc);
		if (!has_come(sc, 0))
			return NULL;
		scan_take(sc);
	}
	return *next;
}

int scan_enter(struct scan *sc, struct err *err)
{
	struct page *p = sc->page;
	struct inner *in;

	if (p->n_looked <= sc->row)
		p->n_looked = sc->row + 1;
	/* Of a row that was passed over since it was had before, nothing is wanted. */
	while ((in = p->inners) && in->row <= sc->row) {
		bool is_it = in->row == sc->row;

		p->inners = in->next;
		sc->n_inners--;
		if (is_it)
			sc->inner = in->rows;
		else
			rowset_close(in->rows);
		free(in);
		if (is_it)
			return 0;
	}
	return open_inner(sc, p, sc->row, &sc->inner, err);
}
