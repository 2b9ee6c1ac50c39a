/* SPDX-License-Identifier: MIT */
/* Scans against a server that is a function in this file: paging and its traps. */
#include "rest/scan.h"

#include "base/clock.h"
#include "rest/client.h"
#include "tap.h"
#include "unit/rest/fake.h"

#include <errno.h>

/* --- a transport that answers at once ---------------------------------------- */

typedef int answer_fn(const char *url, struct buf *body); /* the status */

struct fake {
	struct transport base;
	answer_fn *answer;
	unsigned n_calls;
	unsigned full_at; /* the call that is not taken; 0: none */
	unsigned n_on_way, most_on_way;
	unsigned n_waits; /* for what was sent since the last wait */
	bool news;
	char last_url[1024];
};

static int fake_submit(struct transport *t, struct request *rq, struct exchange **ret,
                       struct err *err)
{
	struct fake *f = container_of(t, struct fake, base);
	struct exchange *ex = calloc(1, sizeof(*ex));

	if (++f->n_calls == f->full_at) {
		free(ex);
		return err_set(err, -EAGAIN, "too much is on its way");
	}
	f->news = true;
	if (++f->n_on_way > f->most_on_way)
		f->most_on_way = f->n_on_way;
	snprintf(f->last_url, sizeof(f->last_url), "%s", rq->url);
	rq->answer = BUF_INIT(1 << 20);
	rq->status = f->answer(rq->url, &rq->answer);
	rq->attempts = 1;
	ex->rq = rq;
	*ret = ex;
	return 0;
}

/* All that was sent comes at the next wait: each that has to be is a round trip. */
static int counting_wait(struct transport *t, struct exchange *ex, struct cancel *c,
                         struct err *err)
{
	struct fake *f = container_of(t, struct fake, base);

	if (cancel_fired(c))
		return err_set(err, -EINTR, "interrupted");
	f->n_waits += f->news;
	f->news = false;
	return fake_wait(t, ex, c, err);
}

static void counting_release(struct transport *t, struct exchange *ex)
{
	container_of(t, struct fake, base)->n_on_way--;
	fake_release(t, ex);
}

static const struct transport_ops fake_ops = { .submit = fake_submit,
	                                       .wait = counting_wait,
	                                       .request = fake_request,
	                                       .release = counting_release,
	                                       .settled = fake_settled };

/* --- what it serves ---------------------------------------------------------- */

static long number_of(const char *url, const char *name, long otherwise)
{
	const char *at = strstr(url, name);

	return at ? strtol(at + strlen(name), NULL, 10) : otherwise;
}

static void put_page(struct buf *out, long start, long n, bool last, const char *prefix)
{
	buf_printf(out, "{\"size\":%ld,\"start\":%ld,\"isLastPage\":%s,\"values\":[", n,
	           start, last ? "true" : "false");
	for (long i = 0; i < n; i++)
		buf_printf(out, "%s{\"issueId\":\"%s%ld\",\"issueKey\":\"K-%ld\"}",
		           i ? "," : "", prefix, start + i, start + i);
	buf_puts(out, "]}");
}

static long total = 250, cap = 100;

static int list(const char *url, struct buf *out)
{
	long start = number_of(url, "start=", 0), limit = number_of(url, "limit=", 50);

	if (strstr(url, "/comment")) {
		buf_printf(out,
		           "{\"isLastPage\":true,\"values\":[{\"id\":\"7\",\"body\":\"%"
		           "s\"}]}",
		           strstr(url, "/request/") + 9);
		return 200;
	}
	if (limit > cap)
		limit = cap;
	if (start + limit > total)
		limit = start < total ? total - start : 0;
	put_page(out, start, limit, start + limit >= total, "");
	return 200;
}

/* Thirty desks with a group each. */
static int groups(const char *url, struct buf *out)
{
	bool desks = !strstr(url, "/requesttypegroup");

	buf_puts(out, "{\"isLastPage\":true,\"values\":[");
	for (int i = 0; i < (desks ? 30 : 1); i++)
		buf_printf(out, "%s{\"id\":\"%d\"}", i ? "," : "", i);
	buf_puts(out, "]}");
	return 200;
}

