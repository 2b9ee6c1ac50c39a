/* SPDX-License-Identifier: MIT */
/*
 * Callbacks of what is written as a whole: UserViews/, and the directories that
 * take files.  Drafts are answered at once; what commits them writes a file or
 * asks the site, so it is a job.  Everything here bypasses the page cache: a draft
 * changes under those who read it.
 */
#include "fs/closing.h"
#include "fs/intake.h"
#include "fs/job.h"
#include "fs/ops_i.h"
#include "fs/perform.h"
#include "fs/resolve.h"
#include "fs/scratch.h"
#include "fs/views.h"
#include "fs/views_i.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READ_MAX_BYTES (4u << 20) /* the kernel asks for less at once */

/* ------------------------------------------------------------------ handles */

/* What a writer starts from: the text as it is, or nothing. */
static int first_draft(struct fs *fs, struct node *n, int flags, struct draft **ret)
{
	cleanup_(text_unrefp) struct text *t = node_text(fs->nodes, n);

	*ret = node_draft(fs->nodes, n);
	if (*ret)
		return 0;
	return draft_new(DRAFT_TEXT, t && !(flags & O_TRUNC) ? text_view(t) : SPAN(""),
	                 ret, NULL);
}

static int begin_writing(struct fs *fs, struct node *n, int flags, struct handle *h)
{
	cleanup_(draft_unrefp) struct draft *fresh = NULL;
	int r = intake_reopen(fs, n);

	if (!r)
		r = first_draft(fs, n, flags, &fresh);
	if (r)
		return r;
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
	else if (n->place.kind == PLACE_SCRATCH || n->place.kind == PLACE_DRAFT)
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
	bool last = h->writes && node_writers(fs->nodes, h->node) == 1;

	if (h->writes)
		node_write_end(fs->nodes, h->node);
	if (last && intake_is_over(fs, h->node))
		nodes_remove(fs->nodes, h->node);
	draft_unref(h->draft);
}

void file_read(fuse_req_t req, struct handle *h, uint64_t off, size_t size)
{
	struct buf b = BUF_INIT(READ_MAX_BYTES);
	int r = draft_read(h->draft, off, size, &b);

	if (r)
		fuse_reply_err(req, -r);
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

static int commit(struct fs *fs, struct handle *h, const struct wish *w)
{
	int r;

	if (h->node->place.kind == PLACE_DRAFT)
		return intake_commit(fs, h->node, h->draft, w);
	r = views_commit(fs, span_of(h->node->name), h->draft, NULL);
	/* as it is kept, or as it was */
	views_catch_up(fs);
	fs_forget_name(fs, h->node->parent, h->node->name);
	return r;
}

/* Others may write on: then there is nothing to do yet. */
static void job_flush(struct job *j)
{
	struct handle *h = handle_of(&j->fi);
	const struct node *n = h->node;
	int64_t ms;
	int r = 0;

	switch (closing_of(j->wish.thread, n->name, n->ino)) {
	case CLOSING_LAST:
		r = commit(j->fs, h, &j->wish);
		break;
	case CLOSING_UNSEEN:
		/* a shell closes one before the command it is for has begun */
		if (draft_size(h->draft, &ms))
			r = commit(j->fs, h, &j->wish);
		else
			h->is_held = true;
		break;
	case CLOSING_HELD:
		h->is_held = true;
		break;
	case CLOSING_KILLED:
		if (n->place.kind == PLACE_DRAFT)
			intake_abandon(j->fs, h->node, h->draft);
		else
			draft_orphan(h->draft);
		break;
	}
	job_failed(j, r);
}

static bool is_to_commit(const struct handle *h)
{
	return h->writes && draft_is_dirty(h->draft) &&
	       (h->node->place.kind == PLACE_VIEW_SQL ||
	        h->node->place.kind == PLACE_DRAFT);
}

void file_flush(fuse_req_t req, struct fs *fs, struct handle *h,
                const struct fuse_file_info *fi)
{
	h->is_held = node_writers(fs->nodes, h->node) > 1;
	if (is_to_commit(h) && !h->is_held)
		job_start(fs, req, nodes_find(fs->nodes, h->node->ino), fi, SPAN(""),
		          job_flush);
	else
		fuse_reply_err(req, 0);
}

/*
 * Nobody is left who could be told of a failure but those who look into error.  A
 * close that was not looked at was that of a program which was killed: the kernel
 * does not wait for its answer.
 */
static void job_release(struct job *j)
{
	struct handle *h = handle_of(&j->fi);

	if (h->is_held)
		(void)commit(j->fs, h, &j->wish);
	else if (h->node->place.kind == PLACE_DRAFT)
		intake_abandon(j->fs, h->node, h->draft);
	handle_free(j->fs, h);
	job_error(j, 0);
}

void op_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct handle *h = handle_of(fi);
	struct fs *fs = fs_of(req);

	(void)ino;
	if (is_to_commit(h) && node_writers(fs->nodes, h->node) == 1) {
		job_start(fs, req, nodes_find(fs->nodes, h->node->ino), fi, SPAN(""),
		          job_release);
		return;
	}
	handle_free(fs, h);
	fuse_reply_err(req, 0);
}

int file_truncate(struct fs *fs, struct node *n, uint64_t size)
{
	cleanup_(draft_unrefp) struct draft *d = NULL;

	if (place_class(n->place.kind) == CLASS_CALL)
		return 0;
	if (place_class(n->place.kind) != CLASS_FILE)
		return n->place.intake ? intake_refuse(fs, n) : -EROFS;
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

	if (n && (n->place.kind == PLACE_VIEWS || intake_is_dir(n)) && !fs->cfg.read_only)
		return n;
	node_unref(fs->nodes, n);
	return NULL;
}

