/* SPDX-License-Identifier: MIT */
#include "fs/resolve.h"

#include "base/clock.h"
#include "fs/attached.h"
#include "fs/fs_i.h"
#include "fs/intake.h"
#include "fs/known.h"
#include "fs/orders.h"
#include "fs/report.h"
#include "fs/tree.h"
#include "fs/views.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NEGATIVE_MS 3600000 /* decided by syntax alone */

static int fill_text(struct fs *fs, struct node *n, struct err *err)
{
	uint64_t version = report_version(fs, &n->place, n->folder);
	struct text *t;
	int r = report_text(fs, &n->place, n->folder, &t, err);

	if (r)
		return r;
	node_set_text(fs->nodes, n, t, version);
	text_unref(t);
	return 0;
}

/* A new node with what it can show now. */
static int make(struct fs *fs, uint64_t parent, struct span name,
                const struct place *place, struct folder *folder, struct node **ret,
                struct err *err)
{
	struct node *n;
	int r = nodes_add(fs->nodes, parent, name, place, folder, &n, err);

	if (r)
		return r;
	switch (place_class(place->kind)) {
	case CLASS_TEXT:
	case CLASS_REPORT:
	case CLASS_CALL:
		r = fill_text(fs, n, err);
		break;
	case CLASS_RESULT:
		result_prepare(fs, n);
		break;
	case CLASS_FILE:
		r = views_fill(fs, n, err);
		break;
	case CLASS_LINK:
		if (place->kind == PLACE_SCRATCH_LINK)
			r = views_fill(fs, n, err);
		break;
	case CLASS_DIR:
	case CLASS_STREAM:
	case CLASS_PROBE:
	case CLASS_BLOB:
		break;
	}
	if (r) {
		nodes_remove(fs->nodes, n);
		node_unref(fs->nodes, n);
		return r;
	}
	*ret = n;
	return 0;
}

/*
 * A report that would say the same keeps its inode; one that merely ticks keeps
 * it for the moment between two looks of one tool.
 */
static int refresh_report(struct fs *fs, struct node *n, struct node **ret,
                          struct err *err)
{
	uint64_t version = report_version(fs, &n->place, n->folder);
	bool ticking = report_is_ticking(n->place.kind);
	cleanup_(text_unrefp) struct text *now = NULL;
	cleanup_(text_unrefp) struct text *old = node_text(fs->nodes, n);
	struct node_view v;
	int r;

	node_view(fs->nodes, n, &v);
	if (old && v.version == version &&
	    (!ticking || clock_mono_ms() - v.looked_up_ms < FS_SHORT_MS)) {
		*ret = n;
		return 0;
	}
	r = report_text(fs, &n->place, n->folder, &now, err);
	if (r)
		return r;
	if (old && span_eq(text_view(old), text_view(now))) {
		node_set_text(fs->nodes, n, old, version);
		*ret = n;
		return 0;
	}
	r = nodes_add(fs->nodes, n->parent, span_of(n->name), &n->place, n->folder, ret,
	              err);
	if (!r)
		node_set_text(fs->nodes, *ret, now, version);
	return r;
}

/* The node that has the name may keep it, or a new one takes its place. */
static int refresh(struct fs *fs, struct node *n, struct node **ret, struct err *err)
{
	struct node_view v;
	bool keep = true;

	*ret = n;
	switch (place_class(n->place.kind)) {
	case CLASS_DIR:
	case CLASS_LINK:
	case CLASS_TEXT:
	case CLASS_STREAM:
	case CLASS_PROBE:
	case CLASS_FILE:
	case CLASS_BLOB:
		break;
	case CLASS_CALL:
		/* the kernel locks an inode while it is written to: each writer his own
		 */
		node_view(fs->nodes, n, &v);
		if (!v.n_open)
			return refresh_report(fs, n, ret, err);
		keep = false;
		break;
	case CLASS_RESULT:
		keep = result_is_current(fs, n);
		break;
	case CLASS_REPORT:
		return refresh_report(fs, n, ret, err);
	}
	if (keep)
		return 0;
	return make(fs, n->parent, span_of(n->name), &n->place, n->folder, ret, err);
}

