/* SPDX-License-Identifier: MIT */
/*
 * What is worth keeping about results between mounts: how large the result of a
 * query was last time, and when.  Bounded to the newest 100 000.
 */
#ifndef JSMFS_STORE_META_H
#define JSMFS_STORE_META_H

#include "base/str.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

struct meta_size {
	uint64_t bytes;
	uint64_t rows;
	int64_t fetched_ms; /* epoch */
};

/* key: site, account and canonical path.  False if unknown. */
bool meta_size_get(struct db *d, struct span key, struct meta_size *ret);
void meta_size_put(struct db *d, struct span key, const struct meta_size *size);

#endif
