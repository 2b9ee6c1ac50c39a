/* SPDX-License-Identifier: MIT */
/* Immutable bytes with a reference count: the content of generated files.  Threads: any.
 */
#ifndef JSMFS_FS_TEXT_H
#define JSMFS_FS_TEXT_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	atomic_uint refs;
	size_t n;
	int64_t made_ms; /* wall clock */
	size_t mapped;   /* bytes of a mapping at p, or 0 */
	const char *p;
	char own[]; /* NUL-terminated, unless it is mapped */
};

struct text *text_new(struct span s) must_check_; /* copies; NULL when out of memory */
/*
 * The first n bytes of a file whose bytes before the last n_tail of these never change
 * again; what is written over those later does not show.
 */
int text_map(int fd, size_t n, size_t n_tail, struct text **ret, struct err *err)
	must_check_;
struct text *text_ref(struct text *t);
void text_unref(struct text *t); /* NULL is fine */
DEFINE_CLEANUP(struct text *, text_unref)

struct span text_view(const struct text *t);

#endif
