/* SPDX-License-Identifier: MIT */
#include "fs/result.h"

#include "base/clock.h"
#include "base/flight.h"
#include "base/log.h"
#include "catalog/catalog.h"
#include "format/writer.h"
#include "fs/fill.h"
#include "fs/fs_i.h"
#include "query/engine.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ATTEMPTS 4
#define ESTIMATE_BYTES 4096

static const char *const slot_names[N_SLOTS] = { "rows.csv",    "rows.tsv", "rows.json",
	                                         "rows.ndjson", "count",    "row.json",
	                                         "texts" };

static enum slot slot_of(const struct place *p)
{
	if (p->kind == PLACE_COUNT)
		return SLOT_COUNT;
	if (p->kind == PLACE_ROW_JSON || p->kind == PLACE_CELL)
		return SLOT_ROW;
	if (p->kind == PLACE_PART)
		return SLOT_TEXTS;
	for (enum slot slot = SLOT_CSV; slot < SLOT_COUNT; slot++) {
		if (str_eq(p->format->name, fill_format(slot)))
			return slot;
	}
	return SLOT_CSV;
}

/* ---------------------------------------------------------------- freshness */

int64_t result_tolerance_ms(const struct fs *fs, const struct folder *f)
{
	if (fs->cfg.engine && engine_is_offline(fs->cfg.engine))
		return INT64_MAX;
	switch (f->selector.fresh) {
	case FRESH_AGE:
		return f->selector.fresh_ms;
	case FRESH_CACHE:
		return INT64_MAX;
	case FRESH_DEFAULT:
		break;
	}
	return (int64_t)fs->cfg.cache_tolerance_s * 1000;
}

static int64_t left_ms(const struct fs *fs, const struct folder *f,
                       const struct snapshot *s)
{
	int64_t tolerance = result_tolerance_ms(fs, f);
	int64_t age = clock_mono_ms() - s->fetched_mono;

	return tolerance == INT64_MAX ? tolerance : tolerance - age;
}

static bool is_of_now(struct fs *fs, const struct folder *f, const struct snapshot *s)
{
	return s->epoch == folders_epoch(fs->folders, f->selector.table);
}

bool result_is_current(struct fs *fs, struct node *n)
{
	cleanup_(snapshot_unrefp) struct snapshot *s = node_shot(fs->nodes, n);
	struct node_view v;

	node_view(fs->nodes, n, &v);
	if (v.dropped)
		return false;
	if (!s)
		return true;
	if (!is_of_now(fs, n->folder, s))
		return false;
	if (left_ms(fs, n->folder, s) > 0)
		return true;
	/* looked at a moment ago and about to be opened: cp compares the inodes */
	return !v.opened && clock_mono_ms() - v.looked_up_ms < FS_SHORT_MS;
}

int64_t result_entry_ms(struct fs *fs, struct node *n)
{
	cleanup_(snapshot_unrefp) struct snapshot *s = node_shot(fs->nodes, n);
	bool is_result = place_class(n->place.kind) == CLASS_RESULT;
	int64_t ms = result_tolerance_ms(fs, n->folder);

	if (s)
		ms = left_ms(fs, n->folder, s);
	else if (is_result)
		return FS_LONG_MS;
	if (ms < FS_SHORT_MS)
		return FS_SHORT_MS;
	return ms > FS_LONG_MS ? FS_LONG_MS : ms;
}

static void hint_path(const struct folder *f, enum slot slot, struct buf *out)
{
	buf_printf(out, "%s/%s", f->path, slot_names[slot]);
}

void result_prepare(struct fs *fs, struct node *n)
{
	enum slot slot = slot_of(&n->place);
	cleanup_(snapshot_unrefp) struct snapshot *s = folder_slot(n->folder, slot);
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_MAX_BYTES + 64);
	struct size_hint hint;
	struct part part;
	uint64_t size = ESTIMATE_BYTES;

	if (s && left_ms(fs, n->folder, s) > 0 && node_part(n, s, &part)) {
		snapshot_unref(node_bind_shot(fs->nodes, n, s));
		return;
	}
	if (slot == SLOT_COUNT)
		size = 2;
	if (slot < SLOT_ROW) {
		hint_path(n->folder, slot, &path);
		if (!buf_status(&path) &&
		    catalog_size_get(fs->cfg.catalog, buf_view(&path), &hint) &&
		    hint.bytes)
			size = hint.bytes;
	}
	node_set_size(fs->nodes, n, size);
}

/* ---------------------------------------------------------------- fetching */

/* What one visitor of a flight brings along; whoever works, works with his own. */
struct fetch {
	struct fill fill;
	struct run run;
	uint64_t epoch; /* nothing older will do */
	bool ran;
};

static void remember_size(const struct fill *f)
{
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_MAX_BYTES + 64);
	struct size_hint hint = { .bytes = f->shot->size_bytes,
		                  .rows = f->n_rows,
		                  .fetched_ms = f->shot->fetched_ms };

	if (f->slot >= SLOT_ROW)
		return;
	hint_path(f->folder, f->slot, &path);
	if (!buf_status(&path))
		catalog_size_put(f->fs->cfg.catalog, buf_view(&path), &hint);
}

