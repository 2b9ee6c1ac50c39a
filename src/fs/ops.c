/* SPDX-License-Identifier: MIT */
#include "fs/ops.h"

#include "base/buf.h"
#include "base/map.h"
#include "fs/absent.h"
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

/* ------------------------------------------------------------------- look-up */

void entry_fill(struct fs *fs, struct node *n, struct fuse_entry_param *e)
{
	memset(e, 0, sizeof(*e));
	e->ino = n->ino;
	e->generation = 1;
	attr_stat(fs, n, &e->attr, &e->attr_timeout);
	e->entry_timeout = attr_entry_timeout(fs, n);
	node_looked_up(fs->nodes, n);
}

void reply_entry(struct fs *fs, fuse_req_t req, struct node *n)
{
	struct fuse_entry_param e;

	entry_fill(fs, n, &e);
	if (fuse_reply_entry(req, &e) == -ENOENT)
		nodes_forget(fs->nodes, n->ino, 1);
	node_unref(fs->nodes, n);
}

/* Is it the site, and not the grammar, that decides which names are in there? */
static bool holds_rows(const struct node *dir)
{
	switch ((int)dir->place.kind) {
	case PLACE_IDS:
	case PLACE_TEXTS:
	case PLACE_BLOBS:
	case PLACE_CHILD_ROWS:
		return true;
	}
	return false;
}

static void reply_absent(struct fs *fs, fuse_req_t req, const struct node *dir,
                         struct span name, int64_t absent_ms)
{
	struct fuse_entry_param e;

	if (absent_ms > 0 && holds_rows(dir))
		absent_ms = absents_add(fs->absents, dir->ino, name, absent_ms);

	if (absent_ms <= 0) {
		fuse_reply_err(req, ENOENT);
		return;
	}
	memset(&e, 0, sizeof(e));
	e.entry_timeout =
		(double)(absent_ms > FS_LONG_MS ? FS_LONG_MS : absent_ms) / 1000;
	fuse_reply_entry(req, &e);
}

static void job_lookup(struct job *j)
{
	struct node *n;
	int64_t absent_ms = 0;
	int r = resolve(j->fs, j->node, (struct span){ j->bytes, j->n }, &j->wish, &n,
	                &absent_ms, NULL);

	job_quiet(j);
	if (!r)
		reply_entry(j->fs, j->req, n);
	else if (r == -ENOENT)
		reply_absent(j->fs, j->req, j->node, (struct span){ j->bytes, j->n },
		             absent_ms);
	else
		fuse_reply_err(j->req, -r);
}

static void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct fs *fs = fs_of(req);
	struct node *dir = nodes_find(fs->nodes, parent);
	struct node *n;
	int64_t absent_ms = 0;
	int r;

	if (!dir) {
		fuse_reply_err(req, ESTALE);
		return;
	}
	r = resolve(fs, dir, span_of(name), NULL, &n, &absent_ms, NULL);
	if (r == RESOLVE_ASK) {
		job_start(fs, req, dir, NULL, span_of(name), job_lookup);
		return;
	}
	if (!r)
		reply_entry(fs, req, n);
	else if (r == -ENOENT)
		reply_absent(fs, req, dir, span_of(name), absent_ms);
	else
		fuse_reply_err(req, -r);
	node_unref(fs->nodes, dir);
}

static void op_forget(fuse_req_t req, fuse_ino_t ino, uint64_t nlookup)
{
	nodes_forget(fs_of(req)->nodes, ino, nlookup);
	fuse_reply_none(req);
}

static void op_forget_multi(fuse_req_t req, size_t count,
                            struct fuse_forget_data *forgets)
{
	for (size_t i = 0; i < count; i++)
		nodes_forget(fs_of(req)->nodes, forgets[i].ino, forgets[i].nlookup);
	fuse_reply_none(req);
}

/* ----------------------------------------------------------------- attributes */

static void reply_attr(fuse_req_t req, fuse_ino_t ino)
{
	struct fs *fs = fs_of(req);
	struct node *n = nodes_find(fs->nodes, ino);
	struct stat st;
	double timeout;

	if (!n) {
		fuse_reply_err(req, ESTALE);
		return;
	}
	attr_stat(fs, n, &st, &timeout);
	node_unref(fs->nodes, n);
	fuse_reply_attr(req, &st, timeout);
}

static void op_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	(void)fi;
	reply_attr(req, ino);
}

/* chmod, chown, utimens and O_TRUNC succeed and do nothing. */
static void op_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *attr, int to_set,
                       struct fuse_file_info *fi)
{
	struct fs *fs = fs_of(req);

	(void)fi;
	if (to_set & FUSE_SET_ATTR_SIZE) {
		struct node *n = nodes_find(fs->nodes, ino);
		int r = n && !fs->cfg.read_only
		                ? file_truncate(fs, n, (uint64_t)attr->st_size)
		                : -EROFS;

		node_unref(fs->nodes, n);
		if (r) {
			fuse_reply_err(req, -r);
			return;
		}
	}
	reply_attr(req, ino);
}