static int find_row(struct fs *fs, struct folder *f, const struct wish *w,
                    int64_t *ret_absent_ms, struct err *err)
{
	int64_t tolerance = result_tolerance_ms(fs, f);
	int r;

	if (folder_absent(f, tolerance))
		r = -ENOENT;
	else if (!w)
		return RESOLVE_ASK;
	else
		r = result_find_row(fs, f, w, err);
	if (r == -ENOENT)
		*ret_absent_ms = tolerance;
	return r;
}

static int find_part(struct fs *fs, struct folder *f, const struct place *p,
                     struct span name, const struct wish *w, int64_t *ret_absent_ms,
                     struct err *err)
{
	struct buf key = BUF_INIT(1024);
	int r = tree_part_key(name, &key);

	if (!r)
		r = result_find_part(fs, f, p, buf_view(&key), w, err);
	buf_clear(&key);
	if (r == -ENOENT)
		*ret_absent_ms = result_tolerance_ms(fs, f);
	return r == -EAGAIN && !w ? RESOLVE_ASK : r;
}

/* Is it there?  What was seen before is, until it is opened. */
static int is_there(struct fs *fs, const struct hit *h, struct span name,
                    struct folder *f, const struct wish *w, int64_t *ret_absent_ms,
                    struct err *err)
{
	bool asks = h->place.kind == PLACE_ROW || h->place.kind == PLACE_PART;

	if (!asks || known_id(fs->known, h->place.table, h->key))
		return 0;
	if (h->place.kind == PLACE_ROW)
		return find_row(fs, f, w, ret_absent_ms, err);
	return find_part(fs, f, &h->place, name, w, ret_absent_ms, err);
}

/* The query the place belongs to: one of its own, or that of the directory. */
static int folder_for(struct fs *fs, struct node *dir, struct hit *h, struct folder **ret,
                      struct err *err)
{
	if (!h->has_selector) {
		*ret = folder_ref(dir->folder);
		return 0;
	}
	return folder_get(fs->folders, span_of(h->path), &h->selector, ret, err);
}

static int find(struct fs *fs, struct node *dir, struct span name, struct hit *ret,
                struct err *err)
{
	if (dir->place.kind == PLACE_VIEWS)
		return views_find(fs, &dir->place, name, ret, err);
	return tree_find(&dir->place, dir->folder ? &dir->folder->selector : NULL,
	                 fs->cfg.catalog, name, ret, err);
}

/*
 * A view can be changed and dropped by anybody at any time, so what its name
 * stood for is looked at again.
 */
static int refresh_view(struct fs *fs, struct node *dir, struct node *n,
                        struct node **ret, struct err *err)
{
	cleanup_(hit_clear) struct hit h = { 0 };
	cleanup_(draft_unrefp) struct draft *d = NULL;
	struct folder *folder = NULL;
	int r = views_find(fs, &dir->place, span_of(n->name), &h, err);

	if (r == -ENOENT && n->place.kind == PLACE_VIEW_SQL) {
		d = node_draft(fs->nodes, n); /* it is being made */
		if (d) {
			*ret = n;
			return 0;
		}
	}
	if (r == -ENOENT)
		nodes_remove(fs->nodes, n);
	if (r)
		return r;
	if (views_is_current(fs, n, &h.place))
		return refresh(fs, n, ret, err);
	r = folder_for(fs, dir, &h, &folder, err);
	if (!r)
		r = make(fs, dir->ino, span_of(n->name), &h.place, folder, ret, err);
	folder_unref(folder);
	return r;
}

static int resolve_order(struct fs *fs, struct node *dir, struct span name,
                         struct node *old, const struct wish *w, struct node **ret,
                         int64_t *ret_absent_ms, struct err *err)
{
	struct place p;
	int r = orders_find(fs, dir, name, w, &p, ret_absent_ms, err);

	if (r == -ENOENT && old)
		nodes_remove(fs->nodes, old);
	if (r)
		return r;
	if (old)
		return refresh(fs, old, ret, err);
	return make(fs, dir->ino, name, &p, dir->folder, ret, err);
}

