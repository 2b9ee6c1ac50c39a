/* SPDX-License-Identifier: MIT */
#include "fs/tree.h"

#include "base/clock.h"
#include "catalog/catalog.h"
#include "format/writer.h"
#include "fs/known.h"
#include "store/db.h"
#include "tap.h"

#include <errno.h>

static struct catalog *catalog;

/* What a path leads to. */
static int walk(const char *path, struct place *ret)
{
	struct place at = { .kind = PLACE_ROOT };
	struct span rest = span_of(path);
	struct selector sel;
	bool has_sel = false;
	int r = 0;

	selector_init(&sel, NULL);
	while (!r && rest.n) {
		struct hit h;

		r = tree_find(&at, has_sel ? &sel : NULL, catalog, span_cut(&rest, '/'),
		              &h, NULL);
		if (r)
			break;
		at = h.place;
		if (h.has_selector) {
			selector_clear(&sel);
			r = selector_copy(&h.selector, &sel, NULL);
			has_sel = true;
		}
		hit_clear(&h);
	}
	selector_clear(&sel);
	*ret = at;
	return r;
}

static void leads_to(const char *path, enum place_kind kind)
{
	struct place p;
	int r = walk(path, &p);

	ok(!r && p.kind == kind, "%s is kind %d (%d, %d)", path, kind, r, p.kind);
}

static void leads_nowhere(const char *path, int code)
{
	struct place p;

	is_int(walk(path, &p), code, "%s is %s", path, err_name(code));
}

static void test_names(void)
{
	leads_to("README.md", PLACE_ROOT_README);
	leads_to("status", PLACE_STATUS);
	leads_to("errors.ndjson", PLACE_ERRORS);
	leads_to("proc", PLACE_PROCS);
	leads_to("proc/CreateCustomer", PLACE_PROC);
	leads_to("proc/CreateCustomer/call", PLACE_CALL);
	leads_to("proc/CreateCustomer/last.csv", PLACE_LAST_CSV);
	leads_to("Requests", PLACE_TABLE);
	leads_to("Requests/rows.csv", PLACE_ROWS);
	leads_to("Requests/stream.ndjson", PLACE_STREAM);
	leads_to("Requests/count", PLACE_COUNT);
	leads_to("Requests/plan", PLACE_PLAN);
	leads_to("Requests/RequestStatus=OPEN_REQUESTS", PLACE_TABLE);
	leads_to("Requests/RequestStatus=OPEN_REQUESTS/_limit=3/rows.tsv", PLACE_ROWS);
	leads_to("Requests/by", PLACE_FACETS);
	leads_to("Requests/by/RequestStatus", PLACE_FACET);
	leads_to("Requests/by/RequestStatus/OPEN_REQUESTS", PLACE_LINK);
	leads_to("Requests/by/RequestStatus/values.csv", PLACE_VALUES);
	leads_to("Requests/id", PLACE_IDS);
	leads_to("Requests/id/HELP-42", PLACE_ROW);
	leads_to("Requests/id/A_1-1", PLACE_ROW);
	leads_to("Requests/id/10042", PLACE_ROW);
	leads_to("Requests/id/HELP-42/row.json", PLACE_ROW_JSON);
	leads_to("Requests/id/HELP-42/CurrentStatus", PLACE_CELL);
	leads_to("RequestComments/id/HELP-42,17", PLACE_ROW);
	leads_to("Requests/id/HELP-42/sla.csv", PLACE_ROWS);
	leads_to("Requests/id/10042/comments.csv", PLACE_ROWS);
	leads_to("Requests/id/HELP-42/comments", PLACE_TEXTS);
	leads_to("Requests/id/HELP-42/comments/17.txt", PLACE_PART);
	leads_to("Requests/id/10042/comments/17.txt", PLACE_PART);
	leads_to("Requests/id/HELP-42/approvals", PLACE_CHILD_ROWS);
	leads_to("Requests/id/HELP-42/approvals/17", PLACE_ROW);
	leads_to("Requests/id/HELP-42/approvals/17/Name", PLACE_CELL);
}

