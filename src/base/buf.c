/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_FIRST_BYTES 64

/* Makes place for n more bytes and the NUL; false (status set) if there is none. */
static bool grow(struct buf *b, size_t n)
{
	if (b->status)
		return false;
	if (b->len > b->max || n > b->max - b->len) {
		b->status = -EFBIG;
		return false;
	}
	if (n == SIZE_MAX || b->len + n == SIZE_MAX) {
		b->status = -ENOMEM;
		return false;
	}
	size_t need = b->len + n + 1;
	if (need <= b->cap)
		return true;
	size_t cap = b->cap > SIZE_MAX / 2 ? SIZE_MAX : b->cap * 2;
	if (cap < BUF_FIRST_BYTES)
		cap = BUF_FIRST_BYTES;
	if (cap > b->max && b->max < SIZE_MAX)
		cap = b->max + 1;
	if (cap < need)
		cap = need;
	char *p = realloc(b->p, cap);
	if (!p) {
		b->status = -ENOMEM;
		return false;
	}
	b->p = p;
	b->cap = cap;
	b->p[b->len] = '\0';
	return true;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
	if (!grow(b, n))
		return;
	if (n)
		memcpy(b->p + b->len, p, n);
	b->len += n;
	b->p[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_span(struct buf *b, struct span s)
{
	buf_add(b, s.p, s.n);
}

void buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;

	if (!grow(b, 0))
		return;
	va_copy(again, ap);
	int n = vsnprintf(b->p + b->len, b->cap - b->len, fmt, ap);
	if (n < 0) {
		b->status = -ENOMEM;
	} else if ((size_t)n >= b->cap - b->len) {
		if (grow(b, (size_t)n))
			n = vsnprintf(b->p + b->len, b->cap - b->len, fmt, again);
	} else if ((size_t)n > b->max - b->len) {
		b->status = -EFBIG;
	}
	va_end(again);
	if (!b->status && n > 0)
		b->len += (size_t)n;
	b->p[b->len] = '\0';
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

char *buf_room(struct buf *b, size_t n)
{
	return grow(b, n) ? b->p + b->len : NULL;
}

void buf_commit(struct buf *b, size_t n)
{
	if (b->status)
		return;
	assert(b->p && n < b->cap - b->len);
	b->len += n;
	b->p[b->len] = '\0';
}

void buf_truncate(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->p[len] = '\0';
}

void buf_reset(struct buf *b)
{
	buf_truncate(b, 0);
	b->status = 0;
}

void buf_clear(struct buf *b)
{
	free(b->p);
	*b = BUF_INIT(b->max);
}

int buf_status(const struct buf *b)
{
	return b->status;
}

const char *buf_str(const struct buf *b)
{
	return b->p ? b->p : "";
}

struct span buf_view(const struct buf *b)
{
	return (struct span){ buf_str(b), b->len };
}

char *buf_take(struct buf *b)
{
	int status = grow(b, 0) ? 0 : b->status;
	char *p = b->p;

	*b = BUF_INIT(b->max);
	b->status = status;
	if (!status)
		return p;
	free(p);
	return NULL;
}
