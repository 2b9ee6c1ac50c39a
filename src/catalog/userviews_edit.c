/* SPDX-License-Identifier: MIT */
/*
 * Editing: under a lock that all processes respect, the file is read, a new one
 * is written beside it and takes its name.  A reader sees the old one or the
 * new one.
 */
#include "base/clock.h"
#include "base/utf8.h"
#include "catalog/userviews_i.h"
#include "json/jdoc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define LOCK_MS 5000
#define LOCK_STEP_MS 20

/* --------------------------------------------------------------------- text */

static void put_query(struct buf *out, struct span query)
{
	buf_puts(out, "\"query\": ");
	utf8_to_json(out, query);
}

/* The object of a view with another query; whatever else is in it stays. */
static void put_view(struct buf *out, const struct jnode *old, struct span query)
{
	const struct jnode *value;
	const char *before = "{ ";
	struct span name;
	size_t cursor = 0;
	bool done = false;

	while (jnode_each(old, &cursor, &name, &value)) {
		buf_puts(out, before);
		before = ", ";
		if (span_is(name, "query")) {
			put_query(out, query);
			done = true;
			continue;
		}
		utf8_to_json(out, name);
		buf_puts(out, ": ");
		jnode_print(value, out);
	}
	if (!done) {
		buf_puts(out, before);
		put_query(out, query);
	}
	buf_puts(out, " }");
}

static void put_member(struct buf *out, struct span name, bool *first)
{
	buf_puts(out, *first ? "\t" : ",\n\t");
	utf8_to_json(out, name);
	buf_puts(out, ": ");
	*first = false;
}

static int check_change(enum view_change change, struct span name, bool exists,
                        struct err *err)
{
	if (exists && change == VIEW_CREATE)
		return err_set(err, -EEXIST, "there is a view called '%.*s' already",
		               SPAN_FMT(name));
	if (!exists && (change == VIEW_ALTER || change == VIEW_DROP))
		return err_set(err, -ENOENT, "there is no view called '%.*s'",
		               SPAN_FMT(name));
	return 0;
}

static int parse_object(struct span text, struct jdoc **ret, struct err *err)
{
	int r;

	if (!span_trim(text).n)
		text = SPAN("{}");
	r = jdoc_parse(text, ret, err);
	if (!r && jnode_type(jdoc_root(*ret)) != J_OBJECT)
		r = err_set(err, -EINVAL, "it is not a JSON object");
	return r == -EBADMSG ? -EINVAL : r;
}

int userviews_edit(struct span text, enum view_change change, struct span name,
                   struct span query, struct buf *out, struct err *err)
{
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	const struct jnode *value;
	bool exists = false, first = true;
	size_t cursor = 0, n = 0;
	struct span member;
	int r = parse_object(text, &doc, err);

	if (r)
		return r;
	buf_puts(out, "{\n");
	while (jnode_each(jdoc_root(doc), &cursor, &member, &value)) {
		bool hit = !exists && span_ieq(member, name);

		exists = exists || hit;
		n++;
		if (hit && change == VIEW_DROP)
			continue;
		put_member(out, member, &first);
		if (hit)
			put_view(out, value, query);
		else
			jnode_print(value, out);
	}
	r = check_change(change, name, exists, err);
	if (r)
		return r;
	if (!exists && n >= USERVIEWS_MAX)
		return err_set(err, -EFBIG, "there are %d views already", USERVIEWS_MAX);
	if (!exists) {
		put_member(out, name, &first);
		put_view(out, NULL, query);
	}
	buf_puts(out, first ? "}\n" : "\n}\n");
	if (buf_status(out) == -EFBIG)
		return err_set(err, -EFBIG, "it would be larger than %u bytes",
		               USERVIEWS_MAX_BYTES);
	return buf_status(out) ? err_nomem(err) : 0;
}

/* -------------------------------------------------------------------- files */

/* The directories above path, for the user alone. */
static int make_parents(const char *path, struct err *err)
{
	cleanup_free_ char *copy = str_dup(path);

	if (!copy)
		return err_nomem(err);
	for (char *p = strchr(copy + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(copy, 0700) && errno != EEXIST)
			return err_set(err, -errno, "%s: %s", copy, strerror(errno));
		*p = '/';
	}
	return 0;
}

