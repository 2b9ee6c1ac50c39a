/* SPDX-License-Identifier: MIT */
#include "catalog/userviews.h"

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define N_THREADS 4
#define N_EDITS 25

static char dir[] = "/tmp/jsmfs-views.XXXXXX";
static char *file;

static void put(const char *text)
{
	FILE *f = fopen(file, "w");

	if (!f || fputs(text, f) == EOF || fclose(f))
		ok(false, "cannot write %s", file);
}

static const char *get(void)
{
	static char text[USERVIEWS_MAX_BYTES];
	FILE *f = fopen(file, "r");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	text[n] = '\0';
	if (f)
		fclose(f);
	return text;
}

static struct userviews *open_views(void)
{
	struct userviews *u = NULL;

	if (userviews_new(file, &u, NULL))
		exit(1);
	return u;
}

static struct view_list *list(struct userviews *u)
{
	struct view_list *l = NULL;

	if (userviews_list(u, &l, NULL))
		exit(1);
	return l;
}

static const char *query_of(const struct view_list *l, const char *name)
{
	const struct user_view *v = view_list_find(l, span_of(name));

	return v ? v->query : NULL;
}

static void test_names(void)
{
	static const char *const bad[] = { "",    ".",     "..",  ".a",      "a/b",
		                           "a b", "a.b",   "a-b", "a\"b",    "a\nb",
		                           "a%b", "\x80z", "[a]", "\xc2\x85" };
	char name[200];

	ok(userviews_is_name(SPAN("load")), "letters");
	ok(userviews_is_name(SPAN("_2$x")), "an underscore, a digit, a dollar");
	ok(userviews_is_name(SPAN("Übersicht")), "letters of any language");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ok(!userviews_is_name(span_of(bad[i])), "bad name %zu", i);
	memset(name, 'a', sizeof(name));
	ok(userviews_is_name((struct span){ name, USERVIEWS_NAME_BYTES }), "the longest");
	ok(!userviews_is_name((struct span){ name, USERVIEWS_NAME_BYTES + 1 }),
	   "one that is longer");
}

static void test_reading(void)
{
	struct userviews *u = open_views();
	struct view_list *a = list(u), *b, *c;

	ok(a->n == 0 && !a->problem, "no file is no view and no problem");
	put("{\"B\": {\"query\": \"SELECT 1\"}, \"a\": {\"query\": \"SELECT 2\", \"x\": "
	    "1}}");
	b = list(u);
	is_int((long long)b->n, 2, "a file that appears is read");
	is_str(b->p[0].name, "B", "in its order");
	is_str(query_of(b, "A"), "SELECT 2", "found whatever the case");
	ok(b->version > a->version, "the version grows");
	c = list(u);
	ok(c->version == b->version, "and stays while nothing changes");
	view_list_unref(c);
	/* the same size within the same tick of the clock */
	put("{\"B\": {\"query\": \"SELECT 3\"}, \"a\": {\"query\": \"SELECT 2\", \"x\": "
	    "1}}");
	c = list(u);
	is_str(query_of(c, "B"), "SELECT 3", "a change that no time tells is seen");
	is_str(query_of(b, "B"), "SELECT 1", "who holds the old list keeps it");
	view_list_unref(c);
	unlink(file);
	c = list(u);
	ok(c->n == 0 && c->version > b->version,
	   "a file that goes takes its views along");
	view_list_unref(a);
	view_list_unref(b);
	view_list_unref(c);
	userviews_free(u);
}

