/* SPDX-License-Identifier: MIT */
/*
 * The file holds nothing that the server does not have: whatever is wrong with
 * it, it is set aside and made anew, at the start or at the next one.
 */
#include "store/db.h"

#include "base/log.h"
#include "store/db_i.h"
#include "store/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_WAIT_MS 5000 /* another mount may be making the tables */
#define CALL_WAIT_MS 250  /* later nobody waits long for a cache */

static const char *const stmt_texts[] = {
	[DB_CACHE_GET] = "SELECT fetched_ms, bytes FROM cache WHERE key = ?1",
	[DB_CACHE_PUT] =
		"INSERT INTO cache (key, fetched_ms, cost, bytes) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT (key) DO UPDATE SET fetched_ms = excluded.fetched_ms,"
		" cost = excluded.cost, bytes = excluded.bytes",
	[DB_CACHE_DROP] = "DELETE FROM cache WHERE key >= ?1"
			  " AND substr(key, 1, length(?1)) = ?1",
	[DB_CACHE_DROP_OLDEST] =
		"DELETE FROM cache WHERE id IN"
		" (SELECT id FROM cache ORDER BY fetched_ms, id LIMIT ?1)",
	[DB_SIZE_GET] = "SELECT bytes, rows, fetched_ms FROM size WHERE key = ?1",
	[DB_SIZE_PUT] =
		"INSERT INTO size (key, bytes, rows, fetched_ms) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT (key) DO UPDATE SET bytes = excluded.bytes,"
		" rows = excluded.rows, fetched_ms = excluded.fetched_ms",
	[DB_SIZE_DROP_OLDEST] = "DELETE FROM size WHERE id IN"
				" (SELECT id FROM size ORDER BY fetched_ms, id LIMIT ?1)",
	[DB_TOTAL] = "SELECT n FROM total WHERE what = ?1",
};
_Static_assert(ARRAY_SIZE(stmt_texts) == DB_N_STMTS, "a text for every statement");

/* Can it be that only the file is at fault? */
static bool is_damage(int r)
{
	switch (r & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_MISMATCH:
	case SQLITE_SCHEMA:
	case SQLITE_ERROR: /* a table or column that should be there is not */
		return true;
	default:
		return false;
	}
}

static int to_errno(sqlite3 *sql, int r)
{
	int number = sql ? sqlite3_system_errno(sql) : 0;

	switch (r & 0xff) {
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	default:
		return number ? -number : -EINVAL;
	}
}

/* mkdir -p; what is made belongs to nobody else. */
static int make_dirs(char *path)
{
	for (char *at = path + 1; *at; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		int r = mkdir(path, 0700);
		*at = '/';
		if (r && errno != EEXIST && errno != EROFS && errno != EACCES)
			return -errno;
	}
	return mkdir(path, 0700) && errno != EEXIST ? -errno : 0;
}

/* Makes the directory; *ret is the path with the directory's links resolved. */
static int resolve_path(const char *path, char **ret, struct err *err)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	cleanup_free_ char *dir =
		slash ? span_dup((struct span){ path, (size_t)(slash - path) })
		      : str_dup(".");

	if (!dir)
		return err_nomem(err);
	if (!*name)
		return err_set(err, -EISDIR, "the cache file %s is a directory", path);
	if (*dir) {
		int r = make_dirs(dir);
		if (r)
			return err_set(err, r, "cannot make the directory %s: %s", dir,
			               strerrordesc_np(-r));
	}
	cleanup_free_ char *real = realpath(*dir ? dir : "/", NULL);
	if (!real)
		return err_set(err, -errno, "cannot use the directory %s: %s", dir,
		               strerrordesc_np(errno));
	*ret = str_printf("%s/%s", real, name);
	return *ret ? 0 : err_nomem(err);
}

/* The directory a file lies in. */
static bool make_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	cleanup_free_ char *dir =
		slash ? span_dup((struct span){ path, (size_t)(slash - path) }) : NULL;

	return dir && *dir && !make_dirs(dir);
}

int private_file(const char *path, struct err *err)
{
	static const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	int fd = open(path, flags, 0600);

	if (fd < 0 && errno == ENOENT && make_parent(path))
		fd = open(path, flags, 0600);
	if (fd < 0)
		return err_set(err, -errno, "cannot open the cache file %s: %s", path,
		               errno == ELOOP ? "it is a symbolic link"
		                              : strerrordesc_np(errno));
	struct stat st;
	int r = 0;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		r = err_set(err, -EINVAL, "the cache file %s is not a regular file",
		            path);
	else if (st.st_uid != geteuid())
		r = err_set(err, -EPERM, "the cache file %s belongs to somebody else",
		            path);
	else if ((st.st_mode & 077) && fchmod(fd, 0600))
		r = err_set(err, -errno, "cannot make the cache file %s private: %s",
		            path, strerrordesc_np(errno));
	if (r) {
		close(fd);
		return r;
	}
	return fd;
}

