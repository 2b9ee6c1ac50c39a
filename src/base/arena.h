/* SPDX-License-Identifier: MIT */
/* Many allocations, one lifetime.  Has a ceiling; NULL when it or memory ends. */
#ifndef JSMFS_BASE_ARENA_H
#define JSMFS_BASE_ARENA_H

#include "base/base.h"
#include "base/str.h"

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *head;
	size_t used_bytes;
	size_t max_bytes;
};

#define ARENA_INIT(limit) ((struct arena){ .max_bytes = (limit) })

void *arena_alloc(struct arena *a, size_t n)
	must_check_; /* zeroed, aligned for any type */
char *arena_dup(struct arena *a, struct span s) must_check_; /* NUL-terminated */
void arena_clear(struct arena *a);

#endif
