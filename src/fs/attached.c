/* SPDX-License-Identifier: MIT */
#include "fs/attached.h"

#include "base/clock.h"
#include "base/flight.h"
#include "fs/fs_i.h"
#include "fs/resolve.h"
#include "fs/shown.h"
#include "query/blob.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES (1u << 20)
#define BLOCKS_MAX 16 /* kept, of all files together */
#define ATTEMPTS 4
#define KEY_BYTES 128

/* ------------------------------------------------------------------ blocks */

struct block {
	atomic_uint refs;
	char key[KEY_BYTES]; /* id of the file, number of the block */
	struct buf bytes;    /* never change */
	uint64_t used;       /* lock of blocks */
};

struct blocks {
	pthread_mutex_t lock;
	struct block *p[BLOCKS_MAX]; /* lock */
	uint64_t clock;              /* lock */
};

static void block_unref(struct block *b)
{
	if (!b || atomic_fetch_sub(&b->refs, 1) != 1)
		return;
	buf_clear(&b->bytes);
	free(b);
}
DEFINE_CLEANUP(struct block *, block_unref)

struct blocks *blocks_new(void)
{
	struct blocks *all = calloc(1, sizeof(*all));

	if (all)
		pthread_mutex_init(&all->lock, NULL);
	return all;
}

void blocks_free(struct blocks *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < BLOCKS_MAX; i++)
		block_unref(all->p[i]);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

static struct block *blocks_get(struct blocks *all, const char *key)
{
	LOCK_SCOPE(&all->lock);

	for (size_t i = 0; i < BLOCKS_MAX; i++) {
		struct block *b = all->p[i];

		if (!b || !str_eq(b->key, key))
			continue;
		b->used = ++all->clock;
		atomic_fetch_add(&b->refs, 1);
		return b;
	}
	return NULL;
}

/* In the place of the one that was not used for longest; takes the reference. */
static void blocks_put(struct blocks *all, struct block *b)
{
	struct block *old;
	size_t at = 0;

	{
		LOCK_SCOPE(&all->lock);
		for (size_t i = 0; i < BLOCKS_MAX && all->p[at]; i++) {
			if (!all->p[i] || all->p[i]->used < all->p[at]->used)
				at = i;
		}
		old = all->p[at];
		all->p[at] = b;
		b->used = ++all->clock;
	}
	block_unref(old);
}

/* ------------------------------------------------------------------ the list */

static bool is_fresh(const struct fs *fs, const struct folder *f, const struct blobs *b)
{
	int64_t tolerance = result_tolerance_ms(fs, f);

	return tolerance == INT64_MAX || clock_mono_ms() - b->fetched_mono < tolerance;
}

struct asking {
	struct fs *fs;
	struct folder *folder;
	const struct place *place;
	struct run run;
	struct blobs *list;
};

static int list_work(void *ctx, struct err *err)
{
	struct asking *a = ctx;
	const struct predicate *p = a->folder->selector.predicates;
	uint64_t epoch = folders_epoch(a->fs->folders, a->folder->selector.table);
	struct err mine = { 0 };
	int r;

	atomic_fetch_add(&a->fs->n_running, 1);
	r = blobs_list(a->fs->cfg.engine, a->place->child, a->place->table, p->column,
	               span_of(p->values[0]), &a->run, &a->list, &mine);
	atomic_fetch_sub(&a->fs->n_running, 1);
	atomic_fetch_add(&a->fs->n_runs, 1);
	atomic_fetch_add(&a->fs->n_calls, atomic_load(&a->run.calls));
	if (r) {
		mine.code = r;
		fs_failed(a->fs, a->folder, span_of(a->folder->path), &mine);
		if (err)
			*err = mine;
		return r;
	}
	a->list->epoch = epoch;
	folder_blobs_put(a->folder, a->list);
	return 0;
}

static int fetch_list(struct fs *fs, struct node *dir, const struct wish *w,
                      struct blobs **ret, struct err *err)
{
	struct asking a = {
		.fs = fs, .folder = dir->folder, .place = &dir->place, .run = RUN_INIT
	};
	uint64_t epoch = folders_epoch(fs->folders, dir->folder->selector.table);
	cleanup_free_ char *key =
		str_printf("list %s %" PRIu64, dir->folder->path, epoch);
	struct err mine = { 0 };
	int r = key ? result_admit(fs, dir->folder, w, &a.run, &mine) : err_nomem(&mine);

	if (r) {
		fs_failed(fs, dir->folder, span_of(dir->folder->path), &mine);
		if (err)
			*err = mine;
		return r;
	}
	r = flight_do(fs->flight, span_of(key), list_work, &a, w->cancel, w->deadline,
	              err);
	if (!r)
		*ret = a.list ? blobs_ref(a.list)
		              : folder_blobs_since(dir->folder, epoch);
	blobs_unref(a.list);
	return r;
}

/* Who only walks by sees what was learned, however long ago, and nothing else. */
static struct blobs *list_for_walker(const struct node *dir)
{
	struct blobs *b = folder_blobs(dir->folder);

	return b ? b : blobs_none();
}

static int list_of(struct fs *fs, struct node *dir, const struct wish *w,
                   struct blobs **ret, struct err *err)
{
	cleanup_(blobs_unrefp) struct blobs *b = folder_blobs(dir->folder);
	int r = 0;

	if (b && !is_fresh(fs, dir->folder, b))
		blobs_unref(take_ptr(b));
	if (!b && !w)
		return RESOLVE_ASK;
	if (!b && shown_walk(fs, w)) {
		*ret = list_for_walker(dir);
		return *ret ? 0 : err_nomem(err);
	}
	for (int i = 0; !b && !r && i < ATTEMPTS; i++)
		r = fetch_list(fs, dir, w, &b, err);
	if (r)
		return r;
	if (!b)
		return err_set(err, -EAGAIN,
		               "the files changed faster than they were listed");
	*ret = take_ptr(b);
	return 0;
}

