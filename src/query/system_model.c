/* SPDX-License-Identifier: MIT */
/* System tables that tell of tables, columns, keys and procedures. */
#include "query/system_i.h"

#include <errno.h>
#include <stdio.h>

/* What SQL calls a type, and how much room its values take. */
struct sql_type {
	int code; /* as in java.sql.Types */
	int length;
	int display;
	int precision;
	int scale;
};

#define TIME_LENGTH 29 /* 2026-01-31T10:00:00.000+01:00 */

/* Text has no limit here; tools want a number. */
static int text_length(const struct made *m)
{
	struct span s = property_part(&model_properties[PROP_OTHER],
	                              catalog_property(m->catalog, PROP_OTHER),
	                              "DefaultColumnSize");
	int64_t n = 0;

	return span_int(s, &n) ? (int)n : 0;
}

static struct sql_type type_of(const struct made *m, enum value_type type, bool as_text)
{
	int n = text_length(m);
	struct sql_type text = { 12, n, n, n, 0 };

	if (as_text)
		return text;
	switch (type) {
	case VALUE_BOOL:
		return (struct sql_type){ 16, 1, 5, 1, 0 };
	case VALUE_INT:
		return (struct sql_type){ 4, 4, 11, 10, 0 };
	case VALUE_REAL:
		return (struct sql_type){ 8, 8, 24, 15, 0 };
	case VALUE_TIME:
		return (struct sql_type){ 93, 8, TIME_LENGTH, TIME_LENGTH, 3 };
	case VALUE_NULL:
	case VALUE_TEXT:
	case VALUE_JSON:
		break;
	}
	return text;
}

/* With ReadOnly nothing is. */
static bool is_updateable(const struct made *m, const struct table *t)
{
	return table_is_writable(t) &&
	       !str_eq(catalog_property(m->catalog, PROP_READ_ONLY), "true");
}

void made_catalogs(struct made *m)
{
	made_row(m);
	made_text(m, "CatalogName", SYSTEM_CATALOG);
}

void made_schemas(struct made *m)
{
	const char *views = m->conn->views_schema;

	if (!views)
		views = catalog_property(m->catalog, PROP_USER_VIEWS_SCHEMA_NAME);
	if (catalog_shows_schema(m->catalog, SYSTEM_SCHEMA))
		made_site_row(m);
	if (!catalog_shows_schema(m->catalog, views))
		return;
	made_row(m);
	made_text(m, "CatalogName", SYSTEM_CATALOG);
	made_text(m, "SchemaName", views);
}

void made_tables(struct made *m)
{
	const struct table *t;

	for (size_t i = 0; (t = catalog_shown_at(m->catalog, i)); i++) {
		made_site_row(m);
		made_text(m, "TableName", t->name);
		made_text(m, "TableType", t->kind == TABLE_TABLE ? "TABLE" : "VIEW");
		made_text(m, "Description", t->doc);
		made_bool(m, "IsUpdateable", is_updateable(m, t));
	}
	made_view_tables(m);
}

void made_column(struct made *m, const char *table, const struct column *c, size_t i)
{
	struct sql_type type = type_of(m, c->type, c->flags & COLUMN_STRING);

	made_text(m, "TableName", table);
	made_text(m, "ColumnName", c->name);
	made_text(m, "DataTypeName", column_type_name(c));
	made_int(m, "DataType", type.code);
	made_int(m, "Length", type.length);
	made_int(m, "DisplaySize", type.display);
	made_int(m, "NumericPrecision", type.precision);
	made_int(m, "NumericScale", type.scale);
	made_bool(m, "IsNullable", !(c->flags & COLUMN_KEY));
	made_text(m, "Description", c->doc);
	made_int(m, "Ordinal", (int64_t)i + 1);
	made_text(m, "IsAutoIncrement", "NO");
	made_text(m, "IsGeneratedColumn", "NO");
	made_bool(m, "IsHidden", false);
	made_bool(m, "IsArray", false);
	made_bool(m, "IsReadOnly", true);
	made_bool(m, "IsKey", c->flags & COLUMN_KEY);
}

static void make_column(struct made *m, const struct table *t, size_t i)
{
	const struct column *c = &t->columns[i];

	made_site_row(m);
	made_column(m, t->name, c, i);
	made_bool(m, "IsHidden", !catalog_is_listed(m->catalog, t, i));
	made_bool(m, "IsReadOnly",
	          !is_updateable(m, t) || !table_column_is_writable(t, i));
}

