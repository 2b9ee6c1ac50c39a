/* SPDX-License-Identifier: MIT */
#include "sim/strmap.h"

#include <stdlib.h>
#include <string.h>

uint64_t hash_mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

uint64_t hash_text(const char *s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	return hash_mix(h);
}

static struct strmap_slot *strmap_find(const struct strmap *m, const char *key)
{
	size_t i = (size_t)hash_text(key) & (m->cap - 1);
	while (m->slots[i].key && strcmp(m->slots[i].key, key))
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

static bool strmap_grow(struct strmap *m)
{
	struct strmap bigger = { .cap = m->cap ? m->cap * 2 : 256 };
	bigger.slots = calloc(bigger.cap, sizeof(*bigger.slots));
	if (!bigger.slots)
		return false;
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].key)
			*strmap_find(&bigger, m->slots[i].key) = m->slots[i];
	bigger.n = m->n;
	free(m->slots);
	*m = bigger;
	return true;
}

bool strmap_put(struct strmap *m, const char *key, uint32_t value)
{
	if (m->n * 2 >= m->cap && !strmap_grow(m))
		return false;
	struct strmap_slot *slot = strmap_find(m, key);
	if (!slot->key)
		m->n++;
	slot->key = key;
	slot->value = value;
	return true;
}

bool strmap_get(const struct strmap *m, const char *key, uint32_t *ret_value)
{
	if (!m->cap)
		return false;
	const struct strmap_slot *slot = strmap_find(m, key);
	if (!slot->key)
		return false;
	*ret_value = slot->value;
	return true;
}

void strmap_clear(struct strmap *m)
{
	free(m->slots);
	*m = (struct strmap){ 0 };
}
