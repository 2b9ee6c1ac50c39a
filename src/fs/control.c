/* SPDX-License-Identifier: MIT */
#include "fs/control.h"

#include "base/log.h"
#include "base/sync.h"
#include "base/utf8.h"
#include "catalog/catalog.h"
#include "catalog/identity.h"
#include "format/writer.h"
#include "fs/fs_i.h"
#include "proc/input.h"
#include "proc/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PROCEDURES 32
#define RESULT_MAX_BYTES (16u << 20) /* of one session; later lines still run */

/* What the last session of a procedure left. */
struct last {
	const struct procedure *procedure;
	char *json; /* or NULL */
	char *csv;
	char *error;
	uint64_t version;
};

struct controls {
	pthread_mutex_t lock;
	struct last lasts[MAX_PROCEDURES]; /* lock */
	size_t n;                          /* lock */
};

struct control {
	struct fs *fs;
	const struct procedure *procedure;
	struct input *input;
	size_t n_columns; /* of the results: ours, then the procedure's */
	const char **names;
	struct buf json, csv, error, line;
	struct writer json_writer, csv_writer;
	bool writers; /* initialised */
	size_t n_results;
	uint64_t batch;      /* of the changes of this handle; 0 before the first */
	struct buf document; /* what a read on this handle gives */
	size_t at;           /* how far it was read */

	/* of the write or flush under way */
	const struct wish *wish;
	int first_code;
	struct err first;
};

static const char *const our_names[] = { "line", "outcome", "errno", "message" };

struct controls *controls_new(void)
{
	struct controls *all = calloc(1, sizeof(*all));

	if (all)
		pthread_mutex_init(&all->lock, NULL);
	return all;
}

void controls_free(struct controls *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < all->n; i++) {
		free(all->lasts[i].json);
		free(all->lasts[i].csv);
		free(all->lasts[i].error);
	}
	pthread_mutex_destroy(&all->lock);
	free(all);
}

/* Under the lock; NULL only if there are more procedures than there is room for. */
static struct last *last_of(struct controls *all, const struct procedure *p)
{
	for (size_t i = 0; i < all->n; i++) {
		if (all->lasts[i].procedure == p)
			return &all->lasts[i];
	}
	if (all->n == MAX_PROCEDURES)
		return NULL;
	all->lasts[all->n].procedure = p;
	return &all->lasts[all->n++];
}

void controls_print_json(struct controls *all, const struct procedure *p, struct buf *out)
{
	LOCK_SCOPE(&all->lock);
	const struct last *l = last_of(all, p);

	buf_puts(out, l && l->json ? l->json : "[]\n");
}

void controls_print_csv(struct controls *all, const struct procedure *p, struct buf *out)
{
	LOCK_SCOPE(&all->lock);
	const struct last *l = last_of(all, p);

	if (l && l->csv) {
		buf_puts(out, l->csv);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(our_names); i++)
		buf_printf(out, "%s%s", i ? "," : "", our_names[i]);
	for (const struct param *o = p->out; o && o->name; o++)
		buf_printf(out, ",%s", o->name);
	buf_putc(out, '\n');
}

void controls_print_error(struct controls *all, const struct procedure *p,
                          struct buf *out)
{
	LOCK_SCOPE(&all->lock);
	const struct last *l = last_of(all, p);

	if (l && l->error)
		buf_puts(out, l->error);
}

uint64_t controls_version(struct controls *all, const struct procedure *p)
{
	LOCK_SCOPE(&all->lock);
	const struct last *l = last_of(all, p);

	return l ? l->version : 0;
}

/* ----------------------------------------------------------------- results */

static int writers_start(struct control *c)
{
	if (writer_init(&c->json_writer, format_by_name("json"), &c->json, c->n_columns,
	                c->names))
		return -ENOMEM;
	if (writer_init(&c->csv_writer, format_by_name("csv"), &c->csv, c->n_columns,
	                c->names)) {
		writer_clear(&c->json_writer);
		return -ENOMEM;
	}
	writer_begin(&c->json_writer);
	writer_begin(&c->csv_writer);
	c->writers = true;
	return 0;
}

static void result_add(struct control *c, const struct receipt *r)
{
	cleanup_free_ struct value *cells = calloc(c->n_columns, sizeof(*cells));
	size_t n = ARRAY_SIZE(our_names);

	if (!cells || (!c->writers && writers_start(c)))
		return;
	if (c->json.len > RESULT_MAX_BYTES / 2 || c->csv.len > RESULT_MAX_BYTES / 2)
		return; /* the call counts, its result is not kept */
	cells[0] = value_int((int64_t)r->line);
	cells[1] = value_text(span_of(outcome_name(r->outcome)));
	if (r->outcome != OUTCOME_APPLIED) {
		cells[2] = value_text(span_of(err_name(r->err.code)));
		cells[3] = value_text(span_of(r->err.msg));
	}
	for (size_t i = 0; i < r->n_cells && n + i < c->n_columns; i++)
		cells[n + i] = r->cells[i];
	writer_row(&c->json_writer, cells);
	writer_row(&c->csv_writer, cells);
	c->n_results++;
}

/* The array so far with its end, which is taken back: it may still grow. */
static char *document_of(struct control *c)
{
	size_t n = c->json.len;
	char *copy;

	if (!c->writers)
		return str_dup("[]\n");
	writer_end(&c->json_writer);
	copy = span_dup(buf_view(&c->json));
	buf_truncate(&c->json, n);
	return copy;
}

