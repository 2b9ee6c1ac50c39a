/* SPDX-License-Identifier: MIT */
#include "auth/source.h"

#include "base/clock.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET_MAX_BYTES (64u * 1024)
#define COMMAND_MS 30000
#define PROGRAM_MAX_WORDS 16

extern char **environ;

struct bytes {
	char *p; /* SECRET_MAX_BYTES + 1 */
	size_t n;
};

static void bytes_clear(struct bytes *b)
{
	if (b->p)
		secret_wipe(b->p, SECRET_MAX_BYTES + 1);
	free(b->p);
}

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* origin: "the file x" or "the command", for messages. */
static int first_line(const struct bytes *b, const char *origin, struct secret **ret,
                      struct err *err)
{
	struct span rest = { b->p, b->n };
	struct span line = span_cut(&rest, '\n');

	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	if (b->n > SECRET_MAX_BYTES)
		return err_set(err, -EFBIG, "%s gives more than %u bytes", origin,
		               SECRET_MAX_BYTES);
	if (!line.n)
		return err_set(err, -ENOKEY, "the first line of %s is empty", origin);
	if (memchr(line.p, '\0', line.n))
		return err_set(err, -EINVAL, "the first line of %s holds a NUL byte",
		               origin);

	struct secret *secret = secret_new(line);
	if (!secret)
		return err_nomem(err);
	*ret = secret;
	return 0;
}

/* One more byte than is allowed, so that too much can be told from enough. */
static int read_some(int fd, struct bytes *b)
{
	ssize_t n = read(fd, b->p + b->n, SECRET_MAX_BYTES + 1 - b->n);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 1 : -errno;
	b->n += (size_t)n;
	return n > 0 && b->n <= SECRET_MAX_BYTES;
}

static int check_file(int fd, const char *path, mode_t forbidden, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st))
		return err_set(err, -errno, "cannot read %s: %s", path,
		               strerrordesc_np(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EINVAL, "%s is not a regular file", path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return err_set(err, -EPERM,
		               "%s belongs to another user, so it is not used", path);
	if (st.st_mode & forbidden)
		return err_set(err, -EPERM,
		               "others can read the secret in %s: run chmod 600 on it",
		               path);
	return 0;
}

static int read_file(const char *path, mode_t forbidden, struct secret **ret,
                     struct err *err)
{
	/* Not blocking: a FIFO of this name must not hang the program. */
	cleanup_(fd_close) int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	cleanup_(bytes_clear) struct bytes b = { 0 };

	if (fd < 0)
		return err_set(err, -errno, "cannot read the secret in %s: %s", path,
		               strerrordesc_np(errno));
	int code = check_file(fd, path, forbidden, err);
	if (code)
		return code;
	b.p = malloc(SECRET_MAX_BYTES + 1);
	if (!b.p)
		return err_nomem(err);
	while ((code = read_some(fd, &b)) > 0)
		continue;
	if (code)
		return err_set(err, code, "cannot read the secret in %s: %s", path,
		               strerrordesc_np(-code));
	return first_line(&b, path, ret, err);
}

int source_file(const char *path, struct secret **ret, struct err *err)
{
	return read_file(path, 077, ret, err);
}

/* Standard input is /dev/null; standard error and the terminal stay as they are,
 * so that a helper can ask for a pass phrase. */
static int spawn(char *const argv[], int out, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, usual;
	int code;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	code = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
	                                        O_RDONLY, 0);
	if (!code)
		code = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (!code)
		code = posix_spawnattr_setsigmask(&attr, &none);
	if (!code)
		code = posix_spawnattr_setsigdefault(&attr, &usual);
	if (!code)
		code = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK |
		                                               POSIX_SPAWN_SETSIGDEF);
	if (!code)
		code = posix_spawnp(ret_pid, argv[0], &actions, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return -code;
}

static int spawn_words(const char *const words[], int out, pid_t *ret_pid)
{
	char *argv[PROGRAM_MAX_WORDS + 1] = { 0 };
	size_t n = 0;
	int code = 0;

	for (; words[n] && n < PROGRAM_MAX_WORDS && !code; n++) {
		argv[n] = str_dup(words[n]);
		code = argv[n] ? 0 : -ENOMEM;
	}
	if (!code)
		code = words[n] ? -E2BIG : spawn(argv, out, ret_pid);
	for (size_t i = 0; i < n; i++)
		free(argv[i]);
	return code;
}

/* 1 when fd has something, 0 at the deadline. */
static int wait_readable(int fd, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n;

	do {
		n = poll(&p, 1, clock_left_ms(deadline));
	} while (n < 0 && errno == EINTR && clock_left_ms(deadline));
	return n > 0;
}

/* Exit status of the shell, or -ETIMEDOUT after killing it. */
static int reap(pid_t pid, bool in_time, int64_t deadline)
{
	cleanup_(fd_close) int fd = pidfd_open(pid, 0);
	int status = 0;

	if (!in_time || (fd >= 0 && !wait_readable(fd, deadline))) {
		kill(pid, SIGKILL);
		in_time = false;
	}
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			break;
	}
	if (!in_time)
		return -ETIMEDOUT;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* what: "the command", for messages. */
static int run(const char *const words[], const char *what, struct secret **ret,
               struct err *err)
{
	int ends[2] = { -1, -1 };

	if (pipe2(ends, O_CLOEXEC))
		return err_set(err, -errno, "cannot run %s for a secret", what);
	cleanup_(fd_close) int in = ends[0];
	cleanup_(bytes_clear) struct bytes b = { .p = malloc(SECRET_MAX_BYTES + 1) };
	pid_t pid = -1;
	int code = b.p ? spawn_words(words, ends[1], &pid) : -ENOMEM;

	close(ends[1]);
	if (code)
		return err_set(err, code, "cannot run %s for a secret: %s", what,
		               strerrordesc_np(-code));
	int64_t deadline = clock_deadline(COMMAND_MS);
	bool in_time;
	while ((in_time = wait_readable(in, deadline)) && read_some(in, &b) > 0)
		continue;
	/* One that still talks has to notice that nobody listens. */
	fd_close(&in);
	code = reap(pid, in_time, deadline);
	if (b.n > SECRET_MAX_BYTES)
		code = 0;
	if (code == -ETIMEDOUT)
		return err_set(err, code, "%s for a secret did not end within %d s", what,
		               COMMAND_MS / 1000);
	if (code)
		return err_set(err, -ENOKEY, "%s for a secret failed with status %d",
		               what, code);
	return first_line(&b, "the output of the command", ret, err);
}

int source_command(const char *command, struct secret **ret, struct err *err)
{
	const char *const words[] = { "/bin/sh", "-c", command, NULL };

	return run(words, "the command", ret, err);
}

int source_program(const char *const words[], struct secret **ret, struct err *err)
{
	return run(words, words[0], ret, err);
}

int source_systemd(const char *name, struct secret **ret, struct err *err)
{
	const char *dir = secure_getenv("CREDENTIALS_DIRECTORY");

	if (!*name || *name == '.' || strchr(name, '/'))
		return err_set(err, -EINVAL, "'%s' is no name of a systemd credential",
		               name);
	if (!dir || *dir != '/') {
		*ret = NULL;
		return 0;
	}
	cleanup_free_ char *path = str_printf("%s/%s", dir, name);
	if (!path)
		return err_nomem(err);
	if (access(path, F_OK) && errno == ENOENT) {
		*ret = NULL;
		return 0;
	}
	/* The group bits show the access list by which the service may read it. */
	return read_file(path, 007, ret, err);
}
