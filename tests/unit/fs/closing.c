/* SPDX-License-Identifier: MIT */
#include "fs/closing.h"

#include "tap.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * The function looks at another process than its own, so a child is looked at: it
 * says when it is ready and lives until its pipe is closed.
 */
struct child {
	pid_t pid;
	int hold;
};

static struct child start(int other)
{
	int ready[2], hold[2];
	struct child c = { 0 };
	char byte;

	if (pipe2(ready, O_CLOEXEC) || pipe2(hold, O_CLOEXEC))
		abort();
	c.pid = fork();
	if (!c.pid) {
		close(hold[1]);
		if (other >= 0)
			close(other);
		(void)!write(ready[1], "x", 1);
		(void)!read(hold[0], &byte, 1);
		_exit(0);
	}
	close(ready[1]);
	close(hold[0]);
	(void)!read(ready[0], &byte, 1);
	close(ready[0]);
	c.hold = hold[1];
	return c;
}

static void stop(struct child *c)
{
	close(c->hold);
	(void)waitpid(c->pid, NULL, 0);
}

int main(void)
{
	char path[] = "/tmp/jsmfs-closing-XXXXXX";
	int fd = mkstemp(path);
	const char *name = strrchr(path, '/') + 1;
	struct child with, without;
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return 1;
	with = start(-1);
	without = start(fd);
	is_int(closing_of(with.pid, name, st.st_ino), CLOSING_HELD, "it has it open");
	is_int(closing_of(with.pid, name, st.st_ino + 1), CLOSING_LAST, "another file");
	is_int(closing_of(with.pid, "other", st.st_ino), CLOSING_LAST, "another name");
	is_int(closing_of(without.pid, name, st.st_ino), CLOSING_LAST,
	       "it has not, and we do not count");
	(void)unlink(path);
	is_int(closing_of(with.pid, name, st.st_ino), CLOSING_HELD, "under no name");
	is_int(closing_of(0, name, st.st_ino), CLOSING_LAST, "nobody");
	stop(&without); /* first: it has the other pipe too */
	stop(&with);
	is_int(closing_of(with.pid, name, st.st_ino), CLOSING_LAST, "who is gone");
	return done_testing();
}
