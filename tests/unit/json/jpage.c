/* SPDX-License-Identifier: MIT */
#include "json/jpage.h"

#include "tap.h"

#include <errno.h>

static struct jpage *page_of(const char *text, const char *rows,
                             const struct jpage_column *columns, size_t n_columns,
                             int want)
{
	struct buf bytes = BUF_INIT(1 << 20);
	struct jpage *p = NULL;
	struct err err = { 0 };

	buf_puts(&bytes, text);
	is_int(jpage_parse(&bytes, &(struct jpage_shape){ .rows = rows }, columns,
	                   n_columns, &p, &err),
	       want, "'%.40s' by '%s'", text, rows);
	ok(!bytes.len && !bytes.p, "the bytes are taken");
	ok(!p == !!want && (!want || err.msg[0]), "%s", want ? err.msg : "a page");
	return p;
}

/* The value the document {"v": …} has in a column of this type. */
static void is_converted(const char *json, enum value_type type, const char *want)
{
	static const char *const names[] = { "null", "bool", "int", "real",
		                             "text", "time", "json" };
	cleanup_(jpath_freep) struct jpath *path = NULL;
	char text[300], got[300] = "NULL";
	struct value v;

	if (jpath_new("v", &path, NULL))
		skip_all("no memory");
	struct jpage_column column = { path, type };
	snprintf(text, sizeof(text), "{\"v\":%s}", json);
	cleanup_(jpage_freep) struct jpage *p = page_of(text, "", &column, 1, 0);
	if (!p)
		return;
	jpage_get(p, 0, 0, &v);
	ok(v.type == VALUE_NULL || v.type == type, "the type is the column's, or NULL");
	switch (v.type) {
	case VALUE_NULL:
		break;
	case VALUE_BOOL:
		snprintf(got, sizeof(got), "%s", v.b ? "true" : "false");
		break;
	case VALUE_INT:
	case VALUE_TIME:
		snprintf(got, sizeof(got), "%lld", (long long)v.i);
		break;
	case VALUE_REAL:
		snprintf(got, sizeof(got), "%g", v.r);
		break;
	case VALUE_TEXT:
	case VALUE_JSON:
		snprintf(got, sizeof(got), "%.*s", SPAN_FMT(v.s));
		break;
	}
	is_str(got, want, "%s as %s", json, names[type]);
}

static void conversions(void)
{
	is_converted("\"a\"", VALUE_TEXT, "a");
	is_converted("\"\"", VALUE_TEXT, "");
	is_converted("12", VALUE_TEXT, "12");
	is_converted("1.50", VALUE_TEXT, "1.50");
	is_converted("false", VALUE_TEXT, "false");
	is_converted("{\"a\" : [1, \"x/y\"]}", VALUE_TEXT, "{\"a\":[1,\"x/y\"]}");
	is_converted("null", VALUE_TEXT, "NULL");
	is_converted("\"\\ud800\xff\"", VALUE_TEXT, "\xef\xbf\xbd\xef\xbf\xbd");
	is_converted("\"a\"", VALUE_JSON, "\"a\"");
	is_converted("[1, 2]", VALUE_JSON, "[1,2]");
	is_converted("null", VALUE_JSON, "NULL");
	is_converted("1769850000000", VALUE_TIME, "1769850000000");
	is_converted("\"2026-01-31T16:00:00+0700\"", VALUE_TIME, "1769850000000");
	is_converted("\"2026-01-31T09:00:00.250Z\"", VALUE_TIME, "1769850000250");
	is_converted("\"yesterday\"", VALUE_TIME, "NULL");
	is_converted("\"-2h\"", VALUE_TIME, "NULL");
	is_converted("\"\"", VALUE_TIME, "NULL");
	is_converted("9223372036854775807", VALUE_TIME, "NULL");
	is_converted("-9223372036854775807", VALUE_TIME, "NULL");
	is_converted("{}", VALUE_TIME, "NULL");
	is_converted("true", VALUE_BOOL, "true");
	is_converted("\"False\"", VALUE_BOOL, "false");
	is_converted("\"TRUE\"", VALUE_BOOL, "true");
	is_converted("1", VALUE_BOOL, "NULL");
	is_converted("\"yes\"", VALUE_BOOL, "NULL");
	is_converted("-7", VALUE_INT, "-7");
	is_converted("7.0", VALUE_INT, "7");
	is_converted("7.5", VALUE_INT, "NULL");
	is_converted("\"42\"", VALUE_INT, "42");
	is_converted("\"42x\"", VALUE_INT, "NULL");
	is_converted("99999999999999999999", VALUE_INT, "NULL");
	is_converted("[]", VALUE_INT, "NULL");
	is_converted("2.5", VALUE_REAL, "2.5");
	is_converted("2", VALUE_REAL, "2");
	is_converted("1e999", VALUE_REAL, "NULL");
	is_converted("\"2.5\"", VALUE_REAL, "NULL");
	is_converted("1", VALUE_NULL, "NULL");
}

