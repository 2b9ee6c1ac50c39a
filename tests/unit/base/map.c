/* SPDX-License-Identifier: MIT */
#include "base/map.h"

#include "tap.h"

#define N 5000

static struct span key_of(char *text, size_t size, int i)
{
	snprintf(text, size, "key-%d", i);
	return span_of(text);
}

static void many(void)
{
	cleanup_(map_freep) struct map *m = map_new();
	static int values[N];
	char text[32];
	bool good = true;

	for (int i = 0; i < N; i++)
		good = good &&
		       !map_put(m, key_of(text, sizeof(text), i), &values[i], NULL);
	ok(good && map_count(m) == N, "%d keys", N);
	for (int i = 0; i < N; i++)
		good = good && map_get(m, key_of(text, sizeof(text), i)) == &values[i];
	ok(good, "are all found");
	ok(!map_get(m, SPAN("key-")) && !map_del(m, SPAN("none")), "others are not");
	for (int i = 0; i < N; i += 2)
		good = good && map_del(m, key_of(text, sizeof(text), i)) == &values[i];
	ok(good && map_count(m) == N / 2, "half of them deleted");
	for (int i = 0; i < N; i++)
		good = good && map_get(m, key_of(text, sizeof(text), i)) ==
		                       (i % 2 ? &values[i] : NULL);
	ok(good, "the other half is still there");
	/* Deleted places must not fill the table up. */
	for (int i = 0; i < 100000; i++) {
		struct span key = key_of(text, sizeof(text), N + i);
		good = good && !map_put(m, key, &values[0], NULL) &&
		       map_del(m, key) == &values[0];
	}
	ok(good && map_count(m) == N / 2, "adding and deleting for long");
}

static void walk(void)
{
	cleanup_(map_freep) struct map *m = map_new();
	int values[100] = { 0 };
	char text[32];
	size_t cursor = 0, seen = 0;
	struct span key;
	void *value;

	ok(!map_next(m, &cursor, &key, &value), "an empty map has no first key");
	for (int i = 0; i < 100; i++) {
		if (map_put(m, key_of(text, sizeof(text), i), &values[i], NULL))
			ok(false, "put %d", i);
	}
	cursor = 0;
	while (map_next(m, &cursor, &key, &value)) {
		++*(int *)value;
		seen++;
		if (seen % 3 == 0)
			map_del(m, key);
	}
	bool once = true;
	for (int i = 0; i < 100; i++)
		once = once && values[i] == 1;
	ok(seen == 100 && once, "a walk meets every key once, also while deleting");
	is_int((long long)map_count(m), 67, "and the deleted are gone");
}

int main(void)
{
	cleanup_(map_freep) struct map *m = map_new();
	char key[] = "mutable";
	int a = 1, b = 2;
	void *old = &b;

	ok(!map_get(m, SPAN("x")), "nothing in a new map");
	is_int(map_put(m, span_of(key), &a, &old), 0, "put");
	ok(!old, "there was nothing");
	memset(key, 'x', 3);
	ok(map_get(m, SPAN("mutable")) == &a, "keys are copied");
	is_int(map_put(m, SPAN("mutable"), &b, &old), 0, "put again");
	ok(old == &a && map_get(m, SPAN("mutable")) == &b, "replaces");
	is_int(map_put(m, (struct span){ "a\0b", 3 }, &a, NULL), 0, "a key with NUL");
	ok(!map_get(m, SPAN("a")) && map_get(m, (struct span){ "a\0b", 3 }) == &a,
	   "is compared whole");
	is_int(map_put(m, SPAN(""), &a, NULL), 0, "the empty key");
	ok(map_get(m, SPAN("")) == &a && map_del(m, SPAN("")) == &a &&
	           !map_get(m, SPAN("")),
	   "is a key");
	many();
	walk();
	ok(map_hash(SPAN("a")) == map_hash(SPAN("a")) &&
	           map_hash(SPAN("a")) != map_hash(SPAN("b")) &&
	           map_hash(SPAN("12345678")) != map_hash(SPAN("123456780")),
	   "the hash is stable and differs");
	map_free(NULL);
	return done_testing();
}
