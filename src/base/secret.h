/* SPDX-License-Identifier: MIT */
/*
 * Bytes that are wiped when freed and that no "%s" can take by accident: the
 * only way to the bytes is secret_reveal(), which a reader can search for.
 */
#ifndef JSMFS_BASE_SECRET_H
#define JSMFS_BASE_SECRET_H

#include "base/base.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct secret;

struct secret *secret_new(struct span s)
	must_check_; /* copies; NULL when out of memory */
void secret_free(struct secret *s);
DEFINE_CLEANUP(struct secret *, secret_free)

struct span secret_reveal(const struct secret *s); /* borrowed; NULL gives empty */
bool secret_empty(const struct secret *s);         /* NULL is empty */

/* Overwrites n bytes in a way the compiler keeps. */
void secret_wipe(void *p, size_t n);

/* buf_clear() of a buffer that held secrets; for cleanup_(). */
struct buf;
void secret_clear(struct buf *b);

#endif