static void rows(void)
{
	cleanup_(jpath_freep) struct jpath *key = NULL, *all = NULL;
	struct value v;

	if (jpath_new("key", &key, NULL) || jpath_new("", &all, NULL))
		skip_all("no memory");
	struct jpage_column columns[] = { { key, VALUE_TEXT },
		                          { NULL, VALUE_TEXT },
		                          { all, VALUE_JSON } };
	cleanup_(jpage_freep) struct jpage *p =
		page_of("{\"start\":50,\"limit\":100,\"size\":4,\"isLastPage\":false,"
	                "\"_links\":{\"next\":\"http://x\"},"
	                "\"values\":[{\"key\":\"A\"},null,\"odd\",{\"key\":{\"b\":1}}]}",
	                "values", columns, 3, 0);
	const struct jpage_info *info = jpage_info(p);
	ok(info->start == 50 && info->limit == 100 && info->size == 4 && !info->is_last &&
	           info->has_next,
	   "what the page says of itself");
	is_int((long long)info->n_rows, 4, "every element is a row");
	jpage_get(p, 0, 0, &v);
	ok(v.type == VALUE_TEXT && span_is(v.s, "A"), "a cell");
	jpage_get(p, 0, 1, &v);
	is_int(v.type, VALUE_NULL, "a column without a path");
	jpage_get(p, 0, 2, &v);
	ok(v.type == VALUE_JSON && span_is(v.s, "{\"key\":\"A\"}"), "the whole row");
	jpage_get(p, 1, 0, &v);
	is_int(v.type, VALUE_NULL, "a row that is null has nothing");
	ok(!jpage_goes_on(p, 1), "and is no placeholder");
	jpage_get(p, 2, 0, &v);
	is_int(v.type, VALUE_NULL, "nor has one that is no object");
	jpage_get(p, 3, 0, &v);
	ok(span_is(v.s, "{\"b\":1}"), "an object is text of JSON");
}

/* "0:1 0:2 0+": index of the outer row, key or "+" for a placeholder. */
static void bulk_is(size_t key, const char *text, const char *want, const char *what)
{
	cleanup_(jpath_freep) struct jpath *id = NULL, *outer = NULL;
	cleanup_(jpage_freep) struct jpage *p = NULL;
	struct jpage_shape shape = { .rows = "values", .bulk = "in", .bulk_key = key };
	struct buf in = BUF_INIT(1 << 20), got = BUF_INIT(1 << 20);

	if (jpath_new("id", &id, NULL) || jpath_new("key", &outer, NULL))
		skip_all("no memory");
	struct jpage_column columns[] = { { outer, VALUE_TEXT, JPAGE_OUTER },
		                          { id, VALUE_TEXT, JPAGE_ROW } };
	buf_puts(&in, text);
	if (!ok(!jpage_parse(&in, &shape, columns, 2, &p, NULL), "%s: it is read", what))
		return;
	for (size_t i = 0; i < jpage_info(p)->n_rows; i++) {
		struct value v;

		jpage_get(p, i, 0, &v);
		buf_printf(&got, "%s%.*s", i ? " " : "", SPAN_FMT(v.s));
		jpage_get(p, i, 1, &v);
		if (jpage_goes_on(p, i))
			buf_putc(&got, '+');
		else
			buf_printf(&got, ":%.*s",
			           SPAN_FMT(v.type == VALUE_TEXT ? v.s : SPAN("-")));
	}
	is_str(buf_str(&got), want, "%s", what);
	buf_clear(&got);
}

