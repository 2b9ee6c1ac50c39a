/* SPDX-License-Identifier: MIT */
#include "rest/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* The file behind a descriptor that only names it. */
static int reopen(int place, const char *path, struct local_file *f, struct err *err)
{
	cleanup_free_ char *self = str_printf("/proc/self/fd/%d", place);
	struct statfs fs;
	struct stat st;

	if (!self)
		return err_nomem(err);
	if (fstat(place, &st) || fstatfs(place, &fs))
		return err_set(err, -errno, "%s: %s", path, strerrordesc_np(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EINVAL, "%s is not a regular file", path);
	if (fs.f_type == FUSE_SUPER_MAGIC)
		return err_set(err, -EINVAL,
		               "%s is on a FUSE file system: copy it to another first",
		               path);
	f->fd = open(self, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (f->fd < 0)
		return err_set(err, -errno, "%s: %s", path, strerrordesc_np(errno));
	f->size = (uint64_t)st.st_size;
	return 0;
}

int local_file_open(struct span path, struct local_file *ret, struct err *err)
{
	struct local_file f = { .fd = -1 };
	cleanup_free_ char *p = span_dup(path);
	const char *slash = p ? strrchr(p, '/') : NULL;
	int place, r;

	if (!p)
		return err_nomem(err);
	if (p[0] != '/')
		return err_set(err, -EINVAL, "%s is not an absolute path", p);
	/* A device or a pipe must not notice that it was looked at. */
	place = open(p, O_PATH | O_CLOEXEC);
	if (place < 0)
		return err_set(err, -errno, "%s: %s", p, strerrordesc_np(errno));
	r = reopen(place, p, &f, err);
	close(place);
	if (!r) {
		f.name = str_dup(slash + 1);
		r = f.name ? 0 : err_nomem(err);
	}
	if (r < 0) {
		local_file_close(&f);
		return r;
	}
	*ret = f;
	return 0;
}

int local_file_given(int fd, struct span name, struct local_file *ret, struct err *err)
{
	struct local_file f = { .fd = fcntl(fd, F_DUPFD_CLOEXEC, 3) };
	struct stat st;

	f.name = span_dup(name);
	if (f.fd < 0 || !f.name || fstat(f.fd, &st)) {
		local_file_close(&f);
		return err_nomem(err);
	}
	f.size = (uint64_t)st.st_size;
	*ret = f;
	return 0;
}

int local_file_dup(const struct local_file *f, struct local_file *ret, struct err *err)
{
	struct local_file copy = { .size = f->size };

	copy.name = str_dup(f->name);
	copy.fd = fcntl(f->fd, F_DUPFD_CLOEXEC, 3);
	if (!copy.name || copy.fd < 0) {
		local_file_close(&copy);
		return err_nomem(err);
	}
	*ret = copy;
	return 0;
}

void local_file_close(struct local_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	free(f->name);
	*f = (struct local_file){ .fd = -1 };
}
