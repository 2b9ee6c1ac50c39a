/* SPDX-License-Identifier: MIT */
#include "query/statement.h"

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

	s = statement_trim(SPAN("a; \n;\t"));
	ok(span_is(s, "a"), "trimmed at the end");
	s = statement_trim(SPAN(" ;\n"));
	ok(!s.n, "to nothing");
	return done_testing();
}