static void bulk(void)
{
	static const char whole[] = "{\"values\":[{\"key\":\"A\",\"in\":{\"values\":"
				    "[{\"id\":1},{}]}},{\"key\":\"B\"}]}",
			  part[] = "{\"values\":[{\"key\":\"A\",\"in\":{\"isLastPage\":"
				   "false,\"values\":[{\"id\":1},{\"id\":2}]}},"
				   "{\"key\":\"B\",\"in\":{\"values\":[{\"id\":3}]}}]}",
			  keyless[] =
				  "{\"values\":[{\"key\":\"A\",\"in\":{\"values\":["
				  "{\"id\":1}]}},{\"key\":\"B\",\"in\":{\"isLastPage\":"
				  "false,\"values\":[{\"id\":2},{\"id\":null},"
				  "{\"id\":4}]}},{\"key\":\"C\",\"in\":{\"values\":["
				  "{\"id\":5}]}}]}";

	bulk_is(0, whole, "A:1 A:- B+", "a page of pages");
	bulk_is(2, whole, "A:1 A:- B+", "the same where rows have a key");
	bulk_is(0, part, "A+ B:3", "a page that is not whole");
	bulk_is(2, part, "A:1 A:2 A+ B:3", "whose rows can be told apart");
	bulk_is(2, keyless, "A:1 B+ C:5", "but for one");
}

static void hostile(void)
{
	static const char *const no_rows[] = {
		"{}",
		"[]",
		"null",
		"7",
		"{\"values\":null}",
		"{\"values\":{}}",
		"{\"values\":\"x\"}",
		"[{\"values\":[]}]",
		"<html>Log in</html>",
		"",
		"{\"values\":[}",
	};
	cleanup_(jpath_freep) struct jpath *path = NULL;

	if (jpath_new("a.b", &path, NULL))
		skip_all("no memory");
	struct jpage_column column = { path, VALUE_TEXT };
	for (size_t i = 0; i < ARRAY_SIZE(no_rows); i++)
		jpage_free(page_of(no_rows[i], "values", &column, 1, -EBADMSG));
	jpage_free(page_of("[1]", "", &column, 1, -EBADMSG));
	jpage_free(page_of("\"x\"", "", &column, 1, -EBADMSG));
	cleanup_(jpage_freep) struct jpage *p = page_of(
		"{\"start\":\"x\",\"limit\":-1,\"size\":1e300,\"isLastPage\":\"no\","
		"\"_links\":[],\"a\":{\"values\":[]}}",
		"a.values", &column, 1, 0);
	const struct jpage_info *info = jpage_info(p);
	ok(info->start == -1 && info->limit == -1 && info->size == -1 &&
	           info->is_last == -1 && !info->has_next && !info->n_rows,
	   "what is not of its type is not there");
	cleanup_(jpage_freep) struct jpage *last =
		page_of("{\"isLast\":true,\"values\":[1]}", "values", NULL, 0, 0);
	ok(jpage_info(last)->is_last == 1 && jpage_info(last)->n_rows == 1,
	   "no columns, the platform's word for the last page");
}

/* More rows than any server sends in one answer. */
static void too_many(void)
{
	struct jpage_column columns[64] = { 0 };
	struct buf bytes = BUF_INIT(1 << 20);
	struct jpage *p = NULL;

	buf_puts(&bytes, "{\"values\":[0");
	for (int i = 0; i < 100000; i++)
		buf_puts(&bytes, ",0");
	buf_puts(&bytes, "]}");
	is_int(jpage_parse(&bytes, &(struct jpage_shape){ .rows = "values" }, columns, 64,
	                   &p, NULL),
	       -EFBIG, "cells are limited");
	buf_clear(&bytes);
}

int main(void)
{
	conversions();
	rows();
	bulk();
	hostile();
	too_many();
	jpage_free(NULL);
	return done_testing();
}
