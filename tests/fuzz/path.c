/* SPDX-License-Identifier: MIT */
/* Query paths: what was understood prints to a form that means the same. */
#include "fs/path.h"

#include "base/buf.h"
#include "model/model.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Segments up to the first that is refused; refusals must say something. */
static void add_all(struct selector *s, struct span path)
{
	while (path.n) {
		struct err err = { 0 };
		unsigned n = s->n_segments;
		int r = selector_add(s, span_cut(&path, '/'), &err);

		assert(r == 0 || r == -ENOENT || (r == -EINVAL && *err.msg));
		assert(s->n_segments == n + !r);
		assert(s->n_segments <= PATH_MAX_SEGMENTS);
	}
}

static void check(const struct table *t, struct span path)
{
	struct buf first = BUF_INIT(8u << 20), again = BUF_INIT(8u << 20);
	struct selector a, b, c;
	struct span rest;
	int r;

	selector_init(&a, t);
	selector_init(&b, t);
	add_all(&a, path);
	selector_print(&a, &first);
	assert(!buf_status(&first));
	rest = buf_view(&first);
	(void)span_cut(&rest, '/');
	while (rest.n) {
		r = selector_add(&b, span_cut(&rest, '/'), NULL);
		assert(!r);
	}
	selector_print(&b, &again);
	assert(span_eq(buf_view(&first), buf_view(&again)));
	r = selector_copy(&a, &c, NULL);
	assert(!r);
	buf_reset(&again);
	selector_print(&c, &again);
	assert(span_eq(buf_view(&first), buf_view(&again)));
	selector_clear(&a);
	selector_clear(&b);
	selector_clear(&c);
	buf_clear(&first);
	buf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span path = { (const char *)data, size };

	if (size && memchr(data, 0, size))
		return 0; /* a path has no NUL */
	check(model_table(SPAN("Requests")), path);
	check(model_table(SPAN("RequestComments")), path);
	return 0;
}
