/* SPDX-License-Identifier: MIT */
/* One call while its values are gathered: names, types, what is missing. */
#include "base/secret.h"
#include "base/utf8.h"
#include "proc/input_i.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool is_secret(const struct input *in, size_t i)
{
	return in->params[i].flags & PARAM_SECRET;
}

void input_begin(struct input *in, size_t line)
{
	for (size_t i = 0; i < in->n_params; i++) {
		if (in->own[i] && is_secret(in, i))
			secret_wipe(in->own[i], in->args.v[i].text.n);
		free(in->own[i]);
		in->own[i] = NULL;
		in->args.v[i] = (struct arg){ 0 };
	}
	buf_reset(&in->extra);
	in->args.line = line;
	in->refused = 0;
	in->holds_secret = false;
	in->why = (struct err){ 0 };
}

void input_refuse(struct input *in, int code, const char *fmt, ...)
{
	char text[sizeof(in->why.msg)];
	va_list ap;

	if (in->refused)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	in->refused = err_set(&in->why, code, "line %zu: %s", in->args.line, text);
}

static void list_params(const struct input *in, struct buf *out)
{
	for (size_t i = 0; i < in->n_params; i++) {
		buf_puts(out, i ? ", " : "");
		buf_puts(out, in->params[i].name);
	}
}

const char *input_label(const struct input *in, size_t i)
{
	return i < in->n_params ? in->params[i].name : in->extra_label;
}

int input_find(struct input *in, struct span name)
{
	cleanup_(buf_clear) struct buf names = BUF_INIT(300);
	const struct param *p = name.n ? param_find(in->params, name) : NULL;
	size_t i = p ? (size_t)(p - in->params) : 0;

	if (p && !in->args.v[i].given)
		return (int)i;
	if (p) {
		input_refuse(in, -EINVAL, "%s is given twice", p->name);
		return -1;
	}
	if (in->rest && name.n && utf8_valid(name)) {
		in->extra_name = name;
		snprintf(in->extra_label, sizeof(in->extra_label), "%.*s",
		         name.n > 60 ? 60 : (int)name.n, name.p);
		return (int)in->n_params;
	}
	list_params(in, &names);
	/* Behind a secret without quotes a name may be a piece of the secret. */
	if (in->holds_secret)
		input_refuse(in, -EINVAL,
		             "there is no such parameter; put quotes around a value that "
		             "holds spaces. There are: %s",
		             buf_str(&names));
	else
		input_refuse(in, -EINVAL, "there is no parameter '%.*s'; there are: %s",
		             name.n > 60 ? 60 : (int)name.n, name.p, buf_str(&names));
	return -1;
}

/* Booleans have many spellings; further down there is one. */
static void check_bool(struct input *in, size_t i)
{
	struct span *s = &in->args.v[i].text;
	bool is_true = list_has("true,yes,1", *s);

	if (!is_true && !list_has("false,no,0", *s)) {
		input_refuse(in, -EINVAL, "%s must be true or false", in->params[i].name);
		return;
	}
	*s = is_true ? SPAN("true") : SPAN("false");
}

static bool check_text(struct input *in, size_t i, struct span text)
{
	if (memchr(text.p, '\0', text.n))
		input_refuse(in, -EINVAL, "the value of %s holds a NUL byte",
		             input_label(in, i));
	else if (!utf8_valid(text))
		input_refuse(in, -EINVAL, "the value of %s is not valid UTF-8",
		             input_label(in, i));
	return !in->refused;
}

static void check_value(struct input *in, size_t i)
{
	const struct param *p = &in->params[i];
	const struct arg *a = &in->args.v[i];
	int64_t number;

	if (!check_text(in, i, a->text))
		return;
	switch (p->type) {
	case VALUE_BOOL:
		check_bool(in, i);
		break;
	case VALUE_INT:
		if (!span_int(a->text, &number))
			input_refuse(in, -EINVAL, "%s must be a whole number", p->name);
		break;
	case VALUE_NULL:
	case VALUE_REAL:
	case VALUE_TEXT:
	case VALUE_TIME:
	case VALUE_JSON:
		break;
	}
}

