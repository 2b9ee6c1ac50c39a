/* SPDX-License-Identifier: MIT */
/* The inside of a scan, shared by its files. */
#ifndef JSMFS_REST_SCAN_I_H
#define JSMFS_REST_SCAN_I_H

#include "json/jpage.h"
#include "rest/expand.h"
#include "rest/learned.h"
#include "rest/rounds.h"
#include "rest/scan.h"
#include "rest/seen.h"

#define PARENT_MAX_COLUMNS 4
#define SCAN_PATH_MAX_BYTES (16u * 1024)

struct round {
	struct binding binding;
	char *path;             /* without paging */
	int64_t expected;       /* where the next page must start */
	unsigned step;          /* rows a page, 0: not known */
	unsigned full;          /* rows that the first page had */
	unsigned ahead;         /* further pages that may be on their way */
	bool grown;             /* ahead was as much as may be once */
	int64_t asked;          /* where the pages end that were asked for */
	int64_t n_came;         /* rows made of its pages */
	bool is_first;          /* of the scan */
	struct learned learned; /* what there was the last time */
	bool done;
	char *cursor; /* PAGE_CURSOR: what the next page is asked with */
	uint64_t last_first, last_last; /* the previous page's ends */
	size_t last_n;
	unsigned refs; /* pages that point here, and the scan */
};

struct slot {
	struct slot *next;
	struct round *round;
	int64_t start;
	uint64_t nr;             /* the how manieth of the scan's calls */
	struct pending *pending; /* or the answer was in the cache: */
	struct buf body;
	char *path;
};

/* Bulk: the scan that stands in for a placeholder of a page. */
struct inner {
	struct inner *next;
	size_t row; /* the placeholder */
	struct rowset *rows;
};

/* An answer that has come, as rows. */
struct page {
	struct page *next;
	struct scan *scan;
	struct round *round;
	int64_t start;
	struct jpage *rows;
	size_t n_rows;        /* that go out */
	size_t n_looked;      /* so many of them have been looked at for placeholders */
	struct inner *inners; /* that were opened before the reader got there, by row */
};

/* A scan within a bulk page whose first rows came with that page. */
enum behind {
	BEHIND_NONE,     /* it is not: it has all rows */
	BEHIND_UNPROVED, /* begins with the last of them, and has not met it yet */
	BEHIND_PROVED,
	BEHIND_ANEW /* the list has another order: all of it, but what was had */
};

struct scan {
	struct rowset base;
	struct scan *root; /* the one whose placeholder this stands in for, or itself */
	enum behind behind;
	int64_t begin;        /* where the first page starts */
	uint64_t begins_with; /* hash of the key of the row that is expected there */
	struct client *client;
	struct run *run;
	const struct table *table;
	const struct table *source; /* whose endpoint is called: in bulk the parent */
	const struct endpoint *endpoint;
	const struct endpoint *child; /* bulk: the endpoint of one parent; else NULL */
	int source_key; /* bulk: the parent's column that the query's key is of, or -1 */
	const char *asked_by; /* what the query calls it; one such parent must exist */
	bool has_parent;      /* and one does */
	bool joined;
	bool found;        /* one of the rounds has a page */
	struct err absent; /* why another has none; code 0: all that ended have */
	struct jpage_shape shape;
	bool *used;
	bool *source_used;
	struct rounds *rounds;
	bool rounds_done;
	struct err broken; /* why there are no more rounds; code 0: there are none */
	bool dedupe;
	struct seen seen;
	int64_t max_rows; /* -1: all */
	int64_t n_out;
	int filter; /* column that must equal desk, or -1 */
	char *desk;
	size_t n_columns;
	const char **names;
	struct jpage_column *cells; /* by what is taken out of a page */
	struct jpage_plan *plan;    /* what to look for: cells, in shape */
	int *cell_of;               /* column -> index in cells, or -1 */
	int row_key; /* cell that tells the rows of one round apart, or -1 */
	size_t n_cells;
	struct slot *head;
	size_t n_slots;
	unsigned window;
	unsigned most;    /* root: what windows may grow to while the site lets them */
	size_t on_way;    /* root: slots of its own and of the scans within */
	uint64_t n_asked; /* root: calls */
	unsigned n_clean; /* root: pages without a complaint since most changed */
	uint64_t shrunk;  /* root: calls made when the site last complained */
	struct round *active; /* of the page that came last */
	struct page *ready;   /* pages that came and are not read yet */
	size_t n_ready;
	int failed; /* what comes behind them: not a page but this */
	struct err why;
	struct page *page; /* that is being read */
	size_t row;
	size_t outer; /* bulk: of the row before, and whether it is a repeated one */
	bool outer_is_old;
	struct rowset *inner; /* bulk: the rows in place of a placeholder */
	size_t n_inners;      /* that were opened ahead of the reader */
};

