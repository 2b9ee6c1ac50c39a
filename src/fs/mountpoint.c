/* SPDX-License-Identifier: MIT */
#include "fs/mountpoint.h"

#include "base/str.h"
#include "fs/session.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUR_TYPE "fuse.jsmfs"
#define PROBE_S 2

int mountpoint_path(const char *dir, char **ret, struct err *err)
{
	cleanup_free_ char *copy = str_dup(dir);
	cleanup_free_ char *parent = NULL;
	char *slash;
	size_t n;

	if (!copy)
		return err_nomem(err);
	n = strlen(copy);
	while (n > 1 && copy[n - 1] == '/')
		copy[--n] = '\0';
	slash = strrchr(copy, '/');
	if (!n || str_eq(slash ? slash + 1 : copy, "..") ||
	    str_eq(slash ? slash + 1 : copy, ".") || str_eq(copy, "/")) {
		*ret = realpath(n ? copy : ".", NULL);
		return *ret ? 0 : err_set(err, -errno, "%s: %s", dir, strerror(errno));
	}
	if (slash)
		*slash = '\0';
	parent = realpath(!slash ? "." : *copy ? copy : "/", NULL);
	if (!parent)
		return err_set(err, -errno, "%s: %s", dir, strerror(errno));
	*ret = str_printf("%s/%s", str_eq(parent, "/") ? "" : parent,
	                  slash ? slash + 1 : copy);
	return *ret ? 0 : err_nomem(err);
}

/* Undoes the \ooo of mountinfo, in place. */
static void unescape(char *s)
{
	char *to = s;

	while (*s) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' &&
		    s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 |
			               (s[3] - '0'));
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

/* "36 35 0:31 / /mnt rw,nosuid shared:1 - fuse.jsmfs jsmfs#host rw": path and type. */
static bool parse_line(char *line, char **ret_path, char **ret_type)
{
	char *p = line;
	char *dash = strstr(line, " - ");

	for (int i = 0; i < 4 && p; i++) {
		p = strchr(p, ' ');
		p = p ? p + 1 : NULL;
	}
	if (!p || !dash)
		return false;
	*ret_path = p;
	p[strcspn(p, " ")] = '\0';
	unescape(*ret_path);
	*ret_type = dash + 3;
	(*ret_type)[strcspn(*ret_type, " \n")] = '\0';
	return true;
}

bool mountpoint_is_ours(const char *path)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	bool ours = false;
	char *line = NULL;
	size_t cap = 0;

	if (!f)
		return false;
	while (getline(&line, &cap, f) > 0) {
		char *at, *type;

		if (parse_line(line, &at, &type) && str_eq(at, path))
			ours = str_eq(type, OUR_TYPE);
	}
	free(line);
	(void)fclose(f);
	return ours;
}

/*
 * In a process of its own: it may hang for ever, and only that process dies.
 * statfs, because the kernel may still know what stat would say.
 */
static enum mount_state probe(const char *path)
{
	pid_t child = fork();
	int status = 0;

	if (child < 0)
		return MOUNT_SILENT;
	if (!child) {
		struct statvfs st;
		sigset_t none;

		(void)signal(SIGALRM, SIG_DFL);
		sigemptyset(&none);
		(void)sigprocmask(SIG_SETMASK, &none, NULL);
		(void)alarm(PROBE_S);
		_exit(statvfs(path, &st) && errno == ENOTCONN ? 1 : 0);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		return MOUNT_SILENT;
	return WEXITSTATUS(status) ? MOUNT_DEAD : MOUNT_ALIVE;
}

enum mount_state mountpoint_state(const char *path)
{
	return mountpoint_is_ours(path) ? probe(path) : MOUNT_NONE;
}

/* ------------------------------------------------------------------ unmount */

static int run_fusermount(const char *path, bool lazy, struct err *err)
{
	pid_t child = fork();
	int status = 0;

	if (child < 0)
		return err_set(err, -errno, "fork: %s", strerror(errno));
	if (!child) {
		if (lazy)
			(void)execlp("fusermount3", "fusermount3", "-u", "-z", "--", path,
			             (char *)NULL);
		else
			(void)execlp("fusermount3", "fusermount3", "-u", "--", path,
			             (char *)NULL);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return err_set(err, -ENOENT, "fusermount3 is not installed");
	return err_set(err, -EBUSY, "fusermount3 could not unmount %s", path);
}

int session_unmount(const char *dir, bool lazy, struct err *err)
{
	cleanup_free_ char *path = NULL;
	int r = mountpoint_path(dir, &path, err);

	if (r)
		return r;
	if (!mountpoint_is_ours(path))
		return err_set(err, -EINVAL, "no site is mounted at %s", path);
	if (!umount2(path, UMOUNT_NOFOLLOW | (lazy ? MNT_DETACH : 0)))
		return 0;
	if (errno == EBUSY)
		return err_set(err, -EBUSY,
		               "%s is in use: close its files, or use --lazy", path);
	if (errno != EPERM)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	return run_fusermount(path, lazy, err);
}

static int check_empty(const char *path, struct err *err)
{
	DIR *d = opendir(path);
	const struct dirent *e;
	bool empty = true;

	if (!d)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	while (empty && (e = readdir(d)))
		empty = str_eq(e->d_name, ".") || str_eq(e->d_name, "..");
	closedir(d);
	if (empty)
		return 0;
	return err_set(err, -ENOTEMPTY,
	               "%s is not empty: what is in it would be hidden by the mount",
	               path);
}

int session_check_target(const char *dir, struct err *err)
{
	cleanup_free_ char *path = NULL;
	struct stat st;
	int r = mountpoint_path(dir, &path, err);

	if (r)
		return r;
	switch (mountpoint_state(path)) {
	case MOUNT_ALIVE:
		return err_set(err, -EBUSY,
		               "a site is mounted at %s already; jsmfs umount %s ends it",
		               path, path);
	case MOUNT_SILENT:
		return err_set(
			err, -EBUSY,
			"the site mounted at %s does not answer; jsmfs umount --lazy "
			"%s ends it",
			path, path);
	case MOUNT_DEAD:
		r = session_unmount(path, true, err);
		if (r)
			return r;
		break;
	case MOUNT_NONE:
		break;
	}
	if (stat(path, &st))
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return err_set(err, -ENOTDIR, "%s is not a directory", path);
	return check_empty(path, err);
}
