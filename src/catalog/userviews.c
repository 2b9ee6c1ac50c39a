/* SPDX-License-Identifier: MIT */
/*
 * The file is read again when its inode, size or times differ.  Two changes in
 * one tick of the clock of the file system cannot be told apart by those, so
 * what was read within a moment of the last change is read once more later.
 */
#include "catalog/userviews.h"

#include "base/clock.h"
#include "base/sync.h"
#include "base/utf8.h"
#include "catalog/userviews_i.h"
#include "json/jdoc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SETTLED_MS 100

struct userviews {
	char *path; /* absolute; NULL: none */
	pthread_mutex_t lock;
	struct view_list *list; /* lock; NULL before the first look */
	char *text;             /* lock; what list was made of; NULL: no file */
	struct stat stat;       /* lock; of that file; all 0: none */
	bool settled;           /* lock; stat tells the next change for certain */
};

/* -------------------------------------------------------------------- lists */

struct view_list *view_list_ref(struct view_list *l)
{
	if (l)
		atomic_fetch_add(&l->refs, 1);
	return l;
}

static void view_clear(struct user_view *v)
{
	free(v->name);
	free(v->query);
	free(v->problem);
}

void view_list_unref(struct view_list *l)
{
	if (!l || atomic_fetch_sub(&l->refs, 1) != 1)
		return;
	for (size_t i = 0; i < l->n; i++)
		view_clear(&l->p[i]);
	free(l->p);
	free(l->problem);
	free(l);
}

static struct view_list *list_new(size_t max)
{
	struct view_list *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	atomic_init(&l->refs, 1);
	l->p = calloc(max ? max : 1, sizeof(*l->p));
	if (l->p)
		return l;
	free(l);
	return NULL;
}

const struct user_view *view_list_find(const struct view_list *l, struct span name)
{
	for (size_t i = 0; l && i < l->n; i++) {
		if (span_ieq(name, span_of(l->p[i].name)))
			return &l->p[i];
	}
	return NULL;
}

/* Takes problem. */
static int list_add(struct view_list *l, struct span name, struct span query,
                    char *problem, int64_t changed_ms)
{
	struct user_view v = { span_dup(name), span_dup(query), problem, changed_ms };

	if (!v.name || !v.query) {
		view_clear(&v);
		return -ENOMEM;
	}
	l->p[l->n++] = v;
	return 0;
}

struct view_list *view_list_with(const struct view_list *l, struct span name,
                                 const char *query)
{
	cleanup_(view_list_unrefp) struct view_list *with = list_new(l->n + 1);
	int r = with ? 0 : -ENOMEM;

	for (size_t i = 0; i < l->n && !r; i++) {
		const struct user_view *v = &l->p[i];
		char *problem;

		if (span_ieq(name, span_of(v->name)))
			continue;
		problem = v->problem ? str_dup(v->problem) : NULL;
		r = v->problem && !problem
		            ? -ENOMEM
		            : list_add(with, span_of(v->name), span_of(v->query), problem,
		                       v->changed_ms);
	}
	if (!r && query)
		r = list_add(with, name, span_of(query), NULL, clock_wall_ms());
	return r ? NULL : take_ptr(with);
}

bool userviews_is_name(struct span name)
{
	if (!name.n || name.n > USERVIEWS_NAME_BYTES || !utf8_valid(name))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		unsigned char before = i ? (unsigned char)name.p[i - 1] : 0;

		/* U+0080 to U+009F are control characters */
		if (before == 0xc2 && c < 0xa0)
			return false;
		if (c < 0x80 && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= 'a' && c <= 'z') && c != '_' && c != '$')
			return false;
	}
	return true;
}

/* ------------------------------------------------------------------ reading */

