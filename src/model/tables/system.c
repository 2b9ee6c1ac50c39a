/* SPDX-License-Identifier: MIT */
/*
 * The system tables.  Their rows are made by query/system.c from the model, the
 * catalog and the connection; names and types of columns are the connectors'.
 */
#include "model/model_i.h"

/* clang-format off */

#define CATALOG(what) \
	{ "CatalogName", VALUE_TEXT, 0, NULL, .doc = "The catalog " what " is in." }
#define SCHEMA(what) \
	{ "SchemaName", VALUE_TEXT, 0, NULL, .doc = "The schema " what " is in." }
#define OF_TABLE(text) \
	{ "TableName", VALUE_TEXT, 0, NULL, .ref = "sys_tables.TableName", .doc = text }
#define OF_PROCEDURE(text) \
	{ "ProcedureName", VALUE_TEXT, 0, NULL, .ref = "sys_procedures.ProcedureName", \
	  .doc = text }

#define TYPE_COLUMNS \
	{ "DataTypeName", VALUE_TEXT, 0, NULL, \
	  .doc = "The name of the type: String, Boolean, Datetime or Int32." }, \
	{ "DataType", VALUE_INT, 0, NULL, \
	  .doc = "The code of the type in SQL: 12 is text, 16 true or false, 93 a moment, " \
		 "4 a whole number." }

static const struct endpoint none[] = { { 0 } };

/* ------------------------------------------------------------ what there is */

static const struct column catalogs[] = {
	{ "CatalogName", VALUE_TEXT, COLUMN_KEY, NULL, .doc = "The name of the catalog." },
	{ 0 }
};

static const struct column schemas[] = {
	CATALOG("the schema"),
	{ "SchemaName", VALUE_TEXT, COLUMN_KEY, NULL, .doc = "The name of the schema." },
	{ 0 }
};

static const struct column tables[] = {
	CATALOG("the table or view"),
	SCHEMA("the table or view"),
	{ "TableName", VALUE_TEXT, COLUMN_KEY, NULL, .doc = "The name of the table or view." },
	{ "TableType", VALUE_TEXT, 0, NULL, .values = "TABLE,VIEW",
	  .doc = "Whether it is a table or a view." },
	{ "Description", VALUE_TEXT, 0, NULL, .doc = "What its rows are." },
	{ "IsUpdateable", VALUE_BOOL, 0, NULL, .doc = "Whether its rows can be changed." },
	{ 0 }
};

static const struct column tablecolumns[] = {
	CATALOG("the table or view"),
	SCHEMA("the table or view"),
	OF_TABLE("The table or view that has the column."),
	{ "ColumnName", VALUE_TEXT, 0, NULL, .doc = "The name of the column." },
	TYPE_COLUMNS,
	{ "Length", VALUE_INT, 0, NULL,
	  .doc = "The size of a value: in characters for text, in bytes otherwise." },
	{ "DisplaySize", VALUE_INT, 0, NULL,
	  .doc = "The characters that a value normally takes at most." },
	{ "NumericPrecision", VALUE_INT, 0, NULL,
	  .doc = "The digits of a number, the characters of text and of moments." },
	{ "NumericScale", VALUE_INT, 0, NULL, .doc = "The digits behind the decimal point." },
	{ "IsNullable", VALUE_BOOL, 0, NULL, .doc = "Whether a value can be missing." },
	{ "Description", VALUE_TEXT, 0, NULL, .doc = "What the column holds." },
	{ "Ordinal", VALUE_INT, 0, NULL, .doc = "The place of the column in its table, from 1." },
	{ "IsAutoIncrement", VALUE_TEXT, 0, NULL, .values = "NO,YES",
	  .doc = "Whether new rows get the next number." },
	{ "IsGeneratedColumn", VALUE_TEXT, 0, NULL, .values = "NO,YES",
	  .doc = "Whether the value is computed from other columns." },
	{ "IsHidden", VALUE_BOOL, 0, NULL,
	  .doc = "Whether SELECT * leaves it out: so with pseudo columns, unless PseudoColumns "
		 "shows them." },
	{ "IsArray", VALUE_BOOL, 0, NULL, .doc = "Whether it has several values." },
	{ "IsReadOnly", VALUE_BOOL, 0, NULL, .doc = "Whether it cannot be written." },
	{ "IsKey", VALUE_BOOL, 0, NULL, .doc = "Whether it is part of the primary key." },
	{ 0 }
};

