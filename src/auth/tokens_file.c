/* SPDX-License-Identifier: MIT */
#include "auth/seal.h"
#include "auth/tokens_i.h"
#include "base/secret.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER "jsmfs-tokens-1"
#define KEY_HEADER "jsmfs-key-1 "
#define LINE_MAX_BYTES (TOKENS_TEXT_MAX * 3 / 2)
#define KEY_LETTERS (2 * SEAL_KEY_BYTES)
#define ASIDE_MAX 100

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

struct key {
	unsigned char p[SEAL_KEY_BYTES];
};

static void key_clear(struct key *k)
{
	secret_wipe(k->p, sizeof(k->p));
}

static int fail(const char *what, const char *path, struct err *err)
{
	int code = -errno;

	return err_set(err, code, "cannot %s %s: %s", what, path, strerrordesc_np(-code));
}

/* A mount leaves the directory that it was started in. */
static char *absolute(const char *path)
{
	cleanup_free_ char *cwd = path[0] == '/' ? NULL : getcwd(NULL, 0);

	return cwd ? str_printf("%s/%s", cwd, path) : str_dup(path);
}

int token_file_init(struct token_file *f, const char *path, struct err *err)
{
	/* A link stays a link: what it leads to is replaced. */
	char *real = realpath(path, NULL);

	f->path = real ? real : absolute(path);
	if (!f->path)
		return err_nomem(err);
	f->key = str_printf("%s.key", f->path);
	f->lock = str_printf("%s.lock", f->path);
	f->fresh = str_printf("%s.new", f->path);
	return f->key && f->lock && f->fresh ? 0 : err_nomem(err);
}

void token_file_clear(struct token_file *f)
{
	free(f->path);
	free(f->key);
	free(f->lock);
	free(f->fresh);
	*f = (struct token_file){ 0 };
}

/* --- directories and the lock ---------------------------------------------------------
 */

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return str_dup(".");
	return slash == path ? str_dup("/")
	                     : span_dup((struct span){ path, (size_t)(slash - path) });
}

/* Those above it that are missing are made too, for our eyes only. */
static int make_directory(const char *path, struct err *err)
{
	cleanup_free_ char *dir = directory_of(path);

	if (!dir)
		return err_nomem(err);
	for (char *p = dir + 1;; p++) {
		char was = *p;

		if (was && was != '/')
			continue;
		*p = '\0';
		if (mkdir(dir, 0700) && errno != EEXIST && errno != EISDIR &&
		    access(dir, F_OK))
			return fail("make the directory", dir, err);
		*p = was;
		if (!was)
			return 0;
	}
}

int token_file_lock(struct token_file *f, int *ret_fd, struct err *err)
{
	cleanup_(fd_close) int fd = -1;
	int r = make_directory(f->path, err);

	if (r < 0)
		return r;
	fd = open(f->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
	if (fd < 0)
		return fail("open", f->lock, err);
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno == EWOULDBLOCK || errno == EINTR)
			return -EWOULDBLOCK;
		return fail("lock", f->lock, err);
	}
	*ret_fd = fd;
	fd = -1;
	return 0;
}

/* --- reading ---------------------------------------------------------------------------
 */

static int check(int fd, const char *path, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st))
		return fail("read", path, err);
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EINVAL, "%s is not a regular file", path);
	if (st.st_uid != geteuid())
		return err_set(err, -EPERM,
		               "%s belongs to another user, so it is not used", path);
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return err_set(err, -EPERM, "others can read %s: run chmod 600 on it",
		               path);
	return 0;
}

/* 1 when there is none. */
static int slurp(const char *path, struct buf *ret, struct err *err)
{
	cleanup_(fd_close) int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int r;

	if (fd < 0 && errno == ENOENT)
		return 1;
	if (fd < 0)
		return fail("read", path, err);
	r = check(fd, path, err);
	while (!r) {
		char *room = buf_room(ret, 4096);
		ssize_t n = room ? read(fd, room, 4096) : 0;

		if (!room)
			return err_set(err, -EBADMSG, "%s is too large to be ours", path);
		if (n < 0 && errno != EINTR)
			return fail("read", path, err);
		if (!n)
			break;
		buf_commit(ret, n > 0 ? (size_t)n : 0);
	}
	return r;
}

static int nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* 1 when there is none. */
static int read_key(const struct token_file *f, struct key *ret, struct err *err)
{
	cleanup_(secret_clear) struct buf text = BUF_INIT(8192);
	struct span s;
	int r = slurp(f->key, &text, err);

	if (r)
		return r;
	s = span_trim(buf_view(&text));
	if (s.n != strlen(KEY_HEADER) + KEY_LETTERS ||
	    memcmp(s.p, KEY_HEADER, strlen(KEY_HEADER)) != 0)
		return err_set(err, -EBADMSG, "%s is not the key of a token store",
		               f->key);
	for (size_t i = 0; i < SEAL_KEY_BYTES; i++) {
		int high = nibble(s.p[strlen(KEY_HEADER) + 2 * i]);
		int low = nibble(s.p[strlen(KEY_HEADER) + 2 * i + 1]);

		if (high < 0 || low < 0)
			return err_set(err, -EBADMSG, "%s is damaged", f->key);
		ret->p[i] = (unsigned char)(high << 4 | low);
	}
	return 0;
}

