/* SPDX-License-Identifier: MIT */
/* How many calls a scan has on their way, and what it knows from the time before. */
#include "rest/client.h"
#include "rest/scan.h"
#include "tap.h"
#include "unit/rest/fake.h"

#include <errno.h>
#include <stdio.h>

#define IN_FLIGHT 8

/* --- a server with one list ------------------------------------------------------ */

static struct {
	long total, cap;
	unsigned n_calls, on_way, most_on_way;
	unsigned at_once;     /* on their way when the first answer was waited for */
	unsigned refuse_from; /* the calls from this one on … */
	unsigned refuse_to;   /* … to before this one came at the second attempt only */
	unsigned watch;       /* for so many calls after that … */
	unsigned after_refusal; /* … the most on their way, but for the first few */
	unsigned n_waits;
	bool settled; /* nobody has to wait for an answer */
	long fails;   /* the page that begins there does; 0: none */
} site;

static long number_of(const char *url, const char *name)
{
	const char *at = strstr(url, name);

	return at ? strtol(at + strlen(name), NULL, 10) : 0;
}

static char last_url[256];

static void answer(struct request *rq)
{
	long start = number_of(rq->url, "start="), n = number_of(rq->url, "limit=");

	if (n > site.cap)
		n = site.cap;
	if (start + n > site.total)
		n = start < site.total ? site.total - start : 0;
	rq->answer = BUF_INIT(1 << 20);
	rq->status = site.fails && start == site.fails ? 403 : 200;
	buf_printf(&rq->answer, "{\"isLastPage\":%s,\"values\":[",
	           start + n >= site.total ? "true" : "false");
	for (long i = 0; i < n; i++)
		buf_printf(&rq->answer, "%s{\"issueId\":\"%ld\"}", i ? "," : "",
		           start + i);
	buf_puts(&rq->answer, "]}");
}

static int submit(struct transport *t, struct request *rq, struct exchange **ret,
                  struct err *err)
{
	struct exchange *ex = calloc(1, sizeof(*ex));
	unsigned nr = site.n_calls++;

	(void)t;
	(void)err;
	snprintf(last_url, sizeof(last_url), "%s", rq->url);
	answer(rq);
	rq->attempts = nr >= site.refuse_from && nr < site.refuse_to ? 2 : 1;
	if (++site.on_way > site.most_on_way)
		site.most_on_way = site.on_way;
	ex->rq = rq;
	*ret = ex;
	return 0;
}

static int wait_for(struct transport *t, struct exchange *ex, struct cancel *c,
                    struct err *err)
{
	site.n_waits++;
	if (!site.at_once)
		site.at_once = site.on_way;
	if (site.refuse_to && site.n_calls > site.refuse_to + IN_FLIGHT &&
	    site.n_calls < site.refuse_to + site.watch &&
	    site.on_way > site.after_refusal)
		site.after_refusal = site.on_way;
	site.on_way--;
	return fake_wait(t, ex, c, err);
}

static bool is_settled(struct transport *t, struct exchange *ex)
{
	(void)t;
	(void)ex;
	return site.settled;
}

static const struct transport_ops ops = { .submit = submit,
	                                  .wait = wait_for,
	                                  .request = fake_request,
	                                  .release = fake_release,
	                                  .settled = is_settled };

/* --- what is kept between runs ---------------------------------------------------- */

static char kept_key[256], kept_text[64];

static bool keep_get(void *ctx, struct span key, int64_t max_age_ms, struct buf *ret,
                     int64_t *ret_age_ms)
{
	(void)ctx;
	(void)max_age_ms;
	*ret_age_ms = 0;
	if (!span_is(key, kept_key))
		return false;
	buf_puts(ret, kept_text);
	return true;
}

static void keep_put(void *ctx, struct span key, struct span body)
{
	(void)ctx;
	snprintf(kept_key, sizeof(kept_key), "%.*s", (int)key.n, key.p);
	snprintf(kept_text, sizeof(kept_text), "%.*s", (int)body.n, body.p);
}

static struct client *client;
static bool expanded; /* read with a column that has to be expanded */

static struct rowset *open_list(struct run *run, int64_t max_rows)
{
	const struct table *t = model_table(SPAN("Requests"));
	const struct endpoint *ep = t->endpoints;
	bool used[64] = { true };
	struct rowset *rows = NULL;

