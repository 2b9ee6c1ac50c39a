/* SPDX-License-Identifier: MIT */
#include "fs/text.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

struct text *text_new(struct span s)
{
	struct text *t;

	if (s.n > SIZE_MAX - sizeof(*t) - 1)
		return NULL;
	t = malloc(sizeof(*t) + s.n + 1);
	if (!t)
		return NULL;
	atomic_init(&t->refs, 1);
	t->n = s.n;
	t->made_ms = clock_wall_ms();
	if (s.n)
		memcpy(t->p, s.p, s.n);
	t->p[s.n] = '\0';
	return t;
}

struct text *text_ref(struct text *t)
{
	if (t)
		atomic_fetch_add(&t->refs, 1);
	return t;
}

void text_unref(struct text *t)
{
	if (t && atomic_fetch_sub(&t->refs, 1) == 1)
		free(t);
}

struct span text_view(const struct text *t)
{
	return (struct span){ t->p, t->n };
}
