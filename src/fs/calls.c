/* SPDX-License-Identifier: MIT */
/* Lines that are calls of one procedure. */
#include "base/log.h"
#include "base/sync.h"
#include "fs/changes.h"
#include "fs/fs_i.h"
#include "fs/orders.h"
#include "fs/perform.h"
#include "fs/verb_i.h"
#include "proc/batch.h"
#include "proc/input.h"

#include <errno.h>
#include <stdlib.h>

#define TEXT_MAX_BYTES (1u << 20)
#define BUFFER_BYTES 4096u /* programs hand over a long text in multiples of this */

struct calls {
	struct input *input;
	struct param *params; /* of a line */
	struct batch *batch;
	size_t n_columns; /* of the results: ours, then the procedure's */
	const char **names;
	struct receipts *receipts;
	struct buf text; /* of an order that takes all that is written at once … */
	bool is_done;    /* … and only once */
};

/* ----------------------------------------------------------------- results */

static void result_add(struct control *c, const struct receipt *r)
{
	struct calls *s = c->state;
	cleanup_free_ struct value *cells = calloc(s->n_columns, sizeof(*cells));
	size_t n = CONTROL_N_OWN;

	c->n_results++;
	if (!cells) {
		(void)err_nomem(&c->lost);
		return;
	}
	cells[0] = value_int((int64_t)r->line);
	cells[1] = value_text(span_of(outcome_name(r->outcome)));
	if (r->err.code && r->outcome != OUTCOME_APPLIED)
		cells[2] = value_text(span_of(err_name(r->err.code)));
	/* what was applied can have one too: its answer could not be read */
	if (r->err.code || r->note)
		cells[3] = value_text(span_of(r->note ? r->note : r->err.msg));
	for (size_t i = 0; i < r->n_cells && n + i < s->n_columns; i++)
		cells[n + i] = r->cells[i];
	if (!c->lost.code && receipts_add(s->receipts, cells, &c->lost))
		log_warn(LOG_FS, "results are lost: %s", c->lost.msg);
}

static int calls_texts(struct control *c, struct text **ret_json, struct text **ret_csv,
                       struct err *err)
{
	struct calls *s = c->state;
	int r = receipts_text(s->receipts, RECEIPTS_JSON, ret_json, err);

	return r ? r : receipts_text(s->receipts, RECEIPTS_CSV, ret_csv, err);
}

/* -------------------------------------------------------------------- calls */

static int run_one(void *ctx, const struct args *args, struct run *run,
                   struct receipt *ret, struct err *err)
{
	struct control *c = ctx;
	int r;

	atomic_fetch_add(&c->fs->n_running, 1);
	r = changes_run(c->fs, &c->target, args, run, ret, err);
	atomic_fetch_sub(&c->fs->n_running, 1);
	atomic_fetch_add(&c->fs->n_runs, 1);
	atomic_fetch_add(&c->fs->n_calls, atomic_load(&run->calls));
	return r;
}

static void on_done(void *ctx, struct receipt *receipt, int code)
{
	struct control *c = ctx;

	c->n_acted += outcome_acted(receipt->outcome);
	result_add(c, receipt);
	if (c->target.order && c->target.order->line)
		perform_show(c->fs, c->target.folder->selector.table, c->target.procedure,
		             receipt);
	if (code)
		control_refused(c, code, &receipt->err);
}

static void on_removed(void *ctx, const struct procedure *p, struct receipt *receipt)
{
	(void)p;
	on_done(ctx, receipt, receipt_code(receipt));
}

/* The rows are not known before they are read: they follow the calls so far. */
static void remove_all(struct control *c, const struct args *args)
{
	struct calls *s = c->state;
	struct run run = RUN_INIT;
	struct err err = { 0 };
	size_t before;
	int r = changes_check_all(&c->target, args, &err);

	batch_wait(s->batch);
	before = c->n_results;
	run.cancel = c->wish->cancel;
	run.deadline = c->wish->deadline;
	run.batch = control_batch(c);
	if (!r)
		r = changes_remove_all(
			c->fs, &c->target,
			&(struct change){ .line = args->line,
		                          .timeout_ms =
		                                  (int64_t)c->fs->cfg.timeout_s * 1000,
		                          .done = on_removed,
		                          .ctx = c },
			&run, &err);
	atomic_fetch_add(&c->fs->n_runs, 1);
	atomic_fetch_add(&c->fs->n_calls, atomic_load(&run.calls));
	/* one that failed has told of itself */
	if (r && (c->n_results == before || !c->first_code))
		batch_refuse(s->batch, args->line, r, &err);
}

