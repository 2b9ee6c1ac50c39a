/* SPDX-License-Identifier: MIT */
#include "fs/folder.h"

#include "base/clock.h"
#include "base/map.h"
#include "base/sync.h"
#include "catalog/catalog.h"
#include "query/blob.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TABLES 64

struct folders {
	pthread_mutex_t lock;
	struct map *by_path; /* lock */
	struct {
		const char *table;
		uint64_t n;
	} epochs[MAX_TABLES]; /* lock */
	size_t n_epochs;      /* lock */
	struct catalog *catalog;
	uint64_t overflow; /* lock; counts for tables that found no place */
	uint64_t views;    /* lock; counts for all views of the user's own */
};

struct folders *folders_new(struct catalog *catalog)
{
	struct folders *all = calloc(1, sizeof(*all));

	if (!all)
		return NULL;
	all->by_path = map_new();
	if (!all->by_path) {
		free(all);
		return NULL;
	}
	all->catalog = catalog;
	pthread_mutex_init(&all->lock, NULL);
	return all;
}

void folders_free(struct folders *all)
{
	if (!all)
		return;
	map_free(all->by_path);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

static void folder_free(struct folder *f)
{
	for (size_t i = 0; i < N_SLOTS; i++)
		snapshot_unref(f->slots[i]);
	blobs_unref(f->blobs);
	selector_clear(&f->selector);
	free(f->error);
	free(f->path);
	free(f);
}

static struct folder *folder_make(struct folders *all, struct span path)
{
	struct folder *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->all = all;
	f->refs = 1;
	f->version = 1;
	f->path = span_dup(path);
	if (f->path && !map_put(all->by_path, path, f, NULL))
		return f;
	free(f->path);
	free(f);
	return NULL;
}

int folder_get(struct folders *all, struct span path, struct selector *take,
               struct folder **ret, struct err *err)
{
	LOCK_SCOPE(&all->lock);
	struct folder *f = map_get(all->by_path, path);

	/* the same name can be another table by now: who has the old one keeps it */
	if (f && f->selector.table == take->table) {
		f->refs++;
		selector_clear(take);
		*ret = f;
		return 0;
	}
	f = folder_make(all, path);
	if (!f) {
		selector_clear(take);
		return err_nomem(err);
	}
	f->selector = *take;
	selector_init(take, take->table);
	*ret = f;
	return 0;
}

struct folder *folder_ref(struct folder *f)
{
	if (f) {
		LOCK_SCOPE(&f->all->lock);
		f->refs++;
	}
	return f;
}

void folder_unref(struct folder *f)
{
	bool last;

	if (!f)
		return;
	{
		LOCK_SCOPE(&f->all->lock);
		last = !--f->refs;
		if (last && map_get(f->all->by_path, span_of(f->path)) == f)
			(void)map_del(f->all->by_path, span_of(f->path));
	}
	if (last)
		folder_free(f);
}

static uint64_t *epoch_of(struct folders *all, const char *table)
{
	for (size_t i = 0; i < all->n_epochs; i++) {
		if (str_ieq(all->epochs[i].table, table))
			return &all->epochs[i].n;
	}
	if (all->n_epochs == MAX_TABLES)
		return &all->overflow;
	all->epochs[all->n_epochs].table = table;
	return &all->epochs[all->n_epochs++].n;
}

/* Under the lock. */
static uint64_t epoch_now(struct folders *all, const struct table *t)
{
	bool any = t->kind == TABLE_USER_VIEW;
	uint64_t ours = any ? all->views : *epoch_of(all, table_family(t)->name);

	return ours + catalog_changes(all->catalog, any ? NULL : t);
}

uint64_t folders_epoch(struct folders *all, const struct table *t)
{
	LOCK_SCOPE(&all->lock);

	return epoch_now(all, t);
}

void folders_touch_views(struct folders *all)
{
	LOCK_SCOPE(&all->lock);

	all->views++;
}

void folders_touch(struct folders *all, const char *table)
{
	LOCK_SCOPE(&all->lock);
	struct span key;
	size_t cursor = 0;
	void *value;

	++*epoch_of(all, table);
	all->views++;
	while (map_next(all->by_path, &cursor, &key, &value)) {
		struct folder *f = value;

		if (str_ieq(table_family(f->selector.table)->name, table))
			f->version++;
	}
}

static bool is_before(uint64_t made, uint64_t epoch)
{
	return (int64_t)(made - epoch) < 0;
}

struct snapshot *folder_slot_since(struct folder *f, enum slot slot, uint64_t epoch)
{
	LOCK_SCOPE(&f->all->lock);
	struct snapshot *s = f->slots[slot];

	return s && !is_before(s->epoch, epoch) ? snapshot_ref(s) : NULL;
}

struct snapshot *folder_slot(struct folder *f, enum slot slot)
{
	LOCK_SCOPE(&f->all->lock);
	struct snapshot *s = f->slots[slot];

	if (!s || s->epoch != epoch_now(f->all, f->selector.table))
		return NULL;
	return snapshot_ref(s);
}

void folder_slot_put(struct folder *f, enum slot slot, struct snapshot *s)
{
	struct snapshot *old = s;

	snapshot_ref(s);
	{
		LOCK_SCOPE(&f->all->lock);
		if (!f->slots[slot] || !is_before(s->epoch, f->slots[slot]->epoch)) {
			old = f->slots[slot];
			f->slots[slot] = s;
		}
	}
	snapshot_unref(old);
}

struct blobs *folder_blobs_since(struct folder *f, uint64_t epoch)
{
	LOCK_SCOPE(&f->all->lock);
	struct blobs *b = f->blobs;

	return b && !is_before(b->epoch, epoch) ? blobs_ref(b) : NULL;
}

struct blobs *folder_blobs(struct folder *f)
{
	LOCK_SCOPE(&f->all->lock);

	if (!f->blobs || f->blobs->epoch != epoch_now(f->all, f->selector.table))
		return NULL;
	return blobs_ref(f->blobs);
}

void folder_blobs_put(struct folder *f, struct blobs *b)
{
	struct blobs *old = b;

	blobs_ref(b);
	{
		LOCK_SCOPE(&f->all->lock);
		if (!f->blobs || !is_before(b->epoch, f->blobs->epoch)) {
			old = f->blobs;
			f->blobs = b;
		}
	}
	blobs_unref(old);
}

void folder_slot_drop(struct folder *f, const struct snapshot *s)
{
	struct snapshot *old = NULL;

	{
		LOCK_SCOPE(&f->all->lock);
		for (size_t i = 0; i < N_SLOTS; i++) {
			if (f->slots[i] == s) {
				old = f->slots[i];
				f->slots[i] = NULL;
			}
		}
	}
	snapshot_unref(old);
}

/* Under the lock. */
static void clear_error(struct folder *f)
{
	free(f->error);
	f->error = NULL;
	f->sentence[0] = '\0';
	f->version++;
}

void folder_done(struct folder *f, const struct account *a)
{
	LOCK_SCOPE(&f->all->lock);

	f->account = *a;
	f->account.any = true;
	clear_error(f);
}

void folder_fine(struct folder *f)
{
	LOCK_SCOPE(&f->all->lock);

	if (f->error)
		clear_error(f);
}

void folder_failed(struct folder *f, const struct err *err, struct span line)
{
	char *copy = span_dup(line);
	LOCK_SCOPE(&f->all->lock);

	free(f->error);
	f->error = copy;
	memcpy(f->sentence, err->msg, sizeof(f->sentence));
	f->sentence[sizeof(f->sentence) - 1] = '\0';
	f->version++;
}

void folder_account(struct folder *f, struct account *ret)
{
	LOCK_SCOPE(&f->all->lock);

	*ret = f->account;
}

void folder_error(struct folder *f, struct buf *out, bool sentence)
{
	LOCK_SCOPE(&f->all->lock);

	if (sentence)
		buf_puts(out, f->sentence);
	else if (f->error)
		buf_puts(out, f->error);
}

bool folder_has_failed(struct folder *f)
{
	LOCK_SCOPE(&f->all->lock);

	return f->error;
}

uint64_t folder_version(struct folder *f)
{
	LOCK_SCOPE(&f->all->lock);

	return f->version;
}

void folder_set_absent(struct folder *f, bool absent)
{
	LOCK_SCOPE(&f->all->lock);

	f->absent = absent;
	f->absent_epoch = epoch_now(f->all, f->selector.table);
	f->absent_ms = clock_mono_ms();
}

bool folder_absent(struct folder *f, int64_t max_age_ms)
{
	LOCK_SCOPE(&f->all->lock);

	return f->absent && f->absent_epoch == epoch_now(f->all, f->selector.table) &&
	       clock_mono_ms() - f->absent_ms <= max_age_ms;
}