int userviews_read(const char *path, struct buf *out, struct stat *ret_stat,
                   struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n = 1;
	int r = 0;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return -ENOENT;
	if (fd < 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (fstat(fd, ret_stat))
		r = err_set(err, -errno, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(ret_stat->st_mode))
		r = err_set(err, -EINVAL, "%s is not a file", path);
	while (!r && n) {
		char *p = buf_room(out, 4096);

		if (!p)
			break;
		n = read(fd, p, 4096);
		if (n < 0 && errno != EINTR)
			r = err_set(err, -errno, "%s: %s", path, strerror(errno));
		if (n > 0)
			buf_commit(out, (size_t)n);
	}
	close(fd);
	if (!r && (buf_status(out) == -EFBIG || out->len > USERVIEWS_MAX_BYTES))
		r = err_set(err, -EFBIG, "%s is larger than %u bytes", path,
		            USERVIEWS_MAX_BYTES);
	return r || !buf_status(out) ? r : err_nomem(err);
}

static int list_fault(struct view_list *l, char *sentence)
{
	if (!sentence)
		return -ENOMEM;
	/* the first is told: with it mended the next one shows */
	if (l->problem)
		free(sentence);
	else
		l->problem = sentence;
	return 0;
}

/* Since when a view is what it is: unknown changes happened when the file did. */
static int64_t changed_since(const struct view_list *old, const struct user_view *v,
                             int64_t file_ms)
{
	const struct user_view *before = view_list_find(old, span_of(v->name));

	return before && str_eq(before->name, v->name) && str_eq(before->query, v->query)
	               ? before->changed_ms
	               : file_ms;
}

static int add_view(struct view_list *l, struct span name, const struct jnode *value)
{
	const struct jnode *query = jnode_get(value, "query");
	struct span text = jnode_text(query);
	const char *problem = NULL;
	char *copy = NULL;

	if (!userviews_is_name(name))
		return list_fault(
			l,
			str_printf("a view cannot be called '%.*s': a name has letters, "
		                   "digits, _ and $, and at most %d bytes",
		                   (int)(name.n > 64 ? 64 : name.n), name.p,
		                   USERVIEWS_NAME_BYTES));
	if (view_list_find(l, name))
		return list_fault(l, str_printf("there are two views called '%.*s'; case "
		                                "makes no difference",
		                                SPAN_FMT(name)));
	if (l->n == USERVIEWS_MAX)
		return list_fault(l, str_printf("there are more than %d views; the rest "
		                                "is left out",
		                                USERVIEWS_MAX));
	if (jnode_type(value) != J_OBJECT || jnode_type(query) != J_STRING)
		problem = "its definition has no text called \"query\"";
	else if (memchr(text.p, '\0', text.n))
		problem = "its query has a NUL byte";
	if (problem) {
		copy = str_dup(problem);
		if (!copy)
			return -ENOMEM;
		text = SPAN("");
	}
	return list_add(l, name, text, copy, 0);
}

static int parse(struct view_list *l, const char *path, struct span text)
{
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	const struct jnode *value;
	struct err err = { 0 };
	struct span name;
	size_t cursor = 0;
	int r = jdoc_parse(text, &doc, &err);

	if (r == -ENOMEM)
		return r;
	if (!r && jnode_type(jdoc_root(doc)) != J_OBJECT)
		r = err_set(&err, -EBADMSG, "it is not a JSON object");
	if (r)
		return list_fault(l, str_printf("%s: %s", path, err.msg));
	while (!r && jnode_each(jdoc_root(doc), &cursor, &name, &value))
		r = add_view(l, name, value);
	return r;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static int64_t stat_ms(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000 + t->tv_nsec / 1000000;
}

/* Under the lock: does what was read last still stand in the file? */
static bool is_current(const struct userviews *u)
{
	struct stat now = { 0 };

	if (!u->list)
		return false;
	if (!u->path)
		return true;
	if (stat(u->path, &now))
		memset(&now, 0, sizeof(now));
	return u->settled && same_file(&u->stat, &now);
}

/* Under the lock.  A file that cannot be read is an empty list with its reason. */
static int read_again(struct userviews *u)
{
	struct buf text = BUF_INIT(USERVIEWS_MAX_BYTES + 4096);
	cleanup_(view_list_unrefp) struct view_list *l = list_new(USERVIEWS_MAX);
	struct stat st = { 0 };
	struct err err = { 0 };
	int r = u->path ? userviews_read(u->path, &text, &st, &err) : -ENOENT;
	bool there = !r;

	if (!l || r == -ENOMEM) {
		buf_clear(&text);
		return -ENOMEM;
	}
	u->stat = st;
	u->settled = !there || clock_wall_ms() - stat_ms(&st.st_ctim) > SETTLED_MS;
	if (there && u->list && u->text && span_is(buf_view(&text), u->text)) {
		buf_clear(&text);
		return 0;
	}
	if (r == -ENOENT && u->list && !u->text && !u->list->problem) {
		buf_clear(&text);
		return 0;
	}
	r = r == -ENOENT ? 0
	    : r          ? list_fault(l, str_dup(err.msg))
	                 : parse(l, u->path, buf_view(&text));
	if (r) {
		buf_clear(&text);
		u->settled = false;
		return r;
	}
	l->version = u->list ? u->list->version + 1 : 1;
	l->changed_ms = there ? stat_ms(&st.st_mtim) : clock_wall_ms();
	for (size_t i = 0; i < l->n; i++)
		l->p[i].changed_ms = changed_since(u->list, &l->p[i], l->changed_ms);
	free(u->text);
	u->text = there ? span_dup(buf_view(&text)) : NULL;
	buf_clear(&text);
	view_list_unref(u->list);
	u->list = take_ptr(l);
	return 0;
}

int userviews_list(struct userviews *u, struct view_list **ret, struct err *err)
{
	LOCK_SCOPE(&u->lock);

	if (!is_current(u) && read_again(u))
		return err_nomem(err);
	*ret = view_list_ref(u->list);
	return 0;
}

int userviews_new(const char *path, struct userviews **ret, struct err *err)
{
	cleanup_free_ char *here = path && path[0] != '/' ? getcwd(NULL, 0) : NULL;
	struct userviews *u = calloc(1, sizeof(*u));

	if (!u)
		return err_nomem(err);
	pthread_mutex_init(&u->lock, NULL);
	if (path)
		u->path = here ? str_printf("%s/%s", here, path) : str_dup(path);
	if (path && !u->path) {
		userviews_free(u);
		return err_nomem(err);
	}
	*ret = u;
	return 0;
}

void userviews_free(struct userviews *u)
{
	if (!u)
		return;
	view_list_unref(u->list);
	pthread_mutex_destroy(&u->lock);
	free(u->text);
	free(u->path);
	free(u);
}

const char *userviews_path(const struct userviews *u)
{
	return u->path ? u->path : "";
}