static void test_hostile(void)
{
	static const char *const broken[] = {
		"", "[]", "3", "{\"a\":", "nonsense", "{\"a\":{\"query\":\"x\"}} trailing"
	};
	struct userviews *u = open_views();
	struct view_list *l;

	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		put(broken[i]);
		l = list(u);
		ok(l->n == 0 && l->problem, "broken file %zu has a sentence: %s", i,
		   l->problem ? l->problem : "none");
		view_list_unref(l);
	}
	put("{\"good\": {\"query\": \"SELECT 1\"}, \"../x\": {\"query\": \"SELECT 1\"},"
	    " \"GOOD\": {\"query\": \"SELECT 2\"}, \"n\": 3, \"m\": {}, "
	    "\"z\": {\"query\": \"a\\u0000b\"}, \"last\": {\"query\": \"SELECT 9\"}}");
	l = list(u);
	is_str(query_of(l, "good"), "SELECT 1", "the first of two that differ in case");
	is_str(query_of(l, "last"), "SELECT 9", "the others still work");
	ok(l->problem && strstr(l->problem, "../x"), "the bad name is told: %s",
	   l->problem);
	ok(!view_list_find(l, SPAN("../x")), "and left out");
	ok(view_list_find(l, SPAN("n"))->problem, "one that is no object has a problem");
	ok(view_list_find(l, SPAN("m"))->problem, "one without a query too");
	ok(view_list_find(l, SPAN("z"))->problem, "and one with a NUL");
	ok(!view_list_find(l, SPAN("last"))->problem, "a good one has none");
	view_list_unref(l);
	unlink(file);
	if (mkfifo(file, 0600))
		ok(false, "mkfifo");
	l = list(u);
	ok(l->n == 0 && l->problem, "a FIFO does not hang: %s", l->problem);
	view_list_unref(l);
	unlink(file);
	put("{");
	if (truncate(file, USERVIEWS_MAX_BYTES + 1))
		ok(false, "truncate");
	l = list(u);
	ok(l->problem && strstr(l->problem, "larger"), "a large file: %s", l->problem);
	view_list_unref(l);
	unlink(file);
	userviews_free(u);
}

static void test_editing(void)
{
	struct userviews *u = open_views();
	struct view_list *l;
	struct stat st;
	struct err err = { 0 };

	is_int(userviews_change(u, VIEW_ALTER, SPAN("a"), SPAN("q"), &err), -ENOENT,
	       "what is not there cannot be altered: %s", err.msg);
	is_int(userviews_change(u, VIEW_DROP, SPAN("a"), SPAN(""), &err), -ENOENT,
	       "or dropped");
	ok(access(file, F_OK), "and no file is made");
	is_int(userviews_change(u, VIEW_CREATE, SPAN("a"), SPAN("SELECT \"x\"\n"), NULL),
	       0, "created");
	is_int(stat(file, &st) ? -1 : (int)(st.st_mode & 07777), 0600,
	       "for the user alone");
	is_int(userviews_change(u, VIEW_CREATE, SPAN("A"), SPAN("q"), &err), -EEXIST,
	       "once, whatever the case: %s", err.msg);
	put("{\"keep\": [1, 2.50, {\"x\": null}],\n \"a\": {\"note\": \"mine\", "
	    "\"query\": "
	    "\"old\", \"n\": 1}, \"b\": {\"query\": \"SELECT 2\"}}");
	(void)chmod(file, 0640);
	is_int(userviews_change(u, VIEW_ALTER, SPAN("A"), SPAN("SELECT 1"), NULL), 0,
	       "altered");
	is_str(get(),
	       "{\n\t\"keep\": [1,2.50,{\"x\":null}],\n\t\"a\": { \"note\": \"mine\", "
	       "\"query\": \"SELECT 1\", \"n\": 1 },\n\t\"b\": {\"query\":\"SELECT "
	       "2\"}\n}\n",
	       "order and strangers stay");
	is_int(stat(file, &st) ? -1 : (int)(st.st_mode & 07777), 0640, "and the mode");
	is_int(userviews_change(u, VIEW_PUT, SPAN("c"), SPAN("SELECT 3"), NULL), 0,
	       "put");
	is_int(userviews_change(u, VIEW_DROP, SPAN("a"), SPAN(""), NULL), 0, "dropped");
	l = list(u);
	ok(l->n == 3 && !query_of(l, "a") && !strcmp(query_of(l, "c"), "SELECT 3"),
	   "as the list says");
	view_list_unref(l);
	is_int(userviews_change(u, VIEW_PUT, SPAN("../c"), SPAN("q"), &err), -EINVAL,
	       "a bad name: %s", err.msg);
	is_int(userviews_change(u, VIEW_PUT, SPAN("c"), SPAN("a\0b"), &err), -EINVAL,
	       "a NUL: %s", err.msg);
	put("{ broken");
	is_int(userviews_change(u, VIEW_PUT, SPAN("c"), SPAN("q"), &err), -EINVAL,
	       "a file that cannot be understood is not replaced: %s", err.msg);
	is_str(get(), "{ broken", "and stays as it was");
	unlink(file);
	userviews_free(u);
	is_int(userviews_new(NULL, &u, NULL), 0, "without a file");
	is_int(userviews_change(u, VIEW_PUT, SPAN("c"), SPAN("q"), &err), -EINVAL,
	       "nothing can be kept: %s", err.msg);
	userviews_free(u);
}