/* Eight desks with six groups each, a page for each of them. */
static int long_groups(const char *url, struct buf *out)
{
	bool desks = !strstr(url, "/requesttypegroup");
	long start = number_of(url, "start=", 0), n = desks ? 8 : start < 6;

	buf_printf(out, "{\"isLastPage\":%s,\"values\":[",
	           desks || start >= 5 ? "true" : "false");
	for (long i = 0; i < n; i++)
		buf_printf(out, "%s{\"id\":\"%ld\"}", i ? "," : "", start + i);
	buf_puts(out, "]}");
	return 200;
}

/* The cap falls after the second page. */
static int shrinking(const char *url, struct buf *out)
{
	cap = number_of(url, "start=", 0) >= 200 ? 7 : 100;
	return list(url, out);
}

static int ignores_start(const char *url, struct buf *out)
{
	(void)url;
	put_page(out, 0, 3, false, "");
	return 200;
}

static int same_status(const char *url, struct buf *out)
{
	(void)url;
	buf_puts(out, "{\"isLastPage\":false,\"values\":[{\"status\":\"Open\","
	              "\"statusDate\":{\"epochMillis\":1}}]}");
	return 200;
}

/* One request moved to the front while we read: the last of page 1 comes again. */
static int moving(const char *url, struct buf *out)
{
	long start = number_of(url, "start=", 0);

	put_page(out, start ? start - 1 : 0, start ? 51 : 100, start != 0, "");
	return 200;
}

static int absent(const char *url, struct buf *out)
{
	(void)url;
	buf_puts(out, "{\"errorMessage\":\"no\"}");
	return 404;
}

static int second_fails(const char *url, struct buf *out)
{
	if (number_of(url, "start=", 0) >= 100)
		return 403;
	return list(url, out);
}

/* --- running one ------------------------------------------------------------- */

struct outcome {
	int code;
	long rows;
	long sum;
	struct err err;
	struct run run;
};

static const struct endpoint *endpoint(const struct table *t, const char *name)
{
	const struct endpoint *ep = t->endpoints;

	while (!str_eq(ep->name, name))
		ep++;
	return ep;
}

static struct fake fake = { .base = { &fake_ops } };
static struct client *client;

static struct outcome scan(answer_fn *answer, const char *table, const char *ep,
                           struct scan_key *keys, size_t n_keys, int64_t max_rows,
                           const char *desk, long stop_after)
{
	const struct table *t = model_table(span_of(table));
	struct outcome o = { .run = RUN_INIT };
	bool used[64] = { true };
	struct scan_spec spec = {
		t, endpoint(t, ep), keys, n_keys, used, max_rows, desk
	};
	struct rowset *rows = NULL;

	fake.answer = answer;
	fake.n_calls = 0;
	cap = 100;
	o.code = scan_open(client, &spec, &o.run, &rows, &o.err);
	while (!o.code && (stop_after < 0 || o.rows < stop_after)) {
		struct value v;
		int r = rows->ops->next(rows, &o.err);

		if (r <= 0) {
			o.code = r;
			break;
		}
		rows->ops->get(rows, 0, &v);
		if (v.type == VALUE_TEXT)
			o.sum += strtol(v.s.p, NULL, 10);
		o.rows++;
	}
	rowset_close(rows);
	return o;
}

#define ALL(answer) scan(answer, "Requests", "list", NULL, 0, -1, "", -1)