/* Sees to it that there is a file which is ours and nobody else can read. */
static int make_private(const char *path, struct err *err)
{
	int fd = private_file(path, err);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

/* The file becomes FILE.bad; its companions belong to it and go. */
static void set_aside(const char *path)
{
	cleanup_free_ char *bad = str_printf("%s.bad", path);
	cleanup_free_ char *wal = str_printf("%s-wal", path);
	cleanup_free_ char *shm = str_printf("%s-shm", path);

	log_debug(LOG_CACHE, "setting aside the unusable file path=\"%s\"", path);
	if (!bad || rename(path, bad))
		unlink(path);
	if (wal)
		unlink(wal);
	if (shm)
		unlink(shm);
}

static void disconnect(struct db *d)
{
	for (size_t i = 0; i < DB_N_STMTS; i++) {
		sqlite3_finalize(d->stmts[i]);
		d->stmts[i] = NULL;
	}
	sqlite3_close(d->sql);
	d->sql = NULL;
}

/* An SQLite result code. */
static int connect_to(struct db *d)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
	            SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;
	int r = sqlite3_open_v2(d->path ? d->path : ":memory:", &d->sql, flags, NULL);

	if (r != SQLITE_OK)
		return r;
	sqlite3_busy_timeout(d->sql, OPEN_WAIT_MS);
	sqlite3_db_config(d->sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(d->sql, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	/* Else every command waits for the disk at its end, twice. */
	sqlite3_db_config(d->sql, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	r = sqlite3_exec(d->sql,
	                 "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
	                 "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
	                 "PRAGMA journal_size_limit = 4194304;",
	                 NULL, NULL, NULL);
	if (r == SQLITE_OK)
		r = schema_update(d->sql);
	for (size_t i = 0; r == SQLITE_OK && i < DB_N_STMTS; i++)
		r = sqlite3_prepare_v3(d->sql, stmt_texts[i], -1,
		                       SQLITE_PREPARE_PERSISTENT, &d->stmts[i], NULL);
	sqlite3_busy_timeout(d->sql, CALL_WAIT_MS);
	return r;
}

/* Tries again, once, with a new file. */
static int open_file(struct db *d, struct err *err)
{
	int r = SQLITE_OK;

	for (int attempt = 0; attempt < 2; attempt++) {
		int e = d->path ? make_private(d->path, err) : 0;
		if (e)
			return e;
		r = connect_to(d);
		if (r == SQLITE_OK)
			return 0;
		if (!d->path || !is_damage(r) || attempt)
			break;
		disconnect(d);
		set_aside(d->path);
	}
	return err_set(err, to_errno(d->sql, r), "cannot use the cache file %s: %s",
	               d->path ? d->path : "in memory", sqlite3_errstr(r));
}

int db_open(const char *path, struct db **ret, struct err *err)
{
	cleanup_(db_closep) struct db *d = calloc(1, sizeof(*d));

	if (!d)
		return err_nomem(err);
	d->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	int r = path ? resolve_path(path, &d->path, err) : 0;
	if (!r)
		r = open_file(d, err);
	if (r)
		return r;
	*ret = take_ptr(d);
	return 0;
}

void db_close(struct db *d)
{
	if (!d)
		return;
	disconnect(d);
	pthread_mutex_destroy(&d->lock);
	free(d->path);
	free(d);
}

sqlite3_stmt *db_stmt(struct db *d, enum db_stmt which)
{
	return d->broken ? NULL : d->stmts[which];
}

void db_bind_span(sqlite3_stmt *stmt, int i, struct span s)
{
	/* A NULL pointer would bind NULL, which is not the empty key. */
	sqlite3_bind_blob64(stmt, i, s.n ? s.p : "", s.n, SQLITE_STATIC);
}

bool db_step(struct db *d, sqlite3_stmt *stmt)
{
	int r = sqlite3_step(stmt);

	if (r == SQLITE_ROW || r == SQLITE_DONE)
		return r == SQLITE_ROW;
	log_debug(LOG_CACHE, "the cache fails, going on without reason=\"%s\"",
	          sqlite3_errstr(r));
	if ((r & 0xff) == SQLITE_CORRUPT || (r & 0xff) == SQLITE_NOTADB) {
		d->broken = true;
		if (d->path)
			set_aside(d->path);
	}
	return false;
}

void db_done(sqlite3_stmt *stmt)
{
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
}

bool db_run(struct db *d, sqlite3_stmt *stmt)
{
	(void)db_step(d, stmt);
	/* The result of a failed step is told again by the reset. */
	bool good = sqlite3_reset(stmt) == SQLITE_OK;
	sqlite3_clear_bindings(stmt);
	return good;
}

int64_t db_total(struct db *d, const char *what)
{
	sqlite3_stmt *stmt = db_stmt(d, DB_TOTAL);
	int64_t n = -1;

	if (!stmt)
		return n;
	sqlite3_bind_text(stmt, 1, what, -1, SQLITE_STATIC);
	if (db_step(d, stmt))
		n = sqlite3_column_int64(stmt, 0);
	db_done(stmt);
	return n;
}
