/* SPDX-License-Identifier: MIT */
/* System tables that tell of the program and of this connection. */
#include "base/buf.h"
#include "catalog/identity.h"
#include "query/system_i.h"

#include <sqlite3.h>

#include <errno.h>
#include <stdio.h>

/* Names that tools ask for, and what is true of them here. */
/* clang-format off */
static const struct fact {
	const char *name;
	const char *value; /* NULL: depends on the connection */
} sqlinfo[] = {
	{ "AGGREGATE_FUNCTIONS", "AVG,COUNT,MAX,MIN,SUM,DISTINCT" },
	{ "COUNT", "YES" },
	{ "IDENTIFIER_QUOTE_OPEN_CHAR", "[" },
	{ "IDENTIFIER_QUOTE_CLOSE_CHAR", "]" },
	{ "SUPPORTED_OPERATORS",
	  "=,>,<,>=,<=,<>,!=,LIKE,NOT LIKE,IN,NOT IN,IS NULL,IS NOT NULL,AND,OR" },
	/* What is selected need not be grouped by, nor the other way round. */
	{ "GROUP_BY", "NO_RELATION" },
	/* There is no copying of data to elsewhere, so its settings are empty. */
	{ "REPLICATION_SKIP_TABLES", "" },
	{ "REPLICATION_TIMECHECK_COLUMNS", "" },
	{ "IDENTIFIER_PATTERN", "[A-Za-z_][A-Za-z0-9_$]*" },
	{ "SUPPORT_TRANSACTION", "NO" },
	{ "DIALECT", "SQLite" },
	{ "KEY_PROPERTIES", "URL,User" },
	{ "SUPPORTS_MULTIPLE_SCHEMAS", "YES" },
	{ "SUPPORTS_MULTIPLE_CATALOGS", "NO" },
	{ "DATASYNCVERSION", "" },
	{ "DATASYNCCATEGORY", "Source" },
	{ "SUPPORTSENHANCEDSQL", "TRUE" },
	/* Each line of a write is a call of its own. */
	{ "SUPPORTS_BATCH_OPERATIONS", "NO" },
	{ "PREFERRED_CACHE_OPTIONS", "" },
	{ "ENABLE_EF_ADVANCED_QUERY", "NO" },
	{ "PSEUDO_COLUMNS", NULL },
	{ "MERGE_ALWAYS", "FALSE" },
	{ "REPLICATION_MIN_DATE_QUERY", "" },
	{ "REPLICATION_MIN_FUNCTION", "" },
	{ "REPLICATION_START_DATE", "" },
	{ "REPLICATION_MAX_DATE_QUERY", "" },
	{ "REPLICATION_MAX_FUNCTION", "" },
	{ "IGNORE_INTERVALS_ON_INITIAL_REPLICATE", "" },
	{ "CHECKCACHE_USE_PARENTID", "FALSE" },
	{ "CREATE_SCHEMA_PROCEDURES", NULL },
};
/* clang-format on */

#define LIST_MAX_BYTES (1u << 20)

/* In the form that the property PseudoColumns takes. */
static void list_pseudo_columns(struct made *m)
{
	struct buf list = BUF_INIT(LIST_MAX_BYTES);
	const struct table *t;

	for (size_t i = 0; (t = catalog_shown_at(m->catalog, i)); i++) {
		for (const struct column *c = t->columns; c->name; c++) {
			if (c->flags & COLUMN_PSEUDO)
				buf_printf(&list, "%s%s=%s", list.len ? "," : "", t->name,
				           c->name);
		}
	}
	if (buf_status(&list))
		m->status = -ENOMEM;
	else
		made_text(m, "VALUE", buf_str(&list));
	buf_clear(&list);
}

