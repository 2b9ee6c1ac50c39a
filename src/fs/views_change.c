/* SPDX-License-Identifier: MIT */
#include "base/sync.h"
#include "fs/fs_i.h"
#include "fs/views_i.h"
#include "query/engine.h"
#include "query/views.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ERROR_BYTES 16384

/* ----------------------------------------------------------------- failures */

static void file_error(struct fs *fs, struct span file, int code, struct err *err)
{
	struct buf line = BUF_INIT(ERROR_BYTES);
	cleanup_free_ char *path = str_printf("UserViews/%.*s", SPAN_FMT(file));
	char *old, *now;

	err->code = code;
	faults_note(fs->faults, span_of(path ? path : "UserViews"), err, &line);
	now = buf_status(&line) ? NULL : span_dup(buf_view(&line));
	buf_clear(&line);
	{
		LOCK_SCOPE(&fs->views->lock);
		old = fs->views->error;
		fs->views->error = now;
		fs->views->changes++;
	}
	free(old);
}

static void clear_error(struct fs *fs)
{
	LOCK_SCOPE(&fs->views->lock);

	if (fs->views->error)
		fs->views->changes++;
	free(fs->views->error);
	fs->views->error = NULL;
}

/* Files what went wrong and hands it on. */
static int failed(struct fs *fs, struct span file, int r, struct err *mine,
                  struct err *err)
{
	if (!r)
		return 0;
	file_error(fs, file, r, mine);
	if (err)
		*err = *mine;
	return r;
}

/* ------------------------------------------------------------------- changes */

static int check_case(struct fs *fs, struct span name, struct err *err)
{
	cleanup_(view_list_unrefp) struct view_list *views = NULL;
	const struct user_view *v;
	int r = views_now(fs, &views, err);

	if (r)
		return r;
	v = view_list_find(views, name);
	if (v && !span_is(name, v->name))
		return err_set(err, -EEXIST,
		               "there is a view called %s, and case makes no difference",
		               v->name);
	return 0;
}

int views_check_new(struct fs *fs, struct span file, bool *ret_is_view, struct err *err)
{
	struct err mine = { 0 };
	struct span name;
	int r = 0;

	*ret_is_view = views_sql_name(file, &name);
	if (*ret_is_view)
		r = check_case(fs, name, &mine);
	else if (!scratch_is_name(file))
		r = err_set(&mine, -EINVAL,
		            "'%.*s' cannot be made here: a view is a file Name.sql, and "
		            "a name has letters, digits, _ and $, and at most %d bytes",
		            (int)(file.n > 64 ? 64 : file.n), file.p,
		            USERVIEWS_NAME_BYTES);
	return failed(fs, file, r, &mine, err);
}

static bool is_blank(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] && !strchr(" \t\r\n;", s.p[i]))
			return false;
	}
	return true;
}

/* A text file ends in a newline that is not part of the query. */
static int put_view(struct fs *fs, struct span name, struct span text, struct err *err)
{
	int r = check_case(fs, name, err);

	if (text.n && text.p[text.n - 1] == '\n')
		text.n--;
	if (!r)
		r = engine_view_change(fs->cfg.engine, VIEW_PUT, name, text, err);
	if (!r)
		fs_touch(fs, NULL);
	return r;
}

int views_commit(struct fs *fs, struct span file, struct draft *d, struct err *err)
{
	struct buf b = BUF_INIT(DRAFT_MAX_BYTES);
	struct err mine = { 0 };
	struct span name;
	int r = 0;

	if (draft_take(d, &b) && views_sql_name(file, &name)) {
		if (buf_status(&b))
			r = err_nomem(&mine);
		else if (!is_blank(buf_view(&b)))
			r = put_view(fs, name, buf_view(&b), &mine);
		if (!r && !is_blank(buf_view(&b)))
			clear_error(fs);
	}
	buf_clear(&b);
	return failed(fs, file, r, &mine, err);
}

/* Whoever has the file open must not make the view again when he closes it. */
static void forget_node(struct fs *fs, struct node *dir, struct span file)
{
	struct node *n = nodes_by_name(fs->nodes, dir->ino, file);
	cleanup_(draft_unrefp) struct draft *d = n ? node_draft(fs->nodes, n) : NULL;

	if (!n)
		return;
	if (d)
		draft_orphan(d);
	nodes_remove(fs->nodes, n);
	node_unref(fs->nodes, n);
}

