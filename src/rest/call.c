/* SPDX-License-Identifier: MIT */
#include "rest/call.h"

#include "base/clock.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "net/url.h"
#include "rest/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BODY_MAX_BYTES (32u << 20)
#define PATH_MAX_BYTES 4096
#define MAX_DEPTH 4

/* "a, b" -> ["a","b"] */
static int put_list(const struct param *p, struct span text, struct buf *out,
                    struct err *err)
{
	const char *before = "[";

	do {
		struct span item = span_trim(span_cut(&text, ','));

		if (!item.n)
			return err_set(err, -EINVAL, "%s has an empty entry", p->name);
		buf_puts(out, before);
		utf8_to_json(out, item);
		before = ",";
	} while (text.n);
	buf_putc(out, ']');
	return 0;
}

static int refuse_word_of(const struct param *p, struct span text, struct err *err)
{
	struct buf words = BUF_INIT(200);
	struct span rest = span_of(p->map);
	int r;

	while (rest.n) {
		struct span from = span_cut(&rest, ',');

		buf_puts(&words, words.len ? ", " : "");
		buf_span(&words, span_cut(&from, ':'));
	}
	r = err_set(err, -EINVAL, "%s cannot be '%.*s'; it is one of %s", p->name,
	            text.n > 60 ? 60 : (int)text.n, text.p, buf_str(&words));
	buf_clear(&words);
	return r;
}

/* One word of a fixed few. */
static int put_mapped(const struct param *p, struct span text, struct buf *out,
                      struct err *err)
{
	struct span rest = span_of(p->map);

	while (rest.n) {
		struct span to = span_cut(&rest, ',');
		struct span from = span_cut(&to, ':');

		if (!span_ieq(from, text))
			continue;
		utf8_to_json(out, to);
		return 0;
	}
	return refuse_word_of(p, text, err);
}

static int put_value(const struct param *p, const struct call_arg *arg, struct buf *out,
                     struct err *err)
{
	int64_t n;

