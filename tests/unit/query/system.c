/* SPDX-License-Identifier: MIT */
#include "base/run.h"
#include "catalog/catalog.h"
#include "catalog/identity.h"
#include "catalog/userviews.h"
#include "query/engine.h"
#include "store/db.h"
#include "tap.h"

#include <errno.h>
#include <unistd.h>

static struct db *db;
static struct catalog *catalog;
static struct engine *engine;

/* What the connectors document, as "Name Type"; sys_information is ours. */
static const struct {
	const char *table;
	const char *columns[24];
} documented[] = {
	{ "sys_catalogs", { "CatalogName String" } },
	{ "sys_schemas", { "CatalogName String", "SchemaName String" } },
	{ "sys_tables",
	  { "CatalogName String", "SchemaName String", "TableName String",
	    "TableType String", "Description String", "IsUpdateable Boolean" } },
	{ "sys_tablecolumns",
	  { "CatalogName String", "SchemaName String", "TableName String",
	    "ColumnName String", "DataTypeName String", "DataType Int32", "Length Int32",
	    "DisplaySize Int32", "NumericPrecision Int32", "NumericScale Int32",
	    "IsNullable Boolean", "Description String", "Ordinal Int32",
	    "IsAutoIncrement String", "IsGeneratedColumn String", "IsHidden Boolean",
	    "IsArray Boolean", "IsReadOnly Boolean", "IsKey Boolean" } },
	{ "sys_procedures",
	  { "CatalogName String", "SchemaName String", "ProcedureName String",
	    "Description String", "ProcedureType String" } },
	{ "sys_procedureparameters",
	  { "CatalogName String", "SchemaName String", "ProcedureName String",
	    "ColumnName String", "Direction Int32", "DataTypeName String",
	    "DataType Int32", "Length Int32", "NumericPrecision Int32",
	    "NumericScale Int32", "IsNullable Boolean", "IsRequired Boolean",
	    "IsArray Boolean", "Description String", "Ordinal Int32" } },
	{ "sys_keycolumns",
	  { "CatalogName String", "SchemaName String", "TableName String",
	    "ColumnName String", "IsKey Boolean", "IsForeignKey Boolean",
	    "PrimaryKeyName String", "ForeignKeyName String",
	    "ReferencedCatalogName String", "ReferencedSchemaName String",
	    "ReferencedTableName String", "ReferencedColumnName String" } },
	{ "sys_foreignkeys",
	  { "CatalogName String", "SchemaName String", "TableName String",
	    "ColumnName String", "PrimaryKeyName String", "ForeignKeyName String",
	    "ReferencedCatalogName String", "ReferencedSchemaName String",
	    "ReferencedTableName String", "ReferencedColumnName String",
	    "ForeignKeyType String" } },
	{ "sys_primarykeys",
	  { "CatalogName String", "SchemaName String", "TableName String",
	    "ColumnName String", "KeySeq String", "KeyName String" } },
	{ "sys_indexes",
	  { "CatalogName String", "SchemaName String", "TableName String",
	    "IndexName String", "ColumnName String", "IsUnique Boolean",
	    "IsPrimary Boolean", "Type Int16", "SortOrder String",
	    "OrdinalPosition Int16" } },
	{ "sys_connection_props",
	  { "Name String", "ShortDescription String", "Type String", "Default String",
	    "Values String", "Value String", "Required Boolean", "Category String",
	    "IsSessionProperty String", "Sensitivity String", "PropertyName String",
	    "Ordinal Int32", "CatOrdinal Int32", "Hierarchy String", "Visible Boolean",
	    "ETC String" } },
	{ "sys_sqlinfo", { "NAME String", "VALUE String" } },
	{ "sys_identity",
	  { "Id String", "Batch String", "Operation String", "Message String" } },
	{ "sys_information", { "Name String", "Value String" } },
};

