/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/log.h"
#include "base/run.h"
#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/connect.h"
#include "cli/output.h"
#include "format/writer.h"
#include "query/change.h"
#include "query/engine.h"
#include "query/statement.h"
#include "query/views.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define MAX_RESULTS 64
#define OUT_MAX_BYTES (256u << 20)

enum { OPT_FORMAT = CONNECT_N, OPT_SCAN };

/* clang-format off */
const struct opt cmd_sql_opts[] = {
	CONNECT_OPTS,
	{ "format", 'f', OPT_VALUE, "FORMAT",
	  "csv, tsv, json, ndjson or table; default is table on a terminal, else csv." },
	{ "scan", 0, OPT_FLAG, NULL, "Allow more calls than ScanGuard." },
	{ 0 }
};

const struct opt cmd_plan_opts[] = {
	CONNECT_OPTS,
	{ 0 }
};
/* clang-format on */

struct sql_args {
	struct connect_args connect;
	const struct format *format;
	bool scan;
	const char *statement;
};

static int on_arg(void *ctx, int index, const char *value, struct err *err)
{
	struct sql_args *a = ctx;

	if (index >= 0 && index < CONNECT_N)
		return connect_opt(&a->connect, index, value, err);
	if (index == OPT_SCAN) {
		a->scan = true;
		return 0;
	}
	if (index == OPT_FORMAT) {
		return output_format(value, &a->format, err);
	}
	if (a->statement)
		return cmd_usage(err, "one statement is expected; put it in quotes");
	a->statement = value;
	return 0;
}

static int print_rows(struct rowset *rows, const struct format *format, uint64_t *n,
                      struct err *err)
{
	cleanup_free_ struct value *cells = calloc(rows->n_columns + 1, sizeof(*cells));
	struct buf out = BUF_INIT(OUT_MAX_BYTES);
	struct writer w;
	int r;

	if (!cells || writer_init(&w, format, &out, rows->n_columns, rows->names) < 0)
		return err_nomem(err);
	writer_begin(&w);
	for (;;) {
		r = rows->ops->next(rows, err);
		if (r <= 0)
			break;
		for (size_t i = 0; i < rows->n_columns; i++)
			rows->ops->get(rows, i, &cells[i]);
		writer_row(&w, cells);
		++*n;
		r = output_drain(&out, false, err);
		if (r < 0)
			break;
	}
	if (!r) {
		writer_end(&w);
		r = output_drain(&out, true, err);
	}
	writer_clear(&w);
	buf_clear(&out);
	return r;
}

static int parse(const char *command, int argc, char **argv, const struct opt *opts,
                 struct sql_args *a, struct app **ret, struct err *err)
{
	struct config *config = NULL;
	int r = opt_parse(opts, argc - 1, argv + 1, on_arg, a, err);

	if (r < 0)
		return r;
	if (a->connect.help) {
		cmd_help(command);
		return 1;
	}
	if (!a->statement)
		return cmd_usage(err, "a statement is expected");
	/* The system tables describe the model, with a site or without. */
	a->connect.without_site = strcasestr(a->statement, "sys_") ||
	                          strcasestr(a->statement, "CreateSchema");
	r = connect_config(&a->connect, NULL, NULL, &config, err);
	if (r < 0)
		return r;
	r = app_open(config, ret, err);
	if (r < 0) {
		config_free(config);
		return r;
	}
	return app_prepare(*ret, a->statement, err);
}

static void commandp(struct command *c)
{
	command_clear(c);
}

static int run_select(struct app *app, const struct sql_args *a, struct run *run,
                      struct err *err)
{
	cleanup_(rowset_closep) struct rowset *rows = NULL;
	int64_t began = clock_mono_ms();
	uint64_t n = 0;
	int r = engine_select(app->engine, a->statement, NULL, 0, a->scan, run, &rows,
	                      err);

	if (!r)
		r = print_rows(rows, a->format, &n, err);
	log_info(LOG_PLAN, "query rows=%" PRIu64 " calls=%u ms=%lld%s%s text=\"%s\"", n,
	         atomic_load(&run->calls), (long long)(clock_mono_ms() - began),
	         r < 0 ? " errno=" : "", r < 0 ? err_name(r) : "", a->statement);
	if (!r && atomic_load(&run->cut))
		fputs("jsmfs: MaxRows cut the result\n", stderr);
	/* `| head` is not a failure. */
	return r == -EPIPE ? 0 : r;
}

/* What came of the rows that were changed, as they are. */
struct changes {
	const struct format *format;
	const struct procedure *procedure; /* of the first; all have the same */
	const char *names[MAX_RESULTS];
	size_t n;
	struct buf out;
	struct writer writer;
	uint64_t n_rows;
	int status; /* 0, or why nothing is printed any more */
	struct err err;
};

