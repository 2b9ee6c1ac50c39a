/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "fs/attached.h"
#include "fs/attr.h"
#include "fs/control.h"
#include "fs/intake.h"
#include "fs/job.h"
#include "fs/ops_i.h"
#include "fs/report.h"
#include "fs/result.h"
#include "fs/stream.h"
#include "fs/target.h"
#include "proc/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define DOCTOR_MAX_BYTES (1u << 20)
#define LOOKED_UP_MS 200 /* before it is opened: it was the same then */

void handle_free(struct fs *fs, struct handle *h)
{
	if (!h)
		return;
	/* A read that was answered a moment ago is about to let go of it; the
	 * answer brought us here. */
	pthread_mutex_lock(&h->lock);
	pthread_mutex_unlock(&h->lock);
	fs_opened_del(fs, &h->opened);
	stream_close(h->stream);
	control_close(h->control);
	file_close(fs, h);
	snapshot_unref(h->shot);
	text_unref(h->text);
	node_released(fs->nodes, h->node);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

static void handle_close(struct fs *fs, struct opened *o)
{
	handle_free(fs, (struct handle *)o);
}

struct handle *handle_new(struct fs *fs, struct node *n)
{
	struct handle *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	pthread_mutex_init(&h->lock, NULL);
	node_opened(fs->nodes, n);
	h->node = n;
	h->opened.close = handle_close;
	fs_opened_add(fs, &h->opened);
	return h;
}

/* Takes the handle; the kernel may have given up on the open meanwhile. */
static void reply_open(struct fs *fs, fuse_req_t req, struct fuse_file_info *fi,
                       struct handle *h)
{
	fi->fh = fh_of(h);
	if (fuse_reply_open(req, fi) == -ENOENT)
		handle_free(fs, h);
}

/* ------------------------------------------------------------ opens that wait */

/*
 * A reader stops where the kernel believes the end to be.  Most make it ask again
 * before they get there, sendfile and splice do not: they are cut short by an estimate
 * that was too small unless the kernel is given the last byte.  Whoever opens the file
 * before the first is through with this does it too.
 */
static void tell_size(struct fs *fs, struct node *n, const struct handle *h)
{
	cleanup_(buf_clear) struct buf last = BUF_INIT(16);
	struct part p = h->part;
	struct node_view v;

	node_view(fs->nodes, n, &v);
	if (v.told)
		return;
	p.offset += p.bytes - 1;
	p.bytes = 1;
	if (h->part.bytes && !snapshot_read(h->shot, &p, &last))
		fs_tell_end(fs, n->ino, h->part.bytes, *last.p);
	fs_forget_attr(fs, n->ino);
	node_set_told(fs->nodes, n);
}

static void job_open_result(struct job *j)
{
	struct snapshot *shot = NULL;
	struct node_view before;
	struct handle *h;
	int r;

	node_view(j->fs->nodes, j->node, &before);
	r = result_open(j->fs, j->node, &j->wish, &shot, NULL);
	if (r) {
		job_failed(j, r);
		return;
	}
	h = handle_new(j->fs, j->node);
	if (!h) {
		snapshot_unref(shot);
		job_error(j, -ENOMEM);
		return;
	}
	h->shot = shot;
	(void)node_part(j->node, shot, &h->part);
	j->fi.keep_cache = 1;
	j->fi.noflush = 1;
	tell_size(j->fs, j->node, h);
	/* the name leads to this inode only as long as what it shows is new enough */
	if (result_tolerance_ms(j->fs, j->node->folder) <= 0)
		fs_forget_name(j->fs, j->node->parent, j->node->name);
	else if (!before.sized)
		fs_forget_soon(j->fs, j->node->parent, j->node->name);
	job_quiet(j);
	reply_open(j->fs, j->req, &j->fi, h);
}

static void job_open_stream(struct job *j)
{
	struct handle *h = handle_new(j->fs, j->node);
	struct err err = { 0 };
	int r = h ? stream_open(j->fs, j->node->folder, j->node->place.format, &j->wish,
	                        &h->stream, &err)
	          : -ENOMEM;

	if (r) {
		if (h && err.code)
			fs_failed(j->fs, j->node->folder, span_of(j->node->folder->path),
			          &err);
		handle_free(j->fs, h);
		job_failed(j, r);
		return;
	}
	j->fi.direct_io = 1;
	j->fi.noflush = 1;
	job_quiet(j);
	reply_open(j->fs, j->req, &j->fi, h);
}

/* Whatever is wrong is in the text. */
static void job_open_doctor(struct job *j)
{
	cleanup_(buf_clear) struct buf text = BUF_INIT(DOCTOR_MAX_BYTES);
	struct run run = RUN_INIT;
	struct err err = { 0 };
	struct handle *h;
	int r = 0;

	run.cancel = j->wish.cancel;
	run.deadline = j->wish.deadline;
	run.fresh_ms = 0;
	run.cached_only = guard_is_indexer(j->fs->guard, j->wish.thread);
	if (!run.cached_only)
		r = guard_admit(j->fs->guard, guard_process(j->wish.thread), &err);
	if (r) {
		fs_failed(j->fs, NULL, SPAN("doctor"), &err);
		job_error(j, r);
		return;
	}
	h = handle_new(j->fs, j->node);
	if (h)
		(void)doctor_run(j->fs->cfg.doctor, NULL, &run, &text);
	if (h && !buf_status(&text))
		h->text = text_new(buf_view(&text));
	if (!h || !h->text) {
		handle_free(j->fs, h);
		job_error(j, -ENOMEM);
		return;
	}
	j->fi.direct_io = 1;
	j->fi.noflush = 1;
	job_quiet(j);
	reply_open(j->fs, j->req, &j->fi, h);
}

static void job_open_blob(struct job *j)
{
	struct err err = { 0 };
	int r = attached_admit(j->fs, j->node, &j->wish, &err);
	struct handle *h = r ? NULL : handle_new(j->fs, j->node);

	if (!h) {
		if (r)
			fs_failed(j->fs, j->node->folder, span_of(j->node->folder->path),
			          &err);
		job_failed(j, r ? r : -ENOMEM);
		return;
	}
	h->is_blob = true;
	j->fi.keep_cache = 1;
	j->fi.noflush = 1;
	job_quiet(j);
	reply_open(j->fs, j->req, &j->fi, h);
}

/* There is something new to tell that the kernel does not know of, or time goes on. */
static bool is_outdated(struct fs *fs, const struct node *n)
{
	struct node_view v;
	int64_t age_ms;

	if (n->place.kind != PLACE_ERROR && !attr_tells_of_query(&n->place))
		return false;
	node_view(fs->nodes, n, &v);
	age_ms = clock_mono_ms() - v.looked_up_ms;
	if (v.version != report_version(fs, &n->place, n->folder))
		return age_ms > LOOKED_UP_MS;
	return report_is_ticking(n->place.kind) && age_ms > FS_SHORT_MS;
}

static void open_text(struct fs *fs, fuse_req_t req, struct node *n,
                      struct fuse_file_info *fi)
{
	struct handle *h;

	if (is_outdated(fs, n)) {
		fuse_reply_err(req, ESTALE);
		return;
	}
	h = handle_new(fs, n);
	if (!h) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	h->text = node_text(fs->nodes, n);
	fi->keep_cache = 1;
	fi->noflush = 1;
	reply_open(fs, req, fi, h);
}

static int target_open(struct fs *fs, const struct node *n, struct control **ret)
{
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_MAX_BYTES);
	struct target t;

	target_of(&n->place, n->folder, &path, &t);
	if (t.order) {
		buf_reset(&path);
		nodes_path(fs->nodes, n, &path);
		t.path = buf_str(&path);
		t.name = n->name;
	}
	return buf_status(&path) ? -ENOMEM : control_open(fs, &t, ret, NULL);
}