static const char *const facts[] = {
	"AGGREGATE_FUNCTIONS",
	"COUNT",
	"IDENTIFIER_QUOTE_OPEN_CHAR",
	"IDENTIFIER_QUOTE_CLOSE_CHAR",
	"SUPPORTED_OPERATORS",
	"GROUP_BY",
	"REPLICATION_SKIP_TABLES",
	"REPLICATION_TIMECHECK_COLUMNS",
	"IDENTIFIER_PATTERN",
	"SUPPORT_TRANSACTION",
	"DIALECT",
	"KEY_PROPERTIES",
	"SUPPORTS_MULTIPLE_SCHEMAS",
	"SUPPORTS_MULTIPLE_CATALOGS",
	"DATASYNCVERSION",
	"DATASYNCCATEGORY",
	"SUPPORTSENHANCEDSQL",
	"SUPPORTS_BATCH_OPERATIONS",
	"PREFERRED_CACHE_OPTIONS",
	"ENABLE_EF_ADVANCED_QUERY",
	"PSEUDO_COLUMNS",
	"MERGE_ALWAYS",
	"REPLICATION_MIN_DATE_QUERY",
	"REPLICATION_MIN_FUNCTION",
	"REPLICATION_START_DATE",
	"REPLICATION_MAX_DATE_QUERY",
	"REPLICATION_MAX_FUNCTION",
	"IGNORE_INTERVALS_ON_INITIAL_REPLICATE",
	"CHECKCACHE_USE_PARENTID",
	"CREATE_SCHEMA_PROCEDURES",
};

static void put(struct buf *out, const struct value *v)
{
	switch (v->type) {
	case VALUE_NULL:
		buf_puts(out, "NULL");
		break;
	case VALUE_BOOL:
		buf_puts(out, v->b ? "true" : "false");
		break;
	case VALUE_INT:
	case VALUE_TIME:
		buf_printf(out, "%lld", (long long)v->i);
		break;
	case VALUE_REAL:
		buf_printf(out, "%g", v->r);
		break;
	case VALUE_TEXT:
	case VALUE_JSON:
		buf_printf(out, "'%.*s'", SPAN_FMT(v->s));
		break;
	}
}

/* The rows of a statement: cells parted by blanks, rows by semicolons. */
static int select_into(struct engine *e, const char *sql, struct buf *out)
{
	cleanup_(rowset_closep) struct rowset *rs = NULL;
	struct run run = RUN_INIT;
	struct err err = { 0 };
	int r = engine_select(e, sql, NULL, 0, false, &run, &rs, &err);

	while (!r && (r = rs->ops->next(rs, &err)) == 1) {
		if (out->len)
			buf_putc(out, ';');
		for (size_t i = 0; i < rs->n_columns; i++) {
			struct value v;

			rs->ops->get(rs, i, &v);
			if (i)
				buf_putc(out, ' ');
			put(out, &v);
		}
		r = 0;
	}
	if (r)
		printf("# %s: %s\n", sql, err.msg);
	return r;
}

static void gives(const char *sql, const char *want)
{
	cleanup_(buf_clear) struct buf got = BUF_INIT(1 << 22);

	if (select_into(engine, sql, &got))
		ok(false, "%s runs", sql);
	else
		is_str(buf_str(&got), want, "%s", sql);
}

static long long number(const char *sql)
{
	cleanup_(buf_clear) struct buf got = BUF_INIT(1 << 10);

	return select_into(engine, sql, &got) ? -1 : atoll(buf_str(&got));
}

static void is_number(const char *sql, long long want)
{
	is_int(number(sql), want, "%s", sql);
}

static void test_columns(void)
{
	size_t n_tables = 0;

	for (size_t i = 0; i < ARRAY_SIZE(documented); i++) {
		const struct table *t = model_any_table(span_of(documented[i].table));
		size_t n = 0;

		if (!ok(t && t->kind == TABLE_SYSTEM, "there is %s", documented[i].table))
			continue;
		for (; documented[i].columns[n]; n++) {
			cleanup_free_ char *got =
				t->columns[n].name
					? str_printf("%s %s", t->columns[n].name,
			                             column_type_name(&t->columns[n]))
					: NULL;

			is_str(got, documented[i].columns[n], "%s, column %zu", t->name,
			       n + 1);
			if (!got)
				break;
		}
		is_int((long long)table_n_columns(t), (long long)n, "%s has no more",
		       t->name);
	}
	while (model_system_tables[n_tables])
		n_tables++;
	is_int((long long)n_tables, ARRAY_SIZE(documented), "and no more tables");
	ok(!model_table(SPAN("sys_tables")), "they are not among the site's tables");
}

