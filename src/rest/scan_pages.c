/* SPDX-License-Identifier: MIT */
/*
 * Answers become pages, in the order in which their rows go out: those that came
 * before their turn wait in ready.
 *
 * Where the parent's list can bring the rows of a child table along (expand),
 * walking is reading that list.  Behind the rows of a child page that is not whole
 * there comes a placeholder, in whose place a scan of the child of that one parent
 * runs.  It begins with the last of those rows, or, where the child's list turns out
 * to have another order, at its first; see scan_ahead.c.
 */
#include "base/log.h"
#include "base/map.h"
#include "rest/page.h"
#include "rest/scan_i.h"

#include <errno.h>
#include <stdlib.h>

void round_unref(struct round *r)
{
	if (!r || --r->refs)
		return;
	binding_clear(&r->binding);
	free(r->path);
	free(r->cursor);
	free(r);
}

void page_free(struct page *p)
{
	struct inner *in;

	if (!p)
		return;
	while ((in = p->inners)) {
		p->inners = in->next;
		p->scan->n_inners--;
		rowset_close(in->rows);
		free(in);
	}
	jpage_free(p->rows);
	round_unref(p->round);
	free(p);
}
DEFINE_CLEANUP(struct page *, page_free)

bool scan_key_hash(const struct scan *sc, const struct page *page, size_t row,
                   uint64_t *ret)
{
	struct value v;

	if (sc->row_key < 0)
		return false;
	jpage_get(page->rows, row, (size_t)sc->row_key, &v);
	if (v.type != VALUE_TEXT)
		return false;
	*ret = map_hash(v.s);
	return true;
}

static uint64_t mix(uint64_t hash, uint64_t more)
{
	return (hash ^ more) * UINT64_C(0x9e3779b97f4a7c15) + (hash >> 29);
}

static uint64_t hash_cell(const struct value *v)
{
	switch (v->type) {
	case VALUE_TEXT:
	case VALUE_JSON:
		return map_hash(v->s);
	case VALUE_TIME:
	case VALUE_INT:
		return (uint64_t)v->i;
	case VALUE_NULL:
	case VALUE_BOOL:
	case VALUE_REAL:
		break;
	}
	return 0;
}

uint64_t scan_hash(struct scan *sc, const struct page *page, size_t row, bool keys_only)
{
	uint64_t hash = 1;

	for (size_t i = 0; i < sc->n_columns; i++) {
		const struct column *c = &sc->table->columns[i];
		struct value v = VALUE_NULL_INIT;

		/* What the round says of its rows makes them different from another's;
		 * a pseudo column says nothing of a row. */
		if (!sc->child && !c->path && !(c->flags & COLUMN_PSEUDO) &&
		    page->round->binding.values[i])
			hash = mix(hash,
			           map_hash(span_of(page->round->binding.values[i])) + i);
		if (sc->cell_of[i] < 0)
			continue;
		/* In bulk the parent is what moves: what came from it is the key. */
		if (keys_only &&
		    (sc->child ? sc->cells[sc->cell_of[i]].from != JPAGE_OUTER
		               : !(sc->table->columns[i].flags & COLUMN_KEY)))
			continue;
		jpage_get(page->rows, row, (size_t)sc->cell_of[i], &v);
		hash = mix(hash, hash_cell(&v) + i);
	}
	return hash;
}

/* A server that does not look at start sends the same page for ever. */
static bool is_repeated(struct scan *sc, const struct page *p)
{
	struct round *r = p->round;
	size_t n = p->n_rows;
	uint64_t first, last;
	bool same;

	if (!n || !sc->n_cells)
		return false;
	first = scan_hash(sc, p, 0, false);
	last = scan_hash(sc, p, n - 1, false);
	same = r->last_n == n && r->last_first == first && r->last_last == last;
	r->last_n = n;
	r->last_first = first;
	r->last_last = last;
	return same;
}

/* PAGE_CURSOR: false when there is no way on. */
static int take_cursor(struct round *r, const struct jpage_info *info, struct err *err)
{
	struct buf cursor = BUF_INIT(SCAN_PATH_MAX_BYTES);
	bool found = page_cursor(info, &cursor);
	/* The same cursor again would lead here again. */
	bool same = found && r->cursor && str_eq(r->cursor, buf_str(&cursor));

	free(r->cursor);
	r->cursor = found ? buf_take(&cursor) : NULL;
	buf_clear(&cursor);
	if (found && !r->cursor)
		return err_nomem(err);
	if (!found || same)
		r->done = true;
	return 0;
}

/* Of a list that is longer than a page; the last one says nothing of the page size. */
static void remember_length(struct scan *sc, const struct round *r, const struct slot *s)
{
	struct learned now = { (unsigned)(s->start ? r->full : 0), r->expected };

	if (r->is_first && sc->endpoint->page == PAGE_OFFSET && now.step &&
	    !learned_same(&now, &r->learned))
		learned_put(sc->client, r->path, &now);
}

static void put_ready(struct scan *sc, struct page *p)
{
	struct page **where = &sc->ready;

	while (*where)
		where = &(*where)->next;
	*where = p;
	sc->n_ready++;
}

static void set_active(struct scan *sc, struct round *r)
{
	r->refs++;
	round_unref(sc->active);
	sc->active = r;
}