void made_columns(struct made *m)
{
	const struct table *t;

	for (size_t i = 0; (t = catalog_shown_at(m->catalog, i)); i++) {
		for (size_t k = 0; t->columns[k].name; k++) {
			if (!(t->columns[k].flags & COLUMN_HIDDEN))
				make_column(m, t, k);
		}
	}
	made_view_columns(m);
}

/* --------------------------------------------------------------- procedures */

void made_procedures(struct made *m)
{
	for (size_t i = 0; model_procedures[i]; i++) {
		made_site_row(m);
		made_text(m, "ProcedureName", model_procedures[i]->name);
		made_text(m, "Description", model_procedures[i]->doc);
		made_text(m, "ProcedureType", "PROCEDURE");
	}
}

enum direction { DIRECTION_IN = 1, DIRECTION_OUT = 4 };

static void make_parameter(struct made *m, const struct procedure *p,
                           const struct param *param, enum direction d, int64_t ordinal)
{
	bool as_text = param->flags & PARAM_STRING;
	struct sql_type type = type_of(m, as_text ? VALUE_TEXT : param->type, false);

	made_site_row(m);
	made_text(m, "ProcedureName", p->name);
	made_text(m, "ColumnName", param->name);
	made_int(m, "Direction", d);
	made_text(m, "DataTypeName", param_type_name(param));
	made_int(m, "DataType", type.code);
	made_int(m, "Length", type.precision);
	made_int(m, "NumericPrecision", type.precision);
	made_int(m, "NumericScale", type.scale);
	made_bool(m, "IsNullable", !(param->flags & PARAM_REQUIRED));
	made_bool(m, "IsRequired", param->flags & PARAM_REQUIRED);
	made_bool(m, "IsArray", false);
	made_text(m, "Description", param->doc);
	made_int(m, "Ordinal", ordinal);
}

void made_parameters(struct made *m)
{
	for (size_t i = 0; model_procedures[i]; i++) {
		const struct procedure *p = model_procedures[i];
		int64_t n = 0;

		for (const struct param *in = p->in; in && in->name; in++)
			make_parameter(m, p, in, DIRECTION_IN, ++n);
		for (const struct param *out = p->out; out && out->name; out++)
			make_parameter(m, p, out, DIRECTION_OUT, ++n);
	}
}

/* --------------------------------------------------------------------- keys */

static void name_primary(struct made *m, const char *column, const struct table *t)
{
	cleanup_free_ char *name = str_printf("PK_%s", t->name);

	if (name)
		made_text(m, column, name);
	else
		m->status = -ENOMEM;
}

static void name_foreign(struct made *m, const struct table *t, const struct column *c)
{
	cleanup_free_ char *name = str_printf("FK_%s_%s", t->name, c->name);

	if (name)
		made_text(m, "ForeignKeyName", name);
	else
		m->status = -ENOMEM;
}

/* The other end of a reference; false if it leads to nothing that is shown. */
static bool find_referred(const struct made *m, const struct column *c,
                          const struct table **ret, const struct column **ret_column)
{
	struct span column = span_of(c->ref);
	struct span table = span_cut(&column, '.');
	const struct table *t = c->ref ? catalog_table(m->catalog, table) : NULL;
	int i = t ? table_column(t, column) : -1;

	if (i < 0)
		return false;
	*ret = t;
	*ret_column = &t->columns[i];
	return true;
}

static void make_referred(struct made *m, const struct table *t, const struct column *c)
{
	made_text(m, "ReferencedCatalogName", SYSTEM_CATALOG);
	made_text(m, "ReferencedSchemaName", SYSTEM_SCHEMA);
	made_text(m, "ReferencedTableName", t->name);
	made_text(m, "ReferencedColumnName", c->name);
}

static void make_key_column(struct made *m, const struct table *t, const struct column *c)
{
	const struct column *to_column;
	const struct table *to;
	bool refers = find_referred(m, c, &to, &to_column);
	bool is_key = c->flags & COLUMN_KEY;

	if (!is_key && !refers)
		return;
	made_site_row(m);
	made_text(m, "TableName", t->name);
	made_text(m, "ColumnName", c->name);
	made_bool(m, "IsKey", is_key);
	made_bool(m, "IsForeignKey", refers);
	name_primary(m, "PrimaryKeyName", is_key ? t : to);
	if (!refers)
		return;
	name_foreign(m, t, c);
	make_referred(m, to, to_column);
}