/* Those that hold what the model holds, counted by the model. */
static void test_counts(void)
{
	long long columns = 0, keys = 0, refs = 0, hidden = 0, n_tables = 0, params = 0;

	for (size_t i = 0; model_tables[i]; i++, n_tables++) {
		for (const struct column *c = model_tables[i]->columns; c->name; c++) {
			struct span column = span_of(c->ref);
			struct span table = span_cut(&column, '.');

			columns++;
			hidden += (c->flags & COLUMN_PSEUDO) != 0;
			keys += (c->flags & COLUMN_KEY) != 0;
			refs += c->ref && model_table(table);
		}
	}
	for (size_t i = 0; model_procedures[i]; i++) {
		for (const struct param *p = model_procedures[i]->in; p->name; p++)
			params++;
	}
	is_number("SELECT count(*) FROM sys_tables", n_tables);
	is_number("SELECT count(*) FROM sys_tablecolumns", columns);
	is_number("SELECT count(*) FROM sys_tablecolumns WHERE IsHidden", hidden);
	is_number("SELECT count(*) FROM sys_tablecolumns WHERE IsKey = 'True'", keys);
	is_number("SELECT count(*) FROM sys_primarykeys", keys);
	is_number("SELECT count(*) FROM sys_indexes WHERE IsPrimary", keys);
	is_number("SELECT count(*) FROM sys_keycolumns WHERE IsKey", keys);
	is_number("SELECT count(*) FROM sys_keycolumns WHERE IsForeignKey", refs);
	is_number("SELECT count(*) FROM sys_foreignkeys WHERE ForeignKeyType = "
	          "'FOREIGNKEY_TYPE_IMPORT'",
	          refs);
	is_number("SELECT count(*) FROM sys_foreignkeys WHERE ForeignKeyType = "
	          "'FOREIGNKEY_TYPE_EXPORT'",
	          refs);
	is_number("SELECT count(*) FROM sys_procedureparameters WHERE Direction = 1",
	          params);
	is_number("SELECT count(*) FROM sys_connection_props", PROP_COUNT);
	is_number("SELECT count(*) FROM sys_procedures JOIN sys_procedureparameters "
	          "USING (ProcedureName) WHERE Ordinal = 1",
	          number("SELECT count(*) FROM sys_procedures"));
}

static void test_tables(void)
{
	gives("SELECT * FROM sys_catalogs", "'JSM'");
	gives("SELECT * FROM sys_schemas",
	      "'JSM' 'JiraServiceManagement';'JSM' 'UserViews'");
	gives("SELECT CatalogName, SchemaName, TableType, IsUpdateable FROM sys_tables "
	      "WHERE TableName = 'Requests'",
	      "'JSM' 'JiraServiceManagement' 'VIEW' true");
	gives("SELECT TableType, IsUpdateable FROM sys_tables "
	      "WHERE TableName = 'ServiceDesks'",
	      "'VIEW' false");
	gives("SELECT TableType, IsUpdateable FROM sys_tables "
	      "WHERE TableName = 'RequestComments'",
	      "'TABLE' true");
	gives("SELECT DataTypeName, DataType, Length, DisplaySize, NumericScale FROM "
	      "sys_tablecolumns WHERE TableName = 'Customers' AND ColumnName IN "
	      "('Active', 'DisplayName')",
	      "'Boolean' 16 1 5 0;'String' 12 2000 2000 0");
	gives("SELECT DISTINCT DataType, NumericPrecision, NumericScale FROM "
	      "sys_tablecolumns WHERE DataTypeName = 'Datetime'",
	      "93 29 3");
	gives("SELECT IsNullable, IsReadOnly, IsKey, IsAutoIncrement, Ordinal FROM "
	      "sys_tablecolumns WHERE TableName = 'Requests' AND ColumnName = "
	      "'RequestId'",
	      "false true true 'NO' 1");
}

