/* SPDX-License-Identifier: MIT */
/*
 * Comments of which the list of requests brings the first only: whatever order and
 * page size the list of the others has, each comes once.
 */
#include "rest/client.h"
#include "rest/scan.h"
#include "tap.h"
#include "unit/rest/fake.h"

#include <stdio.h>

#define MAX_ROWS 64

/* How the request's own list differs from what the list of requests brought. */
enum list_order {
	SAME,
	REVERSED,
	TURNED,   /* begins in the middle */
	SHUFFLED, /* the same rows first, but the last two of them */
	SWAPPED,  /* the last row that came and the last of all */
	ONE_MORE, /* a row that was written since, as the first */
	ONE_LESS, /* the last that was brought is gone */
	FEWER,    /* nothing is left but the first */
	KEYLESS,  /* rows without an id: each is as good as another */
	N_ORDERS
};

static const char *const names[N_ORDERS] = {
	"the same order", "reversed",         "turned",
	"shuffled",       "two rows swapped", "a row more",
	"a row less",     "hardly a row",     "some rows without id"
};

static struct {
	enum list_order order;
	long total, brought, cap;
	unsigned n_calls; /* of the request's own list */
} site;

/* The id at a place of the request's own list; -1: it has none. */
static long id_at(long i)
{
	long n = site.total, k = site.brought;

	switch (site.order) {
	case SAME:
	case FEWER:
		return i;
	case REVERSED:
		return n - 1 - i;
	case TURNED:
		return (i + n / 2) % n;
	case SHUFFLED:
		return i >= n - 2 ? n - 1 - (i - (n - 2)) : i < k ? i : n - 3 - (i - k);
	case SWAPPED:
		return i == k - 1 ? n - 1 : i == n - 1 ? k - 1 : i;
	case ONE_MORE:
		return i ? i - 1 : n - 1;
	case ONE_LESS:
		return i < k - 1 ? i : i + 1;
	case KEYLESS:
		return i > k && i % 2 ? -1 : i;
	case N_ORDERS:
		break;
	}
	return -1;
}

static long length(void)
{
	if (site.order == FEWER)
		return 1;
	return site.order == ONE_LESS ? site.total - 1 : site.total;
}

static void put_rows(struct buf *out, long from, long to, bool nested)
{
	for (long i = from; i < to; i++) {
		long id = nested ? i : id_at(i);

		buf_puts(out, i > from ? "," : "");
		if (id < 0)
			buf_puts(out, "{\"id\":null}");
		else
			buf_printf(out, "{\"id\":\"%ld\"}", id);
	}
}

static long number_of(const char *url, const char *name)
{
	const char *at = strstr(url, name);

	return at ? strtol(at + strlen(name), NULL, 10) : 0;
}

static void answer(const char *url, struct buf *out)
{
	long start = number_of(url, "start="), n = number_of(url, "limit=");
	long all = length();

	if (!strstr(url, "/comment?")) {
		buf_printf(out, "{\"isLastPage\":true,\"values\":[{\"issueId\":\"7\","
		                "\"issueKey\":\"K-7\",\"comments\":{\"isLastPage\":false,"
		                "\"values\":[");
		put_rows(out, 0, site.brought, true);
		buf_puts(out, "]}}]}");
		return;
	}
	site.n_calls++;
	if (n > site.cap)
		n = site.cap;
	if (start > all)
		start = all;
	if (n > all - start)
		n = all - start;
	buf_printf(out, "{\"isLastPage\":%s,\"values\":[",
	           start + n >= all ? "true" : "false");
	put_rows(out, start, start + n, false);
	buf_puts(out, "]}");
}

static int submit(struct transport *t, struct request *rq, struct exchange **ret,
                  struct err *err)
{
	struct exchange *ex = calloc(1, sizeof(*ex));

	(void)t;
	(void)err;
	rq->answer = BUF_INIT(1 << 20);
	answer(rq->url, &rq->answer);
	rq->status = 200;
	rq->attempts = 1;
	ex->rq = rq;
	*ret = ex;
	return 0;
}

