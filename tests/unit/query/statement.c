/* SPDX-License-Identifier: MIT */
#include "query/statement.h"

#include "query/split.h"
#include "tap.h"

#include <errno.h>

static void reads(const char *text)
{
	struct command c = { .kind = STATEMENT_DROP_VIEW };
	int r = statement_parse(text, &c, NULL);

	ok(!r && c.kind == STATEMENT_READ && !c.name, "SQLite's: %s", text);
	if (!r)
		command_clear(&c);
}

static void changes(const char *text)
{
	struct command c = { 0 };
	int r = statement_parse(text, &c, NULL);

	ok(!r && c.kind == STATEMENT_CHANGE && !c.name, "changes: %s", text);
	if (!r)
		command_clear(&c);
}

static void is_command(const char *text, enum statement_kind kind, const char *schema,
                       const char *name, const char *query)
{
	struct command c = { 0 };
	struct err err = { 0 };
	int r = statement_parse(text, &c, &err);

	is_int(r, 0, "%s %s", text, err.msg);
	if (r)
		return;
	is_int((int)c.kind, (int)kind, "  its kind");
	is_str(c.schema ? c.schema : "-", schema, "  its schema");
	is_str(c.name, name, "  its name");
	ok(span_is(c.query, query), "  its query '%.*s'", SPAN_FMT(c.query));
	command_clear(&c);
}

static void is_wrong(const char *text)
{
	struct command c = { 0 };
	struct err err = { 0 };

	is_int(statement_parse(text, &c, &err), -EINVAL, "wrong: %s", text);
	ok(strstr(err.msg, "LOCAL VIEW [Name]"), "  and shows the form: %s", err.msg);
}

