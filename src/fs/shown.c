/* SPDX-License-Identifier: MIT */
#include "fs/shown.h"

#include "base/map.h"
#include "base/sync.h"
#include "fs/attached.h"
#include "fs/fs_i.h"
#include "fs/intake.h"
#include "fs/orders.h"
#include "fs/resolve.h"
#include "fs/views.h"
#include "fs/walkers.h"

#include <errno.h>
#include <stdlib.h>

#define SHOWN_MAX 32

/* What the kernel does with the names of a directory. */
enum keeping {
	KEEP,       /* they never change */
	KEEP_WHILE, /* as long as they are the same, looked at every FS_SHORT_MS */
	KEEP_NOT    /* few directories whose names come and go, or that begin a walk */
};

static enum keeping keeping_of(const struct place *p)
{
	switch ((int)p->kind) {
	case PLACE_SYSTEM:
	case PLACE_PROCS:
	case PLACE_PROC:
	case PLACE_KNOBS:
	case PLACE_TABLE:
	case PLACE_FACETS:
	case PLACE_ROW:
		return KEEP;
	case PLACE_FACET:
	case PLACE_TEXTS:
	case PLACE_CHILD_ROWS:
	case PLACE_BLOBS:
	case PLACE_INTAKE:
	case PLACE_ORDERS:
		return KEEP_WHILE;
	}
	return KEEP_NOT;
}

bool shown_may_change(const struct place *dir)
{
	return keeping_of(dir) == KEEP_WHILE;
}

/* ------------------------------------------------------------------- the names */

uint64_t shown_walk(struct fs *fs, const struct wish *w)
{
	return w->walk ? w->walk : walkers_walk(fs->walkers, w->thread);
}

/* What belongs to one row is asked for, unless somebody walks through all of them. */
static int learn_names(struct fs *fs, struct node *n, const struct wish *w)
{
	int r;

	if ((n->place.kind != PLACE_TEXTS && n->place.kind != PLACE_CHILD_ROWS) ||
	    (w && shown_walk(fs, w)))
		return 0;
	r = result_learn(fs, n, w, NULL);
	return r == -EAGAIN && !w ? RESOLVE_ASK : r;
}

static int list(struct fs *fs, struct node *n, const struct wish *w, struct listing *ret)
{
	int r = learn_names(fs, n, w);

	if (r)
		return r;
	if (n->place.kind == PLACE_VIEWS)
		return views_list(fs, &n->place, ret, NULL);
	if (n->place.kind == PLACE_BLOBS)
		r = attached_list(fs, n, w, ret, NULL);
	else
		r = tree_list(&n->place, n->folder ? &n->folder->selector : NULL,
		              fs->cfg.catalog, ret, NULL);
	if (!r && n->place.kind == PLACE_ORDERS)
		r = orders_list(fs, n, w, ret, NULL);
	if (!r && intake_is_dir(n))
		r = intake_list(fs, n, ret, NULL);
	if (r)
		listing_clear(ret);
	return r;
}

static uint64_t hash_of(const struct listing *l)
{
	uint64_t hash = 1;

	for (size_t i = 0; i < l->n; i++)
		hash = hash * 31 + map_hash(span_of(l->p[i].name));
	return hash ? hash : 1;
}

uint32_t shown_tag(const struct shown *s)
{
	return (uint32_t)(s->hash >> 33);
}

void shown_unref(struct shown *s)
{
	if (!s || atomic_fetch_sub(&s->refs, 1) != 1)
		return;
	listing_clear(&s->names);
	free(s);
}

static int make(struct fs *fs, struct node *dir, const struct wish *w, struct shown **ret)
{
	struct listing l = { 0 };
	struct shown *s;
	int r = list(fs, dir, w, &l);

	if (r)
		return r;
	s = calloc(1, sizeof(*s));
	if (!s) {
		listing_clear(&l);
		return -ENOMEM;
	}
	atomic_init(&s->refs, 1);
	s->ino = dir->ino;
	s->names = l;
	s->hash = hash_of(&l);
	/* the site would have been asked for anybody else */
	s->walk = w ? shown_walk(fs, w) : 0;
	*ret = s;
	return 0;
}

/* ------------------------------------------------------------- those being read */

struct showing {
	pthread_mutex_t lock;
	struct shown *p[SHOWN_MAX]; /* lock; references */
	size_t next;                /* lock */
};

struct showing *showing_new(void)
{
	struct showing *all = calloc(1, sizeof(*all));

