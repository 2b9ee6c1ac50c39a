/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"
#include "catalog/overlay_i.h"
#include "model/model.h"
#include "xml/xdoc.h"

#include <errno.h>
#include <string.h>

#define MAX_COLUMNS 4000
#define NAME_MAX_BYTES 160

static int no_memory(const char *path, struct err *err)
{
	return err_set(err, -EFBIG, "%s: too large a schema file", path);
}

/* "" when it is not there. */
static const char *attribute(const struct xnode *n, const char *name, struct arena *arena)
{
	cleanup_free_ char *value = xnode_attr(n, name);

	return arena_dup(arena, span_trim(span_of(value)));
}

/* What a path or a statement could trip over is no name. */
static bool is_name(const char *s)
{
	size_t n = strlen(s);

	if (!n || n > NAME_MAX_BYTES || !utf8_valid(span_of(s)) || strchr(".-~ ", *s))
		return false;
	for (; *s; s++) {
		if ((unsigned char)*s < ' ' || *s == 0x7f || strchr("/\"'`[]%=\\,;", *s))
			return false;
	}
	return true;
}

static int read_column(const struct xnode *at, struct arena *arena, struct rsd_file *f,
                       struct err *err)
{
	struct rsd_column *c = &f->columns[f->n];

	if (f->n == MAX_COLUMNS)
		return no_memory(f->path, err);
	*c = (struct rsd_column){ .name = attribute(at, "name", arena),
		                  .column = attribute(at, "column", arena),
		                  .type = attribute(at, "type", arena),
		                  .doc = attribute(at, "desc", arena) };
	if (!c->name || !c->column || !c->type || !c->doc)
		return no_memory(f->path, err);
	if (!is_name(c->name))
		return err_set(err, -EINVAL, "%s: a column cannot be called '%.60s'",
		               f->path, c->name);
	if (!c->column[0])
		c->column = c->name;
	for (size_t i = 0; i < f->n; i++) {
		if (str_ieq(f->columns[i].name, c->name))
			return err_set(err, -EINVAL, "%s: two columns are called %.60s",
			               f->path, c->name);
	}
	f->n++;
	return 0;
}

/* The table: what the file says, what its title names, or its own name. */
static int find_base(const struct xnode *info, struct arena *arena, struct rsd_file *f,
                     struct err *err)
{
	const char *said = attribute(info, "table", arena);
	const char *title = attribute(info, "title", arena);

	f->doc = attribute(info, "desc", arena);
	if (!said || !title || !f->doc)
		return no_memory(f->path, err);
	f->base = said[0] ? said : model_table(span_of(title)) ? title : f->name;
	return 0;
}

int rsd_parse(struct span text, const char *path, const char *name, struct arena *arena,
              struct rsd_file *ret, struct err *err)
{
	cleanup_(xdoc_freep) struct xdoc *doc = NULL;
	struct rsd_file f = { .path = path, .name = name };
	const struct xnode *root, *info;
	int r = xdoc_parse_xml(text, &doc, err);

	if (r < 0)
		return err_wrap(err, "%s", path);
	root = xdoc_root(doc);
	info = xnode_find(root, "info");
	if (!xnode_is(root, "script") || !info)
		return err_set(err, -EINVAL,
		               "%s: it is no schema file: api:script with api:info is "
		               "missing",
		               path);
	f.columns = arena_alloc(arena, MAX_COLUMNS * sizeof(*f.columns));
	if (!f.columns)
		return no_memory(path, err);
	r = find_base(info, arena, &f, err);
	for (const struct xnode *at = xnode_next(info, info); at && !r;
	     at = xnode_next(info, at)) {
		if (xnode_is(at, "attr") || xnode_is(at, "input"))
			r = read_column(at, arena, &f, err);
	}
	if (!r && !f.n)
		r = err_set(err, -EINVAL, "%s: it names no column", path);
	if (!r)
		*ret = f;
	return r;
}
