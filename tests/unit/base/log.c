/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "tap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/jsmfs-log-XX"
		    "XX"
		    "XX";
static char path[64];

/* What was logged since the last call. */
static const char *logged(void)
{
	static char text[65536];
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	if (truncate(path, 0))
		text[0] = '\0';
	return text;
}

static int asked;

static int count(void)
{
	return ++asked;
}

static void levels(void)
{
	struct err err;

	log_debug(LOG_NET, "no %d", count());
	log_info(LOG_NET, "no %d", count());
	is_int(asked, 0, "arguments of what is not logged are not evaluated");
	log_warn(LOG_NET, "yes %d", count());
	is_str(logged(), "2026-01-31T09:00:00.000+00:00 warning net: yes 1\n", "a line");
	is_int(log_set_debug("net, CACHE", &err), 0, "two topics");
	ok(log_enabled(LOG_NET, LOG_DEBUG) && log_enabled(LOG_CACHE, LOG_DEBUG) &&
	           !log_enabled(LOG_FS, LOG_DEBUG) && !log_enabled(LOG_FS, LOG_INFO),
	   "are at debug, the others are not");
	is_int(log_set_debug("all", &err), 0, "all of them");
	ok(log_enabled(LOG_CLI, LOG_DEBUG), "are at debug");
	is_int(log_set_debug("net,bogus", &err), -EINVAL, "an unknown topic");
	ok(strstr(err.msg, "'bogus'") && strstr(err.msg, "plan"), "the topics are named");
	ok(log_enabled(LOG_CLI, LOG_DEBUG), "and nothing has changed");
	is_int(log_set_debug("", &err), 0, "none");
	log_set_level(LOG_ERR);
	ok(!log_enabled(LOG_NET, LOG_WARN) && log_enabled(LOG_NET, LOG_ERR),
	   "errors only");
	log_set_level(LOG_INFO);
	ok(log_enabled(LOG_NET, LOG_INFO) && !log_enabled(LOG_NET, LOG_DEBUG),
	   "information");
}

static void lines(void)
{
	char text[9000];

	log_info(LOG_FS, "a\nb\x1b[0m\xff %s", "caf\xc3\xa9");
	is_str(strstr(logged(), "fs:"), "fs: a b [0m? caf\xc3\xa9\n", "one clean line");
	for (size_t i = 0; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa9", 3);
	log_info(LOG_FS, "%s", text);
	const char *line = logged();
	size_t n = strlen(line);
	ok(n <= 2048 && n > 2040 && line[n - 1] == '\n' && utf8_valid(span_of(line)),
	   "a long line is cut between characters");
}

static void is_redacted(const char *text, const char *want)
{
	char copy[200];

	snprintf(copy, sizeof(copy), "%s", text);
	log_redact_text(copy);
	is_str(copy, want, "'%s' in place", text);
	log_info(LOG_AUTH, "%s", text);
	const char *line = strstr(logged(), "auth: ");
	snprintf(copy, sizeof(copy), "auth: %s\n", want);
	is_str(line, copy, "and in the log");
}

static void redaction(void)
{
	log_redact(SPAN("abc"));
	is_redacted("abc", "abc");
	log_redact(SPAN("hunter2/ \xc3\xa9!x"));
	log_redact(SPAN("token"));
	log_redact(SPAN("tokenless"));
	log_redact(SPAN("kenab"));
	is_redacted("a hunter2/ \xc3\xa9!x b", "a *** b");
	is_redacted("q=hunter2%2F%20%C3%A9%21x&", "q=***&");
	is_redacted("q=hunter2%2f%20%c3%a9%21x&", "q=***&");
	is_redacted("tokenless token", "*** ***");
	is_redacted("tokentoken", "******");
	is_redacted("tokenabc", "***c");
	is_redacted("toke", "toke");
	is_redacted("", "");
	/* "user:" and the secret, for a user of each length modulo 3. */
	is_redacted("Basic dTpodW50ZXIyLyDDqSF4", "Basic dTp***");
	is_redacted("Basic dXM6aHVudGVyMi8gw6kheA==", "Basic dXM6***A==");
	is_redacted("Basic dXNlOmh1bnRlcjIvIMOpIXg=", "Basic dXNlOm***g=");
}

/* The end of a message that is too long to be formatted whole. */
static void half_secret(void)
{
	char text[8300], secret[41];

	memset(secret, 'S', 40);
	secret[40] = '\0';
	log_redact(span_of(secret));
	/* Most of it shrinks away, so that what stood near the cut gets into the line. */
	bool leaked = false;
	for (size_t before = 0; before < 80; before++) {
		memset(text, 'S', sizeof(text) - 1);
		text[sizeof(text) - 1] = '\0';
		memset(text + 100, '-', before);
		log_info(LOG_AUTH, "%s", text);
		leaked = leaked || strchr(strstr(logged(), "auth:"), 'S');
	}
	ok(!leaked, "no part of a secret is left where a message was cut");
}

static void many_secrets(void)
{
	char text[32];

	for (int i = 0; i < 2000; i++) {
		snprintf(text, sizeof(text), "/secret/%d/", i);
		log_redact(span_of(text));
	}
	is_redacted("x/secret/1999/x", "x***x");
}

static void files(void)
{
	struct err err;
	char other[96];
	struct stat st;

	snprintf(other, sizeof(other), "%s.link", path);
	is_int(symlink(path, other), 0, "a symbolic link");
	is_int(log_set_file(other, 0, 0, &err), -ELOOP, "is refused");
	ok(strstr(err.msg, "symbolic link") != NULL, "with a sentence");
	unlink(other);
	is_int(log_set_file("/dev/null", 0, 0, &err), -EINVAL, "a device is refused");
	is_int(log_set_file(dir, 0, 0, &err), -EISDIR, "a directory is refused");
	is_int(log_set_file("/nonexistent/x", 0, 0, &err), -ENOENT,
	       "a missing directory");
	ok(!stat(path, &st) && (st.st_mode & 07777) == 0600, "the file is private");
	log_info(LOG_CLI, "still");
	ok(strstr(logged(), "still") != NULL,
	   "after a refusal the file in use stays in use");
}

static void modules(void)
{
	struct err err;

	is_int(log_set_modules("HTTP; plan", &err), 0, "two modules");
	ok(log_enabled(LOG_NET, LOG_INFO) && log_enabled(LOG_PLAN, LOG_INFO),
	   "log what was done");
	ok(!log_enabled(LOG_FS, LOG_INFO) && log_enabled(LOG_FS, LOG_WARN),
	   "the others log warnings only");
	is_int(log_set_modules("HTTP;Frob", &err), -EINVAL, "an unknown one");
	ok(strstr(err.msg, "'Frob'") && strstr(err.msg, "HTTP, TCP"), "%s", err.msg);
	is_int(log_set_modules("", &err), 0, "all");
	ok(log_enabled(LOG_FS, LOG_INFO), "log again");
}

static void texts(void)
{
	char text[70000], line[200];

	log_redact(SPAN("open sesame"));
	log_text(LOG_NET, LOG_INFO, "answer", SPAN("one\n\ntwo open sesame\x01\n"));
	const char *got = logged();
	ok(strstr(got, "net: answer| one\n") && strstr(got, "net: answer| \n") &&
	           strstr(got, "net: answer| two *** \n"),
	   "lines of text: %s", got);
	memset(text, 'x', sizeof(text));
	memcpy(text + 65536 - 6, "open sesame", 11);
	log_text(LOG_NET, LOG_INFO, "answer", (struct span){ text, sizeof(text) });
	got = logged();
	ok(strlen(got) > 60000 && !strstr(got, "open"), "half a secret at the cut");
	snprintf(line, sizeof(line), "a%cb open sesame", 0);
	is_int((long long)log_redact_bytes(line, 15), 7, "bytes of any kind");
}

/* How many files stand beside the log that begin with its name. */
static int count_files(bool take_away)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int n = 0;

	while (d && (e = readdir(d))) {
		char name[400];

		if (strncmp(e->d_name, "full", 4) != 0)
			continue;
		n++;
		snprintf(name, sizeof(name), "%s/%s", dir, e->d_name);
		if (take_away)
			unlink(name);
	}
	if (d)
		closedir(d);
	return n;
}

