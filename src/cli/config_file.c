/* SPDX-License-Identifier: MIT */
/*
 * The INI file.  Lines before the first section count for every profile.  What
 * is quoted in sentences is the place, never the line: it may hold a secret.
 */
#include "cli/config.h"
#include "cli/config_i.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct file {
	const char *path;
	const char *profile;
	struct stat st;
	char *text; /* CONFIG_MAX_BYTES + 1, wiped */
	size_t n;
	bool holds_secrets; /* in any section, or a command */
	bool is_profile_there;
	struct buf profiles; /* names seen, for the sentence */
};

static void file_clear(struct file *f)
{
	if (f->text)
		secret_wipe(f->text, f->n);
	free(f->text);
	buf_clear(&f->profiles);
}

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static int refuse_errno(const char *path, struct err *err)
{
	int code = -errno;

	return err_set(err, code, "cannot read %s: %s", path, strerror(-code));
}

static int load(struct file *f, struct err *err)
{
	cleanup_(fd_close) int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 || fstat(fd, &f->st) < 0)
		return refuse_errno(f->path, err);
	f->text = malloc(CONFIG_MAX_BYTES + 1);
	if (!f->text)
		return err_nomem(err);
	while (f->n <= CONFIG_MAX_BYTES) {
		ssize_t got = read(fd, f->text + f->n, CONFIG_MAX_BYTES + 1 - f->n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return refuse_errno(f->path, err);
		if (!got)
			return 0;
		f->n += (size_t)got;
	}
	return err_set(err, -EFBIG, "%s is larger than 1 MiB", f->path);
}

/* Who can write the file decides where the credentials are sent. */
static int check_owner(const struct file *f, struct err *err)
{
	if (!S_ISREG(f->st.st_mode))
		return 0;
	if (f->st.st_uid != geteuid() && f->st.st_uid != 0)
		return err_set(err, -EACCES,
		               "%s belongs to another user; it must be yours or root's",
		               f->path);
	if (f->st.st_mode & S_IWOTH)
		return err_set(err, -EACCES,
		               "everybody can write %s; run: chmod go-w '%s'", f->path,
		               f->path);
	return 0;
}

static int check_mode(const struct file *f, struct err *err)
{
	if (!f->holds_secrets || !S_ISREG(f->st.st_mode) ||
	    !(f->st.st_mode & (S_IRWXG | S_IRWXO)))
		return 0;
	return err_set(err, -EACCES,
	               "%s holds secrets and others can read it; run: chmod 600 '%s'",
	               f->path, f->path);
}

static int read_section(struct file *f, struct span line, bool *ret_active,
                        struct err *err)
{
	struct span name = { line.p + 1, line.n - 2 };

	if (line.n < 3 || line.p[line.n - 1] != ']')
		return err_set(err, -EINVAL, "a section is written [name]");
	name = span_trim(name);
	if (f->profiles.len < 200) {
		buf_puts(&f->profiles, f->profiles.len ? ", " : "");
		buf_span(&f->profiles, name);
	}
	*ret_active = span_is(name, f->profile);
	f->is_profile_there = f->is_profile_there || *ret_active;
	return 0;
}

static int read_value(struct span text, struct piece *ret, struct err *err)
{
	*ret = (struct piece){ .value = text };
	if (!text.n || (text.p[0] != '"' && text.p[0] != '\''))
		return 0;
	int r = piece_quoted(&text, ret);
	if (r == -ENOMEM)
		return err_nomem(err);
	if (r < 0)
		return err_set(err, r, "the quote is not closed");
	if (span_trim(text).n) {
		piece_clear(ret);
		return err_set(err, -EINVAL,
		               "text behind the closing quote; a quote inside is "
		               "written twice");
	}
	return 0;
}

