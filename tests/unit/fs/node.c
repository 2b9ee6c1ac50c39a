/* SPDX-License-Identifier: MIT */
#include "fs/node.h"

#include "base/clock.h"
#include "tap.h"

#include <errno.h>
#include <pthread.h>

static const struct table table = { .name = "Things" };
static const struct place dir = { .kind = PLACE_TABLE, .table = &table };
static const struct place rows = { .kind = PLACE_ROWS, .table = &table };

static struct node *add(struct nodes *all, uint64_t parent, const char *name,
                        const struct place *p, struct folder *f)
{
	struct node *n = NULL;

	if (nodes_add(all, parent, span_of(name), p, f, &n, NULL))
		return NULL;
	return n;
}

static bool is_known(struct nodes *all, uint64_t ino)
{
	struct node *n = nodes_find(all, ino);

	node_unref(all, n);
	return n != NULL;
}

static void test_names(void)
{
	struct nodes *all = nodes_new(100);
	struct node *a = add(all, NODE_ROOT, "a", &dir, NULL);
	struct node *b = add(all, a->ino, "a", &dir, NULL);
	struct node *n = nodes_by_name(all, NODE_ROOT, SPAN("a"));

	ok(is_known(all, NODE_ROOT), "the root is there");
	ok(n == a, "found by its name");
	node_unref(all, n);
	n = nodes_by_name(all, a->ino, SPAN("a"));
	ok(n == b && a->ino != b->ino, "the same name elsewhere is another");
	node_unref(all, n);
	ok(!nodes_by_name(all, b->ino, SPAN("a")), "nothing there");
	n = add(all, NODE_ROOT, "a", &dir, NULL);
	ok(n->ino > b->ino, "a new node takes the name, with a number of its own");
	ok(!a->named && n->named, "the old one lost it");
	ok(is_known(all, a->ino), "but lives");
	node_unref(all, n);
	node_unref(all, a);
	node_unref(all, b);
	nodes_free(all);
}

static void test_forgetting(void)
{
	struct nodes *all = nodes_new(100);
	struct node *a;
	uint64_t ino;

	clock_set_fake(10000, 0);
	a = add(all, NODE_ROOT, "a", &rows, NULL);
	ino = a->ino;
	node_looked_up(all, a);
	node_looked_up(all, a);
	node_unref(all, a);
	nodes_forget(all, ino, 1);
	clock_set_fake(20000, 0);
	ok(is_known(all, ino), "looked up twice, forgotten once: alive");
	nodes_forget(all, ino, 1);
	clock_set_fake(21999, 0);
	a = nodes_by_name(all, NODE_ROOT, SPAN("a"));
	ok(a && a->ino == ino, "forgotten, but its number comes back within two seconds");
	node_unref(all, a);
	clock_set_fake(25000, 0);
	ok(!nodes_by_name(all, NODE_ROOT, SPAN("a")), "not later");
	ok(!is_known(all, ino), "it is gone");
	is_int((long long)nodes_count(all), 1, "only the root is left");
	nodes_forget(all, 4711, 3);
	nodes_forget(all, NODE_ROOT, 100);
	ok(is_known(all, NODE_ROOT), "the root cannot be forgotten");
	nodes_free(all);
}

static void test_superseded(void)
{
	struct nodes *all = nodes_new(100);
	struct snapshot *s = snapshot_new(100);
	struct node *a = add(all, NODE_ROOT, "a", &rows, NULL);
	struct node *b;
	struct node_view v;
	uint64_t ino = a->ino;

	node_set_size(all, a, 77);
	node_view(all, a, &v);
	ok(!v.sized && v.size_bytes == 77, "an estimate");
	is_int(snapshot_append(s, SPAN("12345"), NULL), 0, "five bytes");
	snapshot_unref(node_bind_shot(all, a, s));
	node_view(all, a, &v);
	ok(v.sized && v.size_bytes == 5, "an exact size");
	node_set_size(all, a, 99);
	node_view(all, a, &v);
	is_int((long long)v.size_bytes, 5, "an estimate comes too late");
	node_looked_up(all, a);
	node_opened(all, a);
	b = add(all, NODE_ROOT, "a", &rows, NULL);
	ok(node_shot(all, a) == s, "superseded while it is open: it keeps its bytes");
	snapshot_unref(s);
	node_released(all, a);
	node_view(all, a, &v);
	ok(v.dropped && !node_shot(all, a), "and gives them up when it is closed");
	is_int((long long)v.size_bytes, 5, "the size stays");
	is_int((long long)atomic_load(&s->refs), 1, "nobody else holds them");
	node_unref(all, a);
	nodes_forget(all, ino, 1);
	ok(!is_known(all, ino), "without a name there is nothing to come back for");
	node_unref(all, b);
	snapshot_unref(s);
	nodes_free(all);
}