void round_unref(struct round *r); /* NULL is fine */
DEFINE_CLEANUP(struct round *, round_unref)

void slot_free(struct slot *s);
DEFINE_CLEANUP(struct slot *, slot_free)

/* 1: the page that the reader needs next is there; 0: no more. In scan_pages.c. */
int scan_next_page(struct scan *sc, struct err *err) must_check_;

/* The list has another order than the rows that the scan is behind: at its first row. */
void scan_start_anew(struct scan *sc);

/* Asks for as many pages as may be on their way.  In scan_ask.c, as what follows. */
int scan_fill(struct scan *sc, struct err *err) must_check_;

/* May one more page be on its way that the reader does not wait for yet? */
bool scan_may_ask(const struct scan *sc);

/* The head, out of the list. */
struct slot *scan_take_slot(struct scan *sc);

/* The same, when nobody needs its answer: the call was in vain. */
void scan_drop_slot(struct scan *sc);

/* So many more pages ahead of the reader, now that those before were full. */
void scan_widen(const struct scan *sc, struct round *r);

/*
 * Half as many at once when a call had to be repeated, one more when so many pages
 * came at the first attempt.  Calls that were on their way at the time of a
 * complaint say nothing new.
 */
void scan_heed(struct scan *sc, const struct slot *s);

/* Takes the first page that is on its way, waiting for it: to ready, or into failed. */
void scan_take(struct scan *sc);

/* Of a row of a page: all cells, or what tells it apart from others. */
uint64_t scan_hash(struct scan *sc, const struct page *page, size_t row, bool keys_only);

/* The same of the key alone, the same in every scan of the table; false: it has none. */
bool scan_key_hash(const struct scan *sc, const struct page *page, size_t row,
                   uint64_t *ret);

void scan_drop_pages(struct scan *sc);
void page_free(struct page *p); /* NULL is fine */

/*
 * Bulk: what has come by now, of the list and of the scans within, is taken, further
 * pages are asked for, and placeholders in them opened.  Waits for no answer
 * but of pages whose calls were made before the one waited_for (its nr; 0: none): while
 * the reader waits for that, they would keep others from being asked for.
 * In scan_ahead.c.
 */
void scan_look_ahead(struct scan *sc, uint64_t waited_for);

/*
 * The page behind this one, which is being read or ready, or NULL.  Waits for none; one
 * that has come is taken, and asked for where the reader is known to want more.
 */
struct page *scan_page_behind(struct scan *sc, struct page *p);

/* Has the answer come that scan_take() would wait for?  There must be a head. */
bool scan_is_settled(const struct scan *sc);

/* Bulk: the scan for the placeholder that the reader is at, in sc->inner. */
int scan_enter(struct scan *sc, struct err *err) must_check_;

/* Which endpoint is called and where the cells are in its answers. In scan_columns.c. */
void scan_set_source(struct scan *sc, const struct scan_spec *spec);
int scan_set_columns(struct scan *sc, const struct scan_spec *spec, struct err *err)
	must_check_;
int scan_filter_column(const struct scan *sc);
bool scan_may_repeat(const struct scan *sc);

/*
 * The parent's endpoint that brings the rows, or NULL; *ret_key: the column of the
 * parent that takes the query's key, or -1.
 */
const struct endpoint *scan_bulk(const struct scan_spec *spec, int *ret_key);
const struct table *scan_parent(const struct scan_spec *spec);

#endif
