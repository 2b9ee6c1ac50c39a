/* SPDX-License-Identifier: MIT */
#include "fs/intake.h"

#include "base/clock.h"
#include "fs/deliver.h"
#include "fs/fs_i.h"
#include "fs/resolve.h"
#include "fs/scratch.h"
#include "query/blob.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES 65536
#define KEEP_MS 10000 /* for what tools do to a file after they wrote it */

bool intake_is_dir(const struct node *n)
{
	return n->place.intake && place_is_dir(n->place.kind);
}

/* ----------------------------------------------------------------- failures */

/* The query of the row that the directory belongs to; a reference, or NULL. */
static struct folder *row_of(struct fs *fs, const struct node *at)
{
	struct node *n = nodes_find(fs->nodes, at->ino);
	struct folder *f = NULL;

	while (n && n->ino != NODE_ROOT && !f) {
		struct node *up = nodes_find(fs->nodes, n->parent);

		if (n->place.kind == PLACE_ROW)
			f = folder_ref(n->folder);
		node_unref(fs->nodes, n);
		n = up;
	}
	node_unref(fs->nodes, n);
	return f;
}

/* Files what went wrong with name in dir, and where the row tells of it. */
static int failed(struct fs *fs, const struct node *dir, struct span name, int code,
                  struct err *err)
{
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_BYTES);
	struct folder *row = row_of(fs, dir);

	nodes_path(fs->nodes, dir, &path);
	buf_putc(&path, '/');
	buf_span(&path, name);
	err->code = code;
	fs_failed(fs, row, buf_view(&path), err);
	folder_unref(row);
	return code;
}

static void succeeded(struct fs *fs, const struct node *dir)
{
	struct folder *row = row_of(fs, dir);

	if (row)
		folder_fine(row);
	folder_unref(row);
}

int intake_refuse(struct fs *fs, const struct node *n)
{
	struct node *dir = nodes_find(fs->nodes, n->parent);
	struct err err = { 0 };

	err_set(&err, -EPERM,
	        "%s is there already, and what the site has cannot be changed here: "
	        "write to a new name",
	        n->name);
	if (dir)
		(void)failed(fs, dir, span_of(n->name), -EPERM, &err);
	node_unref(fs->nodes, dir);
	return -EPERM;
}

/* -------------------------------------------------------------------- names */

static void dir_path(struct fs *fs, const struct node *dir, struct buf *out)
{
	buf_reset(out);
	nodes_path(fs->nodes, dir, out);
}

static bool has_ending(const struct intake *in, struct span name)
{
	struct span rest = span_of(in->endings);

	while (rest.n) {
		struct span e = span_cut(&rest, ',');

		if (name.n > e.n + 1 && name.p[name.n - e.n - 1] == '.' &&
		    span_eq((struct span){ name.p + name.n - e.n, e.n }, e))
			return true;
	}
	return !in->endings;
}

static int check_name(const struct intake *in, struct span name, struct err *err)
{
	if (!has_ending(in, name))
		return err_set(err, -EINVAL,
		               "'%.*s' cannot be made here: only names that end in one "
		               "of %s are taken",
		               (int)(name.n > 64 ? 64 : name.n), name.p, in->endings);
	if (name.n > BLOB_NAME_MAX)
		return err_set(err, -ENAMETOOLONG, "the name is longer than %d bytes",
		               BLOB_NAME_MAX);
	return 0;
}

static const struct intake *sub_of(const struct node *dir, struct span name)
{
	const struct child *c = dir->place.child;
	const struct intake *in = c ? c->intakes : NULL;

	if (!in || dir->place.kind == PLACE_INTAKE)
		return NULL;
	for (; in->procedure; in++) {
		if (in->dir && span_is(name, in->dir))
			return in;
	}
	return NULL;
}

static int add_node(struct fs *fs, struct node *dir, struct span name,
                    enum place_kind kind, const struct intake *in, struct draft *d,
                    struct node **ret, struct err *err)
{
	struct place p = dir->place;
	int r;

	p.kind = kind;
	p.intake = in;
	r = nodes_add(fs->nodes, dir->ino, name, &p, dir->folder, ret, err);
	if (!r && d)
		node_set_draft(fs->nodes, *ret, d);
	return r;
}

static enum place_kind scratch_kind(const struct draft *d)
{
	return d->kind == DRAFT_LINK ? PLACE_SCRATCH_LINK : PLACE_SCRATCH;
}

