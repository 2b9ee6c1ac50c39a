/* SPDX-License-Identifier: MIT */
/*
 * String-keyed hash map; copies its keys, borrows its values.  One thread at a
 * time.  Keys come from users and servers, so the hash is keyed per process.
 */
#ifndef JSMFS_BASE_MAP_H
#define JSMFS_BASE_MAP_H

#include "base/base.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map;

struct map *map_new(void) must_check_; /* NULL when out of memory */
void map_free(struct map *m);
DEFINE_CLEANUP(struct map *, map_free)

/* Adds or replaces; *ret_old (may be NULL) is the value that was there, or NULL. */
int map_put(struct map *m, struct span key, void *value, void **ret_old) must_check_;
void *map_get(const struct map *m, struct span key); /* NULL if absent */
void *map_del(struct map *m, struct span key); /* the value that was there, or NULL */
size_t map_count(const struct map *m);

/*
 * Walks in no particular order: start with *cursor = 0; false at the end.
 * The current entry may be deleted, nothing may be added meanwhile.
 */
bool map_next(const struct map *m, size_t *cursor, struct span *ret_key,
              void **ret_value);

/* SipHash-2-4 under the process's random key. */
uint64_t map_hash(struct span key);

#endif
