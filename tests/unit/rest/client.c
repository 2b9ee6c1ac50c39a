/* SPDX-License-Identifier: MIT */
/* What the client finds out about its server, against a server in this file. */
#include "rest/client.h"

#include "rest/deployment.h"
#include "tap.h"
#include "unit/rest/fake.h"

#include <errno.h>

#define DATA_CENTER "{\"deploymentType\":\"Server\",\"versionNumbers\":[9,12,2]}"
#define COMPLAINT "{\"errorMessage\":\"This API is experimental.\"}"

/* --- a transport that answers at once ---------------------------------------- */

struct fake {
	struct transport base;
	int info_status; /* of serverInfo; 0: the connection fails */
	const char *info;
	const char *wants; /* the word for experimental operations, NULL: any */
	int refusal;       /* its status without that */
	const char *complaint;
	unsigned n_calls, n_info;
	char trial[16]; /* what came last */
	char path[64];
};

static const char *sent_header(const struct request *rq, const char *name)
{
	for (size_t i = 0; i < rq->n_headers; i++) {
		if (str_ieq(rq->headers[i].name, name))
			return rq->headers[i].value;
	}
	return "";
}

static int fake_submit(struct transport *t, struct request *rq, struct exchange **ret,
                       struct err *err)
{
	struct fake *f = container_of(t, struct fake, base);
	bool info = strstr(rq->url, DEPLOYMENT_PATH);
	struct exchange *ex;

	if (info && !f->info_status)
		return err_set(err, -ECONNREFUSED, "nobody listens");
	f->n_calls++;
	f->n_info += info;
	snprintf(f->trial, sizeof(f->trial), "%s", sent_header(rq, "X-ExperimentalApi"));
	snprintf(f->path, sizeof(f->path), "%s", rq->url);
	rq->answer = BUF_INIT(1 << 20);
	rq->attempts = 1;
	rq->status = 200;
	if (info) {
		rq->status = f->info_status;
		buf_puts(&rq->answer, f->info);
	} else if (f->wants && strcmp(f->trial, f->wants) != 0) {
		rq->status = f->refusal;
		buf_puts(&rq->answer, f->complaint);
	} else {
		buf_puts(&rq->answer, "{}");
	}
	ex = calloc(1, sizeof(*ex));
	ex->rq = rq;
	*ret = ex;
	return 0;
}

static const struct transport_ops fake_ops = { fake_submit, fake_wait, fake_request,
	                                       fake_release, NULL };

/* --- a cache of one answer ------------------------------------------------------ */

struct kept {
	char key[64];
	char body[256];
};

static bool kept_get(void *ctx, struct span key, int64_t max_age_ms, struct buf *ret,
                     int64_t *ret_age_ms)
{
	struct kept *k = ctx;

	if (max_age_ms <= 0 || !span_is(key, k->key))
		return false;
	buf_puts(ret, k->body);
	*ret_age_ms = 1;
	return true;
}

static void kept_put(void *ctx, struct span key, struct span body)
{
	struct kept *k = ctx;

	snprintf(k->key, sizeof(k->key), "%.*s", SPAN_FMT(key));
	snprintf(k->body, sizeof(k->body), "%.*s", SPAN_FMT(body));
}

static struct client *open_client(struct fake *f, struct kept *k, const char *url)
{
	struct answer_cache cache = { kept_get, kept_put, k };
	struct client_config cfg = { .url = url,
		                     .transport = &f->base,
		                     .cache = k ? &cache : NULL,
		                     .metadata_ttl_ms = 1000 };
	struct client *c = NULL;
	struct err err = { 0 };

	f->base.ops = &fake_ops;
	ok(!client_new(&cfg, &c, &err), "a client of %s %s", url, err.msg);
	return c;
}

/* The deployment, or the negative errno. */
static int asked(struct client *c, bool cached_only)
{
	struct run run = RUN_INIT;
	enum deployment d = DEPLOYMENT_CLOUD;
	int r;

	run.cached_only = cached_only;
	r = client_deployment(c, &run, &d, NULL);
	return r < 0 ? r : (int)d;
}

#define OTHER "https://jira.example.com/jira"

static void test_names(void)
{
	struct fake f = { .info_status = 200, .info = DATA_CENTER };
	cleanup_(client_freep) struct client *c =
		open_client(&f, NULL, "https://site.atlassian.net");

	is_int(asked(c, false), DEPLOYMENT_CLOUD, "a name of Cloud is believed");
	is_int(f.n_calls, 0, "without a call");
}

static void test_asking(void)
{
	struct fake f = { .info_status = 200, .info = DATA_CENTER };
	struct kept k = { "", "" };
	cleanup_(client_freep) struct client *c = open_client(&f, &k, OTHER);

	is_int(asked(c, true), DEPLOYMENT_CLOUD,
	       "who may not call takes it for Cloud until it is known");
	is_int(f.n_calls, 0, "without a call");
	is_int(asked(c, false), DEPLOYMENT_DATA_CENTER, "the server says what it is");
	ok(strstr(f.path, "/jira" DEPLOYMENT_PATH), "asked below the context path: %s",
	   f.path);
	is_int(asked(c, false), DEPLOYMENT_DATA_CENTER, "the second time");
	is_int(asked(c, true), DEPLOYMENT_DATA_CENTER, "and without leave to call");
	is_int(f.n_calls, 1, "after one call in all");

	cleanup_(client_freep) struct client *later = open_client(&f, &k, OTHER);
	is_int(asked(later, true), DEPLOYMENT_DATA_CENTER,
	       "the next process has it from the cache");
	is_int(f.n_calls, 1, "without a call");
}

