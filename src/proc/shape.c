/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/utf8.h"
#include "proc/shape_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TEXT_MAX_BYTES (1u << 20)

enum kind {
	KIND_ANY, /* as it comes */
	KIND_TEXT,
	KIND_NUMBER,
	KIND_DATE,
	KIND_TIME,
	KIND_OPTION, /* {"value": …} */
	KIND_NAMED,  /* {"name": …} */
	KIND_CASCADE,
	KIND_USER,
	KIND_FILE
};

static const struct {
	const char *type;
	enum kind kind;
} kinds[] = {
	{ "string", KIND_TEXT },     { "number", KIND_NUMBER },
	{ "date", KIND_DATE },       { "datetime", KIND_TIME },
	{ "option", KIND_OPTION },   { "option-with-child", KIND_CASCADE },
	{ "priority", KIND_NAMED },  { "component", KIND_NAMED },
	{ "version", KIND_NAMED },   { "user", KIND_USER },
	{ "attachment", KIND_FILE },
};

static enum kind kind_of(struct span type)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (span_is(type, kinds[i].type))
			return kinds[i].kind;
	}
	return KIND_ANY;
}

static bool is_list(const struct shape *s)
{
	return span_is(jnode_text(jnode_get(s->schema, "type")), "array");
}

static enum kind kind(const struct shape *s)
{
	return kind_of(jnode_text(jnode_get(s->schema, is_list(s) ? "items" : "type")));
}

/* ----------------------------------------------------------------- valid values */

static int refuse_value(const struct shape *s, const struct jnode *values,
                        struct span text, struct err *err)
{
	struct buf list = BUF_INIT(280);
	int r;

	for (size_t i = 0; i < jnode_len(values) && list.len < 240; i++) {
		struct span label = jnode_text(jnode_get(jnode_at(values, i), "label"));

		buf_printf(&list, "%s%.*s", i ? ", " : "",
		           label.n > 40 ? 40 : (int)label.n, label.p);
	}
	r = err_set(err, -EINVAL, "%s cannot be '%.*s'; it is one of %s", s->name,
	            text.n > 60 ? 60 : (int)text.n, text.p, buf_str(&list));
	buf_clear(&list);
	return r;
}

/* The valid value of that label or ID, or NULL. */
static const struct jnode *find_value(const struct jnode *values, struct span text,
                                      bool *ret_by_id)
{
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < jnode_len(values); i++) {
			const struct jnode *v = jnode_at(values, i);

			if (pass ? span_eq(jnode_text(jnode_get(v, "value")), text)
			         : span_ieq(jnode_text(jnode_get(v, "label")), text)) {
				*ret_by_id = pass;
				return v;
			}
		}
	}
	return NULL;
}

/* {"value":"Red"} or {"id":"7"}, without the brace that closes it. */
static int open_option(const struct shape *s, const struct jnode *values,
                       const char *member, struct span text, struct buf *out,
                       const struct jnode **ret, struct err *err)
{
	bool by_id = false;
	const struct jnode *v = find_value(values, text, &by_id);

	if (!v && jnode_len(values))
		return refuse_value(s, values, text, err);
	buf_printf(out, "{\"%s\":", by_id ? "id" : member);
	utf8_to_json(out, v ? jnode_text(jnode_get(v, by_id ? "value" : "label")) : text);
	*ret = v;
	return 0;
}

static int put_option(const struct shape *s, const char *member, struct span text,
                      struct buf *out, struct err *err)
{
	const struct jnode *v;
	int r = open_option(s, s->values, member, text, out, &v, err);

	if (!r)
		buf_putc(out, '}');
	return r;
}

/* "parent / child"; the names may hold slashes themselves. */
static int put_cascade(const struct shape *s, struct span text, struct buf *out,
                       struct err *err)
{
	const struct jnode *v = NULL;
	bool by_id;
	int r;

	for (size_t i = 0; i < text.n; i++) {
		struct span parent = span_trim((struct span){ text.p, i });
		struct span child =
			span_trim((struct span){ text.p + i + 1, text.n - i - 1 });

		if ((text.p[i] != '/' && text.p[i] != '>') || !child.n ||
		    (jnode_len(s->values) && !find_value(s->values, parent, &by_id)))
			continue;
		r = open_option(s, s->values, "value", parent, out, &v, err);
		if (!r) {
			buf_puts(out, ",\"child\":");
			r = open_option(s, jnode_get(v, "children"), "value", child, out,
			                &v, err);
		}
		if (!r)
			buf_puts(out, "}}");
		return r;
	}
	return put_option(s, "value", text, out, err);
}

/* ----------------------------------------------------------------- single values */

