/* SPDX-License-Identifier: MIT */
#include "base/map.h"
#include "fs/attached.h"
#include "fs/attr.h"
#include "fs/intake.h"
#include "fs/job.h"
#include "fs/ops_i.h"
#include "fs/orders.h"
#include "fs/resolve.h"
#include "fs/result.h"
#include "fs/tree.h"
#include "fs/views.h"
#include "fs/walkers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define UNKNOWN_INO 0xffffffffu /* what the kernel takes for "not looked up" */

struct dir {
	struct opened opened; /* first */
	struct node *node;    /* a reference */
	struct listing listing;
};

static struct dir *dir_of(const struct fuse_file_info *fi)
{
	return (struct dir *)(uintptr_t)fi->fh;
}

static void dir_free(struct fs *fs, struct dir *d)
{
	fs_opened_del(fs, &d->opened);
	listing_clear(&d->listing);
	node_unref(fs->nodes, d->node);
	free(d);
}

static void dir_close(struct fs *fs, struct opened *o)
{
	dir_free(fs, (struct dir *)o);
}

/* What belongs to one row is asked for, unless somebody walks through all of them. */
static int learn_names(struct fs *fs, struct node *n, const struct wish *w)
{
	int r;

	if ((n->place.kind != PLACE_TEXTS && n->place.kind != PLACE_CHILD_ROWS) ||
	    (w && w->thread > 0 && walkers_has(fs->walkers, w->thread)))
		return 0;
	r = result_learn(fs, n, w, NULL);
	return r == -EAGAIN && !w ? RESOLVE_ASK : r;
}

/* RESOLVE_ASK: only the site knows. */
static int dir_list(struct fs *fs, struct node *n, const struct wish *w,
                    struct listing *ret)
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

static uint64_t listing_hash(const struct listing *l)
{
	uint64_t hash = 1;

	for (size_t i = 0; i < l->n; i++)
		hash = hash * 31 + map_hash(span_of(l->p[i].name));
	return hash;
}

/*
 * May the kernel list the directory from what it keeps?  Where the names are the
 * same, and as long as it knows what they are too: reading them again tells all at
 * once, while each that has expired would be asked for by itself.  Reading id/ is
 * how a walk is known, so that has to be seen.
 */
static bool is_still_listed(struct fs *fs, struct node *n, const struct listing *l)
{
	int64_t keep_ms = n->folder ? result_tolerance_ms(fs, n->folder) : FS_LONG_MS;

	return n->place.kind != PLACE_IDS &&
	       node_listed(fs->nodes, n, listing_hash(l), keep_ms);
}

/* Takes the reference and the listing. */
static void reply_dir(struct fs *fs, fuse_req_t req, struct node *n, struct listing *l,
                      struct fuse_file_info *fi)
{
	struct dir *d = calloc(1, sizeof(*d));

	if (!d) {
		listing_clear(l);
		node_unref(fs->nodes, n);
		fuse_reply_err(req, ENOMEM);
		return;
	}
	d->listing = *l;
	d->node = n;
	d->opened.close = dir_close;
	fs_opened_add(fs, &d->opened);
	fi->fh = fh_of(d);
	fi->cache_readdir = 1;
	fi->keep_cache = is_still_listed(fs, n, l);
	if (fuse_reply_open(req, fi) == -ENOENT)
		dir_free(fs, d);
}

static void job_opendir(struct job *j)
{
	struct listing l = { 0 };
	int r = dir_list(j->fs, j->node, &j->wish, &l);
	struct node *n = r ? NULL : nodes_find(j->fs->nodes, j->node->ino);

	if (!n) {
		listing_clear(&l);
		job_error(j, r ? r : -ESTALE);
		return;
	}
	job_quiet(j);
	reply_dir(j->fs, j->req, n, &l, &j->fi);
}

