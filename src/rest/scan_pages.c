/* SPDX-License-Identifier: MIT */
/*
 * A scan holds a list of pages in the order in which their rows go out.  The
 * head is the page the reader needs next; those behind it are on their way.
 *
 * Of the round at the head further pages are asked for as soon as its first
 * answer told how many rows the server gives at a time; of the rounds behind it
 * only the first page.  How many calls may be on their way, in all and of one
 * round, starts at one and doubles with every page that was read, so a reader
 * that stops early has caused few, and a list of two pages costs no third call.
 * For a reader that is known to want it all it grows faster, and a list that was
 * read before is asked for at once: with the server's page size, to where it
 * ended then, and not beyond before that has proved to be no longer true.
 * Where the site has refused calls for their number, fewer are on their way.
 * A page that does not start where the one before it ended (the server changed
 * its page size) is dropped and asked for again.
 *
 * Where the parent's list can bring the rows of a child table along (expand),
 * walking is reading that list.  Behind the rows of a child page that is not whole
 * there comes a placeholder, in whose place a scan of the child of that one parent
 * runs.  It begins with the last of those rows, or, where the child's list turns out
 * to have another order, at its first; see scan_ahead.c.
 */
#include "base/log.h"
#include "base/map.h"
#include "net/url.h"
#include "rest/page.h"
#include "rest/scan_i.h"

#include <errno.h>
#include <stdlib.h>

#define PATH_MAX_BYTES (16u * 1024)

void round_unref(struct round *r)
{
	if (!r || --r->refs)
		return;
	binding_clear(&r->binding);
	free(r->path);
	free(r->cursor);
	free(r);
}
DEFINE_CLEANUP(struct round *, round_unref)

static void slot_free(struct slot *s)
{
	pending_free(s->pending);
	buf_clear(&s->body);
	round_unref(s->round);
	free(s->path);
	free(s);
}
DEFINE_CLEANUP(struct slot *, slot_free)

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

bool scan_may_ask(const struct scan *sc)
{
	return sc->n_slots < sc->window && sc->root->on_way < sc->root->most;
}

/* In bulk nobody knows how many parents hold the rows that are wanted. */
static unsigned wanted_limit(const struct scan *sc)
{
	return page_limit(sc->endpoint, sc->child ? -1 : sc->max_rows);
}

/* Sends for the page of the round at start; puts it at *where of the list. */
static int ask(struct scan *sc, struct round *r, int64_t start, struct slot **where,
               struct err *err)
{
	cleanup_(slot_freep) struct slot *s = calloc(1, sizeof(*s));
	struct buf path = BUF_INIT(PATH_MAX_BYTES);
	struct call call = { .method = "GET",
		             .bucket = sc->endpoint->path,
		             .per_s = sc->endpoint->per_s,
		             .repeatable = true };
	bool keep = sc->endpoint->flags & ENDPOINT_METADATA;

	if (!s)
		return err_nomem(err);
	buf_puts(&path, r->path);
	page_params(sc->endpoint->page, start, wanted_limit(sc), r->cursor, &path);
	s->path = buf_take(&path);
	if (!s->path)
		return err_nomem(err);
	s->body = BUF_INIT(CLIENT_ANSWER_MAX_BYTES);
	s->round = r;
	r->refs++;
	s->start = start;
	call.path = s->path;
	if (!keep || !client_cached(sc->client, s->path, sc->run, &s->body)) {
		int e = client_start(sc->client, &call, sc->run, &s->pending, err);

		if (e < 0)
			return e;
	}
	s->nr = sc->root->n_asked++;
	s->next = *where;
	*where = take_ptr(s);
	sc->n_slots++;
	sc->root->on_way++;
	return 0;
}

static struct slot *take_head(struct scan *sc)
{
	struct slot *s = sc->head;

	sc->head = s->next;
	sc->n_slots--;
	sc->root->on_way--;
	return s;
}

static int new_round(struct scan *sc, struct round **ret, struct err *err)
{
	cleanup_(round_unrefp) struct round *r = calloc(1, sizeof(*r));
	struct buf path = BUF_INIT(PATH_MAX_BYTES);
	int e;

	if (!r)
		return err_nomem(err);
	r->refs = 1;
	e = rounds_next(sc->rounds, &r->binding, err);
	if (e <= 0)
		return e;
	e = expand_path(sc->source, sc->endpoint, &r->binding, sc->source_used, &path,
	                err);
	if (!e && sc->child)
		url_param(&path, "expand", span_of(sc->child->bulk_expand));
	r->path = buf_take(&path);
	if (e < 0)
		return e;
	if (!r->path)
		return err_nomem(err);
	r->expected = sc->begin;
	/* Of the many short lists of many rounds nothing is worth knowing. */
	r->is_first = !sc->head && !sc->active && sc->root == sc;
	if (r->is_first && sc->run->whole && sc->endpoint->page == PAGE_OFFSET)
		learned_get(sc->client, r->path, &r->learned);
	*ret = take_ptr(r);
	return 1;
}

/* Will the page be there, and wanted, as far as is known? */
static bool is_foreseen(const struct scan *sc, const struct round *r, int64_t start)
{
	if (start == r->expected)
		return true;
	if (r->learned.n_rows && start >= r->learned.n_rows)
		return false;
	return sc->max_rows < 0 || sc->child || start < sc->max_rows;
}

