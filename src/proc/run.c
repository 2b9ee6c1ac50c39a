/* SPDX-License-Identifier: MIT */
#include "proc/run.h"

#include "catalog/catalog.h"
#include "catalog/identity.h"
#include "catalog/rsd.h"
#include "json/jpage.h"
#include "proc/desk_i.h"
#include "rest/call.h"

#include <errno.h>
#include <stdlib.h>

#define MAX_COLUMNS 32

/* What the cells of a receipt are borrowed from. */
struct hold {
	struct jpage *page;
	struct jpath *paths[MAX_COLUMNS];
	size_t n_paths;
};

static void hold_free(struct hold *h)
{
	jpage_free(h->page);
	for (size_t i = 0; i < h->n_paths; i++)
		jpath_free(h->paths[i]);
	free(h);
}
DEFINE_CLEANUP(struct hold *, hold_free)

const char *outcome_name(enum outcome o)
{
	switch (o) {
	case OUTCOME_APPLIED:
		return "applied";
	case OUTCOME_REFUSED:
		return "refused";
	case OUTCOME_UNKNOWN:
		return "unknown";
	}
	return "";
}

void receipt_clear(struct receipt *r)
{
	if (r->hold)
		hold_free(r->hold);
	free(r->cells);
	*r = (struct receipt){ 0 };
}

static int check_args(const struct procedure *p, const struct args *args, struct err *err)
{
	bool any = !p->in[0].name;

	for (size_t i = 0; i < args->n; i++) {
		any |= args->v[i].given;
		if (p->in[i].flags & PARAM_REQUIRED && !args->v[i].given)
			return err_set(err, -EINVAL, "%s needs %s", p->name,
			               p->in[i].name);
	}
	if (!any)
		return err_set(err, -EINVAL, "%s needs at least %s", p->name,
		               p->in[0].name);
	return 0;
}

/* The result columns out of the answer; an answer that is no JSON is not a failure of the
 * call. */
static int read_answer(const struct procedure *p, struct buf *answer, struct receipt *ret,
                       struct err *err)
{
	cleanup_(hold_freep) struct hold *h = calloc(1, sizeof(*h));
	struct jpage_column columns[MAX_COLUMNS];
	int r;

	if (!h)
		return err_nomem(err);
	while (p->out[h->n_paths].name && h->n_paths < MAX_COLUMNS) {
		size_t i = h->n_paths;

		r = p->out[i].path ? jpath_new(p->out[i].path, &h->paths[i], err) : 0;
		if (r < 0)
			return r;
		columns[i] = (struct jpage_column){ h->paths[i], p->out[i].type, 0 };
		h->n_paths++;
	}
	ret->cells = calloc(h->n_paths + 1, sizeof(struct value));
	if (!ret->cells)
		return err_nomem(err);
	ret->n_cells = h->n_paths;
	if (answer->len) {
		r = jpage_parse(answer,
		                &(struct jpage_shape){ .rows = p->rows ? p->rows : "" },
		                columns, h->n_paths, &h->page, err);
		if (r < 0)
			return r;
		for (size_t i = 0; i < h->n_paths && jpage_info(h->page)->n_rows; i++)
			jpage_get(h->page, 0, i, &ret->cells[i]);
	}
	for (size_t i = 0; i < h->n_paths; i++) {
		if (p->out[i].standard)
			ret->cells[i] = value_text(span_of(p->out[i].standard));
	}
	ret->hold = take_ptr(h);
	return 0;
}

static int send_call(const struct procedure *p, const struct args *args,
                     struct client *client, struct catalog *catalog, struct run *run,
                     struct buf *answer, struct err *err)
{
	cleanup_free_ struct call_arg *v = calloc(args->n + 1, sizeof(*v));
	cleanup_free_ char *desk = NULL;

