/* SPDX-License-Identifier: MIT */
#include "proc/run.h"

#include "base/arena.h"
#include "catalog/catalog.h"
#include "catalog/identity.h"
#include "catalog/rsd.h"
#include "json/jpage.h"
#include "proc/desk_i.h"
#include "proc/fields_i.h"
#include "proc/told_i.h"
#include "rest/call.h"
#include "rest/signin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_COLUMNS 32
#define MAX_ECHO_BYTES (1u << 20)
#define MAX_FIELDS_BYTES (32u << 20)
#define MAX_DRY_BYTES (64u << 20)

/* What the cells of a receipt are borrowed from. */
struct hold {
	struct jpage *page;
	struct arena echoes; /* of arguments */
	struct jpath *paths[MAX_COLUMNS];
	size_t n_paths;
};

static void hold_free(struct hold *h)
{
	jpage_free(h->page);
	arena_clear(&h->echoes);
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
	case OUTCOME_DRY:
		return "dry";
	}
	return "";
}

void receipt_clear(struct receipt *r)
{
	if (r->hold)
		hold_free(r->hold);
	free(r->cells);
	free(r->note);
	*r = (struct receipt){ 0 };
}

/* A call under way: what the procedure is given, what that leaves. */
struct work {
	struct client *client;
	struct catalog *catalog;
	struct run *run;
	const struct told *told;
	struct buf *dry; /* gets what would be sent instead; NULL: it is sent */
};

/* The arguments of one procedure, completed. */
struct filled {
	const struct procedure *p;
	struct call_arg *v; /* one for each of p->in */
	char *desk;         /* v may point to it */
	struct buf fields;  /* as well */
};

static void filled_clear(struct filled *f)
{
	free(f->v);
	free(f->desk);
	buf_clear(&f->fields);
}

static int check_args(const struct filled *f, struct err *err)
{
	const struct procedure *p = f->p;
	bool any = !p->in[0].name;

	for (size_t i = 0; p->in[i].name; i++) {
		any |= f->v[i].given;
		if (p->in[i].flags & (PARAM_REQUIRED | PARAM_REQUIRED_ELSE) &&
		    !f->v[i].given)
			return err_set(err, -EINVAL, "%s needs %s", p->name,
			               p->in[i].name);
	}
	if (!any && p->kind != PROCEDURE_OAUTH)
		return err_set(err, -EINVAL, "%s needs at least %s", p->name,
		               p->in[0].name);
	return 0;
}

/* What is not given and yet has a value.  Blocks: on the network. */
static int complete(struct filled *f, const struct work *w, struct err *err)
{
	const struct param *in = f->p->in;

	for (size_t i = 0; in[i].name; i++) {
		if (f->v[i].given)
			continue;
		if (in[i].standard)
			f->v[i] = (struct call_arg){ .given = true,
				                     .is_json = false,
				                     .text = span_of(in[i].standard) };
		else if (in[i].flags & PARAM_DESK && !f->desk) {
			int r = desk_find(w->catalog, w->client, w->run, &f->desk, err);

			if (r < 0)
				return r;
			f->v[i] = (struct call_arg){ .given = true,
				                     .is_json = false,
				                     .text = span_of(f->desk) };
		}
	}
	return 0;
}

static int fill(const struct procedure *p, struct filled *ret, struct err *err)
{
	size_t n = 0;

	while (p->in[n].name)
		n++;
	*ret = (struct filled){ .p = p, .fields = BUF_INIT(MAX_FIELDS_BYTES) };
	ret->v = calloc(n + 1, sizeof(*ret->v));
	return ret->v ? 0 : err_nomem(err);
}

static const struct call_arg *filled_find(const struct filled *f, const char *name)
{
	const struct param *in = param_find(f->p->in, span_of(name));

	return in && f->v[in - f->p->in].given ? &f->v[in - f->p->in] : NULL;
}

