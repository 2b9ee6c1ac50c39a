/* SPDX-License-Identifier: MIT */
/* Names of files as a directory can show them. */
#include "query/blob.h"

#include "tap.h"

#include <errno.h>

/* Pairs of id and label; what they are called is checked against the wanted names. */
static void names(const char *const *pairs, const char *const *want)
{
	struct blobs *all = calloc(1, sizeof(*all));

	atomic_init(&all->refs, 1);
	while (pairs[2 * all->n])
		all->n++;
	all->p = calloc(all->n, sizeof(*all->p));
	for (size_t i = 0; i < all->n; i++) {
		all->p[i].id = str_dup(pairs[2 * i]);
		all->p[i].label = str_dup(pairs[2 * i + 1]);
	}
	is_int(blobs_name(all, NULL), 0, "%zu names", all->n);
	for (size_t i = 0; i < all->n; i++) {
		size_t at;

		is_str(all->p[i].name, want[i], "%s is", all->p[i].label);
		ok(blobs_find(all, span_of(want[i]), &at) && at == i, "and found by it");
	}
	blobs_unref(all);
}

static void test_plain(void)
{
	static const char *const pairs[] = {
		"1", "log.txt",     "2", "r\xc3\xa9sum\xc3\xa9 100%.txt",
		"3", ".hidden",     "4", "-rf",
		"5", "a,b; 'c'.md", NULL
	};
	static const char *const want[] = { "log.txt", "r\xc3\xa9sum\xc3\xa9 100%.txt",
		                            ".hidden", "-rf", "a,b; 'c'.md" };

	names(pairs, want);
}

static void test_hostile(void)
{
	static const char *const pairs[] = { "1", "../../etc/passwd",
		                             "2", ".",
		                             "3", "..",
		                             "4", "a\nb",
		                             "5", "",
		                             "6", "x\x7f",
		                             "7", "\x1b[31m",
		                             NULL };
	static const char *const want[] = { "%2E.%2F..%2Fetc%2Fpasswd",
		                            "%2E",
		                            "%2E.",
		                            "a%0Ab",
		                            "5",
		                            "x%7F",
		                            "%1B%5B31m" };

	names(pairs, want);
}

static void test_same(void)
{
	static const char *const pairs[] = { "10", "a.txt", "11", "b.txt",
		                             "12", "a.txt", NULL };
	static const char *const want[] = { "10-a.txt", "b.txt", "12-a.txt" };
	/* one that is made to look like what another would be called */
	static const char *const false_pairs[] = { "10", "a",    "11", "a",
		                                   "12", "10-a", NULL };
	static const char *const false_want[] = { "10-a", "11-a", "12-10-a" };
	/* one that is called like the escaped form of another */
	static const char *const escaped[] = { "10", "a/b", "11", "a%2Fb", NULL };
	static const char *const escaped_want[] = { "10-a%2Fb", "11-a%2Fb" };

	names(pairs, want);
	names(false_pairs, false_want);
	names(escaped, escaped_want);
}

static void test_long(void)
{
	char label[1200];
	struct blob b[2] = { { .id = str_dup("1") }, { .id = str_dup("2") } };
	struct blobs all = { .p = b, .n = 2 };

	for (size_t i = 0; i + 1 < sizeof(label); i += 2)
		memcpy(label + i, "\xc3\xa9", 2);
	label[sizeof(label) - 2] = '\0';
	b[0].label = str_dup(label);
	label[0] = '/';
	label[1] = '/';
	b[1].label = str_dup(label);
	is_int(blobs_name(&all, NULL), 0, "names that are too long");
	for (size_t i = 0; i < 2; i++) {
		ok(strlen(b[i].name) <= BLOB_NAME_MAX && strlen(b[i].name) > 80,
		   "are cut: %zu", strlen(b[i].name));
		free(b[i].id);
		free(b[i].label);
		free(b[i].name);
	}
}

int main(void)
{
	test_plain();
	test_hostile();
	test_same();
	test_long();
	return done_testing();
}