static const struct column procedures[] = {
	CATALOG("the procedure"),
	SCHEMA("the procedure"),
	{ "ProcedureName", VALUE_TEXT, COLUMN_KEY, NULL, .doc = "The name of the procedure." },
	{ "Description", VALUE_TEXT, 0, NULL, .doc = "What the procedure does." },
	{ "ProcedureType", VALUE_TEXT, 0, NULL, .values = "PROCEDURE,FUNCTION",
	  .doc = "The kind of procedure." },
	{ 0 }
};

static const struct column procedureparameters[] = {
	CATALOG("the procedure"),
	SCHEMA("the procedure"),
	OF_PROCEDURE("The procedure that has the parameter."),
	{ "ColumnName", VALUE_TEXT, 0, NULL, .doc = "The name of the parameter." },
	{ "Direction", VALUE_INT, 0, NULL, .values = "1,2,4",
	  .doc = "1 goes in, 2 in and out, 4 is a column of the result." },
	TYPE_COLUMNS,
	{ "Length", VALUE_INT, 0, NULL, .doc = "The characters of text, the digits of a number." },
	{ "NumericPrecision", VALUE_INT, 0, NULL,
	  .doc = "The digits of a number, the characters of text and of moments." },
	{ "NumericScale", VALUE_INT, 0, NULL, .doc = "The digits behind the decimal point." },
	{ "IsNullable", VALUE_BOOL, 0, NULL, .doc = "Whether it can be left out." },
	{ "IsRequired", VALUE_BOOL, 0, NULL, .doc = "Whether the procedure cannot run without." },
	{ "IsArray", VALUE_BOOL, 0, NULL, .doc = "Whether it has several values." },
	{ "Description", VALUE_TEXT, 0, NULL, .doc = "What the parameter means." },
	{ "Ordinal", VALUE_INT, 0, NULL,
	  .doc = "The place of the parameter in its procedure, from 1." },
	{ 0 }
};

/* --------------------------------------------------------------------- keys */

#define OTHER_END \
	{ "ReferencedCatalogName", VALUE_TEXT, 0, NULL, \
	  .doc = "The catalog of the table at the other end." }, \
	{ "ReferencedSchemaName", VALUE_TEXT, 0, NULL, \
	  .doc = "The schema of the table at the other end." }, \
	{ "ReferencedTableName", VALUE_TEXT, 0, NULL, .ref = "sys_tables.TableName", \
	  .doc = "The table at the other end." }, \
	{ "ReferencedColumnName", VALUE_TEXT, 0, NULL, \
	  .doc = "The column at the other end." }

static const struct column keycolumns[] = {
	CATALOG("the key"),
	SCHEMA("the key"),
	OF_TABLE("The table that has the key."),
	{ "ColumnName", VALUE_TEXT, 0, NULL, .doc = "The column that is in the key." },
	{ "IsKey", VALUE_BOOL, 0, NULL,
	  .doc = "Whether the column is in the table's primary key." },
	{ "IsForeignKey", VALUE_BOOL, 0, NULL,
	  .doc = "Whether the column refers to a row of another table." },
	{ "PrimaryKeyName", VALUE_TEXT, 0, NULL,
	  .doc = "The primary key that the column is in, else the one that it refers to." },
	{ "ForeignKeyName", VALUE_TEXT, 0, NULL,
	  .doc = "The foreign key, if the column is one." },
	OTHER_END,
	{ 0 }
};

