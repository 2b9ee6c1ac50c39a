/* SPDX-License-Identifier: MIT */
#include "fs/views.h"

#include "base/clock.h"
#include "base/sync.h"
#include "catalog/catalog.h"
#include "catalog/userviews.h"
#include "fs/fs_i.h"
#include "fs/tree_i.h"
#include "fs/views_i.h"
#include "query/engine.h"
#include "query/views.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct views *views_new(void)
{
	struct views *v = calloc(1, sizeof(*v));

	if (!v)
		return NULL;
	pthread_mutex_init(&v->lock, NULL);
	v->watch_fd = -1;
	return v;
}

void views_free(struct views *v)
{
	if (!v)
		return;
	if (v->watch_fd >= 0)
		close(v->watch_fd);
	pthread_mutex_destroy(&v->lock);
	free(v->error);
	free(v);
}

int views_now(struct fs *fs, struct view_list **ret, struct err *err)
{
	struct userviews *u = engine_userviews(fs->cfg.engine);
	bool changed;
	int r = u ? userviews_list(u, ret, err) : -ENOENT;

	if (r)
		return r;
	{
		LOCK_SCOPE(&fs->views->lock);
		changed = fs->views->seen != (*ret)->version;
		fs->views->seen = (*ret)->version;
	}
	if (changed)
		folders_touch_views(fs->folders);
	return 0;
}

/* ------------------------------------------------------------------- names */

bool views_sql_name(struct span file, struct span *ret)
{
	if (file.n <= 4 || memcmp(file.p + file.n - 4, ".sql", 4) != 0)
		return false;
	*ret = (struct span){ file.p, file.n - 4 };
	return userviews_is_name(*ret);
}

const struct user_view *views_exact(const struct view_list *l, struct span name)
{
	const struct user_view *v = view_list_find(l, name);

	return v && span_is(name, v->name) ? v : NULL;
}

static const struct fixed_name views_names[] = {
	{ "README.md", PLACE_VIEWS_README, NULL },
	{ "error", PLACE_VIEWS_ERROR, NULL },
	{ 0 },
};

static bool is_fixed(struct span name)
{
	for (const struct fixed_name *f = views_names; f->name; f++) {
		if (span_is(name, f->name))
			return true;
	}
	return false;
}

struct lister {
	struct listing *listing;
};

static int list_scratch(void *ctx, const char *name, bool is_link)
{
	struct place p = { .kind = is_link ? PLACE_SCRATCH_LINK : PLACE_SCRATCH };

	return listing_add(((struct lister *)ctx)->listing, name, p);
}

static int list_view(struct fs *fs, struct listing *l, const struct user_view *v)
{
	cleanup_free_ char *file = str_printf("%s.sql", v->name);
	struct place p = { .kind = PLACE_VIEW_SQL };
	int r = file ? listing_add(l, file, p) : -ENOMEM;

	if (r || is_fixed(span_of(v->name)))
		return r;
	p.kind = PLACE_TABLE;
	r = engine_view_table(fs->cfg.engine, span_of(v->name), &p.table, NULL);
	if (r == -ENOENT)
		return 0;
	return r ? r : listing_add(l, v->name, p);
}

int views_list(struct fs *fs, const struct place *dir, struct listing *ret,
               struct err *err)
{
	cleanup_(view_list_unrefp) struct view_list *views = NULL;
	struct listing l = { 0 };
	struct lister lister = { &l };
	int r = views_now(fs, &views, err);

	for (const struct fixed_name *f = views_names; f->name && !r; f++)
		r = listing_add(&l, f->name, tree_place_of(dir, f));
	for (size_t i = 0; !r && i < views->n; i++) {
		if (catalog_shows_view(fs->cfg.catalog, views->p[i].name))
			r = list_view(fs, &l, &views->p[i]);
	}
	if (!r)
		r = scratch_each(fs->scratch, VIEWS_DIR, list_scratch, &lister);
	if (r) {
		listing_clear(&l);
		return r;
	}
	*ret = l;
	return 0;
}

static int find_table(struct fs *fs, struct span name, struct hit *ret, struct err *err)
{
	const struct table *t;
	int r = engine_view_table(fs->cfg.engine, name, &t, err);

	if (r)
		return r;
	if (!span_is(name, t->name))
		return -ENOENT;
	ret->place = (struct place){ .kind = PLACE_TABLE, .table = t };
	return tree_hit_table(ret, t, err);
}

int views_find(struct fs *fs, const struct place *dir, struct span name, struct hit *ret,
               struct err *err)
{
	cleanup_(view_list_unrefp) struct view_list *views = NULL;
	cleanup_(draft_unrefp) struct draft *d = NULL;
	struct span view;
	int r;

	for (const struct fixed_name *f = views_names; f->name; f++) {
		if (span_is(name, f->name)) {
			ret->place = tree_place_of(dir, f);
			return 0;
		}
	}
	d = scratch_find(fs->scratch, VIEWS_DIR, name);
	if (d) {
		ret->place.kind =
			d->kind == DRAFT_LINK ? PLACE_SCRATCH_LINK : PLACE_SCRATCH;
		return 0;
	}
	r = views_now(fs, &views, err);
	if (r)
		return r;
	if (views_sql_name(name, &view)) {
		ret->place.kind = PLACE_VIEW_SQL;
		return views_exact(views, view) ? 0 : -ENOENT;
	}
	return views_exact(views, name) ? find_table(fs, name, ret, err) : -ENOENT;
}