static int make_view(struct fs *fs, struct node *dir, struct span name, struct node **ret)
{
	cleanup_(draft_unrefp) struct draft *d = NULL;
	struct place place = { .kind = PLACE_VIEW_SQL };
	struct text *empty;
	bool is_view;
	int r = views_check_new(fs, name, &is_view, NULL);

	if (!r && !is_view) {
		place.kind = PLACE_SCRATCH;
		r = draft_new(DRAFT_TEXT, SPAN(""), &d, NULL);
		if (!r)
			r = scratch_add(fs->scratch, VIEWS_DIR, name, d);
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

static int refuse_existing(struct fs *fs, const struct node *n, int flags)
{
	if (flags & O_EXCL)
		return -EEXIST;
	if (place_class(n->place.kind) == CLASS_FILE)
		return 0;
	return n->place.intake ? intake_refuse(fs, n) : -EINVAL;
}

/* The kernel asks for this only if it believes that there is no such name. */
static int find_or_make(struct fs *fs, struct node *dir, struct span name, int flags,
                        const struct wish *w, struct node **ret)
{
	int64_t absent_ms;
	int r = resolve(fs, dir, name, w, ret, &absent_ms, NULL);

	if (r == -ENOENT)
		return intake_is_dir(dir) ? intake_make(fs, dir, name, ret)
		                          : make_view(fs, dir, name, ret);
	if (r)
		return r;
	r = refuse_existing(fs, *ret, flags);
	if (r)
		node_unref(fs->nodes, take_ptr(*ret));
	return r;
}

/* Takes the node. */
static void reply_create(struct fs *fs, fuse_req_t req, struct node *n,
                         struct fuse_file_info *fi)
{
	struct fuse_entry_param e;
	struct handle *h = NULL;
	int r = file_open(fs, n, fi->flags, &h);

	if (r) {
		node_unref(fs->nodes, n);
		fuse_reply_err(req, -r);
		return;
	}
	fi->fh = fh_of(h);
	fi->direct_io = 1;
	entry_fill(fs, req, n, &e);
	if (fuse_reply_create(req, &e, fi) == -ENOENT) {
		handle_free(fs, h);
		nodes_forget(fs->nodes, n->ino, 1);
	}
	node_unref(fs->nodes, n);
}

static void job_create(struct job *j)
{
	struct node *n = NULL;
	int r = find_or_make(j->fs, j->node, (struct span){ j->bytes, j->n }, j->fi.flags,
	                     &j->wish, &n);

	job_quiet(j);
	if (r)
		fuse_reply_err(j->req, -r);
	else
		reply_create(j->fs, j->req, n, &j->fi);
}

void op_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
               struct fuse_file_info *fi)
{
	struct fs *fs = fs_of(req);
	struct node *dir = writable_dir(fs, parent);
	struct node *n = NULL;
	int r = dir ? find_or_make(fs, dir, span_of(name), fi->flags, NULL, &n) : -EROFS;

	(void)mode;
	if (r == RESOLVE_ASK) {
		job_start(fs, req, dir, fi, span_of(name), job_create);
		return;
	}
	node_unref(fs->nodes, dir);
	if (r)
		fuse_reply_err(req, -r);
	else
		reply_create(fs, req, n, fi);
}

static int link_view(struct fs *fs, struct node *dir, struct span name,
                     struct span target, struct node **ret)
{
	cleanup_(draft_unrefp) struct draft *d = NULL;
	int64_t absent_ms;
	int r = draft_new(DRAFT_LINK, target, &d, NULL);

	if (!r)
		r = scratch_add(fs->scratch, VIEWS_DIR, name, d);
	return r ? r : resolve(fs, dir, name, NULL, ret, &absent_ms, NULL);
}

/* Emacs locks a file with a link to nowhere. */
void op_symlink(fuse_req_t req, const char *link, fuse_ino_t parent, const char *name)
{
	struct fs *fs = fs_of(req);
	struct node *dir = writable_dir(fs, parent);
	struct node *n = NULL;
	int r = dir ? 0 : -EROFS;

	if (!r && !scratch_is_name(span_of(name)))
		r = -EPERM;
	if (!r && strlen(link) > 4096)
		r = -ENAMETOOLONG;
	if (!r && intake_is_dir(dir))
		r = intake_link(fs, dir, span_of(name), span_of(link), &n);
	else if (!r)
		r = link_view(fs, dir, span_of(name), span_of(link), &n);
	node_unref(fs->nodes, dir);
	if (r)
		fuse_reply_err(req, -r);
	else
		reply_entry(fs, req, n);
}

/* -------------------------------------------------------- renaming, removing */

static void job_unlink(struct job *j)
{
	struct span name = span_of(j->bytes);

	if (intake_is_dir(j->node)) {
		job_error(j, intake_unlink(j->fs, j->node, name));
		return;
	}
	job_error(j, views_unlink(j->fs, j->node, name, NULL));
	/* not before: the kernel holds the directory until then */
	views_catch_up(j->fs);
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
	bool replace = j->bytes[0] == 'r';
	int r;

	if (!intake_is_dir(j->node)) {
		job_error(j, views_rename(j->fs, j->node, span_of(from), span_of(to),
		                          replace, NULL));
		views_catch_up(j->fs);
		return;
	}
	j->wish.is_locked = true;
	r = intake_rename(j->fs, j->node, span_of(from), span_of(to), replace, &j->wish);
	job_error(j, r);
	if (!scratch_is_name(span_of(to)) && j->node->place.intake->procedure)
		perform_touch(j->fs, j->node->place.intake->procedure, true);
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