	for (size_t i = 0; t->columns[i].name; i++)
		used[i] |= expanded && t->columns[i].expand;
	while (!str_eq(ep->name, "list"))
		ep++;
	struct scan_spec spec = {
		.table = t, .endpoint = ep, .used = used, .max_rows = max_rows
	};

	site.n_calls = site.on_way = site.most_on_way = site.at_once = 0;
	site.after_refusal = site.n_waits = 0;
	return scan_open(client, &spec, run, &rows, NULL) ? NULL : rows;
}

/* Reads the list, or its first rows; how many there were, -1 when one came twice. */
static long read_list(bool whole, long stop_after)
{
	struct run run = RUN_INIT;
	struct rowset *rows;
	long n = 0;

	run.whole = whole;
	rows = open_list(&run, -1);
	if (!rows)
		return -1;
	while (n != stop_after && rows->ops->next(rows, NULL) == 1) {
		struct value v;

		rows->ops->get(rows, 0, &v);
		if (v.type != VALUE_TEXT || strtol(v.s.p, NULL, 10) != n)
			n = -1;
		if (n < 0)
			break;
		n++;
	}
	rowset_close(rows);
	return n;
}

static void check_learned(void)
{
	site.total = 500;
	site.cap = 37;
	is_int(read_list(true, -1), 500, "a server that gives 37 rows a page");
	is_int(site.at_once, 1, "at first one page is asked for");
	is_int(site.most_on_way, IN_FLIGHT, "then as many as may be on their way");
	is_int(read_list(true, -1), 500, "and the second time");
	is_int(site.at_once, IN_FLIGHT, "so many at once");
	is_int(site.n_calls, 14, "and none too many");
	is_str(kept_text, "37 500", "for what was learned is kept");

	expanded = true;
	is_int(read_list(true, -1), 500, "the same list with more in its rows");
	ok(strstr(last_url, "expand="), "which is another address: %s", last_url);
	is_int(site.at_once, IN_FLIGHT, "is known as well");
	is_int(site.n_calls, 14, "and costs no call too many");
	expanded = false;

	site.total = 600;
	is_int(read_list(true, -1), 600, "a list that has grown since");
	ok(site.n_calls <= 17 + IN_FLIGHT, "takes %u calls", site.n_calls);
	site.total = 100;
	is_int(read_list(true, -1), 100, "one that is shorter now");
	ok(site.n_calls <= 3 + IN_FLIGHT, "takes %u", site.n_calls);
	site.cap = 50;
	site.total = 500;
	is_int(read_list(true, -1), 500, "a page size that is no longer true");
	is_int(read_list(true, -1), 500, "is learned anew");
	is_int(site.n_calls, 10, "for the next time");
	snprintf(kept_text, sizeof(kept_text), "0 -7x");
	is_int(read_list(true, -1), 500, "nonsense that was kept does no harm");
}

/* The first time nobody knows how long a list is. */
static void check_first(void)
{
	static const struct {
		long pages;
		unsigned calls;
	} lists[] = { { 1, 1 },
		      { 2, 5 },
		      { 5, 5 },
		      { 6, 5 + IN_FLIGHT },
		      { 13, 13 + IN_FLIGHT - 1 } };

	site.cap = 10;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		site.total = lists[i].pages * 10;
		kept_key[0] = '\0';
		is_int(read_list(true, -1), site.total, "a list of %ld pages",
		       lists[i].pages);
		ok(site.n_calls <= lists[i].calls, "takes %u calls, at most %u",
		   site.n_calls, lists[i].calls);
	}
}

static void check_readers(void)
{
	site.total = 100000;
	site.cap = 100;
	is_int(read_list(false, 1), 1, "who wants a row");
	is_int(site.n_calls, 1, "causes one call");
	is_int(read_list(false, 250), 250, "who goes on to the third page");
	ok(site.n_calls <= 4, "%u calls", site.n_calls);
}

static void check_refusals(void)
{
	site.total = 10000;
	site.cap = 100;
	is_int(read_list(true, -1), 10000, "a long list");
	site.refuse_from = 30;
	site.refuse_to = 30 + IN_FLIGHT;
	site.watch = 2 * IN_FLIGHT;
	is_int(read_list(true, -1), 10000, "calls that were refused for a while");
	ok(site.after_refusal < IN_FLIGHT, "afterwards %u are on their way, not %d",
	   site.after_refusal, IN_FLIGHT);
	site.watch = 1000;
	is_int(read_list(true, -1), 10000, "and go on");
	is_int(site.after_refusal, IN_FLIGHT, "more again when all goes well");
	site.refuse_from = 0;
	site.refuse_to = 1000;
	is_int(read_list(true, -1), 10000, "a site that refuses every call at first");
	is_int(site.on_way, 0, "gets one at a time in the end");
	site.refuse_to = 0;
}

