/* SPDX-License-Identifier: MIT */
/* What the scanner makes of a page is what the tree makes of it, or it refuses. */
#include "json/jpage_i.h"
#include "tap.h"

#include <string.h>

enum reading { SCANNED, REFUSED };

static const char *const parts[] = { "parts", "part", NULL };
static const struct jpage_shape one = { "" }, list = { "values" }, inner = { "a.values" },
				of_parts = { "values", NULL, parts },
				bulk = { "values", "bulk" },
				both = { "values", "bulk", parts },
				/* by the second path, as text */
	keyed = { "values", "bulk", NULL, 1 + (VALUE_JSON + 1) + VALUE_TEXT };

static void show(const struct value *v, struct buf *out)
{
	switch (v->type) {
	case VALUE_NULL:
		buf_puts(out, "NULL");
		break;
	case VALUE_BOOL:
		buf_puts(out, v->b ? "true" : "false");
		break;
	case VALUE_INT:
	case VALUE_TIME:
		buf_printf(out, "%lld", (long long)v->i);
		break;
	case VALUE_REAL:
		buf_printf(out, "%.17g", v->r);
		break;
	case VALUE_TEXT:
	case VALUE_JSON:
		buf_span(out, v->s);
		break;
	}
	buf_printf(out, "/%d ", (int)v->type);
}

/* Everything that a page says, in one line. */
static char *told(struct jpage *p, int r, size_t n_columns)
{
	const struct jpage_info *info = p ? jpage_info(p) : NULL;
	struct buf out = BUF_INIT(1 << 20);

	buf_printf(&out, "%d: ", r);
	if (info)
		buf_printf(&out, "%lld %lld %lld %d <%.*s> of %zu",
		           (long long)info->start, (long long)info->limit,
		           (long long)info->size, info->is_last, SPAN_FMT(info->next),
		           info->n_outer);
	for (size_t row = 0; info && row < info->n_rows; row++) {
		buf_printf(&out, "\n%zu%s ", jpage_outer(p, row),
		           jpage_goes_on(p, row) ? "+" : "");
		for (size_t i = 0; i < n_columns; i++) {
			struct value v;

			jpage_get(p, row, i, &v);
			show(&v, &out);
		}
	}
	return buf_take(&out);
}

static bool is_scanned(const struct jpage_plan *plan, const char *text)
{
	cleanup_(jpage_freep) struct jpage *p = calloc(1, sizeof(*p));

	if (!p)
		return false;
	p->n_columns = plan->n_columns;
	p->made = ARENA_INIT(1 << 20);
	p->scratch = BUF_INIT(1 << 20);
	p->text = BUF_INIT(1 << 20);
	buf_puts(&p->text, text);
	return !jscan_page(plan, p);
}

/* paths: separated by blanks, "<" before one that starts at the outer row, digits before
 * one that starts at a part. */
static void alike(const struct jpage_shape *shape, const char *paths, const char *text,
                  enum reading want)
{
	struct jpath *compiled[8] = { 0 };
	struct jpage_column columns[64];
	struct buf once = BUF_INIT(1 << 20), again = BUF_INIT(1 << 20);
	struct jpage *a = NULL, *b = NULL;
	size_t n = 0, n_paths = 0;

	for (struct span rest = span_of(paths); rest.n;) {
		cleanup_free_ char *word = span_dup(span_cut(&rest, ' '));
		int from = *word == '<'                   ? JPAGE_OUTER
		           : *word == '1' || *word == '2' ? *word - '0'
		                                          : 0;

		if (jpath_new(word + !!from, &compiled[n_paths], NULL))
			skip_all("no memory");
		for (int type = VALUE_NULL; type <= VALUE_JSON; type++)
			columns[n++] =
				(struct jpage_column){ compiled[n_paths],
				                       (enum value_type)type, from };
		n_paths++;
	}
	struct jpage_plan *plan = jpage_plan_new(shape, columns, n);
	if (!plan)
		skip_all("no memory");
	buf_puts(&once, text);
	buf_puts(&again, text);
	int r = jpage_read(plan, &once, &a, NULL);
	int s = jpage_parse_tree(&again, shape, columns, n, &b, NULL);
	cleanup_free_ char *x = told(a, r, n), *y = told(b, s, n);
	char name[61];
	snprintf(name, sizeof(name), "%s", text);
	for (char *at = name; *at; at++)
		*at = *at < ' ' ? '.' : *at;
	is_str(x, y, "%s by '%s'", name, paths);
	is_int(is_scanned(plan, text) ? SCANNED : REFUSED, want, "who reads it");
	jpage_free(a);
	jpage_free(b);
	jpage_plan_free(plan);
	for (size_t i = 0; i < n_paths; i++)
		jpath_free(compiled[i]);
}

