/* SPDX-License-Identifier: MIT */
#include "fs/readme.h"

#include "base/utf8.h"
#include "catalog/catalog.h"
#include "format/writer.h"
#include "fs/path.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------- root */

static void root_desks(struct catalog *c, struct buf *out)
{
	const struct table *desks = catalog_table(c, SPAN("ServiceDesks"));
	cleanup_(known_values_clear) struct known_values known = { 0 };

	if (!desks || catalog_known_ids(c, desks, &known, NULL) || !known.n) {
		buf_puts(out, "No service desk is known yet: `cat ServiceDesks/rows.csv` "
		              "reads them.\n\n");
		return;
	}
	buf_puts(out, "Service desks known so far:\n\n");
	for (size_t i = 0; i < known.n && i < 20; i++) {
		struct buf name = BUF_INIT(4096);

		utf8_to_json(&name, span_of(known.p[i].label));
		buf_printf(out, "- `ServiceDeskId=%s` %s\n", known.p[i].value,
		           *known.p[i].label ? buf_str(&name) : "");
		buf_clear(&name);
	}
	buf_putc(out, '\n');
}

static void root_desk_example(struct catalog *c, struct buf *out)
{
	const struct table *desks = catalog_table(c, SPAN("ServiceDesks"));
	cleanup_(known_values_clear) struct known_values known = { 0 };
	const char *desk = "1";

	if (desks && !catalog_known_ids(c, desks, &known, NULL) && known.n)
		desk = known.p[0].value;
	buf_puts(out, "```\n"
	              "cat Requests/RequestStatus=OPEN_REQUESTS/rows.csv | head -3\n");
	buf_printf(out,
	           "cut -f2,11 Requests/ServiceDeskId=%s/CreatedDate.ge=-7d/rows.tsv\n",
	           desk);
	buf_puts(out, "cat Requests/RequestStatus=OPEN_REQUESTS/count\n"
	              "cat Requests/RequestStatus=OPEN_REQUESTS/plan\n"
	              "ls Requests/by/RequestStatus/\n"
	              "head -1 Requests/stream.csv\n"
	              "cat proc/CreateCustomer/call\n"
	              "echo 'SELECT count(*) FROM ServiceDesks;' > sql/call && cat "
	              "sql/last.csv\n"
	              "```\n\n");
}

void readme_root(struct catalog *c, const char *mountpoint, struct buf *out)
{
	const struct table *t;

	buf_printf(out, "# %s\n\n", catalog_site(c));
	buf_printf(out,
	           "This site of Jira Service Management as files, mounted at %s. "
	           "Listing costs nothing; opening a file of rows asks the site.\n\n",
	           mountpoint);
	root_desk_example(c, out);
	root_desks(c, out);
	buf_puts(out, "## Tables\n\n");
	for (size_t i = 0; (t = catalog_shown_at(c, i)); i++)
		buf_printf(out, "- `%s/` %s\n", t->name, t->doc);
	buf_puts(out, "\n## System tables\n\nTables about the tables, columns, keys, "
	              "procedures, properties: no calls.\n\n");
	for (size_t i = 0; model_system_tables[i]; i++)
		buf_printf(out, "- `sys/%s/` %s\n", model_system_tables[i]->name,
		           model_system_tables[i]->doc);
	buf_puts(out, "- `UserViews/` Views of your own: write a query to a file "
	              "`Name.sql` there.\n");
	buf_puts(out, "- `sql/` Any statement, SELECT, INSERT, UPDATE, DELETE, EXEC.\n");
	buf_puts(out, "\n## Procedures\n\n");
	for (size_t i = 0; model_procedures[i]; i++)
		buf_printf(out, "- `proc/%s/` %s\n", model_procedures[i]->name,
		           model_procedures[i]->doc);
	buf_puts(
		out,
		"\n## When something does not work\n\n"
		"`cat doctor` asks the site and says what works, what does not and what "
		"to do; `errors.ndjson` holds the last failures. `echo all > "
		"ctl/refresh` forgets kept answers, `echo 1 > ctl/offline` asks the site "
		"nothing more, `echo 5 > ctl/verbosity` logs everything.\n");
	buf_puts(
		out,
		"\n## Writing\n\n"
		"Tables that can be written have a file `insert`, their filtered "
		"directories also `update` and `delete`: a line each row, as in "
		"`proc/<Procedure>/call`. Their README.md shows working lines.\n"
		"\n## Queries are paths\n\n"
		"`Table/Column=value/Column.op=value/.../rows.csv`; the segments are "
		"ANDed "
		"and their order does not matter. Operators: eq ne lt le gt ge in notin "
		"contains starts ends like null. Lists are split at commas. Times: "
		"`2026-01-31`, RFC 3339, or `-2h` `-7d` `-4w`. Directives: `_select=A,B` "
		"`_order=A,-B` `_limit=N` `_offset=N` `_fresh=60s|0|cache` `_scan=yes`. "
		"In values `/` is written `%2F` and `%` is written `%25`.\n\n"
		"## When something fails\n\n"
		"The reason is in the file `error` of that directory, in `errors.ndjson` "
		"here, and in the attribute `user.jsmfs.error` of the file.\n");
}

