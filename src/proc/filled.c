/* SPDX-License-Identifier: MIT */
#include "proc/desk_i.h"
#include "proc/filled_i.h"

#include <errno.h>
#include <stdlib.h>

#define MAX_FIELDS_BYTES (32u << 20)

void filled_clear(struct filled *f)
{
	free(f->v);
	free(f->desk);
	buf_clear(&f->fields);
}

int filled_check(const struct filled *f, struct err *err)
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

int filled_complete(struct filled *f, struct catalog *catalog, struct client *client,
                    struct run *run, struct err *err)
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
			int r = desk_find(catalog, client, run, &f->desk, err);

			if (r < 0)
				return r;
			f->v[i] = (struct call_arg){ .given = true,
				                     .is_json = false,
				                     .text = span_of(f->desk) };
		}
	}
	return 0;
}

int filled_init(struct filled *f, const struct procedure *p, struct err *err)
{
	size_t n = 0;

	while (p->in[n].name)
		n++;
	*f = (struct filled){ .p = p, .fields = BUF_INIT(MAX_FIELDS_BYTES) };
	f->v = calloc(n + 1, sizeof(*f->v));
	return f->v ? 0 : err_nomem(err);
}

const struct call_arg *filled_find(const struct filled *f, const char *name)
{
	const struct param *in = param_find(f->p->in, span_of(name));

	return in && f->v[in - f->p->in].given ? &f->v[in - f->p->in] : NULL;
}

struct span filled_text(const struct filled *f, const char *name)
{
	const struct call_arg *a = filled_find(f, name);

	return a ? a->text : SPAN("");
}
