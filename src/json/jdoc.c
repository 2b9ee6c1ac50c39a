/* SPDX-License-Identifier: MIT */
/*
 * A node is json-c's own object under another name, so JSON null and "nothing"
 * are both NULL, as they are there.  The text is made valid UTF-8 before it is
 * parsed: then every string that comes out is.
 */
#include "json/jdoc.h"

#include "base/utf8.h"
#include "json/jdoc_i.h"

#include <json-c/json.h>

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#define DEPTH_MAX 64
#define REPLACED_GROWTH 3 /* U+FFFD has three bytes */

struct jdoc {
	struct json_object *root;
};

DEFINE_CLEANUP(struct json_tokener *, json_tokener_free)

/* json-c's readers are not const-correct; none of those used here writes. */
static struct json_object *object_of(const struct jnode *n)
{
	return (struct json_object *)(uintptr_t)n;
}

static const struct jnode *node_of(const struct json_object *o)
{
	return (const struct jnode *)o;
}

static struct span skip_blanks(struct span s)
{
	while (s.n && (*s.p == ' ' || *s.p == '\t' || *s.p == '\n' || *s.p == '\r')) {
		s.p++;
		s.n--;
	}
	return s;
}

static int bad_at(struct err *err, size_t at, const char *why)
{
	return err_set(err, -EBADMSG, "not valid JSON at byte %zu: %s", at, why);
}

