/* SPDX-License-Identifier: MIT */
/* Lines that are calls of one procedure. */
#include "base/sync.h"
#include "catalog/catalog.h"
#include "format/writer.h"
#include "fs/fs_i.h"
#include "fs/verb_i.h"
#include "proc/input.h"
#include "proc/run.h"

#include <errno.h>
#include <stdlib.h>

struct calls {
	struct input *input;
	size_t n_columns; /* of the results: ours, then the procedure's */
	const char **names;
	struct buf json, csv;
	struct writer json_writer, csv_writer;
	bool writers; /* initialised */
};

/* ----------------------------------------------------------------- results */

static int writers_start(struct calls *s)
{
	if (writer_init(&s->json_writer, format_by_name("json"), &s->json, s->n_columns,
	                s->names))
		return -ENOMEM;
	if (writer_init(&s->csv_writer, format_by_name("csv"), &s->csv, s->n_columns,
	                s->names)) {
		writer_clear(&s->json_writer);
		return -ENOMEM;
	}
	writer_begin(&s->json_writer);
	writer_begin(&s->csv_writer);
	s->writers = true;
	return 0;
}

static void result_add(struct control *c, const struct receipt *r)
{
	struct calls *s = c->state;
	cleanup_free_ struct value *cells = calloc(s->n_columns, sizeof(*cells));
	size_t n = CONTROL_N_OWN;

	if (!cells || (!s->writers && writers_start(s)))
		return;
	if (s->json.len > CONTROL_MAX_BYTES / 2 || s->csv.len > CONTROL_MAX_BYTES / 2)
		return; /* the call counts, its result is not kept */
	cells[0] = value_int((int64_t)r->line);
	cells[1] = value_text(span_of(outcome_name(r->outcome)));
	if (r->outcome != OUTCOME_APPLIED) {
		cells[2] = value_text(span_of(err_name(r->err.code)));
		cells[3] = value_text(span_of(r->err.msg));
	}
	for (size_t i = 0; i < r->n_cells && n + i < s->n_columns; i++)
		cells[n + i] = r->cells[i];
	writer_row(&s->json_writer, cells);
	writer_row(&s->csv_writer, cells);
	c->n_results++;
}

/* The array so far with its end, which is taken back: it may still grow. */
static void calls_print(struct control *c, struct buf *json, struct buf *csv)
{
	struct calls *s = c->state;
	size_t n = s->json.len;

	if (!s->writers) {
		buf_puts(json, "[]\n");
		return;
	}
	writer_end(&s->json_writer);
	buf_span(json, buf_view(&s->json));
	buf_truncate(&s->json, n);
	buf_span(csv, buf_view(&s->csv));
}

/* -------------------------------------------------------------------- calls */

/* What every call leaves its trace in. */
static const char *const left_behind[] = { "sys_identity", NULL };

static int run_one(struct control *c, const struct args *args, struct receipt *ret)
{
	struct run run = RUN_INIT;
	struct err err = { 0 };
	int r;

	run.cancel = c->wish->cancel;
	run.deadline = c->wish->deadline;
	run.batch = control_batch(c);
	atomic_fetch_add(&c->fs->n_running, 1);
	r = proc_run(c->target.procedure, args, c->fs->cfg.client, c->fs->cfg.catalog,
	             &run, ret, &err);
	atomic_fetch_sub(&c->fs->n_running, 1);
	atomic_fetch_add(&c->fs->n_runs, 1);
	atomic_fetch_add(&c->fs->n_calls, atomic_load(&run.calls));
	/* an unknown outcome may have changed something as well */
	if (ret->outcome != OUTCOME_REFUSED)
		fs_touch(c->fs, c->target.procedure->touches);
	fs_touch(c->fs, left_behind);
	return r;
}

static int on_call(void *ctx, const struct args *args, int code, const struct err *err)
{
	struct control *c = ctx;
	struct receipt receipt = { 0 };

	if (code) {
		receipt.line = args->line;
		receipt.outcome = OUTCOME_REFUSED;
		receipt.err = *err;
		receipt.err.code = code;
		receipt.err.outcome = ERR_OUTCOME_REFUSED;
	} else if (cancel_fired(c->wish->cancel)) {
		receipt.line = args->line;
		receipt.outcome = OUTCOME_REFUSED;
		code = err_set(&receipt.err, -EINTR, "interrupted before this call");
		receipt.err.outcome = ERR_OUTCOME_REFUSED;
	} else {
		code = run_one(c, args, &receipt);
		if (code)
			receipt.err.code = code;
	}
	result_add(c, &receipt);
	if (code)
		control_refused(c, code, &receipt.err);
	receipt_clear(&receipt);
	return 0;
}

static int calls_open(struct control *c, struct err *err)
{
	const struct procedure *p = c->target.procedure;
	struct calls *s = calloc(1, sizeof(*s));
	size_t n = CONTROL_N_OWN;

	c->state = s;
	if (!s)
		return err_nomem(err);
	s->json = BUF_INIT(CONTROL_MAX_BYTES);
	s->csv = BUF_INIT(CONTROL_MAX_BYTES);
	for (const struct param *o = p->out; o && o->name; o++)
		n++;
	s->names = calloc(n, sizeof(*s->names));
	if (!s->names)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		s->names[i] = i < CONTROL_N_OWN ? control_own_names[i]
		                                : p->out[i - CONTROL_N_OWN].name;
	s->n_columns = n;
	return input_new(p->in, on_call, c, &s->input, err);
}

static void calls_close(struct control *c)
{
	struct calls *s = c->state;

	if (!s)
		return;
	input_free(s->input);
	if (s->writers) {
		writer_clear(&s->json_writer);
		writer_clear(&s->csv_writer);
	}
	buf_clear(&s->json);
	buf_clear(&s->csv);
	free(s->names);
	free(s);
}

static int calls_feed(struct control *c, struct span bytes, struct err *err)
{
	struct calls *s = c->state;

	return input_feed(s->input, bytes.p, bytes.n, err);
}

static int calls_end(struct control *c, struct err *err)
{
	return input_end(((struct calls *)c->state)->input, err);
}

static bool calls_pending(const struct control *c)
{
	return input_pending(((const struct calls *)c->state)->input);
}

const struct verb verb_calls = { calls_open, calls_close,   calls_feed,
	                         calls_end,  calls_pending, calls_print };
