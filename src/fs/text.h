/* SPDX-License-Identifier: MIT */
/* Immutable bytes with a reference count: the content of generated files.  Threads: any.
 */
#ifndef JSMFS_FS_TEXT_H
#define JSMFS_FS_TEXT_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	atomic_uint refs;
	size_t n;
	int64_t made_ms; /* wall clock */
	char p[];        /* NUL-terminated */
};

struct text *text_new(struct span s) must_check_; /* copies; NULL when out of memory */
struct text *text_ref(struct text *t);
void text_unref(struct text *t); /* NULL is fine */
DEFINE_CLEANUP(struct text *, text_unref)

struct span text_view(const struct text *t);

#endif