	if (!v)
		return err_nomem(err);
	for (size_t i = 0; i < args->n; i++) {
		v[i] = (struct call_arg){ args->v[i].given, args->v[i].is_json,
			                  args->v[i].text, args->v[i].is_open,
			                  args->v[i].fd };
		if (v[i].given)
			continue;
		if (p->in[i].standard)
			v[i] = (struct call_arg){ true, false,
				                  span_of(p->in[i].standard) };
		else if (p->in[i].flags & PARAM_DESK && !desk) {
			int r = desk_find(catalog, client, run, &desk, err);

			if (r < 0)
				return r;
			v[i] = (struct call_arg){ true, false, span_of(desk) };
		}
	}
	return call_send(client, p, v, run, answer, err);
}

/* The argument of a parameter that every procedure of this kind has. */
static struct span arg_of(const struct procedure *p, const struct args *args,
                          const char *name)
{
	const struct param *in = param_find(p->in, span_of(name));

	return in ? args->v[in - p->in].text : SPAN("");
}

static int write_schema(const struct procedure *p, const struct args *args,
                        struct catalog *catalog, struct err *err)
{
	struct span name = arg_of(p, args, "TableName");
	struct span path = arg_of(p, args, "FileName");
	const struct table *t = catalog_table(catalog, name);

	if (!t)
		t = model_any_table(name);
	if (!t || t->kind == TABLE_INTERNAL)
		return err_set(err, -ENOENT, "there is no table '%.*s'",
		               name.n > 60 ? 60 : (int)name.n, name.p);
	return rsd_write(t, path, err);
}

static int run_kind(const struct procedure *p, const struct args *args,
                    struct client *client, struct catalog *catalog, struct run *run,
                    struct buf *answer, struct err *err)
{
	int r = check_args(p, args, err);

	if (r < 0)
		return r;
	switch (p->kind) {
	case PROCEDURE_JSON:
	case PROCEDURE_UPLOAD:
		return send_call(p, args, client, catalog, run, answer, err);
	case PROCEDURE_SCHEMA_FILE:
		return write_schema(p, args, catalog, err);
	}
	return err_set(err, -EOPNOTSUPP, "%s cannot be run", p->name);
}

/* The row that the call leaves in sys_identity. */
static void identify(const struct procedure *p, const struct receipt *r,
                     struct catalog *catalog, const struct run *run)
{
	struct span id = SPAN("");

	if (!p->operation)
		return;
	for (size_t i = 0; p->identity && i < r->n_cells; i++) {
		if (str_eq(p->out[i].name, p->identity) && r->cells[i].type == VALUE_TEXT)
			id = r->cells[i].s;
	}
	identity_add(catalog_identity(catalog), run->batch, run->order, p->operation, id,
	             r->outcome == OUTCOME_APPLIED ? NULL : r->err.msg);
}

int proc_run(const struct procedure *p, const struct args *args, struct client *client,
             struct catalog *catalog, struct run *run, struct receipt *ret,
             struct err *err)
{
	struct buf answer = BUF_INIT(CLIENT_ANSWER_MAX_BYTES);
	struct receipt receipt = { .line = args->line, .outcome = OUTCOME_APPLIED };
	int r = run_kind(p, args, client, catalog, run, &answer, &receipt.err);

	if (r < 0)
		receipt.outcome = receipt.err.outcome == ERR_OUTCOME_UNKNOWN
		                          ? OUTCOME_UNKNOWN
		                          : OUTCOME_REFUSED;
	else if (read_answer(p, &answer, &receipt, &receipt.err) < 0)
		/* It was done; only what the server said about it cannot be shown. */
		receipt.err.outcome = ERR_OUTCOME_NONE;
	/* What may have changed the server must not be hidden by an old answer. */
	for (size_t i = 0;
	     receipt.outcome != OUTCOME_REFUSED && p->touches && p->touches[i]; i++)
		catalog_forget(catalog, model_table(span_of(p->touches[i])));
	identify(p, &receipt, catalog, run);
	buf_clear(&answer);
	*ret = receipt;
	if (r < 0 && err)
		*err = receipt.err;
	return r;
}
