/* SPDX-License-Identifier: MIT */
/*
 * A scan holds a list of pages in the order in which their rows go out.  The
 * head is the page the reader needs next; those behind it are on their way.
 *
 * Of the round at the head further pages are asked for as soon as its first
 * answer told how many rows the server gives at a time; of the rounds behind it
 * only the first page.  How many calls may be on their way, in all and of one
 * round, starts at one and doubles with every page that was read, so a reader
 * that stops early has caused few, and a list of two pages costs no third call.  A page
 * that does not start where the one before it ended (the server changed its page size) is
 * dropped and asked for again.
 */
#include "rest/scan.h"

#include "base/log.h"
#include "base/map.h"
#include "json/jpage.h"
#include "json/jpath.h"
#include "rest/expand.h"
#include "rest/page.h"
#include "rest/rounds.h"
#include "rest/seen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_MAX_BYTES (16u * 1024)

struct round {
	struct binding binding;
	char *path;       /* without paging */
	int64_t expected; /* where the next page must start */
	unsigned step;    /* rows a page, 0: not known */
	unsigned ahead;   /* further pages that may be on their way */
	bool done;
	uint64_t last_first, last_last; /* keys of the previous page's ends */
	size_t last_n;
	unsigned refs; /* pages that point here, and the scan */
};

struct slot {
	struct slot *next;
	struct round *round;
	int64_t start;
	struct pending *pending; /* or the answer was in the cache: */
	struct buf body;
	char *path;
};

struct scan {
	struct rowset base;
	struct client *client;
	struct run *run;
	const struct table *table;
	const struct endpoint *endpoint;
	bool *used;
	struct rounds *rounds;
	bool rounds_done;
	bool dedupe;
	struct seen seen;
	int64_t max_rows; /* -1: all */
	int64_t n_out;
	int filter; /* column that must equal desk, or -1 */
	char *desk;
	size_t n_columns;
	const char **names;
	struct jpage_column *cells; /* by what is taken out of a page */
	int *cell_of;               /* column -> index in cells, or -1 */
	size_t n_cells;
	struct slot *head;
	size_t n_slots;
	unsigned window;
	struct round *active; /* of the page that is being read */
	struct jpage *page;
	size_t row;
	size_t n_rows;
};

static void round_unref(struct round *r)
{
	if (!r || --r->refs)
		return;
	binding_clear(&r->binding);
	free(r->path);
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
	page_params(sc->endpoint->page, start, page_limit(sc->endpoint, sc->max_rows),
	            &path);
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
	s->next = *where;
	*where = take_ptr(s);
	sc->n_slots++;
	return 0;
}

static void drop_head(struct scan *sc)
{
	struct slot *s = sc->head;

	sc->head = s->next;
	sc->n_slots--;
	slot_free(s);
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
	e = expand_path(sc->table, sc->endpoint, &r->binding, sc->used, &path, err);
	r->path = buf_take(&path);
	if (e < 0)
		return e;
	if (!r->path)
		return err_nomem(err);
	*ret = take_ptr(r);
	return 1;
}

/* More pages of the round whose first answer is known. */
static int ask_ahead(struct scan *sc, struct err *err)
{
	struct round *r = sc->active;
	struct slot **where = &sc->head;
	int64_t start = r->expected;
	unsigned n = 0;
	int e;

	/* A page that starts elsewhere was asked for under another page size. */
	while (sc->head && sc->head->round == r && sc->head->start != start)
		drop_head(sc);
	while (*where && (*where)->round == r) {
		start = (*where)->start + r->step;
		where = &(*where)->next;
		n++;
	}
	while (n++ < r->ahead && (sc->n_slots < sc->window || start == r->expected) &&
	       (sc->max_rows < 0 || start < sc->max_rows || start == r->expected)) {
		e = ask(sc, r, start, where, err);
		/* Only the page that is needed now may fail the scan. */
		if (e < 0)
			return start == r->expected ? e : 0;
		where = &(*where)->next;
		start += r->step;
	}
	return 0;
}

static int ask_rounds(struct scan *sc, struct err *err)
{
	struct slot **where = &sc->head;

	while (*where)
		where = &(*where)->next;
	while (sc->n_slots < sc->window && !sc->rounds_done) {
		cleanup_(round_unrefp) struct round *r = NULL;
		int e = new_round(sc, &r, err);

		if (e == 0)
			sc->rounds_done = true;
		if (e <= 0)
			return e;
		e = ask(sc, r, 0, where, err);
		if (e < 0)
			return e;
		where = &(*where)->next;
	}
	return 0;
}

