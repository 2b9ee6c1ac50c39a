/* SPDX-License-Identifier: MIT */
/* One procedure, its arguments as words of the command line. */
#include "base/clock.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "cli/app.h"
#include "cli/call_input.h"
#include "cli/cmd.h"
#include "cli/connect.h"
#include "cli/output.h"
#include "proc/run.h"
#include "rest/client.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_WORDS 64

enum { OPT_FORMAT = CONNECT_N, OPT_INPUT };

/* clang-format off */
const struct opt cmd_call_opts[] = {
	CONNECT_OPTS,
	{ "format", 'f', OPT_VALUE, "FORMAT",
	  "csv, tsv, json, ndjson or table; default is table on a terminal, else csv." },
	{ "input", 'i', OPT_VALUE, "FILE",
	  "Make a call for each line of FILE, or of standard input (-), several at a time; "
	  "print a receipt for each." },
	{ 0 }
};
/* clang-format on */

struct call_args {
	struct connect_args connect;
	const struct format *format;
	const struct procedure *procedure;
	const char *input; /* NULL: the words are the only call */
	const char *words[MAX_WORDS];
	size_t n_words;
	struct app *app;
	struct run run;
	struct err failed; /* why the call did not go well */
};

static int find_procedure(struct call_args *a, const char *name, struct err *err)
{
	struct buf names = BUF_INIT(256);
	int r = 0;

	a->procedure = model_procedure(span_of(name));
	if (!a->procedure) {
		for (size_t i = 0; model_procedures[i]; i++)
			buf_printf(&names, "%s%s", i ? ", " : "",
			           model_procedures[i]->name);
		r = cmd_usage(err, "there is no procedure '%s'; there are: %s", name,
		              buf_str(&names));
		buf_clear(&names);
	}
	return r;
}

static int on_arg(void *ctx, int index, const char *value, struct err *err)
{
	struct call_args *a = ctx;

	if (index >= 0 && index < CONNECT_N)
		return connect_opt(&a->connect, index, value, err);
	if (index == OPT_FORMAT)
		return output_format(value, &a->format, err);
	if (index == OPT_INPUT) {
		a->input = value;
		return 0;
	}
	if (!a->procedure)
		return find_procedure(a, value, err);
	if (!strchr(value, '='))
		return cmd_usage(err, "'%s' is not of the form Name=Value", value);
	if (a->n_words == MAX_WORDS)
		return cmd_usage(err, "there are too many arguments");
	a->words[a->n_words++] = value;
	return 0;
}

/* The value, in which a path is taken from where the user stands. */
static int put_value(const struct param *p, struct span value, struct buf *out,
                     struct err *err)
{
	cleanup_free_ char *cwd = NULL, *path = NULL;

	if (!p || !(p->flags & PARAM_FILE) || !value.n || value.p[0] == '/') {
		utf8_to_json(out, value);
		return 0;
	}
	cwd = getcwd(NULL, 0);
	if (!cwd)
		return err_set(err, -errno, "the current directory has no name: %s",
		               strerrordesc_np(errno));
	path = str_printf("%s/%.*s", cwd, SPAN_FMT(value));
	if (!path)
		return err_nomem(err);
	utf8_to_json(out, span_of(path));
	return 0;
}

/* The words as what a control file takes: so they are checked in one place. */
static int print_words(const struct call_args *a, struct buf *out, struct err *err)
{
	const struct param *given[MAX_WORDS] = { 0 };

	buf_putc(out, '{');
	for (size_t i = 0; i < a->n_words; i++) {
		struct span value = span_of(a->words[i]);
		struct span name = span_cut(&value, '=');
		int r;

		given[i] = param_find(a->procedure->in, name);
		for (size_t j = 0; j < i && given[i]; j++) {
			if (given[j] == given[i])
				return cmd_usage(err, "%s is given twice",
				                 given[i]->name);
		}
		if (!utf8_valid(value))
			return err_set(err, -EINVAL, "argument %zu is not valid UTF-8",
			               i + 1);
		buf_puts(out, i ? "," : "");
		utf8_to_json(out, name);
		buf_putc(out, ':');
		r = put_value(given[i], value, out, err);
		if (r < 0)
			return r;
	}
	buf_putc(out, '}');
	return buf_status(out) ? err_set(err, buf_status(out), "too many arguments") : 0;
}

static int print_results(const struct call_args *a, const struct receipt *receipt,
                         struct err *err)
{
	const char *names[64];
	struct buf out = BUF_INIT(CLIENT_ANSWER_MAX_BYTES);
	struct writer w;
	size_t n = 0;
	int r;

