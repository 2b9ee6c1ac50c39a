/* SPDX-License-Identifier: MIT */
#include "fs/changes.h"

#include "fs/fs_i.h"
#include "fs/sql.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct param all_param = { "all",  VALUE_BOOL,
	                                0,      NULL,
	                                "true", "All rows that the directory selects." };

static size_t n_params(const struct procedure *p)
{
	size_t n = 0;

	while (p->in[n].name)
		n++;
	return n;
}

int changes_params(const struct target *t, struct param **ret, struct err *err)
{
	size_t n = n_params(t->procedure);
	struct param *p = calloc(n + 2, sizeof(*p));

	if (!p)
		return err_nomem(err);
	memcpy(p, t->procedure->in, n * sizeof(*p));
	if (t->kind == TARGET_DELETE) {
		/* proc_run() looks again at a line that is not about all */
		for (size_t i = 0; i < n; i++)
			p[i].flags &= ~(unsigned)PARAM_REQUIRED;
		p[n] = all_param;
	}
	*ret = p;
	return 0;
}

/* Does the predicate give the parameter of its column one value? */
static const struct param *given_by(const struct target *t, const struct predicate *p)
{
	const struct column *c = &t->folder->selector.table->columns[p->column];
	const struct param *in = param_find(t->procedure->in, span_of(c->name));
	bool finds_row = c->flags & (COLUMN_KEY | COLUMN_READONLY);

	if (p->test != TEST_EQ || (t->kind == TARGET_UPDATE && !finds_row))
		return NULL;
	return in;
}

int changes_preset(const struct target *t, struct input *in, struct err *err)
{
	const struct selector *s = t->kind == TARGET_CALL ? NULL : &t->folder->selector;

	for (size_t i = 0; s && i < s->n_predicates; i++) {
		const struct param *p = given_by(t, &s->predicates[i]);

		if (p && input_preset(in, span_of(p->name),
		                      span_of(s->predicates[i].values[0]),
		                      t->kind != TARGET_INSERT))
			return err_nomem(err);
	}
	return 0;
}

bool changes_is_all(const struct target *t, const struct args *args)
{
	const struct arg *all = &args->v[args->n - 1];

	return t->kind == TARGET_DELETE && all->given && span_is(all->text, "true");
}

int changes_check_all(const struct target *t, const struct args *args, struct err *err)
{
	const struct selector *s = &t->folder->selector;

	for (size_t i = 0; i + 1 < args->n; i++) {
		bool own = args->v[i].given;

		for (size_t j = 0; j < s->n_predicates && own; j++)
			own = given_by(t, &s->predicates[j]) != &t->procedure->in[i];
		if (own)
			return err_set(err, -EINVAL,
			               "line %zu: all stands alone; %s names one row",
			               args->line, args->params[i].name);
	}
	return 0;
}

/* Are the rows of the query just those that its values name? */
static bool is_direct(const struct target *t)
{
	const struct selector *s = &t->folder->selector;

	for (size_t i = 0; i < s->n_predicates; i++) {
		if (!given_by(t, &s->predicates[i]))
			return false;
	}
	return s->limit < 0 && s->offset < 0;
}

/* ------------------------------------------------------------- through statements */

static int run_sql(struct fs *fs, const struct target *t, const struct sql *q,
                   const struct change *how, struct run *run, struct err *err)
{
	static const struct command command = { .kind = STATEMENT_CHANGE };
	struct change change = *how;

	change.sql = q->text;
	change.params = q->params;
	change.n_params = q->n_params;
	change.allow_scan = t->folder->selector.scan;
	return engine_change(fs->cfg.engine, &command, &change, run, err);
}

int changes_remove_all(struct fs *fs, const struct target *t, const struct change *how,
                       struct run *run, struct err *err)
{
	cleanup_(sql_clear) struct sql q = { 0 };
	int r = sql_make_change(&t->folder->selector, fs->cfg.catalog,
	                        &(struct sql_change){ 0 }, &q, err);