static const struct column foreignkeys[] = {
	CATALOG("the key"),
	SCHEMA("the key"),
	OF_TABLE("The table whose end of the key this row tells."),
	{ "ColumnName", VALUE_TEXT, 0, NULL, .doc = "The column at this end." },
	{ "PrimaryKeyName", VALUE_TEXT, 0, NULL, .doc = "The primary key that is referred to." },
	{ "ForeignKeyName", VALUE_TEXT, 0, NULL, .doc = "The name of the foreign key." },
	OTHER_END,
	{ "ForeignKeyType", VALUE_TEXT, 0, NULL,
	  .values = "FOREIGNKEY_TYPE_IMPORT,FOREIGNKEY_TYPE_EXPORT",
	  .doc = "Import: the table refers to the other one; export: the other one refers to it." },
	{ 0 }
};

static const struct column primarykeys[] = {
	CATALOG("the key"),
	SCHEMA("the key"),
	OF_TABLE("The table that has the key."),
	{ "ColumnName", VALUE_TEXT, 0, NULL, .doc = "The column that is in the key." },
	{ "KeySeq", VALUE_TEXT, 0, NULL, .doc = "The place of the column in the key, from 1." },
	{ "KeyName", VALUE_TEXT, 0, NULL, .doc = "The name of the key." },
	{ 0 }
};

static const struct column indexes[] = {
	CATALOG("the index"),
	SCHEMA("the index"),
	OF_TABLE("The table that has the index."),
	{ "IndexName", VALUE_TEXT, 0, NULL, .doc = "The name of the index." },
	{ "ColumnName", VALUE_TEXT, 0, NULL, .doc = "The column that is looked up by it." },
	{ "IsUnique", VALUE_BOOL, 0, NULL, .doc = "Whether a value leads to one row at most." },
	{ "IsPrimary", VALUE_BOOL, 0, NULL, .doc = "Whether it is the primary key." },
	{ "Type", VALUE_INT, COLUMN_SMALL, NULL,
	  .doc = "0 is a statistic, 1 clustered, 2 hashed, 3 another kind." },
	{ "SortOrder", VALUE_TEXT, 0, NULL, .values = "A,D",
	  .doc = "A is ascending, D descending." },
	{ "OrdinalPosition", VALUE_INT, COLUMN_SMALL, NULL,
	  .doc = "The place of the column in the index, from 1." },
	{ 0 }
};

/* --------------------------------------------------------------- the source */

static const struct column connection_props[] = {
	{ "Name", VALUE_TEXT, COLUMN_KEY, NULL, .doc = "The name of the property." },
	{ "ShortDescription", VALUE_TEXT, 0, NULL, .doc = "What the property does." },
	{ "Type", VALUE_TEXT, 0, NULL, .values = "String,Boolean,Int32",
	  .doc = "The type of its value." },
	{ "Default", VALUE_TEXT, 0, NULL, .doc = "The value when none is set." },
	{ "Values", VALUE_TEXT, 0, NULL,
	  .doc = "The values it can have, with commas between them; empty if any." },
	{ "Value", VALUE_TEXT, 0, NULL,
	  .doc = "The value that is set, else the default; always empty for a secret." },
	{ "Required", VALUE_BOOL, 0, NULL, .doc = "Whether nothing works without it." },
	{ "Category", VALUE_TEXT, 0, NULL, .doc = "The group it belongs to." },
	{ "IsSessionProperty", VALUE_TEXT, 0, NULL, .values = "NO,YES",
	  .doc = "Whether the program keeps its own notes on the connection in it." },
	{ "Sensitivity", VALUE_TEXT, 0, NULL, .values = "PUBLIC,SECRET",
	  .doc = "SECRET if its value is never shown or logged." },
	{ "PropertyName", VALUE_TEXT, 0, NULL, .doc = "The name as one word." },
	{ "Ordinal", VALUE_INT, 0, NULL, .doc = "The place of the property, from 1." },
	{ "CatOrdinal", VALUE_INT, 0, NULL, .doc = "The place of its group, from 1." },
	{ "Hierarchy", VALUE_TEXT, 0, NULL,
	  .doc = "What has to be set for it to matter, as Name=Values." },
	{ "Visible", VALUE_BOOL, 0, NULL, .doc = "Whether it has an effect in this version." },
	{ "ETC", VALUE_TEXT, 0, NULL, .doc = "What else there is to say." },
	{ 0 }
};