static void check_pages(void)
{
	struct outcome o = ALL(list);

	is_int(o.rows, 250, "three pages of at most a hundred");
	is_int(o.sum, 249 * 250 / 2, "each row once, in full");
	ok(fake.n_calls <= 4, "%u calls: one ahead of the end at most", fake.n_calls);
	o = ALL(shrinking);
	is_int(o.rows, 250, "a page size that falls loses no row");
	is_int(o.sum, 249 * 250 / 2, "and repeats none");
	o = ALL(ignores_start);
	is_int(o.rows, 3, "a server that repeats its page is believed once");
	is_int(o.code, 0, "and does not go on for ever");
	o = scan(same_status, "RequestStatusChangelog", "list",
	         (struct scan_key[]){ { 0, (struct span[]){ SPAN("10001") }, 1 } }, 1, -1,
	         "", -1);
	is_int(o.rows, 1, "also when no cell of its rows is wanted");
	ok(fake.n_calls <= 3, "%u calls", fake.n_calls);
	o = ALL(moving);
	is_int(o.rows, 150, "a row that moved under the reader comes once");
	total = 0;
	o = ALL(list);
	is_int(o.rows, 0, "an empty list is empty");
	is_int(atomic_load(&o.run.calls), 1, "after one call");
	total = 250;
}

static void check_limits(void)
{
	struct outcome o = scan(list, "Requests", "list", NULL, 0, 5, "", -1);

	is_int(o.rows, 5, "no more rows than wanted");
	ok(strstr(fake.last_url, "limit=5"), "and no more asked for");
	is_int(fake.n_calls, 1, "in one call");
	total = 100000;
	o = scan(list, "Requests", "list", NULL, 0, -1, "", 1);
	ok(fake.n_calls <= 4, "a reader that stops after a row caused %u calls",
	   fake.n_calls);
	o = scan(list, "Requests", "list", NULL, 0, 150, "", -1);
	is_int(o.rows, 150, "a limit beyond a page");
	total = 250;
}

static void check_failures(void)
{
	struct outcome o = ALL(second_fails);

	is_int(o.code, -EACCES, "a page that fails fails the scan");
	ok(strstr(o.err.msg, "Requests"), "its sentence names the table: %s", o.err.msg);
	o = ALL(absent);
	is_int(o.code, -ENOENT, "a list that is not there is an error");
	o = scan(absent, "Requests", "get",
	         (struct scan_key[]){ { 0, (struct span[]){ SPAN("10001") }, 1 } }, 1, -1,
	         "", -1);
	is_int(o.code, 0, "a row that is not there is no row");
	is_int(o.rows, 0, "none");
}

static void check_keys(void)
{
	struct span ids[] = { SPAN("1"), SPAN("2"), SPAN("1"), SPAN("HELP-1") };
	struct scan_key two = { 0, ids, 4 };
	struct outcome o = scan(list, "Requests", "get", &two, 1, -1, "", -1);

	is_int(fake.n_calls, 2, "a call for each different value that an id can have");
	ok(strstr(fake.last_url, "/request/2"), "with the value in its path");
	o = scan(list, "Requests", "list",
	         (struct scan_key[]){ { 14, (struct span[]){ SPAN("nonsense") }, 1 } }, 1,
	         -1, "", -1);
	is_int(o.code, -EINVAL, "a value that is not allowed is refused");
	ok(strstr(o.err.msg, "OPEN_REQUESTS"), "with those that are: %s", o.err.msg);
	is_int(fake.n_calls, 0, "without a call");
	o = scan(list, "Requests", "list", NULL, 0, -1, "4", 1);
	ok(strstr(fake.last_url, "serviceDeskId=4"), "ServiceDeskID goes along");
	o = scan(list, "Requests", "list",
	         (struct scan_key[]){ { 3, (struct span[]){ SPAN("5") }, 1 } }, 1, -1,
	         "4", -1);
	is_int(o.rows, 0, "another desk than ServiceDeskID has no rows");
	is_int(fake.n_calls, 0, "and costs no call");
}

static void check_parent(void)
{
	struct outcome o;

	total = 120;
	o = scan(list, "RequestComments", "list", NULL, 0, -1, "", -1);
	is_int(o.rows, 120, "the comments of every request");
	is_int(fake.n_calls, 122, "one call a request, two for the requests");
	o = scan(list, "RequestComments", "list", NULL, 0, -1, "", 1);
	ok(fake.n_calls < 10, "a reader that stops after one caused %u calls",
	   fake.n_calls);
	o = scan(groups, "RequestTypeGroups", "list", NULL, 0, -1, "", -1);
	is_int(o.rows, 30, "the groups of every desk");
	for (fake.full_at = 1; fake.full_at <= 31; fake.full_at += 3) {
		o = scan(groups, "RequestTypeGroups", "list", NULL, 0, -1, "", -1);
		is_int(o.code, -EAGAIN, "call %u that is not taken fails the scan",
		       fake.full_at);
	}
	fake.full_at = 0;
	total = 250;
}

