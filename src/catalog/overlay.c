/* SPDX-License-Identifier: MIT */
#include "catalog/overlay.h"

#include "base/utf8.h"
#include "catalog/overlay_i.h"
#include "catalog/rsd.h"
#include "xml/xdoc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FILES 500
#define FILES_MAX_BYTES (256u << 20)
#define ENDING ".rsd"

struct overlay {
	struct arena arena;
	struct rsd_file files[MAX_FILES]; /* by name */
	size_t n;
};

/* -------------------------------------------------------------------- files */

/* CamelCase is for tables, everything else in the root is ours. */
static bool is_table_name(struct span name)
{
	if (!name.n || name.n > 128 || name.p[0] < 'A' || name.p[0] > 'Z')
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= 'a' && c <= 'z') && c != '_')
			return false;
	}
	return !span_ieq(name, SPAN("UserViews"));
}

static int read_all(int fd, const char *path, struct buf *out, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return err_set(err, -EINVAL, "%s is not a regular file", path);
	for (;;) {
		char *room = buf_room(out, 64u * 1024);
		ssize_t n = room ? read(fd, room, 64u * 1024) : 0;

		if (!room)
			return err_set(err, -EFBIG, "%s is larger than %u bytes", path,
			               XDOC_MAX_BYTES);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, -errno, "%s: %s", path,
			               strerrordesc_np(errno));
		if (!n)
			return 0;
		buf_commit(out, (size_t)n);
	}
}

static int read_file(struct overlay *o, const char *path, const char *name,
                     struct err *err)
{
	/* Not blocking: a FIFO of this name must not hang the program. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct buf text = BUF_INIT(XDOC_MAX_BYTES + 64u * 1024);
	int r;

	if (fd < 0)
		return err_set(err, -errno, "%s: %s", path, strerrordesc_np(errno));
	r = read_all(fd, path, &text, err);
	close(fd);
	if (!r)
		r = rsd_parse(buf_view(&text), path, name, &o->arena, &o->files[o->n],
		              err);
	buf_clear(&text);
	o->n += !r;
	return r;
}

/* Is it ours to read at all?  Other files may lie there. */
static bool is_schema_file(const char *name, struct span *ret)
{
	size_t n = strlen(name), end = sizeof(ENDING) - 1;

	if (n <= end || *name == '.' || strcasecmp(name + n - end, ENDING) != 0)
		return false;
	*ret = (struct span){ name, n - end };
	return true;
}

static int read_entry(struct overlay *o, const char *dir, const char *file,
                      struct err *err)
{
	struct span stem;
	char *path, *name;

