/* SPDX-License-Identifier: MIT */
#include "rest/seen.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

static bool place(uint64_t *slots, size_t cap, uint64_t hash)
{
	size_t i = (size_t)hash & (cap - 1);

	while (slots[i]) {
		if (slots[i] == hash)
			return false;
		i = (i + 1) & (cap - 1);
	}
	slots[i] = hash;
	return true;
}

static int grow(struct seen *s)
{
	size_t cap = s->cap ? s->cap * 2 : 1024;
	uint64_t *slots;

	if (cap > SEEN_MAX)
		return -EFBIG;
	slots = calloc(cap, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < s->cap; i++) {
		if (s->slots[i])
			place(slots, cap, s->slots[i]);
	}
	free(s->slots);
	s->slots = slots;
	s->cap = cap;
	return 0;
}

int seen_add(struct seen *s, uint64_t hash)
{
	int r;

	if (!hash)
		hash = 1;
	if (s->n >= s->cap / 4 * 3) {
		r = grow(s);
		if (r < 0)
			return r;
	}
	if (!place(s->slots, s->cap, hash))
		return 0;
	s->n++;
	return 1;
}

void seen_clear(struct seen *s)
{
	free(s->slots);
	*s = (struct seen){ 0 };
}
