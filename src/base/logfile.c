/* SPDX-License-Identifier: MIT */
#include "base/logfile.h"

#include "base/buf.h"
#include "base/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STAMP_BYTES 24   /* 2026-01-31T09:00:00.000Z */
#define MAX_SAME_MS 100  /* files put aside in one millisecond */
#define MAX_PRUNED 10000 /* files taken away at once */

static int open_file(const char *path, int *ret, struct err *err)
{
	int fd = open(path,
	              O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
	                      O_NONBLOCK | O_NOCTTY,
	              0600);
	struct stat st;

	if (fd < 0)
		return err_set(err, -errno, "cannot open the log file %s: %s", path,
		               errno == ELOOP ? "it is a symbolic link"
		                              : strerrordesc_np(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(err, -EINVAL, "the log file %s is not a regular file",
		               path);
	}
	if (st.st_mode & 077 && st.st_uid == geteuid() && fchmod(fd, 0600)) {
		close(fd);
		return err_set(err, -errno, "cannot make the log file %s private", path);
	}
	*ret = fd;
	return 0;
}

/* Absolute: it is renamed later, when a mount has left the directory it began in. */
static char *whole_path(const char *path)
{
	cleanup_free_ char *here = *path == '/' ? NULL : getcwd(NULL, 0);

	return here ? str_printf("%s/%s", here, path) : str_dup(path);
}

int logfile_open(const char *path, uint64_t max_bytes, long max_count,
                 struct logfile *ret, struct err *err)
{
	char *copy = whole_path(path);
	int fd = -1;
	int r = copy ? open_file(path, &fd, err) : err_nomem(err);

	if (r < 0) {
		free(copy);
		return r;
	}
	*ret = (struct logfile){ fd, copy, max_bytes, max_count };
	return 0;
}

void logfile_close(struct logfile *f)
{
	if (f->fd >= 0)
		close(f->fd);
	free(f->path);
	*f = (struct logfile){ .fd = -1 };
}

/* Is it "<base>.<time>"? */
static bool is_put_aside(const char *name, const char *base, size_t base_n)
{
	return !strncmp(name, base, base_n) && name[base_n] == '.' &&
	       strlen(name + base_n + 1) == STAMP_BYTES && name[base_n + 11] == 'T' &&
	       name[base_n + STAMP_BYTES] == 'Z';
}

/* How many were put aside, and the oldest of them. */
static long count_put_aside(const char *dir, const char *base, char *oldest, size_t room)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	long n = 0;

	*oldest = '\0';
	while (d && (e = readdir(d))) {
		if (!is_put_aside(e->d_name, base, strlen(base)))
			continue;
		n++;
		if (!*oldest || strcmp(e->d_name, oldest) < 0)
			snprintf(oldest, room, "%s", e->d_name);
	}
	if (d)
		closedir(d);
	return n;
}

static void prune(const struct logfile *f)
{
	const char *slash = strrchr(f->path, '/');
	const char *base = slash ? slash + 1 : f->path;
	cleanup_free_ char *dir =
		slash ? span_dup((struct span){ f->path, (size_t)(slash - f->path + 1) })
		      : str_dup("./");
	char oldest[NAME_MAX + 1];

	for (int i = 0; dir && f->max_count > 0 && i < MAX_PRUNED; i++) {
		cleanup_free_ char *path = NULL;

		if (count_put_aside(dir, base, oldest, sizeof(oldest)) < f->max_count)
			break;
		path = str_printf("%s%s", dir, oldest);
		if (!path || unlink(path))
			break;
	}
}

/* Under a name that nobody has. */
static bool put_aside(const struct logfile *f)
{
	int64_t now = clock_wall_ms();

	for (int i = 0; i < MAX_SAME_MS; i++) {
		struct buf name = BUF_INIT(8192);
		int r = -1;

		buf_printf(&name, "%s.", f->path);
		clock_format(&name, now + i, true);
		if (!buf_status(&name))
			r = renameat2(AT_FDCWD, f->path, AT_FDCWD, buf_str(&name),
			              RENAME_NOREPLACE);
		buf_clear(&name);
		if (!r)
			return true;
		if (errno != EEXIST)
			return false;
	}
	return false;
}

static void begin_new(struct logfile *f)
{
	struct stat mine, there;
	int fd = -1;
	/* another process may have done it already */
	bool same = !fstat(f->fd, &mine) && !stat(f->path, &there) &&
	            mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;

	if (same && !put_aside(f)) {
		f->max_bytes = 0; /* the directory does not allow it: go on as it is */
		return;
	}
	if (open_file(f->path, &fd, NULL) < 0)
		return;
	close(f->fd);
	f->fd = fd;
	if (same)
		prune(f);
}

void logfile_write(struct logfile *f, struct span line)
{
	struct stat st;
	ssize_t n;

	if (f->max_bytes && !fstat(f->fd, &st) && st.st_size > 0 &&
	    (uint64_t)st.st_size + line.n > f->max_bytes)
		begin_new(f);
	n = write(f->fd, line.p, line.n);
	(void)n;
}