/* The argument of a parameter that every procedure of this kind has. */
static struct span arg_of(const struct filled *f, const char *name)
{
	const struct call_arg *a = filled_find(f, name);

	return a ? a->text : SPAN("");
}

/* ------------------------------------------------------------------ results */

/* What was given stands for what the answer does not tell. */
static void echo(const struct filled *f, const struct param *out, struct hold *h,
                 struct value *cell)
{
	const struct call_arg *a = filled_find(f, out->name);
	char *copy = a && a->text.n ? arena_dup(&h->echoes, a->text) : NULL;

	if (copy)
		*cell = value_text((struct span){ copy, a->text.n });
}

/* The result columns out of the answer; an answer that is no JSON is not a failure of the
 * call. */
static int read_answer(const struct filled *f, struct buf *answer, struct receipt *ret,
                       struct err *err)
{
	cleanup_(hold_freep) struct hold *h = calloc(1, sizeof(*h));
	const struct procedure *p = f->p;
	struct jpage_column columns[MAX_COLUMNS];
	int r = 0;

	if (!h)
		return err_nomem(err);
	h->echoes = ARENA_INIT(MAX_ECHO_BYTES);
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
	if (answer->len)
		r = jpage_parse(answer,
		                &(struct jpage_shape){ .rows = p->rows ? p->rows : "" },
		                columns, h->n_paths, &h->page, err);
	for (size_t i = 0; i < h->n_paths; i++) {
		if (h->page && jpage_info(h->page)->n_rows)
			jpage_get(h->page, 0, i, &ret->cells[i]);
		if (p->out[i].standard)
			ret->cells[i] = value_text(span_of(p->out[i].standard));
		else if (ret->cells[i].type == VALUE_NULL)
			echo(f, &p->out[i], h, &ret->cells[i]);
	}
	ret->hold = take_ptr(h);
	return r;
}

/* -------------------------------------------------------------------- sending */

/* A name alone is one in Location, which is made when it is not there. */
static char *schema_path(struct catalog *catalog, struct span name)
{
	const char *dir = catalog_location(catalog);

	if (!dir[0] || (name.n && memchr(name.p, '/', name.n)))
		return span_dup(name);
	(void)mkdir(dir, 0700);
	return str_printf("%s/%.*s", dir, SPAN_FMT(name));
}

static int write_schema(const struct filled *f, struct catalog *catalog, struct err *err)
{
	struct span name = arg_of(f, "TableName");
	cleanup_free_ char *path = NULL;
	const struct table *t = catalog_table(catalog, name);

	if (!t)
		t = model_any_table(name);
	if (!t || t->kind == TABLE_INTERNAL)
		return err_set(err, -ENOENT, "there is no table '%.*s'",
		               name.n > 60 ? 60 : (int)name.n, name.p);
	path = schema_path(catalog, arg_of(f, "FileName"));
	return path ? rsd_write(t, span_of(path), err) : err_nomem(err);
}

static int send_call(const struct filled *f, const struct work *w, struct buf *answer,
                     struct err *err)
{
	if (w->dry)
		return call_show(w->client, f->p, f->v, w->run, w->dry, err);
	told_sending(w->told);
	return call_send(w->client, f->p, f->v, w->run, answer, err);
}

/* The fields of a request are one member of what is sent. */
static int send_request(struct filled *f, const struct work *w, struct buf *answer,
                        struct err *err)
{
	const struct param *rest = param_rest(f->p->in);
	int r = fields_print(f->p, f->v, w->client, w->run, w->dry, &f->fields, err);

	if (r < 0)
		return r;
	f->v[rest - f->p->in] = (struct call_arg){ .given = true,
		                                   .is_json = true,
		                                   .text = buf_view(&f->fields) };
	return send_call(f, w, answer, err);
}

static int run_kind(struct filled *f, const struct work *w, struct buf *answer,
                    struct err *err)
{
	int r = check_args(f, err);

