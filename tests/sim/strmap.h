/* SPDX-License-Identifier: MIT */
/*
 * Strings to numbers, open addressing, nothing is ever removed. Keys are
 * borrowed and must outlive the map.
 */
#ifndef JSMSIM_STRMAP_H
#define JSMSIM_STRMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strmap_slot {
	const char *key;
	uint32_t value;
};

struct strmap {
	struct strmap_slot *slots;
	size_t cap;
	size_t n;
};

bool strmap_put(struct strmap *m, const char *key, uint32_t value);
bool strmap_get(const struct strmap *m, const char *key, uint32_t *ret_value);
void strmap_clear(struct strmap *m);
uint64_t hash_text(const char *s);
uint64_t hash_mix(uint64_t x);

#endif
