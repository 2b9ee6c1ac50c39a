/* SPDX-License-Identifier: MIT */
#include "query/views.h"

#include "catalog/catalog.h"
#include "model/model.h"
#include "store/db.h"
#include "tap.h"

#include <errno.h>
#include <unistd.h>

static struct db *db;
static struct catalog *catalog;
static struct userviews *views;
static struct engine *engine;
static char dir[] = "/tmp/jsmfs-views.XXXXXX";

static int define(const char *name, const char *query, struct err *err)
{
	return engine_view_change(engine, VIEW_PUT, span_of(name), span_of(query), err);
}

static void takes(const char *name, const char *query)
{
	struct err err = { 0 };

	is_int(define(name, query, &err), 0, "%s: %s %s", name, query, err.msg);
}

static void refuses(const char *name, const char *query, const char *why)
{
	cleanup_(view_list_unrefp) struct view_list *before = NULL, *after = NULL;
	struct err err = { 0 };

	if (userviews_list(views, &before, NULL))
		exit(1);
	is_int(define(name, query, &err), -EINVAL, "%s refused: %s", name, query);
	ok(strstr(err.msg, why), "  because %s", err.msg);
	if (userviews_list(views, &after, NULL))
		exit(1);
	ok(before->version == after->version, "  and nothing is written");
}

static void plan(const char *sql, const char *has)
{
	struct buf out = BUF_INIT(65536);
	struct err err = { 0 };
	int r = engine_explain(engine, sql, NULL, 0, &out, &err);

	ok(!r && strstr(buf_str(&out), has), "the plan of %s has %s", sql, has);
	if (r || !strstr(buf_str(&out), has))
		printf("# %s%s\n", buf_str(&out), err.msg);
	buf_clear(&out);
}

static void fails(const char *sql, const char *why)
{
	struct run run = RUN_INIT;
	struct rowset *rows = NULL;
	struct err err = { 0 };
	int r = engine_select(engine, sql, NULL, 0, false, &run, &rows, &err);

	ok(r == -EINVAL && strstr(err.msg, why), "%s: %d %s", sql, r, err.msg);
	rowset_close(rows);
}

static void gives(const char *sql, const char *want)
{
	struct run run = RUN_INIT;
	struct rowset *rows = NULL;
	struct value v = VALUE_NULL_INIT;
	struct err err = { 0 };
	int r = engine_select(engine, sql, NULL, 0, false, &run, &rows, &err);

	if (!r)
		r = rows->ops->next(rows, &err);
	if (r == 1)
		rows->ops->get(rows, 0, &v);
	ok(r == 1 && v.type == VALUE_TEXT && span_is(v.s, want), "%s gives %s %s", sql,
	   want, err.msg);
	rowset_close(rows);
}

static void test_changes(void)
{
	takes("o", "SELECT *, RequestStatus FROM Requests");
	takes("deep", "SELECT * FROM UserViews.o WHERE ServiceDeskId = '2';\n");
	takes("text", "SELECT 'x' AS a -- a comment");
	takes("needs", "SELECT *, Query FROM KnowledgeBaseArticles");
	gives("SELECT a FROM UserViews.text", "x");
	refuses("bad", "SELECT nope FROM Requests", "no such column: nope");
	refuses("bad", "SELEC 1", "syntax error");
	refuses("bad", "SELECT 1; SELECT 2", "one statement");
	refuses("bad", "SELECT 1; ATTACH 'x' AS y", "one statement");
	refuses("bad", "DELETE FROM Requests", "syntax error");
	refuses("bad", "SELECT ?1", "parameters are not allowed");
	refuses("bad", " ;\n", "empty");
	refuses("bad", "SELECT * FROM UserViews.bad", "circular");
	refuses("text", "SELECT * FROM UserViews.text", "circular");
	refuses("o", "SELECT * FROM UserViews.deep", "circular");
	refuses("Requests", "SELECT 1", "a table is called that");
	refuses("sys_tables", "SELECT 1", "a table is called that");
	refuses("../x", "SELECT 1", "cannot be called");
	refuses("bad", "SELECT load_extension('x')", "");
}

static void test_pushdown(void)
{
	plan("SELECT * FROM UserViews.o WHERE RequestStatus = 'OPEN_REQUESTS'",
	     "server: RequestStatus = 'OPEN_REQUESTS'");
	plan("SELECT RequestKey FROM UserViews.deep WHERE RequestStatus = "
	     "'OPEN_REQUESTS'",
	     "ServiceDeskId = '2'");
	plan("SELECT RequestKey FROM UserViews.deep WHERE RequestStatus = "
	     "'OPEN_REQUESTS'",
	     "RequestStatus = 'OPEN_REQUESTS'");
	plan("SELECT Title FROM UserViews.needs WHERE Query = 'vpn'", "Query = 'vpn'");
	fails("SELECT * FROM UserViews.needs", "Query");
}

static void test_safety(void)
{
	fails("ATTACH ':memory:' AS x", "");
	fails("DETACH UserViews", "");
	fails("CREATE VIEW UserViews.x AS SELECT 1", "");
	fails("DROP VIEW UserViews.o", "");
	fails("DELETE FROM UserViews.sqlite_master", "");
	fails("CREATE TABLE UserViews.t(a)", "");
	fails("INSERT INTO UserViews.o SELECT 1", "");
}

