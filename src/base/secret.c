/* SPDX-License-Identifier: MIT */
#include "base/secret.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

struct secret {
	size_t n;
	char p[];
};

struct secret *secret_new(struct span s)
{
	if (s.n > SIZE_MAX - sizeof(struct secret) - 1)
		return NULL;
	struct secret *secret = malloc(sizeof(*secret) + s.n + 1);
	if (!secret)
		return NULL;
	secret->n = s.n;
	if (s.n)
		memcpy(secret->p, s.p, s.n);
	secret->p[s.n] = '\0';
	return secret;
}

void secret_free(struct secret *s)
{
	if (!s)
		return;
	secret_wipe(s->p, s->n);
	free(s);
}

struct span secret_reveal(const struct secret *s)
{
	return s ? (struct span){ s->p, s->n } : (struct span){ "", 0 };
}

bool secret_empty(const struct secret *s)
{
	return !s || !s->n;
}

void secret_wipe(void *p, size_t n)
{
	if (n)
		explicit_bzero(p, n);
}

void secret_clear(struct buf *b)
{
	if (b->p)
		secret_wipe(b->p, b->cap);
	buf_clear(b);
}