static void values(void)
{
	static const char *const plain[] = {
		"\"a\"",
		"\"\"",
		"12",
		"1.50",
		"-7",
		"0",
		"-0.5",
		"0.0",
		"7.0",
		"false",
		"true",
		"null",
		"{\"a\" : [1, \"x/y\"]}",
		"[1, 2]",
		"[]",
		"{}",
		"[ ]",
		"{ }",
		"\"\\/\"",
		"\"a\\\\\"",
		"\"\\\"\\b\\f\\n\\r\\t\"",
		"\"\\u0000\\u001f\\u00e9\"",
		"\"\x7f\"",
		"[\"\x7f\"]",
		"[\"\\/\"]",
		"{\"\x7f\":1}",
		"\"\xc3\xa9\xf0\x9f\x98\x80\"",
		"{\"a\":1,\"b\":2,\"a\":3}",
		"[{\"a\":1,\"a\":{}}]",
		"1769850000000",
		"\"2026-01-31T16:00:00+0700\"",
		"\"-2h\"",
		"\"False\"",
		"\"42\"",
		"\"42x\"",
		"\"\\u0034\\u0032\"",
		"\"tru\\u0065\"",
		"99999999999999999",
		"\"a long text, of more than eight bytes, \\n and some more\"",
		"\"0123456\xc3\xa9\"",
		"\t[\n1\r]",
	};
	static const char *const odd[] = {
		"99999999999999999999",
		"9223372036854775807",
		"-0",
		"1e5",
		"1E+2",
		"1e999",
		"0.1234567890123456789",
		"\"\\ud83d\\ude00\"",
		"\"\\ud800\"",
		"\"\xff\"",
		"\"\xed\xa0\x80\"",
		"[{\"\\u0061\":1}]",
		"\"\x01\"",
		"01",
		"1.",
		".5",
		"+1",
		"-",
		"tru",
		"nul",
		"NaN",
		"'a'",
		"[1,]",
		"{\"a\":1,}",
		"{\"a\"}",
		"{a:1}",
		"[1 2]",
		"\"\\x\"",
		"\"\\u12\"",
		"\"",
		"\"\\",
		"[",
		"{",
		"\"a\n\"",
		"1 /* c */",
	};
	char text[300];

	for (size_t i = 0; i < ARRAY_SIZE(plain); i++) {
		snprintf(text, sizeof(text), "{\"v\":%s}", plain[i]);
		alike(&one, "v", text, SCANNED);
		snprintf(text, sizeof(text), " {\"values\":[{\"x\":%s}, %s]}\n", plain[i],
		         plain[i]);
		alike(&list, "v", text, SCANNED);
	}
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		snprintf(text, sizeof(text), "{\"v\":%s}", odd[i]);
		alike(&one, "v", text, REFUSED);
		alike(&one, "other", text, REFUSED);
	}
}

static void paths(void)
{
	alike(&list, "a.b|a.c|d",
	      "{\"values\":[{\"a\":{\"c\":1}},{\"d\":2,\"a\":{\"b\":null}},"
	      "{\"a\":{\"c\":3,\"b\":4}},{\"a\":[{\"b\":1}]},{\"a\":7},null,\"s\",[1]]}",
	      SCANNED);
	alike(&list, " key", "{\"values\":[{\"key\":\"A\" },{},null]}", SCANNED);
	alike(&list, "f[id=x].v f[id=y].v f[id=x] f f[n=7].v f[ok=true].v",
	      "{\"values\":[{\"f\":[{\"v\":1,\"id\":\"x\"},{\"id\":\"x\",\"v\":2},null,3,"
	      "{\"id\":\"y\",\"v\":[1]},{\"n\":7,\"v\":\"n\"},{\"n\":7.0},{\"ok\":true,"
	      "\"v\":0}]},"
	      "{\"f\":{}},{\"f\":[]},{\"f\":null}]}",
	      SCANNED);
	alike(&one, "f[id=x].g[id=y].v",
	      "{\"f\":[{\"id\":\"x\",\"g\":[{\"id\":\"z\",\"v\":1},"
	      "{\"id\":\"y\",\"v\":2}]},{\"id\":\"x\",\"g\":[{\"id\":\"y\",\"v\":3}]}]}",
	      SCANNED);
	alike(&list, "a a.b", "{\"values\":[{\"a\":{\"b\":1,\"c\":2}}]}", SCANNED);
	alike(&list, "a", "{\"values\":[{\"a\":1,\"a\":2}]}", REFUSED);
	alike(&list, "a", "{\"values\":[{\"a\":1,\"a\":null}]}", REFUSED);
	alike(&list, "a", "{\"values\":[1],\"values\":[]}", REFUSED);
	alike(&list, "a", "{\"values\":[{\"b\":1,\"b\":2}]}", SCANNED);
	alike(&one, "f[id=x].v", "{\"f\":[{\"id\":\"\\u0078\",\"v\":1}]}", REFUSED);
}