/* Behind all links: a link to a file elsewhere stays a link. */
static char *real_path(const char *path)
{
	char *real = realpath(path, NULL);

	return real ? real : str_dup(path);
}

static int take_lock(const char *path, int *ret_fd, struct err *err)
{
	cleanup_free_ char *name = str_printf("%s.lock", path);
	int64_t deadline = clock_deadline(LOCK_MS);
	int fd, r = 0;

	if (!name)
		return err_nomem(err);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (fd < 0)
		return err_set(err, -errno, "%s: %s", name, strerror(errno));
	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR) {
			r = err_set(err, -errno, "%s: %s", name, strerror(errno));
			break;
		}
		if (!clock_left_ms(deadline)) {
			r = err_set(err, -EBUSY, "%s: somebody else holds the lock",
			            name);
			break;
		}
		(void)poll(NULL, 0, LOCK_STEP_MS);
	}
	if (r)
		close(fd);
	else
		*ret_fd = fd;
	return r;
}

static int write_all(int fd, struct span s)
{
	size_t at = 0;

	while (at < s.n) {
		ssize_t n = write(fd, s.p + at, s.n - at);

		if (n < 0 && errno != EINTR)
			return -errno;
		at += n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) ? -errno : 0;
}

/* The new name is only certain once the directory is on the disk too. */
static void sync_parent(const char *path)
{
	cleanup_free_ char *dir = str_dup(path);
	char *slash = dir ? strrchr(dir, '/') : NULL;
	int fd;

	if (!slash)
		return;
	slash[slash == dir] = '\0';
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

static int replace_file(const char *path, mode_t mode, struct span text, struct err *err)
{
	cleanup_free_ char *temp = str_printf("%s.XXXXXX", path);
	int fd, r;

	if (!temp)
		return err_nomem(err);
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return err_set(err, -errno, "%s: %s", temp, strerror(errno));
	r = fchmod(fd, mode) ? -errno : write_all(fd, text);
	close(fd);
	if (!r && rename(temp, path))
		r = -errno;
	if (r) {
		(void)unlink(temp);
		return err_set(err, r, "%s: %s", path, strerror(-r));
	}
	sync_parent(path);
	return 0;
}

static int change_file(const char *path, enum view_change change, struct span name,
                       struct span query, struct err *err)
{
	struct buf old = BUF_INIT(USERVIEWS_MAX_BYTES + 4096);
	struct buf text = BUF_INIT(USERVIEWS_MAX_BYTES);
	struct stat st = { .st_mode = 0600 };
	int r = userviews_read(path, &old, &st, err);

	if (r == -ENOENT)
		r = 0;
	if (!r) {
		r = userviews_edit(buf_view(&old), change, name, query, &text, err);
		if (r == -EINVAL || r == -EFBIG)
			err_wrap(err, "%s", path);
	}
	if (!r)
		r = replace_file(path, st.st_mode & 07777, buf_view(&text), err);
	buf_clear(&old);
	buf_clear(&text);
	return r;
}

int userviews_change(struct userviews *u, enum view_change change, struct span name,
                     struct span query, struct err *err)
{
	cleanup_free_ char *path = NULL;
	int fd = -1, r;

	if (!userviews_is_name(name))
		return err_set(err, -EINVAL,
		               "a view cannot be called '%.*s': a name has letters, "
		               "digits, _ and $, and at most %d bytes",
		               (int)(name.n > 64 ? 64 : name.n), name.p,
		               USERVIEWS_NAME_BYTES);
	if (change != VIEW_DROP && (!utf8_valid(query) || memchr(query.p, '\0', query.n)))
		return err_set(err, -EINVAL, "the query is not valid UTF-8 text");
	if (!userviews_path(u)[0])
		return err_set(err, -EINVAL,
		               "there is no place for views: set UserDefinedViews to a "
		               "file");
	r = make_parents(userviews_path(u), err);
	if (r)
		return r;
	path = real_path(userviews_path(u));
	if (!path)
		return err_nomem(err);
	r = take_lock(path, &fd, err);
	if (r)
		return r;
	r = change_file(path, change, name, query, err);
	close(fd); /* the lock goes with it */
	return r;
}