static int refresh_old(struct fs *fs, struct node *dir, struct node *old,
                       const struct wish *w, struct node **ret, int64_t *ret_absent_ms,
                       struct err *err)
{
	if (dir->place.kind == PLACE_VIEWS)
		return refresh_view(fs, dir, old, ret, err);
	if (dir->place.kind == PLACE_BLOBS)
		return attached_resolve(fs, dir, span_of(old->name), old, w, ret,
		                        ret_absent_ms, err);
	if (old->place.kind == PLACE_ORDER && dir->place.kind == PLACE_ORDERS)
		return resolve_order(fs, dir, span_of(old->name), old, w, ret,
		                     ret_absent_ms, err);
	return refresh(fs, old, ret, err);
}

static int resolve_new(struct fs *fs, struct node *dir, struct span name,
                       const struct wish *w, struct node **ret, int64_t *ret_absent_ms,
                       struct err *err)
{
	cleanup_(hit_clear) struct hit h = { 0 };
	struct folder *folder = NULL;
	int r = find(fs, dir, name, &h, err);

	if (r == -ENOENT && dir->place.kind != PLACE_VIEWS)
		*ret_absent_ms = NEGATIVE_MS;
	if (r)
		return r;
	if (h.place.kind == PLACE_LINK &&
	    !known_value(fs->known, h.place.table, h.place.column, h.key)) {
		*ret_absent_ms = 0; /* it may become known at any time */
		return -ENOENT;
	}
	r = folder_for(fs, dir, &h, &folder, err);
	if (!r)
		r = is_there(fs, &h, name, folder, w, ret_absent_ms, err);
	if (!r)
		r = make(fs, dir->ino, name, &h.place, folder, ret, err);
	folder_unref(folder);
	return r;
}

int resolve(struct fs *fs, struct node *dir, struct span name, const struct wish *w,
            struct node **ret, int64_t *ret_absent_ms, struct err *err)
{
	struct node *old = nodes_by_name(fs->nodes, dir->ino, name);
	struct err mine = { 0 };
	int r;

	*ret_absent_ms = 0;
	if (intake_is_dir(dir)) {
		r = intake_resolve(fs, dir, name, old, ret, err);
		if (r != -ENOENT || dir->place.kind == PLACE_INTAKE) {
			if (r || *ret != old)
				node_unref(fs->nodes, old);
			return r;
		}
	}
	/* a name that was written to is not what the site has */
	if (old && (old->place.kind == PLACE_DRAFT || old->place.kind == PLACE_SCRATCH))
		node_unref(fs->nodes, take_ptr(old));
	if (old) {
		r = refresh_old(fs, dir, old, w, ret, ret_absent_ms, err);
		if (r || *ret != old)
			node_unref(fs->nodes, old);
		return r;
	}
	if (dir->place.kind == PLACE_BLOBS)
		return attached_resolve(fs, dir, name, NULL, w, ret, ret_absent_ms, err);
	if (dir->place.kind == PLACE_ORDERS && !span_is(name, "error"))
		return resolve_order(fs, dir, name, NULL, w, ret, ret_absent_ms, err);
	r = resolve_new(fs, dir, name, w, ret, ret_absent_ms, &mine);
	if (r < 0 && r != -ENOENT && err)
		*err = mine;
	/* what was asked of the site has filed its failure itself */
	if (r == -EINVAL && mine.code) {
		cleanup_free_ char *path =
			str_printf("%s/%.*s", dir->folder ? dir->folder->path : "",
		                   (int)(name.n > 512 ? 512 : name.n), name.p);

		mine.code = r;
		if (!w)
			fs_failed(fs, dir->folder, span_of(path ? path : "?"), &mine);
	}
	return r;
}
