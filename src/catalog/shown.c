/* SPDX-License-Identifier: MIT */
/* What the properties BrowsableSchemas, Tables and Views leave of what is listed. */
#include "base/buf.h"
#include "catalog/catalog.h"
#include "catalog/userviews.h"

#include <errno.h>
#include <string.h>

/* Without brackets, quotes and backticks; of "a.b.c" the last part. */
static struct span bare_name(struct span item)
{
	static const char open[] = "[\"`'", shut[] = "]\"`'";

	item = span_trim(item);
	if (item.n > 1) {
		const char *at = strchr(shut, item.p[item.n - 1]);
		const char *from =
			at && *at ? memrchr(item.p, open[at - shut], item.n - 1) : NULL;

		if (from)
			return (struct span){ from + 1,
				              (size_t)(item.p + item.n - 2 - from) };
	}
	for (size_t i = item.n; i-- > 0;) {
		if (item.p[i] == '.')
			return (struct span){ item.p + i + 1, item.n - i - 1 };
	}
	return item;
}

static bool has_name(const char *list, const char *name)
{
	struct span rest = span_of(list);

	while (rest.n) {
		if (span_ieq(bare_name(span_cut(&rest, ',')), span_of(name)))
			return true;
	}
	return false;
}

static bool is_blank(const char *list)
{
	return !span_trim(span_of(list)).n;
}

bool catalog_shows_schema(const struct catalog *c, const char *schema)
{
	const char *list = catalog_property(c, PROP_BROWSABLE_SCHEMAS);

	return is_blank(list) || has_name(list, schema);
}

/* A name in either list is wanted, whatever it is the name of. */
static bool is_wanted(const struct catalog *c, enum property_id own, const char *name)
{
	return is_blank(catalog_property(c, own)) ||
	       has_name(catalog_property(c, PROP_TABLES), name) ||
	       has_name(catalog_property(c, PROP_VIEWS), name);
}

bool catalog_shows(const struct catalog *c, const struct table *t)
{
	if (t->kind == TABLE_USER_VIEW)
		return catalog_shows_view(c, t->name);
	return catalog_shows_schema(c, CATALOG_SCHEMA) &&
	       is_wanted(c, t->kind == TABLE_TABLE ? PROP_TABLES : PROP_VIEWS, t->name);
}

bool catalog_shows_view(const struct catalog *c, const char *name)
{
	return catalog_shows_schema(c,
	                            catalog_property(c, PROP_USER_VIEWS_SCHEMA_NAME)) &&
	       is_wanted(c, PROP_VIEWS, name);
}

const struct table *catalog_shown_at(struct catalog *c, size_t i)
{
	const struct table *t;

	for (size_t k = 0; (t = catalog_table_at(c, k)); k++) {
		if (catalog_shows(c, t) && !i--)
			return t;
	}
	return NULL;
}

/* ------------------------------------------------------- do the names exist? */

static int refuse(struct catalog *c, enum property_id id, struct span name,
                  struct err *err)
{
	cleanup_(buf_clear) struct buf list = BUF_INIT(4096);
	const struct table *t;

	for (size_t i = 0; (t = catalog_table_at(c, i)); i++) {
		if ((t->kind == TABLE_TABLE) == (id == PROP_TABLES))
			buf_printf(&list, "%s%s", list.len ? ", " : "", t->name);
	}
	return err_set(err, -EINVAL, "%s: there is no '%.*s'; there are %s",
	               model_properties[id].name, name.n > 60 ? 60 : (int)name.n, name.p,
	               buf_str(&list));
}

/* The views of queues are not known before the site was asked. */
static bool is_queue(struct span name)
{
	static const char ending[] = "QueueRequests";
	size_t n = sizeof(ending) - 1;

	return name.n > n &&
	       span_ieq((struct span){ name.p + name.n - n, n }, span_of(ending));
}

static int check_names(struct catalog *c, enum property_id id,
                       const struct view_list *views, struct err *err)
{
	struct span rest = span_of(catalog_property(c, id));

	while (rest.n) {
		struct span name = bare_name(span_cut(&rest, ','));

		if (name.n && !catalog_table(c, name) && !is_queue(name) &&
		    !(views && view_list_find(views, name)))
			return refuse(c, id, name, err);
	}
	return 0;
}

static int check_schemas(const struct catalog *c, struct err *err)
{
	const char *views = catalog_property(c, PROP_USER_VIEWS_SCHEMA_NAME);
	struct span rest = span_of(catalog_property(c, PROP_BROWSABLE_SCHEMAS));

	while (rest.n) {
		struct span name = bare_name(span_cut(&rest, ','));

		if (name.n && !span_ieq(name, span_of(CATALOG_SCHEMA)) &&
		    !span_ieq(name, span_of(views)))
			return err_set(err, -EINVAL,
			               "BrowsableSchemas: there is no schema '%.*s'; "
			               "there are %s, %s",
			               name.n > 60 ? 60 : (int)name.n, name.p,
			               CATALOG_SCHEMA, views);
	}
	return 0;
}

int catalog_check_shown(struct catalog *c, struct userviews *u, struct err *err)
{
	cleanup_(view_list_unrefp) struct view_list *views = NULL;
	int r = check_schemas(c, err);

	/* a file of views that cannot be read is told of when one is used */
	if (!r && userviews_list(u, &views, NULL) < 0)
		views = NULL;
	if (!r)
		r = check_names(c, PROP_TABLES, views, err);
	return r ? r : check_names(c, PROP_VIEWS, views, err);
}