	return r ? r : run_sql(fs, t, &q, how, run, err);
}

struct one {
	struct receipt *receipt;
	size_t n;
};

/* The newest is the one that counts: the rows before it were done. */
static void take_receipt(void *ctx, const struct procedure *p, struct receipt *r)
{
	struct one *one = ctx;

	(void)p;
	receipt_clear(one->receipt);
	*one->receipt = *r;
	*r = (struct receipt){ 0 };
	one->n++;
}

/* The line's values that find the row, and those that are set. */
static int split(const struct target *t, const struct args *args, struct sql_change *ret,
                 struct err *err)
{
	const struct table *table = t->folder->selector.table;

	ret->set = calloc(args->n + 1, sizeof(*ret->set));
	ret->find = calloc(args->n + 1, sizeof(*ret->find));
	if (!ret->set || !ret->find)
		return err_nomem(err);
	for (size_t i = 0; i < args->n; i++) {
		int column = table_column(table, span_of(args->params[i].name));
		struct sql_cell cell = { (size_t)column, args->v[i].text.p };
		bool finds;

		if (!args->v[i].given || column < 0)
			continue;
		finds = t->kind == TARGET_DELETE ||
		        table->columns[column].flags & (COLUMN_KEY | COLUMN_READONLY);
		if (finds)
			ret->find[ret->n_find++] = cell;
		else
			ret->set[ret->n_set++] = cell;
	}
	return 0;
}

static int run_row(struct fs *fs, const struct target *t, const struct args *args,
                   struct run *run, struct receipt *ret, struct err *err)
{
	cleanup_(sql_clear) struct sql q = { 0 };
	struct sql_change change = { 0 };
	struct one one = { ret, 0 };
	int r = split(t, args, &change, err);

	if (!r)
		r = sql_make_change(&t->folder->selector, fs->cfg.catalog, &change, &q,
		                    err);
	if (!r)
		r = run_sql(fs, t, &q,
		            &(struct change){ .line = args->line,
		                              .done = take_receipt,
		                              .ctx = &one },
		            run, err);
	free(change.set);
	free(change.find);
	if (!r && !one.n)
		r = err_set(err, -ENOENT, "line %zu: no such row in %s", args->line,
		            t->folder->path);
	if (r && !one.n) {
		if (err->outcome == ERR_OUTCOME_NONE)
			err->outcome = ERR_OUTCOME_REFUSED;
		*ret = (struct receipt){ .line = args->line,
			                 .outcome = OUTCOME_REFUSED,
			                 .err = *err };
	}
	return r;
}

/* The columns that tell the row from others have to be there, or it would be several. */
static int check_key(const struct target *t, const struct args *args, struct err *err)
{
	for (size_t i = 0; i < args->n; i++) {
		if (args->params[i].flags & PARAM_REQUIRED && !args->v[i].given)
			return err_set(err, -EINVAL, "line %zu: missing: %s%s",
			               args->line, args->params[i].name,
			               t->kind == TARGET_DELETE
			                       ? ", or the word all for every row of the "
			                         "directory"
			                       : "");
	}
	return 0;
}

int changes_run(struct fs *fs, const struct target *t, const struct args *args,
                struct run *run, struct receipt *ret, struct err *err)
{
	/* of the procedure, without the word for all */
	struct args own = *args;
	bool finds = t->kind == TARGET_UPDATE || t->kind == TARGET_DELETE;
	int r;

	own.params = t->procedure->in;
	own.n = n_params(t->procedure);
	r = finds ? check_key(t, &own, err) : 0;
	if (r) {
		err->outcome = ERR_OUTCOME_REFUSED;
		*ret = (struct receipt){ .line = args->line,
			                 .outcome = OUTCOME_REFUSED,
			                 .err = *err };
		return r;
	}
	if (!finds || is_direct(t))
		return proc_run(t->procedure, &own, fs->cfg.client, fs->cfg.catalog, run,
		                ret, err);
	return run_row(fs, t, &own, run, ret, err);
}
