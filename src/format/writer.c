/* SPDX-License-Identifier: MIT */
#include "format/writer.h"

#include "base/clock.h"
#include "format/writer_i.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct format *const format_all[] = { &format_csv,    &format_tsv,   &format_json,
	                                    &format_ndjson, &format_table, NULL };

const struct format *format_by_name(const char *name)
{
	for (const struct format *const *f = format_all; *f; f++) {
		if (str_eq((*f)->name, name))
			return *f;
	}
	return NULL;
}

bool cell_is_null(const struct value *v)
{
	return v->type == VALUE_NULL || (v->type == VALUE_REAL && !isfinite(v->r));
}

/* The shortest of the usual lengths that reads back as the same number. */
static void put_real(struct buf *out, double r)
{
	char text[40];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, r);
		if (strtod(text, NULL) == r)
			break;
	}
	/* Whatever the locale thinks of it. */
	char *comma = strchr(text, ',');
	if (comma)
		*comma = '.';
	buf_puts(out, text);
	if (!strpbrk(text, ".e"))
		buf_puts(out, ".0");
}

bool cell_plain(struct buf *out, const struct value *v)
{
	switch (v->type) {
	case VALUE_NULL:
		return true;
	case VALUE_BOOL:
		buf_puts(out, v->b ? "true" : "false");
		return true;
	case VALUE_INT:
		buf_printf(out, "%lld", (long long)v->i);
		return true;
	case VALUE_REAL:
		if (!cell_is_null(v))
			put_real(out, v->r);
		return true;
	case VALUE_TIME:
		clock_format(out, v->i, false);
		return true;
	case VALUE_TEXT:
	case VALUE_JSON:
		break;
	}
	return false;
}

int writer_init(struct writer *w, const struct format *f, struct buf *out,
                size_t n_columns, const char *const *names)
{
	void *state = NULL;

	if (f->state_bytes) {
		state = calloc(1, f->state_bytes);
		if (!state)
			return -ENOMEM;
	}
	*w = (struct writer){ .format = f,
		              .out = out,
		              .n_columns = n_columns,
		              .names = names,
		              .state = state };
	return 0;
}

void writer_begin(struct writer *w)
{
	w->format->begin(w);
}

void writer_row(struct writer *w, const struct value *cells)
{
	w->format->row(w, cells);
	w->n_rows++;
}

void writer_end(struct writer *w)
{
	w->format->end(w);
}

void writer_clear(struct writer *w)
{
	free(w->state);
	*w = (struct writer){ 0 };
}