static void publish(struct control *c)
{
	char *json = document_of(c);
	char *csv = span_dup(buf_view(&c->csv));
	char *error = c->error.len ? span_dup(buf_view(&c->error)) : NULL;
	struct controls *all = c->fs->controls;
	struct last old = { 0 };

	buf_reset(&c->document);
	if (json)
		buf_puts(&c->document, json);
	c->at = 0;
	{
		LOCK_SCOPE(&all->lock);
		struct last *l = last_of(all, c->procedure);

		if (l) {
			old = *l;
			l->json = take_ptr(json);
			l->csv = take_ptr(csv);
			l->error = take_ptr(error);
			l->version++;
		}
	}
	free(json);
	free(csv);
	free(error);
	free(old.json);
	free(old.csv);
	free(old.error);
}

/* -------------------------------------------------------------------- calls */

static void refused(struct control *c, int code, const struct err *err)
{
	cleanup_free_ char *path = str_printf("proc/%s/call", c->procedure->name);

	buf_reset(&c->error);
	faults_note(c->fs->faults, span_of(path ? path : "proc"), err, &c->error);
	if (!c->first_code) {
		c->first_code = code;
		c->first = *err;
	}
}

/* What every call leaves its trace in. */
static const char *const left_behind[] = { "sys_identity", NULL };

static int run_one(struct control *c, const struct args *args, struct receipt *ret)
{
	struct run run = RUN_INIT;
	struct err err = { 0 };
	int r;

	run.cancel = c->wish->cancel;
	run.deadline = c->wish->deadline;
	if (!c->batch)
		c->batch = identity_begin(catalog_identity(c->fs->cfg.catalog));
	run.batch = c->batch;
	atomic_fetch_add(&c->fs->n_running, 1);
	r = proc_run(c->procedure, args, c->fs->cfg.client, c->fs->cfg.catalog, &run, ret,
	             &err);
	atomic_fetch_sub(&c->fs->n_running, 1);
	atomic_fetch_add(&c->fs->n_runs, 1);
	atomic_fetch_add(&c->fs->n_calls, atomic_load(&run.calls));
	/* an unknown outcome may have changed something as well */
	if (ret->outcome != OUTCOME_REFUSED)
		fs_touch(c->fs, c->procedure->touches);
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
		refused(c, code, &receipt.err);
	receipt_clear(&receipt);
	return 0;
}

static void begin(struct control *c, const struct wish *w)
{
	c->wish = w;
	c->first_code = 0;
	buf_reset(&c->error);
}

/* r: what the input itself had to say. */
static int finish(struct control *c, int r, struct err *mine, size_t before,
                  struct err *err)
{
	if (r && !c->first_code)
		refused(c, r, mine);
	if (c->n_results != before || c->first_code)
		publish(c);
	c->wish = NULL;
	if (c->first_code && err)
		*err = c->first;
	return c->first_code;
}

int control_open(struct fs *fs, const struct procedure *p, struct control **ret,
                 struct err *err)
{
	struct control *c = calloc(1, sizeof(*c));
	size_t n = ARRAY_SIZE(our_names);
	int r;

	if (!c)
		return err_nomem(err);
	c->fs = fs;
	c->procedure = p;
	c->json = BUF_INIT(RESULT_MAX_BYTES);
	c->csv = BUF_INIT(RESULT_MAX_BYTES);
	c->error = BUF_INIT(64u * 1024);
	c->document = BUF_INIT(RESULT_MAX_BYTES + 16);
	for (const struct param *o = p->out; o && o->name; o++)
		n++;
	c->names = calloc(n, sizeof(*c->names));
	if (!c->names) {
		control_close(c);
		return err_nomem(err);
	}
	for (size_t i = 0; i < n; i++)
		c->names[i] = i < ARRAY_SIZE(our_names)
		                      ? our_names[i]
		                      : p->out[i - ARRAY_SIZE(our_names)].name;
	c->n_columns = n;
	r = input_new(p->in, on_call, c, &c->input, err);
	if (r) {
		control_close(c);
		return r;
	}
	*ret = c;
	return 0;
}

int control_write(struct control *c, struct span bytes, const struct wish *w,
                  struct err *err)
{
	struct err mine = { 0 };
	size_t before = c->n_results;
	int r;

	begin(c, w);
	r = input_feed(c->input, bytes.p, bytes.n, &mine);
	return finish(c, r, &mine, before, err);
}

int control_flush(struct control *c, const struct wish *w, struct err *err)
{
	struct err mine = { 0 };
	size_t before = c->n_results;
	int r;

	if (!input_pending(c->input))
		return 0;
	begin(c, w);
	r = input_end(c->input, &mine);
	return finish(c, r, &mine, before, err);
}

struct span control_read(struct control *c, size_t size)
{
	struct span all = buf_view(&c->document);
	struct span part;

	if (c->at > all.n)
		c->at = all.n;
	part = (struct span){ all.p + c->at, all.n - c->at };
	if (part.n > size)
		part.n = size;
	c->at += part.n;
	return part;
}

bool control_has_results(struct control *c)
{
	return c->n_results > 0;
}

void control_close(struct control *c)
{
	if (!c)
		return;
	input_free(c->input);
	if (c->writers) {
		writer_clear(&c->json_writer);
		writer_clear(&c->csv_writer);
	}
	buf_clear(&c->json);
	buf_clear(&c->csv);
	buf_clear(&c->error);
	buf_clear(&c->document);
	free(c->names);
	free(c);
}