/* *behind_secret: in, whether the line before was a bare secret; out, this one. */
static int read_setting(struct config *c, struct file *f, struct span line, bool active,
                        bool *behind_secret, struct err *err)
{
	cleanup_(piece_clear) struct piece piece = { 0 };
	struct target t;

	if (!memchr(line.p, '=', line.n))
		return err_set(err, -EINVAL,
		               "this is no 'Name = value', no [section] and no comment");
	struct span name = span_trim(span_cut(&line, '='));
	int r = read_value(span_trim(line), &piece, err);
	if (r < 0)
		return r;
	bool is_known = config_resolve(name, &t);
	bool is_secret = is_known && t.property->flags & PROP_SECRET;
	f->holds_secrets = f->holds_secrets ||
	                   (is_secret && piece.value.n && t.origin != CONFIG_FILE);
	if (active)
		r = config_put(c, name, piece.value, *behind_secret, err);
	*behind_secret = is_secret && !piece.quoted;
	return r;
}

static int read_lines(struct config *c, struct file *f, struct err *err)
{
	struct span rest = { f->text, f->n };
	bool active = true, behind_secret = false;
	unsigned number = 0;
	int r = 0;

	if (rest.n >= 3 && !memcmp(rest.p, "\xef\xbb\xbf", 3)) {
		rest.p += 3;
		rest.n -= 3;
	}
	while (rest.n && r >= 0) {
		struct span line = span_trim(span_cut(&rest, '\n'));
		number++;
		if (!line.n || line.p[0] == '#' || line.p[0] == ';')
			continue;
		if (line.p[0] == '[') {
			r = read_section(f, line, &active, err);
			behind_secret = false;
		} else {
			r = read_setting(c, f, line, active, &behind_secret, err);
		}
		if (r < 0)
			err_wrap(err, "%s:%u", f->path, number);
	}
	return r;
}

/* $XDG_CONFIG_HOME/jsmfs/jsmfs.conf; NULL with 0 when there is no home either. */
static int default_path(char **ret, struct err *err)
{
	const char *xdg = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	*ret = NULL;
	/* The specification wants relative values ignored. */
	if (xdg && *xdg == '/')
		*ret = str_printf("%s/jsmfs/jsmfs.conf", xdg);
	else if (home && *home == '/')
		*ret = str_printf("%s/.config/jsmfs/jsmfs.conf", home);
	else
		return 0;
	return *ret ? 0 : err_nomem(err);
}

static int read_file(struct config *c, struct file *f, bool may_be_absent,
                     struct err *err)
{
	struct err why = { 0 };
	int r = load(f, &why);

	if ((r == -ENOENT || r == -ENOTDIR) && may_be_absent)
		return 0;
	if (r < 0) {
		if (err)
			*err = why;
		return r;
	}
	free(c->path);
	c->path = str_dup(f->path);
	r = c->path ? check_owner(f, err) : err_nomem(err);
	if (r >= 0)
		r = read_lines(c, f, err);
	if (r >= 0)
		r = check_mode(f, err);
	return r;
}

int config_read_file(struct config *c, const char *path, const char *profile,
                     struct err *err)
{
	cleanup_free_ char *found = NULL;
	cleanup_(file_clear) struct file f = {
		.path = path,
		.profile = profile ? profile : "default",
		.profiles = BUF_INIT(1024),
	};

	if (!path) {
		int r = default_path(&found, err);
		if (r < 0)
			return r;
		f.path = found;
	}
	if (!f.path && profile)
		return err_set(err, -ENOENT,
		               "there is no profile '%s': HOME is not set, so there is "
		               "no jsmfs.conf",
		               profile);
	if (!f.path)
		return 0;
	c->reading = CONFIG_FROM_FILE;
	int r = read_file(c, &f, !path && !profile, err);
	if (r < 0 || !profile || f.is_profile_there)
		return r;
	return err_set(err, -ENOENT, "%s has no profile '%s'; it has: %s", f.path,
	               profile, f.profiles.len ? buf_str(&f.profiles) : "none");
}

void config_list_profiles(struct buf *out)
{
	cleanup_free_ char *path = NULL;
	cleanup_(file_clear) struct file f = { 0 };

	if (default_path(&path, NULL) < 0 || !path)
		return;
	f.path = path;
	if (load(&f, NULL) < 0)
		return;
	for (struct span rest = { f.text, f.n }; rest.n;) {
		struct span line = span_trim(span_cut(&rest, '\n'));
		if (line.n < 3 || line.p[0] != '[' || line.p[line.n - 1] != ']')
			continue;
		buf_span(out, span_trim((struct span){ line.p + 1, line.n - 2 }));
		buf_putc(out, '\n');
	}
}
