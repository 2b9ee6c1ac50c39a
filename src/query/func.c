/* SPDX-License-Identifier: MIT */
/*
 * SQLite has no booleans and no instants.  A boolean column holds the texts '1'
 * and '0', so that it works where SQL wants a truth value, and compares by the
 * collation BOOL, under which 'true', 'True' and 1 are the same.  A time column
 * holds RFC 3339 text and compares by the collation INSTANT, under which equal
 * moments in different zones are equal.
 */
#include "base/clock.h"
#include "query/conn_i.h"

#include <string.h>

bool func_truth(struct span s, bool *ret)
{
	if (span_is(s, "1") || span_ieq(s, SPAN("true"))) {
		*ret = true;
		return true;
	}
	if (span_is(s, "0") || span_ieq(s, SPAN("false"))) {
		*ret = false;
		return true;
	}
	return false;
}

static int by_bytes(struct span a, struct span b)
{
	int r = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

	return r ? r : (a.n > b.n) - (a.n < b.n);
}

static int compare_bool(void *ctx, int n1, const void *p1, int n2, const void *p2)
{
	struct span a = { p1, (size_t)n1 }, b = { p2, (size_t)n2 };
	bool va, vb;
	bool is_a = func_truth(a, &va), is_b = func_truth(b, &vb);

	(void)ctx;
	if (is_a && is_b)
		return va - vb;
	/* What is no boolean stands behind all that are. */
	return is_a != is_b ? (is_a ? -1 : 1) : by_bytes(a, b);
}

static int compare_instant(void *ctx, int n1, const void *p1, int n2, const void *p2)
{
	struct span a = { p1, (size_t)n1 }, b = { p2, (size_t)n2 };
	int64_t ta, tb;
	bool is_a, is_b;

	(void)ctx;
	if (a.n == b.n && !memcmp(a.p, b.p, a.n))
		return 0;
	is_a = clock_parse(a, &ta);
	is_b = clock_parse(b, &tb);
	if (is_a && is_b)
		return (ta > tb) - (ta < tb);
	return is_a != is_b ? (is_a ? -1 : 1) : by_bytes(a, b);
}

int func_register(sqlite3 *db)
{
	int rc = sqlite3_create_collation_v2(db, "BOOL", SQLITE_UTF8, NULL, compare_bool,
	                                     NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_create_collation_v2(db, "INSTANT", SQLITE_UTF8, NULL,
		                                 compare_instant, NULL);
	return rc;
}
