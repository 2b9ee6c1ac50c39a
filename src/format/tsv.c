/* SPDX-License-Identifier: MIT */
/* One line a record whatever the text holds, as PostgreSQL's COPY writes it. */
#include "base/utf8.h"
#include "format/writer_i.h"

#include <string.h>

static char escape_of(char c)
{
	switch (c) {
	case '\t':
		return 't';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\\':
		return '\\';
	}
	return 0;
}

static void put_field(struct buf *out, struct span s)
{
	size_t start = 0;

	for (size_t i = 0; i < s.n; i++) {
		char escape = escape_of(s.p[i]);
		if (!escape)
			continue;
		utf8_clean(out, (struct span){ s.p + start, i - start });
		buf_add(out, (char[]){ '\\', escape }, 2);
		start = i + 1;
	}
	utf8_clean(out, (struct span){ s.p + start, s.n - start });
}

static void tsv_begin(struct writer *w)
{
	for (size_t i = 0; i < w->n_columns; i++) {
		if (i)
			buf_putc(w->out, '\t');
		put_field(w->out, span_of(w->names[i]));
	}
	buf_putc(w->out, '\n');
}

static void tsv_row(struct writer *w, const struct value *cells)
{
	for (size_t i = 0; i < w->n_columns; i++) {
		if (i)
			buf_putc(w->out, '\t');
		if (cell_is_null(&cells[i]))
			buf_puts(w->out, "\\N");
		else if (!cell_plain(w->out, &cells[i]))
			put_field(w->out, cells[i].s);
	}
	buf_putc(w->out, '\n');
}

static void tsv_end(struct writer *w)
{
	(void)w;
}

const struct format format_tsv = {
	.name = "tsv",
	.doc = "Tab-separated values, exactly one line a record, with a header line.",
	.begin = tsv_begin,
	.row = tsv_row,
	.end = tsv_end,
};