int attached_list(struct fs *fs, struct node *dir, const struct wish *w,
                  struct listing *ret, struct err *err)
{
	cleanup_(blobs_unrefp) struct blobs *b = NULL;
	struct listing l = { 0 };
	struct place p = dir->place;
	int r = list_of(fs, dir, w, &b, err);

	if (r)
		return r;
	p.kind = PLACE_BLOB;
	for (size_t i = 0; !r && i < b->n; i++)
		r = listing_add(&l, b->p[i].name, p);
	if (r) {
		listing_clear(&l);
		return err_nomem(err);
	}
	*ret = l;
	return 0;
}

static bool is_same(const struct node *n, const struct blob *b)
{
	const struct blob *old = &n->blobs->p[n->blob];

	return str_eq(old->id, b->id) && old->bytes == b->bytes &&
	       old->time_ms == b->time_ms;
}

int attached_resolve(struct fs *fs, struct node *dir, struct span name, struct node *old,
                     const struct wish *w, struct node **ret, int64_t *ret_absent_ms,
                     struct err *err)
{
	cleanup_(blobs_unrefp) struct blobs *b = NULL;
	struct place p = dir->place;
	size_t i;
	int r = list_of(fs, dir, w, &b, err);

	if (r)
		return r;
	if (!blobs_find(b, name, &i)) {
		if (old && is_fresh(fs, dir->folder, b))
			nodes_remove(fs->nodes, old);
		*ret_absent_ms = is_fresh(fs, dir->folder, b)
		                         ? result_tolerance_ms(fs, dir->folder)
		                         : 0;
		return -ENOENT;
	}
	if (old && is_same(old, &b->p[i])) {
		*ret = old;
		return 0;
	}
	p.kind = PLACE_BLOB;
	return nodes_add_blob(fs->nodes, dir, &p, b, i, ret, err);
}

/* --------------------------------------------------------------------- bytes */

int attached_admit(struct fs *fs, struct node *n, const struct wish *w, struct err *err)
{
	struct run run = RUN_INIT;
	int r = result_admit(fs, n->folder, w, &run, err);

	if (!r && run.cached_only)
		r = err_set(err, -ENETDOWN, "files are not kept in the cache");
	return r;
}

struct reading {
	struct fs *fs;
	struct node *node;
	uint64_t number; /* of the block */
	const char *key;
	struct run run;
	struct block *block;
};

static int read_work(void *ctx, struct err *err)
{
	struct reading *rd = ctx;
	const struct blob *b = &rd->node->blobs->p[rd->node->blob];
	const struct predicate *p = rd->node->folder->selector.predicates;
	uint64_t from = rd->number * BLOCK_BYTES;
	uint64_t left = b->bytes - from;
	cleanup_(block_unrefp) struct block *block = calloc(1, sizeof(*block));
	int r;

	if (!block)
		return err_nomem(err);
	atomic_init(&block->refs, 1);
	snprintf(block->key, sizeof(block->key), "%s", rd->key);
	r = blob_read(rd->fs->cfg.engine, b, span_of(p->values[0]), from,
	              left < BLOCK_BYTES ? (size_t)left : BLOCK_BYTES, &rd->run,
	              &block->bytes, err);
	atomic_fetch_add(&rd->fs->n_calls, atomic_load(&rd->run.calls));
	if (r)
		return r;
	atomic_fetch_add(&block->refs, 1);
	blocks_put(rd->fs->blocks, block);
	rd->block = take_ptr(block);
	return 0;
}

static int read_block(struct fs *fs, struct node *n, uint64_t number,
                      const struct wish *w, struct block **ret, struct err *err)
{
	char key[KEY_BYTES];
	struct reading rd = { .fs = fs, .node = n, .number = number, .key = key };
	int r = 0;

	snprintf(key, sizeof(key), "bytes %s %" PRIu64, n->blobs->p[n->blob].id, number);
	rd.block = blocks_get(fs->blocks, key);
	for (int i = 0; !rd.block && !r && i < ATTEMPTS; i++) {
		rd.run = RUN_INIT;
		rd.run.cancel = w->cancel;
		rd.run.deadline = w->deadline;
		r = flight_do(fs->flight, span_of(key), read_work, &rd, w->cancel,
		              w->deadline, err);
		if (!r && !rd.block)
			rd.block = blocks_get(fs->blocks, key);
	}
	if (!r && !rd.block)
		r = err_set(err, -EAGAIN, "too many files are read at the same time");
	if (!r)
		*ret = rd.block;
	return r;
}

int attached_read(struct fs *fs, struct node *n, const struct extent *e,
                  const struct wish *w, struct buf *out, struct err *err)
{
	uint64_t end = n->blobs->p[n->blob].bytes;
	uint64_t at = e->offset;

	if (at < end && e->size < end - at)
		end = at + e->size;
	while (at < end) {
		cleanup_(block_unrefp) struct block *b = NULL;
		uint64_t skip = at % BLOCK_BYTES;
		size_t size;
		struct err mine = { 0 };
		int r = read_block(fs, n, at / BLOCK_BYTES, w, &b, &mine);

		if (r) {
			mine.code = r;
			fs_failed(fs, n->folder, span_of(n->folder->path), &mine);
			if (err)
				*err = mine;
			return r;
		}
		size = b->bytes.len - (size_t)skip;
		if (size > end - at)
			size = (size_t)(end - at);
		buf_add(out, b->bytes.p + skip, size);
		at += size;
	}
	return buf_status(out) ? err_nomem(err) : 0;
}