	if (all)
		pthread_mutex_init(&all->lock, NULL);
	return all;
}

void showing_free(struct showing *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < SHOWN_MAX; i++)
		shown_unref(all->p[i]);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

static bool is_of(const struct shown *s, uint64_t ino, uint32_t tag)
{
	return s && s->ino == ino && shown_tag(s) == tag;
}

static void remember(struct showing *all, struct shown *s)
{
	struct shown *old;

	atomic_fetch_add(&s->refs, 1);
	{
		LOCK_SCOPE(&all->lock);
		old = all->p[all->next % SHOWN_MAX];
		all->p[all->next++ % SHOWN_MAX] = s;
	}
	shown_unref(old);
}

static struct shown *recall(struct showing *all, uint64_t ino, uint32_t tag)
{
	LOCK_SCOPE(&all->lock);

	for (size_t i = 0; i < SHOWN_MAX; i++) {
		if (is_of(all->p[i], ino, tag)) {
			atomic_fetch_add(&all->p[i]->refs, 1);
			return all->p[i];
		}
	}
	return NULL;
}

/* Who still reads makes them anew. */
static void let_go(struct showing *all, const struct shown *s)
{
	struct shown *old[SHOWN_MAX] = { 0 };

	{
		LOCK_SCOPE(&all->lock);
		for (size_t i = 0; i < SHOWN_MAX; i++) {
			if (is_of(all->p[i], s->ino, shown_tag(s)))
				old[i] = take_ptr(all->p[i]);
		}
	}
	for (size_t i = 0; i < SHOWN_MAX; i++)
		shown_unref(old[i]);
}

int shown_now(struct fs *fs, struct node *dir, const struct wish *w, struct shown **ret)
{
	int r = make(fs, dir, w, ret);

	if (!r)
		remember(fs->showing, *ret);
	return r;
}

int shown_again(struct fs *fs, struct node *dir, uint32_t tag, const struct wish *w,
                struct shown **ret)
{
	struct shown *s = recall(fs->showing, dir->ino, tag);

	if (!s)
		return shown_now(fs, dir, w, ret);
	*ret = s;
	return 0;
}

/* ------------------------------------------------------- what the kernel keeps */

/*
 * Before the answer that there is no more: from then on the kernel takes what it has
 * for the whole, unless parts of it are missing.  What is not all there is it may
 * show again only after it has asked.
 */
void shown_whole(struct fs *fs, struct node *dir, const struct shown *s)
{
	let_go(fs->showing, s);
	if (keeping_of(&dir->place) == KEEP_NOT &&
	    !(dir->place.kind == PLACE_VIEWS && views_are_watched(fs))) {
		fs_forget_names(fs, dir->ino);
		return;
	}
	node_set_listed(fs->nodes, dir, s->hash, s->walk);
	if (s->walk)
		fs_forget_attr(fs, dir->ino);
}

static double short_s(const struct fs *fs, const struct node *dir)
{
	int64_t ms = dir->folder ? result_tolerance_ms(fs, dir->folder) : FS_SHORT_MS;

	return (double)(ms > FS_SHORT_MS ? FS_SHORT_MS : ms) / 1000.0;
}

/*
 * Do the names that were true, or all that was known to somebody who walks, still stand?
 * What a walk was shown stands for walks alone: how long they may go on without asking
 * is up to the kernel, which cannot tell them from others, so it is short, and nothing
 * until somebody walks there again.
 */
static bool stands(struct fs *fs, struct node *dir, pid_t thread, double *ret_s)
{
	cleanup_(shown_unrefp) struct shown *now = NULL;
	uint64_t walk = 0, before, hash = node_listed(fs->nodes, dir, &before);
	int r = hash ? make(fs, dir, NULL, &now) : 0;

	*ret_s = short_s(fs, dir);
	if (r == RESOLVE_ASK) {
		walk = walkers_walk(fs->walkers, thread);
		if (walk == before)
			*ret_s = 0.0;
		return walk;
	}
	return !hash || (!r && now->hash == hash);
}

double shown_check(struct fs *fs, struct node *dir, pid_t thread)
{
	double s;

	walkers_saw(fs->walkers, thread, dir->place.kind, false);
	if (!shown_may_change(&dir->place))
		return FS_LONG_MS / 1000.0;
	if (!stands(fs, dir, thread, &s)) {
		node_set_listed(fs->nodes, dir, 0, 0);
		fs_forget_names(fs, dir->ino);
	}
	return s;
}
