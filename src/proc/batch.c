/* SPDX-License-Identifier: MIT */
/*
 * A ring of calls: taken in at its end by the one who adds, handed out at its
 * front by the same, run in between by the threads of a pool.  A pool's job is
 * not a certain call but the first one whose turn it is, so that one that has to
 * wait for another holds up nobody else.
 */
#include "proc/batch.h"

#include "base/clock.h"
#include "base/pool.h"
#include "base/secret.h"
#include "base/sync.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum state { CALL_WAITS, CALL_RUNS, CALL_DONE };

struct slot {
	enum state state;  /* lock */
	struct args *args; /* NULL: it was refused before */
	struct cancel *cancel;
	int caller;
	uint64_t order;
	struct receipt receipt; /* from here on: the runner's until it is done */
	int code;
};

struct batch {
	struct batch_config cfg;
	struct pool *pool; /* NULL: one at a time, here */
	struct slot *ring;
	size_t n_slots;
	uint64_t first;   /* the oldest that is not handed out */
	uint64_t end;     /* behind the newest */
	uint64_t n_given; /* to the pool or run; the one behind may be held back */
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

static struct slot *slot_at(struct batch *b, uint64_t i)
{
	return &b->ring[i % b->n_slots];
}

/* --------------------------------------------------------------- arguments */

static void args_free(struct args *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->n; i++) {
		struct span s = a->v[i].text;
		/* allocated here, with a NUL behind */
		char *p = s.p ? (char *)(uintptr_t)s.p : NULL;

		if (p)
			secret_wipe(p, s.n);
		free(p);
	}
	free(a->v);
	free(a);
}
DEFINE_CLEANUP(struct args *, args_free)

static struct args *args_copy(const struct args *from)
{
	cleanup_(args_freep) struct args *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->params = from->params;
	a->line = from->line;
	a->v = calloc(from->n + 1, sizeof(*a->v));
	if (!a->v)
		return NULL;
	for (a->n = 0; a->n < from->n; a->n++) {
		const struct arg *arg = &from->v[a->n];
		char *text = arg->given ? span_dup(arg->text) : NULL;

		if (arg->given && !text)
			return NULL;
		a->v[a->n] = *arg;
		a->v[a->n].text = (struct span){ text, text ? arg->text.n : 0 };
	}
	return take_ptr(a);
}

static bool is_word(const struct param *p)
{
	return p->path && p->path[0] == '{' && !(p->flags & PARAM_DESK);
}

/* Would the order of the two be seen? */
static bool meet(const struct args *a, const struct args *b)
{
	bool words = false, same_words = true, all = true;

	for (size_t i = 0; i < a->n && i < b->n; i++) {
		bool given = a->v[i].given && b->v[i].given;
		bool same = given ? span_ieq(a->v[i].text, b->v[i].text)
		                  : a->v[i].given == b->v[i].given;

		if (given && same && a->params[i].flags & PARAM_NAMES)
			return true;
		all &= same;
		if (!is_word(&a->params[i]))
			continue;
		words |= a->v[i].given || b->v[i].given;
		same_words &= same;
	}
	return words ? same_words : all;
}

/* ------------------------------------------------------------------- calls */

static void refuse(struct slot *s, size_t line, int code)
{
	s->receipt = (struct receipt){ .line = line, .outcome = OUTCOME_REFUSED };
	if (code == -EINTR)
		err_set(&s->receipt.err, code, "line %zu: not sent: interrupted", line);
	else
		(void)err_nomem(&s->receipt.err);
	s->receipt.err.outcome = ERR_OUTCOME_REFUSED;
	s->code = code;
}

static void run_slot(struct batch *b, struct slot *s)
{
	struct run run = RUN_INIT;

	if (cancel_fired(s->cancel)) {
		refuse(s, s->args->line, -EINTR);
		return;
	}
	run.cancel = s->cancel;
	run.batch = b->cfg.batch;
	run.order = s->order;
	run.caller = s->caller;
	if (b->cfg.timeout_ms)
		run.deadline = clock_deadline(b->cfg.timeout_ms);
	s->code = b->cfg.call(b->cfg.ctx, s->args, &run, &s->receipt, &s->receipt.err);
	if (s->code)
		s->receipt.err.code = s->code;
}

/* Under the lock: the first call that waits for no other, or NULL. */
static struct slot *next_slot(struct batch *b)
{
	for (uint64_t i = b->first; i < b->n_given; i++) {
		struct slot *s = slot_at(b, i);
		bool free_to_go = s->state == CALL_WAITS;

		for (uint64_t j = b->first; j < i && free_to_go; j++) {
			const struct slot *before = slot_at(b, j);

			free_to_go = before->state == CALL_DONE || !before->args ||
			             !meet(before->args, s->args);
		}
		if (free_to_go)
			return s;
	}
	return NULL;
}

