/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"
#include "json/jdoc.h"
#include "proc/fields_i.h"

#include <errno.h>

static void put_member(struct buf *out, struct span name, const char **before)
{
	buf_puts(out, *before);
	utf8_to_json(out, name);
	buf_putc(out, ':');
	*before = ",";
}

static int put_rest(const struct param *p, const struct call_arg *arg,
                    const char **before, struct buf *out, struct err *err)
{
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	const struct jnode *value;
	struct span name;
	size_t at = 0;

	if (jdoc_parse(arg->text, &doc, NULL) < 0 ||
	    jnode_type(jdoc_root(doc)) != J_OBJECT)
		return err_set(err, -EINVAL, "%s must be a JSON object", p->name);
	while (jnode_each(jdoc_root(doc), &at, &name, &value)) {
		put_member(out, name, before);
		jnode_print(value, out);
	}
	return 0;
}

int fields_print(const struct procedure *p, const struct call_arg *v,
                 struct client *client, struct run *run, struct buf *out, struct err *err)
{
	const char *before = "{";
	int r = 0;

	(void)client;
	(void)run;
	for (size_t i = 0; p->in[i].name && !r; i++) {
		if (!v[i].given)
			continue;
		if (p->in[i].flags & PARAM_FIELD) {
			put_member(out, span_of(p->in[i].path), &before);
			utf8_to_json(out, v[i].text);
		} else if (p->in[i].flags & PARAM_REST) {
			r = put_rest(&p->in[i], &v[i], &before, out, err);
		}
	}
	buf_puts(out, before[0] == '{' ? "{}" : "}");
	if (!r && buf_status(out))
		r = err_set(err, buf_status(out), "the fields are too long");
	return r;
}
