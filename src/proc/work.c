/* SPDX-License-Identifier: MIT */
#include "catalog/catalog.h"
#include "catalog/rsd.h"
#include "proc/answer_i.h"
#include "proc/fields_i.h"
#include "proc/work_i.h"
#include "rest/signin.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

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
	struct span name = filled_text(f, "TableName");
	cleanup_free_ char *path = NULL;
	const struct table *t = catalog_table(catalog, name);

	if (!t)
		t = model_any_table(name);
	if (!t || t->kind == TABLE_INTERNAL)
		return err_set(err, -ENOENT, "there is no table '%.*s'",
		               name.n > 60 ? 60 : (int)name.n, name.p);
	path = schema_path(catalog, filled_text(f, "FileName"));
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
	int r = filled_check(f, err);

	if (!r)
		r = filled_complete(f, w->catalog, w->client, w->run, err);
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
		           SPAN_FMT(filled_text(f, "FileName")));
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
	int r = filled_init(&f, s->procedure, err);

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

struct span work_identity(const struct procedure *p, const struct receipt *r)
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
	struct span id = work_identity(p, r);
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

int work_run(const struct work *w, struct filled *f, const struct args *args,
             struct receipt *ret)
{
	struct buf answer = BUF_INIT(CLIENT_ANSWER_MAX_BYTES);
	struct buf second = BUF_INIT(CLIENT_ANSWER_MAX_BYTES);
	const struct procedure *p = f->p;
	bool instead = is_asked_for(&p->instead, args);
	int r;

	if (instead) {
		r = filled_complete(f, w->catalog, w->client, w->run, &ret->err);
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
	else if (answer_read(f, &answer, ret, &ret->err) < 0)
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