static void test_no_names(void)
{
	leads_nowhere("requests", -ENOENT);
	leads_nowhere(".git", -ENOENT);
	leads_nowhere("Requests/HEAD", -ENOENT);
	leads_nowhere("Requests/.rows.csv.swp", -ENOENT);
	leads_nowhere("Requests/rows.xml", -ENOENT);
	leads_nowhere("Requests/rows.table", -ENOENT);
	leads_nowhere("Requests/stream.json", -ENOENT);
	leads_nowhere("Requests/Nope=1", -EINVAL);
	leads_nowhere("Requests/_limit=3/by", -ENOENT);
	leads_nowhere("Requests/_limit=3/id", -ENOENT);
	leads_nowhere("Requests/by/CreatedDate", -ENOENT);
	leads_nowhere("Requests/by/requeststatus", -ENOENT);
	leads_nowhere("Requests/id/help-42", -ENOENT);
	leads_nowhere("Requests/id/HELP-", -ENOENT);
	leads_nowhere("Requests/id/-42", -ENOENT);
	leads_nowhere("Requests/id/HELP-4x", -ENOENT);
	leads_nowhere("Requests/id/1HELP-4", -ENOENT);
	leads_nowhere("Requests/id/.HELP-4", -ENOENT);
	leads_nowhere("Requests/id/HELP-4%00", -ENOENT);
	leads_nowhere("Requests/id/HELP-42/Nope", -ENOENT);
	leads_nowhere("Requests/id/HELP-42/RequestStatus", -ENOENT);
	leads_nowhere("Requests/id/HELP-42/sla.tsv", -ENOENT);
	leads_nowhere("Requests/id/HELP-42/comments/17", -ENOENT);
	leads_nowhere("Requests/id/HELP-42/comments/.txt", -ENOENT);
	leads_nowhere("Requests/id/HELP-42/comments/x.txt", -ENOENT);
	leads_nowhere("Requests/id/HELP-42/comments/%zz.txt", -ENOENT);
	leads_nowhere("Requests/id/HELP-42/approvals/x", -ENOENT);
	leads_nowhere("Requests/id/HELP-42/approvals/17/sla.csv", -ENOENT);
	leads_nowhere("RequestComments/id/HELP-42", -ENOENT);
	leads_nowhere("RequestComments/id/HELP-42,", -ENOENT);
	leads_nowhere("RequestComments/id/HELP-42,x", -ENOENT);
	leads_nowhere("RequestComments/id/HELP-42,17,1", -ENOENT);
	leads_nowhere("proc/createcustomer", -ENOENT);
	leads_nowhere("proc/CreateCustomer/nope", -ENOENT);
}

static void test_known(void)
{
	const struct table *t = catalog_table(catalog, SPAN("Requests"));
	struct place ids = { .kind = PLACE_IDS, .table = t };
	struct known *k = known_new(catalog);
	struct listing l;
	size_t status = (size_t)table_column(t, SPAN("RequestStatus"));

	clock_set_fake(1000, 0);
	ok(!known_id(k, t, "HELP-43"), "a key nobody saw");
	catalog_saw(catalog, t, SPAN("HELP-43"), SPAN("a title/with a slash"));
	clock_set_fake(1100, 0);
	ok(known_id(k, t, "HELP-43"), "is known once it went by");
	is_int(tree_list(&ids, NULL, catalog, &l, NULL), 0, "listed");
	ok(l.n == 1 && !strcmp(l.p[0].name, "HELP-43"), "by its key, not by its title");
	listing_clear(&l);
	ok(!known_value(k, t, status, "NOPE"), "a value nobody knows");
	ok(known_value(k, t, status, "OPEN_REQUESTS"), "and one from the model");
	ok(known_id(k, t, "HELP-43"), "two lists do not mix");
	ok(!known_id(k, t, "OPEN_REQUESTS"), "in any direction");
	known_free(k);
}