/* The text is at most INT_MAX bytes. */
static int parse_clean(struct span text, struct json_object **ret, struct err *err)
{
	cleanup_(json_tokener_freep) struct json_tokener *tok =
		json_tokener_new_ex(DEPTH_MAX);

	if (!tok)
		return err_nomem(err);
	if (!skip_blanks(text).n)
		return bad_at(err, text.n, "there is no document");
	json_tokener_set_flags(tok,
	                       JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
	struct json_object *root = json_tokener_parse_ex(tok, text.p, (int)text.n);
	enum json_tokener_error why = json_tokener_get_error(tok);
	size_t end =
		why == json_tokener_continue ? text.n : json_tokener_get_parse_end(tok);
	/* Only something behind it says that a number at the end is complete. */
	if (why == json_tokener_continue) {
		root = json_tokener_parse_ex(tok, "\n", 1);
		why = json_tokener_get_error(tok);
	}
	if (why == json_tokener_continue)
		return bad_at(err, end, "the document is not complete");
	if (why != json_tokener_success)
		return bad_at(err, end, json_tokener_error_desc(why));
	/* json-c tells of a lack of memory in no other way. */
	if (!root && *skip_blanks(text).p != 'n')
		return err_nomem(err);
	if (skip_blanks((struct span){ text.p + end, text.n - end }).n) {
		json_object_put(root);
		return bad_at(err, end, "something follows the document");
	}
	*ret = root;
	return 0;
}

int jdoc_parse(struct span text, struct jdoc **ret, struct err *err)
{
	if (text.n > INT_MAX / REPLACED_GROWTH)
		return err_set(err, -EFBIG, "a JSON document of %zu bytes is too large",
		               text.n);
	cleanup_(jdoc_freep) struct jdoc *d = calloc(1, sizeof(*d));
	if (!d)
		return err_nomem(err);
	struct buf clean = BUF_INIT(text.n * REPLACED_GROWTH);
	if (!utf8_valid(text)) {
		utf8_clean(&clean, text);
		text = buf_view(&clean);
	}
	int r = buf_status(&clean) ? err_nomem(err) : parse_clean(text, &d->root, err);
	buf_clear(&clean);
	if (r)
		return r;
	*ret = take_ptr(d);
	return 0;
}

void jdoc_free(struct jdoc *d)
{
	if (!d)
		return;
	json_object_put(d->root);
	free(d);
}

const struct jnode *jdoc_root(const struct jdoc *d)
{
	return d ? node_of(d->root) : NULL;
}

enum jtype jnode_type(const struct jnode *n)
{
	switch (json_object_get_type(object_of(n))) {
	case json_type_null:
		return J_NULL;
	case json_type_boolean:
		return J_BOOL;
	case json_type_int:
		return J_INT;
	case json_type_double:
		return J_REAL;
	case json_type_string:
		return J_STRING;
	case json_type_array:
		return J_ARRAY;
	case json_type_object:
		return J_OBJECT;
	}
	return J_NULL;
}

const struct jnode *jnode_get(const struct jnode *object, const char *name)
{
	struct json_object *value = NULL;

	if (jnode_type(object) != J_OBJECT)
		return NULL;
	json_object_object_get_ex(object_of(object), name, &value);
	return node_of(value);
}

size_t jnode_len(const struct jnode *array)
{
	return jnode_type(array) == J_ARRAY ? json_object_array_length(object_of(array))
	                                    : 0;
}

const struct jnode *jnode_at(const struct jnode *array, size_t i)
{
	if (i >= jnode_len(array))
		return NULL;
	return node_of(json_object_array_get_idx(object_of(array), i));
}

struct span jnode_text(const struct jnode *string)
{
	if (jnode_type(string) != J_STRING)
		return SPAN("");
	struct json_object *o = object_of(string);
	return (struct span){ json_object_get_string(o),
		              (size_t)json_object_get_string_len(o) };
}

bool jnode_bool(const struct jnode *n, bool otherwise)
{
	return jnode_type(n) == J_BOOL ? json_object_get_boolean(object_of(n))
	                               : otherwise;
}

bool jnode_int(const struct jnode *n, int64_t *ret)
{
	enum jtype type = jnode_type(n);

	if (type == J_INT) {
		/* A larger number than fits reads as the largest that does. */
		int64_t i = json_object_get_int64(object_of(n));
		if (i == INT64_MAX && json_object_get_uint64(object_of(n)) > INT64_MAX)
			return false;
		*ret = i;
		return true;
	}
	if (type == J_REAL) {
		double r = json_object_get_double(object_of(n));
		/* 2^63 is the first that does not fit, and exact as a double. */
		if (!(r >= -0x1p63 && r < 0x1p63) || r != (double)(int64_t)r)
			return false;
		*ret = (int64_t)r;
		return true;
	}
	return false;
}

double jnode_real(const struct jnode *n)
{
	return json_object_get_double(object_of(n));
}

bool jnode_each(const struct jnode *object, size_t *cursor, struct span *ret_name,
                const struct jnode **ret_value)
{
	if (jnode_type(object) != J_OBJECT)
		return false;
	/* The cursor is the address of the member seen last: no walk from the start. */
	const struct lh_entry *entry =
		*cursor ? ((const struct lh_entry *)(uintptr_t)*cursor)->next
			: json_object_get_object(object_of(object))->head;
	if (!entry)
		return false;
	*cursor = (size_t)(uintptr_t)entry;
	*ret_name = span_of((const char *)entry->k);
	*ret_value = node_of((const struct json_object *)entry->v);
	return true;
}

static void print_real(struct json_object *o, struct buf *out)
{
	/* The tokener keeps the number as it was written. */
	const char *written = json_object_get_userdata(o);
	double r = json_object_get_double(o);

	if (written)
		buf_puts(out, written);
	else if (isfinite(r))
		buf_printf(out, "%.17g", r);
	else
		buf_puts(out, "null");
}

static void print_int(struct json_object *o, struct buf *out)
{
	int64_t i = json_object_get_int64(o);

	if (i == INT64_MAX)
		buf_printf(out, "%llu", (unsigned long long)json_object_get_uint64(o));
	else
		buf_printf(out, "%lld", (long long)i);
}

static void print_members(const struct jnode *n, struct buf *out)
{
	size_t cursor = 0, i = 0;
	struct span name;
	const struct jnode *value;

	buf_putc(out, '{');
	while (jnode_each(n, &cursor, &name, &value)) {
		if (i++)
			buf_putc(out, ',');
		utf8_to_json(out, name);
		buf_putc(out, ':');
		jnode_print(value, out);
	}
	buf_putc(out, '}');
}

/* Recursion ends because parsing limits the depth. */
void jnode_print(const struct jnode *n, struct buf *out)
{
	switch (jnode_type(n)) {
	case J_NULL:
		buf_puts(out, "null");
		break;
	case J_BOOL:
		buf_puts(out, jnode_bool(n, false) ? "true" : "false");
		break;
	case J_INT:
		print_int(object_of(n), out);
		break;
	case J_REAL:
		print_real(object_of(n), out);
		break;
	case J_STRING:
		utf8_to_json(out, jnode_text(n));
		break;
	case J_ARRAY:
		buf_putc(out, '[');
		for (size_t i = 0; i < jnode_len(n); i++) {
			if (i)
				buf_putc(out, ',');
			jnode_print(jnode_at(n, i), out);
		}
		buf_putc(out, ']');
		break;
	case J_OBJECT:
		print_members(n, out);
		break;
	}
}
