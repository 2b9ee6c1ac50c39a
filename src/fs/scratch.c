/* SPDX-License-Identifier: MIT */
#include "fs/scratch.h"

#include "base/clock.h"
#include "base/sync.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------- drafts */

struct draft *draft_new(struct span bytes, bool is_link)
{
	struct draft *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	atomic_init(&d->refs, 1);
	pthread_mutex_init(&d->lock, NULL);
	d->is_link = is_link;
	d->bytes = BUF_INIT(DRAFT_MAX_BYTES);
	d->changed_ms = clock_wall_ms();
	buf_span(&d->bytes, bytes);
	if (!buf_status(&d->bytes))
		return d;
	draft_unref(d);
	return NULL;
}

struct draft *draft_ref(struct draft *d)
{
	if (d)
		atomic_fetch_add(&d->refs, 1);
	return d;
}

void draft_unref(struct draft *d)
{
	if (!d || atomic_fetch_sub(&d->refs, 1) != 1)
		return;
	buf_clear(&d->bytes);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

/* Under the lock. */
static int grow(struct draft *d, size_t n)
{
	size_t more = n > d->bytes.len ? n - d->bytes.len : 0;
	char *p;

	if (!more)
		return 0;
	p = buf_room(&d->bytes, more);
	if (!p) {
		int r = buf_status(&d->bytes);

		d->bytes.status = 0; /* what is there stays usable */
		return r;
	}
	memset(p, 0, more);
	buf_commit(&d->bytes, more);
	return 0;
}

int draft_write(struct draft *d, uint64_t offset, struct span bytes)
{
	LOCK_SCOPE(&d->lock);
	int r;

	if (offset == DRAFT_END)
		offset = d->bytes.len;
	if (offset > DRAFT_MAX_BYTES || bytes.n > DRAFT_MAX_BYTES - offset)
		return -EFBIG;
	r = grow(d, (size_t)offset + bytes.n);
	if (r)
		return r;
	if (bytes.n)
		memcpy(d->bytes.p + offset, bytes.p, bytes.n);
	d->dirty = true;
	d->changed_ms = clock_wall_ms();
	return 0;
}

int draft_resize(struct draft *d, uint64_t n)
{
	LOCK_SCOPE(&d->lock);
	int r;

	if (n > DRAFT_MAX_BYTES)
		return -EFBIG;
	if (n == d->bytes.len)
		return 0;
	r = grow(d, (size_t)n);
	if (r)
		return r;
	buf_truncate(&d->bytes, (size_t)n);
	d->dirty = true;
	d->changed_ms = clock_wall_ms();
	return 0;
}

void draft_orphan(struct draft *d)
{
	LOCK_SCOPE(&d->lock);

	d->orphan = true;
}

size_t draft_size(struct draft *d, int64_t *ret_changed_ms)
{
	LOCK_SCOPE(&d->lock);

	*ret_changed_ms = d->changed_ms;
	return d->bytes.len;
}

void draft_read(struct draft *d, uint64_t offset, size_t size, struct buf *out)
{
	LOCK_SCOPE(&d->lock);
	size_t left = offset < d->bytes.len ? d->bytes.len - (size_t)offset : 0;

	if (left)
		buf_add(out, d->bytes.p + offset, size < left ? size : left);
}

bool draft_take(struct draft *d, struct buf *out)
{
	LOCK_SCOPE(&d->lock);

	if (!d->dirty || d->orphan)
		return false;
	d->dirty = false;
	buf_span(out, buf_view(&d->bytes));
	return true;
}

/* -------------------------------------------------------------------- names */

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
static size_t index_of(const struct scratch *s, struct span name)
{
	size_t i = 0;

	while (i < s->n && !span_is(name, s->p[i].name))
		i++;
	return i;
}

struct draft *scratch_find(struct scratch *s, struct span name)
{
	LOCK_SCOPE(&s->lock);
	size_t i = index_of(s, name);

	return i < s->n ? draft_ref(s->p[i].draft) : NULL;
}

int scratch_add(struct scratch *s, struct span name, struct draft *d)
{
	char *copy = span_dup(name);
	LOCK_SCOPE(&s->lock);
	size_t i = index_of(s, name);

	if (!copy)
		return -ENOMEM;
	if (i < s->n)
		take_out(s, i);
	/* what an editor that crashed left behind gives way */
	if (s->n == SCRATCH_MAX)
		take_out(s, 0);
	s->p[s->n++] = (struct named_draft){ copy, draft_ref(d) };
	return 0;
}

bool scratch_del(struct scratch *s, struct span name)
{
	LOCK_SCOPE(&s->lock);
	size_t i = index_of(s, name);

	if (i == s->n)
		return false;
	take_out(s, i);
	return true;
}

int scratch_each(struct scratch *s, int (*fn)(void *ctx, const char *name, bool is_link),
                 void *ctx)
{
	LOCK_SCOPE(&s->lock);
	int r = 0;

	for (size_t i = 0; i < s->n && !r; i++)
		r = fn(ctx, s->p[i].name, s->p[i].draft->is_link);
	return r;
}
