/* SPDX-License-Identifier: MIT */
#include "fs/scratch.h"

#include "tap.h"

#include <errno.h>

static void is_bytes(struct draft *d, uint64_t off, size_t size, struct span want,
                     const char *what)
{
	struct buf b = BUF_INIT(DRAFT_MAX_BYTES);

	draft_read(d, off, size, &b);
	ok(span_eq(buf_view(&b), want), "%s: '%s'", what, buf_str(&b));
	buf_clear(&b);
}

static void test_draft(void)
{
	struct draft *d = draft_new(SPAN("SELECT 1\n"), false);
	struct buf b = BUF_INIT(DRAFT_MAX_BYTES);
	int64_t ms;

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

static void test_names(void)
{
	static const char *const yes[] = { ".v.sql.swp", ".#v.sql",  "v.sql~",
		                           "#v.sql#",    "4913",     "v.tmp",
		                           "sedAbC123",  "XXabcdef", ".v.sql.Xy12Zq",
		                           "v.sql.bak" };
	static const char *const no[] = { "v.sql", ".",     "..",        "v",
		                          "sed",   "49130", "notes.txt", "sedAbC1234" };

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++)
		ok(scratch_is_name(span_of(yes[i])), "scratch: %s", yes[i]);
	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		ok(!scratch_is_name(span_of(no[i])), "not scratch: %s", no[i]);
}

static int count(void *ctx, const char *name, bool is_link)
{
	(void)name;
	*(int *)ctx += is_link ? 100 : 1;
	return 0;
}

static void test_scratch(void)
{
	struct scratch *s = scratch_new();
	struct draft *a = draft_new(SPAN("a"), false), *link = draft_new(SPAN("b"), true);
	struct draft *found;
	char name[32];
	int n = 0;

	ok(!scratch_find(s, SPAN("a~")), "nothing yet");
	is_int(scratch_add(s, SPAN("a~"), a), 0, "added");
	is_int(scratch_add(s, SPAN(".#a"), link), 0, "a link");
	found = scratch_find(s, SPAN("a~"));
	ok(found == a, "found");
	draft_unref(found);
	is_int(scratch_each(s, count, &n), 0, "each");
	is_int(n, 101, "both");
	ok(scratch_del(s, SPAN("a~")) && !scratch_del(s, SPAN("a~")), "deleted once");
	is_bytes(a, 0, 10, SPAN("a"), "who has it keeps it");
	for (int i = 0; i < SCRATCH_MAX; i++) {
		snprintf(name, sizeof(name), "%d~", i);
		if (scratch_add(s, span_of(name), a))
			ok(false, "adding %d", i);
	}
	ok(!scratch_find(s, SPAN(".#a")), "the oldest gave way");
	found = scratch_find(s, SPAN("0~"));
	ok(found == a, "the others stayed");
	draft_unref(found);
	is_int(scratch_add(s, SPAN("0~"), link), 0, "a name that is there");
	found = scratch_find(s, SPAN("0~"));
	ok(found == link, "is another's now");
	draft_unref(found);
	draft_unref(a);
	draft_unref(link);
	scratch_free(s);
}

int main(void)
{
	test_draft();
	test_names();
	test_scratch();
	return done_testing();
}
