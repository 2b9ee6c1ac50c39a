/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#define ALIGN _Alignof(max_align_t)
#define FIRST_BLOCK_BYTES ((size_t)4096)
#define LAST_BLOCK_BYTES ((size_t)256 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t size;
	_Alignas(max_align_t) char data[];
};

static struct arena_block *block_new(size_t size)
{
	if (size > SIZE_MAX - sizeof(struct arena_block))
		return NULL;
	struct arena_block *b = calloc(1, sizeof(*b) + size);
	if (b)
		b->size = size;
	return b;
}

/* A block with place for n bytes. */
static struct arena_block *block_for(struct arena *a, size_t n)
{
	struct arena_block *head = a->head;

	if (head && n <= head->size - head->used)
		return head;
	size_t size = head ? head->size * 2 : FIRST_BLOCK_BYTES;
	if (size > LAST_BLOCK_BYTES)
		size = LAST_BLOCK_BYTES;
	struct arena_block *b = block_new(n > size / 2 ? n : size);
	if (!b)
		return NULL;
	if (head && b->size == n) {
		/* A large piece fills its own block: keep what is free in the head. */
		b->next = head->next;
		head->next = b;
	} else {
		b->next = head;
		a->head = b;
	}
	return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
	if (n > SIZE_MAX - ALIGN)
		return NULL;
	n = n ? (n + ALIGN - 1) / ALIGN * ALIGN : ALIGN;
	if (a->used_bytes > a->max_bytes || n > a->max_bytes - a->used_bytes)
		return NULL;
	struct arena_block *b = block_for(a, n);
	if (!b)
		return NULL;
	void *p = b->data + b->used;
	b->used += n;
	a->used_bytes += n;
	return p;
}

char *arena_dup(struct arena *a, struct span s)
{
	if (s.n == SIZE_MAX)
		return NULL;
	char *p = arena_alloc(a, s.n + 1);
	if (p && s.n)
		memcpy(p, s.p, s.n);
	return p;
}

void arena_clear(struct arena *a)
{
	while (a->head) {
		struct arena_block *next = a->head->next;
		free(a->head);
		a->head = next;
	}
	a->used_bytes = 0;
}
