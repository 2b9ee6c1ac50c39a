/* SPDX-License-Identifier: MIT */
/* One array, one object a line. */
#include "base/utf8.h"
#include "format/writer_i.h"

static void put_cell(struct buf *out, const struct value *v)
{
	if (cell_is_null(v)) {
		buf_puts(out, "null");
		return;
	}
	switch (v->type) {
	case VALUE_TEXT:
		utf8_to_json(out, v->s);
		break;
	case VALUE_JSON:
		if (v->s.n)
			buf_span(out, v->s);
		else
			buf_puts(out, "null");
		break;
	case VALUE_TIME:
		buf_putc(out, '"');
		(void)cell_plain(out, v);
		buf_putc(out, '"');
		break;
	case VALUE_NULL:
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_REAL:
		(void)cell_plain(out, v);
		break;
	}
}

void row_object(struct writer *w, const struct value *cells)
{
	buf_putc(w->out, '{');
	for (size_t i = 0; i < w->n_columns; i++) {
		if (i)
			buf_putc(w->out, ',');
		utf8_to_json(w->out, span_of(w->names[i]));
		buf_putc(w->out, ':');
		put_cell(w->out, &cells[i]);
	}
	buf_putc(w->out, '}');
}

static void json_begin(struct writer *w)
{
	buf_putc(w->out, '[');
}

static void json_row(struct writer *w, const struct value *cells)
{
	buf_puts(w->out, w->n_rows ? ",\n" : "\n");
	row_object(w, cells);
}

static void json_end(struct writer *w)
{
	buf_puts(w->out, w->n_rows ? "\n]\n" : "]\n");
}

const struct format format_json = {
	.name = "json",
	.doc = "One JSON array of objects.",
	.begin = json_begin,
	.row = json_row,
	.end = json_end,
};
