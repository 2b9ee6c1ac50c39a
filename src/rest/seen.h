/* SPDX-License-Identifier: MIT */
/*
 * Which rows went by already, by a keyed 64-bit hash of their key: eight bytes a
 * row.  Two different keys are taken for one with a chance of about 1 in 30
 * million in a million rows.
 */
#ifndef JSMFS_REST_SEEN_H
#define JSMFS_REST_SEEN_H

#include "base/base.h"

#include <stddef.h>
#include <stdint.h>

#define SEEN_MAX (64u << 20)

struct seen {
	uint64_t *slots; /* 0 is free */
	size_t n;
	size_t cap;
};

/* 1 when hash is new, 0 when it was there; -ENOMEM, -EFBIG beyond SEEN_MAX. */
int seen_add(struct seen *s, uint64_t hash) must_check_;
void seen_clear(struct seen *s);

#endif