static const struct column sqlinfo[] = {
	{ "NAME", VALUE_TEXT, COLUMN_KEY, NULL, .doc = "A part of SQL, or a capability." },
	{ "VALUE", VALUE_TEXT, 0, NULL, .doc = "What of it there is." },
	{ 0 }
};

static const struct column identity[] = {
	{ "Id", VALUE_TEXT, 0, NULL,
	  .doc = "The ID of the row that was changed; NULL when nothing was." },
	{ "Batch", VALUE_TEXT, 0, NULL,
	  .doc = "A number that changes made together share; 1 is a single one." },
	{ "Operation", VALUE_TEXT, 0, NULL, .values = "INSERTED,UPDATED,DELETED",
	  .doc = "What was to be done with the row." },
	{ "Message", VALUE_TEXT, 0, NULL, .doc = "SUCCESS, or why it failed." },
	{ 0 }
};

static const struct column information[] = {
	{ "Name", VALUE_TEXT, COLUMN_KEY, NULL, .doc = "What is told." },
	{ "Value", VALUE_TEXT, 0, NULL, .doc = "What it is." },
	{ 0 }
};

#define SYSTEM(title, cols, text) \
	static const struct table system_##cols = { .name = title, .kind = TABLE_SYSTEM, \
		.doc = text, .columns = cols, .endpoints = none }

SYSTEM("sys_catalogs", catalogs, "The catalogs: there is one, JSM.");
SYSTEM("sys_connection_props", connection_props,
       "The connection properties and their values; no value of a secret.");
SYSTEM("sys_foreignkeys", foreignkeys,
       "The foreign keys, each from both ends: which tables a table refers to, and which "
       "refer to it.");
SYSTEM("sys_identity", identity, "What came of the last change to the site's data.");
SYSTEM("sys_indexes", indexes,
       "The columns that the site itself looks rows up by, and the primary keys: conditions "
       "on them make a query faster.");
SYSTEM("sys_information", information, "Facts about this program and this connection.");
SYSTEM("sys_keycolumns", keycolumns, "The columns of primary and foreign keys.");
SYSTEM("sys_primarykeys", primarykeys, "The columns of primary keys.");
SYSTEM("sys_procedureparameters", procedureparameters,
       "The parameters of procedures and the columns of their results.");
SYSTEM("sys_procedures", procedures, "The procedures.");
SYSTEM("sys_schemas", schemas,
       "The schemas: JiraServiceManagement holds the tables, views and procedures of the "
       "site, another one the views of the user.");
SYSTEM("sys_sqlinfo", sqlinfo, "What SQL can do here.");
SYSTEM("sys_tablecolumns", tablecolumns,
       "The columns of tables and views, pseudo columns too.");
SYSTEM("sys_tables", tables, "The tables and views; the system tables are not among them.");

const struct table *const model_system_tables[] = {
	&system_catalogs,
	&system_connection_props,
	&system_foreignkeys,
	&system_identity,
	&system_indexes,
	&system_information,
	&system_keycolumns,
	&system_primarykeys,
	&system_procedureparameters,
	&system_procedures,
	&system_schemas,
	&system_sqlinfo,
	&system_tablecolumns,
	&system_tables,
	NULL,
};

/* clang-format on */