int result_admit(struct fs *fs, const struct folder *f, const struct wish *w,
                 struct run *run, struct err *err)
{
	run->cancel = w->cancel;
	run->deadline = w->deadline;
	if (f->selector.fresh == FRESH_AGE)
		run->fresh_ms = f->selector.fresh_ms;
	if (f->selector.fresh == FRESH_CACHE)
		run->cached_only = true;
	if (w->thread <= 0 || run->cached_only)
		return 0;
	if (guard_is_indexer(fs->guard, w->thread)) {
		run->cached_only = true;
		return 0;
	}
	return guard_admit(fs->guard, guard_process(w->thread), err);
}

void result_account(struct fs *fs, struct folder *f, const struct run *run,
                    struct account *a)
{
	a->calls = atomic_load(&run->calls);
	a->cached = atomic_load(&run->cached);
	a->pages = atomic_load(&run->pages);
	a->retries = atomic_load(&run->retries);
	a->rows_read = atomic_load(&run->rows);
	a->bytes = atomic_load(&run->bytes);
	a->cut = fs->cfg.max_rows && a->rows >= fs->cfg.max_rows;
	fs_tell_done(fs, f, a);
}

static void report_run(struct fill *f, int64_t took_ms)
{
	struct account a = { .name = slot_names[f->slot],
		             .rows = f->n_rows,
		             .file_bytes = f->shot->size_bytes,
		             .took_ms = took_ms,
		             .fetched_ms = f->shot->fetched_ms };

	result_account(f->fs, f->folder, f->run, &a);
	log_info(LOG_FS,
	         "read path=%s file=%s rows=%" PRIu64 " bytes=%" PRIu64
	         " calls=%u ms=%lld",
	         f->folder->path, a.name, a.rows, a.file_bytes, a.calls,
	         (long long)a.took_ms);
}

static bool has_landed(const struct fill *f, uint64_t epoch)
{
	cleanup_(snapshot_unrefp) struct snapshot *s =
		folder_slot_since(f->folder, f->slot, epoch);

	return s && left_ms(f->fs, f->folder, s) > 0;
}

static int fetch_work(void *ctx, struct err *err)
{
	struct fetch *w = ctx;
	struct fill *f = &w->fill;
	int64_t began = clock_mono_ms();
	struct err mine = { 0 };
	int r;

	/* who looked for it before the last flight landed, and is in this one, has it */
	if (has_landed(f, w->epoch))
		return 0;
	w->ran = true;
	w->run.whole = true;
	f->shot = snapshot_new(f->fs->cfg.max_result_bytes);
	if (!f->shot)
		return err_nomem(err);
	f->shot->epoch = folders_epoch(f->fs->folders, f->folder->selector.table);
	atomic_fetch_add(&f->fs->n_running, 1);
	r = fill_run(f, &mine);
	atomic_fetch_sub(&f->fs->n_running, 1);
	atomic_fetch_add(&f->fs->n_runs, 1);
	atomic_fetch_add(&f->fs->n_calls, atomic_load(&w->run.calls));
	if (r) {
		mine.code = r;
		fs_failed(f->fs, f->folder, span_of(f->folder->path), &mine);
		if (err)
			*err = mine;
		return r;
	}
	f->shot->rows = f->n_rows;
	f->shot->calls = atomic_load(&w->run.calls);
	folder_slot_put(f->folder, f->slot, f->shot);
	remember_size(f);
	report_run(f, clock_mono_ms() - began);
	return 0;
}

/*
 * One flight; *ret is what it brought: as the site was after this was called, whoever
 * changes it meanwhile.  NULL if that is given up already.
 */
static int fetch(struct fs *fs, struct folder *folder, enum slot slot,
                 const struct child *child, const struct wish *w, struct snapshot **ret,
                 struct err *err)
{
	cleanup_(buf_clear) struct buf key = BUF_INIT(PATH_MAX_BYTES + 128);
	struct fetch f = {
		.fill = { .fs = fs, .folder = folder, .slot = slot, .child = child },
		.run = RUN_INIT,
		.epoch = folders_epoch(fs->folders, folder->selector.table),
	};
	struct err mine = { 0 };
	int r = result_admit(fs, folder, w, &f.run, &mine);

	f.fill.run = &f.run;
	if (r) {
		fs_failed(fs, folder, span_of(folder->path), &mine);
		if (err)
			*err = mine;
		return r;
	}
	buf_printf(&key, "%s/%s %" PRIu64 "%s", folder->path, slot_names[slot], f.epoch,
	           f.run.cached_only ? " cached" : "");
	if (buf_status(&key))
		return err_nomem(err);
	r = flight_do(fs->flight, buf_view(&key), fetch_work, &f, w->cancel, w->deadline,
	              &mine);
	if (r && !f.ran && r == -ETIMEDOUT)
		fs_failed(fs, folder, span_of(folder->path), &mine);
	if (r && err)
		*err = mine;
	if (!r)
		*ret = f.ran ? snapshot_ref(f.fill.shot)
		             : folder_slot_since(folder, slot, f.epoch);
	snapshot_unref(f.fill.shot);
	return r;
}

