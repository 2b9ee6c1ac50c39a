/* SPDX-License-Identifier: MIT */
/* How to write: inputs with their types, and lines that work, in each form. */
#include "base/utf8.h"
#include "fs/readme.h"

#include <string.h>

static bool is_shown(const struct param *in)
{
	return in->name && in->example && in->example[0];
}

/* The next one that is in the examples, or the end. */
static const struct param *shown(const struct param *in)
{
	while (in->name && !is_shown(in))
		in++;
	return in;
}

static void put_words(const struct param *from, const char *file, struct buf *out)
{
	const char *before = "";

	buf_puts(out, "echo '");
	for (const struct param *in = shown(from); in->name; in = shown(in + 1)) {
		buf_printf(out, "%s%s=", before, in->name);
		utf8_to_json(out, span_of(in->example));
		before = " ";
	}
	buf_printf(out, "' > %s\n", file);
}

static void put_json(const struct param *from, const char *file, struct buf *out)
{
	const char *before = "";

	buf_puts(out, "echo '{");
	for (const struct param *in = shown(from); in->name; in = shown(in + 1)) {
		buf_printf(out, "%s\"%s\":", before, in->name);
		utf8_to_json(out, span_of(in->example));
		before = ",";
	}
	buf_printf(out, "}' > %s\n", file);
}

static void put_csv(const struct param *from, const char *file, struct buf *out)
{
	const char *before = "";

	buf_puts(out, "printf '%s\\n' '");
	for (const struct param *in = shown(from); in->name; in = shown(in + 1)) {
		buf_printf(out, "%s%s", before, in->name);
		before = ",";
	}
	buf_puts(out, "' '");
	before = "";
	for (const struct param *in = shown(from); in->name; in = shown(in + 1)) {
		buf_puts(out, before);
		utf8_to_json(out, span_of(in->example));
		before = ",";
	}
	buf_printf(out, "' > %s\n", file);
}

static void put_lines(const struct param *from, const char *file, struct buf *out)
{
	if (!shown(from)->name)
		return;
	put_words(from, file, out);
	put_json(from, file, out);
	put_csv(from, file, out);
}

static void put_inputs(const struct procedure *p, struct buf *out)
{
	for (const struct param *in = p->in; in->name; in++) {
		buf_printf(out, "- `%s` (%s", in->name, param_type_name(in));
		if (in->flags & PARAM_REQUIRED)
			buf_puts(out, ", required");
		if (in->flags & PARAM_REQUIRED_ELSE)
			buf_printf(out, ", required unless %s is given", p->instead.when);
		buf_printf(out, ") %s\n", in->doc);
	}
}

/* --------------------------------------------------------------------- tables */

static void put_insert(const struct table *t, struct buf *out)
{
	cleanup_(buf_clear) struct buf file = BUF_INIT(1024);

	buf_printf(out,
	           "\n### insert\n\n%s A line of `%s/insert` is one row; in a filtered "
	           "directory what its `=` conditions say need not be said again.\n\n"
	           "```\n",
	           t->insert->doc, t->name);
	buf_printf(&file, "%s/insert", t->name);
	put_lines(t->insert->in, buf_str(&file), out);
	buf_puts(out, "```\n\n");
	put_inputs(t->insert, out);
}

/* The directory is that of the first input; the rest is in the line. */
static void put_row_change(const struct table *t, const struct procedure *p,
                           const char *name, struct buf *out)
{
	cleanup_(buf_clear) struct buf file = BUF_INIT(1024);
	const struct param *first = shown(p->in);

	buf_printf(out,
	           "\n### %s\n\n%s There is a file `%s` in every filtered directory; a "
	           "line of it is about one row, which the directory must hold.\n\n"
	           "```\n",
	           name, p->doc, name);
	buf_printf(&file, "%s/%s=%s/%s", t->name, first->name, first->example, name);
	put_lines(first + 1, buf_str(&file), out);
	if (p == t->remove)
		buf_printf(out, "echo all > %s     # every row of the directory\n",
		           buf_str(&file));
	buf_puts(out, "```\n\n");
	put_inputs(p, out);
}

