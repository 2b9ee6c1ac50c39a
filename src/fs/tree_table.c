/* SPDX-License-Identifier: MIT */
/* A table or a query of it, and the values by which it can be asked: by/. */
#include "base/utf8.h"
#include "catalog/catalog.h"
#include "fs/tree_i.h"

#include <errno.h>

#define NAME_BYTES 16384

static const struct fixed_name table_names[] = {
	{ "README.md", PLACE_README, NULL },
	{ "schema.csv", PLACE_SCHEMA, NULL },
	{ ".ignore", PLACE_IGNORE, NULL },
	{ "rows.csv", PLACE_ROWS, "csv" },
	{ "rows.tsv", PLACE_ROWS, "tsv" },
	{ "rows.json", PLACE_ROWS, "json" },
	{ "rows.ndjson", PLACE_ROWS, "ndjson" },
	{ "stream.csv", PLACE_STREAM, "csv" },
	{ "stream.tsv", PLACE_STREAM, "tsv" },
	{ "stream.ndjson", PLACE_STREAM, "ndjson" },
	{ "count", PLACE_COUNT, NULL },
	{ "query.sql", PLACE_SQL, NULL },
	{ "plan", PLACE_PLAN, NULL },
	{ "stats", PLACE_STATS, NULL },
	{ "error", PLACE_ERROR, NULL },
	{ 0 },
};

static const struct fixed_name change_names[] = {
	{ "insert", PLACE_INSERT, NULL },
	{ "update", PLACE_UPDATE, NULL },
	{ "delete", PLACE_DELETE, NULL },
	{ 0 },
};

static bool has_facets(const struct catalog *c, const struct table *t)
{
	for (size_t i = 0; t->columns[i].name; i++) {
		if (catalog_has_facet(c, t, i))
			return true;
	}
	return false;
}

static bool is_whole_table(const struct selector *sel)
{
	return !sel || !sel->n_segments;
}

/* Can rows be made, changed or removed there?  Then the file that does it. */
static bool place_change(const struct within *in, const struct fixed_name *f,
                         struct place *ret)
{
	const struct table *t = in->dir->table;
	bool filtered = in->sel && in->sel->n_predicates;

	*ret = tree_place_of(in->dir, f);
	ret->procedure = f->kind == PLACE_INSERT   ? t->insert
	                 : !filtered               ? NULL
	                 : f->kind == PLACE_UPDATE ? t->update
	                                           : t->remove;
	return ret->procedure;
}

/* The directories in that of a whole table; false: it has none of that kind. */
static bool place_within(const struct within *in, enum place_kind kind, struct place *ret)
{
	const struct table *t = in->dir->table;

	*ret = (struct place){ .kind = kind, .table = t };
	if (!is_whole_table(in->sel))
		return false;
	return kind == PLACE_IDS ? t->id != NULL : has_facets(in->catalog, t);
}

static int list_table(const struct within *in, struct listing *l, struct err *err)
{
	struct place p;
	int r = tree_list_fixed(in, table_names, l);

	(void)err;
	for (const struct fixed_name *f = change_names; f->name && !r; f++) {
		if (place_change(in, f, &p))
			r = listing_add(l, f->name, p);
	}
	if (!r && place_within(in, PLACE_FACETS, &p))
		r = listing_add(l, "by", p);
	if (!r && place_within(in, PLACE_IDS, &p))
		r = listing_add(l, "id", p);
	return r;
}

static bool find_change(const struct within *in, struct span name, struct hit *ret)
{
	for (const struct fixed_name *f = change_names; f->name; f++) {
		if (span_is(name, f->name))
			return place_change(in, f, &ret->place);
	}
	return false;
}

static int find_in_table(const struct within *in, struct span name, struct hit *ret,
                         struct err *err)
{
	int r;

	if (!tree_find_fixed(in, table_names, name, ret) || find_change(in, name, ret))
		return 0;
	if (span_is(name, "by") && place_within(in, PLACE_FACETS, &ret->place))
		return 0;
	if (span_is(name, "id") && place_within(in, PLACE_IDS, &ret->place))
		return 0;
	ret->place = (struct place){ .kind = PLACE_TABLE, .table = in->dir->table };
	r = selector_copy(in->sel, &ret->selector, err);
	if (r)
		return r;
	ret->has_selector = true;
	r = selector_add(&ret->selector, name, err);
	return r ? r : tree_hit_query(ret, &ret->selector, err);
}

const struct directory tree_table = { list_table, find_in_table };

static int list_facets(const struct within *in, struct listing *l, struct err *err)
{
	const struct table *t = in->dir->table;

	(void)err;
	for (size_t i = 0; t->columns[i].name; i++) {
		struct place p = { .kind = PLACE_FACET, .table = t, .column = i };

		if (!catalog_has_facet(in->catalog, t, i))
			continue;
		if (listing_add(l, t->columns[i].name, p))
			return -ENOMEM;
	}
	return 0;
}

static int find_facet(const struct within *in, struct span name, struct hit *ret,
                      struct err *err)
{
	const struct table *t = in->dir->table;
	int i = table_column(t, name);

	(void)err;
	if (i < 0 || !span_is(name, t->columns[i].name) ||
	    !catalog_has_facet(in->catalog, t, (size_t)i))
		return -ENOENT;
	ret->place =
		(struct place){ .kind = PLACE_FACET, .table = t, .column = (size_t)i };
	return 0;
}

const struct directory tree_facets = { list_facets, find_facet };

static int list_values(const struct within *in, struct listing *l, struct err *err)
{
	struct known_values known = { 0 };
	struct place p = *in->dir;
	int r;

	p.kind = PLACE_VALUES;
	r = listing_add(l, "values.csv", p);
	if (!r)
		r = catalog_known(in->catalog, p.table, p.column, &known, err);
	p.kind = PLACE_LINK;
	for (size_t i = 0; !r && i < known.n; i++)
		r = tree_list_value(l, known.p[i].value, p, false);
	known_values_clear(&known);
	return r;
}

static int find_value(const struct within *in, struct span name, struct hit *ret,
                      struct err *err)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(NAME_BYTES);
	int r;

	ret->place = *in->dir;
	if (span_is(name, "values.csv")) {
		ret->place.kind = PLACE_VALUES;
		return 0;
	}
	r = *name.p == '.' ? -ENOENT : tree_value(name, &b, err);
	if (r)
		return r;
	ret->place.kind = PLACE_LINK;
	ret->key = str_dup(buf_str(&b));
	return ret->key ? 0 : err_nomem(err);
}

const struct directory tree_facet = { list_values, find_value };

void tree_link(const struct place *p, struct span name, struct buf *out)
{
	buf_printf(out, "../../%s=%.*s", p->table->columns[p->column].name,
	           SPAN_FMT(name));
}
