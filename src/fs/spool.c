/* SPDX-License-Identifier: MIT */
#include "fs/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* secure_getenv: a spool must not go where a caller of a privileged mount says. */
int spool_open(struct err *err)
{
	const char *dir = secure_getenv("TMPDIR");
	char name[PATH_MAX];
	int fd;

	if (!dir || *dir != '/')
		dir = "/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	if (snprintf(name, sizeof(name), "%s/jsmfs-XXXXXX", dir) >= (int)sizeof(name))
		return err_set(err, -ENAMETOOLONG, "TMPDIR is too long");
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		return err_set(err, -errno, "cannot make a spool file in %s: %s", dir,
		               strerror(errno));
	(void)unlink(name);
	(void)fchmod(fd, 0600);
	return fd;
}

int spool_write(int fd, const char *p, size_t n, struct err *err)
{
	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_set(err, -errno, "writing the spool file: %s",
			               strerror(errno));
		p += done;
		n -= (size_t)done;
	}
	return 0;
}