void made_key_columns(struct made *m)
{
	const struct table *t;

	for (size_t i = 0; (t = catalog_shown_at(m->catalog, i)); i++) {
		for (const struct column *c = t->columns; c->name; c++)
			make_key_column(m, t, c);
	}
}

/* One key, from each of its ends. */
static void make_foreign_key(struct made *m, const struct table *t,
                             const struct column *c)
{
	const struct column *to_column;
	const struct table *to;

	if (!find_referred(m, c, &to, &to_column))
		return;
	for (int end = 0; end < 2; end++) {
		made_site_row(m);
		made_text(m, "TableName", end ? to->name : t->name);
		made_text(m, "ColumnName", end ? to_column->name : c->name);
		name_primary(m, "PrimaryKeyName", to);
		name_foreign(m, t, c);
		make_referred(m, end ? t : to, end ? c : to_column);
		made_text(m, "ForeignKeyType",
		          end ? "FOREIGNKEY_TYPE_EXPORT" : "FOREIGNKEY_TYPE_IMPORT");
	}
}

void made_foreign_keys(struct made *m)
{
	const struct table *t;

	for (size_t i = 0; (t = catalog_shown_at(m->catalog, i)); i++) {
		for (const struct column *c = t->columns; c->name; c++)
			make_foreign_key(m, t, c);
	}
}

void made_primary_keys(struct made *m)
{
	const struct table *t;

	for (size_t i = 0; (t = catalog_shown_at(m->catalog, i)); i++) {
		int seq = 0;

		for (const struct column *c = t->columns; c->name; c++) {
			char digits[16];

			if (!(c->flags & COLUMN_KEY))
				continue;
			snprintf(digits, sizeof(digits), "%d", ++seq);
			made_site_row(m);
			made_text(m, "TableName", t->name);
			made_text(m, "ColumnName", c->name);
			made_text(m, "KeySeq", digits);
			name_primary(m, "KeyName", t);
		}
	}
}

/* ------------------------------------------------------------------ indexes */

enum taken { TAKEN_NOT, TAKEN, TAKEN_ONE /* and then there is one row at most */ };

/* Does the site look rows up by this column? */
static enum taken how_taken(const struct table *t, const struct column *c)
{
	enum taken ret = TAKEN_NOT;

	for (const struct endpoint *ep = t->endpoints; ep->name; ep++) {
		bool found = false, alone = true;

		for (const struct key *k = ep->keys; k && k->column; k++) {
			bool is_it = str_eq(k->column, c->name);

			found |= is_it;
			alone = alone && (is_it || k->need != KEY_REQUIRED);
		}
		if (found && alone && endpoint_is_entity(ep))
			return TAKEN_ONE;
		if (found)
			ret = TAKEN;
	}
	return ret;
}

static void make_index(struct made *m, const struct table *t, const struct column *c,
                       int position)
{
	bool primary = position > 0;
	enum taken taken = how_taken(t, c);
	cleanup_free_ char *name = NULL;

	if (!primary && taken == TAKEN_NOT)
		return;
	made_site_row(m);
	made_text(m, "TableName", t->name);
	if (primary) {
		name_primary(m, "IndexName", t);
	} else {
		name = str_printf("IX_%s_%s", t->name, c->name);
		if (!name)
			m->status = -ENOMEM;
		made_text(m, "IndexName", name);
	}
	made_text(m, "ColumnName", c->name);
	made_bool(m, "IsUnique", primary || taken == TAKEN_ONE);
	made_bool(m, "IsPrimary", primary);
	made_int(m, "Type", 3);
	made_text(m, "SortOrder", "A");
	made_int(m, "OrdinalPosition", primary ? position : 1);
}

void made_indexes(struct made *m)
{
	const struct table *t;

	for (size_t i = 0; (t = catalog_shown_at(m->catalog, i)); i++) {
		int position = 0;

		for (const struct column *c = t->columns; c->name; c++) {
			if (c->flags & COLUMN_KEY)
				make_index(m, t, c, ++position);
		}
		for (const struct column *c = t->columns; c->name; c++) {
			if (!(c->flags & COLUMN_KEY))
				make_index(m, t, c, 0);
		}
	}
}
