/* SPDX-License-Identifier: MIT */
/*
 * Statements of any kind, each up to its semicolon, the last one up to the end.  What
 * a read gives is the result of the newest: the rows of a SELECT, or a row for each
 * one that was changed; changes of one kind in a row are one result.
 */
#include "base/log.h"
#include "base/sync.h"
#include "fs/fs_i.h"
#include "fs/receipts.h"
#include "fs/verb_i.h"
#include "fs/views.h"
#include "query/change.h"
#include "query/engine.h"
#include "query/split.h"
#include "query/statement.h"
#include "query/views.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HOLD_MAX_BYTES (4u << 20) /* of one statement */
#define MAX_NAMES 128

struct statements {
	struct buf hold;   /* not complete, behind what is done with */
	struct err broken; /* nothing more is taken until the end */
	size_t line;       /* of hold, from 1 on */
	struct receipts *receipts;
	const struct procedure
		*procedure; /* whose results are in receipts; NULL: others */
	bool has_changes;   /* are they receipts of changes? */
};

/* ------------------------------------------------------------------- results */

static int begin_result(struct control *c, const char *const *names, size_t n,
                        struct err *err)
{
	struct statements *s = c->state;
	struct receipts *r;
	int code = receipts_new(names, n, &r, err);

	if (code)
		return code;
	receipts_unref(s->receipts);
	s->receipts = r;
	s->procedure = NULL;
	s->has_changes = false;
	c->n_results++;
	return 0;
}

/* p NULL: only what every change has. */
static int begin_changes(struct control *c, const struct procedure *p, struct err *err)
{
	struct statements *s = c->state;
	const char *names[MAX_NAMES];
	size_t n = 0;
	int r;

	if (s->has_changes && s->procedure == p)
		return 0;
	for (; n < CONTROL_N_OWN; n++)
		names[n] = control_own_names[n];
	for (const struct param *o = p ? p->out : NULL; o && o->name && n < MAX_NAMES;
	     o++)
		names[n++] = o->name;
	r = begin_result(c, names, n, err);
	if (r)
		return r;
	s->procedure = p;
	s->has_changes = true;
	return 0;
}

static void add_receipt(struct control *c, const struct procedure *p,
                        const struct receipt *r)
{
	struct statements *s = c->state;
	struct value cells[MAX_NAMES] = { 0 };

	if (!c->lost.code && !begin_changes(c, p, &c->lost)) {
		cells[0] = value_int((int64_t)r->line);
		cells[1] = value_text(span_of(outcome_name(r->outcome)));
		if (receipt_code(r))
			cells[2] = value_text(span_of(err_name(r->err.code)));
		/* what was applied can have one too: its answer could not be read */
		if (r->err.code || r->note)
			cells[3] = value_text(span_of(r->note ? r->note : r->err.msg));
		for (size_t i = 0; i < r->n_cells && CONTROL_N_OWN + i < MAX_NAMES; i++)
			cells[CONTROL_N_OWN + i] = r->cells[i];
		if (receipts_add(s->receipts, cells, &c->lost))
			log_warn(LOG_FS, "results are lost: %s", c->lost.msg);
	}
	c->n_results++;
}

static void refused(struct control *c, const struct procedure *p, size_t line, int code,
                    const struct err *err)
{
	struct receipt r = { .line = line, .outcome = OUTCOME_REFUSED, .err = *err };

	r.err.code = code;
	add_receipt(c, p, &r);
	control_refused(c, code, err);
}

static int statements_texts(struct control *c, struct text **ret_json,
                            struct text **ret_csv, struct err *err)
{
	struct statements *s = c->state;
	int r;

	if (!s->receipts) {
		r = begin_changes(c, NULL, err);
		if (r)
			return r;
	}
	r = receipts_text(s->receipts, RECEIPTS_JSON, ret_json, err);
	return r ? r : receipts_text(s->receipts, RECEIPTS_CSV, ret_csv, err);
}

/* -------------------------------------------------------------------- running */