	if (!r)
		r = complete(f, w, err);
	if (r < 0)
		return r;
	switch (f->p->kind) {
	case PROCEDURE_OAUTH:
		return signin_call(w->client, f->p, f->v, w->run, answer, err);
	case PROCEDURE_JSON:
	case PROCEDURE_UPLOAD:
		return send_call(f, w, answer, err);
	case PROCEDURE_REQUEST:
		return send_request(f, w, answer, err);
	case PROCEDURE_SCHEMA_FILE:
		if (!w->dry)
			return write_schema(f, w->catalog, err);
		buf_printf(w->dry, "the file %.*s would be written",
		           SPAN_FMT(arg_of(f, "FileName")));
		return 0;
	}
	return err_set(err, -EOPNOTSUPP, "%s cannot be run", f->p->name);
}

/* ---------------------------------------------------------------------- steps */

/* A step takes by name what its procedure was given, or else what came of it. */
static void hand_down(const struct filled *from, const struct receipt *done,
                      struct filled *to)
{
	for (size_t i = 0; to->p->in[i].name; i++) {
		const char *name = to->p->in[i].name;
		const struct call_arg *a = filled_find(from, name);

		if (a)
			to->v[i] = *a;
		for (size_t j = 0; !a && done && j < done->n_cells; j++) {
			if (str_eq(from->p->out[j].name, name) &&
			    done->cells[j].type == VALUE_TEXT)
				to->v[i] = (struct call_arg){ .given = true,
					                      .is_json = false,
					                      .text = done->cells[j].s };
		}
	}
}

static int run_step(const struct step *s, const struct filled *from,
                    const struct receipt *done, const struct work *w, struct buf *answer,
                    struct err *err)
{
	struct filled f = { 0 };
	int r = fill(s->procedure, &f, err);

	if (!r) {
		hand_down(from, done, &f);
		r = run_kind(&f, w, answer, err);
	}
	filled_clear(&f);
	return r;
}

static bool is_asked_for(const struct step *s, const struct args *args)
{
	const struct param *in =
		s->when ? param_find(args->params, span_of(s->when)) : NULL;

	return s->procedure && (!s->when || (in && args->v[in - args->params].given));
}

static struct span identity_of(const struct procedure *p, const struct receipt *r)
{
	for (size_t i = 0; p->identity && i < r->n_cells; i++) {
		if (str_eq(p->out[i].name, p->identity) && r->cells[i].type == VALUE_TEXT)
			return r->cells[i].s;
	}
	return SPAN("");
}

/* The first half is done, and stays so: neither refused nor to be repeated. */
static void explain_half(const struct procedure *p, struct receipt *r)
{
	struct span id = identity_of(p, r);
	bool unknown = r->err.outcome == ERR_OUTCOME_UNKNOWN;

	(void)err_wrap(
		&r->err, "%s (%s %.*s); do not repeat it, go on with that %s: %s %s",
		p->done, p->identity, id.n > 100 ? 100 : (int)id.n, id.p, p->identity,
		p->then.procedure->name, unknown ? "may have failed" : "failed");
	r->outcome = OUTCOME_UNKNOWN;
	r->err.outcome = ERR_OUTCOME_UNKNOWN;
}

/* What a second step would send is not known before the first was done. */
static int explain_dry(const struct procedure *p, bool then, struct buf *dry,
                       struct receipt *ret)
{
	if (then)
		buf_printf(dry, ", then %s %s", p->then.procedure->method,
		           p->then.procedure->path);
	ret->outcome = OUTCOME_DRY;
	ret->note = buf_take(dry);
	return ret->note ? 0 : err_nomem(&ret->err);
}

/* All of a call; r->err tells what went wrong. */
static int run_all(struct filled *f, const struct args *args, const struct work *w,
                   struct receipt *ret)
{
	struct buf answer = BUF_INIT(CLIENT_ANSWER_MAX_BYTES);
	struct buf second = BUF_INIT(CLIENT_ANSWER_MAX_BYTES);
	const struct procedure *p = f->p;
	bool instead = is_asked_for(&p->instead, args);
	int r;

