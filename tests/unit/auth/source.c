/* SPDX-License-Identifier: MIT */
#include "auth/source.h"

#include "base/clock.h"
#include "base/str.h"
#include "tap.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/jsmfs-source-XXXXXX";
static char path[64];

static void write_file(const char *text, size_t n, mode_t mode)
{
	/* It may be one that not even we may write to. */
	unlink(path);
	FILE *f = fopen(path, "we");

	if (!f || (n && fwrite(text, n, 1, f) != 1))
		printf("# cannot write %s\n", path);
	if (f)
		fclose(f);
	chmod(path, mode);
}

typedef int source(const char *from, struct secret **ret, struct err *err);

static void check(source *read, const char *from, const char *want, const char *what)
{
	cleanup_(secret_freep) struct secret *secret = NULL;
	cleanup_free_ char *got = NULL;

	is_int(read(from, &secret, NULL), 0, "%s", what);
	got = span_dup(secret_reveal(secret));
	is_str(got, want, "its secret");
}

static void test_file(void)
{
	static char large[70000];
	struct secret *s = NULL;
	struct err err;

	write_file("first\nsecond\n", 13, 0600);
	check(source_file, path, "first", "the first line");
	write_file("no end", 6, 0400);
	check(source_file, path, "no end", "a line without an end");
	write_file("  a b \r\n", 8, 0600);
	check(source_file, path, "  a b ", "blanks are part of it, CR is not");
	s = NULL;
	write_file("", 0, 0600);
	is_int(source_file(path, &s, &err), -ENOKEY, "an empty file");
	write_file("\nx\n", 3, 0600);
	is_int(source_file(path, &s, &err), -ENOKEY, "an empty line");
	write_file("a\0b\n", 4, 0600);
	is_int(source_file(path, &s, &err), -EINVAL, "a NUL byte");
	static const mode_t modes[] = { 0640, 0604, 0620, 0602, 0610, 0644, 0777 };
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		write_file("hunter22\n", 9, modes[i]);
		is_int(source_file(path, &s, &err), -EPERM, "mode %o is refused",
		       modes[i]);
		ok(strstr(err.msg, "chmod 600") && !strstr(err.msg, "hunter22"),
		   "with what to do");
	}
	memset(large, 'x', sizeof(large));
	write_file(large, 65537, 0600);
	is_int(source_file(path, &s, &err), -EFBIG, "65537 bytes are too many");
	write_file(large, 65536, 0600);
	is_int(source_file(path, &s, &err), 0, "65536 are not");
	is_int((long long)secret_reveal(s).n, 65536, "and come whole");
	secret_free(s);
	s = NULL;
	if (!geteuid() && !chown(path, 12345, 12345))
		is_int(source_file(path, &s, &err), -EPERM, "somebody else's file");
	unlink(path);
	is_int(source_file(path, &s, &err), -ENOENT, "no file");
	is_int(source_file(dir, &s, &err), -EINVAL, "a directory");
	if (!mkfifo(path, 0600))
		is_int(source_file(path, &s, &err), -EINVAL, "a FIFO, without waiting");
	unlink(path);
	ok(!s, "a failure gives no secret");
}

static void test_command(void)
{
	struct secret *s = NULL;
	struct err err;
	int64_t before = clock_mono_ms();

	check(source_command, "echo one; echo two", "one", "a command");
	check(source_command, "printf 'a b'", "a b", "without a line end");
	check(source_command, "cat; echo in", "in", "standard input is empty");
	s = NULL;
	is_int(source_command("echo hunter22; exit 3", &s, &err), -ENOKEY,
	       "one that fails");
	ok(strstr(err.msg, "status 3") && !strstr(err.msg, "hunter22"), "says how");
	is_int(source_command("/does/not/exist 2>/dev/null", &s, &err), -ENOKEY,
	       "none there");
	is_int(source_command("kill -9 $$", &s, &err), -ENOKEY, "killed");
	is_int(source_command("true", &s, &err), -ENOKEY, "one that says nothing");
	is_int(source_command("yes", &s, &err), -EFBIG, "one that never ends to talk");
	is_int(source_command("head -c 70000 /dev/zero | tr '\\0' x", &s, &err), -EFBIG,
	       "one that says too much");
	ok(clock_mono_ms() - before < 20000, "none of them is waited for long");
	ok(!s, "a failure gives no secret");
}

static void test_systemd(void)
{
	static char unset;
	struct secret *s = (struct secret *)(void *)&unset;
	struct err err;

	unsetenv("CREDENTIALS_DIRECTORY");
	is_int(source_systemd("token", &s, &err), 0, "outside of systemd");
	ok(!s, "there is none");
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	s = (struct secret *)(void *)&unset;
	is_int(source_systemd("token", &s, &err), 0, "not this one");
	ok(!s, "there is none either");
	write_file("from systemd\n", 13, 0440);
	check(source_systemd, "token", "from systemd", "a credential");
	s = NULL;
	write_file("x\n", 2, 0444);
	is_int(source_systemd("token", &s, &err), -EPERM, "one for everybody");
	static const char *const names[] = {
		"", ".", "..", "../token", "a/b", ".hidden"
	};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		is_int(source_systemd(names[i], &s, &err), -EINVAL, "name %zu", i);
	setenv("CREDENTIALS_DIRECTORY", "relative", 1);
	is_int(source_systemd("token", &s, &err), 0,
	       "a relative directory is not looked at");
	unlink(path);
}

int main(void)
{
	if (!mkdtemp(dir))
		skip_all("no temporary directory");
	snprintf(path, sizeof(path), "%s/token", dir);
	test_file();
	test_command();
	test_systemd();
	rmdir(dir);
	return done_testing();
}