/* There is a job for every call, so there is a call for every job. */
static void run_next(void *arg)
{
	struct batch *b = arg;
	struct slot *s;

	pthread_mutex_lock(&b->lock);
	while (!(s = next_slot(b)))
		pthread_cond_wait(&b->changed, &b->lock);
	s->state = CALL_RUNS;
	pthread_mutex_unlock(&b->lock);

	run_slot(b, s);

	pthread_mutex_lock(&b->lock);
	s->state = CALL_DONE;
	pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->lock);
}

/* Everything added gets a job. */
static void give_all(struct batch *b)
{
	while (b->n_given < b->end) {
		bool waits;

		{
			LOCK_SCOPE(&b->lock);
			waits = slot_at(b, b->n_given)->state == CALL_WAITS;
			b->n_given++;
		}
		/* Without a thread for it: here. */
		if (waits && (!b->pool || pool_submit(b->pool, run_next, b)))
			run_next(b);
	}
}

/* Hands out the front, if it is done or once it is. */
static bool hand_out(struct batch *b, bool must)
{
	struct slot *s = slot_at(b, b->first);

	{
		LOCK_SCOPE(&b->lock);
		while (must && s->state != CALL_DONE)
			pthread_cond_wait(&b->changed, &b->lock);
		if (s->state != CALL_DONE)
			return false;
	}
	b->cfg.done(b->cfg.ctx, &s->receipt, s->code);
	receipt_clear(&s->receipt);
	args_free(s->args);
	{
		LOCK_SCOPE(&b->lock);
		*s = (struct slot){ .state = CALL_DONE };
		b->first++;
	}
	return true;
}

/* Room for one more; what is done is told at once. */
static struct slot *take_slot(struct batch *b)
{
	while (b->first < b->n_given && hand_out(b, b->end - b->first == b->n_slots))
		;
	return slot_at(b, b->end);
}

static void added(struct batch *b, enum state state)
{
	LOCK_SCOPE(&b->lock);

	slot_at(b, b->end)->state = state;
	b->end++;
}

void batch_add(struct batch *b, const struct args *args, struct cancel *cancel,
               int caller)
{
	struct slot *s;

	/* A call on its own needs no thread, so the newest is held back. */
	if (b->end > b->n_given)
		give_all(b);
	s = take_slot(b);
	s->order = b->end;
	s->cancel = cancel;
	s->caller = caller;
	s->args = args_copy(args);
	if (!s->args)
		refuse(s, args->line, -ENOMEM);
	added(b, s->args ? CALL_WAITS : CALL_DONE);
	if (b->end - b->first > 1)
		give_all(b);
}

void batch_refuse(struct batch *b, size_t line, int code, const struct err *err)
{
	struct slot *s;

	give_all(b);
	s = take_slot(b);
	s->receipt =
		(struct receipt){ .line = line, .outcome = OUTCOME_REFUSED, .err = *err };
	s->receipt.err.code = code;
	s->receipt.err.outcome = ERR_OUTCOME_REFUSED;
	s->code = code;
	added(b, CALL_DONE);
	give_all(b);
}

void batch_wait(struct batch *b)
{
	/* Nobody else is on his way: here. */
	if (b->end - b->first == 1 && b->n_given < b->end) {
		{
			LOCK_SCOPE(&b->lock);
			b->n_given++;
		}
		if (slot_at(b, b->first)->state == CALL_WAITS)
			run_next(b);
	}
	give_all(b);
	while (b->first < b->end)
		(void)hand_out(b, true);
}

int batch_new(const struct batch_config *cfg, struct batch **ret, struct err *err)
{
	struct batch *b = calloc(1, sizeof(*b));
	size_t n = (size_t)cfg->max_parallel * BATCH_AHEAD;

	if (!b)
		return err_nomem(err);
	b->cfg = *cfg;
	b->n_slots = n ? n : 1;
	b->ring = calloc(b->n_slots, sizeof(*b->ring));
	if (!b->ring || sync_cond_init(&b->changed)) {
		free(b->ring);
		free(b);
		return err_nomem(err);
	}
	pthread_mutex_init(&b->lock, NULL);
	if (cfg->max_parallel > 1)
		b->pool = pool_new(cfg->max_parallel, (unsigned)b->n_slots);
	*ret = b;
	return 0;
}

void batch_free(struct batch *b)
{
	if (!b)
		return;
	pool_free(b->pool);
	pthread_cond_destroy(&b->changed);
	pthread_mutex_destroy(&b->lock);
	free(b->ring);
	free(b);
}