/* The statements that the document prints, with a procedure there is. */
static void test_printed(void)
{
	cleanup_(buf_clear) struct buf all = BUF_INIT(1 << 20);

	ok(!select_into(engine,
	                "SELECT ColumnName, DataTypeName FROM sys_tablecolumns WHERE "
	                "TableName='Requests'",
	                &all) &&
	           str_starts(buf_str(&all),
	                      "'RequestId' 'String';'RequestKey' 'String';"),
	   "columns and types of Requests");
	gives("SELECT ColumnName FROM sys_procedureparameters WHERE "
	      "ProcedureName='CreateCustomer' AND Direction=1 OR Direction=2",
	      "'Email';'FullName'");
	gives("SELECT ColumnName, PrimaryKeyName, ReferencedTableName FROM "
	      "sys_keycolumns "
	      "WHERE IsKey='True' AND TableName='Requests'",
	      "'RequestId' 'PK_Requests' NULL;'RequestKey' 'PK_Requests' NULL");
	gives("SELECT ReferencedTableName, ReferencedColumnName, PrimaryKeyName, "
	      "ForeignKeyName FROM sys_foreignkeys WHERE ForeignKeyType = "
	      "'FOREIGNKEY_TYPE_IMPORT' AND TableName = 'Customers'",
	      "'ServiceDesks' 'Id' 'PK_ServiceDesks' 'FK_Customers_ServiceDeskId'");
	gives("SELECT TableName, ColumnName, ReferencedColumnName FROM sys_foreignkeys "
	      "WHERE ForeignKeyType = 'FOREIGNKEY_TYPE_EXPORT' AND ReferencedTableName = "
	      "'Customers'",
	      "'ServiceDesks' 'Id' 'ServiceDeskId'");
	gives("SELECT ColumnName, KeySeq, KeyName FROM sys_primarykeys WHERE TableName = "
	      "'Requests'",
	      "'RequestId' '1' 'PK_Requests';'RequestKey' '2' 'PK_Requests'");
	gives("SELECT IndexName, ColumnName, IsUnique, Type, SortOrder, OrdinalPosition "
	      "FROM sys_indexes WHERE IsPrimary='false' AND TableName = 'Customers'",
	      "'IX_Customers_ServiceDeskId' 'ServiceDeskId' false 3 'A' 1;"
	      "'IX_Customers_SearchQuery' 'SearchQuery' false 3 'A' 1");
	gives("SELECT * FROM sys_sqlinfo WHERE Name = 'SUPPORTED_OPERATORS'",
	      "'SUPPORTED_OPERATORS' '=,>,<,>=,<=,<>,!=,LIKE,NOT LIKE,IN,NOT IN,IS NULL,"
	      "IS NOT NULL,AND,OR'");
	is_number("SELECT count(*) FROM sys_connection_props WHERE Value <> '' AND "
	          "Name = 'URL'",
	          1);
	gives("SELECT * FROM sys_identity", "");
}

static void test_sqlinfo(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		cleanup_free_ char *sql = str_printf(
			"SELECT count(*) FROM sys_sqlinfo WHERE NAME = '%s' AND VALUE IS "
			"NOT NULL",
			facts[i]);

		is_number(sql ? sql : "", 1);
	}
	is_number("SELECT count(*) FROM sys_sqlinfo", ARRAY_SIZE(facts));
	is_number("SELECT count(*) FROM sys_sqlinfo WHERE NAME = 'PSEUDO_COLUMNS' AND "
	          "',' || VALUE || ',' LIKE '%,Requests=RequestStatus,%'",
	          1);
	gives("SELECT Value FROM sys_information WHERE Name = 'DataSourceURL'",
	      "'https://x.example.com'");
	gives("SELECT Value FROM sys_information WHERE Name = 'ProductVersion'",
	      "'" JSMFS_VERSION "'");
}

