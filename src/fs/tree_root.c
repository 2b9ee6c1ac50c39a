/* SPDX-License-Identifier: MIT */
/* The root, and what stands beside the tables: sys/, proc/, ctl/. */
#include "catalog/catalog.h"
#include "fs/knob.h"
#include "fs/tree_i.h"

#include <errno.h>

static const struct fixed_name root_names[] = {
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

static const struct fixed_name proc_names[] = {
	{ "README.md", PLACE_PROC_README, NULL }, { "call", PLACE_CALL, NULL },
	{ "last.json", PLACE_LAST_JSON, NULL },   { "last.csv", PLACE_LAST_CSV, NULL },
	{ "error", PLACE_PROC_ERROR, NULL },      { 0 },
};

static int list_root(const struct within *in, struct listing *l, struct err *err)
{
	struct catalog *c = in->catalog;
	const char *views = catalog_property(c, PROP_USER_VIEWS_SCHEMA_NAME);
	const struct table *t;
	int r = 0;

	(void)err;
	for (const struct fixed_name *f = root_names; f->name && !r; f++) {
		if (f->kind != PLACE_VIEWS || catalog_shows_schema(c, views))
			r = listing_add(l, f->name, tree_place_of(in->dir, f));
	}
	for (size_t i = 0; !r && (t = catalog_shown_at(c, i)); i++)
		r = listing_add(l, t->name,
		                (struct place){ .kind = PLACE_TABLE, .table = t });
	return r;
}

static int hit_table(const struct table *t, struct hit *ret, struct err *err)
{
	ret->place = (struct place){ .kind = PLACE_TABLE, .table = t };
	return tree_hit_table(ret, t, err);
}

static int find_root(const struct within *in, struct span name, struct hit *ret,
                     struct err *err)
{
	const struct table *t;

	if (!tree_find_fixed(in, root_names, name, ret))
		return 0;
	t = catalog_table(in->catalog, name);
	return t && span_is(name, t->name) ? hit_table(t, ret, err) : -ENOENT;
}

const struct directory tree_root = { list_root, find_root };

static int list_system(const struct within *in, struct listing *l, struct err *err)
{
	(void)in;
	(void)err;
	for (size_t i = 0; model_system_tables[i]; i++) {
		struct place p = { .kind = PLACE_TABLE, .table = model_system_tables[i] };

		if (listing_add(l, model_system_tables[i]->name, p))
			return -ENOMEM;
	}
	return 0;
}

static int find_system(const struct within *in, struct span name, struct hit *ret,
                       struct err *err)
{
	const struct table *t = model_any_table(name);

	(void)in;
	if (!t || t->kind != TABLE_SYSTEM || !span_is(name, t->name))
		return -ENOENT;
	return hit_table(t, ret, err);
}

const struct directory tree_system = { list_system, find_system };

static int list_procs(const struct within *in, struct listing *l, struct err *err)
{
	(void)in;
	(void)err;
	for (size_t i = 0; model_procedures[i]; i++) {
		struct place p = { .kind = PLACE_PROC, .procedure = model_procedures[i] };

		if (listing_add(l, model_procedures[i]->name, p))
			return -ENOMEM;
	}
	return 0;
}

static int find_procs(const struct within *in, struct span name, struct hit *ret,
                      struct err *err)
{
	const struct procedure *p = model_procedure(name);

	(void)in;
	(void)err;
	if (!p || !span_is(name, p->name))
		return -ENOENT;
	ret->place = (struct place){ .kind = PLACE_PROC, .procedure = p };
	return 0;
}

const struct directory tree_procs = { list_procs, find_procs };

/* Where files are put for the procedure; false: nowhere. */
static bool place_uploads(const struct place *proc, struct place *ret)
{
	*ret = *proc;
	ret->kind = PLACE_UPLOADS;
	ret->intake = proc->procedure ? proc->procedure->intake : NULL;
	return ret->intake;
}

static int list_proc(const struct within *in, struct listing *l, struct err *err)
{
	struct place p;
	int r = tree_list_fixed(in, proc_names, l);

	(void)err;
	if (!r && place_uploads(in->dir, &p))
		r = listing_add(l, p.intake->dir, p);
	return r;
}

static int find_proc(const struct within *in, struct span name, struct hit *ret,
                     struct err *err)
{
	(void)err;
	if (place_uploads(in->dir, &ret->place) && span_is(name, ret->place.intake->dir))
		return 0;
	return tree_find_fixed(in, proc_names, name, ret);
}

const struct directory tree_proc = { list_proc, find_proc };

/* Of which desk: a number is one. */
static int find_upload(const struct within *in, struct span name, struct hit *ret,
                       struct err *err)
{
	(void)err;
	if (!span_digits(name))
		return -ENOENT;
	ret->place = *in->dir;
	return 0;
}

const struct directory tree_uploads = { NULL, find_upload };

static int list_knobs(const struct within *in, struct listing *l, struct err *err)
{
	(void)in;
	(void)err;
	for (const struct knob *k = knobs; k->name; k++) {
		if (listing_add(l, k->name,
		                (struct place){ .kind = PLACE_KNOB, .knob = k }))
			return -ENOMEM;
	}
	return 0;
}

static int find_knob(const struct within *in, struct span name, struct hit *ret,
                     struct err *err)
{
	const struct knob *k = knob_named(name);

	(void)in;
	(void)err;
	ret->place = (struct place){ .kind = PLACE_KNOB, .knob = k };
	return k ? 0 : -ENOENT;
}

const struct directory tree_knobs = { list_knobs, find_knob };