	if (p->map)
		return put_mapped(p, arg->text, out, err);
	if (arg->is_json) {
		buf_span(out, arg->text);
		return 0;
	}
	if (p->flags & PARAM_LIST)
		return put_list(p, arg->text, out, err);
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

static const char *place(const struct param *p, enum deployment on)
{
	return on == DEPLOYMENT_DATA_CENTER && p->path_dc ? p->path_dc : p->path;
}

/* The parameter's member of the body, or NULL. */
static const char *member(const struct param *p, enum deployment on)
{
	const char *path = p->flags & PARAM_FIELD ? NULL : place(p, on);

	return path && path[0] != '{' ? path : NULL;
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

/* Is there anything that a body could hold? */
static bool has_body(const struct procedure *p, enum deployment on)
{
	for (const struct param *in = p->in; in->name; in++) {
		if (member(in, on))
			return true;
	}
	return false;
}

int call_body(const struct procedure *p, enum deployment on, const struct call_arg *args,
              struct buf *out, struct err *err)
{
	int r;

	if (!has_body(p, on))
		return 0;
	r = put_object(p, on, args, SPAN(""), 0, out, err);

	if (!r && buf_status(out))
		r = err_set(err, buf_status(out), "the arguments of %s are too long",
		            p->name);
	return r;
}

/* "RequestId or RequestKey", or "both" of them. */
static int refuse_word(const struct procedure *p, enum deployment on, const char *word,
                       bool several, struct err *err)
{
	struct buf names = BUF_INIT(200);
	int r;

	for (const struct param *in = p->in; in->name; in++) {
		if (!str_eq(place(in, on), word))
			continue;
		buf_printf(&names, "%s%s", names.len ? " or " : "", in->name);
	}
	r = err_set(err, -EINVAL, "%s %s %s%s", p->name, several ? "takes" : "needs",
	            buf_str(&names), several ? ", not both" : "");
	buf_clear(&names);
	return r;
}

/* What fills a word, its braces included. */
static int fill_word(const struct procedure *p, enum deployment on,
                     const struct call_arg *args, const char *word, struct buf *out,
                     struct err *err)
{
	const struct call_arg *found = NULL;
	const char *name = NULL;

	for (size_t i = 0; p->in[i].name; i++) {
		if (!args[i].given || !str_eq(place(&p->in[i], on), word))
			continue;
		if (found)
			return refuse_word(p, on, word, true, err);
		found = &args[i];
		name = p->in[i].name;
	}
	if (!found)
		return refuse_word(p, on, word, false, err);
	/* A server, or a proxy before it, may take dots for a way out of here. */
	if (!found->text.n || found->is_json || span_is(found->text, ".") ||
	    span_is(found->text, ".."))
		return err_set(err, -EINVAL, "%s cannot be '%.*s'", name,
		               found->text.n > 60 ? 60 : (int)found->text.n,
		               found->text.p);
	url_encode(out, found->text);
	return 0;
}

int call_path(const struct procedure *p, enum deployment on, const struct call_arg *args,
              struct buf *out, struct err *err)
{
	const char *query = on == DEPLOYMENT_DATA_CENTER ? p->query_dc : p->query;
	struct span rest = span_of(p->path);

	while (rest.n) {
		cleanup_free_ char *word = NULL;
		const char *open = memchr(rest.p, '{', rest.n);
		const char *close = open ? strchr(open, '}') : NULL;
		int r;

		if (!close)
			break;
		buf_span(out, (struct span){ rest.p, (size_t)(open - rest.p) });
		word = span_dup((struct span){ open, (size_t)(close + 1 - open) });
		if (!word)
			return err_nomem(err);
		r = fill_word(p, on, args, word, out, err);
		if (r < 0)
			return r;
		rest = (struct span){ close + 1, strlen(close + 1) };
	}
	buf_span(out, rest);
	buf_printf(out, "%s%s", query ? "?" : "", query ? query : "");
	return buf_status(out) ? err_set(err, buf_status(out),
	                                 "the arguments of %s are "
	                                 "too long",
	                                 p->name)
	                       : 0;
}

static bool varies(const struct procedure *p)
{
	/* A file refused for want of the right word would have to be sent again. */
	bool differs = p->kind == PROCEDURE_UPLOAD || !str_eq(p->query, p->query_dc);

	for (const struct param *in = p->in; in->name; in++)
		differs |= in->path_dc != NULL;
	return differs;
}

/* The file that is to be sent, opened. */
static int open_source(const struct procedure *p, const struct call_arg *args,
                       struct local_file *ret, struct err *err)
{
	for (size_t i = 0; p->in[i].name; i++) {
		if (!(p->in[i].flags & PARAM_FILE))
			continue;
		if (args[i].given && args[i].is_open)
			return local_file_given(args[i].fd, args[i].text, ret, err);
		if (args[i].given)
			return local_file_open(args[i].text, ret, err);
		return err_set(err, -EINVAL, "%s needs %s", p->name, p->in[i].name);
	}
	return err_set(err, -EINVAL, "%s sends no file", p->name);
}

/* A call that is ready to go. */
struct composed {
	struct buf path, body;
	struct local_file file; /* its fd is -1 when there is none */
};

#define COMPOSED_INIT                                                                    \
	((struct composed){ .path = BUF_INIT(PATH_MAX_BYTES),                            \
	                    .body = BUF_INIT(BODY_MAX_BYTES),                            \
	                    .file = { .fd = -1 } })

static void composed_clear(struct composed *c)
{
	secret_wipe(c->body.p, c->body.len);
	buf_clear(&c->body);
	buf_clear(&c->path);
	local_file_close(&c->file);
}

static int compose(struct client *client, const struct procedure *p,
                   const struct call_arg *args, struct run *run, struct composed *c,
                   struct err *err)
{
	enum deployment on = DEPLOYMENT_CLOUD;
	int r = varies(p) ? client_deployment(client, run, &on, err) : 0;

	if (!r)
		r = call_path(p, on, args, &c->path, err);
	if (!r && p->kind == PROCEDURE_UPLOAD)
		r = open_source(p, args, &c->file, err);
	else if (!r)
		r = call_body(p, on, args, &c->body, err);
	return r;
}

int call_send(struct client *client, const struct procedure *p,
              const struct call_arg *args, struct run *run, struct buf *answer,
              struct err *err)
{
	struct composed c = COMPOSED_INIT;
	struct err why = { 0 };
	int r = compose(client, p, args, run, &c, &why);

	if (!r && c.file.fd >= 0 && run->deadline != CLOCK_FOREVER)
		run->deadline += (int64_t)(c.file.size / CALL_UPLOAD_BYTES_PER_MS);
	if (!r)
		r = client_do(client,
		              &(struct call){ .method = p->method,
		                              .path = buf_str(&c.path),
		                              .bucket = p->path,
		                              .body = buf_view(&c.body),
		                              .file = c.file.fd >= 0 ? &c.file : NULL,
		                              .repeatable = p->confirms,
		                              .changes = true },
		              run, answer, &why);
	/* Whatever failed before the write itself. */
	if (r < 0 && why.outcome == ERR_OUTCOME_NONE)
		why.outcome = ERR_OUTCOME_REFUSED;
	if (r < 0 && err)
		*err = why;
	composed_clear(&c);
	return r;
}

int call_show(struct client *client, const struct procedure *p,
              const struct call_arg *args, struct run *run, struct buf *out,
              struct err *err)
{
	cleanup_free_ struct call_arg *v = NULL;
	struct composed c = COMPOSED_INIT;
	size_t n = 0;
	int r;

	while (p->in[n].name)
		n++;
	v = calloc(n + 1, sizeof(*v));
	if (!v)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		v[i] = args[i];
		if (v[i].given && p->in[i].flags & PARAM_SECRET)
			v[i] = (struct call_arg){ .given = true, .text = SPAN("***") };
	}
	r = compose(client, p, v, run, &c, err);
	if (!r) {
		buf_printf(out, "%s %s", p->method, buf_str(&c.path));
		if (c.file.fd >= 0)
			buf_printf(out, " (the file %s, %llu bytes)", c.file.name,
			           (unsigned long long)c.file.size);
		else if (c.body.len)
			buf_printf(out, " %s", buf_str(&c.body));
	}
	composed_clear(&c);
	return r;
}