/* One more member of what the rest takes. */
static void add_extra(struct input *in, struct span text, bool is_json)
{
	if (!check_text(in, in->n_params, text))
		return;
	buf_puts(&in->extra, in->extra.len ? "," : "");
	utf8_to_json(&in->extra, in->extra_name);
	buf_putc(&in->extra, ':');
	if (is_json)
		buf_span(&in->extra, text);
	else
		utf8_to_json(&in->extra, text);
}

void input_give(struct input *in, size_t i, char *p, size_t n, bool is_json)
{
	char *fitting;

	if (i == in->n_params) {
		add_extra(in, (struct span){ p, n }, is_json);
		free(p);
		return;
	}
	fitting = realloc(p, n + 1);

	p = fitting ? fitting : p;
	p[n] = '\0';
	in->own[i] = p;
	in->args.v[i] =
		(struct arg){ .given = true, .text = { p, n }, .is_json = is_json };
	in->holds_secret = in->holds_secret || is_secret(in, i);
	check_value(in, i);
}

void input_copy(struct input *in, size_t i, struct span text, bool is_json)
{
	char *p = span_dup(text);

	if (p)
		input_give(in, i, p, text.n, is_json);
	else
		input_refuse(in, -ENOMEM, "out of memory");
}

static void check_missing(struct input *in)
{
	cleanup_(buf_clear) struct buf missing = BUF_INIT(300);

	for (size_t i = 0; i < in->n_params; i++) {
		if (in->args.v[i].given || !(in->params[i].flags & PARAM_REQUIRED))
			continue;
		buf_puts(&missing, missing.len ? ", " : "");
		buf_puts(&missing, in->params[i].name);
	}
	if (missing.len)
		input_refuse(in, -EINVAL, "missing: %s", buf_str(&missing));
}

/* The object that was given for the rest and the members that were given beside it. */
static void close_rest(struct input *in)
{
	cleanup_(buf_clear) struct buf all = BUF_INIT(2 * INPUT_MAX_BYTES);
	size_t i = in->rest ? (size_t)(in->rest - in->params) : 0;
	struct span own;

	if (!in->extra.len)
		return;
	own = in->args.v[i].given ? span_trim(in->args.v[i].text) : SPAN("{}");
	if (own.n < 2 || own.p[0] != '{' || own.p[own.n - 1] != '}') {
		input_refuse(in, -EINVAL, "%s must be a JSON object", in->rest->name);
		return;
	}
	own = span_trim((struct span){ own.p + 1, own.n - 2 });
	buf_printf(&all, "{%.*s%s", SPAN_FMT(own), own.n ? "," : "");
	buf_span(&all, buf_view(&in->extra));
	buf_putc(&all, '}');
	if (buf_status(&all) || buf_status(&in->extra)) {
		input_refuse(in, -EFBIG, "the values are too long");
		return;
	}
	free(in->own[i]);
	in->own[i] = NULL;
	input_copy(in, i, buf_view(&all), true);
}

static void take_presets(struct input *in)
{
	for (size_t i = 0; i < in->n_params && !in->refused; i++) {
		struct preset *p = &in->presets[i];
		struct arg *a = &in->args.v[i];
		struct span text = { p->text, p->n };

		if (!p->text)
			continue;
		if (!a->given)
			input_copy(in, i, text, false);
		else if (p->fixed && !span_eq(a->text, text))
			input_refuse(in, -EINVAL, "%s is %.60s here, not '%.*s'",
			             in->params[i].name, p->text,
			             a->text.n > 60 ? 60 : (int)a->text.n, a->text.p);
	}
}

int input_emit(struct input *in)
{
	if (in->is_muted)
		return 0;
	if (!in->refused)
		close_rest(in);
	if (!in->refused)
		take_presets(in);
	if (!in->refused)
		check_missing(in);
	int r = in->fn(in->ctx, &in->args, in->refused, in->refused ? &in->why : NULL);
	in->is_muted = r < 0;
	return r < 0 ? r : 0;
}
