/* SPDX-License-Identifier: MIT */
#include "format/writer_i.h"

static void ndjson_begin(struct writer *w)
{
	(void)w;
}

static void ndjson_row(struct writer *w, const struct value *cells)
{
	row_object(w, cells);
	buf_putc(w->out, '\n');
}

static void ndjson_end(struct writer *w)
{
	(void)w;
}

const struct format format_ndjson = {
	.name = "ndjson",
	.doc = "One JSON object a line.",
	.begin = ndjson_begin,
	.row = ndjson_row,
	.end = ndjson_end,
};
