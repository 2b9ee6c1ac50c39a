/* SPDX-License-Identifier: MIT */
/*
 * Control input: whatever the bytes, the calls that come out are the same in one
 * piece and in many.  The first byte chooses the size of the pieces, and whether
 * and where the one who is called says stop.
 */
#include "proc/input.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct param params[] = {
	{ .name = "Email", .type = VALUE_TEXT, .flags = PARAM_REQUIRED, .doc = "E." },
	{ .name = "Name", .type = VALUE_TEXT, .doc = "N." },
	{ .name = "Public", .type = VALUE_BOOL, .doc = "P." },
	{ .name = "Count", .type = VALUE_INT, .doc = "C." },
	{ .name = "Fields", .type = VALUE_JSON, .doc = "F." },
	{ .name = "Token", .type = VALUE_TEXT, .flags = PARAM_SECRET, .doc = "T." },
	{ 0 }
};

struct seen {
	struct buf text;
	unsigned calls;
	unsigned stop_at;
};

static int see(void *ctx, const struct args *args, int code, const struct err *err)
{
	struct seen *seen = ctx;

	assert(args->n == ARRAY_SIZE(params) - 1 && args->line > 0);
	assert(code <= 0 && !code == !err);
	assert(!err || (err->code == code && err->msg[0]));
	buf_printf(&seen->text, "\n%zu %d", args->line, code);
	for (size_t i = 0; i < args->n && !code; i++) {
		const struct arg *a = &args->v[i];
		if (!a->given) {
			assert(!(params[i].flags & PARAM_REQUIRED));
			continue;
		}
		assert(utf8_valid(a->text) && !memchr(a->text.p, 0, a->text.n));
		buf_printf(&seen->text, " %zu=%d", i, a->is_json);
		buf_span(&seen->text, a->text);
	}
	return ++seen->calls == seen->stop_at ? -EACCES : 0;
}

static struct input *make(struct seen *seen, unsigned stop_at)
{
	struct input *in = NULL;

	*seen = (struct seen){ .text = BUF_INIT(8u << 20), .stop_at = stop_at };
	int r = input_new(params, see, seen, &in, NULL);
	assert(!r && in);
	return in;
}

static void feed(struct input *in, const char *p, size_t n, size_t step)
{
	for (size_t i = 0; i < n; i += step) {
		struct err err = { 0 };
		int r = input_feed(in, p + i, step < n - i ? step : n - i, &err);
		assert(r == err.code);
	}
	bool is_pending = input_pending(in);
	struct err err = { 0 };
	int r = input_end(in, &err);
	assert(r == err.code && (is_pending || !r));
	assert(!input_pending(in));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole, pieces;

	if (!size)
		return 0;
	size_t step = 1 + (data[0] & 15);
	unsigned stop_at = data[0] >> 4;
	const char *p = (const char *)data + 1;

	struct input *a = make(&whole, 0), *b = make(&pieces, 0);
	feed(a, p, size - 1, size);
	feed(b, p, size - 1, step);
	assert(whole.calls == pieces.calls);
	assert(span_eq(buf_view(&whole.text), buf_view(&pieces.text)));

	/* Used a second time it does the same again; a stop only leaves calls out. */
	buf_reset(&pieces.text);
	feed(b, p, size - 1, size);
	assert(span_eq(buf_view(&whole.text), buf_view(&pieces.text)));
	pieces.calls = 0;
	pieces.stop_at = stop_at;
	feed(b, p, size - 1, step);
	assert(pieces.calls <= whole.calls);

	input_free(a);
	input_free(b);
	buf_clear(&whole.text);
	buf_clear(&pieces.text);
	return 0;
}