static bool is_number(struct span text)
{
	char copy[64], *end;

	if (!text.n || text.n >= sizeof(copy) ||
	    strspn(text.p, "+-.0123456789eE") < text.n)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	(void)strtod(copy, &end);
	/* JSON knows neither a plus nor a point without a digit before it */
	return !*end && text.p[text.n - 1] != '.' &&
	       ((text.p[0] >= '0' && text.p[0] <= '9') ||
	        (text.p[0] == '-' && text.n > 1 && text.p[1] >= '0' && text.p[1] <= '9'));
}

static bool is_date(struct span text)
{
	struct tm tm = { 0 };
	char copy[16];
	const char *end;

	if (text.n != 10)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	end = strptime(copy, "%Y-%m-%d", &tm);
	return end && !*end;
}

/* 2026-01-31T10:00:00.000+0000: the one form that all versions take. */
static int put_time(const struct shape *s, struct span text, struct buf *out,
                    struct err *err)
{
	struct buf b = BUF_INIT(64);
	struct tm tm;
	time_t at;
	int64_t ms;

	if (!clock_parse(text, &ms))
		return err_set(err, -EINVAL,
		               "%s must be a time such as 2026-01-31T10:00:00+01:00",
		               s->name);
	at = (time_t)(ms / 1000);
	if (!gmtime_r(&at, &tm))
		return err_set(err, -EINVAL, "%s is no time there was", s->name);
	buf_printf(&b, "\"%04d-%02d-%02dT%02d:%02d:%02d.%03d+0000\"", tm.tm_year + 1900,
	           tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
	           (int)(ms % 1000));
	buf_span(out, buf_view(&b));
	buf_clear(&b);
	return 0;
}

static int put_single(const struct shape *s, struct span text, struct buf *out,
                      struct err *err)
{
	switch (kind(s)) {
	case KIND_ANY:
	case KIND_TEXT:
		break;
	case KIND_NUMBER:
		text = span_trim(text);
		if (!is_number(text))
			return err_set(err, -EINVAL, "%s must be a number", s->name);
		buf_span(out, text);
		return 0;
	case KIND_DATE:
		if (!is_date(text))
			return err_set(err, -EINVAL,
			               "%s must be a date such as 2026-01-31", s->name);
		break;
	case KIND_TIME:
		return put_time(s, text, out, err);
	case KIND_OPTION:
		return put_option(s, "value", text, out, err);
	case KIND_NAMED:
		return put_option(s, "name", text, out, err);
	case KIND_CASCADE:
		return put_cascade(s, text, out, err);
	case KIND_USER:
		buf_puts(out, s->on == DEPLOYMENT_DATA_CENTER ? "{\"name\":"
		                                              : "{\"accountId\":");
		utf8_to_json(out, text);
		buf_putc(out, '}');
		return 0;
	case KIND_FILE:
		return s->upload(s->ctx, text, out, err);
	}
	utf8_to_json(out, text);
	return 0;
}

int shape_print_text(const struct shape *s, struct span text, struct buf *out,
                     struct err *err)
{
	bool by_id;
	int r = 0;

	if (!is_list(s))
		return put_single(s, text, out, err);
	buf_putc(out, '[');
	/* a name may hold a comma itself */
	if (find_value(s->values, span_trim(text), &by_id)) {
		r = put_single(s, span_trim(text), out, err);
		text.n = 0;
	}
	for (const char *before = ""; text.n && !r; before = ",") {
		struct span entry = span_trim(span_cut(&text, ','));

		buf_puts(out, before);
		r = entry.n ? put_single(s, entry, out, err)
		            : err_set(err, -EINVAL, "%s has an empty entry", s->name);
	}
	buf_putc(out, ']');
	return r;
}

/* An entry that is no text keeps its form, unless it has a text that does. */
static int put_entry(const struct shape *s, const struct jnode *value, struct buf *out,
                     struct err *err)
{
	struct buf text = BUF_INIT(TEXT_MAX_BYTES);
	int r = 0;

	switch (jnode_type(value)) {
	case J_STRING:
		return put_single(s, jnode_text(value), out, err);
	case J_INT:
	case J_REAL:
		jnode_print(value, &text);
		r = put_single(s, buf_view(&text), out, err);
		buf_clear(&text);
		return r;
	case J_NULL:
	case J_BOOL:
	case J_ARRAY:
	case J_OBJECT:
		break;
	}
	jnode_print(value, out);
	return 0;
}

int shape_print(const struct shape *s, const struct jnode *value, struct buf *out,
                struct err *err)
{
	int r = 0;

	if (!is_list(s))
		return put_entry(s, value, out, err);
	if (jnode_type(value) == J_STRING)
		return shape_print_text(s, jnode_text(value), out, err);
	buf_putc(out, '[');
	if (jnode_type(value) != J_ARRAY)
		r = put_entry(s, value, out, err);
	for (size_t i = 0; i < jnode_len(value) && !r; i++) {
		buf_puts(out, i ? "," : "");
		r = put_entry(s, jnode_at(value, i), out, err);
	}
	buf_putc(out, ']');
	return r;
}
