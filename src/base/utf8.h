/* SPDX-License-Identifier: MIT */
/*
 * UTF-8 validation, and text <-> the outer forms that need escaping: a file
 * name, a JSON string.  Text of the server is never trusted to be valid.
 */
#ifndef JSMFS_BASE_UTF8_H
#define JSMFS_BASE_UTF8_H

#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

bool utf8_valid(struct span s); /* RFC 3629: no surrogates, no overlong forms */

/* Length of the longest valid prefix that is at most max bytes. */
size_t utf8_cut(struct span s, size_t max);

/* Appends s with every invalid byte replaced by U+FFFD. */
void utf8_clean(struct buf *out, struct span s);

/*
 * A value as (part of) a file name that needs no quoting in a shell: control
 * bytes, white space, shell metacharacters, '/', '%', ',' and invalid bytes
 * become %XX, and so does a leading '-', '.', '~' or '_'.
 */
void utf8_to_name(struct buf *out, struct span s);

/* %XX to bytes; '+' stays.  False on a bad escape or one that gives NUL. */
bool utf8_from_name(struct buf *out, struct span s);

/* A JSON string with its quotes; invalid UTF-8 becomes U+FFFD. */
void utf8_to_json(struct buf *out, struct span s);

#endif
