/* SPDX-License-Identifier: MIT */
/*
 * An answer read by the scanner and by the tree has to give the same.  The first
 * line chooses: one letter for the shape, then paths separated by blanks.
 */
#include "base/clock.h"
#include "json/jpage.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PATHS_MAX 4
#define COLUMNS_MAX 24

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const parts[] = { "parts", "part", NULL };

static struct jpage_shape shape_of(char letter, size_t n_columns)
{
	/* the first path as text */
	size_t key = VALUE_TEXT - VALUE_BOOL;

	return (struct jpage_shape){
		.rows = letter & 1   ? "values"
		        : letter & 8 ? "a.values"
		                     : "",
		.bulk = letter & 2 ? "bulk" : NULL,
		.bulk_key = letter & 64 && key < n_columns ? key + 1 : 0,
		.parts = letter & 4 ? parts : NULL,
	};
}

static void same_text(struct span a, struct span b)
{
	assert(a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n)));
}

static void same_cell(const struct value *a, const struct value *b)
{
	assert(a->type == b->type);
	switch (a->type) {
	case VALUE_NULL:
		break;
	case VALUE_BOOL:
		assert(a->b == b->b);
		break;
	case VALUE_INT:
	case VALUE_TIME:
		assert(a->i == b->i);
		break;
	case VALUE_REAL:
		assert(!memcmp(&a->r, &b->r, sizeof(a->r)));
		break;
	case VALUE_TEXT:
	case VALUE_JSON:
		same_text(a->s, b->s);
		break;
	}
}

static void same_page(struct jpage *a, struct jpage *b, size_t n_columns)
{
	const struct jpage_info *x = jpage_info(a), *y = jpage_info(b);

	assert(x->start == y->start && x->limit == y->limit && x->size == y->size);
	assert(x->is_last == y->is_last && x->has_next == y->has_next);
	assert(x->n_outer == y->n_outer && x->n_rows == y->n_rows);
	same_text(x->next, y->next);
	for (size_t row = 0; row < x->n_rows; row++) {
		assert(jpage_outer(a, row) == jpage_outer(b, row));
		assert(jpage_goes_on(a, row) == jpage_goes_on(b, row));
		for (size_t i = 0; i < n_columns; i++) {
			struct value v, w;

			jpage_get(a, row, i, &v);
			jpage_get(b, row, i, &w);
			same_cell(&v, &w);
		}
	}
}

static void read_both(struct span text, const struct jpage_shape *shape,
                      const struct jpage_column *columns, size_t n)
{
	cleanup_(jpage_freep) struct jpage *a = NULL;
	cleanup_(jpage_freep) struct jpage *b = NULL;
	struct buf once = BUF_INIT(1 << 20), again = BUF_INIT(1 << 20);
	int r, s;

	buf_span(&once, text);
	buf_span(&again, text);
	r = jpage_parse(&once, shape, columns, n, &a, NULL);
	s = jpage_parse_tree(&again, shape, columns, n, &b, NULL);
	assert(r == s && !once.p);
	if (!r)
		same_page(a, b, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size < 65536 ? size : 65536 };
	struct span words = span_cut(&text, '\n');
	struct jpath *paths[PATHS_MAX] = { 0 };
	struct jpage_column columns[COLUMNS_MAX];
	char letter = words.n ? *words.p : 0;
	size_t n = 0;

	clock_set_fake(0, 1769850000000LL);
	span_cut(&words, ' ');
	for (size_t i = 0; i < PATHS_MAX && words.n; i++) {
		cleanup_free_ char *word = span_dup(span_cut(&words, ' '));

		if (!word || jpath_new(word, &paths[i], NULL))
			continue;
		for (int type = VALUE_BOOL; type <= VALUE_JSON; type++)
			columns[n++] = (struct jpage_column){
				paths[i], (enum value_type)type,
				(int)(i + (unsigned)letter / 16) % 4 - 1
			};
	}
	struct jpage_shape shape = shape_of(letter, n);
	read_both(text, &shape, columns, n);
	for (size_t i = 0; i < PATHS_MAX; i++)
		jpath_free(paths[i]);
	return 0;
}
