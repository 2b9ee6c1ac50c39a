/* SPDX-License-Identifier: MIT */
#include "store/db.h"

#include "store/cache.h"
#include "store/meta.h"
#include "tap.h"

#include <sqlite3.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[] = "/tmp/jsmfs-db-XX"
		    "XX"
		    "XX";
static char dir[128], path[160];

static mode_t mode_of(const char *p)
{
	struct stat st;

	return stat(p, &st) ? 0 : st.st_mode & 07777;
}

static bool has(const char *suffix)
{
	char p[200];

	snprintf(p, sizeof(p), "%s%s", path, suffix);
	return !access(p, F_OK);
}

static void drop(const char *suffix)
{
	char p[200];

	snprintf(p, sizeof(p), "%s%s", path, suffix);
	unlink(p);
}

static bool is_kept(struct db *d, const char *key)
{
	struct buf got = BUF_INIT(100);
	bool found = cache_get(d, span_of(key), INT64_MAX, &got, NULL);

	buf_clear(&got);
	return found;
}

static struct db *reopen(const char *why)
{
	struct db *d = NULL;
	struct err err = { 0 };

	is_int(db_open(path, &d, &err), 0, "%s: %s", why, err.msg);
	return d;
}

static void stays(void)
{
	cleanup_(db_closep) struct db *d = reopen("a new file");
	cleanup_(db_closep) struct db *other = reopen("a second mount at the same time");

	if (!d || !other)
		return;
	is_int(mode_of(path), 0600, "the file is private");
	is_int(mode_of(dir), 0700, "and so is the directory");
	cache_put(d, SPAN("key"), SPAN("value"));
	ok(is_kept(other, "key"), "what one has put the other gets");
	meta_size_put(other, SPAN("m"), &(struct meta_size){ 1, 2, 3 });
	db_close(take_ptr(d));
	db_close(take_ptr(other));
	d = reopen("again");
	struct meta_size size;
	ok(d && is_kept(d, "key") && meta_size_get(d, SPAN("m"), &size) && size.rows == 2,
	   "it outlives the mount");
}

static void overwrite(const char *bytes, size_t n, off_t at, bool cut)
{
	int fd = open(path, O_WRONLY | O_CREAT | (cut ? O_TRUNC : 0), 0644);

	ok(fd >= 0 && pwrite(fd, bytes, n, at) == (ssize_t)n, "written over");
	close(fd);
}

static void set_aside(void)
{
	static const char garbage[8192] = "this is no database";

	drop("-wal");
	drop("-shm");
	overwrite(garbage, sizeof(garbage), 0, true);
	cleanup_(db_closep) struct db *d = reopen("a file of garbage");
	ok(has(".bad"), "is set aside");
	ok(d && !is_kept(d, "key"), "and a new one made");
	if (!d)
		return;
	cache_put(d, SPAN("key"), SPAN("value"));
	ok(is_kept(d, "key"), "that works");
	db_close(take_ptr(d));
	drop(".bad");

	sqlite3 *newer = NULL;
	ok(!sqlite3_open(path, &newer) &&
	           !sqlite3_exec(newer, "PRAGMA user_version=1000", NULL, NULL, NULL),
	   "another version is written");
	sqlite3_close(newer);
	d = reopen("a file of a newer program");
	ok(has(".bad") && d && !is_kept(d, "key"), "is set aside too");
	db_close(take_ptr(d));
	drop(".bad");

	overwrite("", 0, 0, true);
	d = reopen("an empty file");
	ok(!has(".bad") && d, "is made a database");
}

/* Pages behind the first are damaged: seen only when they are read. */
static void damaged_later(void)
{
	static char noise[4096];
	static char big[200000];
	struct stat st;

	cleanup_(db_closep) struct db *d = reopen("to be damaged");
	if (!d)
		return;
	for (int i = 0; i < 10; i++)
		cache_put(d, (struct span){ &"0123456789"[i], 1 },
		          (struct span){ big, sizeof(big) });
	db_close(take_ptr(d));
	memset(noise, 0xee, sizeof(noise));
	if (stat(path, &st))
		return;
	for (off_t at = 4096; at < st.st_size; at += 4096)
		overwrite(noise, sizeof(noise), at, false);
	d = NULL;
	int r = db_open(path, &d, NULL);
	/* Whenever it shows, it must not be worse than a cache that holds nothing. */
	for (int i = 0; !r && i < 10; i++)
		ok(!is_kept(d, (char[]){ (char)('0' + i), '\0' }), "nothing is found");
	if (d)
		cache_put(d, SPAN("x"), SPAN("y"));
	db_close(take_ptr(d));
	d = reopen("the next mount");
	if (!d)
		return;
	cache_put(d, SPAN("x"), SPAN("y"));
	ok(is_kept(d, "x"), "has a cache that works");
}

static void refused(void)
{
	struct db *d = NULL;
	struct err err = { 0 };
	char link[200];

	snprintf(link, sizeof(link), "%s.link", path);
	ok(!symlink(path, link), "a link");
	is_int(db_open(link, &d, &err), -ELOOP, "is not followed");
	unlink(link);
	is_int(db_open("/dev/null", &d, &err), -EINVAL, "a device is refused");
	is_int(db_open(dir, &d, &err), -EISDIR, "a directory is refused");
	is_int(db_open("/dev/null/x/cache.db", &d, &err), -ENOTDIR,
	       "a directory that cannot be");
	ok(!d && err.msg[0], "with a sentence");
	chmod(path, 0644);
	db_close(reopen("a file that others can read"));
	is_int(mode_of(path), 0600, "is made private");
	/* The home directory of many is behind a link. */
	snprintf(link, sizeof(link), "%s/link", top);
	ok(!symlink(dir, link), "a link to the directory");
	char behind[240];
	snprintf(behind, sizeof(behind), "%s/cache.db", link);
	is_int(db_open(behind, &d, &err), 0, "is followed %s", err.msg);
	db_close(d);
	unlink(link);
}

int main(void)
{
	if (!mkdtemp(top))
		skip_all("no temporary directory");
	snprintf(dir, sizeof(dir), "%s/a/b", top);
	snprintf(path, sizeof(path), "%s/cache.db", dir);
	umask(0);
	stays();
	set_aside();
	damaged_later();
	refused();
	db_close(NULL);
	static const char *const suffixes[] = { "", "-wal", "-shm", ".bad" };
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++)
		drop(suffixes[i]);
	rmdir(dir);
	snprintf(dir, sizeof(dir), "%s/a", top);
	rmdir(dir);
	is_int(rmdir(top), 0, "nothing else is left behind");
	return done_testing();
}
