/* SPDX-License-Identifier: MIT */
/* Many calls at a time: order of starts and of receipts, who waits for whom, Ctrl-C. */
#include "proc/batch.h"

#include "base/sync.h"
#include "tap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define N 5000

/* clang-format off */
static const struct param params[] = {
	{ "Key", VALUE_TEXT, 0, "{key}", "", "Where." },
	{ "Text", VALUE_TEXT, 0, "text", "", "What." },
	{ "Name", VALUE_TEXT, PARAM_NAMES, "name", "", "Who." },
	{ 0 }
};
/* clang-format on */

struct site {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned at_a_time, most;
	unsigned gate; /* calls that wait until so many are there; 0: none */
	size_t n_called, n_started;
	size_t started[N]; /* lines */
	bool busy[100];    /* by key: a call for it is under way */
	bool mixed;        /* two for one key at a time */
	size_t last[100];  /* line of the last call for a key */
	bool unordered;
	struct cancel *cancel_at_10;
	/* what came back */
	size_t n_done;
	size_t done[N];
	int codes[N];
};

static struct site site;

static unsigned key_of(const struct args *args)
{
	return args->v[0].given ? (unsigned)atoi(args->v[0].text.p) : 0;
}

static int call(void *ctx, const struct args *args, struct run *run, struct receipt *ret,
                struct err *err)
{
	struct site *s = ctx;
	unsigned key = key_of(args);
	bool bad = span_is(args->v[1].text, "bad");

	pthread_mutex_lock(&s->lock);
	s->started[s->n_started++] = args->line;
	if (key) {
		s->mixed |= s->busy[key];
		s->busy[key] = true;
		s->unordered |= args->line < s->last[key];
		s->last[key] = args->line;
	}
	s->at_a_time++;
	if (s->at_a_time > s->most)
		s->most = s->at_a_time;
	pthread_cond_broadcast(&s->changed);
	while (s->gate && s->most < s->gate)
		pthread_cond_wait(&s->changed, &s->lock);
	if (++s->n_called == 10 && s->cancel_at_10)
		cancel_fire(s->cancel_at_10);
	s->at_a_time--;
	s->busy[key] = false;
	pthread_mutex_unlock(&s->lock);
	*ret = (struct receipt){ .line = args->line,
		                 .outcome = bad ? OUTCOME_REFUSED : OUTCOME_APPLIED };
	if (run->order + 1 != args->line)
		return err_set(err, -EBADMSG, "order %u", (unsigned)run->order);
	return bad ? err_set(&ret->err, -EINVAL, "bad") : 0;
}

static void done(void *ctx, struct receipt *r, int code)
{
	struct site *s = ctx;

	s->done[s->n_done] = r->line;
	s->codes[s->n_done++] = code;
}

static void begin(void)
{
	site = (struct site){ 0 };
	pthread_mutex_init(&site.lock, NULL);
	pthread_cond_init(&site.changed, NULL);
}

static struct batch *make(unsigned parallel)
{
	struct batch_config cfg = {
		.max_parallel = parallel, .call = call, .done = done, .ctx = &site
	};
	struct batch *b = NULL;

	begin();
	if (batch_new(&cfg, &b, NULL))
		ok(false, "a batch");
	return b;
}

static void add(struct batch *b, size_t line, const char *key, const char *text,
                struct cancel *cancel)
{
	const char *name = strchr(text, '@');
	struct arg v[3] = { { .given = key != NULL, .text = span_of(key) },
		            { .given = true, .text = span_of(text) },
		            { .given = name != NULL, .text = span_of(name) } };
	struct args args = { .params = params, .n = 3, .v = v, .line = line };

	batch_add(b, &args, cancel, 0);
}

static bool in_order(void)
{
	for (size_t i = 0; i < site.n_done; i++) {
		if (site.done[i] != i + 1)
			return false;
	}
	return true;
}

static void test_many(unsigned parallel)
{
	struct batch *b = make(parallel);
	struct err err = { 0 };
	size_t n_bad = 0;
	char text[20];

	if (parallel > 1)
		site.gate = parallel;
	err_set(&err, -EINVAL, "no such name");
	for (size_t i = 1; i <= N; i++) {
		snprintf(text, sizeof(text), "%zu", i);
		if (i % 100 == 50)
			batch_refuse(b, i, -EINVAL, &err);
		else
			add(b, i, NULL, i % 100 == 99 ? "bad" : text, NULL);
		if (i % 1000 == 0)
			batch_wait(b);
	}
	batch_wait(b);
	is_int((int)site.n_done, N, "%u at a time: a receipt for each", parallel);
	ok(in_order(), "in the order of the input");
	is_int((int)site.n_called, N - N / 100, "the good ones are called, once each");
	for (size_t i = 0; i < site.n_done; i++)
		n_bad += site.codes[i] == -EINVAL;
	is_int((int)n_bad, N / 50, "a refused one stops none behind it");
	is_int((int)site.most, (int)parallel, "never more on their way");
	batch_free(b);
}

static void test_same(void)
{
	struct batch *b = make(6);
	char key[20];

	for (size_t i = 1; i <= 1000; i++) {
		snprintf(key, sizeof(key), "%zu", 1 + i * i % 7);
		add(b, i, key, "x", NULL);
	}
	batch_wait(b);
	ok(!site.mixed, "calls for one thing are never under way together");
	ok(!site.unordered, "and keep their order");
	ok(in_order() && site.n_done == 1000, "receipts in order");
	batch_free(b);

	b = make(3);
	add(b, 1, NULL, "a@x", NULL);
	add(b, 2, NULL, "b@X", NULL);
	add(b, 3, NULL, "c@x", NULL);
	batch_wait(b);
	is_int((int)site.most, 1, "nor are two for what has the same name");
	batch_free(b);

	b = make(3);
	for (size_t i = 1; i <= 3; i++)
		add(b, i, NULL, "the same", NULL);
	batch_wait(b);
	is_int((int)site.most, 1, "calls that are alike go one after the other");
	batch_free(b);
}

static void test_cancel(void)
{
	struct batch *b = make(4);
	struct cancel cancel;
	size_t n_not = 0;
	char text[20];

	cancel_init(&cancel);
	site.cancel_at_10 = &cancel;
	for (size_t i = 1; i <= 500; i++) {
		snprintf(text, sizeof(text), "%zu", i);
		add(b, i, NULL, text, &cancel);
	}
	batch_wait(b);
	is_int((int)site.n_done, 500, "interrupted: a receipt for each all the same");
	for (size_t i = 0; i < site.n_done; i++)
		n_not += site.codes[i] == -EINTR;
	ok(site.n_called < 20, "no more are started (%zu)", site.n_called);
	is_int((int)(n_not + site.n_called), 500, "the others say that they were not");
	batch_free(b);
	cancel_clear(&cancel);
}

static void test_one(void)
{
	struct batch *b = make(8);

	add(b, 1, NULL, "x", NULL);
	is_int((int)site.n_called, 0, "one on its own waits for the end");
	batch_wait(b);
	is_int((int)site.n_called, 1, "and is made then");
	batch_wait(b);
	is_int((int)site.n_done, 1, "once");
	batch_free(b);
	batch_free(NULL);
}

int main(void)
{
	test_one();
	test_many(1);
	test_many(8);
	test_same();
	test_cancel();
	return done_testing();
}
