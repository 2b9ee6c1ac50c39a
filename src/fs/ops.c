/* SPDX-License-Identifier: MIT */
#include "fs/ops.h"

#include "base/buf.h"
#include "fs/absent.h"
#include "fs/attr.h"
#include "fs/job.h"
#include "fs/ops_i.h"
#include "fs/resolve.h"
#include "fs/shown.h"
#include "fs/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------- look-up */

void entry_fill(struct fs *fs, fuse_req_t req, struct node *n, struct fuse_entry_param *e)
{
	memset(e, 0, sizeof(*e));
	e->ino = n->ino;
	e->generation = 1;
	attr_stat(fs, n, &e->attr, &e->attr_timeout);
	if (place_is_dir(n->place.kind))
		e->attr_timeout = shown_check(fs, n, fuse_req_ctx(req)->pid);
	e->entry_timeout = attr_entry_timeout(fs, n);
	node_looked_up(fs->nodes, n);
}

void reply_entry(struct fs *fs, fuse_req_t req, struct node *n)
{
	struct fuse_entry_param e;

	entry_fill(fs, req, n, &e);
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
	if (place_is_dir(n->place.kind))
		timeout = shown_check(fs, n, fuse_req_ctx(req)->pid);
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
	fs->no_opendir = conn->capable & FUSE_CAP_NO_OPENDIR_SUPPORT;
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
