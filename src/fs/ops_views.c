/* SPDX-License-Identifier: MIT */
/*
 * Callbacks that only UserViews/ answers: files are made, written as a whole,
 * renamed and removed there.  Drafts are memory and are answered at once; what
 * changes the views writes a file, so it is a job.  Everything here bypasses the
 * page cache: a draft changes under those who read it.
 */
#include "fs/job.h"
#include "fs/ops_i.h"
#include "fs/resolve.h"
#include "fs/views.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ handles */

/* What a writer starts from: the text as it is, or nothing. */
static struct draft *first_draft(struct fs *fs, struct node *n, int flags)
{
	cleanup_(text_unrefp) struct text *t = node_text(fs->nodes, n);

	return draft_new(t && !(flags & O_TRUNC) ? text_view(t) : SPAN(""), false);
}

static int begin_writing(struct fs *fs, struct node *n, int flags, struct handle *h)
{
	cleanup_(draft_unrefp) struct draft *fresh = first_draft(fs, n, flags);

	if (!fresh)
		return -ENOMEM;
	h->draft = node_write_begin(fs->nodes, n, fresh);
	h->writes = true;
	h->appends = flags & O_APPEND;
	/* nothing is committed by this: an empty text is none */
	return flags & O_TRUNC ? draft_resize(h->draft, 0) : 0;
}

int file_open(struct fs *fs, struct node *n, int flags, struct handle **ret)
{
	struct handle *h = handle_new(fs, n);
	int r = 0;

	if (!h)
		return -ENOMEM;
	if ((flags & O_ACCMODE) != O_RDONLY)
		r = begin_writing(fs, n, flags, h);
	else if (n->place.kind == PLACE_SCRATCH)
		h->draft = node_draft(fs->nodes, n);
	else
		h->text = node_text(fs->nodes, n);
	if (r) {
		handle_free(fs, h);
		return r;
	}
	*ret = h;
	return 0;
}

void file_close(struct fs *fs, struct handle *h)
{
	if (h->writes)
		node_write_end(fs->nodes, h->node);
	draft_unref(h->draft);
}

void file_read(fuse_req_t req, struct handle *h, uint64_t off, size_t size)
{
	struct buf b = BUF_INIT(DRAFT_MAX_BYTES);

	draft_read(h->draft, off, size, &b);
	if (buf_status(&b))
		fuse_reply_err(req, ENOMEM);
	else
		fuse_reply_buf(req, buf_str(&b), b.len);
	buf_clear(&b);
}

void file_write(fuse_req_t req, struct handle *h, uint64_t off, struct span bytes)
{
	int r = draft_write(h->draft, h->appends ? DRAFT_END : off, bytes);

	if (r)
		fuse_reply_err(req, -r);
	else
		fuse_reply_write(req, bytes.n);
}

static void job_commit(struct job *j)
{
	struct handle *h = handle_of(&j->fi);

	job_error(j, views_commit(j->fs, span_of(j->node->name), h->draft, NULL));
}

void file_flush(fuse_req_t req, struct fs *fs, struct handle *h,
                const struct fuse_file_info *fi)
{
	if (h->node->place.kind != PLACE_VIEW_SQL) {
		fuse_reply_err(req, 0);
		return;
	}
	job_start(fs, req, nodes_find(fs->nodes, h->node->ino), fi, SPAN(""), job_commit);
}

int file_truncate(struct fs *fs, struct node *n, uint64_t size)
{
	cleanup_(draft_unrefp) struct draft *d = NULL;

	if (n->place.kind == PLACE_CALL)
		return 0;
	if (place_class(n->place.kind) != CLASS_FILE)
		return -EROFS;
	d = node_draft(fs->nodes, n);
	/* nobody writes: an empty text would change nothing, any other is wrong */
	if (!d)
		return size ? -EINVAL : 0;
	return draft_resize(d, size);
}

/* ----------------------------------------------------------------- creating */

/* A reference if things can be made in that directory. */
static struct node *writable_dir(struct fs *fs, fuse_ino_t ino)
{
	struct node *n = nodes_find(fs->nodes, ino);

	if (n && n->place.kind == PLACE_VIEWS && !fs->cfg.read_only)
		return n;
	node_unref(fs->nodes, n);
	return NULL;
}

static int make_file(struct fs *fs, struct node *dir, struct span name, struct node **ret)
{
	cleanup_(draft_unrefp) struct draft *d = NULL;
	struct place place = { .kind = PLACE_VIEW_SQL };
	struct text *empty;
	bool is_view;
	int r = views_check_new(fs, name, &is_view, NULL);

	if (!r && !is_view) {
		place.kind = PLACE_SCRATCH;
		d = draft_new(SPAN(""), false);
		r = d ? views_add_scratch(fs, name, d) : -ENOMEM;
	}
	if (!r)
		r = nodes_add(fs->nodes, dir->ino, name, &place, NULL, ret, NULL);
	if (r)
		return r;
	if (d) {
		node_set_draft(fs->nodes, *ret, d);
		return 0;
	}
	empty = text_new(SPAN(""));
	if (empty)
		node_set_text(fs->nodes, *ret, empty, 0);
	text_unref(empty);
	return 0;
}

