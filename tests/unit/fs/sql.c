/* SPDX-License-Identifier: MIT */
#include "fs/sql.h"

#include "base/clock.h"
#include "catalog/catalog.h"
#include "store/db.h"
#include "tap.h"

#include <errno.h>

#define NOW_MS 1769853600000 /* 2026-01-31T10:00:00Z */

static struct catalog *catalog;

static void print_params(const struct sql *q, struct buf *out)
{
	for (size_t i = 0; i < q->n_params; i++) {
		if (q->params[i].type == VALUE_INT)
			buf_printf(out, " %lld", (long long)q->params[i].i);
		else
			buf_printf(out, " '%.*s'", SPAN_FMT(q->params[i].s));
	}
}

/* The path below Requests, as the part of the statement behind its columns. */
static void gives(const char *path, enum sql_kind kind, const char *want)
{
	struct span rest = span_of(path);
	struct buf got = BUF_INIT(65536);
	struct selector s;
	struct sql q = { 0 };
	struct err err = { 0 };
	int r = 0;

	selector_init(&s, catalog_table(catalog, SPAN("Requests")));
	while (!r && rest.n)
		r = selector_add(&s, span_cut(&rest, '/'), &err);
	if (!r)
		r = sql_make(&s, catalog, kind, &q, &err);
	is_int(r, 0, "%s has a statement %s", path, err.msg);
	if (!r) {
		const char *from = strstr(q.text, " FROM ");

		buf_puts(&got, kind == SQL_ROWS && from ? from + 1 : q.text);
		print_params(&q, &got);
	}
	is_str(buf_str(&got), want, "%s", path);
	buf_clear(&got);
	sql_clear(&q);
	selector_clear(&s);
}

static void test_operators(void)
{
	gives("", SQL_ROWS, "FROM \"Requests\"");
	gives("CurrentStatus=a", SQL_ROWS,
	      "FROM \"Requests\" WHERE \"CurrentStatus\" = ?1 'a'");
	gives("CurrentStatus.ne=a", SQL_ROWS,
	      "FROM \"Requests\" WHERE \"CurrentStatus\" <> ?1 'a'");
	gives("CurrentStatus.lt=a", SQL_ROWS,
	      "FROM \"Requests\" WHERE \"CurrentStatus\" < ?1 'a'");
	gives("CurrentStatus.ge=a", SQL_ROWS,
	      "FROM \"Requests\" WHERE \"CurrentStatus\" >= ?1 'a'");
	gives("CurrentStatus.in=b,a", SQL_ROWS,
	      "FROM \"Requests\" WHERE \"CurrentStatus\" IN (?1, ?2) 'a' 'b'");
	gives("CurrentStatus.notin=a", SQL_ROWS,
	      "FROM \"Requests\" WHERE \"CurrentStatus\" NOT IN (?1) 'a'");
	gives("CurrentStatus.contains=a%25", SQL_ROWS,
	      "FROM \"Requests\" WHERE instr(\"CurrentStatus\", ?1) > 0 'a%'");
	gives("CurrentStatus.starts=äb", SQL_ROWS,
	      "FROM \"Requests\" WHERE substr(\"CurrentStatus\", 1, 2) = ?1 'äb'");
	gives("CurrentStatus.ends=äb", SQL_ROWS,
	      "FROM \"Requests\" WHERE substr(\"CurrentStatus\", -2) = ?1 'äb'");
	gives("CurrentStatus.starts=", SQL_ROWS,
	      "FROM \"Requests\" WHERE \"CurrentStatus\" IS NOT NULL");
	gives("CurrentStatus.like=a%25", SQL_ROWS,
	      "FROM \"Requests\" WHERE \"CurrentStatus\" LIKE ?1 'a%'");
	gives("CurrentStatus.null=yes", SQL_ROWS,
	      "FROM \"Requests\" WHERE \"CurrentStatus\" IS NULL");
	gives("CurrentStatus.null=no", SQL_ROWS,
	      "FROM \"Requests\" WHERE \"CurrentStatus\" IS NOT NULL");
	gives("CreatedDate.ge=-7d", SQL_ROWS,
	      "FROM \"Requests\" WHERE \"CreatedDate\" >= ?1 '2026-01-24T10:00:00.000Z'");
	gives("CreatedDate.lt=2026-01-31T12:00:00%2b02:00", SQL_ROWS,
	      "FROM \"Requests\" WHERE \"CreatedDate\" < ?1 '2026-01-31T10:00:00.000Z'");
	gives("CurrentStatus=';DROP TABLE x;--", SQL_ROWS,
	      "FROM \"Requests\" WHERE \"CurrentStatus\" = ?1 '';DROP TABLE x;--'");
}

static void test_shape(void)
{
	gives("CurrentStatus=a/RequestKey=b", SQL_ROWS,
	      "FROM \"Requests\" WHERE \"CurrentStatus\" = ?1 AND \"RequestKey\" = ?2 "
	      "'a' 'b'");
	gives("_order=RequestKey,-CreatedDate", SQL_ROWS,
	      "FROM \"Requests\" ORDER BY \"RequestKey\", \"CreatedDate\" DESC");
	gives("_limit=5", SQL_ROWS, "FROM \"Requests\" LIMIT ?1 5");
	gives("_limit=5/_offset=2", SQL_ROWS, "FROM \"Requests\" LIMIT ?1 OFFSET ?2 5 2");
	gives("_offset=2", SQL_ROWS, "FROM \"Requests\" LIMIT ?1 OFFSET ?2 -1 2");
	gives("RequestKey=a", SQL_COUNT,
	      "SELECT count(*) FROM \"Requests\" WHERE \"RequestKey\" = ?1 'a'");
	gives("RequestKey=a/_limit=3/_order=RequestKey", SQL_COUNT,
	      "SELECT count(*) FROM (SELECT 1 FROM \"Requests\" WHERE \"RequestKey\" = "
	      "?1 "
	      "LIMIT ?2) 'a' 3");
}