static void test_properties(void)
{
	gives("SELECT Value, [Default], Type, Required, Sensitivity, CatOrdinal FROM "
	      "sys_connection_props WHERE Name = 'Timeout'",
	      "'61' '60' 'Int32' false 'PUBLIC' 10");
	gives("SELECT Value, Required, Ordinal, CatOrdinal, PropertyName FROM "
	      "sys_connection_props WHERE Name = 'URL'",
	      "'https://x.example.com' true 2 1 'URL'");
	is_number(
		"SELECT count(*) FROM sys_connection_props WHERE Sensitivity = 'SECRET' "
		"AND Name IN ('Password', 'APIToken', 'OAuthClientSecret')",
		3);
	is_number(
		"SELECT count(*) FROM sys_connection_props WHERE Sensitivity = 'SECRET' "
		"AND (Value <> '' OR [Default] <> '')",
		0);
	is_number(
		"SELECT count(*) FROM sys_connection_props WHERE Value LIKE '%hunter2%'",
		0);
	gives("SELECT [Values] FROM sys_connection_props WHERE Name = 'ReadOnly'",
	      "'true,false'");
}

static void test_identity(void)
{
	struct identity *all = catalog_identity(catalog);
	uint64_t batch = identity_begin(all), other = identity_begin(all);
	cleanup_free_ char *want = NULL;

	identity_add(all, 0, 0, "INSERTED", SPAN("a"), NULL);
	gives("SELECT * FROM sys_identity", "'a' '1' 'INSERTED' 'SUCCESS'");
	identity_add(all, 0, 0, "DELETED", SPAN(""), "it is gone");
	gives("SELECT * FROM sys_identity", "NULL '1' 'DELETED' 'it is gone'");
	identity_add(all, batch, 0, "UPDATED", SPAN("b"), NULL);
	gives("SELECT * FROM sys_identity", "'b' '1' 'UPDATED' 'SUCCESS'");
	identity_add(all, other, 0, "UPDATED", SPAN("x"), NULL);
	identity_add(all, batch, 0, "UPDATED", SPAN("c"), NULL);
	want = str_printf("'b' '%llu' 'UPDATED' 'SUCCESS';'c' '%llu' 'UPDATED' 'SUCCESS'",
	                  (unsigned long long)batch, (unsigned long long)batch);
	gives("SELECT * FROM sys_identity", want);
	for (size_t i = 0; i < IDENTITY_MAX_ROWS + 10; i++)
		identity_add(all, other, 0, "INSERTED", SPAN("y"), NULL);
	is_number("SELECT count(*) FROM sys_identity", IDENTITY_MAX_ROWS);
	is_number("SELECT count(*) FROM sys_identity WHERE Id = 'y'", IDENTITY_MAX_ROWS);
}

static void test_sql(void)
{
	cleanup_(buf_clear) struct buf plan = BUF_INIT(1 << 16);

	is_number("SELECT count(*) FROM SYS_TABLES", number("SELECT count(*) FROM "
	                                                    "sys_tables"));
	gives("SELECT t.TableName, count(*) FROM sys_tables t JOIN sys_primarykeys k "
	      "USING (TableName) WHERE t.TableName IN ('Requests', 'ServiceDesks') "
	      "GROUP BY 1 ORDER BY 1 DESC",
	      "'ServiceDesks' 1;'Requests' 2");
	gives("SELECT TableName FROM sys_tables ORDER BY 1 LIMIT 1 OFFSET 1",
	      "'Customers'");
	is_number("SELECT count(*) FROM sys_tablecolumns WHERE Ordinal = '1' AND IsKey "
	          "IN (true, 'nothing')",
	          number("SELECT count(*) FROM sys_tablecolumns WHERE Ordinal = 1 AND "
	                 "IsKey"));
	ok(!engine_explain(engine, "SELECT * FROM sys_tables WHERE TableType = 'VIEW'",
	                   NULL, 0, &plan, NULL) &&
	           strstr(buf_str(&plan), "none") &&
	           strstr(buf_str(&plan), "TableType ="),
	   "a plan without a call: %s", buf_str(&plan));
}