static void check_guard(void)
{
	const struct table *t = model_table(SPAN("RequestComments"));
	bool used[64] = { true };
	struct scan_spec spec = { t, endpoint(t, "list"), NULL, 0, used, -1, "" };
	struct run run = RUN_INIT;
	struct rowset *rows = NULL;
	struct err err = { 0 };
	int r = scan_open(client, &spec, &run, &rows, &err);

	fake.answer = list;
	run.max_calls = 10;
	while (!r) {
		r = rows->ops->next(rows, &err);
		if (r <= 0)
			break;
		r = 0;
	}
	is_int(r, -EDQUOT, "a scan ends at its guard");
	is_int(atomic_load(&run.calls), 10, "after as many calls as it allows");
	ok(strstr(err.msg, "_scan=yes"), "and says how to go on: %s", err.msg);
	rowset_close(rows);
}

/* What a run of so many calls came to that reads long_groups(). */
static int read_groups(unsigned max_calls, long *ret_rows, unsigned *ret_calls)
{
	const struct table *t = model_table(SPAN("RequestTypeGroups"));
	bool used[64] = { true };
	struct scan_spec spec = { t, endpoint(t, "list"), NULL, 0, used, -1, "" };
	struct run run = RUN_INIT;
	struct rowset *rows = NULL;
	int r;

	run.max_calls = max_calls;
	run.whole = true;
	fake.answer = long_groups;
	*ret_rows = 0;
	r = scan_open(client, &spec, &run, &rows, NULL);
	while (!r && (r = rows->ops->next(rows, NULL)) > 0) {
		++*ret_rows;
		r = 0;
	}
	rowset_close(rows);
	*ret_calls = atomic_load(&run.calls);
	return r;
}

/* Each list may have an end beyond which was asked. */
static void check_guard_of_lists(void)
{
	unsigned n_free, n;
	long n_rows;

	is_int(read_groups(0, &n_rows, &n_free), 0, "eight lists of six pages");
	is_int(n_rows, 48, "have all their rows");
	ok(n_free > 49 + 8, "for 49 calls, and others that were in vain: %u", n_free);
	is_int(read_groups(49, &n_rows, &n), 0, "a guard that allows what is needed");
	is_int(n_rows, 48, "is none in the way");
	ok(n < 49 + 8, "but few are made in vain then: %u", n);
	is_int(read_groups(48, &n_rows, &n), -EDQUOT, "one call less is too few");
}

/* --- bulk pages that do not hold all of their rows ------------------------------ */

static long failing = -1;

/* Of four requests one has its one comment in the list, three have two elsewhere. */
static int within(const char *url, struct buf *out)
{
	long nr = number_of(url, "/request/", 0);

	if (strstr(url, "/comment")) {
		buf_printf(out,
		           "{\"isLastPage\":true,\"values\":[{\"id\":\"%ld\"},"
		           "{\"id\":\"%ld\"}]}",
		           nr * 10, nr * 10 + 1);
		return nr == failing ? 403 : 200;
	}
	nr = number_of(url, "start=", 0);
	buf_printf(out, "{\"isLastPage\":%s,\"values\":[", nr ? "true" : "false");
	for (long i = nr; i < nr + 20; i++)
		buf_printf(out,
		           "%s{\"issueId\":\"%ld\",\"issueKey\":\"K-%ld\",\"comments\":"
		           "{\"isLastPage\":%s,\"values\":[{\"id\":\"%ld\"}]}}",
		           i > nr ? "," : "", i, i, i % 4 ? "false" : "true", i * 10);
	buf_puts(out, "]}");
	return 200;
}