static bool is_being_made(struct fs *fs, struct node *dir, struct span file)
{
	struct node *n = nodes_by_name(fs->nodes, dir->ino, file);
	cleanup_(draft_unrefp) struct draft *d = n ? node_draft(fs->nodes, n) : NULL;

	node_unref(fs->nodes, n);
	return d != NULL;
}

int views_unlink(struct fs *fs, struct node *dir, struct span file, struct err *err)
{
	struct err mine = { 0 };
	struct span name;
	int r;

	if (scratch_del(fs->scratch, VIEWS_DIR, file)) {
		forget_node(fs, dir, file);
		return 0;
	}
	if (!views_sql_name(file, &name))
		return -EPERM;
	r = check_case(fs, name, &mine);
	if (!r)
		r = engine_view_change(fs->cfg.engine, VIEW_DROP, name, SPAN(""), &mine);
	if (r == -ENOENT && is_being_made(fs, dir, file))
		r = 0;
	if (!r) {
		forget_node(fs, dir, file);
		fs_touch(fs, NULL);
	}
	return failed(fs, file, r, &mine, err);
}

static int rename_scratch(struct fs *fs, struct node *dir, struct draft *d,
                          struct span from, struct span to, struct err *err)
{
	struct buf b = BUF_INIT(DRAFT_MAX_BYTES);
	struct span name;
	int r;

	r = draft_read(d, 0, DRAFT_MAX_BYTES, &b);
	if (r)
		err_set(err, r, "%.*s cannot be read", SPAN_FMT(from));
	else if (!views_sql_name(to, &name))
		r = scratch_add(fs->scratch, VIEWS_DIR, to, d);
	else if (d->kind == DRAFT_LINK || is_blank(buf_view(&b)))
		r = err_set(err, -EINVAL, "%.*s has no query in it", SPAN_FMT(from));
	else
		r = buf_status(&b) ? err_nomem(err)
		                   : put_view(fs, name, buf_view(&b), err);
	buf_clear(&b);
	if (r)
		return r;
	(void)scratch_del(fs->scratch, VIEWS_DIR, from);
	forget_node(fs, dir, from);
	if (views_sql_name(to, &name))
		clear_error(fs);
	return 0;
}

static int rename_view(struct fs *fs, struct node *dir, struct span from, struct span to,
                       struct span view, struct err *err)
{
	cleanup_(view_list_unrefp) struct view_list *views = NULL;
	cleanup_(draft_unrefp) struct draft *backup = NULL;
	const struct user_view *v;
	struct span name;
	int r = views_now(fs, &views, err);

	if (r)
		return r;
	v = views_exact(views, view);
	if (!v)
		return err_set(err, -ENOENT, "there is no view %.*s", SPAN_FMT(view));
	if (!views_sql_name(to, &name)) {
		cleanup_(text_unrefp) struct text *t = NULL;

		r = views_text(v, &t);
		if (!r)
			r = draft_new(DRAFT_TEXT, text_view(t), &backup, err);
		return r ? r : scratch_add(fs->scratch, VIEWS_DIR, to, backup);
	}
	if (span_ieq(name, view))
		return span_eq(name, view)
		               ? 0
		               : err_set(err, -EINVAL,
		                         "case makes no difference between views");
	r = put_view(fs, name, span_of(v->query), err);
	if (!r)
		r = engine_view_change(fs->cfg.engine, VIEW_DROP, view, SPAN(""), err);
	if (!r) {
		forget_node(fs, dir, from);
		fs_touch(fs, NULL);
	}
	return r;
}

static bool exists(struct fs *fs, struct node *dir, struct span file)
{
	struct hit h = { 0 };
	int r = views_find(fs, &dir->place, file, &h, NULL);

	hit_clear(&h);
	return !r;
}

int views_rename(struct fs *fs, struct node *dir, struct span from, struct span to,
                 bool replace, struct err *err)
{
	cleanup_(draft_unrefp) struct draft *d =
		scratch_find(fs->scratch, VIEWS_DIR, from);
	struct err mine = { 0 };
	struct span view;
	bool is_view;
	int r;

	if (!replace && exists(fs, dir, to))
		return -EEXIST;
	r = views_check_new(fs, to, &is_view, err);
	if (r)
		return r;
	if (d)
		r = rename_scratch(fs, dir, d, from, to, &mine);
	else if (views_sql_name(from, &view))
		r = rename_view(fs, dir, from, to, view, &mine);
	else
		return -EPERM;
	return failed(fs, to, r, &mine, err);
}
