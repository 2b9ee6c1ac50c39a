/* SPDX-License-Identifier: MIT */
/* The doctor against a site that answers what each case says. */
#include "proc/doctor.h"

#include "base/clock.h"
#include "catalog/catalog.h"
#include "rest/client.h"
#include "store/db.h"
#include "tap.h"
#include "unit/rest/fake.h"

#include <errno.h>

#define NOW_MS 1769850000000LL /* Sat, 31 Jan 2026 09:00:00 GMT */

/* What the site answers now. */
static const char *date, *remaining, *title, *kind;
static int myself_status;
static unsigned n_writes;

static void add_header(struct request *rq, const char *name, const char *value)
{
	struct header *h =
		reallocarray(rq->answer_headers, rq->n_answer_headers + 1, sizeof(*h));

	if (!h)
		exit(1);
	rq->answer_headers = h;
	h[rq->n_answer_headers++] = (struct header){ strdup(name), strdup(value) };
}

static void answer(struct request *rq)
{
	rq->status = 200;
	rq->answer = BUF_INIT(1 << 20);
	if (strstr(rq->url, "/serverInfo"))
		buf_printf(&rq->answer,
		           "{\"deploymentType\":\"%s\",\"version\":\"1.2\","
		           "\"serverTitle\":\"%s\"}",
		           kind, title);
	else if (strstr(rq->url, "/myself"))
		buf_puts(&rq->answer, "{\"displayName\":\"Ann\",\"accountId\":\"a1\"}");
	else
		buf_puts(&rq->answer, "{\"values\":[{\"id\":\"1\",\"issueKey\":\"A-1\"}],"
		                      "\"isLastPage\":true,\"size\":1}");
	if (strstr(rq->url, "/myself"))
		rq->status = myself_status;
	add_header(rq, "Content-Type", "application/json");
	if (date)
		add_header(rq, "Date", date);
	if (remaining)
		add_header(rq, "X-RateLimit-Remaining", remaining);
}

static int submit(struct transport *t, struct request *rq, struct exchange **ret,
                  struct err *err)
{
	struct exchange *ex = malloc(sizeof(*ex));

	(void)t;
	(void)err;
	if (!ex)
		exit(1);
	n_writes += strcmp(rq->method, "GET") != 0;
	rq->attempts = 1;
	answer(rq);
	ex->rq = rq;
	*ret = ex;
	return 0;
}

static const struct transport_ops ops = { submit, fake_wait, fake_request, fake_release,
	                                  NULL };

static int chain(void *ctx, int64_t deadline, struct buf *out, int64_t *ret_from_ms,
                 int64_t *ret_until_ms, struct err *err)
{
	(void)deadline;
	if (!ctx)
		return err_set(err, -EPROTO, "no handshake");
	buf_puts(out, "CN = x");
	*ret_from_ms = ((int64_t *)ctx)[0];
	*ret_until_ms = ((int64_t *)ctx)[1];
	return 0;
}

static struct buf text;

/* Runs it over the configuration; the number of lines that fail. */
static size_t run(struct doctor_config *cfg)
{
	struct transport t = { &ops };
	struct client_config ccfg = { .url = "https://x.example", .transport = &t };
	struct catalog_config gcfg = { .site = "https://x.example",
		                       .account = "a",
		                       .pseudo_columns = "",
		                       .desk = "" };
	struct run r = RUN_INIT;
	struct db *db = NULL;
	size_t failed;

	if (db_open(NULL, &db, NULL) || catalog_new(&gcfg, db, &cfg->catalog, NULL) ||
	    client_new(&ccfg, &cfg->client, NULL))
		exit(1);
	buf_clear(&text);
	text = BUF_INIT(1 << 20);
	failed = doctor_run(cfg, NULL, &r, &text);
	client_free(cfg->client);
	catalog_free(cfg->catalog);
	db_close(db);
	return failed;
}

static bool says(const char *line)
{
	return strstr(buf_str(&text), line) != NULL;
}

