/* SPDX-License-Identifier: MIT */
#include "rest/file.h"

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/jsmfs-file.XXXXXX";

static char *in_dir(const char *name)
{
	return str_printf("%s/%s", dir, name);
}

static void is_refused(const char *path, int code, const char *what)
{
	struct local_file f = { .fd = -7 };
	struct err err = { 0 };

	is_int(local_file_open(span_of(path), &f, &err), code, "%s: %s", what, err.msg);
	is_int(f.fd, -7, "nothing is opened");
}

static void test_good(const char *path, const char *link)
{
	struct local_file f = { .fd = -1 }, twin = { .fd = -1 };
	struct err err = { 0 };
	char text[16] = "";

	is_int(local_file_open(span_of(link), &f, &err), 0, "a link %s", err.msg);
	is_int((int)f.size, 5, "leads to the file");
	is_str(f.name, "a link", "which goes by the name given");
	is_int(unlink(path), 0, "the name goes away");
	is_int(local_file_dup(&f, &twin, &err), 0, "a twin");
	local_file_close(&f);
	is_int(f.fd, -1, "one is closed");
	is_int(pread(twin.fd, text, 16, 0), 5, "the other is what was opened");
	is_str(text, "hello", "still");
	local_file_close(&twin);
	local_file_close(&twin);
}

int main(void)
{
	cleanup_free_ char *path = NULL, *link = NULL, *fifo = NULL, *none = NULL;
	int fd;

	if (!mkdtemp(dir))
		skip_all("no temporary directory");
	path = in_dir("a file");
	link = in_dir("a link");
	fifo = in_dir("fifo");
	none = in_dir("none");
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ok(write(fd, "hello", 5) == 5 && !symlink("a file", link) && !mkfifo(fifo, 0600),
	   "files to try");
	close(fd);
	is_refused("", -EINVAL, "no path");
	is_refused("a file", -EINVAL, "a relative path");
	is_refused(none, -ENOENT, "nothing there");
	is_refused(dir, -EINVAL, "a directory");
	is_refused(fifo, -EINVAL, "a pipe, without waiting for a writer");
	is_refused("/dev/zero", -EINVAL, "a device");
	if (getuid()) {
		is_int(chmod(path, 0), 0, "may not be read");
		is_refused(path, -EACCES, "what may not be read");
		is_int(chmod(path, 0600), 0, "may be");
	}
	test_good(path, link);
	unlink(link);
	unlink(fifo);
	rmdir(dir);
	return done_testing();
}