/* Rows of all requests; -1 as their number if they do not come in order. */
static struct outcome read_within(struct run run, int64_t max_rows, long stop_after)
{
	const struct table *t = model_table(SPAN("RequestComments"));
	size_t id = (size_t)table_column(t, SPAN("Id"));
	bool used[64] = { false };
	struct scan_spec spec = { t, endpoint(t, "list"), NULL, 0, used, max_rows, "" };
	struct outcome o = { .run = run };
	struct rowset *rows = NULL;
	long last = -1;

	used[id] = true;
	fake.answer = within;
	fake.n_calls = fake.n_waits = fake.most_on_way = 0;
	o.code = scan_open(client, &spec, &o.run, &rows, &o.err);
	while (!o.code && o.rows != stop_after) {
		struct value v;

		o.code = rows->ops->next(rows, &o.err);
		if (o.code <= 0)
			break;
		o.code = 0;
		rows->ops->get(rows, id, &v);
		if (v.type != VALUE_TEXT || strtol(v.s.p, NULL, 10) <= last) {
			o.rows = -1;
			break;
		}
		last = strtol(v.s.p, NULL, 10);
		o.rows++;
		if (o.run.cancel && o.rows == 20)
			cancel_fire(o.run.cancel);
	}
	rowset_close(rows);
	return o;
}

static void check_within(void)
{
	struct run whole = RUN_INIT, run = RUN_INIT;
	struct cancel cancel;
	struct outcome o;

	whole.whole = true;
	o = read_within(whole, -1, -1);
	is_int(o.rows, 70, "what pages do not hold comes in its place");
	ok(fake.n_calls <= 35, "with a call for each, %u with the list", fake.n_calls);
	is_int(fake.most_on_way, 8, "so many at once as there may be");
	ok(fake.n_waits <= 12, "in %u round trips", fake.n_waits);
	o = read_within(run, -1, -1);
	is_int(o.rows, 70, "for a reader that may stop as well");
	ok(fake.n_waits <= 16, "in %u", fake.n_waits);
	o = read_within(run, -1, 1);
	is_int(fake.n_calls, 1, "one who stops before causes none");
	o = read_within(whole, 5, -1);
	is_int(o.rows, 5, "no more rows than wanted");
	ok(fake.n_calls <= 6, "and no call that cannot be, but %u", fake.n_calls);

	failing = 6;
	o = read_within(whole, -1, -1);
	is_int(o.code, -EACCES, "one that fails fails the scan");
	is_int(o.rows, 11, "after the rows before it");
	failing = -1;
	whole.max_calls = 10;
	o = read_within(whole, -1, -1);
	is_int(o.code, -EDQUOT, "the guard ends it");
	is_int(atomic_load(&o.run.calls), 10, "after its calls");
	o = read_within(whole, 22, -1);
	is_int(o.code, 0, "which suffice for whoever wants no more than they bring");
	is_int(o.rows, 22, "and were not spent on what comes later");
	whole.max_calls = 32;
	o = read_within(whole, -1, -1);
	is_int(o.code, 0, "it is not for calls beyond the end: %s", o.err.msg);
	is_int(o.rows, 70, "since they bring nothing");
	is_int(atomic_load(&o.run.calls) - atomic_load(&o.run.vain), 32,
	       "and are not counted");
	whole.max_calls = 31;
	o = read_within(whole, -1, -1);
	is_int(o.code, -EDQUOT, "one call less is too few");
	whole.max_calls = 0;
	cancel_init(&cancel);
	whole.cancel = &cancel;
	o = read_within(whole, -1, -1);
	is_int(o.code, -EINTR, "it can be cancelled");
	is_int(fake.n_on_way, 0, "and leaves nothing on its way");
	cancel_clear(&cancel);
}

int main(void)
{
	struct client_config cfg = { .url = "http://127.0.0.1:1",
		                     .transport = &fake.base,
		                     .max_in_flight = 8 };
	struct err err = { 0 };

	if (!ok(!client_new(&cfg, &client, &err), "client %s", err.msg))
		return done_testing();
	check_pages();
	check_limits();
	check_failures();
	check_keys();
	check_parent();
	check_guard();
	check_guard_of_lists();
	check_within();
	client_free(client);
	return done_testing();
}
