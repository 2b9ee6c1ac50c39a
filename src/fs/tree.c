/* SPDX-License-Identifier: MIT */
#include "fs/tree.h"

#include "base/utf8.h"
#include "catalog/catalog.h"
#include "format/writer.h"
#include "fs/knob.h"
#include "fs/tree_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 16384

const struct fixed_name tree_root_names[] = {
	{ "README.md", PLACE_ROOT_README, NULL },
	{ "status", PLACE_STATUS, NULL },
	{ "doctor", PLACE_DOCTOR, NULL },
	{ "errors.ndjson", PLACE_ERRORS, NULL },
	{ "ctl", PLACE_KNOBS, NULL },
	{ "proc", PLACE_PROCS, NULL },
	{ "sql", PLACE_PROC, NULL }, /* of no procedure: statements */
	{ "UserViews", PLACE_VIEWS, NULL },
	{ "sys", PLACE_SYSTEM, NULL },
	{ 0 },
};

const struct fixed_name tree_proc_names[] = {
	{ "README.md", PLACE_PROC_README, NULL }, { "call", PLACE_CALL, NULL },
	{ "last.json", PLACE_LAST_JSON, NULL },   { "last.csv", PLACE_LAST_CSV, NULL },
	{ "error", PLACE_PROC_ERROR, NULL },      { 0 },
};

const struct fixed_name tree_views_names[] = {
	{ "README.md", PLACE_VIEWS_README, NULL },
	{ "error", PLACE_VIEWS_ERROR, NULL },
	{ 0 },
};

const struct fixed_name tree_table_names[] = {
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

const struct fixed_name tree_change_names[] = {
	{ "insert", PLACE_INSERT, NULL },
	{ "update", PLACE_UPDATE, NULL },
	{ "delete", PLACE_DELETE, NULL },
	{ 0 },
};

enum place_class place_class(enum place_kind kind)
{
	switch (kind) {
	case PLACE_ROOT:
	case PLACE_SYSTEM:
	case PLACE_PROCS:
	case PLACE_PROC:
	case PLACE_KNOBS:
	case PLACE_VIEWS:
	case PLACE_TABLE:
	case PLACE_FACETS:
	case PLACE_FACET:
	case PLACE_IDS:
	case PLACE_ROW:
	case PLACE_TEXTS:
	case PLACE_CHILD_ROWS:
	case PLACE_BLOBS:
	case PLACE_INTAKE:
	case PLACE_ORDERS:
	case PLACE_UPLOADS:
		return CLASS_DIR;
	case PLACE_LINK:
	case PLACE_SCRATCH_LINK:
		return CLASS_LINK;
	case PLACE_VIEW_SQL:
	case PLACE_SCRATCH:
	case PLACE_DRAFT:
		return CLASS_FILE;
	case PLACE_ROOT_README:
	case PLACE_PROC_README:
	case PLACE_VIEWS_README:
	case PLACE_README:
	case PLACE_SCHEMA:
	case PLACE_IGNORE:
		return CLASS_TEXT;
	case PLACE_STATUS:
	case PLACE_ERRORS:
	case PLACE_LAST_JSON:
	case PLACE_LAST_CSV:
	case PLACE_PROC_ERROR:
	case PLACE_VIEWS_ERROR:
	case PLACE_SQL:
	case PLACE_PLAN:
	case PLACE_STATS:
	case PLACE_ERROR:
	case PLACE_VALUES:
		return CLASS_REPORT;
	case PLACE_ROWS:
	case PLACE_COUNT:
	case PLACE_ROW_JSON:
	case PLACE_CELL:
	case PLACE_PART:
		return CLASS_RESULT;
	case PLACE_DOCTOR:
		return CLASS_PROBE;
	case PLACE_STREAM:
		return CLASS_STREAM;
	case PLACE_CALL:
	case PLACE_KNOB:
	case PLACE_INSERT:
	case PLACE_UPDATE:
	case PLACE_DELETE:
	case PLACE_ORDER:
		return CLASS_CALL;
	case PLACE_BLOB:
		return CLASS_BLOB;
	}
	return CLASS_TEXT;
}

bool place_is_dir(enum place_kind kind)
{
	return place_class(kind) == CLASS_DIR;
}

/* ------------------------------------------------------------------ lists */

void listing_clear(struct listing *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->p[i].name);
	free(l->p);
	*l = (struct listing){ 0 };
}

