/* SPDX-License-Identifier: MIT */
/* The engine against a server of its own: many threads, cancelling, limits. */
#include "net/engine.h"

#include "base/clock.h"
#include "base/sync.h"
#include "exchanges/server.h"
#include "tap.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>

#define THREADS 8
#define ROUNDS 60

static struct server_reply reply_with(const char *head, const char *fill, size_t n)
{
	struct server_reply r = { 0 };
	size_t head_n = strlen(head);

	r.bytes = malloc(head_n + n + 1);
	if (r.bytes) {
		memcpy(r.bytes, head, head_n);
		memset(r.bytes + head_n, *fill, n);
		r.n = head_n + n;
	}
	return r;
}

/* /ok, /slow (50 ms), /never, /bytes/N, /busy (429 each time), /busyonce, /signed (429
 * once) */
static void answer(void *ctx, const char *request, size_t n, struct server_reply *ret)
{
	static atomic_uint busy;
	char head[160] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
	const char *path = strchr(request, ' ') + 1;

	(void)ctx;
	(void)n;
	*ret = reply_with(head, "o", 2);
	if (!strncmp(path, "/slow", 5)) {
		ret->delay_ms = 50;
	} else if (!strncmp(path, "/never", 6)) {
		ret->delay_ms = 600000;
	} else if (!strncmp(path, "/bytes/", 7)) {
		size_t size = strtoul(path + 7, NULL, 10);

		snprintf(head, sizeof(head),
		         "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", size);
		free(ret->bytes);
		*ret = reply_with(head, "x", size);
	} else if (!strncmp(path, "/signed", 7) && strstr(request, "X-Signed: 2")) {
		return;
	} else if (!strncmp(path, "/busyonce", 9) && atomic_fetch_add(&busy, 1)) {
		return;
	} else if (!strncmp(path, "/busy", 5) || !strncmp(path, "/signed", 7)) {
		free(ret->bytes);
		*ret = reply_with("HTTP/1.1 429 Slow down\r\nContent-Length: 0\r\n"
		                  "RateLimit-Reason: jira-burst-based\r\n"
		                  "Retry-After: 4\r\n\r\n",
		                  "", 0);
	}
}

static struct transport *engine(const struct server *s, unsigned in_flight)
{
	struct net_engine_config cfg = { .max_in_flight = in_flight,
		                         .connect_ms = 2000,
		                         .user_agent = "test",
		                         .unix_socket = s ? s->path : NULL };
	struct transport *t = NULL;

	return net_engine_new(&cfg, &t, NULL) ? NULL : t;
}

static struct request *get(const char *path, const char *bucket, int64_t timeout_ms)
{
	char url[128];

	snprintf(url, sizeof(url), "http://site.example%s", path);
	struct request *rq = request_new("GET", url);
	rq->deadline = clock_deadline(timeout_ms);
	snprintf(rq->bucket, sizeof(rq->bucket), "%s", bucket);
	return rq;
}

static int fetch(struct transport *t, struct request *rq, struct cancel *cancel,
                 int *ret_status, struct err *err)
{
	struct exchange *ex = NULL;
	int code = t->ops->submit(t, rq, &ex, err);

	if (code) {
		request_free(rq);
		return code;
	}
	code = t->ops->wait(t, ex, cancel, err);
	if (ret_status)
		*ret_status = t->ops->request(ex)->status;
	t->ops->release(t, ex);
	return code;
}

struct worker {
	struct transport *t;
	unsigned seed;
	atomic_uint *good, *stopped, *bad;
};

static void fire(void *token)
{
	cancel_fire(token);
}

static void *fire_thread(void *token)
{
	fire(token);
	return NULL;
}

/* Submits, waits, cancels from another thread, releases unwaited, by turns. */
static void *work(void *arg)
{
	struct worker *w = arg;

	for (unsigned i = 0; i < ROUNDS; i++) {
		static const char *const paths[] = { "/ok", "/slow", "/bytes/70000",
			                             "/never" };
		unsigned way = (w->seed + i * 7) % 5;
		struct request *rq =
			get(paths[(w->seed + i) % 4], "any", way == 3 ? 30 : 20000);
		struct exchange *ex = NULL;
		struct cancel token;
		pthread_t other;
		int code = w->t->ops->submit(w->t, rq, &ex, NULL);

		if (code) {
			request_free(rq);
			atomic_fetch_add(w->bad, 1);
			continue;
		}
		if (way == 0) {
			w->t->ops->release(w->t, ex);
			atomic_fetch_add(w->stopped, 1);
			continue;
		}
		cancel_init(&token);
		bool never = (w->seed + i) % 4 == 3;
		bool fires = way == 1 || never;
		if (fires && pthread_create(&other, NULL, fire_thread, &token))
			fires = false;
		code = w->t->ops->wait(w->t, ex, &token, NULL);
		int again = w->t->ops->wait(w->t, ex, NULL, NULL);
		if (fires)
			pthread_join(other, NULL);
		cancel_clear(&token);
		int status = w->t->ops->request(ex)->status;
		w->t->ops->release(w->t, ex);
		if (code == again && !code && status == 200)
			atomic_fetch_add(w->good, 1);
		else if (code == again && (code == -EINTR || code == -ETIMEDOUT))
			atomic_fetch_add(w->stopped, 1);
		else
			atomic_fetch_add(w->bad, 1);
	}
	return NULL;
}

