/* SPDX-License-Identifier: MIT */
/*
 * What belongs to a row: the rows of other tables that have its key.  A file of
 * them is the very query that could be written as a path, so that both show the
 * same bytes and cause one call.
 */
#include "base/utf8.h"
#include "catalog/catalog.h"
#include "format/writer.h"
#include "fs/tree_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_ENDING ".txt"
#define KEY_BYTES 1024

static struct place place_of(const struct child *child, const struct table *t)
{
	struct place p = { .table = t, .child = child, .intake = child->intakes };

	switch (child->kind) {
	case CHILD_ROWS:
		p.kind = PLACE_ROWS;
		p.format = format_by_name("csv");
		break;
	case CHILD_TEXTS:
		p.kind = PLACE_TEXTS;
		break;
	case CHILD_DIRS:
		p.kind = PLACE_CHILD_ROWS;
		break;
	case CHILD_FILES:
		p.kind = PLACE_BLOBS;
		break;
	case CHILD_ORDERS:
		p.kind = PLACE_ORDERS;
		break;
	}
	return p;
}

/* Files are described by a table that is not shown itself. */
static const struct table *table_of(const struct child *child, struct catalog *c)
{
	struct span name = span_of(child->table);

	return child->kind == CHILD_FILES ? model_any_table(name)
	                                  : catalog_table(c, name);
}

int tree_list_children(struct listing *l, const struct table *t, struct catalog *c)
{
	for (const struct child *k = t->children; k && k->name; k++) {
		const struct table *of = table_of(k, c);

		if (of && listing_add(l, k->name, place_of(k, of)))
			return -ENOMEM;
	}
	return 0;
}

/* The same values in the columns of the same names. */
static int carry_over(const struct selector *from, struct selector *to, struct err *err)
{
	for (size_t i = 0; i < from->n_predicates; i++) {
		const struct predicate *p = &from->predicates[i];
		const char *name = from->table->columns[p->column].name;
		int at = table_column(to->table, span_of(name));
		int r = -EINVAL;

		if (at >= 0 && p->test == TEST_EQ && p->n_values == 1)
			r = selector_add_equal(to, (size_t)at, span_of(p->values[0]),
			                       err);
		if (r)
			return r;
	}
	return 0;
}

/* The path of what is no query: where it stands. */
static int hit_below(struct hit *h, const struct table *t, const struct selector *sel,
                     const struct child *k, struct err *err)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(PATH_MAX_BYTES);

	buf_printf(&b, "%s%s/id/", path_before(t), t->name);
	for (size_t i = 0; i < sel->n_predicates; i++) {
		if (i)
			buf_putc(&b, ',');
		utf8_to_name(&b, span_of(sel->predicates[i].values[0]));
	}
	buf_printf(&b, "/%s", k->name);
	h->path = buf_take(&b);
	return h->path ? 0 : err_nomem(err);
}

int tree_find_child(const struct within *in, struct span name, struct hit *ret,
                    struct err *err)
{
	const struct table *t = in->dir->table;
	const struct child *k = t->children;
	const struct table *of;
	int r;

	while (k && k->name && !span_is(name, k->name))
		k++;
	of = k && k->name ? table_of(k, in->catalog) : NULL;
	if (!of || !in->sel)
		return -ENOENT;
	ret->place = place_of(k, of);
	ret->has_selector = true;
	selector_init(&ret->selector, of);
	r = carry_over(in->sel, &ret->selector, err);
	if (r)
		return r;
	if (k->kind == CHILD_FILES)
		return hit_below(ret, t, in->sel, k, err);
	return tree_hit_query(ret, &ret->selector, err);
}

/* ------------------------------------------------------------------- orders */

static struct place order_place(const struct table *t, const struct order *o)
{
	return (struct place){
		.kind = PLACE_ORDER, .table = t, .procedure = o->procedure, .order = o
	};
}

int tree_list_orders(struct listing *l, const struct table *t, const struct order *o)
{
	for (; o && o->name; o++) {
		if (listing_add(l, o->name, order_place(t, o)))
			return -ENOMEM;
	}
	return 0;
}

int tree_find_order(const struct table *t, const struct order *o, struct span name,
                    struct hit *ret)
{
	for (; o && o->name; o++) {
		if (!span_is(name, o->name))
			continue;
		ret->place = order_place(t, o);
		return 0;
	}
	return -ENOENT;
}

/* ------------------------------------------------------- directories of them */