int listing_add(struct listing *l, const char *name, struct place place)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 16;
		struct entry *p = reallocarray(l->p, cap, sizeof(*p));

		if (!p)
			return -ENOMEM;
		l->p = p;
		l->cap = cap;
	}
	l->p[l->n].name = str_dup(name);
	if (!l->p[l->n].name)
		return -ENOMEM;
	l->p[l->n++].place = place;
	return 0;
}

struct place tree_place_of(const struct place *dir, const struct fixed_name *f)
{
	struct place p = *dir;

	p.kind = f->kind;
	p.format = f->format ? format_by_name(f->format) : NULL;
	return p;
}

static int add_fixed(struct listing *l, const struct place *dir,
                     const struct fixed_name *f)
{
	for (; f->name; f++) {
		if (listing_add(l, f->name, tree_place_of(dir, f)))
			return -ENOMEM;
	}
	return 0;
}

static int add_root(struct listing *l, const struct place *dir, const struct catalog *c)
{
	const char *views = catalog_property(c, PROP_USER_VIEWS_SCHEMA_NAME);

	for (const struct fixed_name *f = tree_root_names; f->name; f++) {
		if (f->kind == PLACE_VIEWS && !catalog_shows_schema(c, views))
			continue;
		if (listing_add(l, f->name, tree_place_of(dir, f)))
			return -ENOMEM;
	}
	return 0;
}

static int list_root(struct listing *l, const struct place *dir, struct catalog *c)
{
	const struct table *t;
	int r = add_root(l, dir, c);

	for (size_t i = 0; !r && (t = catalog_shown_at(c, i)); i++)
		r = listing_add(l, t->name,
		                (struct place){ .kind = PLACE_TABLE, .table = t });
	return r;
}

static int list_system(struct listing *l)
{
	for (size_t i = 0; model_system_tables[i]; i++) {
		struct place p = { .kind = PLACE_TABLE, .table = model_system_tables[i] };

		if (listing_add(l, model_system_tables[i]->name, p))
			return -ENOMEM;
	}
	return 0;
}

static int list_knobs(struct listing *l)
{
	for (const struct knob *k = knobs; k->name; k++) {
		if (listing_add(l, k->name,
		                (struct place){ .kind = PLACE_KNOB, .knob = k }))
			return -ENOMEM;
	}
	return 0;
}

static int list_procs(struct listing *l)
{
	for (size_t i = 0; model_procedures[i]; i++) {
		struct place p = { .kind = PLACE_PROC, .procedure = model_procedures[i] };

		if (listing_add(l, model_procedures[i]->name, p))
			return -ENOMEM;
	}
	return 0;
}

static int list_proc(struct listing *l, const struct place *dir)
{
	const struct intake *in = dir->procedure ? dir->procedure->intake : NULL;
	struct place p = *dir;

	if (add_fixed(l, dir, tree_proc_names))
		return -ENOMEM;
	p.kind = PLACE_UPLOADS;
	p.intake = in;
	return in ? listing_add(l, in->dir, p) : 0;
}

bool tree_has_facets(const struct catalog *c, const struct table *t)
{
	for (size_t i = 0; t->columns[i].name; i++) {
		if (catalog_has_facet(c, t, i))
			return true;
	}
	return false;
}

bool tree_is_whole_table(const struct selector *sel)
{
	return !sel || !sel->n_segments;
}

bool tree_place_change(const struct place *dir, const struct selector *sel,
                       const struct fixed_name *f, struct place *ret)
{
	const struct table *t = dir->table;
	bool filtered = sel && sel->n_predicates;

	*ret = tree_place_of(dir, f);
	ret->procedure = f->kind == PLACE_INSERT   ? t->insert
	                 : !filtered               ? NULL
	                 : f->kind == PLACE_UPDATE ? t->update
	                                           : t->remove;
	return ret->procedure;
}

static int list_table(struct listing *l, const struct place *dir,
                      const struct selector *sel, struct catalog *c)
{
	int r = add_fixed(l, dir, tree_table_names);
	struct place p;

	for (const struct fixed_name *f = tree_change_names; f->name && !r; f++) {
		if (tree_place_change(dir, sel, f, &p))
			r = listing_add(l, f->name, p);
	}
	p = *dir;
	if (!r && tree_is_whole_table(sel) && tree_has_facets(c, dir->table)) {
		p.kind = PLACE_FACETS;
		r = listing_add(l, "by", p);
	}
	if (!r && tree_is_whole_table(sel) && dir->table->id) {
		p.kind = PLACE_IDS;
		r = listing_add(l, "id", p);
	}
	return r;
}