/* The query behind a file of a row is the one that could be written as a path. */
static void test_children(void)
{
	const struct table *t = catalog_table(catalog, SPAN("Requests"));
	const struct table *comments = catalog_table(catalog, SPAN("RequestComments"));
	struct place row = { .kind = PLACE_ROW, .table = t }, dir;
	struct selector sel;
	struct listing l;
	struct hit h, in;

	selector_init(&sel, t);
	ok(!selector_add(&sel, SPAN("RequestKey=HELP-7"), NULL), "a row");
	ok(!tree_find(&row, &sel, catalog, SPAN("comments.csv"), &h, NULL), "its rows");
	is_str(h.path, "RequestComments/RequestKey=HELP-7", "are a query of their own");
	ok(h.place.table == comments, "of the other table");
	hit_clear(&h);
	ok(!tree_find(&row, &sel, catalog, SPAN("comments"), &h, NULL), "its texts");
	dir = h.place;
	catalog_saw(catalog, comments, SPAN("HELP-7,1"), SPAN(""));
	catalog_saw(catalog, comments, SPAN("HELP-70,2"), SPAN(""));
	catalog_saw(catalog, comments, SPAN("HELP-7,3"), SPAN(""));
	is_int(tree_list(&dir, &h.selector, catalog, &l, NULL), 0, "are listed");
	ok(l.n == 2 && !strcmp(l.p[0].name, "1.txt") && !strcmp(l.p[1].name, "3.txt"),
	   "those of this row");
	listing_clear(&l);
	ok(!tree_find(&dir, &h.selector, catalog, SPAN("3.txt"), &in, NULL),
	   "one of them");
	is_str(in.key, "HELP-7,3", "is a row by its whole key");
	hit_clear(&in);
	hit_clear(&h);
	selector_clear(&sel);
}

/* Every name that is listed is found, as what it was listed as; no slash in any. */
static void check_listing(const struct place *d, const struct selector *sel, int depth,
                          size_t *n)
{
	struct listing l;

	if (tree_list(d, sel, catalog, &l, NULL)) {
		ok(false, "listing fails");
		return;
	}
	for (size_t i = 0; i < l.n; i++) {
		struct hit h;
		int r = tree_find(d, sel, catalog, span_of(l.p[i].name), &h, NULL);

		++*n;
		if (r || h.place.kind != l.p[i].place.kind || strchr(l.p[i].name, '/') ||
		    h.place.format != l.p[i].place.format ||
		    h.place.column != l.p[i].place.column)
			ok(false, "%s: %d", l.p[i].name, r);
		if (r)
			continue;
		if (place_is_dir(h.place.kind) && depth < 5)
			check_listing(&h.place, h.has_selector ? &h.selector : sel,
			              depth + 1, n);
		hit_clear(&h);
	}
	listing_clear(&l);
}

static void test_agreement(void)
{
	struct place root = { .kind = PLACE_ROOT };
	size_t n = 0;

	check_listing(&root, NULL, 0, &n);
	ok(n > 80, "%zu names are found as they are listed", n);
}

static void test_link(void)
{
	const struct table *t = catalog_table(catalog, SPAN("Requests"));
	struct place p = { .kind = PLACE_LINK, .table = t };
	struct buf b = BUF_INIT(1000);

	p.column = (size_t)table_column(t, SPAN("RequestStatus"));
	tree_link(&p, SPAN("A%20B"), &b);
	is_str(buf_str(&b), "../../RequestStatus=A%20B", "the target of a link");
	buf_clear(&b);
}

int main(void)
{
	struct catalog_config cfg = { .site = "https://x.example.com",
		                      .account = "a",
		                      .pseudo_columns = "",
		                      .desk = "" };
	struct db *db;

	if (db_open(NULL, &db, NULL) || catalog_new(&cfg, db, &catalog, NULL))
		return 1;
	test_names();
	test_no_names();
	test_known();
	test_children();
	test_agreement();
	test_link();
	catalog_free(catalog);
	db_close(db);
	return done_testing();
}
