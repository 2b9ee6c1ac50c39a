/* SPDX-License-Identifier: MIT */
/*
 * Open addressing with linear probing; a deleted slot stays marked until the
 * table is built anew, so that a walk may delete where it stands.
 */
#include "base/map.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define FIRST_SLOTS 16

struct slot {
	char *key; /* NULL: free, or dead */
	size_t key_len;
	uint64_t hash;
	void *value;
	bool dead;
};

struct map {
	struct slot *slots;
	size_t n_slots; /* a power of two, or 0 */
	size_t n_live;
	size_t n_used; /* live and dead */
};

/* Written once before the first hash. */
static uint64_t hash_key[2];
static pthread_once_t hash_once = PTHREAD_ONCE_INIT;

static void hash_start(void)
{
	ssize_t n = getrandom(hash_key, sizeof(hash_key), 0);

	/* Without the system call something a stranger does not know will do. */
	if (n != (ssize_t)sizeof(hash_key))
		hash_key[0] ^= (uint64_t)(uintptr_t)&n ^ (uint64_t)time(NULL);
}

static uint64_t rotate(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static void sip_rounds(uint64_t v[4], int n)
{
	while (n-- > 0) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] = rotate(v[2], 32);
	}
}

static uint64_t load_le(const unsigned char *p, size_t n)
{
	uint64_t x = 0;

	while (n-- > 0)
		x = x << 8 | p[n];
	return x;
}

uint64_t map_hash(struct span key)
{
	pthread_once(&hash_once, hash_start);
	uint64_t v[4] = { hash_key[0] ^ 0x736f6d6570736575u,
		          hash_key[1] ^ 0x646f72616e646f6du,
		          hash_key[0] ^ 0x6c7967656e657261u,
		          hash_key[1] ^ 0x7465646279746573u };
	const unsigned char *p = (const unsigned char *)key.p;
	size_t left = key.n;

	for (; left >= 8; left -= 8, p += 8) {
		uint64_t m = load_le(p, 8);
		v[3] ^= m;
		sip_rounds(v, 2);
		v[0] ^= m;
	}
	uint64_t m = load_le(p, left) | (uint64_t)key.n << 56;
	v[3] ^= m;
	sip_rounds(v, 2);
	v[0] ^= m;
	v[2] ^= 0xff;
	sip_rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct map *map_new(void)
{
	return calloc(1, sizeof(struct map));
}

void map_free(struct map *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n_slots; i++)
		free(m->slots[i].key);
	free(m->slots);
	free(m);
}

static struct slot *find(const struct map *m, struct span key, uint64_t hash)
{
	if (!m->n_slots)
		return NULL;
	size_t mask = m->n_slots - 1;
	/* At least one slot is always free, so this ends. */
	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		struct slot *s = &m->slots[i];
		if (!s->key && !s->dead)
			return NULL;
		if (s->key && s->hash == hash &&
		    span_eq((struct span){ s->key, s->key_len }, key))
			return s;
	}
}

static struct slot *first_free(struct slot *slots, size_t n_slots, uint64_t hash)
{
	size_t i = hash & (n_slots - 1);

	while (slots[i].key)
		i = (i + 1) & (n_slots - 1);
	return &slots[i];
}

/* Keeps a quarter of the slots free; drops the dead ones. */
static int make_room(struct map *m)
{
	if (m->n_slots && m->n_used + 1 <= m->n_slots / 4 * 3)
		return 0;
	size_t n = FIRST_SLOTS;
	while (n / 2 < m->n_live + 1) {
		if (n > SIZE_MAX / 2)
			return -ENOMEM;
		n *= 2;
	}
	struct slot *slots = calloc(n, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < m->n_slots; i++) {
		if (m->slots[i].key)
			*first_free(slots, n, m->slots[i].hash) = m->slots[i];
	}
	free(m->slots);
	m->slots = slots;
	m->n_slots = n;
	m->n_used = m->n_live;
	return 0;
}

int map_put(struct map *m, struct span key, void *value, void **ret_old)
{
	uint64_t hash = map_hash(key);
	struct slot *s = find(m, key, hash);
	void *old = NULL;

	if (s) {
		old = s->value;
		s->value = value;
	} else {
		int r = make_room(m);
		if (r)
			return r;
		char *copy = span_dup(key);
		if (!copy)
			return -ENOMEM;
		s = first_free(m->slots, m->n_slots, hash);
		m->n_used += !s->dead;
		m->n_live++;
		*s = (struct slot){
			.key = copy, .key_len = key.n, .hash = hash, .value = value
		};
	}
	if (ret_old)
		*ret_old = old;
	return 0;
}

void *map_get(const struct map *m, struct span key)
{
	const struct slot *s = find(m, key, map_hash(key));

	return s ? s->value : NULL;
}

void *map_del(struct map *m, struct span key)
{
	struct slot *s = find(m, key, map_hash(key));

	if (!s)
		return NULL;
	void *value = s->value;
	free(s->key);
	*s = (struct slot){ .dead = true };
	m->n_live--;
	return value;
}

size_t map_count(const struct map *m)
{
	return m->n_live;
}

bool map_next(const struct map *m, size_t *cursor, struct span *ret_key, void **ret_value)
{
	while (*cursor < m->n_slots) {
		const struct slot *s = &m->slots[(*cursor)++];
		if (!s->key)
			continue;
		*ret_key = (struct span){ s->key, s->key_len };
		*ret_value = s->value;
		return true;
	}
	return false;
}