static void rotation(void)
{
	char full[80], other[100];
	struct stat st;

	snprintf(full, sizeof(full), "%s/full", dir);
	snprintf(other, sizeof(other), "%s.notes", full);
	int fd = open(other, O_WRONLY | O_CREAT, 0600);
	ok(fd >= 0 && !close(fd), "a file of somebody else");
	is_int(log_set_file(full, 1000, 3, NULL), 0, "a small log file");
	for (int i = 0; i < 100; i++)
		log_info(LOG_FS, "%0200d", i);
	is_int(count_files(false), 4, "the newest three are kept, and what is not ours");
	ok(!stat(full, &st) && st.st_size <= 1000 && (st.st_mode & 07777) == 0600,
	   "the newest is the one in use, and private");
	is_int(log_set_file(full, 1000, 0, NULL), 0, "without a limit of their number");
	for (int i = 0; i < 40; i++)
		log_info(LOG_FS, "%0200d", i);
	ok(count_files(false) > 10, "all are kept");
	is_int(log_set_file(path, 0, 0, NULL), 0, "back");
	ok(count_files(true) > 10, "cleaned up");
}

static void standard_error(void)
{
	int fd = open(path, O_WRONLY | O_APPEND);
	int saved = dup(STDERR_FILENO);

	dup2(fd, STDERR_FILENO);
	errno = ENOENT;
	log_error(LOG_NET, "bad");
	is_int(errno, ENOENT, "errno is left alone");
	log_warn(LOG_NET, "so so");
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(fd);
	is_str(logged(), "<3>net: bad\n<4>net: so so\n", "priorities for the journal");
}

int main(void)
{
	struct err err;

	setenv("TZ", "UTC0", 1);
	clock_set_fake(0, 1769850000000LL);
	if (!mkdtemp(dir))
		skip_all("no temporary directory");
	snprintf(path, sizeof(path), "%s/log", dir);
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	ok(fd >= 0 && !close(fd), "a file");
	standard_error();
	unlink(path);
	umask(0);
	is_int(log_set_file(path, 0, 0, &err), 0, "to a file");
	levels();
	lines();
	redaction();
	half_secret();
	modules();
	texts();
	rotation();
	many_secrets();
	files();
	unlink(path);
	rmdir(dir);
	return done_testing();
}
