/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"
#include "query/exec_i.h"
#include "query/lexer_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FORM "EXEC Procedure Name = 'value', …"

struct exec {
	const struct procedure *p;
	struct span rest;
	struct buf *out;
	const char *before;
	size_t n; /* arguments so far */
	bool named;
};

static int find_procedure(const struct command *c, const struct procedure **ret,
                          struct err *err)
{
	struct buf names = BUF_INIT(1000);
	int r;

	*ret = model_procedure(span_of(c->name));
	if (*ret)
		return 0;
	for (size_t i = 0; model_procedures[i]; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", model_procedures[i]->name);
	r = err_set(err, -ENOENT, "there is no procedure '%.60s'; there are: %s", c->name,
	            buf_str(&names));
	buf_clear(&names);
	return r;
}

/* 'text', with '' for a quote in it. */
static int take_text(struct exec *x, struct buf *out, struct err *err)
{
	struct span s = lex_behind(x->rest, 1);

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'' && !(i + 1 < s.n && s.p[i + 1] == '\'')) {
			x->rest = lex_behind(s, i + 1);
			return 0;
		}
		i += s.p[i] == '\'';
		buf_putc(out, s.p[i]);
	}
	return err_set(err, -EINVAL, "a quote is not closed");
}

/* A number or one of the three words. */
static int take_word(struct exec *x, struct buf *out, bool *ret_null, struct err *err)
{
	struct span s = x->rest;
	size_t n = 0;

	while (n < s.n && (lex_is_word_byte(s.p[n]) || strchr("+-.", s.p[n])))
		n++;
	s.n = n;
	x->rest = lex_behind(x->rest, n);
	*ret_null = span_ieq(s, SPAN("NULL"));
	if (*ret_null)
		return 0;
	if (!span_ieq(s, SPAN("true")) && !span_ieq(s, SPAN("false")) &&
	    !lex_is_number(s))
		return err_set(
			err, -EINVAL,
			"'%.*s' is no value: text stands in single quotes; the form "
			"is " FORM,
			s.n > 60 ? 60 : (int)s.n, s.p);
	buf_span(out, s);
	return 0;
}

static int take_value(struct exec *x, const char *name, struct err *err)
{
	struct buf text = BUF_INIT(EXEC_MAX_BYTES);
	bool null = false;
	int r;

	x->rest = lex_skip(x->rest);
	/* N'text' is the same here: all text is Unicode. */
	if (x->rest.n > 1 && (*x->rest.p | 0x20) == 'n' && x->rest.p[1] == '\'')
		x->rest = lex_behind(x->rest, 1);
	if (x->rest.n && *x->rest.p == '\'')
		r = take_text(x, &text, err);
	else
		r = take_word(x, &text, &null, err);
	if (!r && !null) {
		buf_puts(x->out, x->before);
		utf8_to_json(x->out, span_of(name));
		buf_putc(x->out, ':');
		utf8_to_json(x->out, buf_view(&text));
		x->before = ",";
	}
	buf_clear(&text);
	return r;
}

/* Name =, @Name =, [Name] => …: what is behind; false: there is no name. */
static bool take_param(struct exec *x, char **ret)
{
	struct span s = lex_skip(x->rest);
	char *name = NULL;

	if (s.n && *s.p == '@')
		s = lex_behind(s, 1);
	if (lex_name(&s, &name))
		return false;
	s = lex_skip(s);
	if (!s.n || *s.p != '=') {
		free(name);
		return false;
	}
	s = lex_behind(s, s.n > 1 && s.p[1] == '>' ? 2 : 1);
	x->rest = s;
	*ret = name;
	return true;
}

static int take_arg(struct exec *x, struct err *err)
{
	cleanup_free_ char *name = NULL;
	size_t n_params = 0;

	while (x->p->in[n_params].name)
		n_params++;
	if (take_param(x, &name)) {
		x->named = true;
		return take_value(x, name, err);
	}
	if (x->named)
		return err_set(
			err, -EINVAL,
			"a value without a name stands behind one with a name; the "
			"form is " FORM);
	if (x->n >= n_params)
		return err_set(err, -EINVAL, "%s takes %zu values", x->p->name, n_params);
	return take_value(x, x->p->in[x->n++].name, err);
}

static int take_args(struct exec *x, struct err *err)
{
	bool round;
	int r = 0;

	x->rest = statement_trim(lex_skip(x->rest));
	round = x->rest.n && *x->rest.p == '(';
	if (round)
		x->rest = lex_skip(lex_behind(x->rest, 1));
	while (!r && x->rest.n && !(round && *x->rest.p == ')')) {
		r = take_arg(x, err);
		x->rest = lex_skip(x->rest);
		if (r || !x->rest.n || *x->rest.p != ',')
			break;
		x->rest = lex_skip(lex_behind(x->rest, 1));
		if (!x->rest.n || *x->rest.p == ')')
			r = err_set(err, -EINVAL, "a value is missing behind a comma");
	}
	if (r)
		return r;
	if (round && (!x->rest.n || *x->rest.p != ')'))
		return err_set(err, -EINVAL,
		               "a bracket is not closed; the form is " FORM);
	if (round)
		x->rest = lex_skip(lex_behind(x->rest, 1));
	return x->rest.n
	               ? err_set(err, -EINVAL,
	                         "'%.*s' stands where a comma or the end should be; the "
	                         "form is " FORM,
	                         x->rest.n > 30 ? 30 : (int)x->rest.n, x->rest.p)
	               : 0;
}

int exec_parse(const struct command *c, const struct procedure **ret, struct buf *out,
               struct err *err)
{
	struct exec x = { .rest = c->query, .out = out, .before = "{" };
	int r = find_procedure(c, &x.p, err);

	if (!r)
		r = take_args(&x, err);
	if (r)
		return r;
	buf_puts(out, x.before[0] == '{' ? "{}" : "}");
	if (buf_status(out))
		return err_set(err, buf_status(out), "the arguments are too long");
	*ret = x.p;
	return 0;
}
