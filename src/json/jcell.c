/* SPDX-License-Identifier: MIT */
/* What a cell is made of a JSON value, as a node of a tree or as its text. */
#include "base/clock.h"
#include "json/jdoc_i.h"
#include "json/jlex.h"
#include "json/jpage_i.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* The first and last moment that RFC 3339 can write. */
#define TIME_MIN_MS (-62135596800000LL)
#define TIME_MAX_MS 253402300799999LL

/* The node as JSON text; false when there is no memory for it. */
static bool print_cell(struct jpage *p, const struct jnode *n, enum value_type type,
                       struct value *ret)
{
	buf_reset(&p->scratch);
	jnode_print(n, &p->scratch);
	if (buf_status(&p->scratch))
		return false;
	char *text = arena_dup(&p->made, buf_view(&p->scratch));
	if (!text)
		return false;
	*ret = (struct value){ .type = type, .s = { text, p->scratch.len } };
	return true;
}

static void time_of(int64_t ms, struct value *ret)
{
	if (ms >= TIME_MIN_MS && ms <= TIME_MAX_MS)
		*ret = (struct value){ .type = VALUE_TIME, .i = ms };
}

static void time_of_text(struct span text, struct value *ret)
{
	int64_t ms;

	/* "-2h" is for people who ask, it is no time an answer can hold. */
	if (text.n && *text.p != '-' && clock_parse(text, &ms))
		time_of(ms, ret);
}

static void to_time(const struct jnode *n, struct value *ret)
{
	int64_t ms;

	if (jnode_int(n, &ms))
		time_of(ms, ret);
	else
		time_of_text(jnode_text(n), ret);
}

static void bool_of(bool b, struct value *ret)
{
	*ret = (struct value){ .type = VALUE_BOOL, .b = b };
}

static void bool_of_text(struct span text, struct value *ret)
{
	bool is_true = span_ieq(text, SPAN("true"));

	if (is_true || span_ieq(text, SPAN("false")))
		bool_of(is_true, ret);
}

static void to_bool(const struct jnode *n, struct value *ret)
{
	if (jnode_type(n) == J_BOOL)
		bool_of(jnode_bool(n, false), ret);
	else
		bool_of_text(jnode_text(n), ret);
}

static void to_int(const struct jnode *n, struct value *ret)
{
	int64_t i;

	if (jnode_int(n, &i) || span_int(jnode_text(n), &i))
		*ret = value_int(i);
}

static void to_real(const struct jnode *n, struct value *ret)
{
	enum jtype type = jnode_type(n);
	double r = jnode_real(n);

	if ((type == J_INT || type == J_REAL) && isfinite(r))
		*ret = (struct value){ .type = VALUE_REAL, .r = r };
}

bool jcell_of_node(struct jpage *p, const struct jnode *n, enum value_type type,
                   struct value *ret)
{
	*ret = VALUE_NULL_INIT;
	if (!n)
		return true;
	switch (type) {
	case VALUE_NULL:
		break;
	case VALUE_BOOL:
		to_bool(n, ret);
		break;
	case VALUE_INT:
		to_int(n, ret);
		break;
	case VALUE_REAL:
		to_real(n, ret);
		break;
	case VALUE_TEXT:
		if (jnode_type(n) != J_STRING)
			return print_cell(p, n, VALUE_TEXT, ret);
		*ret = value_text(jnode_text(n));
		break;
	case VALUE_TIME:
		to_time(n, ret);
		break;
	case VALUE_JSON:
		return print_cell(p, n, VALUE_JSON, ret);
	}
	return true;
}

/* By the reader of documents, for what is rare. */
static bool by_document(struct jpage *p, struct span json, enum value_type type,
                        struct value *ret)
{
	cleanup_(jdoc_freep) struct jdoc *d = NULL;

	if (jdoc_parse(json, &d, NULL) || !jcell_of_node(p, jdoc_root(d), type, ret))
		return false;
	if (ret->type == VALUE_TEXT)
		ret->s.p = arena_dup(&p->made, ret->s);
	return ret->type != VALUE_TEXT || ret->s.p;
}

/* The text of a string whose escapes are all of one letter; -1 without memory. */
static int unescape(struct jpage *p, struct span text, struct span *ret)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	char *out = arena_alloc(&p->made, text.n + 1);
	size_t n = 0;

	if (!out)
		return -1;
	for (size_t i = 0; i < text.n; i++) {
		const char *letter;

		if (text.p[i] != '\\') {
			out[n++] = text.p[i];
			continue;
		}
		letter = memchr(from, text.p[++i], sizeof(from) - 1);
		if (!letter)
			return 0;
		out[n++] = to[letter - from];
	}
	*ret = (struct span){ out, n };
	return 1;
}

static bool of_string(struct jpage *p, struct span json, enum value_type type,
                      struct value *ret)
{
	struct span text = { json.p + 1, json.n - 2 };
	int64_t i;
	int r = 1;

	if (type == VALUE_JSON) {
		if (!jlex_is_compact(json))
			return by_document(p, json, type, ret);
	} else if (memchr(text.p, '\\', text.n)) {
		r = unescape(p, text, &text);
	}
	if (r <= 0)
		return !r && by_document(p, json, type, ret);
	switch (type) {
	case VALUE_NULL:
	case VALUE_REAL:
		break;
	case VALUE_BOOL:
		bool_of_text(text, ret);
		break;
	case VALUE_INT:
		if (span_int(text, &i))
			*ret = value_int(i);
		break;
	case VALUE_TEXT:
		*ret = value_text(text);
		break;
	case VALUE_TIME:
		time_of_text(text, ret);
		break;
	case VALUE_JSON:
		*ret = (struct value){ .type = type, .s = json };
		break;
	}
	return true;
}

bool jcell_of_text(struct jpage *p, struct span json, enum value_type type,
                   struct value *ret)
{
	bool printed = type == VALUE_TEXT || type == VALUE_JSON;
	bool nested = json.n && (*json.p == '{' || *json.p == '[');

	int64_t i;

	*ret = VALUE_NULL_INIT;
	if (!json.n || *json.p == 'n')
		return true;
	if (*json.p == '"')
		return of_string(p, json, type, ret);
	if (type == VALUE_BOOL && (*json.p == 't' || *json.p == 'f')) {
		bool_of(*json.p == 't', ret);
		return true;
	}
	if ((type == VALUE_TIME || type == VALUE_INT) && span_int(json, &i)) {
		if (type == VALUE_TIME)
			time_of(i, ret);
		else
			*ret = value_int(i);
		return true;
	}
	if (!printed)
		return nested || by_document(p, json, type, ret);
	if (nested && !jlex_is_compact(json))
		return by_document(p, json, type, ret);
	*ret = (struct value){ .type = type, .s = json };
	return true;
}