int intake_resolve(struct fs *fs, struct node *dir, struct span name, struct node *old,
                   struct node **ret, struct err *err)
{
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_BYTES);
	cleanup_(draft_unrefp) struct draft *d = NULL;
	const struct intake *in = sub_of(dir, name);

	if (old && !node_writers(fs->nodes, old) && intake_is_over(fs, old)) {
		nodes_remove(fs->nodes, old);
		return -ENOENT;
	}
	if (old &&
	    (old->place.kind == PLACE_DRAFT || old->place.kind == PLACE_SCRATCH ||
	     old->place.kind == PLACE_SCRATCH_LINK || old->place.kind == PLACE_INTAKE)) {
		*ret = old;
		return 0;
	}
	if (in)
		return add_node(fs, dir, name, PLACE_INTAKE, in, NULL, ret, err);
	if (!scratch_is_name(name))
		return -ENOENT;
	dir_path(fs, dir, &path);
	d = scratch_find(fs->scratch, buf_view(&path), name);
	if (!d)
		return -ENOENT;
	return add_node(fs, dir, name, scratch_kind(d), dir->place.intake, d, ret, err);
}

struct lister {
	struct listing *listing;
	struct place place;
};

static int list_scratch(void *ctx, const char *name, bool is_link)
{
	struct lister *l = ctx;

	l->place.kind = is_link ? PLACE_SCRATCH_LINK : PLACE_SCRATCH;
	return listing_add(l->listing, name, l->place);
}

int intake_list(struct fs *fs, const struct node *dir, struct listing *l, struct err *err)
{
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_BYTES);
	struct lister lister = { l, dir->place };
	const struct child *c = dir->place.child;
	int r = 0;

	for (const struct intake *in = c ? c->intakes : NULL; in && in->procedure && !r;
	     in++) {
		struct place p = dir->place;

		p.kind = PLACE_INTAKE;
		p.intake = in;
		if (in->dir && dir->place.kind != PLACE_INTAKE)
			r = listing_add(l, in->dir, p);
	}
	dir_path(fs, dir, &path);
	if (!r)
		r = scratch_each(fs->scratch, buf_view(&path), list_scratch, &lister);
	return r ? err_nomem(err) : 0;
}

/* ----------------------------------------------------------------- creating */

static enum draft_kind draft_kind_of(const struct intake *in)
{
	return in->upload ? DRAFT_FILE : DRAFT_TEXT;
}

static int make_scratch(struct fs *fs, struct node *dir, struct span name,
                        struct draft *d, struct node **ret, struct err *err)
{
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_BYTES);

	dir_path(fs, dir, &path);
	if (buf_status(&path) || scratch_add(fs->scratch, buf_view(&path), name, d))
		return err_nomem(err);
	return add_node(fs, dir, name, scratch_kind(d), dir->place.intake, d, ret, err);
}

int intake_make(struct fs *fs, struct node *dir, struct span name, struct node **ret)
{
	cleanup_(draft_unrefp) struct draft *d = NULL;
	const struct intake *in = dir->place.intake;
	bool is_scratch = scratch_is_name(name);
	struct err err = { 0 };
	int r = is_scratch ? 0 : check_name(in, name, &err);

	if (!r)
		r = draft_new(draft_kind_of(in), SPAN(""), &d, &err);
	if (!r && is_scratch)
		r = make_scratch(fs, dir, name, d, ret, &err);
	else if (!r)
		r = add_node(fs, dir, name, PLACE_DRAFT, in, d, ret, &err);
	/* an empty file is a file, an empty text is none */
	if (!r && !is_scratch && in->upload)
		draft_mark(d);
	return r ? failed(fs, dir, name, r, &err) : 0;
}

int intake_link(struct fs *fs, struct node *dir, struct span name, struct span target,
                struct node **ret)
{
	cleanup_(draft_unrefp) struct draft *d = NULL;
	struct err err = { 0 };
	int r;

	if (!scratch_is_name(name))
		return -EPERM;
	r = draft_new(DRAFT_LINK, target, &d, &err);
	if (!r)
		r = make_scratch(fs, dir, name, d, ret, &err);
	return r ? failed(fs, dir, name, r, &err) : 0;
}

/* ------------------------------------------------------------------ sending */

/* A name that was written to another directory than it shows in, or was missed before. */
static void forget_name(struct fs *fs, const struct node *dir, struct span name)
{
	cleanup_free_ char *copy = span_dup(name);

	if (copy && dir->place.kind == PLACE_INTAKE)
		fs_forget_name(fs, dir->parent, copy);
}

/* As deliver(), and the row tells of a failure. */
static int send_draft(struct fs *fs, struct node *dir, struct span name, struct draft *d,
                      const struct wish *w)
{
	struct err err = { 0 };
	int r = deliver(fs, dir, name, d, w, &err);

	if (!w->is_locked)
		forget_name(fs, dir, name);
	/* a procedure has told of it itself */
	if (r)
		return dir->place.kind == PLACE_UPLOADS ? r
		                                        : failed(fs, dir, name, r, &err);
	succeeded(fs, dir);
	return 0;
}

/* What does not show under its name: a text, and what was only uploaded. */
static bool keeps_name(const struct intake *in)
{
	return !in->upload || !in->procedure;
}