static void changes_begin(struct changes *c, const struct procedure *p)
{
	c->procedure = p;
	while (c->n < MAX_RESULTS && p->out[c->n].name) {
		c->names[c->n] = p->out[c->n].name;
		c->n++;
	}
	if (writer_init(&c->writer, c->format, &c->out, c->n, c->names)) {
		c->status = err_nomem(&c->err);
		c->procedure = NULL;
		return;
	}
	writer_begin(&c->writer);
}

static void on_change(void *ctx, const struct procedure *p, struct receipt *r)
{
	struct changes *c = ctx;
	struct value cells[MAX_RESULTS] = { 0 };

	if (r->note)
		fprintf(stderr, "jsmfs: not sent: %s\n", r->note);
	if (r->outcome != OUTCOME_APPLIED && (!r->n_cells || r->is_echo))
		return;
	c->n_rows += r->outcome == OUTCOME_APPLIED;
	if (!c->procedure && !c->status)
		changes_begin(c, p);
	if (c->status)
		return;
	for (size_t i = 0; i < c->n && i < r->n_cells; i++)
		cells[i] = r->cells[i];
	writer_row(&c->writer, cells);
	c->status = output_drain(&c->out, false, &c->err);
	if (r->outcome == OUTCOME_APPLIED && r->err.code)
		fprintf(stderr, "jsmfs: %s\n", r->err.msg);
}

static int run_change(struct app *app, const struct sql_args *a,
                      const struct command *command, struct run *run, struct err *err)
{
	struct changes c = { .format = a->format, .out = BUF_INIT(OUT_MAX_BYTES) };
	struct change change = { .sql = a->statement,
		                 .allow_scan = a->scan,
		                 .timeout_ms =
		                         config_int(app->config, PROP_TIMEOUT) * 1000,
		                 .done = on_change,
		                 .ctx = &c };
	int r = engine_change(app->engine, command, &change, run, err);

	if (c.procedure) {
		if (!c.status) {
			writer_end(&c.writer);
			c.status = output_drain(&c.out, true, &c.err);
		}
		writer_clear(&c.writer);
	}
	buf_clear(&c.out);
	if (command->kind == STATEMENT_CHANGE && (!r || c.n_rows))
		fprintf(stderr, "jsmfs: %llu %s\n", (unsigned long long)c.n_rows,
		        c.n_rows == 1 ? "row changed" : "rows changed");
	if (!r && c.status && c.status != -EPIPE) {
		*err = c.err;
		r = c.status;
	}
	return r;
}

int cmd_sql_main(const struct cmd_env *env, int argc, char **argv, struct err *err)
{
	cleanup_(app_closep) struct app *app = NULL;
	cleanup_(commandp) struct command command = { 0 };
	struct sql_args a = { 0 };
	static struct cancel cancel;
	struct run run = RUN_INIT;
	int r;

	(void)env;
	cancel_init(&cancel);
	r = output_watch_interrupt(&cancel, err);
	if (!r)
		r = parse("sql", argc, argv, cmd_sql_opts, &a, &app, err);
	if (r)
		return r < 0 ? r : 0;
	if (!a.format)
		a.format = output_format_usual();
	signal(SIGPIPE, SIG_IGN);
	run.cancel = &cancel;
	run.whole = true;
	run.deadline = clock_deadline(config_int(app->config, PROP_TIMEOUT) * 1000);
	r = statement_parse(a.statement, &command, err);
	if (!r && command.kind == STATEMENT_READ)
		r = run_select(app, &a, &run, err);
	else if (!r &&
	         (command.kind == STATEMENT_CHANGE || command.kind == STATEMENT_CALL))
		r = run_change(app, &a, &command, &run, err);
	else if (!r)
		r = engine_command(app->engine, &command, err);
	return r;
}

int cmd_plan_main(const struct cmd_env *env, int argc, char **argv, struct err *err)
{
	cleanup_(app_closep) struct app *app = NULL;
	cleanup_(commandp) struct command command = { 0 };
	struct buf text = BUF_INIT(1 << 20);
	struct sql_args a = { 0 };
	int r = parse("plan", argc, argv, cmd_plan_opts, &a, &app, err);

	(void)env;
	if (r)
		return r < 0 ? r : 0;
	r = statement_parse(a.statement, &command, err);
	if (!r && (command.kind == STATEMENT_CHANGE || command.kind == STATEMENT_CALL))
		r = engine_change_explain(app->engine, &command, a.statement, &text, err);
	else if (!r && command.kind != STATEMENT_READ)
		r = engine_command_explain(app->engine, &command, &text, err);
	else if (!r)
		r = engine_explain(app->engine, a.statement, NULL, 0, &text, err);
	if (!r)
		r = output_drain(&text, true, err);
	buf_clear(&text);
	return r;
}
