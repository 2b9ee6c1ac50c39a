/* SPDX-License-Identifier: MIT */
#include "fs/path.h"

#include "tap.h"

#include <errno.h>

/* Requests in small: one column of every kind. */
static const struct column columns[] = {
	{ "Key", VALUE_TEXT, COLUMN_KEY, "key", .doc = "K." },
	{ "Status", VALUE_TEXT, 0, "status", .doc = "S." },
	{ "Created", VALUE_TIME, COLUMN_STRING, "created", .doc = "C." },
	{ "Public", VALUE_BOOL, 0, "public", .doc = "P." },
	{ "Count", VALUE_INT, 0, "count", .doc = "N." },
	{ "Weight", VALUE_REAL, 0, "weight", .doc = "W." },
	{ "Owner", VALUE_TEXT, COLUMN_PSEUDO, NULL, .values = "MINE,ALL", .doc = "O." },
	{ 0 }
};
static const struct table table = { .name = "Things", .columns = columns };

/* Adds the segments of path one by one: 0 or the first failure. */
static int add_all(struct selector *s, const char *path, struct err *err)
{
	struct span rest = span_of(path);

	while (rest.n) {
		int r = selector_add(s, span_cut(&rest, '/'), err);

		if (r)
			return r;
	}
	return 0;
}

static void means(const char *path, const char *canonical)
{
	struct buf out = BUF_INIT(PATH_MAX_BYTES), again = BUF_INIT(PATH_MAX_BYTES);
	struct selector s, t;
	struct err err = { 0 };

	selector_init(&s, &table);
	selector_init(&t, &table);
	is_int(add_all(&s, path, &err), 0, "%s is a query (%s)", path, err.msg);
	selector_print(&s, &out);
	is_str(buf_str(&out), canonical, "%s in canonical form", path);
	is_int(add_all(&t, buf_str(&out) + strlen("Things/"), &err), 0, "%s reads back",
	       path);
	selector_print(&t, &again);
	is_str(buf_str(&again), canonical, "%s is the same again", path);
	selector_clear(&s);
	selector_clear(&t);
	buf_clear(&out);
	buf_clear(&again);
}

static void refuses(const char *path, int code, const char *words)
{
	struct selector s;
	struct err err = { 0 };

	selector_init(&s, &table);
	is_int(add_all(&s, path, &err), code, "%s is refused with %s", path,
	       err_name(code));
	ok(strstr(err.msg, words), "%s: the sentence has '%s': %s", path, words, err.msg);
	selector_clear(&s);
}

static void test_canonical(void)
{
	means("Status=open", "Things/Status=open");
	means("status=open", "Things/Status=open");
	means("STATUS.EQ=open", "Things/Status=open");
	means("Status=b/Key=a", "Things/Key=a/Status=b");
	means("Key=a/Key=a", "Things/Key=a");
	means("Key=b/Key=a", "Things/Key=a/Key=b");
	means("Status=", "Things/Status=");
	means("Status=a%2Fb", "Things/Status=a%2Fb");
	means("Status=a=b", "Things/Status=a%3Db");
	means("Status=50%25", "Things/Status=50%25");
	means("Status=a,b", "Things/Status=a%2Cb");
	means("Status.in=b,a,b", "Things/Status.in=a,b");
	means("Status.in=a%2Cb,c", "Things/Status.in=a%2Cb,c");
	means("Status.in=", "Things/Status.in=");
	means("Status.in=,a", "Things/Status.in=,a");
	means("Status.like=a%25", "Things/Status.like=a%25");
	means("Status.null=yes", "Things/Status.null=yes");
	means("Created.ge=-7d", "Things/Created.ge=%2D7d");
	means("Created.ge=%2d7d", "Things/Created.ge=%2D7d");
	means("Created=2026-01-31", "Things/Created=2026-01-31");
	means("Public=1", "Things/Public=true");
	means("Public=False", "Things/Public=false");
	means("Count.gt=-5", "Things/Count.gt=%2D5");
	means("Weight.lt=1.5", "Things/Weight.lt=1.5");
	means("Owner=mine", "Things/Owner=MINE");
	means("Owner.in=ALL,mine", "Things/Owner.in=ALL,MINE");
	means("St%61tus=x", "Things/Status=x");
}

static void test_directives(void)
{
	means("_limit=10", "Things/_limit=10");
	means("_limit=007", "Things/_limit=7");
	means("_offset=0", "Things/_offset=0");
	means("_fresh=60s", "Things/_fresh=60s");
	means("_fresh=1m", "Things/_fresh=60s");
	means("_fresh=0", "Things/_fresh=0");
	means("_fresh=0s", "Things/_fresh=0");
	means("_fresh=36500d", "Things/_fresh=3153600000s");
	means("_fresh=3153600000s", "Things/_fresh=3153600000s");
	means("_fresh=cache", "Things/_fresh=cache");
	means("_scan=yes", "Things/_scan=yes");
	means("_select=status,KEY", "Things/_select=Status,Key");
	means("_order=key,-status", "Things/_order=Key,%2DStatus");
	means("_scan=yes/_select=Key/_order=Key/_offset=1/_limit=2/_fresh=0/Status=a",
	      "Things/Status=a/_fresh=0/_limit=2/_offset=1/_order=Key/_scan=yes/"
	      "_select=Key");
}