static void test_many_threads(const struct server *s)
{
	struct transport *t = engine(s, 12);
	atomic_uint good = 0, stopped = 0, bad = 0;
	struct worker w[THREADS];
	pthread_t threads[THREADS];

	for (unsigned i = 0; i < THREADS; i++) {
		w[i] = (struct worker){ t, i, &good, &stopped, &bad };
		if (pthread_create(&threads[i], NULL, work, &w[i]))
			skip_all("no threads");
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	is_int(bad, 0, "every exchange ends with its answer or as it was told");
	is_int(good + stopped, THREADS * ROUNDS, "none is lost");
	ok(good > 0 && stopped > 0, "both ends occur (%u and %u)", good, stopped);
	transport_free(t);
}

static void test_cancel(const struct server *s)
{
	struct transport *t = engine(s, 1);
	struct cancel token;
	struct err err;
	struct exchange *stuck = NULL;

	cancel_init(&token);
	cancel_fire(&token);
	struct request *post = get("/never", "b", 5000);
	post->repeatable = false;
	is_int(t->ops->submit(t, post, &stuck, NULL), 0, "one request is stuck");
	while (!atomic_load(&s->n_requests))
		sched_yield();
	post = get("/ok", "b", 200);
	post->repeatable = false;
	is_int(fetch(t, post, NULL, NULL, &err), -ETIMEDOUT,
	       "no turn before the deadline");
	is_int(err.outcome, ERR_OUTCOME_REFUSED, "it was never sent");
	is_int(t->ops->wait(t, stuck, &token, &err), -EINTR, "the stuck one stops");
	is_int(err.outcome, ERR_OUTCOME_UNKNOWN, "its outcome is unknown");
	is_int(t->ops->wait(t, stuck, NULL, &err), -EINTR, "asked again, the same");
	t->ops->release(t, stuck);
	int status = 0;
	is_int(fetch(t, get("/ok", "b", 5000), NULL, &status, NULL), 0, "others go on");
	/* One that is never answered: an answer that is there already would count. */
	is_int(fetch(t, get("/never", "b", 5000), &token, NULL, &err), -EINTR,
	       "a token that has fired interrupts");
	is_int(err.outcome, ERR_OUTCOME_NONE, "a read leaves no doubt behind");
	is_int(status, 200, "with an answer");
	cancel_clear(&token);
	transport_free(t);
}

static void test_free_while_running(const struct server *s)
{
	struct transport *t = engine(s, 4);
	struct exchange *ex = NULL;

	for (int i = 0; i < 20; i++) {
		if (!t->ops->submit(t, get("/never", "b", 60000), &ex, NULL))
			t->ops->release(t, ex);
	}
	int64_t before = clock_mono_ms();
	transport_free(t);
	ok(clock_mono_ms() - before < 2000, "freeing waits for no answer");
}

static void test_limits(const struct server *s)
{
	struct transport *t = engine(s, 2);
	struct exchange *busy = NULL;
	struct err err = { 0 };
	int status = 0;
	int64_t before = clock_mono_ms();

	is_int(fetch(t, get("/busy", "GET busy", 3500), NULL, &status, NULL), 0,
	       "a 429 is an answer");
	is_int(status, 429, "given back");
	ok(clock_mono_ms() - before < 3000,
	   "at once, when the pause outlasts the deadline");
	is_int(fetch(t, get("/ok", "GET busy", 2000), NULL, NULL, &err), -EAGAIN,
	       "the next of that bucket is not even sent");
	ok(!err.http && err.retry_ms > 0 && err.retry_ms <= 4000,
	   "and is told when to come back (%u ms)", err.retry_ms);
	is_int(fetch(t, get("/ok", "GET other", 3000), NULL, &status, NULL), 0,
	       "another bucket is open");
	is_int(t->ops->submit(t, get("/busyonce", "GET busy", 60000), &busy, NULL), 0,
	       "one that has time waits");
	before = clock_mono_ms();
	is_int(fetch(t, get("/ok", "GET other", 3000), NULL, NULL, NULL), 0,
	       "those behind it go past");
	ok(clock_mono_ms() - before < 3000, "without waiting");
	is_int(t->ops->wait(t, busy, NULL, NULL), 0, "then it is answered");
	is_int(t->ops->request(busy)->status, 200, "well");
	is_int(t->ops->request(busy)->attempts, 2, "at the second attempt");
	t->ops->release(t, busy);
	transport_free(t);
}

struct counting_signer {
	struct signer signer;
	unsigned *n_signed, *n_freed;
	int code;
};

static int count_sign(struct signer *s, struct request *rq, struct err *err)
{
	struct counting_signer *c = container_of(s, struct counting_signer, signer);
	char text[16];

	if (c->code)
		return err_set(err, c->code, "not today");
	snprintf(text, sizeof(text), "%u", ++*c->n_signed);
	return request_header(rq, "X-Signed", span_of(text));
}

static void count_free(struct signer *s)
{
	struct counting_signer *c = container_of(s, struct counting_signer, signer);

	++*c->n_freed;
	free(c);
}

static struct signer *signer_new(unsigned *n_signed, unsigned *n_freed, int code)
{
	struct counting_signer *c = calloc(1, sizeof(*c));

	*c = (struct counting_signer){
		{ count_sign, count_free }, n_signed, n_freed, code
	};
	return &c->signer;
}

static void test_signer(const struct server *s)
{
	struct transport *t = engine(s, 4);
	unsigned n_signed = 0, n_freed = 0;
	int status = 0;
	struct err err = { 0 };

	struct request *rq = get("/signed", "signed", 20000);
	request_sign(rq, signer_new(&n_signed, &n_freed, 0));
	request_sign(rq, signer_new(&n_signed, &n_freed, 0));
	is_int(n_freed, 1, "one signer takes the place of another");
	is_int(fetch(t, rq, NULL, &status, NULL), 0, "a request that is sent twice");
	is_int(status, 200, "gets through");
	is_int(n_signed, 2, "and was signed for each of both");

	rq = get("/ok", "signed", 20000);
	request_sign(rq, signer_new(&n_signed, &n_freed, -ENOKEY));
	is_int(fetch(t, rq, NULL, &status, &err), -ENOKEY, "one that cannot be signed");
	is_str(err.msg, "not today", "says why");
	is_int(status, 0, "and is not sent");
	transport_free(t);
	is_int(n_freed, 3, "signers end with their requests");
}

static void test_idle_costs_nothing(const struct server *s)
{
	struct transport *t = engine(s, 4);
	struct rusage before, after;
	struct exchange *ex = NULL;

	is_int(fetch(t, get("/ok", "b", 5000), NULL, NULL, NULL), 0, "a first answer");
	is_int(t->ops->submit(t, get("/never", "b", 400), &ex, NULL), 0,
	       "one that waits");
	getrusage(RUSAGE_SELF, &before);
	is_int(t->ops->wait(t, ex, NULL, NULL), -ETIMEDOUT, "until its deadline");
	getrusage(RUSAGE_SELF, &after);
	t->ops->release(t, ex);
	long used = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000000 +
	            (after.ru_utime.tv_usec - before.ru_utime.tv_usec);
	ok(used < 100000, "waiting takes no processor time (%ld us)", used);
	transport_free(t);
}

static void test_refusals(void)
{
	struct net_engine_config cfg = { .max_in_flight = 0 };
	struct transport *t = NULL;
	struct err err;

	is_int(net_engine_new(&cfg, &t, &err), -EINVAL, "none in flight makes no sense");
	cfg.max_in_flight = 257;
	is_int(net_engine_new(&cfg, &t, &err), -EINVAL, "257 are too many");
	t = engine(NULL, 2);
	static const char *const bad[] = {
		"http://site.example/",
		"ftp://site.example/",
		"https://u:p@site.example/",
		"https://",
		"https://a b/",
		"https://site.example:0/",
		"https://site.example:99999/",
		"https://h\r\nX: y/",
	};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct request *rq = request_new("GET", bad[i]);

		is_int(fetch(t, rq, NULL, NULL, &err), -EINVAL, "refused: address %zu",
		       i);
	}
	struct request *rq = request_new("POST", "http://127.0.0.1:1/");
	rq->deadline = clock_deadline(2500);
	rq->repeatable = false;
	is_int(fetch(t, rq, NULL, NULL, &err), -ECONNREFUSED, "nobody listens there");
	is_str(err.msg, "127.0.0.1:1 refuses connections", "the message names it");
	is_int(err.outcome, ERR_OUTCOME_REFUSED, "so nothing has happened");
	/* A label of 64 letters: no name service needs to be asked. */
	struct exchange *ex = NULL;
	rq = request_new("GET", "https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	                        "aaaaaaaaaaaaaaaa.invalid/");
	rq->deadline = clock_deadline(2500);
	is_int(t->ops->submit(t, rq, &ex, NULL), 0, "a name that cannot exist");
	is_int(t->ops->wait(t, ex, NULL, &err), -EHOSTUNREACH, "has no address");
	ok(rq->attempts >= 2, "also when it is looked up again");
	t->ops->release(t, ex);
	rq = request_new("GET", "http://[::1]:1/");
	rq->deadline = clock_deadline(2500);
	int code = fetch(t, rq, NULL, NULL, &err);
	ok(code == -ECONNREFUSED || code == -EHOSTUNREACH, "nor there");
	transport_free(t);
}

int main(void)
{
	static struct server s;

	if (!server_start(&s, answer, NULL, NULL))
		skip_all("no UNIX socket can be made");
	test_cancel(&s);
	test_many_threads(&s);
	test_free_while_running(&s);
	test_limits(&s);
	test_signer(&s);
	test_idle_costs_nothing(&s);
	test_refusals();
	server_stop(&s);
	return done_testing();
}
