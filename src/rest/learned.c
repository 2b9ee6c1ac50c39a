/* SPDX-License-Identifier: MIT */
#include "rest/learned.h"

#include <stdlib.h>

#define KEY_MAX_BYTES (16u * 1024)
#define TEXT_MAX_BYTES 64

/* A server can be set to other page sizes. */
#define GOOD_MS ((int64_t)7 * 24 * 3600 * 1000)

/* What is expanded in its rows makes it no other list. */
static void key_of(const char *path, struct buf *out)
{
	struct span rest = span_of(path);

	buf_puts(out, "length of ");
	buf_span(out, span_cut(&rest, '?'));
	while (rest.n) {
		struct span item = span_cut(&rest, '&'), name = item;

		name = span_cut(&name, '=');
		if (span_is(name, "expand"))
			continue;
		buf_putc(out, '&');
		buf_span(out, item);
	}
}

void learned_get(struct client *c, const char *path, struct learned *ret)
{
	struct buf key = BUF_INIT(KEY_MAX_BYTES), text = BUF_INIT(TEXT_MAX_BYTES);
	int64_t step = 0, n_rows = 0;

	key_of(path, &key);
	*ret = (struct learned){ 0 };
	if (!buf_status(&key) && client_recall(c, buf_str(&key), GOOD_MS, &text)) {
		struct span rest = buf_view(&text);
		struct span first = span_cut(&rest, ' ');

		if (span_int(first, &step) && span_int(rest, &n_rows) && step > 0 &&
		    step <= UINT32_MAX && n_rows > 0)
			*ret = (struct learned){ (unsigned)step, n_rows };
	}
	buf_clear(&key);
	buf_clear(&text);
}

void learned_put(struct client *c, const char *path, const struct learned *l)
{
	struct buf key = BUF_INIT(KEY_MAX_BYTES), text = BUF_INIT(TEXT_MAX_BYTES);

	key_of(path, &key);
	buf_printf(&text, "%u %lld", l->step, (long long)l->n_rows);
	if (!buf_status(&key) && !buf_status(&text))
		client_keep(c, buf_str(&key), buf_view(&text));
	buf_clear(&key);
	buf_clear(&text);
}

static int64_t pages(const struct learned *l)
{
	return l->step ? (l->n_rows + l->step - 1) / l->step : 0;
}

bool learned_same(const struct learned *a, const struct learned *b)
{
	return a->step == b->step && pages(a) == pages(b);
}