static void put_file(const char *text)
{
	FILE *f = fopen(userviews_path(views), "w");

	if (!f || fputs(text, f) == EOF || fclose(f))
		ok(false, "cannot write the file");
}

static void test_broken(void)
{
	const struct table *t = NULL;

	put_file("{\"bad\": {\"query\": \"SELEC 1\"}, \"on\": {\"query\": \"SELECT * "
	         "FROM bad\"},"
	         "\"none\": 3, \"a\": {\"query\": \"SELECT * FROM b\"},"
	         "\"b\": {\"query\": \"SELECT * FROM a\"}, \"Requests\": {\"query\": "
	         "\"SELECT 1\"}, \"good\": {\"query\": \"SELECT 'y' AS a\"}}");
	gives("SELECT a FROM UserViews.good", "y");
	fails("SELECT * FROM UserViews.bad", "UserViews.bad: near \"SELEC\"");
	fails("SELECT * FROM UserViews.[on]", "UserViews.bad: near \"SELEC\"");
	fails("SELECT * FROM UserViews.[none]", "no text called");
	fails("SELECT * FROM UserViews.a", "circular");
	fails("SELECT * FROM UserViews.missing", "no such table");
	plan("SELECT RequestKey FROM Requests", "Requests\n");
	is_int(engine_view_table(engine, SPAN("bad"), &t, NULL), 0, "a broken view");
	ok(t && t->kind == TABLE_USER_VIEW && !t->columns[0].name,
	   "is a table without columns");
	is_int(engine_view_table(engine, SPAN("missing"), &t, NULL), -ENOENT,
	       "none is none");
	put_file("{ nonsense");
	fails("SELECT * FROM UserViews.good", "UserDefinedViews.json");
	unlink(userviews_path(views));
	fails("SELECT * FROM UserViews.good", "no such table");
}

static void test_tables(void)
{
	const struct table *a = NULL, *b = NULL, *c = NULL;

	takes("t",
	      "SELECT RequestKey, CreatedDate, count(*) AS n, RequestParticipants AS p "
	      "FROM Requests GROUP BY 1");
	is_int(engine_view_table(engine, SPAN("T"), &a, NULL), 0, "a table of a view");
	is_str(a->name, "t", "its name");
	is_str(a->schema, "UserViews", "its schema");
	is_int((long long)table_n_columns(a), 4, "its columns");
	is_int(a->columns[0].type, VALUE_TEXT, "text");
	is_int(a->columns[1].type, VALUE_TIME, "a time");
	is_int(a->columns[2].type, VALUE_NULL, "an expression is of no type");
	is_int(a->columns[3].type, VALUE_JSON, "JSON");
	takes("other", "SELECT 1");
	takes("t",
	      "SELECT RequestKey, CreatedDate, count(*) AS n, RequestParticipants AS p "
	      "FROM Requests WHERE ServiceDeskId = '1' GROUP BY 1");
	is_int(engine_view_table(engine, SPAN("t"), &b, NULL), 0, "after another query");
	ok(a == b, "the same columns are the same table");
	takes("t", "SELECT RequestKey AS n FROM Requests");
	is_int(engine_view_table(engine, SPAN("t"), &c, NULL), 0, "after other columns");
	ok(c != b && table_n_columns(c) == 1, "it is another table");
	is_int((long long)table_n_columns(b), 4, "and who has the old one keeps it");
}

static void test_commands(void)
{
	struct buf out = BUF_INIT(65536);
	struct command c;
	struct err err = { 0 };

	ok(!statement_parse("CREATE LOCAL VIEW userviews.w AS SELECT 1 AS a", &c, NULL),
	   "a command");
	is_int(engine_command_explain(engine, &c, &out, &err), 0, "is explained");
	ok(strstr(buf_str(&out), "UserViews.w is added to /"), "%s", buf_str(&out));
	fails("SELECT a FROM UserViews.w", "no such table");
	is_int(engine_command(engine, &c, &err), 0, "and run");
	gives("SELECT 'w' FROM UserViews.w", "w");
	is_int(engine_command(engine, &c, &err), -EEXIST, "but not twice: %s", err.msg);
	command_clear(&c);
	ok(!statement_parse("DROP LOCAL VIEW Other.w", &c, NULL), "another schema");
	is_int(engine_command(engine, &c, &err), -EINVAL, "is none: %s", err.msg);
	command_clear(&c);
	buf_clear(&out);
}

int main(void)
{
	struct catalog_config cfg = { .site = "https://x.example.com",
		                      .account = "a",
		                      .pseudo_columns = "",
		                      .desk = "" };
	cleanup_free_ char *path = NULL, *lock = NULL;

	if (!mkdtemp(dir))
		return 1;
	path = str_printf("%s/UserDefinedViews.json", dir);
	lock = str_printf("%s.lock", path);
	if (userviews_new(path, &views, NULL) || db_open(NULL, &db, NULL) ||
	    catalog_new(&cfg, db, &catalog, NULL) ||
	    engine_new(&(struct engine_config){ .catalog = catalog,
	                                        .views = views,
	                                        .views_schema = "UserViews" },
	               &engine, NULL))
		return 1;
	test_changes();
	test_pushdown();
	test_safety();
	test_broken();
	test_tables();
	test_commands();
	engine_free(engine);
	catalog_free(catalog);
	db_close(db);
	userviews_free(views);
	unlink(path);
	unlink(lock);
	rmdir(dir);
	return done_testing();
}