static int read_rows(struct control *c, const char *sql, struct run *run, struct err *err)
{
	cleanup_(rowset_closep) struct rowset *rows = NULL;
	struct statements *s = c->state;
	cleanup_free_ struct value *cells = NULL;
	int r = engine_select(c->fs->cfg.engine, sql, NULL, 0, false, run, &rows, err);

	if (!r)
		r = begin_result(c, rows->names, rows->n_columns, err);
	if (r)
		return r;
	cells = calloc(rows->n_columns + 1, sizeof(*cells));
	if (!cells)
		return err_nomem(err);
	while ((r = rows->ops->next(rows, err)) > 0) {
		for (size_t i = 0; i < rows->n_columns; i++)
			rows->ops->get(rows, i, &cells[i]);
		r = receipts_add(s->receipts, cells, err);
		if (r)
			return r;
	}
	return r;
}

static void on_change(void *ctx, const struct procedure *p, struct receipt *r)
{
	struct control *c = ctx;

	add_receipt(c, p, r);
	if (r->outcome == OUTCOME_APPLIED || r->outcome == OUTCOME_UNKNOWN) {
		c->n_acted++;
		fs_touch(c->fs, p->touches);
	}
	if (receipt_code(r))
		control_refused(c, receipt_code(r), &r->err);
}

/* What every change leaves its trace in. */
static const char *const left_behind[] = { "sys_identity", NULL };

static int change_rows(struct control *c, const struct command *command, const char *sql,
                       size_t line, struct run *run, struct err *err)
{
	struct change change = { .sql = sql,
		                 .timeout_ms = (int64_t)c->fs->cfg.timeout_s * 1000,
		                 .line = line,
		                 .done = on_change,
		                 .ctx = c };
	int before = c->first_code, r;

	if (c->lost.code) {
		/* Nothing is done of which nobody could say later whether it was. */
		*err = c->lost;
		return c->lost.code;
	}
	run->batch = control_batch(c);
	r = engine_change(c->fs->cfg.engine, command, &change, run, err);
	fs_touch(c->fs, left_behind);
	/* The row that failed has told of itself. */
	return r && c->first_code != before ? 0 : r;
}

static int run_command(struct control *c, const char *sql, size_t line, struct err *err)
{
	struct command command = { 0 };
	struct receipt done = { .line = line, .outcome = OUTCOME_APPLIED };
	struct run run = RUN_INIT;
	int r = statement_parse(sql, &command, err);

	if (r)
		return r;
	run.cancel = c->wish->cancel;
	run.deadline = c->wish->deadline;
	atomic_fetch_add(&c->fs->n_running, 1);
	switch (command.kind) {
	case STATEMENT_READ:
		r = read_rows(c, sql, &run, err);
		break;
	case STATEMENT_CHANGE:
	case STATEMENT_CALL:
		r = change_rows(c, &command, sql, line, &run, err);
		break;
	case STATEMENT_CREATE_VIEW:
	case STATEMENT_ALTER_VIEW:
	case STATEMENT_DROP_VIEW:
		r = c->fs->cfg.read_only
		            ? err_set(err, -EROFS, "the mount is read only")
		            : engine_command(c->fs->cfg.engine, &command, err);
		if (!r) {
			add_receipt(c, NULL, &done);
			views_catch_up(c->fs);
			fs_touch(c->fs, left_behind);
		}
		break;
	}
	atomic_fetch_sub(&c->fs->n_running, 1);
	atomic_fetch_add(&c->fs->n_runs, 1);
	atomic_fetch_add(&c->fs->n_calls, atomic_load(&run.calls));
	command_clear(&command);
	return r;
}

/* One statement; line is where it begins. */
static void run_one(struct control *c, struct span text, size_t line)
{
	cleanup_free_ char *sql = span_dup(text);
	struct err err = { 0 };
	int r;

	if (!sql)
		r = err_nomem(&err);
	else if (memchr(text.p, '\0', text.n))
		r = err_set(&err, -EINVAL, "a NUL byte stands in the statement");
	else if (cancel_fired(c->wish->cancel))
		r = err_set(&err, -EINTR, "interrupted before this statement");
	else
		r = run_command(c, sql, line, &err);
	if (!r)
		return;
	(void)err_wrap(&err, "line %zu", line);
	refused(c, NULL, line, r, &err);
}

/* -------------------------------------------------------------------- the verb */

static int statements_open(struct control *c, struct err *err)
{
	struct statements *s = calloc(1, sizeof(*s));

	c->state = s;
	if (!s)
		return err_nomem(err);
	s->hold = BUF_INIT(HOLD_MAX_BYTES);
	s->line = 1;
	return 0;
}

static void statements_close(struct control *c)
{
	struct statements *s = c->state;

	if (!s)
		return;
	buf_clear(&s->hold);
	receipts_unref(s->receipts);
	free(s);
}