static void test_pseudo(void)
{
	struct catalog_config cfg = { .site = "https://x.example.com",
		                      .account = "a",
		                      .pseudo_columns = "Requests=*",
		                      .desk = "" };
	struct catalog *c = NULL;
	struct engine *e = NULL;
	cleanup_(buf_clear) struct buf got = BUF_INIT(4096);
	int r = catalog_new(&cfg, db, &c, NULL);

	if (!r)
		r = engine_new(&(struct engine_config){ .catalog = c }, &e, NULL);
	if (!r)
		r = select_into(e,
		                "SELECT IsHidden FROM sys_tablecolumns WHERE ColumnName "
		                "IN ('RequestStatus', 'Internal') UNION ALL SELECT Value "
		                "FROM sys_connection_props WHERE Name = 'Timeout'",
		                &got);
	ok(!r, "another catalog");
	/* Internal is a column of RequestComments, which stays hidden. */
	is_str(buf_str(&got), "true;false;'60'",
	       "PseudoColumns shows what it names; without settings there are defaults");
	engine_free(e);
	catalog_free(c);
}

/* A view of the user's own is a view like all others; a broken one says why. */
static void test_views(void)
{
	char path[] = "/tmp/jsmfs-system-XXXXXX";
	static const char text[] =
		"{\"Mine\": {\"query\": \"SELECT TableName, IsUpdateable AS u, 1 + 1 AS "
		"n "
		"FROM sys_tables\"}, \"Bad\": {\"query\": \"SELEC 1\"}, "
		"\"Lost\": {\"query\": \"SELECT * FROM Nowhere\"}}";
	int fd = mkstemp(path);
	struct engine_config cfg = { .catalog = catalog, .views_schema = "Own" };
	struct engine *old = engine;

	ok(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text),
	   "a file of views");
	close(fd);
	if (userviews_new(path, &cfg.views, NULL) || engine_new(&cfg, &engine, NULL)) {
		ok(false, "an engine with views");
		engine = old;
		return;
	}
	gives("SELECT SchemaName FROM sys_schemas", "'JiraServiceManagement';'Own'");
	gives("SELECT CatalogName, TableName, TableType, IsUpdateable FROM sys_tables "
	      "WHERE SchemaName = 'Own' ORDER BY 2 DESC",
	      "'JSM' 'Mine' 'VIEW' false;'JSM' 'Lost' 'VIEW' false;"
	      "'JSM' 'Bad' 'VIEW' false");
	is_number("SELECT count(*) FROM sys_tables WHERE TableName = 'Bad' AND "
	          "Description LIKE '%syntax error%'",
	          1);
	gives("SELECT TableName, ColumnName, DataTypeName, Ordinal, IsHidden, "
	      "IsReadOnly, "
	      "IsKey FROM sys_tablecolumns WHERE SchemaName = 'Own'",
	      "'Mine' 'TableName' 'String' 1 false true false;"
	      "'Mine' 'u' 'Boolean' 2 false true false;"
	      "'Mine' 'n' 'String' 3 false true false");
	is_number("SELECT count(*) FROM Own.Mine", number("SELECT count(*) FROM "
	                                                  "sys_tables"));
	engine_free(engine);
	engine = old;
	userviews_free(cfg.views);
	unlink(path);
}

int main(void)
{
	const char *values[PROP_COUNT];
	struct catalog_config cfg = { .site = "https://x.example.com",
		                      .account = "ann",
		                      .pseudo_columns = "",
		                      .desk = "",
		                      .property_values = values };

	for (size_t i = 0; i < PROP_COUNT; i++)
		values[i] = model_properties[i].standard;
	values[PROP_URL] = "https://x.example.com";
	values[PROP_TIMEOUT] = "61";
	values[PROP_PASSWORD] = values[PROP_API_TOKEN] = "hunter2";
	if (db_open(NULL, &db, NULL) || catalog_new(&cfg, db, &catalog, NULL) ||
	    engine_new(&(struct engine_config){ .catalog = catalog }, &engine, NULL))
		return 1;
	test_columns();
	test_counts();
	test_tables();
	test_printed();
	test_sqlinfo();
	test_properties();
	test_identity();
	test_sql();
	test_pseudo();
	test_views();
	engine_free(engine);
	catalog_free(catalog);
	db_close(db);
	return done_testing();
}
