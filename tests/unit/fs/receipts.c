/* SPDX-License-Identifier: MIT */
/* Rows that are shown while more come. */
#include "fs/receipts.h"

#include "tap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const names[] = { "line", "message" };

static void add(struct receipts *r, int line, const char *text)
{
	struct value cells[] = { value_int(line), value_text(span_of(text)) };
	struct err err = { 0 };

	if (receipts_add(r, cells, &err))
		ok(false, "row %d: %s", line, err.msg);
}

static void is_span(struct span s, const char *want, const char *what)
{
	cleanup_free_ char *got = span_dup(s);

	is_str(got, want, "%s", what);
}

static void is_text(struct text *t, const char *want, const char *what)
{
	is_span(text_view(t), want, what);
}

static struct text *get(struct receipts *r, enum receipts_form form)
{
	struct err err = { 0 };
	struct text *t = NULL;

	if (receipts_text(r, form, &t, &err))
		ok(false, "a text: %s", err.msg);
	return t;
}

int main(void)
{
	struct receipts *r = NULL;
	struct text *none, *csv, *one, *two, *many;
	struct err err = { 0 };

	if (receipts_new(names, 2, &r, &err)) {
		ok(false, "new: %s", err.msg);
		return done_testing();
	}
	none = get(r, RECEIPTS_JSON);
	csv = get(r, RECEIPTS_CSV);
	is_text(none, "[]\n", "no row yet");
	is_text(csv, "line,message\n", "a header");
	add(r, 1, "a");
	one = get(r, RECEIPTS_JSON);
	add(r, 2, "b,\"c\"");
	two = get(r, RECEIPTS_JSON);
	text_unref(csv);
	csv = get(r, RECEIPTS_CSV);
	is_text(none, "[]\n", "what was taken before stays as it was");
	is_text(one, "[\n{\"line\":1,\"message\":\"a\"}\n]\n", "with one row as well");
	is_text(two,
	        "[\n{\"line\":1,\"message\":\"a\"},\n"
	        "{\"line\":2,\"message\":\"b,\\\"c\\\"\"}\n]\n",
	        "two rows");
	is_text(csv, "line,message\n1,a\n2,\"b,\"\"c\"\"\"\n", "as csv");

	for (int i = 3; i <= 100000; i++)
		add(r, i, "a message of some length, as they are");
	many = get(r, RECEIPTS_JSON);
	is_int((int)receipts_count(r), 100000, "a hundred thousand");
	ok(text_view(many).n > 5000000, "all there");
	receipts_unref(receipts_ref(r));
	receipts_unref(r);
	is_span((struct span){ text_view(many).p + text_view(many).n - 4, 4 }, "}\n]\n",
	        "a text outlives the rows it was made of");
	is_text(two,
	        "[\n{\"line\":1,\"message\":\"a\"},\n"
	        "{\"line\":2,\"message\":\"b,\\\"c\\\"\"}\n]\n",
	        "and is still the same");
	text_unref(none);
	text_unref(csv);
	text_unref(one);
	text_unref(two);
	text_unref(many);

	setenv("TMPDIR", "/nonexistent", 1);
	ok(receipts_new(names, 2, &r, &err) < 0, "nowhere to keep them: %s", err.msg);
	return done_testing();
}