static size_t count_lines(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

/* Behind the blank lines and comments before it. */
static struct span begin_of(struct span text, size_t *line)
{
	struct span trimmed = span_trim(text);
	size_t n = (size_t)(trimmed.p - text.p);

	*line += count_lines((struct span){ text.p, n });
	return (struct span){ trimmed.p, text.n - n };
}

/* Runs what is complete, at the end also what is not. */
static void drain(struct control *c, bool at_end)
{
	struct statements *s = c->state;
	struct span rest = buf_view(&s->hold);

	for (;;) {
		size_t n = split_statement(rest), line = s->line;
		struct span one = { rest.p, n ? n : rest.n };

		if (!n && !at_end)
			break;
		if (!split_is_blank(one)) {
			struct span text = begin_of(one, &line);

			run_one(c, text, line);
		}
		s->line += count_lines(one);
		rest = (struct span){ rest.p + one.n, rest.n - one.n };
		if (!n)
			break;
	}
	memmove(s->hold.p, rest.p, rest.n);
	buf_truncate(&s->hold, rest.n);
}

/* What more text may mend. */
static bool may_go_on(const struct err *err)
{
	return strstr(err->msg, "incomplete input") ||
	       strstr(err->msg, "no such column") || strstr(err->msg, "behind a comma");
}

/*
 * Is a line without a semicolon a statement to run now?  Only a call or an INSERT of
 * VALUES: any other may be narrowed down by the next line; and what is wrong already.
 */
static bool is_whole(struct control *c, const char *sql)
{
	struct engine *e = c->fs->cfg.engine;
	struct buf plan = BUF_INIT(1u << 20);
	struct command command = { 0 };
	struct err err = { 0 };
	bool whole = false;
	int r = statement_parse(sql, &command, &err);

	if (!r && command.kind == STATEMENT_READ)
		r = engine_explain(e, sql, NULL, 0, &plan, &err);
	else if (!r &&
	         (command.kind == STATEMENT_CHANGE || command.kind == STATEMENT_CALL))
		r = engine_change_explain(e, &command, sql, &plan, &err);
	if (r)
		whole = !may_go_on(&err);
	else
		whole = command.kind == STATEMENT_CALL ||
		        (command.kind == STATEMENT_CHANGE && statement_is_values(sql));
	buf_clear(&plan);
	command_clear(&command);
	return whole;
}

/* What `echo` writes is a line, and it can be told only now that it failed. */
static void drain_line(struct control *c)
{
	struct statements *s = c->state;
	struct span text = buf_view(&s->hold);
	cleanup_free_ char *sql = split_is_line(text) ? span_dup(text) : NULL;

	size_t line = s->line;
	struct span one;

	if (!sql || !is_whole(c, sql))
		return;
	one = begin_of(text, &line);
	run_one(c, one, line);
	s->line += count_lines(text);
	buf_reset(&s->hold);
}

static int statements_feed(struct control *c, struct span bytes, struct err *err)
{
	struct statements *s = c->state;

	if (!bytes.n)
		return 0;
	/* In slices, so that many statements need not fit at once. */
	while (bytes.n && !s->broken.code) {
		size_t n = bytes.n < HOLD_MAX_BYTES / 4 ? bytes.n : HOLD_MAX_BYTES / 4;

		buf_add(&s->hold, bytes.p, n);
		if (buf_status(&s->hold))
			(void)err_set(&s->broken, buf_status(&s->hold),
			              "a statement is longer than %u bytes",
			              HOLD_MAX_BYTES);
		else
			drain(c, false);
		bytes = (struct span){ bytes.p + n, bytes.n - n };
	}
	if (!s->broken.code)
		drain_line(c);
	else if (err)
		*err = s->broken;
	return s->broken.code;
}

static int statements_end(struct control *c, struct err *err)
{
	struct statements *s = c->state;

	(void)err;
	if (!s->broken.code)
		drain(c, true);
	buf_reset(&s->hold);
	s->broken = (struct err){ 0 };
	s->line = 1;
	return 0;
}

static bool statements_pending(const struct control *c)
{
	const struct statements *s = c->state;

	return !s->broken.code && !split_is_blank(buf_view(&s->hold));
}

const struct verb verb_statements = { statements_open,    statements_close,
	                              statements_feed,    statements_end,
	                              statements_pending, statements_texts };
