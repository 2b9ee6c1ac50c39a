/* SPDX-License-Identifier: MIT */
/* A JSON object is a call, an array many. */
#include "base/utf8.h"
#include "json/jdoc.h"
#include "proc/input_i.h"

#include <errno.h>
#include <string.h>

/* Walks over the text beside the parsed document, which knows neither lines nor
 * names that stood there twice. */
struct walk {
	struct span rest;
	size_t line;
};

struct element {
	size_t line;      /* where it begins */
	size_t n_members; /* as written, if it is an object */
};

static void walk_skip(struct walk *w)
{
	while (w->rest.n && (input_is_blank(*w->rest.p) || *w->rest.p == ',')) {
		w->line += *w->rest.p == '\n';
		w->rest.p++;
		w->rest.n--;
	}
}

static struct element walk_next(struct walk *w)
{
	struct element e = { 0 };
	size_t depth = 0, i = 0;
	bool in_string = false;

	walk_skip(w);
	e.line = w->line;
	for (; i < w->rest.n; i++) {
		char c = w->rest.p[i];
		w->line += c == '\n';
		if (in_string) {
			i += c == '\\';
			in_string = c != '"';
			continue;
		}
		if (!depth && (c == ',' || c == ']'))
			break;
		in_string = c == '"';
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		e.n_members += depth == 1 && c == ':';
	}
	if (i > w->rest.n)
		i = w->rest.n;
	w->rest.p += i;
	w->rest.n -= i;
	return e;
}

static void give_node(struct input *in, size_t i, const struct jnode *n)
{
	cleanup_(buf_clear) struct buf text = BUF_INIT(INPUT_MAX_BYTES);
	enum jtype type = jnode_type(n);
	bool is_tree = type == J_ARRAY || type == J_OBJECT;

	if (type == J_NULL)
		return;
	if (type == J_STRING) {
		input_copy(in, i, jnode_text(n), false);
		return;
	}
	jnode_print(n, &text);
	if (buf_status(&text))
		input_refuse(in, buf_status(&text), "the value of %s is too large",
		             input_label(in, i));
	else
		/* what is of no parameter keeps its type */
		input_copy(in, i, buf_view(&text), is_tree || i == in->n_params);
}

static int run_object(struct input *in, const struct jnode *object,
                      const struct element *e)
{
	const struct jnode *value = NULL;
	struct span name;
	size_t cursor = 0, n = 0;

	input_begin(in, e->line);
	if (jnode_type(object) != J_OBJECT)
		input_refuse(in, -EINVAL, "this is no JSON object");
	while (jnode_each(object, &cursor, &name, &value) && !in->refused) {
		n++;
		int i = input_find(in, name);
		if (i >= 0)
			give_node(in, (size_t)i, value);
	}
	if (!in->refused && n != e->n_members)
		input_refuse(in, -EINVAL, "a name stands twice in the object");
	return input_emit(in);
}

static int refuse_document(struct input *in, int code, const char *why)
{
	input_begin(in, in->line);
	/* Whatever is wrong with the text is the writer's mistake, not the server's. */
	input_refuse(in, code == -EBADMSG ? -EINVAL : code, "%s", why);
	return input_emit(in);
}

int input_json(struct input *in, struct span document)
{
	cleanup_(jdoc_freep) struct jdoc *d = NULL;
	struct walk w = { document, in->line };
	struct err why = { 0 };

	if (!utf8_valid(document))
		return refuse_document(in, -EINVAL, "the JSON is not valid UTF-8");
	int r = jdoc_parse(document, &d, &why);
	if (r < 0)
		return refuse_document(in, r, why.msg);
	const struct jnode *root = jdoc_root(d);
	if (jnode_type(root) == J_OBJECT) {
		struct element e = walk_next(&w);
		return run_object(in, root, &e);
	}
	w.rest.p++;
	w.rest.n--;
	size_t n = jnode_len(root);
	for (size_t i = 0; i < n && r >= 0; i++) {
		struct element e = walk_next(&w);
		r = run_object(in, jnode_at(root, i), &e);
	}
	return r;
}
