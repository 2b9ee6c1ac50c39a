/* SPDX-License-Identifier: MIT */
#include "fs/closing.h"

#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANCESTORS_MAX 64
#define DESCRIPTORS_MAX 4096 /* of one process */
#define FLAG_EXITING 0x4     /* PF_EXITING of the kernel */

/* The start of a file of procfs. */
static bool proc_read(int dir, const char *name, char *buf, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	buf[n] = '\0';
	return true;
}

static int proc_open(pid_t pid)
{
	char path[32];

	(void)snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

struct process {
	pid_t parent;
	unsigned flags;
	int status; /* as of wait(), of one that is ending */
};

/* proc_pid_stat(5); the name of the command may hold anything, so from its end on. */
static bool stat_of(int dir, struct process *ret)
{
	char buf[2048];
	const char *p =
		proc_read(dir, "stat", buf, sizeof(buf)) ? strrchr(buf, ')') : NULL;
	const char *last = p ? strrchr(p, ' ') : NULL;
	int parent;

	if (!last ||
	    sscanf(p + 1, " %*c %d %*d %*d %*d %*d %u", &parent, &ret->flags) != 2)
		return false;
	ret->parent = parent;
	ret->status = (int)strtol(last, NULL, 10);
	return true;
}

/* The path of a removed name ends in " (deleted)". */
static bool has_name(int fds, const char *number, const char *name)
{
	char link[PATH_MAX + 1];
	ssize_t n = readlinkat(fds, number, link, sizeof(link) - 1);
	const char *at;

	if (n <= 0 || link[0] != '/')
		return false;
	link[n] = '\0';
	at = strrchr(link, '/') + 1;
	return str_starts(at, name) &&
	       (!at[strlen(name)] || str_eq(at + strlen(name), " (deleted)"));
}

static bool has_ino(int dir, const char *number, uint64_t ino)
{
	char path[64], buf[512];
	const char *p;

	(void)snprintf(path, sizeof(path), "fdinfo/%.20s", number);
	p = proc_read(dir, path, buf, sizeof(buf)) ? strstr(buf, "\nino:") : NULL;
	return p && strtoull(p + strlen("\nino:"), NULL, 10) == ino;
}

/* 1: it has; 0: it has not; else it cannot be seen. */
static int has_open(int dir, const char *name, uint64_t ino)
{
	int fds = openat(dir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fds < 0 ? NULL : fdopendir(fds);
	const struct dirent *e;
	bool found = false;

	if (!d) {
		if (fds >= 0)
			close(fds);
		return -EACCES;
	}
	for (int i = 0; i < DESCRIPTORS_MAX && !found && (e = readdir(d)); i++)
		found = e->d_name[0] != '.' && has_name(fds, e->d_name, name) &&
		        has_ino(dir, e->d_name, ino);
	closedir(d);
	return found;
}

enum closing closing_of(pid_t thread, const char *name, uint64_t ino)
{
	enum closing what = CLOSING_LAST;
	pid_t pid = thread;

	for (int i = 0; i < ANCESTORS_MAX && pid > 0 && pid != getpid(); i++) {
		struct process p = { 0 };
		int dir = proc_open(pid);
		int has;

		if (dir < 0)
			return what;
		has = has_open(dir, name, ino);
		if (has > 0)
			what = CLOSING_HELD;
		else if (has < 0 && !i)
			what = CLOSING_UNSEEN;
		if (!stat_of(dir, &p))
			p.parent = 0;
		close(dir);
		if (what == CLOSING_HELD)
			return what;
		if (!i && p.flags & FLAG_EXITING && p.status & 0x7f)
			what = CLOSING_KILLED;
		pid = p.parent;
	}
	return what;
}