	if (!is_schema_file(file, &stem))
		return 0;
	if (!is_table_name(stem))
		return err_set(err, -EINVAL,
		               "%s: '%.60s' cannot be the name of a table: letters, "
		               "digits and _, and a capital letter first",
		               dir, file);
	if (o->n == MAX_FILES)
		return err_set(err, -EFBIG, "%s: more than %d schema files", dir,
		               MAX_FILES);
	cleanup_free_ char *whole = str_printf("%s/%s", dir, file);
	path = whole ? arena_dup(&o->arena, span_of(whole)) : NULL;
	name = arena_dup(&o->arena, stem);
	if (!path || !name)
		return err_nomem(err);
	return read_file(o, path, name, err);
}

static int by_name(const void *a, const void *b)
{
	const struct rsd_file *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int overlay_read(const char *dir, struct overlay **ret, struct err *err)
{
	cleanup_(overlay_freep) struct overlay *o = calloc(1, sizeof(*o));
	struct dirent *e;
	DIR *d;
	int r = 0;

	if (!o)
		return err_nomem(err);
	o->arena = ARENA_INIT(FILES_MAX_BYTES);
	d = *dir ? opendir(dir) : NULL;
	if (*dir && !d && errno != ENOENT)
		return err_set(err, -errno, "Location: %s: %s", dir,
		               strerrordesc_np(errno));
	while (d && !r && (e = readdir(d)))
		r = read_entry(o, dir, e->d_name, err);
	if (d)
		closedir(d);
	if (r < 0)
		return err_wrap(err, "Location");
	qsort(o->files, o->n, sizeof(*o->files), by_name);
	*ret = take_ptr(o);
	return 0;
}

void overlay_free(struct overlay *o)
{
	if (!o)
		return;
	arena_clear(&o->arena);
	free(o);
}

/* ------------------------------------------------------------------- tables */

static bool has_param(const struct procedure *p, const char *name)
{
	return p && param_find(p->in, span_of(name));
}

static bool in_endpoints(const struct table *t, const char *name)
{
	for (const struct endpoint *e = t->endpoints; e && e->name; e++) {
		for (const struct key *k = e->keys; k && k->column; k++) {
			if (str_ieq(k->column, name) ||
			    (k->needs && str_ieq(k->needs->column, name)))
				return true;
		}
	}
	return false;
}

/* Is the column known by this name elsewhere than among the columns?  What makes a row
 * takes the table's own names. */
static bool is_bound(const struct table *t, const struct column *c)
{
	bool bound = c->flags & COLUMN_KEY || in_endpoints(t, c->name) ||
	             str_ieq(t->id_alt, c->name) || str_ieq(t->desk, c->name) ||
	             has_param(t->update, c->name) || has_param(t->remove, c->name);

	for (size_t i = 0; t->id && t->id[i]; i++)
		bound |= str_ieq(t->id[i], c->name);
	for (size_t i = 0; i < ARRAY_SIZE(t->parent.columns); i++)
		bound |= str_ieq(t->parent.columns[i].to, c->name);
	for (const struct fixed_value *f = t->fixed; f && f->column; f++)
		bound |= str_ieq(f->column, c->name);
	return bound;
}

struct type {
	const char *name;
	enum value_type type;
	unsigned flags;
};

static const struct type types[] = {
	{ "string", VALUE_TEXT, 0 },
	{ "boolean", VALUE_BOOL, 0 },
	{ "bool", VALUE_BOOL, 0 },
	{ "int", VALUE_INT, 0 },
	{ "integer", VALUE_INT, 0 },
	{ "long", VALUE_INT, 0 },
	{ "short", VALUE_INT, COLUMN_SMALL },
	{ "double", VALUE_REAL, 0 },
	{ "float", VALUE_REAL, 0 },
	{ "decimal", VALUE_REAL, 0 },
	{ "datetime", VALUE_TIME, 0 },
	{ "dateTime", VALUE_TIME, 0 },
	{ "date", VALUE_TIME, 0 },
	{ "timestamp", VALUE_TIME, 0 },
};

static int set_type(const struct rsd_file *f, const struct rsd_column *from,
                    struct column *c, struct err *err)
{
	if (!from->type[0] || str_ieq(from->type, rsd_type_name(c)))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (!str_ieq(types[i].name, from->type))
			continue;
		c->type = types[i].type;
		c->flags &= ~(unsigned)(COLUMN_STRING | COLUMN_SMALL);
		c->flags |= types[i].flags;
		return 0;
	}
	return err_set(err, -EINVAL,
	               "%s: %.60s has the unknown type '%.40s'; it can be string, "
	               "boolean, int, short, double or datetime",
	               f->path, from->name, from->type);
}

static int make_column(const struct rsd_file *f, const struct rsd_column *from,
                       const struct table *base, const struct column *old,
                       struct column *c, struct err *err)
{
	*c = *old;
	if (!str_ieq(from->name, old->name)) {
		if (is_bound(base, old))
			return err_set(err, -EINVAL,
			               "%s: %.60s cannot be renamed: rows are found or "
			               "written by it",
			               f->path, old->name);
		c->name = from->name;
	}
	if (from->doc[0])
		c->doc = from->doc;
	return set_type(f, from, c, err);
}

static bool is_named(const struct rsd_file *f, const char *column)
{
	for (size_t i = 0; i < f->n; i++) {
		if (str_ieq(f->columns[i].column, column))
			return true;
	}
	return false;
}

/* First those the file names, then the others: hidden, for rows are found by them. */
static int make_columns(const struct rsd_file *f, const struct table *base, bool strict,
                        struct arena *arena, const struct column **ret, struct err *err)
{
	size_t max = f->n + table_n_columns(base) + 1, n = 0;
	struct column *p = arena_alloc(arena, max * sizeof(*p));