int main(void)
{
	struct span s;

	reads("");
	reads("SELECT 1");
	reads("CREATE VIEW v AS SELECT 1");
	reads("CREATE LOCAL");
	reads("CREATE LOCALVIEW v AS SELECT 1");
	reads("CREATELOCAL VIEW v AS SELECT 1");
	reads("DROP TABLE Requests");
	reads("-- CREATE LOCAL VIEW v AS SELECT 1");
	reads("/* CREATE LOCAL VIEW v AS SELECT 1");
	reads("SELECT 'CREATE LOCAL VIEW v AS SELECT 1'");
	reads("[CREATE] LOCAL VIEW v AS SELECT 1");

	is_command("CREATE LOCAL VIEW v AS SELECT 1", STATEMENT_CREATE_VIEW, "-", "v",
	           "SELECT 1");
	is_command("create local view [My View] as select 1;", STATEMENT_CREATE_VIEW, "-",
	           "My View", "select 1");
	is_command(" Alter\n\tLocal\rView \"a\"\"b\" aS (SELECT 1) ; ; ",
	           STATEMENT_ALTER_VIEW, "-", "a\"b", "(SELECT 1)");
	is_command("ALTER LOCAL VIEW `a``b`AS VALUES (1)", STATEMENT_ALTER_VIEW, "-",
	           "a`b", "VALUES (1)");
	is_command("DROP LOCAL VIEW UserViews.v", STATEMENT_DROP_VIEW, "UserViews", "v",
	           "");
	is_command("DROP LOCAL VIEW [User Views] . `v`;\n", STATEMENT_DROP_VIEW,
	           "User Views", "v", "");
	is_command("-- first\nDROP/*x*/LOCAL/**/VIEW v -- last", STATEMENT_DROP_VIEW, "-",
	           "v", "");
	is_command("CREATE LOCAL VIEW Ü AS SELECT ';'", STATEMENT_CREATE_VIEW, "-", "Ü",
	           "SELECT ';'");
	is_command("CREATE LOCAL VIEW a AS AS", STATEMENT_CREATE_VIEW, "-", "a", "AS");
	is_command("CREATE LOCAL VIEW v AS SELECT 1; DROP TABLE x", STATEMENT_CREATE_VIEW,
	           "-", "v", "SELECT 1; DROP TABLE x");

	is_wrong("CREATE LOCAL VIEW");
	is_wrong("CREATE LOCAL VIEW v");
	is_wrong("CREATE LOCAL VIEW v AS");
	is_wrong("CREATE LOCAL VIEW v AS ;;");
	is_wrong("CREATE LOCAL VIEW v SELECT 1");
	is_wrong("CREATE LOCAL VIEW AS SELECT 1");
	is_wrong("CREATE LOCAL VIEW v ASSELECT 1");
	is_wrong("CREATE LOCAL VIEW [v AS SELECT 1");
	is_wrong("CREATE LOCAL VIEW \"v\"\" AS SELECT 1");
	is_wrong("CREATE LOCAL VIEW [] AS SELECT 1");
	is_wrong("CREATE LOCAL VIEW a. AS SELECT 1");
	is_wrong("CREATE LOCAL VIEW a.b.c AS SELECT 1");
	is_wrong("DROP LOCAL VIEW");
	is_wrong("DROP LOCAL VIEW v AS SELECT 1");
	is_wrong("DROP LOCAL VIEW a, b");
	is_wrong("DROP LOCAL VIEW 'a'");

	is_command("EXEC CreateCustomer Email = 'a';", STATEMENT_CALL, "-",
	           "CreateCustomer", " Email = 'a'");
	is_command("call [J].\"P\"('a')", STATEMENT_CALL, "J", "P", "('a')");
	is_command("/* x */ Execute P", STATEMENT_CALL, "-", "P", "");
	is_int(statement_parse("EXEC", &(struct command){ 0 }, NULL), -EINVAL,
	       "EXEC of nothing");
	is_int(statement_parse("EXEC 'P'", &(struct command){ 0 }, NULL), -EINVAL,
	       "of a text");
	changes("INSERT INTO a VALUES (1)");
	changes(" replace into a values (1)");
	changes("-- x\nUPDATE a SET b = 1");
	changes("delete FROM a");
	changes("WITH a AS (SELECT 1) DELETE FROM b");
	changes("WITH RECURSIVE a(x, y) AS (SELECT ')' FROM [)]), \"SELECT\" AS (VALUES "
	        "(1)) "
	        "INSERT INTO b SELECT 1");
	changes("WITH insert AS (SELECT 1), update(a) AS MATERIALIZED (SELECT 2) UPDATE "
	        "c "
	        "SET a = 1");
	reads("WITH a AS (DELETE) SELECT 1");
	reads("WITH delete AS (SELECT 1) SELECT * FROM delete");
	reads("WITH a AS (SELECT 1) VALUES (1)");
	reads("WITH");
	reads("INSERTX INTO a VALUES (1)");
	reads("EXPLAIN INSERT INTO a VALUES (1)");

	is_int((int)split_statement(SPAN("a; b")), 2, "up to a semicolon");
	is_int((int)split_statement(SPAN("-- ;\n';' \";\" [;] `;` /* ; */ 'it''s;' ; b")),
	       39, "that is one");
	is_int((int)split_statement(SPAN("a ';")), 0, "a quote is open");
	is_int((int)split_statement(SPAN("a /* ;")), 0, "a comment is");
	is_int((int)split_statement(SPAN("a -- ;")), 0, "in either way");
	is_int((int)split_statement(SPAN("")), 0, "nothing");
	ok(split_is_line(SPAN("EXEC P\n")), "a line");
	ok(!split_is_line(SPAN("EXEC P")), "has an end");
	ok(!split_is_line(SPAN("EXEC\nP\n")), "and is one");
	ok(!split_is_line(SPAN("EXEC P;\n")), "without a semicolon");
	ok(!split_is_line(SPAN("EXEC P (\n")) && !split_is_line(SPAN("EXEC P 'a\n")),
	   "with nothing open");
	ok(split_is_blank(SPAN(" ;; -- x\n/* */ ")) && !split_is_blank(SPAN("; a")),
	   "blank");
	ok(statement_is_values("INSERT INTO a VALUES ('SELECT')"), "values");
	ok(!statement_is_values("INSERT INTO a SELECT 1"), "none");
	ok(!statement_is_values("INSERT INTO a VALUES ((SELECT 1))"), "nor these");
	ok(!statement_is_values("UPDATE a SET b = 1"), "nor this");

	s = statement_trim(SPAN("a; \n;\t"));
	ok(span_is(s, "a"), "trimmed at the end");
	s = statement_trim(SPAN(" ;\n"));
	ok(!s.n, "to nothing");
	return done_testing();
}