/* The row so many behind the current one, or -1. */
static long peek(struct rowset *rows, size_t skip)
{
	struct value v;

	return scan_peek(rows, skip, 0, &v) ? strtol(v.s.p, NULL, 10) : -1;
}

/* The number of the row so many rows on, 0 at the end, or the error. */
static long go_on(struct rowset *rows, long n)
{
	struct value v;
	int r = 1;

	while (n-- && r > 0)
		r = rows->ops->next(rows, NULL);
	if (r > 0)
		rows->ops->get(rows, 0, &v);
	return r > 0 ? strtol(v.s.p, NULL, 10) : r;
}

static void check_peek(void)
{
	struct run whole = RUN_INIT, run = RUN_INIT;
	struct rowset *rows;
	long n_right = 0;

	whole.whole = true;
	site.total = 25;
	site.cap = 10;
	kept_key[0] = '\0';
	rows = open_list(&whole, -1);
	is_int(go_on(rows, 8), 7, "the eighth row of ten");
	is_int(peek(rows, 0), 7, "is known");
	is_int(peek(rows, 2), 9, "and the last of its page");
	is_int(site.n_calls, 1, "with the call that brought it");
	is_int(peek(rows, 3), -1, "the next is not there yet");
	is_int(site.n_calls, 5, "but asked for, as if the reader had come there");
	is_int(site.n_waits, 1, "without waiting for it");
	site.settled = true;
	is_int(peek(rows, 3), 10, "when it has come it is known");
	is_int(peek(rows, 17), 24, "and the last of the last page");
	is_int(peek(rows, 18), -1, "behind which there is none");
	is_int(peek(rows, SIZE_MAX / 2), -1, "by far");
	is_int(go_on(rows, 0), 7, "the reader is where it was");
	for (long i = 8; i < 25; i++)
		n_right += go_on(rows, 1) == i;
	is_int(n_right, 17, "goes on to the end, row by row");
	is_int(go_on(rows, 1), 0, "where the list ends");
	is_int(site.n_calls, 5, "with no further call");
	rowset_close(rows);

	rows = open_list(&run, -1);
	is_int(go_on(rows, 8), 7, "a reader that may stop");
	is_int(peek(rows, 3), -1, "knows its page");
	is_int(site.n_calls, 1, "and nothing is asked for it");
	rowset_close(rows);
	rows = open_list(&whole, 10);
	is_int(go_on(rows, 8), 7, "one that wants ten rows");
	is_int(peek(rows, 2), 9, "sees the tenth");
	is_int(peek(rows, 3), -1, "none behind it");
	is_int(site.n_calls, 1, "and no call");
	rowset_close(rows);

	site.fails = 10;
	rows = open_list(&whole, -1);
	is_int(go_on(rows, 8), 7, "before a page that fails");
	is_int(peek(rows, 3), -1, "nothing is known of it");
	is_int(go_on(rows, 2), 9, "the rows before it come");
	is_int(go_on(rows, 1), -EACCES, "then it is told");
	rowset_close(rows);
	site.fails = 0;

	site.total = 100000;
	rows = open_list(&whole, -1);
	is_int(go_on(rows, 1), 0, "of a long list");
	is_int(peek(rows, 50000), -1, "not all is read ahead");
	ok(site.n_calls <= 1 + 2 * IN_FLIGHT, "but %u pages", site.n_calls);
	rowset_close(rows);
	site.settled = false;
}

int main(void)
{
	static struct transport transport = { &ops };
	struct answer_cache cache = { keep_get, keep_put, NULL };
	struct client_config cfg = { .url = "http://127.0.0.1:1",
		                     .transport = &transport,
		                     .cache = &cache,
		                     .max_in_flight = IN_FLIGHT };
	struct err err = { 0 };

	if (!ok(!client_new(&cfg, &client, &err), "client %s", err.msg))
		return done_testing();
	check_learned();
	check_first();
	check_readers();
	check_refusals();
	check_peek();
	client_free(client);
	return done_testing();
}