static const struct transport_ops ops = { .submit = submit,
	                                  .wait = fake_wait,
	                                  .request = fake_request,
	                                  .release = fake_release,
	                                  .settled = fake_settled };

static struct client *client;

/* Counts each id, those without one as the last; -1 on failure. */
static long read_all(long n_of[MAX_ROWS + 1])
{
	const struct table *t = model_table(SPAN("RequestComments"));
	const struct endpoint *ep = t->endpoints;
	size_t id = (size_t)table_column(t, SPAN("Id"));
	struct run run = RUN_INIT;
	bool used[64] = { false };
	struct rowset *rows = NULL;
	long n = 0;
	int r;

	while (!str_eq(ep->name, "list"))
		ep++;
	used[id] = true;
	run.whole = true;
	site.n_calls = 0;
	memset(n_of, 0, (MAX_ROWS + 1) * sizeof(*n_of));
	struct scan_spec spec = {
		.table = t, .endpoint = ep, .used = used, .max_rows = -1
	};
	r = scan_open(client, &spec, &run, &rows, NULL);
	while (!r && (r = rows->ops->next(rows, NULL)) > 0) {
		struct value v;
		long at = MAX_ROWS;

		rows->ops->get(rows, id, &v);
		if (v.type == VALUE_TEXT)
			at = strtol(v.s.p, NULL, 10);
		n_of[at < 0 || at > MAX_ROWS ? MAX_ROWS : at]++;
		n++;
		r = 0;
	}
	rowset_close(rows);
	return r < 0 ? -1 : n;
}

/* Is every row of the list there as often as the list has it, and none twice? */
static bool is_right(void)
{
	long got[MAX_ROWS + 1], want[MAX_ROWS + 1] = { 0 };
	long n = read_all(got);

	for (long i = 0; i < length(); i++)
		want[id_at(i) < 0 ? MAX_ROWS : id_at(i)]++;
	/* What was there when the requests were listed came with them. */
	for (long i = 0; i < site.brought; i++)
		want[i] += !want[i];
	for (size_t i = 0; n >= 0 && i <= MAX_ROWS; i++) {
		if (got[i] != want[i])
			n = -1;
	}
	return n >= 0;
}

static void check_orders(void)
{
	static const long caps[] = { 1, 3, 7, 100 };

	for (int order = 0; order < N_ORDERS; order++) {
		char wrong[80] = "";

		site.order = (enum list_order)order;
		for (size_t c = 0; c < ARRAY_SIZE(caps); c++) {
			site.cap = caps[c];
			for (site.total = 4; site.total < 40; site.total++) {
				for (site.brought = 1; site.brought < site.total - 2;
				     site.brought++) {
					if (is_right())
						continue;
					snprintf(wrong, sizeof(wrong),
					         "%ld rows, %ld brought, pages of %ld",
					         site.total, site.brought, site.cap);
				}
			}
		}
		is_str(wrong, "", "each row once: %s", names[order]);
	}
}

static void check_calls(void)
{
	long n_of[MAX_ROWS + 1];

	site.order = SAME;
	site.cap = 100;
	site.total = 60;
	site.brought = 50;
	is_int(read_all(n_of), 60, "what a page left out");
	is_int(site.n_calls, 1, "comes with one call");
	site.order = REVERSED;
	is_int(read_all(n_of), 60, "in another order");
	is_int(site.n_calls, 2, "with one more");
	site.brought = 0;
	is_int(read_all(n_of), 60, "a page that left out everything");
	is_int(site.n_calls, 1, "again with one");
}

int main(void)
{
	static struct transport transport = { &ops };
	struct client_config cfg = { .url = "http://127.0.0.1:1",
		                     .transport = &transport,
		                     .max_in_flight = 8 };
	struct err err = { 0 };

	if (!ok(!client_new(&cfg, &client, &err), "client %s", err.msg))
		return done_testing();
	check_orders();
	check_calls();
	client_free(client);
	return done_testing();
}
