/* SPDX-License-Identifier: MIT */
/* The one decoder of UTF-8 of this layer. */
#ifndef JSMFS_BASE_UTF8_I_H
#define JSMFS_BASE_UTF8_I_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at p (n > 0 bytes are there), or 0 if it is not a valid one. */
size_t utf8_decode(const char *p, size_t n, uint32_t *ret);

#endif
