/* SPDX-License-Identifier: MIT */
#include "catalog/rsd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RSD_MAX_BYTES (16u << 20)
#define MARK "<api:script"
#define MARK_WITHIN 1024

/* What XML 1.0 cannot hold at all, other control bytes, becomes a space. */
static void put_text(struct buf *out, const char *s)
{
	for (; *s; s++) {
		switch (*s) {
		case '&':
			buf_puts(out, "&amp;");
			break;
		case '<':
			buf_puts(out, "&lt;");
			break;
		case '>':
			buf_puts(out, "&gt;");
			break;
		case '"':
			buf_puts(out, "&quot;");
			break;
		default:
			buf_putc(out, (unsigned char)*s < ' ' ? ' ' : *s);
			break;
		}
	}
}

static void put_attribute(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, " %s=\"", name);
	put_text(out, value);
	buf_putc(out, '"');
}

const char *rsd_type_name(const struct column *c)
{
	if (c->flags & COLUMN_STRING)
		return "string";
	switch (c->type) {
	case VALUE_BOOL:
		return "boolean";
	case VALUE_INT:
		return c->flags & COLUMN_SMALL ? "short" : "int";
	case VALUE_REAL:
		return "double";
	case VALUE_TIME:
		return "datetime";
	case VALUE_NULL:
	case VALUE_TEXT:
	case VALUE_JSON:
		break;
	}
	return "string";
}

static void put_column(const struct table *t, const struct column *c, struct buf *out)
{
	bool is_input = c->flags & COLUMN_PSEUDO;

	buf_puts(out, is_input ? "    <input" : "    <attr");
	put_attribute(out, "name", c->name);
	put_attribute(out, "xs:type", rsd_type_name(c));
	if (c->flags & COLUMN_KEY)
		put_attribute(out, "key", "true");
	if (!is_input && !table_column_is_writable(t, (size_t)(c - t->columns)))
		put_attribute(out, "readonly", "true");
	if (c->values)
		put_attribute(out, "values", c->values);
	if (c->ref)
		put_attribute(out, "references", c->ref);
	put_attribute(out, "column", c->name);
	put_attribute(out, "desc", c->doc ? c->doc : "");
	buf_puts(out, "/>\n");
}

void rsd_print(const struct table *shown, struct buf *out)
{
	/* of what a schema file made itself, all that there is to choose from */
	const struct table *t = shown->origin ? shown->origin : shown;

	buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" MARK
	              " xmlns:api=\"http://apiscript.com/ns?v1\""
	              " xmlns:xs=\"http://www.cdata.com/ns/rsbscript/2\">\n  <api:info");
	put_attribute(out, "title", shown->name);
	put_attribute(out, "table", t->name);
	put_attribute(out, "desc", t->doc ? t->doc : "");
	buf_puts(out, ">\n");
	for (const struct column *c = t->columns; c->name; c++)
		put_column(t, c, out);
	buf_puts(out, "  </api:info>\n</api:script>\n");
}

/* 1: a schema file is there; 0: nothing is; else why it must stay. */
static int look(const char *path, struct err *err)
{
	char head[MARK_WITHIN];
	struct stat st;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return err_set(err, -errno, "%s: %s", path, strerrordesc_np(errno));
	n = fstat(fd, &st) || !S_ISREG(st.st_mode) ? 0 : read(fd, head, sizeof(head));
	close(fd);
	if (n <= 0 || !memmem(head, (size_t)n, MARK, strlen(MARK)))
		return err_set(err, -EEXIST,
		               "%s is there and is no schema file: it is left alone",
		               path);
	return 1;
}

static int fill(int fd, struct span s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno != EINTR)
			return -errno;
		s.p += n > 0 ? n : 0;
		s.n -= n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) ? -errno : 0;
}

/* A name that came into being meanwhile is not ours to replace. */
static int put_in_place(const char *temp, const char *path, bool replace)
{
	if (replace)
		return rename(temp, path) ? -errno : 0;
	if (!renameat2(AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE))
		return 0;
	/* Not every file system knows that; links it may know. */
	if (errno != EINVAL || link(temp, path))
		return -errno;
	(void)unlink(temp);
	return 0;
}

static int save(const char *path, struct span text, bool replace, struct err *err)
{
	cleanup_free_ char *temp = str_printf("%s.%ld.tmp", path, (long)gettid());
	int fd, r;

	if (!temp)
		return err_nomem(err);
	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_set(err, -errno, "%s: %s", temp, strerrordesc_np(errno));
	r = fill(fd, text);
	close(fd);
	if (!r)
		r = put_in_place(temp, path, replace);
	if (r < 0) {
		(void)unlink(temp);
		return err_set(err, r, "%s: %s", path, strerrordesc_np(-r));
	}
	return 0;
}

int rsd_write(const struct table *t, struct span path, struct err *err)
{
	cleanup_free_ char *p = span_dup(path);
	struct buf text = BUF_INIT(RSD_MAX_BYTES);
	int r;

	if (!p)
		return err_nomem(err);
	if (p[0] != '/' || !str_ends(p, ".rsd"))
		return err_set(err, -EINVAL,
		               "%s is not an absolute path that ends in .rsd", p);
	r = look(p, err);
	if (r < 0)
		return r;
	rsd_print(t, &text);
	if (buf_status(&text))
		r = err_set(err, buf_status(&text), "%s: too large", p);
	else
		r = save(p, buf_view(&text), r > 0, err);
	buf_clear(&text);
	return r;
}
