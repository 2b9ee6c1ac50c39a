/* SPDX-License-Identifier: MIT */
#include "rest/call.h"

#include "base/secret.h"
#include "base/utf8.h"

#include <errno.h>

#define BODY_MAX_BYTES (32u << 20)
#define MAX_DEPTH 4

static int put_value(const struct param *p, const struct call_arg *arg, struct buf *out,
                     struct err *err)
{
	int64_t n;

	if (arg->is_json) {
		buf_span(out, arg->text);
		return 0;
	}
	switch (p->type) {
	case VALUE_BOOL:
		if (span_ieq(arg->text, SPAN("true")) || span_is(arg->text, "1"))
			buf_puts(out, "true");
		else if (span_ieq(arg->text, SPAN("false")) || span_is(arg->text, "0"))
			buf_puts(out, "false");
		else
			return err_set(err, -EINVAL, "%s must be true or false", p->name);
		return 0;
	case VALUE_INT:
		if (!span_int(arg->text, &n))
			return err_set(err, -EINVAL, "%s must be a whole number",
			               p->name);
		buf_printf(out, "%lld", (long long)n);
		return 0;
	case VALUE_NULL:
	case VALUE_REAL:
	case VALUE_TEXT:
	case VALUE_TIME:
	case VALUE_JSON:
		break;
	}
	utf8_to_json(out, arg->text);
	return 0;
}

/* Does path start with prefix at a dot?  *ret is what is behind. */
static bool below(const char *path, struct span prefix, struct span *ret)
{
	struct span p = span_of(path);

	if (p.n < prefix.n || !span_eq((struct span){ p.p, prefix.n }, prefix))
		return false;
	*ret = (struct span){ p.p + prefix.n, p.n - prefix.n };
	return true;
}

/* The parameter's member of the body, or NULL. */
static const char *member(const struct param *p, enum deployment on)
{
	return on == DEPLOYMENT_DATA_CENTER && p->path_dc ? p->path_dc : p->path;
}

/* Members of one object: "a.b" and "a.c" share the object a. */
static int put_object(const struct procedure *p, enum deployment on,
                      const struct call_arg *args, struct span prefix, int depth,
                      struct buf *out, struct err *err)
{
	const char *before = "{";
	int r = 0;

	for (size_t i = 0; p->in[i].name && !r; i++) {
		const char *path = member(&p->in[i], on);
		struct span rest, name, again;
		bool first = true;

		if (!args[i].given || !path || !below(path, prefix, &rest))
			continue;
		name = span_cut(&rest, '.');
		for (size_t j = 0; j < i; j++) {
			const char *other = member(&p->in[j], on);

			if (args[j].given && other && below(other, prefix, &again) &&
			    span_eq(span_cut(&again, '.'), name))
				first = false;
		}
		if (!first)
			continue;
		buf_puts(out, before);
		utf8_to_json(out, name);
		buf_putc(out, ':');
		if (rest.n && depth < MAX_DEPTH)
			r = put_object(p, on, args,
			               (struct span){ path, (size_t)(rest.p - path) },
			               depth + 1, out, err);
		else
			r = put_value(&p->in[i], &args[i], out, err);
		before = ",";
	}
	buf_puts(out, before[0] == '{' ? "{}" : "}");
	return r;
}

int call_body(const struct procedure *p, enum deployment on, const struct call_arg *args,
              struct buf *out, struct err *err)
{
	int r = put_object(p, on, args, SPAN(""), 0, out, err);

	if (!r && buf_status(out))
		r = err_set(err, buf_status(out), "the arguments of %s are too long",
		            p->name);
	return r;
}

static bool varies(const struct procedure *p)
{
	bool differs = !str_eq(p->query, p->query_dc);

	for (const struct param *in = p->in; in->name; in++)
		differs |= in->path_dc != NULL;
	return differs;
}

int call_send(struct client *client, const struct procedure *p,
              const struct call_arg *args, struct run *run, struct buf *answer,
              struct err *err)
{
	struct buf body = BUF_INIT(BODY_MAX_BYTES);
	cleanup_free_ char *path = NULL;
	enum deployment on = DEPLOYMENT_CLOUD;
	struct err why = { 0 };
	const char *query;
	int r = varies(p) ? client_deployment(client, run, &on, &why) : 0;

	query = on == DEPLOYMENT_DATA_CENTER ? p->query_dc : p->query;
	path = str_printf("%s%s%s", p->path, query ? "?" : "", query ? query : "");
	if (!r)
		r = path ? call_body(p, on, args, &body, &why) : err_nomem(&why);
	if (!r) {
		struct call call = { .method = p->method,
			             .path = path,
			             .bucket = p->path,
			             .body = buf_view(&body),
			             .repeatable = p->confirms };

		r = client_do(client, &call, run, answer, &why);
	}
	/* A server that fails half-way may have done its work. */
	if (r < 0 && why.outcome == ERR_OUTCOME_NONE)
		why.outcome = why.http >= 500 ? ERR_OUTCOME_UNKNOWN : ERR_OUTCOME_REFUSED;
	if (r < 0 && err)
		*err = why;
	secret_wipe(body.p, body.len);
	buf_clear(&body);
	return r;
}