static void test_show(void)
{
	struct buf out = BUF_INIT(65536);
	struct selector s;

	selector_init(&s, catalog_table(catalog, SPAN("Requests")));
	ok(!selector_add(&s, SPAN("_select=RequestKey"), NULL), "a column");
	ok(!selector_add(&s, SPAN("CurrentStatus=it's"), NULL), "a quote");
	ok(!selector_add(&s, SPAN("_limit=2"), NULL), "a limit");
	is_int(sql_show(&s, catalog, &out, NULL), 0, "shown");
	is_str(buf_str(&out),
	       "SELECT \"RequestKey\" FROM \"Requests\" WHERE \"CurrentStatus\" = "
	       "'it''s' LIMIT 2;\n",
	       "with its values, quoted");
	selector_clear(&s);
	buf_clear(&out);
}

/* A view's table: names need quotes, and an expression is of no type. */
static void view_gives(const char *path, const char *want)
{
	static const struct column columns[] = { { .name = "a\"b", .type = VALUE_TEXT },
		                                 { .name = "count(*)" },
		                                 { .name = NULL } };
	static const struct column none[] = { { .name = NULL } };
	static const struct endpoint endpoints[] = { { 0 } };
	struct table t = { .name = "v",
		           .kind = TABLE_USER_VIEW,
		           .schema = "My\"s",
		           .columns = *path ? columns : none,
		           .endpoints = endpoints };
	struct buf out = BUF_INIT(65536), canonical = BUF_INIT(65536);
	struct span rest = span_of(path);
	struct selector s;
	struct err err = { 0 };
	int r = 0;

	selector_init(&s, &t);
	while (!r && rest.n)
		r = selector_add(&s, span_cut(&rest, '/'), &err);
	if (!r)
		r = sql_show(&s, catalog, &out, &err);
	ok(!r, "%s can be shown %s", path, err.msg);
	is_str(buf_str(&out), want, "%s", path);
	selector_print(&s, &canonical);
	if (*path)
		ok(!strpbrk(buf_str(&canonical), "(\"") &&
		           str_starts(buf_str(&canonical), "UserViews/v/"),
		   "its path needs no quotes: %s", buf_str(&canonical));
	selector_clear(&s);
	buf_clear(&canonical);
	buf_clear(&out);
}

static void test_views(void)
{
#define FROM "SELECT \"a\"\"b\", \"count(*)\" FROM \"My\"\"s\".\"v\""
	view_gives("", "SELECT * FROM \"My\"\"s\".\"v\";\n");
	view_gives("a%22b=3", FROM " WHERE \"a\"\"b\" = '3';\n");
	view_gives("count(*)=3", FROM " WHERE \"count(*)\" IN ('3', 3);\n");
	view_gives("count%28%2A%29.ne=x", FROM " WHERE \"count(*)\" NOT IN ('x');\n");
	view_gives("count(*).in=2.5,0x10",
	           FROM " WHERE \"count(*)\" IN ('0x10', '2.5', 2.5);\n");
	view_gives("count(*).lt=-1",
	           FROM " WHERE CASE typeof(\"count(*)\") WHEN 'text' THEN "
	                "\"count(*)\" < '-1' ELSE \"count(*)\" < -1 END;\n");
	view_gives("count(*).ge=nan", FROM " WHERE \"count(*)\" >= 'nan';\n");
	view_gives("_order=-count%28%2a%29", FROM " ORDER BY \"count(*)\" DESC;\n");
	view_gives("_select=count%28%2a%29",
	           "SELECT \"count(*)\" FROM \"My\"\"s\".\"v\";\n");
#undef FROM
}

static void test_columns(void)
{
	const struct table *t = catalog_table(catalog, SPAN("Requests"));
	size_t columns[64];
	struct selector s;
	size_t n;

	selector_init(&s, t);
	n = sql_columns(&s, catalog, columns, 64);
	ok(n > 5 && n < table_n_columns(t), "all but the pseudo columns");
	for (size_t i = 0; i < n; i++) {
		if (t->columns[columns[i]].flags & COLUMN_PSEUDO)
			ok(false, "%s is none", t->columns[columns[i]].name);
	}
	ok(!selector_add(&s, SPAN("_select=CurrentStatus,RequestKey"), NULL), "chosen");
	is_int((long long)sql_columns(&s, catalog, columns, 64), 2, "two");
	is_str(t->columns[columns[0]].name, "CurrentStatus", "in their order");
	is_int((long long)sql_columns(&s, catalog, columns, 1), 1, "never more than fit");
	selector_clear(&s);
}

int main(void)
{
	struct catalog_config cfg = { .site = "https://x.example.com",
		                      .account = "a",
		                      .pseudo_columns = "",
		                      .desk = "",
		                      .utc = true };
	struct db *db;

	clock_set_fake(1000, NOW_MS);
	if (db_open(NULL, &db, NULL) || catalog_new(&cfg, db, &catalog, NULL))
		return 1;
	test_operators();
	test_shape();
	test_show();
	test_columns();
	test_views();
	catalog_free(catalog);
	db_close(db);
	return done_testing();
}