	if (instead) {
		r = complete(f, w, &ret->err);
		if (!r)
			r = run_step(&p->instead, f, NULL, w, &answer, &ret->err);
	} else {
		r = run_kind(f, w, &answer, &ret->err);
	}
	if (r < 0)
		ret->outcome = ret->err.outcome == ERR_OUTCOME_UNKNOWN ? OUTCOME_UNKNOWN
		                                                       : OUTCOME_REFUSED;
	else if (w->dry)
		r = explain_dry(p, !instead && is_asked_for(&p->then, args), w->dry, ret);
	else if (read_answer(f, &answer, ret, &ret->err) < 0)
		/* It was done; only what the server said about it cannot be shown. */
		ret->err.outcome = ERR_OUTCOME_NONE;
	if (ret->outcome == OUTCOME_UNKNOWN)
		told_check(w->told, &ret->err);
	if (!r && !w->dry && !instead && is_asked_for(&p->then, args)) {
		r = run_step(&p->then, f, ret, w, &second, &ret->err);
		if (r < 0)
			explain_half(p, ret);
	}
	buf_clear(&answer);
	buf_clear(&second);
	return r;
}

/* The row that the call leaves in sys_identity. */
static void identify(const struct filled *f, const struct receipt *r,
                     const struct work *w)
{
	const struct procedure *p = f->p;
	struct span id = identity_of(p, r);

	if (!p->operation)
		return;
	if (!id.n && p->identity)
		id = arg_of(f, p->identity);
	identity_add(catalog_identity(w->catalog), w->run->batch, w->run->order,
	             p->operation, id, r->outcome == OUTCOME_APPLIED ? NULL : r->err.msg);
}

static int refuse_change(struct receipt *ret)
{
	ret->outcome = OUTCOME_REFUSED;
	ret->err.outcome = ERR_OUTCOME_REFUSED;
	return err_set(&ret->err, -EROFS, "ReadOnly is set: nothing is changed");
}

static bool is_set(const struct catalog *c, enum property_id id)
{
	return str_eq(catalog_property(c, id), "true");
}

int proc_run(const struct procedure *p, const struct args *args, struct client *client,
             struct catalog *catalog, struct run *run, struct receipt *ret,
             struct err *err)
{
	struct buf dry = BUF_INIT(MAX_DRY_BYTES);
	struct told told;
	struct work w = { client, catalog, run, &told, NULL };
	struct receipt receipt = { .line = args->line, .outcome = OUTCOME_APPLIED };
	struct filled f = { 0 };
	int r = fill(p, &f, &receipt.err);

	if (r < 0) {
		receipt.outcome = OUTCOME_REFUSED;
		*ret = receipt;
		if (err)
			*err = receipt.err;
		return r;
	}
	for (size_t i = 0; i < args->n; i++)
		f.v[i] = (struct call_arg){ args->v[i].given, args->v[i].is_json,
			                    args->v[i].text, args->v[i].is_open,
			                    args->v[i].fd };
	if (is_set(catalog, PROP_DRY_RUN))
		w.dry = &dry;
	told_begin(&told, p, f.v, catalog, run);
	r = is_set(catalog, PROP_READ_ONLY) ? refuse_change(&receipt)
	                                    : run_all(&f, args, &w, &receipt);
	/* What may have changed the server must not be hidden by an old answer. */
	for (size_t i = 0; outcome_acted(receipt.outcome) && p->touches && p->touches[i];
	     i++)
		catalog_forget(catalog, model_any_table(span_of(p->touches[i])));
	if (!w.dry)
		identify(&f, &receipt, &w);
	told_end(&told, &receipt, identity_of(p, &receipt));
	filled_clear(&f);
	buf_clear(&dry);
	*ret = receipt;
	if (r < 0 && err)
		*err = receipt.err;
	return r;
}
