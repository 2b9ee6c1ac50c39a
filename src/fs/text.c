/* SPDX-License-Identifier: MIT */
#include "fs/text.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

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
		memcpy(t->own, s.p, s.n);
	t->own[s.n] = '\0';
	t->mapped = 0;
	t->p = t->own;
	return t;
}

int text_map(int fd, size_t n, size_t n_tail, struct text **ret, struct err *err)
{
	struct text *t = text_new(SPAN(""));
	volatile char *p;

	if (!t)
		return err_nomem(err);
	if (!n) {
		*ret = t;
		return 0;
	}
	p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED) {
		free(t);
		return err_set(err, -errno, "cannot read the spool file: %s",
		               strerrordesc_np(errno));
	}
	/* A page that was written to is ours alone. */
	for (size_t i = n - n_tail; i < n; i++)
		p[i] = p[i];
	t->p = (const char *)(uintptr_t)p;
	t->n = t->mapped = n;
	*ret = t;
	return 0;
}

struct text *text_ref(struct text *t)
{
	if (t)
		atomic_fetch_add(&t->refs, 1);
	return t;
}

void text_unref(struct text *t)
{
	if (!t || atomic_fetch_sub(&t->refs, 1) != 1)
		return;
	if (t->mapped)
		(void)munmap((void *)(uintptr_t)t->p, t->mapped);
	free(t);
}

struct span text_view(const struct text *t)
{
	return (struct span){ t->p, t->n };
}
