/* SPDX-License-Identifier: MIT */
/* The first line is a path, the rest an answer of the server. */
#include "base/clock.h"
#include "base/utf8.h"
#include "json/jpage.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const struct value *v)
{
	assert((v->type != VALUE_TEXT && v->type != VALUE_JSON) || utf8_valid(v->s));
}

/* What is printed can be read again, and is printed the same. */
static void check_round_trip(struct span text)
{
	cleanup_(jdoc_freep) struct jdoc *d = NULL;
	struct buf once = BUF_INIT(16 << 20), twice = BUF_INIT(16 << 20);

	if (!jdoc_parse(text, &d, NULL)) {
		cleanup_(jdoc_freep) struct jdoc *again = NULL;
		jnode_print(jdoc_root(d), &once);
		if (!buf_status(&once)) {
			int r = jdoc_parse(buf_view(&once), &again, NULL);
			assert(!r);
			jnode_print(jdoc_root(again), &twice);
			assert(span_eq(buf_view(&once), buf_view(&twice)));
		}
	}
	buf_clear(&once);
	buf_clear(&twice);
}

static void read_page(struct span text, const char *rows, const struct jpath *path)
{
	struct jpage_column columns[] = {
		{ path, VALUE_TEXT }, { path, VALUE_JSON }, { path, VALUE_TIME },
		{ path, VALUE_BOOL }, { path, VALUE_INT },  { path, VALUE_REAL },
	};
	cleanup_(jpage_freep) struct jpage *p = NULL;
	struct buf bytes = BUF_INIT(1 << 20);

	buf_span(&bytes, text);
	int r = jpage_parse(&bytes, &(struct jpage_shape){ .rows = rows }, columns,
	                    ARRAY_SIZE(columns), &p, NULL);
	assert(!bytes.p && !r == !!p);
	for (size_t row = 0; p && row < jpage_info(p)->n_rows; row++) {
		for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
			struct value v;
			jpage_get(p, row, i, &v);
			assert(v.type == VALUE_NULL || v.type == columns[i].type);
			check_text(&v);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size < 65536 ? size : 65536 };
	struct span first = span_cut(&text, '\n');
	cleanup_free_ char *words = span_dup(first);
	cleanup_(jpath_freep) struct jpath *path = NULL;

	clock_set_fake(0, 1769850000000LL);
	if (!words)
		return 0;
	check_round_trip(text);
	if (jpath_new(words, &path, NULL))
		return 0;
	read_page(text, "values", path);
	read_page(text, "", path);
	return 0;
}