static int on_call(void *ctx, const struct args *args, int code, const struct err *err)
{
	struct control *c = ctx;
	struct calls *s = c->state;

	/* Nothing is done of which nobody could say later whether it was. */
	if (!code && c->lost.code)
		batch_refuse(s->batch, args->line, c->lost.code, &c->lost);
	else if (code)
		batch_refuse(s->batch, args->line, code, err);
	else if (changes_is_all(&c->target, args))
		remove_all(c, args);
	else
		batch_add(s->batch, args, c->wish->cancel, (int)c->wish->thread);
	return 0;
}

static void settle(struct control *c, size_t before)
{
	batch_wait(((struct calls *)c->state)->batch);
	if (c->n_results != before)
		perform_touch(c->fs, c->target.procedure, c->n_acted > 0);
}

static int calls_open(struct control *c, struct err *err)
{
	const struct procedure *p = c->target.procedure;
	struct calls *s = calloc(1, sizeof(*s));
	struct batch_config cfg = {
		.max_parallel = c->fs->cfg.max_parallel,
		.timeout_ms = (int64_t)c->fs->cfg.timeout_s * 1000,
		.batch = control_batch(c),
		.call = run_one,
		.done = on_done,
		.ctx = c,
	};
	size_t n = CONTROL_N_OWN;
	int r;

	c->state = s;
	if (!s)
		return err_nomem(err);
	s->text = BUF_INIT(TEXT_MAX_BYTES);
	for (const struct param *o = p->out; o && o->name; o++)
		n++;
	s->names = calloc(n, sizeof(*s->names));
	if (!s->names)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		s->names[i] = i < CONTROL_N_OWN ? control_own_names[i]
		                                : p->out[i - CONTROL_N_OWN].name;
	s->n_columns = n;
	r = changes_params(&c->target, &s->params, err);
	if (!r)
		r = input_new(s->params, on_call, c, &s->input, err);
	if (!r && c->target.order)
		r = order_prepare(&c->target, s->input, err);
	else if (!r)
		r = changes_preset(&c->target, s->input, err);
	if (!r)
		r = receipts_new(s->names, n, &s->receipts, err);
	return r ? r : batch_new(&cfg, &s->batch, err);
}

static bool takes_text(const struct control *c)
{
	return c->target.order && c->target.order->text;
}

static int run_text(struct control *c, struct err *err)
{
	struct calls *s = c->state;
	struct span text = buf_view(&s->text);

	s->is_done = true;
	if (buf_status(&s->text))
		return err_set(err, buf_status(&s->text),
		               "the text is longer than %u bytes", TEXT_MAX_BYTES);
	return input_value(s->input, span_trim(text), err);
}

/*
 * A write that ends a line and does not look like a full buffer is all that comes:
 * so who writes learns what came of it.
 */
static int feed_text(struct control *c, struct span bytes, struct err *err)
{
	struct calls *s = c->state;
	bool is_all = bytes.n && bytes.p[bytes.n - 1] == '\n' && bytes.n % BUFFER_BYTES;

	if (s->is_done)
		return err_set(
			err, -EPERM,
			"this was done at the end of the line before: write all of "
			"the text at once, or open the file again");
	buf_span(&s->text, bytes);
	return is_all ? run_text(c, err) : 0;
}

static void calls_close(struct control *c)
{
	struct calls *s = c->state;

	if (!s)
		return;
	input_free(s->input);
	free(s->params);
	batch_free(s->batch);
	receipts_unref(s->receipts);
	buf_clear(&s->text);
	free(s->names);
	free(s);
}

static int calls_feed(struct control *c, struct span bytes, struct err *err)
{
	struct calls *s = c->state;
	size_t before = c->n_results;
	int r = takes_text(c) ? feed_text(c, bytes, err)
	                      : input_feed(s->input, bytes.p, bytes.n, err);

	settle(c, before);
	return r;
}

static int calls_end(struct control *c, struct err *err)
{
	struct calls *s = c->state;
	size_t before = c->n_results;
	int r = takes_text(c) ? run_text(c, err) : input_end(s->input, err);

	settle(c, before);
	return r;
}

static int calls_call(struct control *c, const struct args *args)
{
	size_t before = c->n_results;
	int r = on_call(c, args, 0, NULL);

	settle(c, before);
	return r;
}

static bool calls_pending(const struct control *c)
{
	const struct calls *s = c->state;

	return takes_text(c) ? s->text.len && !s->is_done : input_pending(s->input);
}

const struct verb verb_calls = { calls_open,    calls_close, calls_feed, calls_end,
	                         calls_pending, calls_texts, calls_call };
