/* SPDX-License-Identifier: MIT */
/* The same for procedures. */
#include "model/model.h"
#include "model/validate_i.h"

#include <string.h>

static bool fills(const struct param *in, const char *word, size_t n)
{
	for (; in->name; in++) {
		if (in->path && strlen(in->path) == n && !strncmp(in->path, word, n))
			return true;
	}
	return false;
}

/* A call needs somewhere to go, every word of it from somewhere, and a form its file. */
static void check_way(struct buf *f, const struct procedure *p)
{
	size_t files = 0;

	if (p->kind == PROCEDURE_SCHEMA_FILE || p->kind == PROCEDURE_OAUTH)
		return;
	if (!p->method || !p->path) {
		buf_printf(f, "%s: a call without method or path\n", p->name);
		return;
	}
	for (const char *w = strchr(p->path, '{'); w; w = strchr(w + 1, '{')) {
		size_t n = strcspn(w, "}") + 1;

		if (!fills(p->in, w, n))
			buf_printf(f, "%s: nothing fills %.*s\n", p->name, (int)n, w);
	}
	for (const struct param *in = p->in; in->name; in++) {
		files += in->flags & PARAM_FILE ? 1 : 0;
		if (in->path && in->path[0] == '{' && !strstr(p->path, in->path))
			buf_printf(f, "%s.%s: %s is not in the path\n", p->name, in->name,
			           in->path);
	}
	if (files != (p->kind == PROCEDURE_UPLOAD))
		buf_printf(f, "%s: takes %zu files\n", p->name, files);
}

static void check_inputs(struct buf *f, const struct procedure *p)
{
	size_t n_rest = 0;

	for (const struct param *in = p->in; in->name; in++) {
		check_doc(f, p->name, in->name, in->doc);
		if (param_find(p->in, span_of(in->name)) != in)
			buf_printf(f, "%s: two parameters are called %s\n", p->name,
			           in->name);
		if (!in->example)
			buf_printf(f, "%s.%s: no example\n", p->name, in->name);
		if (in->flags & (PARAM_FIELD | PARAM_REST) &&
		    p->kind != PROCEDURE_REQUEST)
			buf_printf(f, "%s.%s: it has no request type\n", p->name,
			           in->name);
		if (in->flags & PARAM_REQUIRED_ELSE && !p->instead.procedure)
			buf_printf(f, "%s.%s: there is nothing else\n", p->name,
			           in->name);
		n_rest += in->flags & PARAM_REST ? 1 : 0;
	}
	if (n_rest != (p->kind == PROCEDURE_REQUEST))
		buf_printf(f, "%s: takes %zu rests\n", p->name, n_rest);
}

static void check_outputs(struct buf *f, const struct procedure *p)
{
	for (const struct param *out = p->out; out->name; out++) {
		bool echo = param_find(p->in, span_of(out->name));

		check_doc(f, p->name, out->name, out->doc);
		if (out->path && out->standard)
			buf_printf(f, "%s.%s: from the answer, or always the same\n",
			           p->name, out->name);
		if (!out->path && !out->standard && !echo)
			buf_printf(f, "%s.%s: from nowhere\n", p->name, out->name);
	}
	if (p->identity && !param_find(p->out, span_of(p->identity)))
		buf_printf(f, "%s: %s is no result\n", p->name, p->identity);
	for (size_t j = 0; p->touches && p->touches[j]; j++) {
		if (!model_any_table(span_of(p->touches[j])))
			buf_printf(f, "%s: touches %s, which is not there\n", p->name,
			           p->touches[j]);
	}
}

/* What a step must have comes from the procedure it is a step of. */
static void check_step(struct buf *f, const struct procedure *p, const struct step *s,
                       bool has_results)
{
	if (!s->procedure)
		return;
	if (s->procedure->instead.procedure || s->procedure->then.procedure)
		buf_printf(f, "%s: %s has steps of its own\n", p->name,
		           s->procedure->name);
	if (s->when && !param_find(p->in, span_of(s->when)))
		buf_printf(f, "%s: a step when %s, which is no parameter\n", p->name,
		           s->when);
	for (const struct param *in = s->procedure->in; in->name; in++) {
		bool given = param_find(p->in, span_of(in->name)) ||
		             (has_results && param_find(p->out, span_of(in->name)));

		if (in->flags & PARAM_REQUIRED && !given)
			buf_printf(f, "%s: %s of %s comes from nowhere\n", p->name,
			           in->name, s->procedure->name);
	}
}

/* Whoever has to look must be told where. */
static void check_braces(struct buf *f, const struct procedure *p)
{
	for (const char *at = p->check; at && (at = strchr(at, '{')); at++) {
		size_t n = strcspn(at + 1, "}");

		if (!param_find(p->in, (struct span){ at + 1, n }))
			buf_printf(f, "%s: to check, %.*s is no parameter\n", p->name,
			           (int)n, at + 1);
	}
	if (p->operation && !p->check)
		buf_printf(f, "%s: nobody can find out whether it was done\n", p->name);
}

void check_procedures(struct buf *f, const struct procedure *const *all)
{
	for (size_t i = 0; all[i]; i++) {
		const struct procedure *p = all[i];

		check_doc(f, p->name, "doc", p->doc);
		check_way(f, p);
		if (i && strcmp(all[i - 1]->name, p->name) >= 0)
			buf_printf(f, "%s: not sorted by name\n", p->name);
		check_inputs(f, p);
		check_outputs(f, p);
		check_step(f, p, &p->instead, false);
		check_step(f, p, &p->then, true);
		if (p->instead.procedure && !p->instead.when)
			buf_printf(f, "%s: never runs itself\n", p->name);
		check_braces(f, p);
		if (p->then.procedure && !p->done)
			buf_printf(f, "%s: cannot say what was done\n", p->name);
	}
}