static void shapes(void)
{
	alike(&list, "key",
	      "{\"start\":50,\"limit\":100,\"size\":4,\"isLastPage\":false,"
	      "\"_links\":{\"next\":\"http:\\/\\/x\"},\"values\":[]}",
	      SCANNED);
	alike(&list, "key",
	      "{\"values\":[1],\"isLast\":true,\"isLastPage\":null,\"start\":-1,"
	      "\"limit\":\"5\",\"_links\":[]}",
	      SCANNED);
	alike(&list, "key", "{\"values\":[],\"isLastPage\":\"no\",\"isLast\":true}",
	      SCANNED);
	alike(&list, "key", "{\"values\":[],\"size\":50.0}", REFUSED);
	alike(&list, "", "{\"values\":[1,null]}", SCANNED);
	alike(&inner, "key", "{\"a\":{\"values\":[{\"key\":1}]},\"values\":[]}", SCANNED);
	alike(&of_parts, "key 1v 2v 2key",
	      "{\"values\":[{\"key\":\"K\",\"part\":{\"v\":3},"
	      "\"parts\":[{\"v\":1},{\"v\":2},null,[{}]]},{\"key\":\"L\"},"
	      "{\"part\":[{\"key\":4}],\"parts\":{\"v\":5}},{\"part\":7,\"parts\":[]},"
	      "null]}",
	      SCANNED);
	alike(&bulk, "<key v key <bulk.size",
	      "{\"values\":[{\"bulk\":{\"isLastPage\":true,\"size\":2,"
	      "\"values\":[{\"v\":1},{\"v\":2,\"key\":3},null]},\"key\":\"A\"},"
	      "{\"key\":\"B\",\"bulk\":{\"isLastPage\":false,\"values\":[{\"v\":9}]}},{"
	      "\"key\":\"C\"},"
	      "{\"key\":\"D\",\"bulk\":{\"values\":{}}},{\"key\":\"E\",\"bulk\":{"
	      "\"values\":[]}},"
	      "{\"key\":\"F\",\"bulk\":{\"values\":null}},{\"key\":\"G\",\"bulk\":[]},"
	      "null]}",
	      SCANNED);
	alike(&keyed, "<key v",
	      "{\"values\":[{\"key\":\"A\",\"bulk\":{\"isLastPage\":false,\"values\":"
	      "[{\"v\":1},{\"v\":2}]}},{\"key\":\"B\",\"bulk\":{\"isLastPage\":false,"
	      "\"values\":[{\"v\":1},{}]}},{\"key\":\"C\",\"bulk\":{\"values\":[{},{"
	      "\"v\":7}]"
	      "}},{\"key\":\"D\"},{\"key\":\"E\",\"bulk\":{\"isLastPage\":false,"
	      "\"values\":{}}},{\"bulk\":{\"isLastPage\":false,\"values\":[{\"v\":3}]}}]"
	      "}",
	      SCANNED);
	alike(&both, "<key v 1w",
	      "{\"values\":[{\"key\":1,\"bulk\":{\"values\":[{\"v\":1,\"parts\":"
	      "[{\"w\":1},{\"w\":2}]},{\"v\":2}]}}]}",
	      SCANNED);
	alike(&one, "key <key 1key", "{\"key\":1}", SCANNED);
}

static void broken(void)
{
	static const char *const texts[] = {
		"",
		" ",
		"{}",
		"[]",
		"null",
		"7",
		"{\"values\":null}",
		"{\"values\":{}}",
		"[{\"values\":[]}]",
		"<html>",
		"{\"values\":[}",
		"{\"values\":[]}x",
		"{\"values\":[1]",
		"{\"values\":[{\"key\":1}",
		"{\"values\":[{\"key\":1}]",
		"{\"values\":[]}}",
		"{\"values\":[],}",
		"{\"values\" []}",
	};
	char deep[200];

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		alike(&list, "key", texts[i], REFUSED);
	for (int depth = 50; depth < 70; depth++) {
		memset(deep, '[', sizeof(deep));
		memcpy(deep, "{\"v\":", 5);
		memset(deep + 5 + depth, ']', (size_t)depth);
		deep[5 + 2 * depth] = '}';
		deep[6 + 2 * depth] = '\0';
		alike(&one, "v", deep, depth < 60 ? SCANNED : REFUSED);
	}
}

int main(void)
{
	values();
	paths();
	shapes();
	broken();
	return done_testing();
}