/* ------------------------------------------------------------------ tables */

/* The predicates that the server evaluates, with whether they are required. */
static void table_pushable(const struct table *t, struct buf *out)
{
	for (const struct endpoint *e = t->endpoints; e && e->name; e++) {
		buf_printf(out, "- %s:", e->name);
		for (const struct key *k = e->keys; k && k->column; k++)
			buf_printf(out, "%s `%s`%s%s", k == e->keys ? "" : ",", k->column,
			           k->ops & OP_IN ? " (= and in)" : " (=)",
			           k->need == KEY_REQUIRED ? " required"
			           : k->need == KEY_ANY_OF ? " one of these required"
			                                   : "");
		if (!e->keys || !e->keys->column)
			buf_puts(out, " the whole list");
		buf_putc(out, '\n');
	}
}

static void table_columns(const struct catalog *c, const struct table *t, struct buf *out)
{
	if (!t->columns[0].name)
		buf_puts(out, "None: `error` says why once a file was opened.\n");
	for (size_t i = 0; t->columns[i].name; i++) {
		const struct column *col = &t->columns[i];

		if (col->flags & COLUMN_HIDDEN)
			continue;
		buf_printf(out, "- `%s` (%s%s)%s%s", col->name, column_type_name(col),
		           (col->flags & COLUMN_PSEUDO) && !catalog_is_listed(c, t, i)
		                   ? ", only as a predicate"
		                   : "",
		           *col->doc ? " " : "", col->doc);
		if (col->values)
			buf_printf(out, " One of %s.", col->values);
		if (col->ref)
			buf_printf(out, " Refers to %s.", col->ref);
		buf_putc(out, '\n');
	}
}

/* A predicate that works here: a value that is known, or a form. */
static bool example_predicate(struct catalog *c, const struct table *t, struct buf *out)
{
	for (size_t i = 0; t->columns[i].name; i++) {
		cleanup_(known_values_clear) struct known_values known = { 0 };

		if (!catalog_has_facet(c, t, i) || catalog_known(c, t, i, &known, NULL) ||
		    !known.n)
			continue;
		buf_printf(out, "%s=", t->columns[i].name);
		utf8_to_name(out, span_of(known.p[0].value));
		return true;
	}
	return false;
}

static bool needs_key(const struct table *t)
{
	if (t->parent.table || t->kind == TABLE_SYSTEM)
		return false;
	for (const struct endpoint *e = t->endpoints; e && e->name; e++) {
		bool free = true;

		for (const struct key *k = e->keys; k && k->column; k++)
			free = free && k->need == KEY_OPTIONAL;
		if (free)
			return false;
	}
	return true;
}

static void table_examples(struct catalog *c, const struct table *t, struct buf *out)
{
	cleanup_(buf_clear) struct buf p = BUF_INIT(4096);
	cleanup_(known_values_clear) struct known_values ids = { 0 };
	const char *sys = path_before(t);

	buf_puts(out, "## Examples\n\n```\n");
	if (!needs_key(t))
		buf_printf(out, "head -3 %s%s/stream.csv\n", sys, t->name);
	if (example_predicate(c, t, &p)) {
		buf_printf(out, "cat %s%s/%s/rows.csv\n", sys, t->name, buf_str(&p));
		buf_printf(out, "cat %s%s/%s/plan\n", sys, t->name, buf_str(&p));
		buf_printf(out, "cat %s%s/%s/_limit=10/rows.ndjson\n", sys, t->name,
		           buf_str(&p));
	} else {
		buf_printf(out, "cat %s%s/plan\n", sys, t->name);
		buf_printf(out, "cat %s%s/_limit=10/rows.ndjson\n", sys, t->name);
	}
	if (t->id && !catalog_known_ids(c, t, &ids, NULL) && ids.n)
		buf_printf(out, "cat %s/id/%s/row.json\n", t->name, ids.p[0].value);
	buf_puts(out, "```\n");
}