int views_text(const struct user_view *v, struct text **ret)
{
	cleanup_free_ char *s =
		v && *v->query ? str_printf("%s\n", v->query) : str_dup("");
	struct text *t = s ? text_new(span_of(s)) : NULL;

	if (!t)
		return -ENOMEM;
	if (v)
		t->made_ms = v->changed_ms;
	*ret = t;
	return 0;
}

static int sql_text_now(struct fs *fs, const struct node *n, struct text **ret,
                        struct err *err)
{
	cleanup_(view_list_unrefp) struct view_list *views = NULL;
	struct span name;
	int r = views_now(fs, &views, err);

	if (r)
		return r;
	if (!views_sql_name(span_of(n->name), &name))
		return -ENOENT;
	return views_text(views_exact(views, name), ret);
}

static bool same_draft(struct fs *fs, struct node *n)
{
	cleanup_(draft_unrefp) struct draft *mine = node_draft(fs->nodes, n);
	cleanup_(draft_unrefp) struct draft *now =
		scratch_find(fs->scratch, VIEWS_DIR, span_of(n->name));

	return mine == now;
}

static bool same_text(struct fs *fs, struct node *n)
{
	cleanup_(text_unrefp) struct text *mine = node_text(fs->nodes, n);
	cleanup_(text_unrefp) struct text *now = NULL;

	if (sql_text_now(fs, n, &now, NULL) || !mine)
		return false;
	return mine->made_ms == now->made_ms && span_eq(text_view(mine), text_view(now));
}

bool views_has(const struct node *n)
{
	return n->place.kind == PLACE_VIEW_SQL ||
	       (n->place.kind == PLACE_TABLE && n->place.table->kind == TABLE_USER_VIEW &&
	        !n->folder->selector.n_segments);
}

bool views_is_current(struct fs *fs, struct node *n, const struct place *now)
{
	cleanup_(draft_unrefp) struct draft *d = NULL;

	if (n->place.kind != now->kind)
		return false;
	if (now->kind == PLACE_TABLE)
		return n->place.table == now->table;
	if (now->kind == PLACE_SCRATCH || now->kind == PLACE_SCRATCH_LINK)
		return same_draft(fs, n);
	if (now->kind != PLACE_VIEW_SQL)
		return true;
	d = node_draft(fs->nodes, n);
	return d || same_text(fs, n);
}

int views_fill(struct fs *fs, struct node *n, struct err *err)
{
	cleanup_(draft_unrefp) struct draft *d = NULL;
	cleanup_(text_unrefp) struct text *t = NULL;
	int r;

	if (n->place.kind != PLACE_VIEW_SQL) {
		d = scratch_find(fs->scratch, VIEWS_DIR, span_of(n->name));
		if (!d)
			return -ENOENT;
		node_set_draft(fs->nodes, n, d);
		return 0;
	}
	r = sql_text_now(fs, n, &t, err);
	if (!r)
		node_set_text(fs->nodes, n, t, 0);
	return r;
}

/* ------------------------------------------------------------------- reports */

static const char readme_examples[] = "```\n"
				      "echo \"SELECT CurrentStatus, count(*) AS n FROM "
				      "Requests GROUP BY 1\" > load.sql\n"
				      "cat load/rows.tsv\n"
				      "cat load/n.gt=3/rows.tsv\n"
				      "echo \"SELECT *, RequestStatus FROM Requests "
				      "WHERE ServiceDeskId = 1\" > desk.sql\n"
				      "cat desk/RequestStatus=OPEN_REQUESTS/plan\n"
				      "sed -i s/1/2/ desk.sql\n"
				      "rm load.sql\n"
				      "```\n\n";

uint64_t views_version(struct fs *fs)
{
	cleanup_(view_list_unrefp) struct view_list *views = NULL;

	if (views_now(fs, &views, NULL))
		return 0;
	{
		LOCK_SCOPE(&fs->views->lock);
		return views->version + fs->views->changes;
	}
}

/* The last failure; without one, what is wrong with the file itself. */
void views_print_error(struct fs *fs, struct buf *out)
{
	cleanup_(view_list_unrefp) struct view_list *views = NULL;
	struct err err = { 0 };

	if (views_now(fs, &views, NULL))
		return;
	{
		LOCK_SCOPE(&fs->views->lock);
		if (fs->views->error) {
			buf_puts(out, fs->views->error);
			return;
		}
	}
	if (!views->problem)
		return;
	err_set(&err, -EINVAL, "%s", views->problem);
	fault_print(span_of(userviews_path(engine_userviews(fs->cfg.engine))), &err, out);
}

void views_print_readme(struct fs *fs, struct buf *out)
{
	struct userviews *u = engine_userviews(fs->cfg.engine);

	buf_printf(out,
	           "# Views of your own\n\n"
	           "Each view is a query with a name: `Name.sql` is its text, `Name/` "
	           "its rows, with all that the directory of a table has. In SQL it is "
	           "`%s.Name`.\n\n",
	           engine_view_schema(fs->cfg.engine));
	buf_puts(out, readme_examples);
	buf_puts(out, "A text counts when the file is closed. One that SQLite does not "
	              "take is refused with *Invalid argument*, the view stays as it "
	              "was, and `error` says why; a shell does not look at the close of "
	              "a redirection, so look at `error` after an `echo`. Conditions on "
	              "a view reach the server if its query hands the column on.\n\n");
	if (u)
		buf_printf(out,
		           "Views are kept in `%s`, which other programs may edit.\n",
		           userviews_path(u));
}
