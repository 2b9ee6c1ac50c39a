/* SPDX-License-Identifier: MIT */
/* RFC 4180 with LF.  NULL is an empty field, the empty string a quoted one. */
#include "base/utf8.h"
#include "format/writer_i.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define AT_ONCE_BYTES 65536

static bool needs_quotes(struct span s)
{
	if (!s.n || s.p[0] == ' ' || s.p[s.n - 1] == ' ')
		return true;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\r' || s.p[i] == '\n')
			return true;
	}
	return false;
}

/* Copies to the next quote, and that twice; what is beyond is covered later. */
static void double_quotes(struct span s, char **to)
{
	const char *p = s.p, *end = s.p + s.n;
	char *at = *to;

#ifdef __SSE2__
	while (end - p >= 16) {
		__m128i w = _mm_loadu_si128((const __m128i *)(const void *)p);
		int quotes = _mm_movemask_epi8(_mm_cmpeq_epi8(w, _mm_set1_epi8('"')));
		int n = quotes ? __builtin_ctz((unsigned)quotes) + 1 : 16;

		_mm_storeu_si128((__m128i *)(void *)at, w);
		p += n;
		at += n;
		*at = '"';
		at += quotes != 0;
	}
#endif
	for (; p < end; p++) {
		*at++ = *p;
		if (*p == '"')
			*at++ = '"';
	}
	*to = at;
}

/* Valid text with its quotes doubled: at once, which takes room for the worst. */
static void put_doubled(struct buf *out, struct span s)
{
	char *room = buf_room(out, 2 * s.n + 16);
	char *to = room;

	if (!room)
		return;
	double_quotes(s, &to);
	buf_commit(out, (size_t)(to - room));
}

static void put_field(struct buf *out, struct span s)
{
	if (!needs_quotes(s)) {
		utf8_clean(out, s);
		return;
	}
	buf_putc(out, '"');
	if (s.n <= AT_ONCE_BYTES && utf8_valid(s)) {
		put_doubled(out, s);
		s.n = 0;
	}
	while (s.n) {
		size_t before = s.n;
		struct span part = span_cut(&s, '"');
		utf8_clean(out, part);
		if (part.n < before)
			buf_puts(out, "\"\"");
	}
	buf_putc(out, '"');
}

static void csv_begin(struct writer *w)
{
	for (size_t i = 0; i < w->n_columns; i++) {
		if (i)
			buf_putc(w->out, ',');
		put_field(w->out, span_of(w->names[i]));
	}
	buf_putc(w->out, '\n');
}

static void csv_row(struct writer *w, const struct value *cells)
{
	for (size_t i = 0; i < w->n_columns; i++) {
		if (i)
			buf_putc(w->out, ',');
		if (!cell_plain(w->out, &cells[i]))
			put_field(w->out, cells[i].s);
	}
	buf_putc(w->out, '\n');
}

static void csv_end(struct writer *w)
{
	(void)w;
}

const struct format format_csv = {
	.name = "csv",
	.doc = "Comma-separated values (RFC 4180) with a header line.",
	.begin = csv_begin,
	.row = csv_row,
	.end = csv_end,
};
