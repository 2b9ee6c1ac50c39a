/* SPDX-License-Identifier: MIT */
/*
 * Aligned columns for a terminal.  The first rows are kept until their widths
 * are known; then they are written, and the others as they come, with the same
 * widths: a longer cell moves the rest of its line, nothing is ever cut off.
 * What is kept lies in one block: each cell as its length, then its text; the
 * header first.
 */
#include "base/utf8.h"
#include "format/writer_i.h"

#include <string.h>

#define KEPT_ROWS 1000
#define KEPT_BYTES ((size_t)1 << 20)
#define ALIGNED_COLUMNS 256 /* those behind are not aligned */
#define WIDTH_MAX 60        /* a longer cell does not make its column wider */
#define GAP 2

struct cell_head {
	size_t len;
	bool right; /* numbers */
};

struct table_state {
	bool streaming; /* the header is written */
	size_t header_bytes;
	size_t used; /* with the header's */
	unsigned widths[ALIGNED_COLUMNS];
	char kept[KEPT_BYTES];
};

struct range {
	uint32_t first, last;
};

static bool is_in(const struct range *ranges, size_t n, uint32_t cp)
{
	for (size_t i = 0; i < n; i++) {
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return true;
	}
	return false;
}

/* Columns of the terminal that a character takes; the C library asks the locale. */
static unsigned char_width(uint32_t cp)
{
	static const struct range none[] = {
		{ 0x300, 0x36f },   { 0x483, 0x489 },   { 0x591, 0x5bd },
		{ 0x610, 0x61a },   { 0x64b, 0x65f },   { 0x1ab0, 0x1aff },
		{ 0x1dc0, 0x1dff }, { 0x200b, 0x200f }, { 0x2060, 0x2064 },
		{ 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
		{ 0xfeff, 0xfeff },
	};
	static const struct range wide[] = {
		{ 0x1100, 0x115f },   { 0x2e80, 0x303e },   { 0x3041, 0x4dbf },
		{ 0x4e00, 0xa4cf },   { 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },
		{ 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },   { 0xffe0, 0xffe6 },
		{ 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff }, { 0x1f900, 0x1f9ff },
		{ 0x20000, 0x3fffd },
	};

	if (cp < 0x300)
		return 1;
	if (is_in(none, ARRAY_SIZE(none), cp))
		return 0;
	return is_in(wide, ARRAY_SIZE(wide), cp) ? 2 : 1;
}

/* The next character of valid text. */
static uint32_t take_char(struct span *s)
{
	unsigned char c = (unsigned char)*s->p;
	size_t len = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	uint32_t cp = len == 1 ? c : c & (0x7fu >> len);

	if (len > s->n)
		len = s->n;
	for (size_t i = 1; i < len; i++)
		cp = cp << 6 | ((unsigned char)s->p[i] & 0x3f);
	s->p += len;
	s->n -= len;
	return cp;
}

static size_t text_width(struct span s)
{
	size_t width = 0;

	while (s.n)
		width += char_width(take_char(&s));
	return width;
}

/* A terminal must not act on it. */
static bool is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || (cp >= 0x202a && cp <= 0x202e) ||
	       (cp >= 0x2066 && cp <= 0x2069) || cp == 0x2028 || cp == 0x2029;
}

static void put_control(struct buf *out, uint32_t cp)
{
	if (cp == '\n')
		buf_puts(out, "\\n");
	else if (cp == '\t')
		buf_puts(out, "\\t");
	else if (cp == '\r')
		buf_puts(out, "\\r");
	else if (cp < 0x80)
		buf_printf(out, "\\x%02x", (unsigned)cp);
	else
		buf_printf(out, "\\u%04x", (unsigned)cp);
}

static void put_visible(struct buf *out, struct span s)
{
	while (s.n) {
		struct span before = s;
		uint32_t cp = take_char(&s);
		if (is_control(cp))
			put_control(out, cp);
		else
			buf_add(out, before.p, before.n - s.n);
	}
}

/* Appends what a cell looks like. */
static void put_text(struct buf *out, struct span s)
{
	if (utf8_valid(s)) {
		put_visible(out, s);
		return;
	}
	struct buf clean = BUF_INIT(out->max);
	utf8_clean(&clean, s);
	put_visible(out, buf_view(&clean));
	if (buf_status(&clean) && !out->status)
		out->status = buf_status(&clean);
	buf_clear(&clean);
}

static void pad(struct buf *out, size_t n)
{
	buf_printf(out, "%*s", (int)n, "");
}