static void test_refusals(void)
{
	refuses("Nope=1", -EINVAL, "Key, Status, Created");
	refuses("=1", -EINVAL, "no column");
	refuses("Status.frob=1", -EINVAL, "notin contains");
	refuses("Status.=1", -EINVAL, "no operator");
	refuses("Owner=NOBODY", -EINVAL, "MINE,ALL");
	refuses("Owner.ne=ALL", -EINVAL, "Owner.in=");
	refuses("Owner.null=yes", -EINVAL, "parameter");
	refuses("Created=tomorrow", -EINVAL, "2026-01-31");
	refuses("Created.in=2026-01-31,x", -EINVAL, "time");
	refuses("Public=maybe", -EINVAL, "true or false");
	refuses("Count=1.5", -EINVAL, "whole number");
	refuses("Count=", -EINVAL, "whole number");
	refuses("Weight=heavy", -EINVAL, "number");
	refuses("Status.null=maybe", -EINVAL, "yes or no");
	refuses("Status=%", -EINVAL, "escape");
	refuses("Status=%0", -EINVAL, "escape");
	refuses("Status=%00", -EINVAL, "%00");
	refuses("Status=\xff", -EINVAL, "UTF-8");
	refuses("Status=%ff", -EINVAL, "UTF-8");
	refuses("_limit=-1", -EINVAL, "whole number");
	refuses("_limit=99999999999999999999", -EINVAL, "whole number");
	refuses("_limit=", -EINVAL, "whole number");
	refuses("_limit=1/_limit=1", -EINVAL, "twice");
	refuses("_offset=1/_offset=2", -EINVAL, "twice");
	refuses("_select=Key/_select=Key", -EINVAL, "twice");
	refuses("_select=Key,Key", -EINVAL, "twice");
	refuses("_order=Key,-Key", -EINVAL, "twice");
	refuses("_order=Owner", -EINVAL, "parameter");
	refuses("_select=", -EINVAL, "no column");
	refuses("_fresh=1/_fresh=1", -EINVAL, "60s");
	refuses("_fresh=99999999999d", -EINVAL, "60s");
	refuses("_fresh=36501d", -EINVAL, "100 years");
	refuses("_fresh=0/_fresh=cache", -EINVAL, "twice");
	refuses("_scan=no", -EINVAL, "yes");
	refuses("_scan=yes/_scan=yes", -EINVAL, "twice");
	refuses("_nope=1", -EINVAL, "_select _order");
	refuses("rows.csv", -ENOENT, "");
	refuses(".Status=1", -ENOENT, "");
	refuses(".git", -ENOENT, "");
}

static void test_limits(void)
{
	struct selector s;
	struct err err = { 0 };
	struct buf big = BUF_INIT(65536);
	char segment[32];
	int r = 0;

	selector_init(&s, &table);
	for (int i = 0; i < PATH_MAX_SEGMENTS && !r; i++) {
		snprintf(segment, sizeof(segment), "Count.ne=%d", i);
		r = selector_add(&s, span_of(segment), &err);
	}
	is_int(r, 0, "%d segments", PATH_MAX_SEGMENTS);
	is_int(selector_add(&s, SPAN("Key=a"), &err), -EINVAL, "but not one more");
	selector_clear(&s);

	for (int i = 0; i < PATH_MAX_SEGMENTS && !r; i++)
		r = selector_add(&s, SPAN("Key=a"), &err);
	is_int((long long)s.n_predicates, 1, "the same predicate is kept once");
	is_int(selector_add(&s, SPAN("Key=a"), &err), -EINVAL,
	       "but counts as a segment every time");
	selector_clear(&s);

	buf_puts(&big, "Key.in=0");
	for (int i = 1; i <= PATH_MAX_VALUES; i++)
		buf_printf(&big, ",%d", i);
	is_int(selector_add(&s, buf_view(&big), &err), -EINVAL, "a list has an end");
	buf_reset(&big);
	buf_puts(&big, "Key=");
	for (int i = 0; i < 5000; i++)
		buf_putc(&big, 'x');
	is_int(selector_add(&s, buf_view(&big), &err), -EINVAL, "a value too");
	is_int((long long)s.n_segments, 0, "what was refused left no trace");
	is_int((long long)s.n_predicates, 0, "of a predicate either");
	selector_clear(&s);
	buf_clear(&big);
}

static void test_copy(void)
{
	struct selector a, b;
	struct buf out = BUF_INIT(PATH_MAX_BYTES);

	selector_init(&a, &table);
	selector_init(&b, &table);
	is_int(add_all(&a, "Key.in=a,b/_select=Key/_order=-Key/_limit=3", NULL), 0, "a");
	is_int(selector_copy(&a, &b, NULL), 0, "copied");
	is_int(selector_add(&b, SPAN("Status=x"), NULL), 0, "the copy grows");
	selector_clear(&a);
	selector_print(&b, &out);
	is_str(buf_str(&out),
	       "Things/Key.in=a,b/Status=x/_limit=3/_order=%2DKey/_select=Key",
	       "and lives on its own");
	selector_clear(&b);
	buf_clear(&out);
}

static void test_equal(void)
{
	struct selector s;
	struct buf out = BUF_INIT(PATH_MAX_BYTES);

	selector_init(&s, &table);
	is_int(selector_add_equal(&s, 0, SPAN("a%2Fb"), NULL), 0, "plain text");
	is_int(selector_add_equal(&s, 4, SPAN("x"), NULL), -EINVAL, "is checked too");
	selector_print(&s, &out);
	is_str(buf_str(&out), "Things/Key=a%252Fb", "and not decoded");
	selector_clear(&s);
	buf_clear(&out);
}

int main(void)
{
	test_canonical();
	test_directives();
	test_refusals();
	test_limits();
	test_copy();
	test_equal();
	return done_testing();
}
