/* SPDX-License-Identifier: MIT */
/* Rows by their keys: id/, and what is in the directory of a row. */
#include "base/utf8.h"
#include "catalog/catalog.h"
#include "fs/tree_i.h"

#include <errno.h>
#include <string.h>

#define PATH_BYTES PATH_MAX_BYTES
#define NAME_BYTES 16384

static int list_ids(const struct within *in, struct listing *l, struct err *err)
{
	const struct table *t = in->dir->table;
	struct known_values known = { 0 };
	struct place p = { .kind = PLACE_ROW, .table = t };
	int r = catalog_known_ids(in->catalog, t, &known, err);

	for (size_t i = 0; !r && i < known.n; i++)
		r = tree_list_value(l, known.p[i].value, p, t->id[1] != NULL);
	known_values_clear(&known);
	return r;
}

static enum key_form form_of(const struct table *t, const char *column)
{
	for (const struct endpoint *e = t->endpoints; e && e->name; e++) {
		for (const struct key *k = e->keys; k && k->column; k++) {
			if (str_ieq(k->column, column) && k->form != FORM_ANY)
				return k->form;
		}
	}
	return FORM_ANY;
}

static bool is_issue_key(struct span s)
{
	const char *dash = memrchr(s.p, '-', s.n);
	size_t n = dash ? (size_t)(dash - s.p) : 0;

	if (!n || s.p[0] < 'A' || s.p[0] > 'Z')
		return false;
	for (size_t i = 0; i < n; i++) {
		char ch = s.p[i];

		if (!(ch >= 'A' && ch <= 'Z') && !(ch >= '0' && ch <= '9') && ch != '_')
			return false;
	}
	return span_digits((struct span){ dash + 1, s.n - n - 1 });
}

bool tree_has_form(const struct table *t, const char *column, struct span value)
{
	switch (form_of(t, column)) {
	case FORM_DIGITS:
		return span_digits(value);
	case FORM_ISSUE_KEY:
		return is_issue_key(value);
	case FORM_ANY:
		break;
	}
	return value.n > 0;
}

/* One part of a key: checked, added to the selector and to the canonical path. */
static int add_key(struct hit *h, const struct table *t, const char *column,
                   const char *alternative, struct span raw, struct buf *value,
                   struct buf *path, struct err *err)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(1024);
	int i, r = raw.n ? tree_value(raw, &b, err) : -ENOENT;

	if (r)
		return r;
	if (!tree_has_form(t, column, buf_view(&b))) {
		if (!alternative || !tree_has_form(t, alternative, buf_view(&b)))
			return -ENOENT;
		column = alternative;
	}
	i = table_column(t, span_of(column));
	if (i < 0)
		return -ENOENT;
	r = selector_add_equal(&h->selector, (size_t)i, buf_view(&b), err);
	if (r)
		return r == -EINVAL ? -ENOENT : r;
	utf8_to_name(path, buf_view(&b));
	buf_span(value, buf_view(&b));
	return 0;
}

static int find_row(const struct within *in, struct span name, struct hit *ret,
                    struct err *err)
{
	cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_BYTES);
	cleanup_(buf_clear) struct buf value = BUF_INIT(NAME_BYTES);
	const struct table *t = in->dir->table;
	struct span rest = name;
	int r = 0;

	if (*name.p == '.')
		return -ENOENT;
	ret->place = (struct place){ .kind = PLACE_ROW, .table = t };
	ret->has_selector = true;
	selector_init(&ret->selector, t);
	buf_printf(&path, "%s/id/", t->name);
	for (size_t i = 0; !r && t->id[i]; i++) {
		struct span part = t->id[1] ? span_cut(&rest, ',') : rest;

		if (i) {
			buf_putc(&path, ',');
			buf_putc(&value, ',');
		}
		r = add_key(ret, t, t->id[i], t->id[1] ? NULL : t->id_alt, part, &value,
		            &path, err);
	}
	if (!r && t->id[1] && rest.n)
		r = -ENOENT;
	if (r)
		return r;
	ret->path = buf_take(&path);
	ret->key = buf_take(&value);
	return ret->path && ret->key ? 0 : err_nomem(err);
}

const struct directory tree_ids = { list_ids, find_row };

static bool is_cell(const struct catalog *c, const struct table *t, size_t i)
{
	return !(t->columns[i].flags & COLUMN_PSEUDO) && catalog_is_listed(c, t, i);
}

static int list_row(const struct within *in, struct listing *l, struct err *err)
{
	const struct table *t = in->dir->table;
	struct place p = { .kind = PLACE_ROW_JSON, .table = t };

	(void)err;
	if (listing_add(l, "row.json", p))
		return -ENOMEM;
	p.kind = PLACE_CELL;
	for (size_t i = 0; t->columns[i].name; i++) {
		p.column = i;
		if (is_cell(in->catalog, t, i) && listing_add(l, t->columns[i].name, p))
			return -ENOMEM;
	}
	p = (struct place){ .kind = PLACE_ERROR, .table = t };
	if (listing_add(l, "error", p) || tree_list_orders(l, t, t->orders))
		return -ENOMEM;
	return tree_list_children(l, t, in->catalog);
}

static int find_cell(const struct within *in, struct span name, struct hit *ret)
{
	const struct table *t = in->dir->table;
	int i;

	ret->place = (struct place){ .kind = PLACE_ROW_JSON, .table = t };
	if (span_is(name, "row.json"))
		return 0;
	ret->place.kind = PLACE_ERROR;
	if (span_is(name, "error"))
		return 0;
	i = table_column(t, name);
	if (i < 0 || !span_is(name, t->columns[i].name) ||
	    !is_cell(in->catalog, t, (size_t)i))
		return -ENOENT;
	ret->place.kind = PLACE_CELL;
	ret->place.column = (size_t)i;
	return 0;
}

static int find_in_row(const struct within *in, struct span name, struct hit *ret,
                       struct err *err)
{
	int r = find_cell(in, name, ret);

	if (r == -ENOENT)
		r = tree_find_order(in->dir->table, in->dir->table->orders, name, ret);
	return r == -ENOENT ? tree_find_child(in, name, ret, err) : r;
}

const struct directory tree_row = { list_row, find_in_row };