/* More pages of the round whose page size is known. */
static int ask_ahead(struct scan *sc, struct round *r, struct err *err)
{
	struct slot **where = &sc->head;
	int64_t start = r->expected;
	unsigned n = 0;
	int e;

	/* A page that starts elsewhere was asked for under another page size. */
	while (sc->head && sc->head->round == r && sc->head->start != start)
		slot_free(take_head(sc));
	while (*where && (*where)->round == r) {
		start = (*where)->start + r->step;
		where = &(*where)->next;
		n++;
	}
	while (n++ < r->ahead && is_foreseen(sc, r, start) &&
	       (sc->endpoint->page == PAGE_OFFSET || start == r->expected) &&
	       (scan_may_ask(sc) || start == r->expected)) {
		e = ask(sc, r, start, where, err);
		/* Only the page that is needed now may fail the scan. */
		if (e < 0)
			return start == r->expected ? e : 0;
		where = &(*where)->next;
		start += r->step;
	}
	return 0;
}

/* The first page of a list that is longer, as is known from before: the next as well. */
static void ask_learned(struct scan *sc, struct round *r)
{
	if (!sc->run->whole || r->learned.n_rows <= r->learned.step)
		return;
	r->step = r->learned.step;
	r->ahead = sc->window = sc->root->most;
	(void)!ask_ahead(sc, r, NULL);
}

/* The next round, its first page on the way at *where: 1; 0 when there is none. */
static int ask_round(struct scan *sc, struct slot **where, struct round **ret,
                     struct err *err)
{
	cleanup_(round_unrefp) struct round *r = NULL;
	int e = new_round(sc, &r, err);

	if (e > 0 && (e = ask(sc, r, r->expected, where, err)) == 0) {
		*ret = take_ptr(r);
		e = 1;
	}
	return e;
}

/* A round that fails is the last: its failure is told when what is before it was read. */
static void ask_rounds(struct scan *sc)
{
	struct slot **where = &sc->head;

	while (*where)
		where = &(*where)->next;
	while ((!sc->head || scan_may_ask(sc)) && !sc->rounds_done) {
		cleanup_(round_unrefp) struct round *r = NULL;
		int e = ask_round(sc, where, &r, &sc->broken);

		if (e <= 0) {
			sc->rounds_done = true;
			sc->broken.code = e;
			return;
		}
		if (!sc->active && sc->head->round == r && !sc->head->next)
			ask_learned(sc, r);
		while (*where)
			where = &(*where)->next;
	}
}

int scan_fill(struct scan *sc, struct err *err)
{
	int e = 0;

	if (sc->active && !sc->active->done)
		e = ask_ahead(sc, sc->active, err);
	/* With enough under way the reader need not wait for what comes later. */
	if (!e && (!sc->head || scan_may_ask(sc)))
		ask_rounds(sc);
	if (!e && sc->broken.code && (!sc->head || sc->broken.code == -EINTR)) {
		e = sc->broken.code;
		if (err)
			*err = sc->broken;
	}
	if (e < 0 && sc->head && e != -EINTR && e != -ENOMEM)
		return 0;
	return e;
}

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
	struct buf cursor = BUF_INIT(PATH_MAX_BYTES);
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
	const struct jpage_info *info;
	int e;

	if (!p)
		return err_nomem(err);
	e = jpage_read(sc->plan, &s->body, &p->rows, err);
	if (e < 0)
		return err_wrap(err, "GET %s", s->path);
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
	r->step = page_step(info);
	if (!s->start)
		r->full = r->step;
	if (sc->run->whole)
		r->ahead = r->ahead ? r->ahead * r->ahead : 2;
	else
		r->ahead = r->ahead ? r->ahead * 2 : 1;
	if (r->ahead > sc->root->most)
		r->ahead = sc->root->most;
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

/*
 * Half as many at once when a call had to be repeated, one more when so many pages
 * came at the first attempt.  Calls that were on their way at the time of a
 * complaint say nothing new.
 */
static void heed(struct scan *sc, const struct slot *s)
{
	sc = sc->root;
	if (!s->pending)
		return;
	if (pending_attempts(s->pending) <= 1) {
		if (sc->most < client_max_in_flight(sc->client) &&
		    ++sc->n_clean >= sc->most) {
			sc->most++;
			sc->n_clean = 0;
		}
		return;
	}
	if (s->nr < sc->shrunk)
		return;
	sc->most = sc->most / 2 ? sc->most / 2 : 1;
	sc->shrunk = sc->n_asked;
	sc->n_clean = 0;
	if (sc->window > sc->most)
		sc->window = sc->most;
}

static int finish(struct scan *sc, struct slot *s, struct err *err)
{
	int e;

	if (!s->pending)
		return 0;
	e = client_finish(s->pending, &s->body, err);
	if (!e && sc->endpoint->flags & ENDPOINT_METADATA)
		client_keep(sc->client, s->path, buf_view(&s->body));
	return e;
}

void scan_take(struct scan *sc)
{
	cleanup_(slot_freep) struct slot *s = take_head(sc);
	int e;

	if (s->round->done || s->start != s->round->expected)
		return;
	e = finish(sc, s, &sc->why);
	if (e == -ENOENT && sc->endpoint->flags & ENDPOINT_ABSENT_IS_EMPTY) {
		s->round->done = true;
		return;
	}
	if (e < 0) {
		sc->failed = e;
		(void)!err_wrap(&sc->why, "reading %s", sc->table->name);
		return;
	}
	heed(sc, s);
	sc->failed = take_page(sc, s, &sc->why);
	if (sc->failed)
		return;
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
		/* It takes a while, in which others may come. */
		if (sc->root != sc)
			scan_look_ahead(sc->root);
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
		scan_look_ahead(sc);
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
		slot_free(take_head(sc));
}
