/* SPDX-License-Identifier: MIT */
/* Two that count in one file, as two processes do. */
#include "store/changes.h"

#include "base/str.h"
#include "tap.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SITE SPAN("https://x.example.com")

static bool is_told(const struct changes *c)
{
	struct pollfd fd = { .fd = changes_fd(c), .events = POLLIN };

	return poll(&fd, 1, 0) == 1;
}

static struct changes *open_it(const char *path)
{
	struct changes *c = NULL;
	struct err err = { 0 };

	if (changes_open(path, &c, &err))
		ok(false, "open: %s", err.msg);
	return c;
}

int main(void)
{
	char dir[] = "/tmp/jsmfs-changes.XXXXXX";
	cleanup_free_ char *path = NULL, *bad = NULL;
	struct changes *a, *b, *alone;
	struct err err = { 0 };
	struct stat st;
	uint64_t before, other;

	ok(mkdtemp(dir), "a directory");
	path = str_printf("%s/sub/changes", dir);
	bad = str_printf("%s/sub", dir);
	a = open_it(path);
	b = open_it(path);
	ok(!stat(path, &st) && (st.st_mode & 0777) == 0600, "for its owner alone");
	before = changes_count(b, SITE, SPAN("Requests"));
	other = changes_count(b, SITE, SPAN("Users"));
	ok(!is_told(b), "nothing happened yet");
	changes_note(a, SITE, SPAN("Requests"));
	ok(changes_count(b, SITE, SPAN("Requests")) != before,
	   "one notes, the other sees");
	ok(changes_count(b, SITE, SPAN("Users")) == other, "what was not changed stays");
	ok(changes_count(a, SPAN("https://y.example.com"), SPAN("Requests")) ==
	           changes_count(b, SPAN("https://y.example.com"), SPAN("Requests")),
	   "nor is another site's");
	ok(is_told(b), "the other is woken");
	changes_drain(b);
	ok(!is_told(b), "once");
	before = changes_count(b, SITE, SPAN("Requests"));
	changes_drain(b);
	ok(changes_count(b, SITE, SPAN("Requests")) == before,
	   "who looks without need sees the same");

	ok(!unlink(path), "the file is deleted");
	ok(is_told(b), "which wakes");
	changes_drain(b);
	ok(changes_count(b, SITE, SPAN("Requests")) != before, "nothing is of now then");
	before = changes_count(b, SITE, SPAN("Requests"));
	changes_note(a, SITE, SPAN("Requests"));
	ok(changes_count(b, SITE, SPAN("Requests")) != before,
	   "in the new one both count");
	changes_close(a);
	changes_close(b);

	alone = open_it(NULL);
	before = changes_count(alone, SITE, SPAN("Requests"));
	changes_note(alone, SITE, SPAN("Requests"));
	ok(changes_count(alone, SITE, SPAN("Requests")) != before, "without a file");
	is_int(changes_fd(alone), -1, "nobody else is to be told");
	changes_close(alone);
	changes_close(NULL);
	ok(changes_open(bad, &a, &err) < 0, "a directory is no file: %s", err.msg);
	unlink(path);
	rmdir(bad);
	rmdir(dir);
	return done_testing();
}
