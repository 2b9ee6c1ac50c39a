/* SPDX-License-Identifier: MIT */
#include "fs/draft.h"

#include "tap.h"

#include <errno.h>
#include <sys/stat.h>

static void is_bytes(struct draft *d, uint64_t off, size_t size, struct span want,
                     const char *what)
{
	struct buf b = BUF_INIT(DRAFT_MAX_BYTES);

	is_int(draft_read(d, off, size, &b), 0, "read");
	ok(span_eq(buf_view(&b), want), "%s: '%s'", what, buf_str(&b));
	buf_clear(&b);
}

static void test_draft(void)
{
	struct draft *d = NULL;
	struct buf b = BUF_INIT(DRAFT_MAX_BYTES);
	int64_t ms;

	is_int(draft_new(DRAFT_TEXT, SPAN("SELECT 1\n"), &d, NULL), 0, "a text");
	ok(!draft_take(d, &b), "what it started with is nothing to commit");
	is_int(draft_write(d, 7, SPAN("2")), 0, "written in the middle");
	is_bytes(d, 0, 100, SPAN("SELECT 2\n"), "it is there");
	is_int(draft_write(d, DRAFT_END, SPAN("x")), 0, "written at the end");
	is_int((long long)draft_size(d, &ms), 10, "it grew");
	ok(draft_take(d, &b) && !strcmp(buf_str(&b), "SELECT 2\nx"), "taken");
	ok(!draft_take(d, &b), "once");
	is_int(draft_write(d, 12, SPAN("y")), 0, "behind the end");
	is_bytes(d, 8, 100, (struct span){ "\nx\0\0y", 5 }, "the gap is zero");
	is_int(draft_resize(d, 3), 0, "made smaller");
	is_bytes(d, 0, 100, SPAN("SEL"), "it is cut");
	is_int(draft_resize(d, 5), 0, "made larger");
	is_bytes(d, 2, 2, (struct span){ "L\0", 2 }, "a part of it");
	is_bytes(d, 5, 10, SPAN(""), "nothing at the end");
	is_bytes(d, UINT64_MAX - 1, 10, SPAN(""), "nothing far behind it");
	is_int(draft_write(d, DRAFT_MAX_BYTES, SPAN("z")), -EFBIG,
	       "not beyond the limit");
	is_int(draft_write(d, UINT64_MAX - 1, SPAN("z")), -EFBIG, "nor far beyond");
	is_int(draft_resize(d, DRAFT_MAX_BYTES + 1), -EFBIG, "nor by its size");
	is_int(draft_write(d, DRAFT_MAX_BYTES - 1, SPAN("z")), 0, "up to it");
	is_int((long long)draft_size(d, &ms), DRAFT_MAX_BYTES, "it is full");
	draft_orphan(d);
	ok(!draft_take(d, &b), "without a name nothing is committed");
	buf_clear(&b);
	draft_unref(d);
}

static void test_file(void)
{
	struct draft *d = NULL;
	struct stat st;
	int64_t ms;

	is_int(draft_new(DRAFT_FILE, SPAN(""), &d, NULL), 0, "a file");
	ok(!fstat(d->fd, &st) && !st.st_nlink && (st.st_mode & 07777) == 0600,
	   "which nobody else can open");
	ok(!draft_is_dirty(d) && !draft_seal(d), "nothing to commit yet");
	draft_mark(d);
	ok(draft_is_dirty(d), "an empty one may be meant");
	is_int(draft_write(d, DRAFT_MAX_BYTES + 5ull, SPAN("end")), 0,
	       "larger than a text");
	is_int((long long)draft_size(d, &ms), DRAFT_MAX_BYTES + 8ll, "it is that large");
	is_bytes(d, DRAFT_MAX_BYTES + 6ull, 10, SPAN("nd"), "its end");
	ok(draft_seal(d), "sealed");
	ok(!draft_seal(d) && !draft_is_dirty(d), "once");
	is_int(draft_write(d, 0, SPAN("x")), -EPERM, "nothing is written any more");
	is_int(draft_resize(d, 0), -EPERM, "nor cut off");
	draft_unref(d);
}

int main(void)
{
	test_draft();
	test_file();
	return done_testing();
}
