/* SPDX-License-Identifier: MIT */
#include "auth/tokens.h"

#include "base/clock.h"
#include "base/str.h"
#include "tap.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/jsmfs-tokens-XXXXXX";
static char path[128];

static struct tokens *open_store(const char *location)
{
	struct tokens *t = NULL;
	struct err err = { 0 };

	ok(!tokens_new(location, &t, &err), "a store at %s %s", location, err.msg);
	return t;
}

static int put(struct tokens *t, const char *name, const char *key, const char *value,
               struct err *err)
{
	struct kept k = { 0 };
	int r = tokens_lock(t, NULL, clock_deadline(10000), err);

	if (r < 0)
		return r;
	r = tokens_read(t, name, &k, err);
	if (!r)
		r = kept_set(&k, key, span_of(value), err);
	if (!r)
		r = tokens_write(t, name, &k, err);
	tokens_unlock(t);
	kept_clear(&k);
	return r;
}

static void is_kept(struct tokens *t, const char *name, const char *key, const char *want)
{
	struct kept k = { 0 };
	struct err err = { 0 };

	is_int(tokens_read(t, name, &k, &err), 0, "read %s %s", name, err.msg);
	ok(span_is(kept_get(&k, key), want), "%s of %s is '%s'", key, name, want);
	kept_clear(&k);
}

static void test_store(const char *location)
{
	cleanup_(tokens_freep) struct tokens *t = open_store(location);
	struct kept none = { 0 };

	is_kept(t, "one", "a", "");
	is_int(put(t, "one", "a", "x\"y\n\xc3\xa4", NULL), 0, "kept");
	is_int(put(t, "two", "a", "other", NULL), 0, "another");
	is_int(put(t, "one", "b", "more", NULL), 0, "and more");
	is_kept(t, "one", "a", "x\"y\n\xc3\xa4");
	is_kept(t, "one", "b", "more");
	is_kept(t, "two", "a", "other");
	is_int(put(t, "one", "a", "", NULL), 0, "an empty text");
	is_kept(t, "one", "a", "");
	is_kept(t, "one", "b", "more");
	is_int(tokens_lock(t, NULL, CLOCK_FOREVER, NULL), 0, "locked");
	is_int(tokens_write(t, "two", &none, NULL), 0, "forgotten");
	tokens_unlock(t);
	is_kept(t, "two", "a", "");
	is_kept(t, "one", "b", "more");
	for (int i = 0; i < 100; i++) {
		char name[32];

		snprintf(name, sizeof(name), "many %d", i);
		if (put(t, name, "a", "v", NULL))
			ok(false, "%s", name);
	}
	is_kept(t, "many 99", "a", "v");
	is_kept(t, "many 60", "a", "v");
	is_kept(t, "one", "b", ""); /* the oldest made room */
}

static void test_files(void)
{
	cleanup_(tokens_freep) struct tokens *t = NULL, *again = NULL;
	struct stat st;
	char *aside = NULL;

	snprintf(path, sizeof(path), "%s/deep/er/store", dir);
	t = open_store(path);
	is_int(put(t, "s", "a", "v", NULL), 0, "directories are made");
	ok(!stat(path, &st) && (st.st_mode & 0777) == 0600, "a file of ours");
	again = open_store(path);
	is_kept(again, "s", "a", "v");
	is_int(tokens_lock(t, NULL, CLOCK_FOREVER, NULL), 0, "locked");
	is_int(tokens_set_aside(t, &aside, NULL), 0, "what is in order");
	ok(!aside && !access(path, F_OK), "stays where it is");
	tokens_unlock(t);

	FILE *f = fopen(path, "we");
	fputs("jsmfs-tokens-1 AAAAAAAA\n", f);
	fclose(f);
	is_int(put(t, "s", "a", "w", NULL), -EBADMSG, "what is damaged is not replaced");
	is_int(tokens_lock(t, NULL, CLOCK_FOREVER, NULL), 0, "locked");
	is_int(tokens_set_aside(t, &aside, NULL), 0, "but set aside");
	tokens_unlock(t);
	ok(aside && !access(aside, F_OK) && access(path, F_OK), "at %s", aside);
	free(aside);
	is_int(put(t, "s", "a", "w", NULL), 0, "and begun anew");
	is_kept(again, "s", "a", "w");

	char link[160], target[160];
	snprintf(link, sizeof(link), "%s/link", dir);
	snprintf(target, sizeof(target), "%s/deep/er/store", dir);
	is_int(symlink(target, link), 0, "a link");
	cleanup_(tokens_freep) struct tokens *linked = open_store(link);
	is_int(put(linked, "s", "a", "by link", NULL), 0, "is written through");
	ok(!lstat(link, &st) && S_ISLNK(st.st_mode), "and stays one");
	is_kept(t, "s", "a", "by link");
}

