/* SPDX-License-Identifier: MIT */
#include "fs/snapshot.h"

#include "tap.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_memory(void)
{
	struct snapshot *s = snapshot_new(100);
	struct err err = { 0 };

	ok(s && s->fd < 0, "empty");
	is_int((long long)snapshot_part(s, 0).bytes, 0, "of no bytes");
	is_int(snapshot_append(s, SPAN("hello "), &err), 0, "append");
	is_int(snapshot_append(s, SPAN(""), &err), 0, "append nothing");
	is_int(snapshot_append(s, SPAN("world"), &err), 0, "append again");
	snapshot_seal(s);
	is_int((long long)s->size_bytes, 11, "11 bytes");
	ok(!memcmp(s->memory, "hello world", 11), "in order");
	snapshot_unref(s);

	s = snapshot_new(4);
	is_int(snapshot_append(s, SPAN("abcd"), &err), 0, "up to the ceiling");
	is_int(snapshot_append(s, SPAN("e"), &err), -EFBIG, "not beyond");
	ok(strstr(err.msg, "4 bytes"), "which the sentence names: %s", err.msg);
	is_int((long long)s->size_bytes, 4, "nothing was added");
	snapshot_unref(s);
	snapshot_unref(NULL);
}

static void test_file(void)
{
	struct snapshot *s = snapshot_new(16u << 20);
	struct snapshot *again;
	char block[1000], back[1000];
	struct stat st;
	int r = 0;

	for (int i = 0; i < 2000 && !r; i++) {
		memset(block, 'a' + i % 26, sizeof(block));
		r = snapshot_append(s, (struct span){ block, sizeof(block) }, NULL);
	}
	is_int(r, 0, "2 MB");
	ok(s->fd >= 0 && !s->memory, "are in a file, not in memory");
	is_int(fstat(s->fd, &st), 0, "which is there");
	is_int((long long)st.st_nlink, 0, "has no name");
	is_int(st.st_mode & 07777, 0600, "is private");
	is_int((long long)st.st_size, 2000000, "and complete");
	snapshot_seal(s);
	again = snapshot_ref(s);
	snapshot_unref(s);
	r = (int)pread(again->fd, back, sizeof(back), 1500 * 1000);
	memset(block, 'a' + 1500 % 26, sizeof(block));
	ok(r == 1000 && !memcmp(back, block, 1000), "the bytes are where they belong");
	snapshot_unref(again);
}

static void test_parts(void)
{
	struct snapshot *s = snapshot_new(100);
	int r = snapshot_append(s, SPAN("abc"), NULL);

	r |= snapshot_end_part(s, NULL);
	r |= snapshot_end_part(s, NULL);
	r |= snapshot_append(s, SPAN("de"), NULL);
	r |= snapshot_end_part(s, NULL);
	is_int(r, 0, "three parts");
	is_int((long long)snapshot_part(s, 0).bytes, 3, "abc");
	is_int((long long)snapshot_part(s, 1).bytes, 0, "nothing");
	is_int((long long)snapshot_part(s, 2).offset, 3, "de stands behind");
	is_int((long long)snapshot_part(s, 2).bytes, 2, "with two bytes");
	is_int((long long)snapshot_part(s, 3).bytes, 0, "there is no fourth");
	snapshot_unref(s);
}

static void test_named(void)
{
	struct snapshot *s = snapshot_new(100);
	size_t i = 7;
	int r = snapshot_append(s, SPAN("abc"), NULL);

	r |= snapshot_end_named(s, SPAN("17"), 5000, NULL);
	r |= snapshot_append(s, SPAN("de"), NULL);
	r |= snapshot_end_named(s, SPAN("1"), 0, NULL);
	is_int(r, 0, "two parts with names");
	ok(snapshot_find(s, SPAN("1"), &i) && i == 1, "the second by its name");
	ok(snapshot_find(s, SPAN("17"), &i) && i == 0, "the first");
	is_int((long long)snapshot_part(s, i).time_ms, 5000, "with its date");
	ok(!snapshot_find(s, SPAN("7"), &i) && !snapshot_find(s, SPAN(""), &i),
	   "and no other");
	snapshot_unref(s);
}

int main(void)
{
	test_memory();
	test_file();
	test_parts();
	test_named();
	return done_testing();
}