/* The folder of the same query without _fresh; NULL if this is it, or without memory. */
static struct folder *plain_of(struct fs *fs, const struct folder *f)
{
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_MAX_BYTES);
	struct folder *plain = NULL;
	struct selector s;

	if (f->selector.fresh == FRESH_DEFAULT ||
	    selector_copy(&f->selector, &s, NULL) < 0)
		return NULL;
	s.fresh = FRESH_DEFAULT;
	s.fresh_ms = 0;
	selector_print(&s, &path);
	if (buf_status(&path))
		selector_clear(&s);
	else if (folder_get(fs->folders, buf_view(&path), &s, &plain, NULL) < 0)
		plain = NULL;
	return plain;
}

/* How old a result may be is said of one reading; what was read is the same for all. */
static struct snapshot *fresh_enough(struct fs *fs, struct folder *f,
                                     struct folder *plain, enum slot slot)
{
	struct snapshot *s = folder_slot(f, slot);

	if (s && left_ms(fs, f, s) > 0)
		return s;
	snapshot_unref(s);
	s = plain ? folder_slot(plain, slot) : NULL;
	if (s && left_ms(fs, f, s) > 0)
		return s;
	snapshot_unref(s);
	return NULL;
}

int result_open(struct fs *fs, struct node *n, const struct wish *w,
                struct snapshot **ret, struct err *err)
{
	enum slot slot = slot_of(&n->place);
	cleanup_(snapshot_unrefp) struct snapshot *s = node_shot(fs->nodes, n);
	cleanup_(folder_unrefp) struct folder *plain = NULL;
	struct node_view v;
	struct part part;
	int r = 0;

	node_view(fs->nodes, n, &v);
	if (!s && v.dropped)
		return -ESTALE;
	if (s) {
		if (!v.n_open && (!is_of_now(fs, n->folder, s) ||
		                  (v.opened && left_ms(fs, n->folder, s) <= 0)))
			return -ESTALE;
		*ret = take_ptr(s);
		return 0;
	}
	plain = plain_of(fs, n->folder);
	for (int i = 0; !s && !r && i < ATTEMPTS; i++) {
		s = fresh_enough(fs, n->folder, plain, slot);
		if (s)
			break;
		r = fetch(fs, n->folder, slot, n->place.child, w, &s, err);
	}
	if (r)
		return r;
	if (!s)
		return err_set(err, -EAGAIN,
		               "the rows changed faster than they were read");
	if (!node_part(n, s, &part))
		return err_set(err, -ENOENT, "the site has no row %s there", n->name);
	*ret = node_bind_shot(fs->nodes, n, s);
	return 0;
}

int result_find_row(struct fs *fs, struct folder *f, const struct wish *w,
                    struct err *err)
{
	cleanup_(snapshot_unrefp) struct snapshot *s = folder_slot(f, SLOT_ROW);

	if (s)
		return 0;
	if (folder_absent(f, result_tolerance_ms(fs, f)))
		return -ENOENT;
	return fetch(fs, f, SLOT_ROW, NULL, w, &s, err);
}

/* -EAGAIN: there is none, and w is NULL. */
static int newest(struct fs *fs, struct folder *f, enum slot slot,
                  const struct child *child, const struct wish *w, struct snapshot **ret,
                  struct err *err)
{
	cleanup_(snapshot_unrefp) struct snapshot *s = folder_slot(f, slot);
	int r = 0;

	if (s && left_ms(fs, f, s) <= 0)
		snapshot_unref(take_ptr(s));
	if (!s && !w)
		return -EAGAIN;
	for (int i = 0; !s && !r && i < ATTEMPTS; i++)
		r = fetch(fs, f, slot, child, w, &s, err);
	if (r)
		return r;
	if (!s)
		return err_set(err, -EBUSY,
		               "the rows changed faster than they were read");
	*ret = take_ptr(s);
	return 0;
}

int result_texts(struct fs *fs, struct folder *f, const struct child *child,
                 const struct wish *w, struct snapshot **ret, struct err *err)
{
	return newest(fs, f, SLOT_TEXTS, child, w, ret, err);
}

/* Reading the rows is what makes their keys known. */
int result_learn(struct fs *fs, struct node *dir, const struct wish *w, struct err *err)
{
	cleanup_(snapshot_unrefp) struct snapshot *s = NULL;
	enum slot slot = dir->place.kind == PLACE_TEXTS ? SLOT_TEXTS : SLOT_CSV;

	return newest(fs, dir->folder, slot, dir->place.child, w, &s, err);
}

int result_find_part(struct fs *fs, struct folder *f, const struct place *p,
                     struct span key, const struct wish *w, struct err *err)
{
	cleanup_(snapshot_unrefp) struct snapshot *s = NULL;
	size_t i;
	int r = result_texts(fs, f, p->child, w, &s, err);

	if (r)
		return r;
	return snapshot_find(s, key, &i) ? 0 : -ENOENT;
}