/* --- locks ---------------------------------------------------------------------- */

static struct tokens *shared;
static atomic_int inside, most;

static void *contend(void *arg)
{
	(void)arg;
	for (int i = 0; i < 20; i++) {
		if (tokens_lock(shared, NULL, clock_deadline(30000), NULL))
			return NULL;
		int n = atomic_fetch_add(&inside, 1) + 1;
		if (n > atomic_load(&most))
			atomic_store(&most, n);
		atomic_fetch_sub(&inside, 1);
		tokens_unlock(shared);
	}
	return contend;
}

static void *fire(void *arg)
{
	cancel_fire(arg);
	return NULL;
}

static void test_lock(const char *location)
{
	pthread_t threads[8];
	struct cancel cancel;
	struct err err = { 0 };

	shared = open_store(location);
	atomic_store(&most, 0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_create(&threads[i], NULL, contend, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		void *done;

		pthread_join(threads[i], &done);
		ok(done, "thread %zu had its turns", i);
	}
	is_int(atomic_load(&most), 1, "one at a time");

	is_int(tokens_lock(shared, NULL, CLOCK_FOREVER, NULL), 0, "held");
	is_int(tokens_lock(shared, NULL, clock_deadline(30), &err), -ETIMEDOUT,
	       "the wait has an end");
	cancel_init(&cancel);
	pthread_create(&threads[0], NULL, fire, &cancel);
	is_int(tokens_lock(shared, &cancel, CLOCK_FOREVER, &err), -EINTR,
	       "and can be interrupted");
	pthread_join(threads[0], NULL);
	is_int(tokens_lock(shared, &cancel, CLOCK_FOREVER, &err), -EINTR,
	       "at once by who was interrupted before");
	cancel_clear(&cancel);
	tokens_unlock(shared);
	is_int(tokens_lock(shared, NULL, clock_deadline(10000), NULL), 0, "free again");
	tokens_unlock(shared);
	tokens_free(shared);
}

static void test_processes(void)
{
	char counter[160];
	int good = 0;

	snprintf(counter, sizeof(counter), "%s/counted", dir);
	for (int i = 0; i < 10; i++) {
		if (fork())
			continue;
		struct tokens *t = NULL;
		int bad = tokens_new(counter, &t, NULL);

		for (int n = 0; n < 5 && !bad; n++) {
			struct kept k = { 0 };
			int64_t count = 0;
			char text[32];

			bad = tokens_lock(t, NULL, clock_deadline(30000), NULL);
			if (bad)
				break;
			bad = tokens_read(t, "n", &k, NULL);
			(void)span_int(kept_get(&k, "n"), &count);
			snprintf(text, sizeof(text), "%lld", (long long)count + 1);
			bad = bad || kept_set(&k, "n", span_of(text), NULL) ||
			      tokens_write(t, "n", &k, NULL);
			tokens_unlock(t);
			kept_clear(&k);
		}
		tokens_free(t);
		_exit(bad != 0);
	}
	for (int i = 0; i < 10; i++) {
		int status;

		good += wait(&status) > 0 && !status;
	}
	is_int(good, 10, "ten processes at one file");
	cleanup_(tokens_freep) struct tokens *t = open_store(counter);
	is_kept(t, "n", "n", "50"); /* no change of anybody is lost */
}

int main(void)
{
	char command[64];

	if (!mkdtemp(dir))
		return 1;
	test_store("memory://one");
	test_store(NULL);
	snprintf(path, sizeof(path), "%s/store", dir);
	test_store(path);
	test_files();
	test_lock("memory://");
	test_lock(path);
	test_processes();
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	is_int(system(command), 0, "cleaned up");
	return done_testing();
}
