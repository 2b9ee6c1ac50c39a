/* SPDX-License-Identifier: MIT */
/* Sessions apart from any provider: who signs in, how often, and what ends it. */
#include "auth/session.h"

#include "base/clock.h"
#include "tap.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#define THREADS 8

struct provider {
	atomic_uint n_sign_ins;
	int code; /* what signing in comes to */
	bool freed;
};

static int sign_in(void *own, struct visitor *v, struct err *err)
{
	struct provider *p = own;
	unsigned n = atomic_fetch_add(&p->n_sign_ins, 1) + 1;
	char text[16];

	if (p->code)
		return err_set(err, p->code, "the provider says no");
	/* Long enough for the others to come to the same door. */
	if (cancel_wait(NULL, clock_deadline(20)))
		return err_set(err, -EINTR, "interrupted");
	snprintf(text, sizeof(text), "s%u", n);
	LOCK_SCOPE(v->lock);
	return jar_put(v->jar, "https://site/", "JSESSIONID", span_of(text));
}

static void forget(void *own)
{
	struct provider *p = own;

	p->freed = true;
}

static const struct session_flow flow = { "Test", sign_in, forget };
static const struct auth_config cfg = { .scheme = "Test", .site = "https://site" };

static struct auth *make(struct provider *p)
{
	struct auth *a = NULL;

	*p = (struct provider){ 0 };
	is_int(session_new(&cfg, &flow, p, &a, NULL), 0, "a session");
	return a;
}

static struct request *new_request(const char *method)
{
	struct request *rq = request_new(method, "https://site/rest");

	rq->deadline = clock_deadline(20000);
	return rq;
}

static const char *header(const struct request *rq, const char *name)
{
	for (size_t i = 0; i < rq->n_headers; i++) {
		if (str_ieq(rq->headers[i].name, name))
			return rq->headers[i].value;
	}
	return NULL;
}

static void test_use(void)
{
	struct provider p;
	struct auth *a = make(&p);
	cleanup_(request_freep) struct request *get = new_request("GET");
	cleanup_(request_freep) struct request *old = new_request("GET");
	cleanup_(request_freep) struct request *post = new_request("POST");

	ok(a->has_session, "it can be lost");
	is_int(p.n_sign_ins, 0, "nobody signs in before it is needed");
	is_int(a->ops->decorate(a, get, NULL, NULL), 0, "the first request");
	is_int(a->ops->decorate(a, old, NULL, NULL), 0, "the second");
	is_int(p.n_sign_ins, 1, "signed in once");
	is_str(header(get, "Cookie"), "JSESSIONID=s1", "the cookie");
	is_str(header(get, "X-Atlassian-Token"), NULL, "and nothing else");
	is_int(a->ops->refused(a, get, NULL, NULL), 1, "it is lost");
	is_int(p.n_sign_ins, 2, "and signed in again");
	is_int(a->ops->refused(a, old, NULL, NULL), 1,
	       "who was refused with the old one");
	is_int(p.n_sign_ins, 2, "gets the new one");
	is_int(a->ops->decorate(a, post, NULL, NULL), 0, "a write");
	is_str(header(post, "Cookie"), "JSESSIONID=s2", "has the new cookie");
	is_str(header(post, "X-Atlassian-Token"), "no-check",
	       "and says it is no forgery");
	auth_free(a);
	ok(p.freed, "the provider is freed");
}

/* A site that gives sessions and knows none of them. */
static void test_hopeless(void)
{
	struct provider p;
	struct auth *a = make(&p);
	int r = 1;

	for (int i = 0; i < 50 && r == 1; i++) {
		cleanup_(request_freep) struct request *rq = new_request("GET");

		is_int(a->ops->decorate(a, rq, NULL, NULL), 0, "a request");
		r = a->ops->refused(a, rq, NULL, NULL);
	}
	is_int(r, 0, "in the end a refusal is final");
	ok(p.n_sign_ins < 10, "after %u sessions", p.n_sign_ins);
	auth_free(a);
}

static void test_failure(int code, unsigned want)
{
	struct provider p;
	struct auth *a = make(&p);
	struct err err = { 0 };

	p.code = code;
	for (int i = 0; i < 5; i++) {
		cleanup_(request_freep) struct request *rq = new_request("GET");

		is_int(a->ops->decorate(a, rq, NULL, &err), code, "a sign-on that fails");
	}
	is_str(err.msg, "Test: the provider says no", "says why");
	is_int(p.n_sign_ins, want, "%s", want == 1 ? "is not tried again" : "is");
	auth_free(a);
}

struct worker {
	struct auth *auth;
	atomic_uint bad;
};

static void *work(void *arg)
{
	struct worker *w = arg;

	for (int i = 0; i < 3; i++) {
		cleanup_(request_freep) struct request *rq = new_request("GET");

		if (w->auth->ops->decorate(w->auth, rq, NULL, NULL) ||
		    !header(rq, "Cookie"))
			atomic_fetch_add(&w->bad, 1);
		/* The first session was lost before anybody used it. */
		if (header(rq, "Cookie") &&
		    str_eq(header(rq, "Cookie"), "JSESSIONID=s1") &&
		    w->auth->ops->refused(w->auth, rq, NULL, NULL) != 1)
			atomic_fetch_add(&w->bad, 1);
	}
	return NULL;
}

static void test_threads(void)
{
	struct provider p;
	struct auth *a = make(&p);
	struct worker w = { .auth = a };
	pthread_t threads[THREADS];
	size_t n = 0;

	while (n < THREADS && !pthread_create(&threads[n], NULL, work, &w))
		n++;
	for (size_t i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	is_int(w.bad, 0, "%zu threads have a session", n);
	is_int(p.n_sign_ins, 2, "signed in once for all, and once more for all");
	auth_free(a);
}

static void test_interrupt(void)
{
	struct provider p;
	struct auth *a = make(&p);
	struct cancel token;
	cleanup_(request_freep) struct request *rq = new_request("GET");

	cancel_init(&token);
	cancel_fire(&token);
	int r = a->ops->decorate(a, rq, &token, NULL);
	ok(!r || r == -EINTR, "an interrupted one ends");
	cancel_clear(&token);
	is_int(a->ops->decorate(a, rq, NULL, NULL), 0, "and is no failure for good");
	auth_free(a);
}

int main(void)
{
	test_use();
	test_hopeless();
	test_failure(-EKEYREJECTED, 1);
	test_failure(-ENOKEY, 1);
	test_failure(-EREMOTEIO, 5);
	test_failure(-ETIMEDOUT, 5);
	test_threads();
	test_interrupt();
	return done_testing();
}