void readme_changes(const struct table *t, struct buf *out)
{
	if (!table_is_writable(t))
		return;
	buf_puts(out,
	         "\n## Writing\n\nA line is Name=Value words, a JSON object, or CSV "
	         "under a "
	         "header line. Complete lines run at once, and a refused line fails the "
	         "write. Reading the file gives what came of the lines of the last "
	         "session as JSON, a row each; `error` has the last failure and "
	         "`sys/sys_identity` the rows. SQL takes the same: INSERT, UPDATE and "
	         "DELETE where there is such a file.\n");
	if (t->insert)
		put_insert(t, out);
	if (t->update)
		put_row_change(t, t->update, "update", out);
	if (t->remove)
		put_row_change(t, t->remove, "delete", out);
}

/* ------------------------------------------------------- procedures and statements */

static const char statements[] =
	"# Statements\n\n"
	"Write statements to `call`: SELECT, INSERT, UPDATE, DELETE, EXEC, CREATE, ALTER "
	"or "
	"DROP LOCAL VIEW. One ends at its semicolon and runs at once, as does a line "
	"that is "
	"an EXEC, or an INSERT of VALUES; what has no end runs when the file is closed, "
	"and "
	"then `echo` cannot tell that it failed, but `error` does.\n\n"
	"```\n"
	"echo 'SELECT Id, ProjectKey FROM ServiceDesks;' > sql/call\n"
	"echo \"INSERT INTO RequestComments (RequestKey, Body) VALUES ('HELP-2', "
	"'Done.');\" "
	"> sql/call\n"
	"echo \"EXEC CreateCustomer Email='ann@example.com', FullName='Ann Lee';\" > "
	"sql/call\n"
	"printf '%s\\n' 'SELECT CurrentStatus, count(*)' 'FROM Requests' 'GROUP BY 1;' > "
	"sql/call\n"
	"cat sql/last.csv\n"
	"```\n\n"
	"There is no transaction on a site: each row that is changed is one call, sent "
	"once. "
	"The first row that fails ends its statement, what was done before it, and "
	"what "
	"was on its way beside it where there are no VALUES, stays done, and the "
	"statements behind it still run. DELETE and UPDATE need a condition that "
	"compares a column. Which tables can be written is in "
	"`sys/sys_tables/IsUpdateable=true/rows.csv`.\n";

void readme_usage(const struct procedure *p, struct buf *out)
{
	cleanup_(buf_clear) struct buf file = BUF_INIT(1024);

	if (!p) {
		buf_puts(out, statements);
		return;
	}
	buf_printf(out, "# %s\n\n%s\n\n", p->name, p->doc);
	buf_puts(out,
	         "Write one call a line to `call`: Name=Value words, a JSON object, or "
	         "CSV under a header line. Complete lines run at once, and a refused "
	         "call fails the write.\n\n```\n");
	buf_printf(&file, "proc/%s/call", p->name);
	put_lines(p->in, buf_str(&file), out);
	buf_puts(out, "```\n\n## Parameters\n\n");
	put_inputs(p, out);
}

void readme_order(const struct order *o, struct buf *out)
{
	const struct param *in =
		param_find(o->procedure->in, span_of(o->line ? o->line : o->text));

	buf_printf(out, "# %s\n# Write %s %s\n", o->procedure->doc,
	           o->line ? "one a line:"
	                   : "to do it; what is written is its argument, "
	                     "and may be an empty line:",
	           in->doc);
}

void readme_procedure(const struct procedure *p, struct buf *out)
{
	readme_usage(p, out);
	if (p) {
		buf_puts(out, "\n## Results\n\n`last.json` and `last.csv` hold one row a "
		              "call of the last session: `line`, `outcome`, `errno`, "
		              "`message`, then\n\n");
		for (const struct param *o = p->out; o->name; o++)
			buf_printf(out, "- `%s` (%s) %s\n", o->name, param_type_name(o),
			           o->doc);
	} else {
		buf_puts(out,
		         "\n## Results\n\n`last.json` and `last.csv` hold the result of "
		         "the "
		         "newest statement, as a read on the same descriptor does: the "
		         "rows "
		         "of a SELECT; of a change one row for each row that was tried, "
		         "`line`, `outcome`, `errno`, `message` and the results of the "
		         "call. "
		         "Changes of one kind that follow one another are one result.\n");
	}
	buf_puts(out,
	         "\nOutcomes: `applied`, the site did it; `refused`, nothing was changed "
	         "and it may be tried again; `unknown`, the answer was lost: look "
	         "before repeating.\n`error` holds the last failure as JSON and is "
	         "empty when the last session had none.\n");
}