static void put_order(const struct order *o, const char *dir, struct buf *out)
{
	buf_printf(out, "- a line in `%s%s%s`: %s\n", dir, *dir ? "/" : "",
	           o->name ? o->name : "*", o->procedure->doc);
}

/* What can be written in the directory of a row. */
static void table_row_writes(const struct table *t, struct buf *out)
{
	const char *before = "\nIn the directory of a row can be written:\n\n";

	for (const struct order *o = t->orders; o && o->procedure; o++) {
		buf_puts(out, before);
		before = "";
		put_order(o, "", out);
	}
	for (const struct child *c = t->children; c && c->name; c++) {
		for (const struct intake *in = c->intakes; in && in->procedure; in++) {
			buf_printf(out, "%s- a new file in `%s/%s%s`: %s\n", before,
			           c->name, in->dir ? in->dir : "", in->dir ? "/" : "",
			           in->procedure->doc);
			before = "";
		}
		for (const struct order *o = c->orders; o && o->procedure; o++) {
			buf_puts(out, before);
			before = "";
			put_order(o, c->name, out);
		}
	}
}

void readme_table(struct catalog *c, const struct table *t, struct buf *out)
{
	buf_printf(out, "# %s\n\n%s\n\n", t->name, t->doc);
	if (t->note)
		buf_printf(out, "%s\n\n", t->note);
	if (t->parent.table)
		buf_printf(out, "Its rows hang on those of %s.\n\n", t->parent.table);
	buf_puts(out, "## Columns\n\n");
	table_columns(c, t, out);
	if (t->kind == TABLE_SYSTEM) {
		buf_puts(out,
		         "\nThe rows are made here: reading them makes no call.\n\n");
	} else if (t->kind == TABLE_USER_VIEW) {
		buf_printf(out,
		           "\nIts query is in `UserViews/%s.sql`. What the server "
		           "evaluates of it is in `plan`; the rest is evaluated here, "
		           "after the rows were read.\n\n",
		           t->name);
	} else {
		buf_puts(out, "\n## What the server evaluates\n\n");
		table_pushable(t, out);
		buf_puts(out, "\nEverything else is evaluated here, after the rows were "
		              "read.\n\n");
	}
	table_examples(c, t, out);
	readme_changes(t, out);
	if (t->id) {
		buf_puts(out, "\n`id/` holds one directory a row, named by ");
		for (size_t i = 0; t->id[i]; i++)
			buf_printf(out, "%s%s", i ? "," : "", t->id[i]);
		if (t->id_alt && !t->id[1])
			buf_printf(out, " or %s", t->id_alt);
		buf_puts(out,
		         "; it lists those that were seen, any other resolves too.\n");
	}
	table_row_writes(t, out);
}

void readme_schema(const struct catalog *c, const struct table *t, struct buf *out)
{
	static const char *const names[] = { "name",   "type", "key",    "pseudo",
		                             "listed", "ref",  "values", "description" };
	struct value cells[ARRAY_SIZE(names)];
	struct writer w;

	if (writer_init(&w, format_by_name("csv"), out, ARRAY_SIZE(names), names))
		return;
	writer_begin(&w);
	for (size_t i = 0; t->columns[i].name; i++) {
		const struct column *col = &t->columns[i];

		if (col->flags & COLUMN_HIDDEN)
			continue;
		memset(cells, 0, sizeof(cells));
		cells[0] = value_text(span_of(col->name));
		cells[1] = value_text(span_of(column_type_name(col)));
		cells[2].type = cells[3].type = cells[4].type = VALUE_BOOL;
		cells[2].b = col->flags & COLUMN_KEY;
		cells[3].b = col->flags & COLUMN_PSEUDO;
		cells[4].b = catalog_is_listed(c, t, i);
		if (col->ref)
			cells[5] = value_text(span_of(col->ref));
		if (col->values)
			cells[6] = value_text(span_of(col->values));
		cells[7] = value_text(span_of(col->doc));
		writer_row(&w, cells);
	}
	writer_end(&w);
	writer_clear(&w);
}

/* Read by ripgrep, fd and their kin: a search of the tree must not ask the site. */
void readme_ignore(struct buf *out)
{
	buf_puts(out, "rows.*\nstream.*\ncount\n");
}