void op_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct fs *fs = fs_of(req);
	struct node *n = nodes_find(fs->nodes, ino);
	struct listing l = { 0 };
	int r;

	if (n)
		walkers_saw(fs->walkers, fuse_req_ctx(req)->pid, n->place.kind, false);
	r = n ? dir_list(fs, n, NULL, &l) : -ESTALE;
	if (r == RESOLVE_ASK) {
		job_start(fs, req, n, fi, SPAN(""), job_opendir);
	} else if (r) {
		node_unref(fs->nodes, n);
		fuse_reply_err(req, -r);
	} else {
		reply_dir(fs, req, n, &l, fi);
	}
}

void op_releasedir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	(void)ino;
	dir_free(fs_of(req), dir_of(fi));
	fuse_reply_err(req, 0);
}

/* Offsets: 1 is behind ".", 2 behind "..", then the listing. */
static const char *entry_at(const struct fs *fs, const struct dir *d, size_t i,
                            struct stat *st)
{
	memset(st, 0, sizeof(*st));
	st->st_ino = UNKNOWN_INO;
	if (i < 2) {
		st->st_mode = S_IFDIR;
		st->st_ino = i || !d->node->parent ? NODE_ROOT : d->node->ino;
		if (i && d->node->parent)
			st->st_ino = d->node->parent;
		return i ? ".." : ".";
	}
	if (i - 2 >= d->listing.n)
		return NULL;
	st->st_mode = attr_mode(fs, &d->listing.p[i - 2].place);
	return d->listing.p[i - 2].name;
}

void op_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
                struct fuse_file_info *fi)
{
	const struct fs *fs = fs_of(req);
	const struct dir *d = dir_of(fi);
	char *buf = malloc(size);
	size_t used = 0;
	const char *name;
	struct stat st;

	(void)ino;
	if (!buf) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	walkers_saw(fs->walkers, fuse_req_ctx(req)->pid, d->node->place.kind, true);
	for (size_t i = (size_t)off; (name = entry_at(fs, d, i, &st)); i++) {
		size_t n = fuse_add_direntry(req, buf + used, size - used, name, &st,
		                             (off_t)i + 1);

		if (n > size - used)
			break;
		used += n;
	}
	fuse_reply_buf(req, buf, used);
	free(buf);
}

/*
 * Only names that the kernel may keep for a while are looked up on the way; the
 * others would have to be looked up again before they are used.
 */
static struct node *plus_node(struct fs *fs, const struct dir *d, size_t i)
{
	struct node *n = NULL;
	int64_t absent_ms;

	if (i < 2)
		return NULL;
	switch (place_class(d->listing.p[i - 2].place.kind)) {
	case CLASS_DIR:
	case CLASS_LINK:
	case CLASS_TEXT:
	case CLASS_STREAM:
	case CLASS_PROBE:
	case CLASS_RESULT:
	case CLASS_BLOB:
		if (resolve(fs, d->node, span_of(d->listing.p[i - 2].name), NULL, &n,
		            &absent_ms, NULL))
			n = NULL;
		break;
	case CLASS_REPORT:
	case CLASS_CALL:
	case CLASS_FILE:
		break;
	}
	return n;
}

void op_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
                    struct fuse_file_info *fi)
{
	struct fs *fs = fs_of(req);
	const struct dir *d = dir_of(fi);
	char *buf = malloc(size);
	struct fuse_entry_param e;
	size_t used = 0;
	const char *name;

	(void)ino;
	if (!buf) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	walkers_saw(fs->walkers, fuse_req_ctx(req)->pid, d->node->place.kind, true);
	memset(&e, 0, sizeof(e));
	for (size_t i = (size_t)off; (name = entry_at(fs, d, i, &e.attr)); i++) {
		struct node *node = plus_node(fs, d, i);
		size_t n;

		if (node)
			entry_fill(fs, node, &e);
		n = fuse_add_direntry_plus(req, buf + used, size - used, name, &e,
		                           (off_t)i + 1);
		if (node && n > size - used)
			nodes_forget(fs->nodes, node->ino, 1);
		node_unref(fs->nodes, node);
		if (n > size - used)
			break;
		used += n;
		memset(&e, 0, sizeof(e));
	}
	fuse_reply_buf(req, buf, used);
	free(buf);
}
