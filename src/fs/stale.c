/* SPDX-License-Identifier: MIT */
/* What the kernel keeps and is not true any more: it is told to ask again. */
#include "base/str.h"
#include "base/vec.h"
#include "fs/absent.h"
#include "fs/fs_i.h"
#include "fs/notify.h"
#include "fs/shown.h"
#include "fs/views.h"

#include <fuse_lowlevel.h>

#include <stdlib.h>

struct stale_name {
	uint64_t parent;
	char *name; /* NULL: all names in parent */
};
DEFINE_VEC(struct stale_names, stale_names, struct stale_name)

static void push(struct stale_names *v, uint64_t parent, char *name)
{
	if (stale_names_push(v, (struct stale_name){ parent, name }))
		free(name);
}

static void collect_name(void *ctx, const struct node *n)
{
	char *name = n->n_lookups ? str_dup(n->name) : NULL;

	if (name)
		push(ctx, n->parent, name);
}

static void collect(void *ctx, const struct node *n)
{
	if (n->n_lookups && n->listed && shown_may_change(&n->place))
		push(ctx, n->ino, NULL);
	else if ((place_class(n->place.kind) == CLASS_RESULT && n->sized) ||
	         n->place.kind == PLACE_PLAN)
		collect_name(ctx, n);
}

void fs_forget_attr(struct fs *fs, uint64_t ino)
{
	if (fs->session)
		(void)fuse_lowlevel_notify_inval_inode(fs->session, ino, -1, 0);
}

void fs_forget_names(struct fs *fs, uint64_t dir)
{
	if (fs->session)
		(void)fuse_lowlevel_notify_inval_inode(fs->session, dir, 0, 0);
}

void fs_tell_end(struct fs *fs, uint64_t ino, uint64_t bytes, char last)
{
	struct fuse_bufvec one = FUSE_BUFVEC_INIT(1);

	one.buf[0].mem = &last;
	if (fs->session)
		(void)fuse_lowlevel_notify_store(fs->session, ino, (off_t)(bytes - 1),
		                                 &one, 0);
}

void fs_forget_name(struct fs *fs, uint64_t parent, const char *name)
{
	fs_forget_soon(fs, parent, name);
	notifier_settle(fs->notifier);
}

void fs_forget_soon(struct fs *fs, uint64_t parent, const char *name)
{
	if (fs->session)
		notifier_name(fs->notifier, fs->session, parent, name);
}

/* Without this an open still finds out (-ESTALE), but a stat would not. */
static void forget_names(struct fs *fs, struct stale_names *v)
{
	for (size_t i = 0; i < v->n; i++) {
		if (v->p[i].name)
			fs_forget_soon(fs, v->p[i].parent, v->p[i].name);
		else
			fs_forget_names(fs, v->p[i].parent);
		free(v->p[i].name);
	}
	stale_names_clear(v);
}

static void forget_tellers(struct fs *fs, const struct folder *f)
{
	struct stale_names v = { 0 };

	nodes_tellers(fs->nodes, f, collect_name, &v);
	forget_names(fs, &v);
}

void fs_tell_failure(struct fs *fs, struct folder *f, const struct err *err,
                     struct span line)
{
	folder_failed(f, err, line);
	forget_tellers(fs, f);
}

void fs_tell_done(struct fs *fs, struct folder *f, const struct account *a)
{
	folder_done(f, a);
	forget_tellers(fs, f);
}

static void collect_view(void *ctx, const struct node *n)
{
	if (views_has(n))
		collect_name(ctx, n);
}

void fs_forget_views(struct fs *fs)
{
	struct stale_names v = { 0 };

	struct node *dir = nodes_by_name(fs->nodes, NODE_ROOT, VIEWS_DIR);

	nodes_each(fs->nodes, NULL, collect_view, &v);
	forget_names(fs, &v);
	if (dir)
		fs_forget_names(fs, dir->ino);
	node_unref(fs->nodes, dir);
}

void fs_touch_rows(struct fs *fs, const char *const *tables)
{
	for (size_t i = 0; tables && tables[i]; i++)
		folders_touch(fs->folders, tables[i]);
	folders_touch_views(fs->folders);
}

void fs_touch(struct fs *fs, const char *const *tables)
{
	struct stale_names v = { 0 };

	fs_touch_rows(fs, tables);
	for (size_t i = 0; tables && tables[i]; i++)
		nodes_each(fs->nodes, tables[i], collect, &v);
	nodes_each(fs->nodes, NULL, collect, &v);
	forget_names(fs, &v);
	absents_forget(fs);
	notifier_settle(fs->notifier);
}

void fs_catch_up(struct fs *fs)
{
	struct stale_names v = { 0 };

	nodes_outdated(fs->nodes, collect, &v);
	forget_names(fs, &v);
	absents_forget(fs);
	notifier_settle(fs->notifier);
}
