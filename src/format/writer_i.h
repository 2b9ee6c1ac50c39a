/* SPDX-License-Identifier: MIT */
/* What the formats share: the text of a cell, and the formats themselves. */
#ifndef JSMFS_FORMAT_WRITER_I_H
#define JSMFS_FORMAT_WRITER_I_H

#include "format/writer.h"

extern const struct format format_csv, format_tsv, format_json, format_ndjson,
	format_table;

/* Booleans, numbers and times as text.  False: it is text or JSON, nothing is written. */
bool cell_plain(struct buf *out, const struct value *v);

/* NULL, or a number that is none (not a number, infinite). */
bool cell_is_null(const struct value *v);

/* The row as one JSON object, without a newline. */
void row_object(struct writer *w, const struct value *cells);

#endif
