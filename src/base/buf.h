/* SPDX-License-Identifier: MIT */
/*
 * Growable bytes with a ceiling and a sticky error: append in a row, ask once
 * at the end with buf_status().  After a failure appends do nothing.  The
 * content is always NUL-terminated.  There is no unlimited buffer.
 */
#ifndef JSMFS_BASE_BUF_H
#define JSMFS_BASE_BUF_H

#include "base/base.h"
#include "base/str.h"

#include <stdarg.h>
#include <stddef.h>

struct buf {
	char *p; /* never NULL after the first append; use buf_str() */
	size_t len;
	size_t cap;
	size_t max; /* largest len allowed */
	int status; /* 0, -EFBIG or -ENOMEM */
};

/* Owns nothing until the first append; clear it with buf_clear(). */
#define BUF_INIT(limit) ((struct buf){ .max = (limit) })

void buf_add(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_span(struct buf *b, struct span s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) printf_(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) printf_(2, 0);

/* n writable bytes behind the content, or NULL (status set); buf_commit() them. */
char *buf_room(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);

/* Cuts to len (no effect if already shorter). */
void buf_truncate(struct buf *b, size_t len);

/* Forgets content and error, keeps memory and ceiling. */
void buf_reset(struct buf *b);

/* Frees; the buffer is empty and usable again. */
void buf_clear(struct buf *b);

int buf_status(const struct buf *b) must_check_;
const char *buf_str(const struct buf *b); /* "" when empty */
struct span buf_view(const struct buf *b);

/*
 * Hands over the malloc'd NUL-terminated bytes; NULL if status is set, and stays.
 * Holds nothing afterwards in either case.
 */
char *buf_take(struct buf *b) must_check_;

#endif