static void op_statfs(fuse_req_t req, fuse_ino_t ino)
{
	struct statvfs st;

	(void)ino;
	attr_statfs(&st);
	fuse_reply_statfs(req, &st);
}

static void op_readlink(fuse_req_t req, fuse_ino_t ino)
{
	struct fs *fs = fs_of(req);
	struct node *n = nodes_find(fs->nodes, ino);
	cleanup_(buf_clear) struct buf b = BUF_INIT(65536);

	cleanup_(draft_unrefp) struct draft *d = n ? node_draft(fs->nodes, n) : NULL;

	if (n && n->place.kind == PLACE_LINK)
		tree_link(&n->place, span_of(n->name), &b);
	else if (d && d->kind == DRAFT_LINK && draft_read(d, 0, DRAFT_MAX_BYTES, &b))
		buf_reset(&b);
	node_unref(fs->nodes, n);
	if (!b.len || buf_status(&b))
		fuse_reply_err(req, EINVAL);
	else
		fuse_reply_readlink(req, buf_str(&b));
}

static void reply_xattr(fuse_req_t req, const struct buf *b, size_t size, int r)
{
	if (!r && buf_status(b))
		r = buf_status(b);
	if (!r && size && b->len > size)
		r = -ERANGE;
	if (r)
		fuse_reply_err(req, -r);
	else if (!size)
		fuse_reply_xattr(req, b->len);
	else
		fuse_reply_buf(req, buf_str(b), b->len);
}

static void op_getxattr(fuse_req_t req, fuse_ino_t ino, const char *name, size_t size)
{
	struct fs *fs = fs_of(req);
	struct node *n = nodes_find(fs->nodes, ino);
	cleanup_(buf_clear) struct buf b = BUF_INIT(65536);
	int r = n ? attr_xattr(fs, n, name, &b) : -ESTALE;

	node_unref(fs->nodes, n);
	reply_xattr(req, &b, size, r);
}

static void op_listxattr(fuse_req_t req, fuse_ino_t ino, size_t size)
{
	struct fs *fs = fs_of(req);
	struct node *n = nodes_find(fs->nodes, ino);
	cleanup_(buf_clear) struct buf b = BUF_INIT(65536);

	if (n)
		attr_xattr_list(fs, n, &b);
	node_unref(fs->nodes, n);
	reply_xattr(req, &b, size, n ? 0 : -ESTALE);
}

/* ---------------------------------------------------------------- directories */

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

/* RESOLVE_ASK: only the site knows. */
static int dir_list(struct fs *fs, struct node *n, const struct wish *w,
                    struct listing *ret)
{
	int r;

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

static void op_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
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

static void op_releasedir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
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

static void op_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
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

static void op_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
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

/* ------------------------------------------------------- what cannot be done */

static void op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
                     dev_t rdev)
{
	(void)parent;
	(void)name;
	(void)mode;
	(void)rdev;
	fuse_reply_err(req, EROFS);
}

static void op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
	(void)parent;
	(void)name;
	(void)mode;
	fuse_reply_err(req, EROFS);
}

static void op_link(fuse_req_t req, fuse_ino_t ino, fuse_ino_t parent, const char *name)
{
	(void)ino;
	(void)parent;
	(void)name;
	fuse_reply_err(req, EROFS);
}

static void op_init(void *userdata, struct fuse_conn_info *conn)
{
	struct fs *fs = userdata;

	conn->max_readahead = 1u << 20;
	conn->want &= ~(unsigned)(FUSE_CAP_WRITEBACK_CACHE | FUSE_CAP_SPLICE_READ |
	                          FUSE_CAP_SPLICE_WRITE | FUSE_CAP_SPLICE_MOVE);
	conn->want |=
		conn->capable & (FUSE_CAP_ASYNC_READ | FUSE_CAP_READDIRPLUS |
	                         FUSE_CAP_READDIRPLUS_AUTO | FUSE_CAP_PARALLEL_DIROPS |
	                         FUSE_CAP_CACHE_SYMLINKS | FUSE_CAP_ATOMIC_O_TRUNC);
	if (fs->cfg.ready)
		fs->cfg.ready(fs->cfg.ready_ctx);
}

const struct fuse_lowlevel_ops ops_table = {
	.init = op_init,
	.lookup = op_lookup,
	.forget = op_forget,
	.forget_multi = op_forget_multi,
	.getattr = op_getattr,
	.setattr = op_setattr,
	.readlink = op_readlink,
	.mknod = op_mknod,
	.mkdir = op_mkdir,
	.unlink = op_unlink,
	.rmdir = op_unlink,
	.symlink = op_symlink,
	.rename = op_rename,
	.link = op_link,
	.create = op_create,
	.open = op_open,
	.read = op_read,
	.write = op_write,
	.flush = op_flush,
	.release = op_release,
	.fsync = op_fsync,
	.opendir = op_opendir,
	.readdir = op_readdir,
	.readdirplus = op_readdirplus,
	.releasedir = op_releasedir,
	.fsyncdir = op_fsync,
	.statfs = op_statfs,
	.getxattr = op_getxattr,
	.listxattr = op_listxattr,
};