static int fill(struct scan *sc, struct err *err)
{
	int e = 0;

	if (sc->active && !sc->active->done)
		e = ask_ahead(sc, err);
	/* With enough under way the reader need not wait for what comes later. */
	if (!e && (!sc->head || sc->n_slots < sc->window))
		e = ask_rounds(sc, err);
	if (e < 0 && sc->head && e != -EINTR && e != -ENOMEM)
		return 0;
	return e;
}

static uint64_t row_hash(struct scan *sc, size_t row)
{
	struct buf key = BUF_INIT(64 * 1024);
	uint64_t hash;

	for (size_t i = 0; i < sc->n_columns; i++) {
		const struct column *c = &sc->table->columns[i];
		struct value v = VALUE_NULL_INIT;

		if (!(c->flags & COLUMN_KEY))
			continue;
		if (sc->cell_of[i] >= 0)
			jpage_get(sc->page, row, (size_t)sc->cell_of[i], &v);
		else if (sc->active->binding.values[i])
			v = value_text(span_of(sc->active->binding.values[i]));
		if (v.type == VALUE_TEXT)
			buf_span(&key, v.s);
		buf_putc(&key, '\n');
	}
	hash = map_hash(buf_view(&key));
	buf_clear(&key);
	return hash;
}

/* A server that does not look at start sends the same page for ever. */
static bool is_repeated(struct scan *sc, struct round *r, size_t n)
{
	uint64_t first = row_hash(sc, 0), last = row_hash(sc, n - 1);
	bool same = r->last_n == n && r->last_first == first && r->last_last == last;

	r->last_n = n;
	r->last_first = first;
	r->last_last = last;
	return same;
}

static int take_page(struct scan *sc, struct slot *s, struct err *err)
{
	struct round *r = s->round;
	const struct jpage_info *info;
	int e;

	e = jpage_parse(&s->body, sc->endpoint->rows, sc->cells, sc->n_cells, &sc->page,
	                err);
	if (e < 0)
		return err_wrap(err, "GET %s", s->path);
	info = jpage_info(sc->page);
	sc->row = 0;
	sc->n_rows = info->n_rows;
	r->refs++;
	round_unref(sc->active);
	sc->active = r;
	atomic_fetch_add(&sc->run->pages, 1);
	atomic_fetch_add(&sc->run->rows, info->n_rows);
	r->expected = s->start + (int64_t)info->n_rows;
	r->step = page_step(info);
	r->ahead = r->ahead ? r->ahead * 2 : 1;
	if (r->ahead > client_max_in_flight(sc->client))
		r->ahead = client_max_in_flight(sc->client);
	r->done = page_is_last(sc->endpoint->page, info);
	if (!r->done && is_repeated(sc, r, info->n_rows)) {
		log_debug(LOG_NET,
		          "the server repeats a page, taking it as the end path=%s",
		          s->path);
		r->done = true;
		sc->n_rows = 0;
	}
	return 0;
}

/* 1: a page is there; 0: no more. */
static int next_page(struct scan *sc, struct err *err)
{
	jpage_free(sc->page);
	sc->page = NULL;
	for (;;) {
		cleanup_(slot_freep) struct slot *s = NULL;
		struct err why = { 0 };
		int e = fill(sc, err);

		if (e < 0)
			return e;
		if (!sc->head)
			return 0;
		s = sc->head;
		sc->head = s->next;
		sc->n_slots--;
		if (s->round->done || s->start != s->round->expected)
			continue;
		if (s->pending) {
			e = client_finish(s->pending, &s->body, &why);
			if (e == -ENOENT &&
			    sc->endpoint->flags & ENDPOINT_ABSENT_IS_EMPTY) {
				s->round->done = true;
				continue;
			}
			if (e < 0) {
				if (err)
					*err = why;
				return err_wrap(err, "reading %s", sc->table->name);
			}
			if (sc->endpoint->flags & ENDPOINT_METADATA)
				client_keep(sc->client, s->path, buf_view(&s->body));
		}
		e = take_page(sc, s, err);
		if (e < 0)
			return e;
		if (sc->window < client_max_in_flight(sc->client))
			sc->window *= 2;
		return 1;
	}
}

static bool passes(struct scan *sc)
{
	struct value v;

	if (sc->filter < 0)
		return true;
	sc->base.ops->get(&sc->base, (size_t)sc->filter, &v);
	return v.type == VALUE_TEXT && span_is(v.s, sc->desk);
}