static void test_limit(void)
{
	struct nodes *all = nodes_new(3);
	struct node *a = add(all, NODE_ROOT, "a", &dir, NULL);
	struct node *b = add(all, NODE_ROOT, "b", &dir, NULL);
	struct err err = { 0 };
	struct node *c;

	is_int(nodes_add(all, NODE_ROOT, SPAN("c"), &dir, NULL, &c, &err), -ENFILE,
	       "there is a limit");
	node_unref(all, b);
	is_int(nodes_add(all, NODE_ROOT, SPAN("c"), &dir, NULL, &c, &err), 0,
	       "what was forgotten makes room");
	node_unref(all, a);
	node_unref(all, c);
	nodes_free(all);
}

/* More snapshots than are kept: those nobody has open go, the oldest first. */
static void test_surplus(void)
{
	struct nodes *all = nodes_new(10000);
	struct node *first = NULL, *second = NULL, *n = NULL;
	struct node_view v;
	char name[16];

	for (int i = 0; i < 400; i++) {
		struct snapshot *s = snapshot_new(100);

		snprintf(name, sizeof(name), "n%d", i);
		n = add(all, NODE_ROOT, name, &rows, NULL);
		node_looked_up(all, n);
		snapshot_unref(node_bind_shot(all, n, s));
		snapshot_unref(s);
		if (i == 0) {
			first = n;
			node_opened(all, n);
		} else if (i == 1) {
			second = n;
		}
		node_unref(all, n);
	}
	node_view(all, first, &v);
	ok(!v.dropped, "what is open stays");
	node_view(all, second, &v);
	ok(v.dropped, "the oldest that is not open goes");
	node_view(all, n, &v);
	ok(!v.dropped, "the newest stays");
	node_released(all, first);
	nodes_free(all);
}

static void count(void *ctx, const struct node *n)
{
	(void)n;
	++*(int *)ctx;
}

static int tellers(struct nodes *all, const struct folder *f)
{
	int n = 0;

	nodes_tellers(all, f, count, &n);
	return n;
}

static void test_tellers(void)
{
	const struct place error = { .kind = PLACE_ERROR, .table = &table };
	struct folders *folders = folders_new(NULL);
	struct nodes *all = nodes_new(100);
	struct selector sel;
	struct folder *f = NULL;
	struct node *a, *b;
	int r;

	selector_init(&sel, &table);
	r = folder_get(folders, SPAN("Things"), &sel, &f, NULL);
	is_int(r, 0, "a folder");
	a = add(all, NODE_ROOT, "rows.csv", &rows, f);
	is_int(tellers(all, f), 0, "rows tell of no failure");
	b = add(all, NODE_ROOT, "error", &error, f);
	is_int(tellers(all, f), 1, "error does");
	is_int(node_set_used(all, b), false, "nobody wrote to it");
	node_unref(all, b);
	b = add(all, NODE_ROOT, "error", &error, f);
	is_int(tellers(all, f), 1, "one that lost its name does not");
	is_int(node_set_used(all, b), true, "who has the name has what was done with it");
	nodes_remove(all, b);
	is_int(tellers(all, f), 0, "nor one that was removed");
	node_unref(all, b);
	node_unref(all, a);
	nodes_free(all);
	folder_unref(f);
	folders_free(folders);
}

static void *churn(void *arg)
{
	struct nodes *all = arg;
	char name[16];

	for (int i = 0; i < 3000; i++) {
		struct node *n;

		snprintf(name, sizeof(name), "n%d", i % 50);
		n = nodes_by_name(all, NODE_ROOT, span_of(name));
		if (!n && nodes_add(all, NODE_ROOT, span_of(name), &rows, NULL, &n, NULL))
			return all;
		node_looked_up(all, n);
		nodes_forget(all, n->ino, 1);
		node_unref(all, n);
	}
	return NULL;
}

static void test_threads(void)
{
	struct nodes *all = nodes_new(100000);
	pthread_t threads[4];
	void *failed = NULL, *one;

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, churn, all);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], &one);
		failed = failed ? failed : one;
	}
	ok(!failed, "four threads at once");
	nodes_free(all);
}

int main(void)
{
	test_names();
	test_forgetting();
	test_superseded();
	test_limit();
	test_surplus();
	test_tellers();
	test_threads();
	return done_testing();
}
