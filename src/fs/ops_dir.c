/* SPDX-License-Identifier: MIT */
#include "fs/attr.h"
#include "fs/job.h"
#include "fs/ops_i.h"
#include "fs/resolve.h"
#include "fs/shown.h"
#include "fs/tree.h"
#include "fs/walkers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define UNKNOWN_INO 0xffffffffu /* what the kernel takes for "not looked up" */

/*
 * Opening a directory tells us nothing that reading it does not: the kernel is told
 * once that it need not ask.
 */
void op_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	(void)ino;
	if (fs_of(req)->no_opendir) {
		fuse_reply_err(req, ENOSYS);
		return;
	}
	fi->cache_readdir = 1;
	fi->keep_cache = 1;
	fuse_reply_open(req, fi);
}

/* --------------------------------------------------------------------- offsets */

/*
 * 1 is behind ".", 2 behind "..", then the names; above 32 bits the tag of the names, so
 * that who reads on does so in those he began with.
 */
static off_t offset_behind(const struct shown *s, size_t i)
{
	return (off_t)((uint64_t)shown_tag(s) << 32 | (uint32_t)(i + 1));
}

static const char *entry_at(const struct fs *fs, const struct node *dir,
                            const struct shown *s, size_t i, struct stat *st)
{
	memset(st, 0, sizeof(*st));
	st->st_ino = UNKNOWN_INO;
	if (i < 2) {
		st->st_mode = S_IFDIR;
		st->st_ino = i || !dir->parent ? NODE_ROOT : dir->ino;
		if (i && dir->parent)
			st->st_ino = dir->parent;
		return i ? ".." : ".";
	}
	if (i - 2 >= s->names.n)
		return NULL;
	st->st_mode = attr_mode(fs, &s->names.p[i - 2].place);
	return s->names.p[i - 2].name;
}

/* --------------------------------------------------------------------- reading */

/* What a request wants to have. */
struct piece {
	size_t size;
	uint64_t off;
	bool plus; /* what the names stand for as well */
};

struct page {
	char *buf;
	size_t size;
	size_t used;
};

static bool add_plain(fuse_req_t req, struct page *p, const char *name,
                      const struct stat *st, off_t next)
{
	size_t n = fuse_add_direntry(req, p->buf + p->used, p->size - p->used, name, st,
	                             next);

	if (n > p->size - p->used)
		return false;
	p->used += n;
	return true;
}

/*
 * Only names that the kernel may keep for a while are looked up on the way; the
 * others would have to be looked up again before they are used.
 */
static struct node *plus_node(struct fs *fs, struct node *dir, const struct entry *e)
{
	struct node *n = NULL;
	int64_t absent_ms;

	switch (place_class(e->place.kind)) {
	case CLASS_DIR:
	case CLASS_LINK:
	case CLASS_TEXT:
	case CLASS_STREAM:
	case CLASS_PROBE:
	case CLASS_RESULT:
	case CLASS_BLOB:
		break;
	case CLASS_REPORT:
	case CLASS_CALL:
		if (attr_may_be_quiet(&e->place))
			break;
		return NULL;
	case CLASS_FILE:
		if (e->place.kind == PLACE_VIEW_SQL)
			break;
		return NULL;
	}
	if (resolve(fs, dir, span_of(e->name), NULL, &n, &absent_ms, NULL))
		n = NULL;
	return n;
}

static bool add_plus(struct fs *fs, fuse_req_t req, struct page *p, struct node *n,
                     const char *name, const struct stat *st, off_t next)
{
	struct fuse_entry_param e = { .attr = *st };
	size_t size;

	if (n)
		entry_fill(fs, req, n, &e);
	size = fuse_add_direntry_plus(req, p->buf + p->used, p->size - p->used, name, &e,
	                              next);
	if (size > p->size - p->used) {
		if (n)
			nodes_forget(fs->nodes, n->ino, 1);
		return false;
	}
	p->used += size;
	return true;
}

static void reply_names(struct fs *fs, fuse_req_t req, struct node *dir,
                        const struct shown *s, const struct piece *want)
{
	struct page p = { .buf = malloc(want->size), .size = want->size };
	size_t i = (uint32_t)want->off;
	const char *name;
	struct stat st;
	bool fits = true;

	if (!p.buf) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	for (; fits && (name = entry_at(fs, dir, s, i, &st)); i++) {
		off_t next = offset_behind(s, i);
		struct node *n = NULL;

		if (!want->plus) {
			fits = add_plain(req, &p, name, &st, next);
			continue;
		}
		if (i >= 2)
			n = plus_node(fs, dir, &s->names.p[i - 2]);
		fits = add_plus(fs, req, &p, n, name, &st, next);
		node_unref(fs->nodes, n);
	}
	if (!name && !p.used)
		shown_whole(fs, dir, s);
	fuse_reply_buf(req, p.buf, p.used);
	free(p.buf);
}

static int names_of(struct fs *fs, struct node *dir, const struct piece *want,
                    const struct wish *w, struct shown **ret)
{
	if (!want->off)
		return shown_now(fs, dir, w, ret);
	return shown_again(fs, dir, (uint32_t)(want->off >> 32), w, ret);
}

static void job_read(struct job *j)
{
	cleanup_(shown_unrefp) struct shown *s = NULL;
	struct piece want;
	int r;

	memcpy(&want, j->bytes, sizeof(want));
	r = names_of(j->fs, j->node, &want, &j->wish, &s);
	if (r) {
		job_failed(j, r);
		return;
	}
	job_quiet(j);
	reply_names(j->fs, j->req, j->node, s, &want);
}

static void read_names(fuse_req_t req, fuse_ino_t ino, const struct piece *want)
{
	struct fs *fs = fs_of(req);
	struct node *dir = nodes_find(fs->nodes, ino);
	cleanup_(shown_unrefp) struct shown *s = NULL;
	struct wish w = { .thread = fuse_req_ctx(req)->pid };
	int r;

	if (!dir) {
		fuse_reply_err(req, ESTALE);
		return;
	}
	walkers_saw(fs->walkers, w.thread, dir->place.kind, true);
	r = names_of(fs, dir, want, NULL, &s);
	if (r == RESOLVE_ASK) {
		/* who walks is not kept waiting for another thread: nothing is asked */
		w.walk = walkers_walk(fs->walkers, w.thread);
		if (w.walk)
			r = names_of(fs, dir, want, &w, &s);
	}
	if (r == RESOLVE_ASK) {
		job_start(fs, req, dir, NULL,
		          (struct span){ (const char *)want, sizeof(*want) }, job_read);
		return;
	}
	if (r)
		fuse_reply_err(req, -r);
	else
		reply_names(fs, req, dir, s, want);
	node_unref(fs->nodes, dir);
}

void op_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
                struct fuse_file_info *fi)
{
	const struct piece want = { .size = size, .off = (uint64_t)off };

	(void)fi;
	read_names(req, ino, &want);
}

void op_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
                    struct fuse_file_info *fi)
{
	const struct piece want = { .size = size, .off = (uint64_t)off, .plus = true };

	(void)fi;
	read_names(req, ino, &want);
}

void op_releasedir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	(void)ino;
	(void)fi;
	fuse_reply_err(req, 0);
}
