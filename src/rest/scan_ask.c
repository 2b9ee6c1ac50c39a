/* SPDX-License-Identifier: MIT */
/*
 * What is asked for, and when.  A scan holds a list of slots in the order in which
 * their rows go out.  The head is the page the reader needs next; those behind it are
 * on their way.
 *
 * Of the round at the head further pages are asked for as soon as its first
 * answer told how many rows the server gives at a time; of the rounds behind it
 * only the first page.  How many calls may be on their way, in all and of one
 * round, starts at one and doubles with every page that was read, so a reader
 * that stops early has caused few, and a list of two pages costs no third call.
 * For a reader that is known to want it all it grows faster, each time when all
 * that was asked for has come and was full, and a list that was
 * read before is asked for at once: with the server's page size, to where it
 * ended then, and not beyond before that has proved to be no longer true.
 * Where the site has refused calls for their number, fewer are on their way.
 * A page that does not start where the one before it ended (the server changed
 * its page size) is dropped and asked for again.
 */
#include "net/url.h"
#include "rest/page.h"
#include "rest/scan_i.h"

#include <errno.h>
#include <stdlib.h>

void slot_free(struct slot *s)
{
	pending_free(s->pending);
	buf_clear(&s->body);
	round_unref(s->round);
	free(s->path);
	free(s);
}

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
	struct buf path = BUF_INIT(SCAN_PATH_MAX_BYTES);
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

struct slot *scan_take_slot(struct scan *sc)
{
	struct slot *s = sc->head;

	sc->head = s->next;
	sc->n_slots--;
	sc->root->on_way--;
	return s;
}

void scan_drop_slot(struct scan *sc)
{
	struct slot *s = scan_take_slot(sc);

	if (s->pending)
		atomic_fetch_add(&sc->run->vain, 1);
	slot_free(s);
}

static int new_round(struct scan *sc, struct round **ret, struct err *err)
{
	cleanup_(round_unrefp) struct round *r = calloc(1, sizeof(*r));
	struct buf path = BUF_INIT(SCAN_PATH_MAX_BYTES);
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

/* So many rows are expected before that place, going by those that came. */
static int64_t rows_before(const struct scan *sc, const struct round *r, int64_t start)
{
	if (!sc->child)
		return start;
	return r->expected ? (int64_t)((double)r->n_came * (double)start /
	                               (double)r->expected)
	                   : 0;
}

/* Will the page be there, and wanted, as far as is known? */
static bool is_foreseen(const struct scan *sc, const struct round *r, int64_t start)
{
	const struct run *run = sc->run;

	if (start == r->expected)
		return true;
	if (r->learned.n_rows && start >= r->learned.n_rows)
		return false;
	/* The last calls that the run may make are for what is needed, and so are those
	 * that it may make in place of others that were in vain. */
	if (run->max_calls && atomic_load(&run->calls) + sc->root->most >= run->max_calls)
		return false;
	return sc->max_rows < 0 || rows_before(sc, r, start) < sc->max_rows;
}

/* All rows are wanted, but how many there are is not known yet. */
static bool is_growing(const struct scan *sc, const struct round *r)
{
	return sc->run->whole && !r->grown;
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
		scan_drop_slot(sc);
	while (*where && (*where)->round == r) {
		start = (*where)->start + r->step;
		where = &(*where)->next;
		n++;
	}
	/* The end may be among them. */
	if (n && is_growing(sc, r))
		return 0;
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
	r->asked = start;
	return 0;
}

/* The first page of a list that is longer, as is known from before: the next as well. */
static void ask_learned(struct scan *sc, struct round *r)
{
	if (!sc->run->whole || r->learned.n_rows <= r->learned.step)
		return;
	r->step = r->learned.step;
	r->ahead = sc->window = sc->root->most;
	r->grown = true;
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

void scan_widen(const struct scan *sc, struct round *r)
{
	/* What a page left out is seldom long. */
	unsigned times = sc->root == sc ? 4 : 2;

	if (!sc->run->whole)
		r->ahead = r->ahead ? r->ahead * 2 : 1;
	else if (!is_growing(sc, r) || r->expected >= r->asked)
		r->ahead = r->ahead ? r->ahead * times : times;
	if (r->ahead < sc->root->most)
		return;
	r->ahead = sc->root->most;
	r->grown = true;
}

void scan_heed(struct scan *sc, const struct slot *s)
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