static int scan_next(struct rowset *rs, struct err *err)
{
	struct scan *sc = container_of(rs, struct scan, base);
	int e;

	if (sc->max_rows >= 0 && sc->n_out >= sc->max_rows)
		return 0;
	if (sc->page)
		sc->row++;
	for (;; sc->row++) {
		while (!sc->page || sc->row >= sc->n_rows) {
			e = next_page(sc, err);
			if (e <= 0)
				return e;
		}
		if (!passes(sc))
			continue;
		if (sc->dedupe) {
			e = seen_add(&sc->seen, row_hash(sc, sc->row));
			if (e < 0)
				return err_set(err, e,
				               "%s has too many rows to tell them apart",
				               sc->table->name);
			if (!e)
				continue;
		}
		sc->n_out++;
		return 1;
	}
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

	if (sc->cell_of[column] >= 0)
		jpage_get(sc->page, sc->row, (size_t)sc->cell_of[column], ret);
	else if (!c->path)
		*ret = from_binding(c, sc->active->binding.values[column]);
	else
		*ret = VALUE_NULL_INIT;
}

static void scan_close(struct rowset *rs)
{
	struct scan *sc = container_of(rs, struct scan, base);

	while (sc->head)
		drop_head(sc);
	round_unref(sc->active);
	jpage_free(sc->page);
	rounds_close(sc->rounds);
	seen_clear(&sc->seen);
	for (size_t i = 0; i < sc->n_cells; i++)
		jpath_free((struct jpath *)(uintptr_t)sc->cells[i].path);
	free(sc->cells);
	free(sc->cell_of);
	free(sc->names);
	free(sc->used);
	free(sc->desk);
	free(sc);
}

static const struct rowset_ops scan_ops = { scan_next, scan_get, scan_close };

/* Takes out what is used, and the key where rows have to be told apart. */
static int set_columns(struct scan *sc, const struct scan_spec *spec, struct err *err)
{
	size_t n = sc->n_columns = table_n_columns(spec->table);

	sc->used = calloc(n + 1, sizeof(bool));
	sc->names = calloc(n + 1, sizeof(char *));
	sc->cells = calloc(n + 1, sizeof(*sc->cells));
	sc->cell_of = calloc(n + 1, sizeof(int));
	if (!sc->used || !sc->names || !sc->cells || !sc->cell_of)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		const struct column *c = &spec->table->columns[i];
		struct jpath *path = NULL;
		int e;

		sc->used[i] = spec->used[i];
		sc->names[i] = c->name;
		sc->cell_of[i] = -1;
		if (!c->path ||
		    (!spec->used[i] && !(c->flags & COLUMN_KEY) && (int)i != sc->filter))
			continue;
		e = jpath_new(c->path, &path, err);
		if (e < 0)
			return e;
		sc->cell_of[i] = (int)sc->n_cells;
		sc->cells[sc->n_cells++] = (struct jpage_column){ path, c->type };
	}
	sc->base.names = sc->names;
	sc->base.n_columns = n;
	return 0;
}

int scan_open(struct client *client, const struct scan_spec *spec, struct run *run,
              struct rowset **ret, struct err *err)
{
	cleanup_(rowset_closep) struct rowset *guard = NULL;
	struct scan *sc = calloc(1, sizeof(*sc));
	struct scan_spec copy = *spec;
	int e;

	if (!sc)
		return err_nomem(err);
	sc->base.ops = &scan_ops;
	guard = &sc->base;
	sc->client = client;
	sc->run = run;
	sc->table = spec->table;
	sc->endpoint = spec->endpoint;
	sc->max_rows = spec->max_rows;
	sc->window = 1;
	sc->desk = str_dup(spec->desk ? spec->desk : "");
	sc->filter = -1;
	if (!sc->desk)
		return err_nomem(err);
	if (sc->desk[0] && spec->table->desk &&
	    !endpoint_key(spec->endpoint, spec->table->desk))
		sc->filter = table_column(spec->table, span_of(spec->table->desk));
	e = set_columns(sc, spec, err);
	if (e < 0)
		return e;
	copy.used = sc->used;
	e = rounds_open(client, &copy, run, &sc->rounds, err);
	if (e < 0)
		return e;
	sc->dedupe = spec->endpoint->flags & ENDPOINT_MOVES || rounds_overlap(sc->rounds);
	*ret = take_ptr(guard);
	return 0;
}

int scan_describe(struct client *client, const struct scan_spec *spec, scan_call_fn *fn,
                  void *ctx, struct err *err)
{
	cleanup_(rounds_closep) struct rounds *rounds = NULL;
	struct run none = RUN_INIT;
	int e = rounds_open(client, spec, &none, &rounds, err);

	return e < 0 ? e : rounds_describe(rounds, fn, ctx, err);
}