static void test_clock(void)
{
	static const struct {
		const char *date, *says;
		size_t failed;
	} cases[] = {
		{ "Sat, 31 Jan 2026 09:00:30 GMT", "ok    clock: -30 s from the site's\n",
		  0 },
		{ "Sat, 31 Jan 2026 09:02:00 GMT", "warn  clock: 120 s behind the site's",
		  0 },
		{ "Sat, 31 Jan 2026 08:50:00 GMT",
		  "fail  clock: 600 s ahead of the site's", 1 },
		{ "yesterday", "ok    clock: the site does not tell the time\n", 0 },
		{ NULL, "ok    clock: the site does not tell the time\n", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct doctor_config cfg = { .version = "0",
			                     .settings_path = "",
			                     .proxy = "" };

		date = cases[i].date;
		is_int((long long)run(&cfg), (long long)cases[i].failed, "clock %zu", i);
		ok(says(cases[i].says), "%s", cases[i].says);
	}
}

static void test_chain(void)
{
	static const struct {
		int64_t from_h, until_h; /* hours from now */
		const char *says;
	} cases[] = {
		{ -1, 90 * 24 + 1, "ok    certificate: CN = x, 90 days left\n" },
		{ -1, 20 * 24 + 1,
		  "warn  certificate: CN = x, 20 days left \xe2\x80\x94 the site" },
		{ -1, 25, "warn  certificate: CN = x, 1 day left \xe2\x80\x94 " },
		{ -1, 23,
		  "warn  certificate: CN = x, less than a day left \xe2\x80\x94 " },
		{ -99, -1, "fail  certificate: CN = x, expired today \xe2\x80\x94 " },
		{ -99, -30,
		  "fail  certificate: CN = x, expired 1 day ago \xe2\x80\x94 " },
		{ -99, -73,
		  "fail  certificate: CN = x, expired 3 days ago \xe2\x80\x94 " },
		{ 24, 800,
		  "fail  certificate: CN = x, 33 days left, not valid before "
		  "2026-02-01T09:00:00.000Z \xe2\x80\x94 is the clock" },
	};
	struct doctor_config cfg = { .version = "0", .settings_path = "", .proxy = "" };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t valid[] = { NOW_MS + cases[i].from_h * 3600000,
			            NOW_MS + cases[i].until_h * 3600000 };

		cfg.chain = chain;
		cfg.chain_ctx = valid;
		(void)run(&cfg);
		ok(says(cases[i].says), "%s", cases[i].says);
	}
	cfg.chain_ctx = NULL;
	is_int((long long)run(&cfg), 1, "none");
	ok(says("fail  certificate: no handshake\n"), "is told of");
}

static void test_account(void)
{
	struct doctor_config cfg = { .version = "0", .settings_path = "", .proxy = "" };

	myself_status = 401;
	is_int((long long)run(&cfg), 1, "refused");
	ok(says("fail  account: ") && !says(" table "), "and no table is tried");
	myself_status = 403;
	is_int((long long)run(&cfg), 0, "a customer");
	ok(says("warn  account: ") && says(" table Requests: can be read"), "is tried");
	myself_status = 200;
	remaining = "0";
	(void)run(&cfg);
	ok(says("warn  limits: 0 of "), "no calls are left");
	remaining = NULL;
}

static char *fake_granted(void *ctx)
{
	return ctx ? str_dup(ctx) : NULL;
}

static void test_scopes(void)
{
	char few[] = "read:servicedesk-request offline_access";
	char more[] = "read:servicedesk-request write:servicedesk-request";
	char reading[] = "READ", all[] = "SYSTEM_ADMIN";
	struct doctor_config cfg = { .version = "0",
		                     .settings_path = "",
		                     .proxy = "",
		                     .granted = fake_granted,
		                     .granted_ctx = more };

	(void)run(&cfg);
	ok(says("ok    procedure AddAttachment: the token has "
	        "write:servicedesk-request\n"),
	   "a scope that is there");
	ok(says("warn  procedure CreateCustomer: the token lacks "
	        "manage:servicedesk-customer \xe2\x80\x94 "),
	   "one that is not");
	ok(!says("procedure CreateSchema"), "one that needs none");
	cfg.granted_ctx = few;
	(void)run(&cfg);
	ok(says("warn  procedure AddAttachment: the token lacks "
	        "write:servicedesk-request \xe2\x80\x94 "),
	   "asked for, and not given");
	kind = "Server";
	cfg.granted_ctx = reading;
	(void)run(&cfg);
	ok(says("warn  procedure AddAttachment: the token lacks WRITE \xe2\x80\x94 "),
	   "Data Center has scopes of its own");
	cfg.granted_ctx = all;
	(void)run(&cfg);
	ok(says("ok    procedure AddAttachment: the token has WRITE\n"),
	   "of which the higher ones have the lower");
	kind = "Cloud";
	cfg.granted_ctx = NULL;
	(void)run(&cfg);
	ok(says("ok    procedures: not tried"), "when nobody knows, nothing is claimed");
}

static void test_hostile(void)
{
	struct doctor_config cfg = { .version = "0", .settings_path = "", .proxy = "" };

	title = "x\\nfail  site: gone\\u001b[31m";
	is_int((long long)run(&cfg), 0, "a server that writes lines of its own");
	ok(says("ok    server: Jira Cloud 1.2, x fail  site: gone [31m\n"), "writes one");
	title = "Jira";
}

int main(void)
{
	clock_set_fake(0, NOW_MS);
	title = "Jira";
	kind = "Cloud";
	myself_status = 200;
	test_clock();
	date = NULL;
	test_chain();
	test_account();
	test_scopes();
	test_hostile();
	is_int(n_writes, 0, "nothing was changed");
	buf_clear(&text);
	return done_testing();
}