static int take_page(struct scan *sc, struct slot *s, struct err *err)
{
	cleanup_(page_freep) struct page *p = calloc(1, sizeof(*p));
	struct round *r = s->round;
	cleanup_(buf_clear) struct buf copy = BUF_INIT(CLIENT_ANSWER_MAX_BYTES);
	const struct jpage_info *info;
	int e;

	if (!p)
		return err_nomem(err);
	if (s->pending && sc->endpoint->flags & ENDPOINT_METADATA)
		buf_span(&copy, buf_view(&s->body));
	e = jpage_read(sc->plan, &s->body, &p->rows, err);
	if (e < 0)
		return err_wrap(err, "the site's answer to GET %.100s cannot be read",
		                s->path);
	if (copy.len && !buf_status(&copy))
		client_keep(sc->client, s->path, buf_view(&copy));
	info = jpage_info(p->rows);
	p->scan = sc;
	p->round = r;
	p->start = s->start;
	r->refs++;
	p->n_rows = info->n_rows;
	set_active(sc, r);
	atomic_fetch_add(&sc->run->pages, 1);
	atomic_fetch_add(&sc->run->rows, info->n_rows);
	r->expected = s->start + (int64_t)info->n_outer;
	r->n_came += (int64_t)info->n_rows;
	r->step = page_step(info);
	if (!s->start)
		r->full = r->step;
	scan_widen(sc, r);
	r->done = page_is_last(sc->endpoint->page, info);
	if (r->done)
		remember_length(sc, r, s);
	else if (r->learned.n_rows && r->expected >= r->learned.n_rows)
		r->learned.n_rows = 0;
	if (!r->done && is_repeated(sc, p)) {
		log_debug(LOG_NET,
		          "the server repeats a page, taking it as the end path=%s",
		          s->path);
		r->done = true;
		p->n_rows = 0;
	}
	if (!r->done && sc->endpoint->page == PAGE_CURSOR)
		e = take_cursor(r, info, err);
	if (!e)
		put_ready(sc, take_ptr(p));
	return e;
}

bool scan_is_settled(const struct scan *sc)
{
	return !sc->head->pending || pending_settled(sc->head->pending);
}

/* What was asked for beyond the end. */
static void drop_rest(struct scan *sc, const struct round *r)
{
	while (sc->head && sc->head->round == r)
		scan_drop_slot(sc);
}

void scan_take(struct scan *sc)
{
	if (sc->head->start != sc->head->round->expected) {
		scan_drop_slot(sc);
		return;
	}
	cleanup_(slot_freep) struct slot *s = scan_take_slot(sc);
	int e = s->pending ? client_finish(s->pending, &s->body, &sc->why) : 0;

	if (e == -ENOENT && sc->endpoint->flags & ENDPOINT_ABSENT_IS_EMPTY) {
		s->round->done = true;
		drop_rest(sc, s->round);
		return;
	}
	if (e < 0)
		(void)!err_wrap(&sc->why, "reading %s", sc->table->name);
	/* Of many that were asked for one is not there, or not any more. */
	if (e == -ENOENT && !s->start) {
		sc->absent = sc->why;
		sc->why = (struct err){ 0 };
		s->round->done = true;
		drop_rest(sc, s->round);
		return;
	}
	if (e < 0) {
		sc->failed = e;
		return;
	}
	scan_heed(sc, s);
	sc->failed = take_page(sc, s, &sc->why);
	if (sc->failed)
		return;
	sc->found = true;
	if (s->round->done)
		drop_rest(sc, s->round);
	if (sc->window < sc->root->most)
		sc->window *= sc->run->whole ? 4 : 2;
	if (sc->window > sc->root->most)
		sc->window = sc->root->most;
}

/* 1: a page is there; 0: no more. */
int scan_next_page(struct scan *sc, struct err *err)
{
	struct page *p;

	page_free(sc->page);
	sc->page = NULL;
	while (!sc->ready && !sc->failed) {
		int e = scan_fill(sc, err);

		if (e < 0)
			return e;
		if (!sc->head)
			return 0;
		/* It takes a while, in which others come. */
		if (sc->root != sc)
			scan_look_ahead(sc->root, scan_is_settled(sc) ? 0 : sc->head->nr);
		if (sc->head && !sc->ready && !sc->failed)
			scan_take(sc);
	}
	p = sc->ready;
	if (!p) {
		if (err)
			*err = sc->why;
		return sc->failed;
	}
	sc->ready = p->next;
	sc->n_ready--;
	sc->page = p;
	sc->row = 0;
	sc->outer = SIZE_MAX;
	/* While its rows are looked at the next may come; a failure tells later.
	 * Whoever needs but a few rows has them in the first page. */
	if (sc->run->whole && p->start && sc->child)
		scan_look_ahead(sc, 0);
	else if (sc->run->whole && p->start)
		(void)!scan_fill(sc, NULL);
	return 1;
}

void scan_start_anew(struct scan *sc)
{
	struct round *r = sc->active;

	scan_drop_pages(sc);
	sc->failed = 0;
	sc->behind = BEHIND_ANEW;
	r->expected = 0;
	r->done = false;
	r->ahead = 1;
	r->last_n = 0;
}

void scan_drop_pages(struct scan *sc)
{
	struct page *p;

	page_free(sc->page);
	sc->page = NULL;
	while ((p = sc->ready)) {
		sc->ready = p->next;
		sc->n_ready--;
		page_free(p);
	}
	while (sc->head)
		slot_free(scan_take_slot(sc));
}