static void file_at(const char *path)
{
	FILE *f = fopen(path, "w");

	if (f)
		fclose(f);
}

static void test_link(void)
{
	cleanup_free_ char *real = str_printf("%s/real.json", dir);
	struct userviews *u = open_views();
	struct stat st;

	file_at(real);
	if (symlink("real.json", file))
		ok(false, "symlink");
	is_int(userviews_change(u, VIEW_PUT, SPAN("b"), SPAN("q"), NULL), 0,
	       "through a link to a file");
	ok(!lstat(file, &st) && S_ISLNK(st.st_mode), "the link stays a link");
	ok(strstr(get(), "\"b\""), "and the file behind it is changed");
	unlink(file);
	unlink(real);
	userviews_free(u);
}

static void test_lock(void)
{
	cleanup_free_ char *name = str_printf("%s.lock", file);
	struct userviews *u = open_views();
	struct err err = { 0 };
	int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	ok(fd >= 0 && !flock(fd, LOCK_EX), "somebody holds the lock");
	is_int(userviews_change(u, VIEW_PUT, SPAN("a"), SPAN("q"), &err), -EBUSY,
	       "nobody waits for ever: %s", err.msg);
	close(fd);
	is_int(userviews_change(u, VIEW_PUT, SPAN("a"), SPAN("q"), NULL), 0,
	       "then it works");
	unlink(file);
	userviews_free(u);
}

static void *edit(void *arg)
{
	struct userviews *u = open_views(); /* as another process would */
	char name[32];

	for (int i = 0; i < N_EDITS; i++) {
		struct view_list *l;

		snprintf(name, sizeof(name), "v%c%d", *(char *)arg, i);
		if (userviews_change(u, VIEW_CREATE, span_of(name), SPAN("q"), NULL))
			printf("# %s is not created\n", name);
		l = list(u);
		if (!query_of(l, name))
			printf("# %s is not seen\n", name);
		view_list_unref(l);
	}
	userviews_free(u);
	return NULL;
}

static void test_many(void)
{
	pthread_t threads[N_THREADS];
	char names[] = "abcd";
	struct userviews *u = open_views();
	struct view_list *l;

	for (int i = 0; i < N_THREADS; i++)
		pthread_create(&threads[i], NULL, edit, &names[i]);
	for (int i = 0; i < N_THREADS; i++)
		pthread_join(threads[i], NULL);
	l = list(u);
	is_int((long long)l->n, N_THREADS * N_EDITS, "no edit of many writers is lost");
	ok(!l->problem, "and the file is whole");
	view_list_unref(l);
	unlink(file);
	userviews_free(u);
}

static void test_with(void)
{
	struct userviews *u = open_views();
	struct view_list *l, *w;

	put("{\"a\": {\"query\": \"1\"}, \"b\": 3}");
	l = list(u);
	w = view_list_with(l, SPAN("A"), "2");
	ok(w && w->n == 2 && !strcmp(query_of(w, "a"), "2"), "with another query");
	ok(view_list_find(w, SPAN("b"))->problem, "problems stay");
	view_list_unref(w);
	w = view_list_with(l, SPAN("a"), NULL);
	ok(w && w->n == 1, "without it");
	view_list_unref(w);
	view_list_unref(l);
	unlink(file);
	userviews_free(u);
}

int main(void)
{
	cleanup_free_ char *lock = NULL;

	if (!mkdtemp(dir))
		return 1;
	file = str_printf("%s/UserDefinedViews.json", dir);
	lock = str_printf("%s.lock", file);
	test_names();
	test_reading();
	test_hostile();
	test_editing();
	test_link();
	test_lock();
	test_many();
	test_with();
	unlink(lock);
	free(file);
	{
		cleanup_free_ char *real_lock = str_printf("%s/real.json.lock", dir);

		unlink(real_lock);
	}
	rmdir(dir);
	return done_testing();
}
