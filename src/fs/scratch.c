/* SPDX-License-Identifier: MIT */
#include "fs/scratch.h"

#include "base/sync.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const patterns[] = {
	".*",    /* vim's swap files, Emacs' locks, rsync, most others */
	"*~",    /* backups */
	"#*#",   /* Emacs' own saves */
	"4913",  /* vim tries whether it may create files */
	"*.swp", /* vim */
	"*.swx",    "*.tmp",  "*.bak",     "*.orig",
	"*.new",    "*.part", "sed??????", /* sed -i */
	"XX??????",                        /* perl -i */
};

bool scratch_is_name(struct span name)
{
	cleanup_free_ char *copy = span_dup(name);

	for (size_t i = 0; copy && i < ARRAY_SIZE(patterns); i++) {
		if (str_glob(patterns[i], copy))
			return !span_is(name, ".") && !span_is(name, "..");
	}
	return false;
}

struct named_draft {
	char *dir;
	char *name;
	struct draft *draft;
};

struct scratch {
	pthread_mutex_t lock;
	struct named_draft p[SCRATCH_MAX]; /* lock; the oldest first */
	size_t n;                          /* lock */
};

struct scratch *scratch_new(void)
{
	struct scratch *s = calloc(1, sizeof(*s));

	if (s)
		pthread_mutex_init(&s->lock, NULL);
	return s;
}

/* Under the lock. */
static void take_out(struct scratch *s, size_t i)
{
	draft_unref(s->p[i].draft);
	free(s->p[i].dir);
	free(s->p[i].name);
	s->n--;
	memmove(&s->p[i], &s->p[i + 1], (s->n - i) * sizeof(s->p[0]));
}

void scratch_free(struct scratch *s)
{
	if (!s)
		return;
	while (s->n)
		take_out(s, s->n - 1);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* Under the lock; s->n if there is none. */
static size_t index_of(const struct scratch *s, struct span dir, struct span name)
{
	size_t i = 0;

	while (i < s->n && (!span_is(dir, s->p[i].dir) || !span_is(name, s->p[i].name)))
		i++;
	return i;
}

struct draft *scratch_find(struct scratch *s, struct span dir, struct span name)
{
	LOCK_SCOPE(&s->lock);
	size_t i = index_of(s, dir, name);

	return i < s->n ? draft_ref(s->p[i].draft) : NULL;
}

int scratch_add(struct scratch *s, struct span dir, struct span name, struct draft *d)
{
	cleanup_free_ char *in = span_dup(dir), *copy = span_dup(name);
	LOCK_SCOPE(&s->lock);
	size_t i = index_of(s, dir, name);

	if (!in || !copy)
		return -ENOMEM;
	if (i < s->n)
		take_out(s, i);
	/* what an editor that crashed left behind gives way */
	if (s->n == SCRATCH_MAX)
		take_out(s, 0);
	s->p[s->n++] = (struct named_draft){ take_ptr(in), take_ptr(copy), draft_ref(d) };
	return 0;
}

bool scratch_del(struct scratch *s, struct span dir, struct span name)
{
	LOCK_SCOPE(&s->lock);
	size_t i = index_of(s, dir, name);

	if (i == s->n)
		return false;
	take_out(s, i);
	return true;
}

int scratch_each(struct scratch *s, struct span dir,
                 int (*fn)(void *ctx, const char *name, bool is_link), void *ctx)
{
	LOCK_SCOPE(&s->lock);
	int r = 0;

	for (size_t i = 0; i < s->n && !r; i++) {
		if (span_is(dir, s->p[i].dir))
			r = fn(ctx, s->p[i].name, s->p[i].draft->kind == DRAFT_LINK);
	}
	return r;
}