static void test_proof(void)
{
	struct fake f = { .info_status = 200, .info = DATA_CENTER };
	struct kept k = { "/x", "old" };
	struct run run = RUN_INIT;
	struct buf body = BUF_INIT(1000);
	cleanup_(client_freep) struct client *c = open_client(&f, &k, OTHER);

	is_int(asked(c, false), DEPLOYMENT_DATA_CENTER, "anybody is told");
	kept_put(&k, SPAN("/x"), SPAN("old"));
	ok(!client_cached(c, "/x", &run, &body),
	   "so kept answers wait for better proof of the credentials");
	buf_clear(&body);
}

static void test_silence(void)
{
	static const struct {
		int status;
		const char *body;
		unsigned calls; /* for two questions */
	} table[] = {
		{ 404, "{}", 1 },     { 403, "", 1 }, { 410, "", 1 },   { 200, "{}", 1 },
		{ 200, "[[[", 1 },    { 503, "", 2 }, { 401, "{}", 2 }, { 429, "{}", 2 },
		{ 500, "<html>", 2 }, { 302, "", 2 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct fake f = { .info_status = table[i].status, .info = table[i].body };
		struct kept k = { "", "" };
		cleanup_(client_freep) struct client *c = open_client(&f, &k, OTHER);

		is_int(asked(c, false), DEPLOYMENT_CLOUD, "%d '%s' counts as Cloud",
		       table[i].status, table[i].body);
		is_int(asked(c, false), DEPLOYMENT_CLOUD, "again");
		is_int(f.n_info, table[i].calls, "after %u calls", table[i].calls);
		is_str(k.key, "", "and nothing is kept of it");
	}
	struct fake gone = { .info_status = 0 };
	cleanup_(client_freep) struct client *c = open_client(&gone, NULL, OTHER);

	is_int(asked(c, false), -ECONNREFUSED, "no server at all is an error");
}

static int call(struct client *c, unsigned *ret_calls, struct err *err)
{
	struct call post = { .method = "POST", .path = "/x", .bucket = "/x" };
	struct run run = RUN_INIT;
	struct buf body = BUF_INIT(1000);
	int r = client_do(c, &post, &run, &body, err);

	*ret_calls = atomic_load(&run.calls);
	buf_clear(&body);
	return r;
}

static void test_trial(int refusal, const char *wants, enum deployment on)
{
	struct fake f = { .info_status = 200,
		          .info = on == DEPLOYMENT_CLOUD ? "{}" : DATA_CENTER,
		          .wants = wants,
		          .refusal = refusal,
		          .complaint = COMPLAINT };
	cleanup_(client_freep) struct client *c = open_client(&f, NULL, OTHER);
	struct err err = { 0 };
	unsigned n;

	is_int(asked(c, false), on, "the server is known");
	f.n_calls = 0;
	is_int(call(c, &n, &err), 0, "%d about '%s' is not the end: %s", refusal, wants,
	       err.msg);
	is_str(f.trial, wants, "the other word is");
	is_int(f.n_calls, 2, "after one more try");
	is_int(call(c, &n, &err), 0, "the next call");
	is_int(f.n_calls, 3, "begins with what was right");
}

static void test_refusals(void)
{
	struct fake f = { .wants = "neither", .refusal = 412, .complaint = COMPLAINT };
	cleanup_(client_freep) struct client *c = open_client(&f, NULL, OTHER);
	struct err err = { 0 };
	unsigned n;

	is_int(call(c, &n, &err), -EBUSY, "a server that takes neither word");
	is_int(f.n_calls, 2, "is tried twice");
	is_int(err.outcome, ERR_OUTCOME_REFUSED, "and has refused");
	f.n_calls = 0;
	f.complaint = "{\"errorMessage\":\"Agents only.\"}";
	f.refusal = 403;
	is_int(call(c, &n, &err), -EACCES, "a refusal for another reason");
	is_int(f.n_calls, 1, "is the end");
	f.refusal = 400;
	f.complaint = COMPLAINT;
	f.n_calls = 0;
	is_int(call(c, &n, &err), -EINVAL, "and so is another status");
	is_int(f.n_calls, 1, "whatever it says");
}

int main(void)
{
	test_names();
	test_asking();
	test_proof();
	test_silence();
	test_trial(412, "true", DEPLOYMENT_CLOUD);
	test_trial(403, "true", DEPLOYMENT_CLOUD);
	test_trial(403, "opt-in", DEPLOYMENT_DATA_CENTER);
	test_refusals();
	return done_testing();
}
