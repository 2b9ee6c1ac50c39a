/* SPDX-License-Identifier: MIT */
#include "cli/call_input.h"

#include "base/secret.h"
#include "catalog/catalog.h"
#include "catalog/identity.h"
#include "cli/output.h"
#include "proc/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PIECE_BYTES (64u << 10)
#define ROW_MAX_BYTES (64u << 20)
#define MAX_COLUMNS 64

static const char *const own[] = { "line", "outcome", "errno", "message" };

struct calling {
	struct app *app;
	const struct procedure *procedure;
	struct cancel *cancel; /* Ctrl-C, or nobody reads the receipts any more */
	struct batch *batch;
	struct input *input;
	const char *names[MAX_COLUMNS];
	size_t n_names;
	struct writer writer;
	struct buf out;
	size_t n[OUTCOME_DRY + 1]; /* by outcome */
	struct err first;          /* the first failure */
	struct err lost;           /* why receipts cannot be printed */
};

static int run_one(void *ctx, const struct args *args, struct run *run,
                   struct receipt *ret, struct err *err)
{
	struct calling *c = ctx;

	return proc_run(c->procedure, args, c->app->client, c->app->catalog, run, ret,
	                err);
}

static void on_done(void *ctx, struct receipt *r, int code)
{
	struct calling *c = ctx;
	struct value cells[MAX_COLUMNS] = { 0 };
	size_t n = ARRAY_SIZE(own);

	c->n[r->outcome]++;
	if (code && !c->first.code) {
		c->first = r->err;
		c->first.code = code;
	}
	if (c->lost.code)
		return;
	cells[0] = value_int((int64_t)r->line);
	cells[1] = value_text(span_of(outcome_name(r->outcome)));
	if (r->err.code && r->outcome != OUTCOME_APPLIED)
		cells[2] = value_text(span_of(err_name(r->err.code)));
	if (r->err.code || r->note)
		cells[3] = value_text(span_of(r->note ? r->note : r->err.msg));
	for (size_t i = 0; i < r->n_cells && n + i < c->n_names; i++)
		cells[n + i] = r->cells[i];
	writer_row(&c->writer, cells);
	/* Nothing more is done of which nobody could say what came of it. */
	if (output_drain(&c->out, true, &c->lost))
		cancel_fire(c->cancel);
}

static int on_call(void *ctx, const struct args *args, int code, const struct err *err)
{
	struct calling *c = ctx;

	if (code)
		batch_refuse(c->batch, args->line, code, err);
	else
		batch_add(c->batch, args, c->cancel, 0);
	return 0;
}

static int prepare(struct calling *c, const struct format *format, struct err *err)
{
	long parallel = config_int(c->app->config, PROP_MAX_CONNECTIONS);
	struct batch_config cfg = {
		.max_parallel = parallel > 0 ? (unsigned)parallel : 1,
		.timeout_ms = config_int(c->app->config, PROP_TIMEOUT) * 1000,
		.batch = identity_begin(catalog_identity(c->app->catalog)),
		.call = run_one,
		.done = on_done,
		.ctx = c,
	};
	int r;

	for (; c->n_names < ARRAY_SIZE(own); c->n_names++)
		c->names[c->n_names] = own[c->n_names];
	for (const struct param *o = c->procedure->out;
	     o && o->name && c->n_names < MAX_COLUMNS; o++)
		c->names[c->n_names++] = o->name;
	c->out = BUF_INIT(ROW_MAX_BYTES);
	if (writer_init(&c->writer, format, &c->out, c->n_names, c->names))
		return err_nomem(err);
	writer_begin(&c->writer);
	r = input_new(c->procedure->in, on_call, c, &c->input, err);
	return r ? r : batch_new(&cfg, &c->batch, err);
}

/* To its end, also after failures: those have receipts. */
static int read_all(struct calling *c, int fd, const char *path, struct err *err)
{
	char *piece = malloc(PIECE_BYTES);
	int r = piece ? 0 : err_nomem(err);

	while (!r && !c->lost.code) {
		ssize_t n = read(fd, piece, PIECE_BYTES);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			r = err_set(err, -errno, "cannot read %s: %s", path,
			            strerror(errno));
		if (n <= 0)
			break;
		r = input_feed(c->input, piece, (size_t)n, err);
	}
	if (!r && !c->lost.code)
		r = input_end(c->input, err);
	batch_wait(c->batch);
	if (piece)
		secret_wipe(piece, PIECE_BYTES);
	free(piece);
	return r;
}

static int summary(const struct calling *c, int r, struct err *err)
{
	struct err why = c->first.code ? c->first : err ? *err : (struct err){ 0 };
	int code = c->first.code ? c->first.code : r;

	if (c->lost.code) {
		why = c->lost;
		code = c->lost.code;
	}
	for (size_t i = 0; i < ARRAY_SIZE(c->n); i++) {
		if (c->n[i])
			fprintf(stderr, "jsmfs: %zu %s\n", c->n[i],
			        outcome_name((enum outcome)i));
	}
	if (c->n[OUTCOME_UNKNOWN])
		why.outcome = ERR_OUTCOME_UNKNOWN;
	if (code && err)
		*err = why;
	return code;
}

int call_input(struct app *app, const struct procedure *p, const char *path,
               const struct format *format, struct cancel *cancel, struct err *err)
{
	struct calling c = { .app = app, .procedure = p, .cancel = cancel };
	bool is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return err_set(err, -errno, "cannot open %s: %s", path, strerror(errno));
	r = prepare(&c, format, err);
	if (!r)
		r = read_all(&c, fd, is_stdin ? "the input" : path, err);
	if (c.writer.format) {
		writer_end(&c.writer);
		if (!c.lost.code && output_drain(&c.out, true, &c.lost))
			c.lost.code = c.lost.code ? c.lost.code : -EPIPE;
		writer_clear(&c.writer);
	}
	batch_free(c.batch);
	input_free(c.input);
	buf_clear(&c.out);
	if (!is_stdin)
		close(fd);
	return summary(&c, r, err);
}