/* One cell behind those of its line; the last one has no blanks behind it. */
static void put_aligned(struct writer *w, size_t column, struct span text, bool right)
{
	const struct table_state *t = w->state;
	bool last = column + 1 == w->n_columns;
	size_t width = text_width(text);
	size_t want = column < ALIGNED_COLUMNS ? t->widths[column] : 0;
	size_t blanks = width < want ? want - width : 0;

	if (right)
		pad(w->out, blanks);
	buf_span(w->out, text);
	if (!right && !last)
		pad(w->out, blanks);
	if (last)
		buf_putc(w->out, '\n');
	else
		pad(w->out, GAP);
}

/* Takes one kept cell off the front; false at the end. */
static bool take_cell(struct span *kept, struct span *ret_text, bool *ret_right)
{
	struct cell_head head;

	if (kept->n < sizeof(head))
		return false;
	memcpy(&head, kept->p, sizeof(head));
	*ret_text = (struct span){ kept->p + sizeof(head), head.len };
	*ret_right = head.right;
	kept->p += sizeof(head) + head.len;
	kept->n -= sizeof(head) + head.len;
	return true;
}

/* Appends a cell in the form that is kept, and widens its column. */
static void keep_cell(struct table_state *t, size_t column, const struct value *v,
                      struct buf *ret)
{
	struct cell_head head = {
		.right = v->type == VALUE_INT || v->type == VALUE_REAL,
	};
	size_t start = ret->len;

	buf_add(ret, &head, sizeof(head));
	if (!cell_plain(ret, v))
		put_text(ret, v->s);
	if (buf_status(ret))
		return;
	struct span text = { ret->p + start + sizeof(head),
		             ret->len - start - sizeof(head) };
	head.len = text.n;
	memcpy(ret->p + start, &head, sizeof(head));
	size_t width = text_width(text);
	if (width > WIDTH_MAX)
		width = WIDTH_MAX;
	if (!t->streaming && column < ALIGNED_COLUMNS && width > t->widths[column])
		t->widths[column] = (unsigned)width;
}

/* The header's row has its rule below it. */
static void put_header(struct writer *w)
{
	const struct table_state *t = w->state;
	struct span names = { t->kept, t->header_bytes };
	struct span text;
	bool right;

	for (size_t i = 0; take_cell(&names, &text, &right); i++)
		put_aligned(w, i, text, right);
	for (size_t i = 0; i < w->n_columns; i++) {
		for (size_t k = 0; i < ALIGNED_COLUMNS && k < t->widths[i]; k++)
			buf_putc(w->out, '-');
		if (i + 1 < w->n_columns)
			pad(w->out, GAP);
	}
	buf_putc(w->out, '\n');
}

static void put_rows(struct writer *w, struct span kept)
{
	struct span text;
	bool right;

	for (size_t i = 0; take_cell(&kept, &text, &right); i++)
		put_aligned(w, i % w->n_columns, text, right);
}

/* Writes the header and what is kept. */
static void stream(struct writer *w)
{
	struct table_state *t = w->state;

	put_header(w);
	put_rows(w,
	         (struct span){ t->kept + t->header_bytes, t->used - t->header_bytes });
	t->streaming = true;
}

/* False when it does not fit. */
static bool keep(struct table_state *t, struct span row)
{
	if (row.n > KEPT_BYTES - t->used)
		return false;
	memcpy(t->kept + t->used, row.p, row.n);
	t->used += row.n;
	return true;
}

static void fail(struct writer *w, int status)
{
	if (!w->out->status)
		w->out->status = status;
}

static void table_begin(struct writer *w)
{
	struct table_state *t = w->state;
	struct buf header = BUF_INIT(KEPT_BYTES);

	for (size_t i = 0; i < w->n_columns; i++) {
		struct value name = value_text(span_of(w->names[i]));
		keep_cell(t, i, &name, &header);
	}
	if (buf_status(&header))
		fail(w, buf_status(&header));
	else if (keep(t, buf_view(&header)))
		t->header_bytes = t->used;
	buf_clear(&header);
}

static void table_row(struct writer *w, const struct value *cells)
{
	struct table_state *t = w->state;
	struct buf row = BUF_INIT(w->out->max);

	for (size_t i = 0; i < w->n_columns; i++)
		keep_cell(t, i, &cells[i], &row);
	if (buf_status(&row)) {
		fail(w, buf_status(&row));
	} else {
		if (!t->streaming && (w->n_rows == KEPT_ROWS || !keep(t, buf_view(&row))))
			stream(w);
		if (t->streaming)
			put_rows(w, buf_view(&row));
	}
	buf_clear(&row);
}

static void table_end(struct writer *w)
{
	const struct table_state *t = w->state;

	if (!t->streaming)
		stream(w);
}

const struct format format_table = {
	.name = "table",
	.doc = "Aligned columns for a terminal.",
	.state_bytes = sizeof(struct table_state),
	.begin = table_begin,
	.row = table_row,
	.end = table_end,
};
