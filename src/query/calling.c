/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "proc/input.h"
#include "query/calling_i.h"

#include <errno.h>
#include <string.h>

struct calling {
	struct conn *conn;
	const struct change *change;
	const struct procedure *p;
	uint64_t number;
	struct err err;
};

/* The line of the input is none of the statement. */
static void unlined(const struct err *err, struct err *ret)
{
	static const char prefix[] = "line 1: ";

	*ret = *err;
	if (str_starts(ret->msg, prefix))
		memmove(ret->msg, ret->msg + sizeof(prefix) - 1,
		        strlen(ret->msg) - (sizeof(prefix) - 1) + 1);
}

static int make_call(struct calling *c, const struct args *args, struct receipt *ret)
{
	struct run *all = c->conn->run;
	struct run run = RUN_INIT;
	int r;

	run.cancel = all->cancel;
	run.batch = all->batch;
	run.caller = all->caller;
	run.order = c->number;
	run.deadline = c->change->timeout_ms ? clock_deadline(c->change->timeout_ms)
	                                     : all->deadline;
	if (cancel_fired(all->cancel)) {
		*ret = (struct receipt){ .outcome = OUTCOME_REFUSED };
		r = err_set(&c->err, -EINTR, "interrupted before this row");
		c->err.outcome = ERR_OUTCOME_REFUSED;
		ret->err = c->err;
		return r;
	}
	r = proc_run(c->p, args, c->conn->client, c->conn->catalog, &run, ret, &c->err);
	atomic_fetch_add(&all->calls, atomic_load(&run.calls));
	atomic_fetch_add(&all->retries, atomic_load(&run.retries));
	/* The time that writing takes is not the statement's own. */
	if (c->change->timeout_ms)
		all->deadline = clock_deadline(c->change->timeout_ms);
	return r;
}

static int on_call(void *ctx, const struct args *args, int code, const struct err *err)
{
	struct calling *c = ctx;
	struct receipt receipt = { 0 };
	int r = code;

	if (code) {
		unlined(err, &c->err);
		c->err.code = code;
		c->err.outcome = ERR_OUTCOME_REFUSED;
		receipt.outcome = OUTCOME_REFUSED;
		receipt.err = c->err;
	} else {
		r = make_call(c, args, &receipt);
	}
	receipt.line = c->change->line ? c->change->line : (size_t)c->number;
	if (r)
		receipt.err.code = r;
	if (c->change->done)
		c->change->done(c->change->ctx, c->p, &receipt);
	receipt_clear(&receipt);
	return r;
}

int calling_run(struct conn *conn, const struct change *change, const struct procedure *p,
                struct span json, uint64_t number, struct err *err)
{
	struct calling c = { conn, change, p, number, { 0 } };
	cleanup_(input_freep) struct input *in = NULL;
	int r = input_new(p->in, on_call, &c, &in, &c.err);

	if (!r)
		r = input_feed(in, json.p, json.n, NULL);
	if (!r)
		r = input_end(in, &c.err);
	if (r && err) {
		*err = c.err;
		err->code = r;
	}
	return r;
}
