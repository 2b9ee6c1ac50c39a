/* SPDX-License-Identifier: MIT */
/*
 * A growing string, and the few ways of writing JSON into it. Appends return
 * nothing; a failed allocation sticks and shows in `failed`. Not shared
 * between threads.
 */
#ifndef JSMSIM_BUF_H
#define JSMSIM_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf {
	char *data;
	size_t len;
	size_t cap;
	bool failed;
};

void buf_clear(struct buf *b);
/* Makes room for `more` bytes and a NUL; false when that fails. */
bool buf_room(struct buf *b, size_t more);
void buf_int(struct buf *b, int64_t value);
void buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A JSON string with its quotes; NULL becomes null. */
void buf_json(struct buf *b, const char *s);
/* The inside of a JSON string, without quotes. */
void buf_json_part(struct buf *b, const char *s, size_t len);
/* Percent-encodes everything outside the unreserved set. */
void buf_url(struct buf *b, const char *s);
/* HTML text: the five special characters and line ends. */
void buf_html_json(struct buf *b, const char *s);

/* Inline, because answers are made of many small pieces. */
static inline void buf_add(struct buf *b, const void *data, size_t len)
{
	if (b->failed || (b->cap - b->len <= len && !buf_room(b, len)))
		return;
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

static inline void buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

static inline void buf_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

#define buf_lit(b, lit) buf_add((b), "" lit, sizeof(lit) - 1)

static inline void buf_bool(struct buf *b, bool value)
{
	if (value)
		buf_lit(b, "true");
	else
		buf_lit(b, "false");
}

#endif