/* The kernel asks for this only if it believes that there is no such name. */
static int find_or_make(struct fs *fs, struct node *dir, struct span name, int flags,
                        struct node **ret)
{
	int64_t absent_ms;
	int r = resolve(fs, dir, name, NULL, ret, &absent_ms, NULL);

	if (r == -ENOENT)
		return make_file(fs, dir, name, ret);
	if (r)
		return r;
	if (flags & O_EXCL)
		r = -EEXIST;
	else if (place_class((*ret)->place.kind) != CLASS_FILE)
		r = -EINVAL;
	if (r)
		node_unref(fs->nodes, take_ptr(*ret));
	return r;
}

void op_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
               struct fuse_file_info *fi)
{
	struct fs *fs = fs_of(req);
	struct node *dir = writable_dir(fs, parent);
	struct fuse_entry_param e;
	struct handle *h = NULL;
	struct node *n = NULL;
	int r = dir ? find_or_make(fs, dir, span_of(name), fi->flags, &n) : -EROFS;

	(void)mode;
	if (!r)
		r = file_open(fs, n, fi->flags, &h);
	node_unref(fs->nodes, dir);
	if (r) {
		node_unref(fs->nodes, n);
		fuse_reply_err(req, -r);
		return;
	}
	fi->fh = fh_of(h);
	fi->direct_io = 1;
	entry_fill(fs, n, &e);
	if (fuse_reply_create(req, &e, fi) == -ENOENT) {
		handle_free(fs, h);
		nodes_forget(fs->nodes, n->ino, 1);
	}
	node_unref(fs->nodes, n);
}

/* Emacs locks a file with a link to nowhere. */
void op_symlink(fuse_req_t req, const char *link, fuse_ino_t parent, const char *name)
{
	struct fs *fs = fs_of(req);
	struct node *dir = writable_dir(fs, parent);
	cleanup_(draft_unrefp) struct draft *d = NULL;
	struct node *n = NULL;
	int64_t absent_ms;
	int r = dir ? 0 : -EROFS;

	if (!r && !scratch_is_name(span_of(name)))
		r = -EPERM;
	if (!r && strlen(link) > 4096)
		r = -ENAMETOOLONG;
	if (!r) {
		d = draft_new(span_of(link), true);
		r = d ? views_add_scratch(fs, span_of(name), d) : -ENOMEM;
	}
	if (!r)
		r = resolve(fs, dir, span_of(name), NULL, &n, &absent_ms, NULL);
	node_unref(fs->nodes, dir);
	if (r)
		fuse_reply_err(req, -r);
	else
		reply_entry(fs, req, n);
}

/* -------------------------------------------------------- renaming, removing */

static void job_unlink(struct job *j)
{
	job_error(j, views_unlink(j->fs, j->node, span_of(j->bytes), NULL));
}

void op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct fs *fs = fs_of(req);
	struct node *dir = writable_dir(fs, parent);

	if (dir)
		job_start(fs, req, dir, NULL, span_of(name), job_unlink);
	else
		fuse_reply_err(req, EPERM);
}

/* The bytes of the job are both names, each with its NUL, behind one for the flags. */
static void job_rename(struct job *j)
{
	const char *from = j->bytes + 1;
	const char *to = from + strlen(from) + 1;

	job_error(j, views_rename(j->fs, j->node, span_of(from), span_of(to),
	                          j->bytes[0] == 'r', NULL));
}

void op_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t newparent,
               const char *newname, unsigned flags)
{
	struct fs *fs = fs_of(req);
	struct node *dir = writable_dir(fs, parent);
	struct buf b = BUF_INIT(65536);
	int r = 0;

	if (!dir)
		r = -EROFS;
	else if (newparent != parent)
		r = -EXDEV;
	else if (flags & ~(unsigned)RENAME_NOREPLACE)
		r = -EINVAL;
	buf_putc(&b, flags & RENAME_NOREPLACE ? 'n' : 'r');
	buf_add(&b, name, strlen(name) + 1);
	buf_add(&b, newname, strlen(newname) + 1);
	if (!r)
		r = buf_status(&b);
	if (!r) {
		job_start(fs, req, dir, NULL, buf_view(&b), job_rename);
	} else {
		node_unref(fs->nodes, dir);
		fuse_reply_err(req, -r);
	}
	buf_clear(&b);
}