static int list_facets(struct listing *l, const struct place *dir, struct catalog *c)
{
	for (size_t i = 0; dir->table->columns[i].name; i++) {
		struct place p = { .kind = PLACE_FACET,
			           .table = dir->table,
			           .column = i };

		if (!catalog_has_facet(c, dir->table, i))
			continue;
		if (listing_add(l, dir->table->columns[i].name, p))
			return -ENOMEM;
	}
	return 0;
}

/* A name made of a value, or nothing if it could not be a name. */
static int add_value(struct listing *l, const char *value, struct place p, bool parts)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(NAME_BYTES);
	struct span rest = span_of(value);

	if (!parts) {
		utf8_to_name(&b, rest);
	} else {
		while (rest.n) {
			utf8_to_name(&b, span_cut(&rest, ','));
			if (rest.n)
				buf_putc(&b, ',');
		}
	}
	if (buf_status(&b) || !b.len || b.len > 255)
		return 0;
	return listing_add(l, buf_str(&b), p);
}

static int list_facet(struct listing *l, const struct place *dir, struct catalog *c,
                      struct err *err)
{
	struct known_values known = { 0 };
	struct place p = *dir;
	int r;

	p.kind = PLACE_VALUES;
	r = listing_add(l, "values.csv", p);
	if (!r)
		r = catalog_known(c, dir->table, dir->column, &known, err);
	p.kind = PLACE_LINK;
	for (size_t i = 0; !r && i < known.n; i++)
		r = add_value(l, known.p[i].value, p, false);
	known_values_clear(&known);
	return r;
}

static int list_ids(struct listing *l, const struct place *dir, struct catalog *c,
                    struct err *err)
{
	struct known_values known = { 0 };
	struct place p = { .kind = PLACE_ROW, .table = dir->table };
	int r = catalog_known_ids(c, dir->table, &known, err);

	for (size_t i = 0; !r && i < known.n; i++)
		r = add_value(l, known.p[i].value, p, dir->table->id[1] != NULL);
	known_values_clear(&known);
	return r;
}

bool tree_is_cell(const struct catalog *c, const struct table *t, size_t i)
{
	return !(t->columns[i].flags & COLUMN_PSEUDO) && catalog_is_listed(c, t, i);
}

static int list_row(struct listing *l, const struct place *dir, struct catalog *c)
{
	struct place p = { .kind = PLACE_ROW_JSON, .table = dir->table };

	if (listing_add(l, "row.json", p))
		return -ENOMEM;
	p.kind = PLACE_CELL;
	for (size_t i = 0; dir->table->columns[i].name; i++) {
		p.column = i;
		if (tree_is_cell(c, dir->table, i) &&
		    listing_add(l, dir->table->columns[i].name, p))
			return -ENOMEM;
	}
	p = (struct place){ .kind = PLACE_ERROR, .table = dir->table };
	if (listing_add(l, "error", p))
		return -ENOMEM;
	if (tree_list_orders(l, dir->table, dir->table->orders))
		return -ENOMEM;
	return tree_list_children(l, dir->table, c);
}

int tree_list(const struct place *dir, const struct selector *sel, struct catalog *c,
              struct listing *ret, struct err *err)
{
	struct listing l = { 0 };
	int r = 0;

	if (dir->kind == PLACE_ROOT)
		r = list_root(&l, dir, c);
	else if (dir->kind == PLACE_SYSTEM)
		r = list_system(&l);
	else if (dir->kind == PLACE_PROCS)
		r = list_procs(&l);
	else if (dir->kind == PLACE_KNOBS)
		r = list_knobs(&l);
	else if (dir->kind == PLACE_PROC)
		r = list_proc(&l, dir);
	else if (dir->kind == PLACE_TABLE)
		r = list_table(&l, dir, sel, c);
	else if (dir->kind == PLACE_FACETS)
		r = list_facets(&l, dir, c);
	else if (dir->kind == PLACE_FACET)
		r = list_facet(&l, dir, c, err);
	else if (dir->kind == PLACE_IDS)
		r = list_ids(&l, dir, c, err);
	else if (dir->kind == PLACE_ROW)
		r = list_row(&l, dir, c);
	else if (dir->kind == PLACE_TEXTS || dir->kind == PLACE_CHILD_ROWS ||
	         dir->kind == PLACE_ORDERS)
		r = tree_list_child(&l, dir, sel, c, err);
	if (r) {
		listing_clear(&l);
		return r == -ENOMEM ? err_nomem(err) : r;
	}
	*ret = l;
	return 0;
}
