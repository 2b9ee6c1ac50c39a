/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "proc/batch.h"
#include "proc/input.h"
#include "query/calling_i.h"

#include <stdlib.h>
#include <string.h>

/* Of a call that was not made because one before it had failed: it is not told of. */
#define NOT_MADE (-100002) /* no errno has this number */

struct calling {
	struct conn *conn;
	const struct change *change;
	const struct procedure *p;
	struct input *input;
	struct batch *batch;
	size_t n_added;
	size_t n_applied;
	atomic_size_t first_failed; /* number of the call; SIZE_MAX: none has */
	int code;                   /* of the first that was told to have failed … */
	struct err err;             /* … why … */
	size_t first_told;          /* … and its number */
};

/* The line of the input is none of the statement. */
static void strike_line(struct err *err)
{
	const char *end = strstr(err->msg, ": ");
	size_t digits;

	if (!end || !str_starts(err->msg, "line "))
		return;
	digits = strspn(err->msg + 5, "0123456789");
	if (digits && err->msg + 5 + digits == end)
		memmove(err->msg, end + 2, strlen(end + 2) + 1);
}

static void note_failure(struct calling *c, size_t number)
{
	size_t first = atomic_load(&c->first_failed);

	while (number < first &&
	       !atomic_compare_exchange_weak(&c->first_failed, &first, number))
		continue;
}

/* In any thread. */
static int make_call(void *ctx, const struct args *args, struct run *run,
                     struct receipt *ret, struct err *err)
{
	struct calling *c = ctx;
	struct run *all = c->conn->run;
	int r;

	if (args->line > atomic_load(&c->first_failed)) {
		*ret = (struct receipt){ .line = args->line, .outcome = OUTCOME_REFUSED };
		return NOT_MADE;
	}
	if (!c->change->timeout_ms)
		run->deadline = all->deadline;
	r = proc_run(c->p, args, c->conn->client, c->conn->catalog, run, ret, err);
	if (r)
		note_failure(c, args->line);
	atomic_fetch_add(&all->calls, atomic_load(&run->calls));
	atomic_fetch_add(&all->retries, atomic_load(&run->retries));
	return r;
}

static void on_done(void *ctx, struct receipt *receipt, int code)
{
	struct calling *c = ctx;

	if (code == NOT_MADE)
		return;
	strike_line(&receipt->err);
	c->n_applied += receipt->outcome == OUTCOME_APPLIED;
	if (code && !c->code) {
		c->code = code;
		c->err = receipt->err;
		c->first_told = receipt->line;
	}
	if (c->change->line)
		receipt->line = c->change->line;
	if (c->change->done)
		c->change->done(c->change->ctx, c->p, receipt);
	/* The time that writing takes is not the statement's own. */
	if (c->change->timeout_ms)
		c->conn->run->deadline = clock_deadline(c->change->timeout_ms);
}

static int on_call(void *ctx, const struct args *args, int code, const struct err *err)
{
	struct calling *c = ctx;
	struct args numbered = *args;

	numbered.line = ++c->n_added;
	if (code) {
		note_failure(c, numbered.line);
		batch_refuse(c->batch, numbered.line, code, err);
	} else {
		batch_add(c->batch, &numbered, c->conn->run->cancel,
		          c->conn->run->caller);
	}
	return 0;
}

int calling_add(struct calling *c, struct span json, struct err *err)
{
	int r = c->code ? c->code : input_feed(c->input, json.p, json.n, err);

	if (!r)
		r = input_end(c->input, err);
	/* what fails at once is known of before the next row is read */
	if (!r && c->n_added >= atomic_load(&c->first_failed))
		batch_wait(c->batch);
	if (c->code && err)
		*err = c->err;
	return c->code ? c->code : r;
}

int calling_end(struct calling *c, int code, struct err *err)
{
	batch_wait(c->batch);
	if (c->code) {
		code = c->code;
		if (err)
			*err = c->err;
	}
	if (c->code && c->n_added > 1)
		(void)err_wrap(err, "row %zu", c->first_told);
	if (code && c->n_applied && c->n_added > 1) {
		(void)err_wrap(err, "%zu %s done and will not be undone, then",
		               c->n_applied, c->n_applied == 1 ? "row is" : "rows are");
	}
	return code;
}

void calling_free(struct calling *c)
{
	if (!c)
		return;
	batch_free(c->batch);
	input_free(c->input);
	free(c);
}

int calling_new(struct conn *conn, const struct change *change, const struct procedure *p,
                bool in_turn, struct calling **ret, struct err *err)
{
	cleanup_(calling_freep) struct calling *c = calloc(1, sizeof(*c));
	struct batch_config cfg = {
		.max_parallel =
			in_turn || !conn->client ? 1 : client_max_in_flight(conn->client),
		.timeout_ms = change->timeout_ms,
		.batch = conn->run->batch,
		.call = make_call,
		.done = on_done,
		.ctx = c,
	};
	int r;

	if (!c)
		return err_nomem(err);
	c->conn = conn;
	c->change = change;
	c->p = p;
	atomic_init(&c->first_failed, SIZE_MAX);
	r = input_new(p->in, on_call, c, &c->input, err);
	if (!r)
		r = batch_new(&cfg, &c->batch, err);
	if (r)
		return r;
	*ret = take_ptr(c);
	return 0;
}
