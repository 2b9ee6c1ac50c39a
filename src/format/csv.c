/* SPDX-License-Identifier: MIT */
/* RFC 4180 with LF.  NULL is an empty field, the empty string a quoted one. */
#include "base/utf8.h"
#include "format/writer_i.h"

#include <string.h>

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

/* Valid text with its quotes doubled: at once, which takes room for the worst. */
static void put_doubled(struct buf *out, struct span s)
{
	char *room = buf_room(out, 2 * s.n + 1);
	char *to = room;

	if (!room)
		return;
	/* A second quote behind each byte, which the next one covers: no branch. */
	for (size_t i = 0; i < s.n; i++) {
		to[0] = s.p[i];
		to[1] = '"';
		to += s.p[i] == '"' ? 2 : 1;
	}
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