	while (n < ARRAY_SIZE(names) && n < receipt->n_cells &&
	       a->procedure->out[n].name) {
		names[n] = a->procedure->out[n].name;
		n++;
	}
	if (writer_init(&w, a->format, &out, n, names))
		return err_nomem(err);
	writer_begin(&w);
	writer_row(&w, receipt->cells);
	writer_end(&w);
	r = output_drain(&out, true, err);
	writer_clear(&w);
	buf_clear(&out);
	return r == -EPIPE ? 0 : r;
}

/* There are no lines on a command line. */
static void unlined(const struct err *err, struct err *ret)
{
	static const char prefix[] = "line 1: ";

	*ret = *err;
	if (str_starts(ret->msg, prefix))
		memmove(ret->msg, ret->msg + sizeof(prefix) - 1,
		        strlen(ret->msg) - (sizeof(prefix) - 1) + 1);
}

static int on_call(void *ctx, const struct args *args, int code, const struct err *err)
{
	struct call_args *a = ctx;
	struct receipt receipt = { 0 };
	struct err why = { 0 };
	int r = code;

	if (code)
		unlined(err, &why);
	else
		r = proc_run(a->procedure, args, a->app->client, a->app->catalog, &a->run,
		             &receipt, &why);
	if (!r && receipt.note)
		fprintf(stderr, "jsmfs: not sent: %s\n", receipt.note);
	else if (!r)
		r = print_results(a, &receipt, &why);
	if (!r && receipt.err.code)
		fprintf(stderr, "jsmfs: %s\n", receipt.err.msg);
	receipt_clear(&receipt);
	a->failed = why;
	return r;
}

static int run_words(struct call_args *a, struct err *err)
{
	cleanup_(input_freep) struct input *in = NULL;
	struct buf text = BUF_INIT(INPUT_MAX_BYTES);
	int r = print_words(a, &text, err);

	if (!r)
		r = input_new(a->procedure->in, on_call, a, &in, err);
	if (!r)
		r = input_feed(in, text.p, text.len, err);
	if (!r)
		r = input_end(in, err);
	/* What the call itself had to say. */
	if (r && a->failed.code && err)
		*err = a->failed;
	secret_wipe(text.p, text.len);
	buf_clear(&text);
	return r;
}

static int open_app(struct call_args *a, struct err *err)
{
	struct config *config = NULL;
	int r;

	a->connect.without_site = a->procedure->kind == PROCEDURE_SCHEMA_FILE;
	r = connect_config(&a->connect, NULL, NULL, &config, err);

	if (r < 0)
		return r;
	if (config_bool(config, PROP_READ_ONLY)) {
		config_free(config);
		return err_set(err, -EROFS, "ReadOnly is set: no procedure is called");
	}
	r = app_open(config, &a->app, err);
	if (r < 0) {
		config_free(config);
		return r;
	}
	if (a->procedure->kind == PROCEDURE_OAUTH) {
		/* nothing else of the site is there before */
		a->app->signin.auth.person = signin_listener();
		return 0;
	}
	/* The table of CreateSchema may be a view of a queue. */
	for (size_t i = 0; i < a->n_words; i++) {
		if (strcasestr(a->words[i], "QueueRequests"))
			return app_prepare(a->app, a->words[i], err);
	}
	return app_prepare(a->app, "", err);
}

int cmd_call_main(const struct cmd_env *env, int argc, char **argv, struct err *err)
{
	static struct cancel cancel;
	struct call_args a = { .run = RUN_INIT };
	int r;

	(void)env;
	cancel_init(&cancel);
	r = output_watch_interrupt(&cancel, err);
	if (!r)
		r = opt_parse(cmd_call_opts, argc - 1, argv + 1, on_arg, &a, err);
	if (r < 0)
		return r;
	if (a.connect.help) {
		cmd_help("call");
		return 0;
	}
	if (!a.procedure)
		return cmd_usage(err, "which procedure?");
	if (a.input && a.n_words)
		return cmd_usage(err, "arguments and --input do not go together");
	if (!a.format)
		a.format = output_format_usual();
	r = open_app(&a, err);
	if (!r) {
		signal(SIGPIPE, SIG_IGN);
		a.run.cancel = &cancel;
		a.run.deadline =
			clock_deadline(config_int(a.app->config, PROP_TIMEOUT) * 1000);
		r = a.input ? call_input(a.app, a.procedure, a.input, a.format, &cancel,
		                         err)
		            : run_words(&a, err);
	}
	app_close(a.app);
	return r;
}