	if (!p)
		return err_nomem(err);
	for (size_t i = 0; i < f->n; i++) {
		int at = table_column(base, span_of(f->columns[i].column));
		int r;

		if (at < 0 && strict)
			return err_set(err, -EINVAL,
			               "%s: %s has no column '%.60s' (custom "
			               "fields need IncludeCustomFields=true)",
			               f->path, base->name, f->columns[i].column);
		if (at < 0)
			continue;
		r = make_column(f, &f->columns[i], base, &base->columns[at], &p[n], err);
		if (r < 0)
			return r;
		n++;
	}
	for (const struct column *c = base->columns; c->name; c++) {
		bool taken = false;

		if (is_named(f, c->name))
			continue;
		for (size_t i = 0; i < n; i++)
			taken |= str_ieq(p[i].name, c->name);
		if (taken)
			return err_set(err, -EINVAL,
			               "%s: a column is renamed to %.60s, which there is",
			               f->path, c->name);
		p[n] = *c;
		p[n++].flags |= COLUMN_HIDDEN;
	}
	*ret = p;
	return 0;
}

static const struct table *find_in(const struct table_set *set, const char *name)
{
	for (size_t i = 0; i < set->n; i++) {
		if (str_ieq(set->p[i]->name, name))
			return set->p[i];
	}
	return model_table(span_of(name));
}

static int put_table(struct table_set *set, const struct table *t, struct err *err)
{
	const struct table **p = arena_alloc(&set->arena, (set->n + 1) * sizeof(*p));

	if (!p)
		return err_nomem(err);
	if (set->n)
		memcpy(p, set->p, set->n * sizeof(*p));
	set->p = p;
	for (size_t i = 0; i < set->n; i++) {
		if (str_ieq(p[i]->name, t->name)) {
			p[i] = t;
			return 0;
		}
	}
	p[set->n++] = t;
	return 0;
}

static int make_table(const struct rsd_file *f, struct table_set *set, bool strict,
                      struct err *err)
{
	const struct table *base = find_in(set, f->base);
	struct table *t = arena_alloc(&set->arena, sizeof(*t));
	int r;

	if (!base)
		return err_set(err, -EINVAL,
		               "%s: there is no table '%.60s' that it could describe: "
		               "say table=\"…\" in api:info",
		               f->path, f->base);
	if (!t)
		return err_nomem(err);
	*t = *base;
	t->origin = base;
	if (!str_ieq(base->name, f->name)) {
		t->name = f->name;
		t->kind = TABLE_VIEW;
		t->insert = t->update = t->remove = NULL;
	}
	if (f->doc[0])
		t->doc = f->doc;
	for (size_t i = 0; i < f->n; i++) {
		if (str_ieq(f->columns[i].column, base->label))
			t->label = f->columns[i].name;
	}
	r = make_columns(f, base, strict, &set->arena, &t->columns, err);
	return r ? r : put_table(set, t, err);
}

/*
 * Views of other names first: they describe a table as the site has it, not as
 * another file changes it.
 */
int overlay_apply(const struct overlay *o, struct table_set *set, bool strict,
                  struct err *err)
{
	int r = 0;

	for (int own = 0; own < 2; own++) {
		for (size_t i = 0; i < o->n && !r; i++) {
			const struct rsd_file *f = &o->files[i];

			if (str_ieq(f->name, f->base) == (own == 1))
				r = make_table(f, set, strict, err);
		}
	}
	return r;
}
