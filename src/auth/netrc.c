/* SPDX-License-Identifier: MIT */
#include "auth/netrc.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX_BYTES (1u << 20)
#define WORD_MAX_BYTES 4096u

struct file {
	char *text; /* FILE_MAX_BYTES + 1, wiped */
	size_t n;
	struct stat st;
};

static void file_clear(struct file *f)
{
	if (f->text)
		secret_wipe(f->text, FILE_MAX_BYTES + 1);
	free(f->text);
}

/* 1: read; 0: there is none. */
static int load(const char *path, struct file *f, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n = 1;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EACCES))
		return 0;
	if (fd < 0 || fstat(fd, &f->st) || !S_ISREG(f->st.st_mode)) {
		if (fd >= 0)
			close(fd);
		return err_set(err, -EINVAL, "%s is not a regular file", path);
	}
	f->text = malloc(FILE_MAX_BYTES + 1);
	while (f->text && n > 0 && f->n <= FILE_MAX_BYTES) {
		n = read(fd, f->text + f->n, FILE_MAX_BYTES + 1 - f->n);
		f->n += n > 0 ? (size_t)n : 0;
		n = n < 0 && errno == EINTR ? 1 : n;
	}
	close(fd);
	if (!f->text)
		return err_nomem(err);
	if (n < 0)
		return err_set(err, -EINVAL, "%s cannot be read", path);
	if (f->n > FILE_MAX_BYTES)
		return err_set(err, -EFBIG, "%s is larger than 1 MiB", path);
	return 1;
}

/* -------------------------------------------------------------------- words */

struct word {
	char text[WORD_MAX_BYTES]; /* wiped */
	size_t n;
};

static void word_clear(struct word *w)
{
	secret_wipe(w->text, sizeof(w->text));
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(struct span *rest)
{
	while (rest->n && (is_space(rest->p[0]) || rest->p[0] == '#')) {
		if (rest->p[0] == '#')
			(void)span_cut(rest, '\n');
		else
			*rest = (struct span){ rest->p + 1, rest->n - 1 };
	}
}

/* False at the end; a word that is too long is none that means anything here. */
static bool next_word(struct span *rest, struct word *ret)
{
	bool quoted;

	skip_space(rest);
	ret->n = 0;
	if (!rest->n)
		return false;
	quoted = rest->p[0] == '"';
	for (size_t i = quoted; i <= rest->n; i++) {
		char c = i < rest->n ? rest->p[i] : '\n';

		if (quoted && c == '\\' && i + 1 < rest->n) {
			c = rest->p[++i];
		} else if (i == rest->n || (quoted ? c == '"' : is_space(c))) {
			i += quoted && i < rest->n;
			rest->p += i;
			rest->n -= i;
			break;
		}
		if (ret->n < WORD_MAX_BYTES)
			ret->text[ret->n++] = c;
	}
	if (ret->n == WORD_MAX_BYTES)
		ret->n = 0;
	return true;
}

static struct span span_of_word(const struct word *w)
{
	return (struct span){ w->text, w->n };
}

static void skip_macro(struct span *rest)
{
	while (rest->n && span_trim(span_cut(rest, '\n')).n)
		continue;
}

/* ------------------------------------------------------------------ entries */

struct entry {
	bool is_ours; /* of the machine that is looked for */
	char *login;  /* or NULL */
	struct secret *password;
};

static void entry_clear(struct entry *e)
{
	free(e->login);
	secret_free(e->password);
	*e = (struct entry){ 0 };
}

static bool is_it(const struct entry *e, const char *login)
{
	return e->is_ours && e->password &&
	       (!*login || (e->login && str_eq(e->login, login)));
}

static int take(struct entry *e, struct word *name, struct word *value)
{
	if (!e->is_ours)
		return 0;
	if (span_is(span_of_word(name), "login")) {
		free(e->login);
		e->login = span_dup(span_of_word(value));
		return e->login ? 0 : -ENOMEM;
	}
	if (value->n && !memchr(value->text, '\0', value->n)) {
		secret_free(e->password);
		e->password = secret_new(span_of_word(value));
		return e->password ? 0 : -ENOMEM;
	}
	return 0;
}

/* 1 when *e is the entry. */
static int search(struct span rest, const char *host, const char *login, struct entry *e)
{
	cleanup_(word_clear) struct word name, value;
	int r = 0;

	while (!r && next_word(&rest, &name)) {
		struct span s = span_of_word(&name);
		bool is_machine = span_is(s, "machine");

		if (is_machine || span_is(s, "default")) {
			if (is_it(e, login))
				return 1;
			entry_clear(e);
			e->is_ours = is_machine && next_word(&rest, &value) &&
			             span_ieq(span_of_word(&value), span_of(host));
		} else if (span_is(s, "login") || span_is(s, "password")) {
			if (next_word(&rest, &value))
				r = take(e, &name, &value);
		} else if (span_is(s, "account")) {
			(void)next_word(&rest, &value);
		} else if (span_is(s, "macdef")) {
			skip_macro(&rest);
		}
	}
	return r ? r : is_it(e, login);
}

int netrc_find(const char *path, const char *host, const char *login, struct secret **ret,
               char **ret_login, struct err *err)
{
	cleanup_(file_clear) struct file f = { 0 };
	cleanup_(entry_clear) struct entry e = { 0 };
	int r = load(path, &f, err);

	if (r <= 0)
		return r;
	r = search((struct span){ f.text, f.n }, host, login, &e);
	if (r < 0)
		return err_nomem(err);
	if (!r)
		return 0;
	if (f.st.st_mode & 077)
		return err_set(err, -EPERM,
		               "others can read the password in %s: run chmod 600 on it",
		               path);
	if (f.st.st_uid != geteuid() && f.st.st_uid != 0)
		return err_set(err, -EPERM,
		               "%s belongs to another user, so it is not used", path);
	if (!e.login)
		e.login = str_dup("");
	if (!e.login)
		return err_nomem(err);
	*ret_login = take_ptr(e.login);
	*ret = take_ptr(e.password);
	return 1;
}