int token_file_read(const struct token_file *f, struct buf *ret, struct err *err)
{
	cleanup_(buf_clear) struct buf line = BUF_INIT(LINE_MAX_BYTES);
	cleanup_(key_clear) struct key key = { 0 };
	struct err why = { 0 };
	int r = slurp(f->path, &line, err);

	if (r)
		return r > 0 ? 0 : r;
	r = read_key(f, &key, err);
	if (r > 0)
		return err_set(err, -EBADMSG,
		               "the token store %s cannot be read: its key %s is not "
		               "there; jsmfs login makes a new one",
		               f->path, f->key);
	if (!r)
		r = unseal(ret, key.p, HEADER, span_trim(buf_view(&line)), &why);
	else
		return r;
	if (r < 0)
		return err_set(err, r,
		               "the token store %s cannot be read: %s; jsmfs login makes "
		               "a new one",
		               f->path, why.msg);
	return 0;
}

/* --- writing
 * ------------------------------------------------------------------------------
 */

static int write_all(int fd, struct span s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		s.p += n;
		s.n -= (size_t)n;
	}
	return fsync(fd);
}

/* What an earlier run that was killed left under that name is replaced. */
static int write_fresh(const struct token_file *f, struct span text, struct err *err)
{
	cleanup_(fd_close) int fd = -1;

	if (unlink(f->fresh) && errno != ENOENT)
		return fail("replace", f->fresh, err);
	fd = open(f->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fail("write", f->fresh, err);
	if (write_all(fd, text)) {
		int r = fail("write", f->fresh, err);

		(void)unlink(f->fresh);
		return r;
	}
	return 0;
}

static int sync_directory(const char *path, struct err *err)
{
	cleanup_free_ char *dir = directory_of(path);
	cleanup_(fd_close) int fd =
		dir ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (!dir)
		return err_nomem(err);
	/* Some file systems cannot do it for a directory, and need not. */
	if (fd < 0 || (fsync(fd) && errno != EINVAL && errno != EROFS))
		return fail("write", dir, err);
	return 0;
}

/* Made whole under another name: nobody ever reads half of one. */
static int make_key(const struct token_file *f, struct key *ret, struct err *err)
{
	cleanup_(secret_clear) struct buf text = BUF_INIT(256);
	int r = seal_random(ret->p, sizeof(ret->p), err);

	if (r < 0)
		return r;
	buf_puts(&text, KEY_HEADER);
	for (size_t i = 0; i < sizeof(ret->p); i++)
		buf_printf(&text, "%02x", ret->p[i]);
	buf_putc(&text, '\n');
	r = write_fresh(f, buf_view(&text), err);
	if (!r && link(f->fresh, f->key))
		r = fail("make", f->key, err);
	if (!r)
		r = sync_directory(f->key, err);
	(void)unlink(f->fresh);
	return r;
}

int token_file_write(const struct token_file *f, struct span text, struct err *err)
{
	cleanup_(buf_clear) struct buf line = BUF_INIT(LINE_MAX_BYTES);
	cleanup_(key_clear) struct key key = { 0 };
	int r = read_key(f, &key, err);

	if (r > 0)
		r = make_key(f, &key, err);
	if (!r)
		r = seal(&line, key.p, HEADER, text, err);
	buf_putc(&line, '\n');
	if (!r && buf_status(&line))
		r = err_nomem(err);
	if (!r)
		r = write_fresh(f, buf_view(&line), err);
	if (!r && rename(f->fresh, f->path))
		r = fail("replace", f->path, err);
	return r ? r : sync_directory(f->path, err);
}

/* The key goes along: with it, what is damaged may still be good for something. */
int token_file_set_aside(const struct token_file *f, char **ret_path, struct err *err)
{
	for (int i = 1; i <= ASIDE_MAX; i++) {
		cleanup_free_ char *path = str_printf("%s.damaged-%d", f->path, i);
		cleanup_free_ char *key = path ? str_printf("%s.key", path) : NULL;

		if (!key)
			return err_nomem(err);
		if (!access(path, F_OK) || !access(key, F_OK))
			continue;
		if (rename(f->path, path))
			return fail("rename", f->path, err);
		if (rename(f->key, key) && errno != ENOENT)
			return fail("rename", f->key, err);
		*ret_path = take_ptr(path);
		return 0;
	}
	return err_set(err, -EEXIST, "too many damaged files lie beside %s", f->path);
}
