/* SPDX-License-Identifier: MIT */
#include "fs/attached.h"
#include "fs/closing.h"
#include "fs/control.h"
#include "fs/job.h"
#include "fs/ops_i.h"
#include "fs/stream.h"

#include <errno.h>
#include <string.h>

#define BLOB_READ_MAX (4u << 20) /* the kernel asks for less at once */

/* -------------------------------------------------------------------- reads */

static void reply_span(fuse_req_t req, struct span s, uint64_t off, size_t size)
{
	if (off >= s.n) {
		fuse_reply_buf(req, NULL, 0);
		return;
	}
	if (size > s.n - off)
		size = s.n - (size_t)off;
	fuse_reply_buf(req, s.p + off, size);
}

static void reply_shot(fuse_req_t req, const struct handle *h, uint64_t off, size_t size)
{
	struct fuse_bufvec bv;
	uint64_t left = off < h->part.bytes ? h->part.bytes - off : 0;

	if (size > left)
		size = (size_t)left;
	if (!size) {
		fuse_reply_buf(req, NULL, 0);
		return;
	}
	if (h->shot->fd < 0) {
		fuse_reply_buf(req, h->shot->memory + h->part.offset + off, size);
		return;
	}
	bv = (struct fuse_bufvec)FUSE_BUFVEC_INIT(size);
	bv.buf[0].flags = FUSE_BUF_IS_FD | FUSE_BUF_FD_SEEK | FUSE_BUF_FD_RETRY;
	bv.buf[0].fd = h->shot->fd;
	bv.buf[0].pos = (off_t)(h->part.offset + off);
	fuse_reply_data(req, &bv, 0);
}

static void read_control(fuse_req_t req, struct handle *h, size_t size)
{
	LOCK_SCOPE(&h->lock);
	struct span s = control_read(h->control, size);

	fuse_reply_buf(req, s.p, s.n);
}

static void job_read_blob(struct job *j)
{
	struct buf out = BUF_INIT(BLOB_READ_MAX);
	struct extent e;
	int r;

	memcpy(&e, j->bytes, sizeof(e));
	r = attached_read(j->fs, j->node, &e, &j->wish, &out, NULL);
	if (r) {
		job_error(j, r);
	} else {
		job_quiet(j);
		fuse_reply_buf(j->req, out.p, out.len);
	}
	buf_clear(&out);
}

void op_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
             struct fuse_file_info *fi)
{
	struct extent e = { .offset = (uint64_t)off, .size = size };
	struct handle *h = handle_of(fi);
	struct fs *fs = fs_of(req);

	if (h->is_blob)
		job_start(fs, req, nodes_find(fs->nodes, ino), fi,
		          (struct span){ (const char *)&e, sizeof(e) }, job_read_blob);
	else if (h->stream)
		stream_read(h->stream, req, (uint64_t)off, size);
	else if (h->control)
		read_control(req, h, size);
	else if (h->draft)
		file_read(req, h, (uint64_t)off, size);
	else if (h->shot)
		reply_shot(req, h, (uint64_t)off, size);
	else if (h->text)
		reply_span(req, text_view(h->text), (uint64_t)off, size);
	else
		fuse_reply_buf(req, NULL, 0);
}

/* -------------------------------------------------------------------- writes */

static void job_write(struct job *j)
{
	struct handle *h = handle_of(&j->fi);
	int r;

	{
		LOCK_SCOPE(&h->lock);
		r = control_write(h->control, (struct span){ j->bytes, j->n }, &j->wish,
		                  NULL);
	}
	if (r) {
		job_failed(j, r);
		return;
	}
	job_quiet(j);
	fuse_reply_write(j->req, j->n);
}

void op_write(fuse_req_t req, fuse_ino_t ino, const char *buf, size_t size, off_t off,
              struct fuse_file_info *fi)
{
	struct fs *fs = fs_of(req);

	if (handle_of(fi)->writes) {
		file_write(req, handle_of(fi), (uint64_t)off, (struct span){ buf, size });
		return;
	}
	/* every write to a call is at the end */
	if (!handle_of(fi)->control) {
		fuse_reply_err(req, EBADF);
		return;
	}
	job_start(fs, req, nodes_find(fs->nodes, ino), fi, (struct span){ buf, size },
	          job_write);
}

/*
 * What has no end yet is complete only when nobody can write on: a shell that keeps the
 * descriptor open closes it in every child.  Of whom a signal ended it never is.
 */
static void job_flush(struct job *j)
{
	struct handle *h = handle_of(&j->fi);
	int r;

	{
		LOCK_SCOPE(&h->lock);
		if (control_is_pending(h->control) &&
		    closing_of(j->wish.thread, h->node->name, h->node->ino) !=
		            CLOSING_LAST)
			r = control_flush_late(h->control, NULL);
		else
			r = control_flush(h->control, &j->wish, NULL);
	}
	job_failed(j, r);
}

void op_flush(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct fs *fs = fs_of(req);

	if (handle_of(fi)->writes) {
		file_flush(req, fs, handle_of(fi), fi);
		return;
	}
	if (!handle_of(fi)->control) {
		fuse_reply_err(req, 0);
		return;
	}
	job_start(fs, req, nodes_find(fs->nodes, ino), fi, SPAN(""), job_flush);
}

void op_fsync(fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi)
{
	(void)ino;
	(void)datasync;
	(void)fi;
	fuse_reply_err(req, 0);
}
