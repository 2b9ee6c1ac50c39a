/* SPDX-License-Identifier: MIT */
#include "sim/option.h"

#include <stdlib.h>
#include <string.h>

static long option_first_id(const struct field *f)
{
	if (f->kind == FIELD_PRIORITY)
		return 1;
	return 10200 + (long)(f - model_fields) * 100;
}

int option_count(const struct field *f)
{
	const char *at = f->options;
	size_t n;
	int count = 0;
	while (list_next(&at, '|', &n))
		count++;
	return count;
}

bool option_at(const struct field *f, int k, struct option *ret)
{
	const char *at = f->options, *part;
	size_t n;
	for (int i = 0; (part = list_next(&at, '|', &n)); i++) {
		if (i < k)
			continue;
		*ret = (struct option){ .id = option_first_id(f) + k,
			                .name = part,
			                .len = (int)n };
		const char *colon =
			f->kind == FIELD_CASCADE ? memchr(part, ':', n) : NULL;
		if (colon) {
			ret->id = option_first_id(f) + k * 10;
			ret->len = (int)(colon - part);
			ret->children = colon + 1;
			ret->children_len = (int)n - ret->len - 1;
		}
		return true;
	}
	return false;
}

bool option_find(const struct field *f, const char *name, const char *id,
                 struct option *ret)
{
	for (int k = 0; option_at(f, k, ret); k++) {
		if (name && (int)strlen(name) == ret->len &&
		    !memcmp(name, ret->name, strlen(name)))
			return true;
		if (id && atol(id) == ret->id)
			return true;
	}
	return false;
}

int option_n_children(const struct option *o)
{
	struct option child;
	int n = 0;
	while (option_child(o, n, &child))
		n++;
	return n;
}

bool option_child(const struct option *o, int k, struct option *ret)
{
	const char *at = o->children;
	const char *end = at ? at + o->children_len : NULL;
	for (int i = 0; at && at < end; i++) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		const char *stop = comma ? comma : end;
		if (i == k) {
			*ret = (struct option){ .id = o->id + 1 + k,
				                .name = at,
				                .len = (int)(stop - at) };
			return true;
		}
		at = comma ? comma + 1 : end;
	}
	return false;
}

void option_json(struct buf *b, const struct buf *base, const struct field *f,
                 const struct option *o, const struct option *child)
{
	const char *path = "customFieldOption", *name = "value";
	if (f->kind == FIELD_COMPONENTS)
		path = "component", name = "name";
	else if (f->kind == FIELD_VERSIONS)
		path = "version", name = "name";
	else if (f->kind == FIELD_PRIORITY)
		path = "priority", name = "name";
	buf_lit(b, "{\"self\":\"");
	if (base->len)
		buf_json_part(b, base->data, base->len);
	buf_lit(b, "/rest/api/2/");
	buf_str(b, path);
	buf_char(b, '/');
	buf_int(b, o->id);
	buf_lit(b, "\",\"id\":\"");
	buf_int(b, o->id);
	buf_lit(b, "\",\"");
	buf_str(b, name);
	buf_lit(b, "\":\"");
	buf_json_part(b, o->name, (size_t)o->len);
	buf_char(b, '"');
	if (f->kind == FIELD_VERSIONS)
		buf_lit(b, ",\"archived\":false,\"released\":true");
	if (child) {
		buf_lit(b, ",\"child\":");
		option_json(b, base, f, child, NULL);
	}
	buf_char(b, '}');
}