/* Appends "HELP-42,": what the known keys of the rows begin with; or nothing. */
static void key_before(const struct selector *sel, struct buf *out)
{
	const struct table *t = sel->table;

	if (!t->id || !t->id[0] || !t->id[1])
		return;
	for (size_t i = 0; i < sel->n_predicates; i++) {
		const struct predicate *p = &sel->predicates[i];

		if (!str_ieq(t->columns[p->column].name, t->id[0]))
			continue;
		buf_puts(out, p->values[0]);
		buf_putc(out, ',');
	}
}

static int add_key(struct listing *l, const struct place *p, struct span key)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(KEY_BYTES);

	utf8_to_name(&b, key);
	if (p->kind == PLACE_PART)
		buf_puts(&b, TEXT_ENDING);
	if (buf_status(&b) || !key.n || b.len > 255)
		return 0;
	return listing_add(l, buf_str(&b), *p);
}

static int list_child(const struct within *in, struct listing *l, struct err *err)
{
	const struct place *dir = in->dir;
	cleanup_(buf_clear) struct buf before = BUF_INIT(KEY_BYTES);
	struct known_values known = { 0 };
	struct place p = *dir;
	int r;

	if (dir->child->orders) {
		struct place error = { .kind = PLACE_ERROR, .table = dir->table };

		if (listing_add(l, "error", error) ||
		    tree_list_orders(l, dir->table, dir->child->orders))
			return -ENOMEM;
	}
	key_before(in->sel, &before);
	if (dir->kind == PLACE_ORDERS || buf_status(&before) || !before.len)
		return 0;
	p.kind = dir->kind == PLACE_TEXTS ? PLACE_PART : PLACE_ROW;
	r = catalog_known_ids(in->catalog, dir->table, &known, err);
	for (size_t i = 0; !r && i < known.n; i++) {
		if (str_starts(known.p[i].value, buf_str(&before)))
			r = add_key(l, &p, span_of(known.p[i].value + before.len));
	}
	known_values_clear(&known);
	return r;
}

int tree_part_key(struct span name, struct buf *out)
{
	size_t n = sizeof(TEXT_ENDING) - 1;

	if (name.n <= n || memcmp(name.p + name.n - n, TEXT_ENDING, n) != 0)
		return -ENOENT;
	name.n -= n;
	return tree_value(name, out, NULL);
}

/* A row of its own: what is in the directory, and its key. */
static int add_row(struct hit *h, const struct selector *sel, const struct child *k,
                   struct span key, struct err *err)
{
	int at = table_column(sel->table, span_of(k->key));
	int r;

	if (at < 0)
		return -ENOENT;
	r = selector_copy(sel, &h->selector, err);
	if (r)
		return r;
	h->has_selector = true;
	r = selector_add_equal(&h->selector, (size_t)at, key, err);
	if (r)
		return r == -EINVAL ? -ENOENT : r;
	return tree_hit_query(h, &h->selector, err);
}

static int find_in_child(const struct within *in, struct span name, struct hit *ret,
                         struct err *err)
{
	const struct place *dir = in->dir;
	cleanup_(buf_clear) struct buf key = BUF_INIT(KEY_BYTES);
	cleanup_(buf_clear) struct buf whole = BUF_INIT(2 * KEY_BYTES);
	int r = 0;

	ret->place = (struct place){ .kind = PLACE_ERROR, .table = dir->table };
	if (dir->child->orders && span_is(name, "error"))
		return 0;
	if (!tree_find_order(dir->table, dir->child->orders, name, ret))
		return 0;
	if (dir->kind == PLACE_ORDERS)
		return -ENOENT;
	ret->place = *dir;
	if (dir->kind == PLACE_TEXTS) {
		ret->place.kind = PLACE_PART;
		r = tree_part_key(name, &key);
	} else {
		ret->place.kind = PLACE_ROW;
		ret->place.child = NULL;
		ret->place.intake = NULL;
		r = tree_value(name, &key, err);
	}
	if (r)
		return r;
	if (!tree_has_form(dir->table, dir->child->key, buf_view(&key)))
		return -ENOENT;
	key_before(in->sel, &whole);
	buf_span(&whole, buf_view(&key));
	ret->key = buf_take(&whole);
	if (!ret->key)
		return err_nomem(err);
	if (ret->place.kind == PLACE_ROW)
		r = add_row(ret, in->sel, dir->child, buf_view(&key), err);
	return r;
}

const struct directory tree_child = { list_child, find_in_child };
