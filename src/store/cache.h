/* SPDX-License-Identifier: MIT */
/*
 * Answers of the server by key, with the time they were fetched.  Bounded: the
 * oldest go when the total passes the limit.  A failure to read or write the
 * cache is never the user's problem: get misses, put does nothing (debug log).
 */
#ifndef JSMFS_STORE_CACHE_H
#define JSMFS_STORE_CACHE_H

#include "base/buf.h"
#include "base/str.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

/* True and the bytes in *ret if there is one not older than max_age_ms (wall clock). */
bool cache_get(struct db *d, struct span key, int64_t max_age_ms, struct buf *ret,
               int64_t *ret_fetched_ms);
void cache_put(struct db *d, struct span key, struct span bytes);

/* Forgets every key that starts with prefix ("" is all). */
void cache_drop(struct db *d, struct span prefix);

#endif