int intake_commit(struct fs *fs, struct node *n, struct draft *d, const struct wish *w)
{
	struct node *dir;
	int r = -ESTALE;

	if (!draft_seal(d))
		return 0;
	dir = nodes_find(fs->nodes, n->parent);
	if (dir)
		r = send_draft(fs, dir, span_of(n->name), d, w);
	node_unref(fs->nodes, dir);
	if (r || !keeps_name(n->place.intake))
		nodes_remove(fs->nodes, n);
	return r;
}

/* Sent a moment ago? */
static bool is_kept(struct fs *fs, const struct node *n)
{
	cleanup_(draft_unrefp) struct draft *d = node_draft(fs->nodes, n);
	int64_t ms;

	return n->place.kind == PLACE_DRAFT && keeps_name(n->place.intake) && d &&
	       draft_is_sealed(d, &ms) && clock_wall_ms() - ms < KEEP_MS;
}

bool intake_is_over(struct fs *fs, const struct node *n)
{
	return n->place.kind == PLACE_DRAFT && !is_kept(fs, n);
}

int intake_reopen(struct fs *fs, struct node *n)
{
	cleanup_(draft_unrefp) struct draft *d = NULL;
	int r = 0;

	if (is_kept(fs, n) && !node_writers(fs->nodes, n)) {
		r = draft_new(draft_kind_of(n->place.intake), SPAN(""), &d, NULL);
		if (!r)
			node_renew_draft(fs->nodes, n, d);
		if (!r && n->place.intake->upload)
			draft_mark(d);
	}
	return r;
}

void intake_abandon(struct fs *fs, struct node *n, struct draft *d)
{
	struct node *dir = nodes_find(fs->nodes, n->parent);
	struct err err = { 0 };

	if (draft_is_dirty(d)) {
		draft_orphan(d);
		err_set(&err, -EINTR,
		        "the program that wrote it was killed: nothing was sent");
		err.outcome = ERR_OUTCOME_REFUSED;
		if (dir)
			(void)failed(fs, dir, span_of(n->name), -EINTR, &err);
	}
	node_unref(fs->nodes, dir);
	nodes_remove(fs->nodes, n);
}

/* -------------------------------------------------------- renaming, removing */

/* Whoever has the file open must not send it when he closes it. */
static bool forget_node(struct fs *fs, struct node *dir, struct span name, bool orphan)
{
	struct node *n = nodes_by_name(fs->nodes, dir->ino, name);
	cleanup_(draft_unrefp) struct draft *d = n ? node_draft(fs->nodes, n) : NULL;

	if (d && orphan)
		draft_orphan(d);
	if (d)
		nodes_remove(fs->nodes, n);
	node_unref(fs->nodes, n);
	return d != NULL;
}

int intake_unlink(struct fs *fs, struct node *dir, struct span name)
{
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_BYTES);
	bool known;

	dir_path(fs, dir, &path);
	known = scratch_del(fs->scratch, buf_view(&path), name);
	known |= forget_node(fs, dir, name, true);
	return known ? 0 : -EPERM;
}

/* Only what lives here can be written over, and not while somebody writes it. */
static int check_target(struct fs *fs, struct node *dir, struct span to, bool replace,
                        const struct wish *w)
{
	struct node *n = NULL;
	int64_t absent_ms;
	int r = resolve(fs, dir, to, w, &n, &absent_ms, NULL);

	if (r)
		return r == -ENOENT ? 0 : r;
	if (!replace)
		r = -EEXIST;
	else if (n->place.kind == PLACE_DRAFT)
		r = -EBUSY;
	else if (place_class(n->place.kind) != CLASS_FILE)
		r = intake_refuse(fs, n);
	node_unref(fs->nodes, n);
	return r;
}

int intake_rename(struct fs *fs, struct node *dir, struct span from, struct span to,
                  bool replace, const struct wish *w)
{
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_BYTES);
	cleanup_(draft_unrefp) struct draft *d = NULL;
	struct err err = { 0 };
	int r;

	dir_path(fs, dir, &path);
	d = scratch_find(fs->scratch, buf_view(&path), from);
	if (!d)
		return -EPERM;
	r = check_target(fs, dir, to, replace, w);
	if (r)
		return r;
	if (scratch_is_name(to)) {
		r = scratch_add(fs->scratch, buf_view(&path), to, d);
		(void)forget_node(fs, dir, to, false);
	} else if (d->kind == DRAFT_LINK) {
		r = -EPERM;
	} else {
		r = check_name(dir->place.intake, to, &err);
		r = r ? failed(fs, dir, to, r, &err) : send_draft(fs, dir, to, d, w);
	}
	if (r)
		return r;
	(void)scratch_del(fs->scratch, buf_view(&path), from);
	(void)forget_node(fs, dir, from, false);
	return 0;
}
