/* SPDX-License-Identifier: MIT */
/*
 * A field's name is a person's; its number never changes.  The fields are taken in
 * the order of their numbers, so that a name that comes twice keeps meaning the
 * older field however the server sorts them.
 */
#include "base/utf8.h"
#include "catalog/fields_i.h"
#include "json/jdoc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FIELDS 1000
#define NAME_MAX_BYTES 120
#define PATH_BYTES 512

static const char fields_path[] = "/rest/api/2/field";

static char *column_name(struct arena *a, struct span s)
{
	char *name = arena_dup(a, (struct span){ s.p, utf8_cut(s, NAME_MAX_BYTES) });

	/* What separates things in paths and lists, or cannot be in a file name. */
	for (char *p = name; p && *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f ||
		    strchr("/=.,%\"'`[]\\", *p) || (p == name && strchr("-_~ ", *p)))
			*p = '-';
	}
	return name && name[0] == '-' ? name + 1 : name;
}

static bool is_id(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		      (c >= '0' && c <= '9')))
			return false;
	}
	return s.n > 0 && s.n <= 64;
}

static const char *number_of(const char *id)
{
	const char *p = strrchr(id, '_');

	return p ? p + 1 : id;
}

static int by_number(const void *x, const void *y)
{
	const struct field *a = x, *b = y;
	const char *na = number_of(a->id), *nb = number_of(b->id);
	size_t la = strlen(na), lb = strlen(nb);

	if (la != lb)
		return la < lb ? -1 : 1;
	return strcmp(na, nb) ? strcmp(na, nb) : strcmp(a->id, b->id);
}

static int read_doc(const struct jnode *root, struct arena *a, struct fields *ret,
                    struct err *err)
{
	size_t n = jnode_len(root);

	ret->p = arena_alloc(a, (MAX_FIELDS + 1) * sizeof(*ret->p));
	if (!ret->p)
		return err_nomem(err);
	for (size_t i = 0; i < n && ret->n < MAX_FIELDS; i++) {
		const struct jnode *f = jnode_at(root, i);
		struct span id = jnode_text(jnode_get(f, "id"));
		struct span name = jnode_text(jnode_get(f, "name"));
		struct span type = jnode_text(jnode_get(jnode_get(f, "schema"), "type"));
		struct field *to = &ret->p[ret->n];

		if (!jnode_bool(jnode_get(f, "custom"), false) || !is_id(id) || !name.n)
			continue;
		*to = (struct field){ arena_dup(a, id), column_name(a, name),
			              arena_dup(a, type) };
		if (!to->id || !to->name || !to->type)
			return err_nomem(err);
		if (!to->name[0])
			to->name = to->id;
		ret->n++;
	}
	qsort(ret->p, ret->n, sizeof(*ret->p), by_number);
	return 0;
}

int fields_read(struct client *client, struct run *run, struct arena *a,
                struct fields *ret, struct err *err)
{
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	struct buf body = BUF_INIT(CLIENT_ANSWER_MAX_BYTES);
	struct call call = { .method = "GET",
		             .path = fields_path,
		             .bucket = fields_path,
		             .repeatable = true };
	bool is_new = !client_cached(client, fields_path, run, &body);
	int r = is_new ? client_do(client, &call, run, &body, err) : 0;

	if (!r)
		r = jdoc_parse(buf_view(&body), &doc, err);
	if (!r && is_new)
		client_keep(client, fields_path, buf_view(&body));
	buf_clear(&body);
	if (r < 0)
		return err_wrap(err, "reading custom fields");
	return read_doc(jdoc_root(doc), a, ret, err);
}

static bool is_taken(const struct column *columns, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_ieq(columns[i].name, name))
			return true;
	}
	return false;
}

static char *format(struct arena *a, const char *fmt, const char *x, const char *y)
{
	struct buf b = BUF_INIT(4 * PATH_BYTES);
	char *s;

	for (; *fmt; fmt++) {
		if (fmt[0] == '%' && fmt[1] == 's') {
			buf_puts(&b, x);
			fmt++;
		} else {
			buf_putc(&b, *fmt);
		}
	}
	buf_puts(&b, y);
	s = buf_status(&b) ? NULL : arena_dup(a, buf_view(&b));
	buf_clear(&b);
	return s;
}

/* Of a choice or a person what people see; the rest as it is. */
static char *value_path(struct arena *a, const char *path, const struct field *f)
{
	char *plain = format(a, path, f->id, "");
	struct buf b = BUF_INIT(4 * PATH_BYTES);
	char *s;

	if (!plain || str_eq(f->type, "array") || str_eq(f->type, "number"))
		return plain;
	buf_printf(&b, "%s.value|%s.name|%s.displayName|%s", plain, plain, plain, plain);
	s = buf_status(&b) ? NULL : arena_dup(a, buf_view(&b));
	buf_clear(&b);
	return s;
}

static enum value_type value_type(const struct field *f)
{
	if (str_eq(f->type, "number"))
		return VALUE_REAL;
	if (str_eq(f->type, "datetime"))
		return VALUE_TIME;
	return str_eq(f->type, "array") ? VALUE_JSON : VALUE_TEXT;
}

int fields_extend(const struct fields *f, const struct table *base, const char *path,
                  struct arena *a, const struct column **ret, struct err *err)
{
	size_t n = table_n_columns(base);
	struct column *columns = arena_alloc(a, (n + f->n + 1) * sizeof(*columns));

	if (!columns)
		return err_nomem(err);
	memcpy(columns, base->columns, n * sizeof(*columns));
	for (size_t i = 0; i < f->n; i++) {
		const struct field *from = &f->p[i];
		struct column *to = &columns[n];
		char *name = from->name;

		if (is_taken(columns, n, name)) {
			char *number = format(a, " (%s)", number_of(from->id), "");

			name = number ? format(a, "%s", name, number) : NULL;
		}
		to->name = name;
		to->type = value_type(from);
		to->path = value_path(a, path, from);
		to->doc = format(a, "The custom field %s.", from->id, "");
		if (!name || !to->path || !to->doc)
			return err_nomem(err);
		if (!is_taken(columns, n, name))
			n++;
		else
			*to = (struct column){ 0 };
	}
	*ret = columns;
	return 0;
}
