/* SPDX-License-Identifier: MIT */
#include "fs/scratch.h"

#include "tap.h"

#include <errno.h>

#define DIR SPAN("some/dir")

static struct draft *make(enum draft_kind kind, const char *text)
{
	struct draft *d = NULL;

	is_int(draft_new(kind, span_of(text), &d, NULL), 0, "a draft");
	return d;
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
	struct draft *a = make(DRAFT_TEXT, "a"), *link = make(DRAFT_LINK, "b");
	struct draft *found;
	char name[32];
	int n = 0;

	ok(!scratch_find(s, DIR, SPAN("a~")), "nothing yet");
	is_int(scratch_add(s, DIR, SPAN("a~"), a), 0, "added");
	is_int(scratch_add(s, DIR, SPAN(".#a"), link), 0, "a link");
	found = scratch_find(s, DIR, SPAN("a~"));
	ok(found == a, "found");
	draft_unref(found);
	ok(!scratch_find(s, SPAN("some"), SPAN("dir/a~")), "only in that directory");
	ok(!scratch_find(s, SPAN("other"), SPAN("a~")), "not in another");
	is_int(scratch_add(s, SPAN("other"), SPAN("a~"), link), 0, "there it is another");
	is_int(scratch_each(s, DIR, count, &n), 0, "each");
	is_int(n, 101, "both");
	ok(scratch_del(s, DIR, SPAN("a~")) && !scratch_del(s, DIR, SPAN("a~")),
	   "deleted once");
	for (int i = 0; i < SCRATCH_MAX; i++) {
		snprintf(name, sizeof(name), "%d~", i);
		if (scratch_add(s, DIR, span_of(name), a))
			ok(false, "adding %d", i);
	}
	ok(!scratch_find(s, DIR, SPAN(".#a")), "the oldest gave way");
	found = scratch_find(s, DIR, SPAN("0~"));
	ok(found == a, "the others stayed");
	draft_unref(found);
	is_int(scratch_add(s, DIR, SPAN("0~"), link), 0, "a name that is there");
	found = scratch_find(s, DIR, SPAN("0~"));
	ok(found == link, "is another's now");
	draft_unref(found);
	draft_unref(a);
	draft_unref(link);
	scratch_free(s);
}

int main(void)
{
	test_names();
	test_scratch();
	return done_testing();
}