void made_sqlinfo(struct made *m)
{
	for (size_t i = 0; i < ARRAY_SIZE(sqlinfo); i++) {
		made_row(m);
		made_text(m, "NAME", sqlinfo[i].name);
		made_text(m, "VALUE", sqlinfo[i].value);
		if (str_eq(sqlinfo[i].name, "PSEUDO_COLUMNS"))
			list_pseudo_columns(m);
		if (str_eq(sqlinfo[i].name, "CREATE_SCHEMA_PROCEDURES"))
			made_text(m, "VALUE",
			          model_procedure(SPAN("CreateSchema")) ? "CreateSchema"
			                                                : "");
	}
}

void made_information(struct made *m)
{
	const struct fact facts[] = {
		{ "ProductName", "jsmfs" },
		{ "ProductVersion", JSMFS_VERSION },
		{ "EngineName", "SQLite" },
		{ "EngineVersion", sqlite3_libversion() },
		{ "DataSourceName", "Jira Service Management" },
		{ "DataSourceURL", catalog_site(m->catalog) },
		{ "User", catalog_property(m->catalog, PROP_USER) },
		{ "CatalogName", SYSTEM_CATALOG },
		{ "SchemaName", SYSTEM_SCHEMA },
		{ "UserViewsSchemaName",
		  catalog_property(m->catalog, PROP_USER_VIEWS_SCHEMA_NAME) },
	};

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		made_row(m);
		made_text(m, "Name", facts[i].name);
		made_text(m, "Value", facts[i].value);
	}
}

/* Groups are numbered as they come. */
static int category_ordinal(enum property_id id)
{
	int n = 1;

	for (size_t i = 0; i < PROP_COUNT; i++) {
		const char *category = model_properties[i].category;
		bool seen = false;

		if (str_eq(category, model_properties[id].category))
			return n;
		for (size_t k = 0; k < i; k++)
			seen |= str_eq(model_properties[k].category, category);
		n += !seen;
	}
	return n;
}

static const char *type_name(enum property_type type)
{
	switch (type) {
	case PROP_STRING:
	case PROP_SIZE:
		return "String";
	case PROP_BOOL:
		return "Boolean";
	case PROP_INT:
		return "Int32";
	}
	return "";
}

static void make_property(struct made *m, const struct property *p)
{
	bool secret = p->flags & PROP_SECRET;

	made_row(m);
	made_text(m, "Name", p->name);
	made_text(m, "ShortDescription", p->doc);
	made_text(m, "Type", type_name(p->type));
	made_text(m, "Default", p->standard);
	made_text(m, "Values",
	          p->values              ? p->values
	          : p->type == PROP_BOOL ? "true,false"
	                                 : "");
	made_text(m, "Value", secret ? "" : catalog_property(m->catalog, p->id));
	made_bool(m, "Required", p->flags & PROP_REQUIRED);
	made_text(m, "Category", p->category);
	made_text(m, "IsSessionProperty", "NO");
	made_text(m, "Sensitivity", secret ? "SECRET" : "PUBLIC");
	made_text(m, "PropertyName", p->name);
	made_int(m, "Ordinal", (int64_t)p->id + 1);
	made_int(m, "CatOrdinal", category_ordinal(p->id));
	made_text(m, "Hierarchy", p->hierarchy);
	made_bool(m, "Visible", true);
	made_text(m, "ETC", p->flags & PROP_OURS ? "of jsmfs" : "");
}

void made_properties(struct made *m)
{
	for (size_t i = 0; i < PROP_COUNT; i++)
		make_property(m, &model_properties[i]);
}

static int make_identity(void *ctx, const char *id, uint64_t batch, const char *operation,
                         const char *message)
{
	struct made *m = ctx;
	char digits[24];

	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)batch);
	made_row(m);
	made_text(m, "Id", id);
	made_text(m, "Batch", digits);
	made_text(m, "Operation", operation);
	made_text(m, "Message", message);
	return m->status;
}

void made_identity(struct made *m)
{
	(void)identity_each(catalog_identity(m->catalog), make_identity, m);
}