/* A call is never cached: what is read depends on what was written. */
static void open_call(struct fs *fs, fuse_req_t req, struct node *n,
                      struct fuse_file_info *fi)
{
	struct handle *h = handle_new(fs, n);
	int r = 0;

	if (!h) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	if (n->place.kind == PLACE_KNOB)
		r = report_text(fs, &n->place, NULL, &h->text, NULL);
	else
		h->text = node_text(fs->nodes, n);
	if (!r && (fi->flags & O_ACCMODE) != O_RDONLY)
		r = target_open(fs, n, &h->control);
	/* the next to write has an inode of his own */
	if (h->control && !node_set_used(fs->nodes, n))
		fs_forget_name(fs, n->parent, n->name);
	if (r) {
		handle_free(fs, h);
		fuse_reply_err(req, -r);
		return;
	}
	fi->direct_io = 1;
	fi->nonseekable = h->control != NULL;
	reply_open(fs, req, fi, h);
}

static void open_file(struct fs *fs, fuse_req_t req, struct node *n,
                      struct fuse_file_info *fi)
{
	struct handle *h;
	int r = file_open(fs, n, fi->flags, &h);

	if (r) {
		fuse_reply_err(req, -r);
		return;
	}
	fi->direct_io = 1;
	fi->noflush = !h->writes;
	reply_open(fs, req, fi, h);
}

static bool may_write(const struct fs *fs, const struct node *n)
{
	enum place_class class = place_class(n->place.kind);

	return (class == CLASS_CALL || class == CLASS_FILE) && !fs->cfg.read_only;
}

void op_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct fs *fs = fs_of(req);
	struct node *n = nodes_find(fs->nodes, ino);

	if (!n) {
		fuse_reply_err(req, ESTALE);
		return;
	}
	if ((fi->flags & O_ACCMODE) != O_RDONLY && !may_write(fs, n)) {
		int r = n->place.intake && !fs->cfg.read_only ? intake_refuse(fs, n)
		                                              : -EROFS;

		node_unref(fs->nodes, n);
		fuse_reply_err(req, -r);
		return;
	}
	switch (place_class(n->place.kind)) {
	case CLASS_RESULT:
		job_start(fs, req, n, fi, SPAN(""), job_open_result);
		return;
	case CLASS_STREAM:
		job_start(fs, req, n, fi, SPAN(""), job_open_stream);
		return;
	case CLASS_PROBE:
		job_start(fs, req, n, fi, SPAN(""), job_open_doctor);
		return;
	case CLASS_BLOB:
		job_start(fs, req, n, fi, SPAN(""), job_open_blob);
		return;
	case CLASS_TEXT:
	case CLASS_REPORT:
		open_text(fs, req, n, fi);
		break;
	case CLASS_CALL:
		open_call(fs, req, n, fi);
		break;
	case CLASS_FILE:
		open_file(fs, req, n, fi);
		break;
	case CLASS_DIR:
	case CLASS_LINK:
		fuse_reply_err(req, EISDIR);
		break;
	}
	node_unref(fs->nodes, n);
}
