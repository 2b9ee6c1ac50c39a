/* SPDX-License-Identifier: MIT */
/*
 * Plays .t3 files: blocks of a path, the SQL it stands for, and the calls it
 * would make, parted by empty lines; # starts a comment.
 *
 *	Requests/RequestStatus=OPEN_REQUESTS/_select=RequestKey
 *	SELECT "RequestKey" FROM "Requests" WHERE "RequestStatus" = 'OPEN_REQUESTS'
 *	GET /rest/servicedeskapi/request?requestStatus=OPEN_REQUESTS&start=0&limit=100 ...
 *
 * A path that is refused has "! ERRNO part of the sentence" instead of SQL.  A
 * block whose first line starts with SELECT is a statement: its calls follow.
 * "=" before a line of the plan expects that line: "= here: CreatedDate >=".
 */
#include "catalog/catalog.h"
#include "fs/path.h"
#include "fs/sql.h"
#include "query/change.h"
#include "query/engine.h"
#include "rest/client.h"
#include "store/db.h"
#include "tap.h"

#include <errno.h>

#define MAX_LINES 64

struct world {
	struct db *db;
	struct catalog *catalog;
	struct client *client;
	struct engine *engine;
};

static bool world_open(struct world *w)
{
	struct err err = { 0 };
	struct catalog_config cc = { "http://127.0.0.1:9", "tester", "", "", true };
	struct client_config rc = { .url = "http://127.0.0.1:9", .max_in_flight = 1 };
	struct engine_config ec = { 0 };
	int r = db_open(NULL, &w->db, &err);

	if (!r)
		r = catalog_new(&cc, w->db, &w->catalog, &err);
	if (!r)
		r = client_new(&rc, &w->client, &err);
	ec.catalog = w->catalog;
	ec.client = w->client;
	if (!r)
		r = engine_new(&ec, &w->engine, &err);
	return ok(!r, "the world of the cases stands %s", err.msg);
}

static void world_close(struct world *w)
{
	engine_free(w->engine);
	client_free(w->client);
	catalog_free(w->catalog);
	db_close(w->db);
}

/* Path to selector; 0, or the errno and its sentence. */
static int parse(struct world *w, const char *path, struct selector *s, struct err *err)
{
	struct span rest = span_of(path);
	const struct table *t = catalog_table(w->catalog, span_cut(&rest, '/'));
	int r = 0;

	if (!t)
		return err_set(err, -ENOENT, "no table");
	selector_init(s, t);
	while (rest.n && !r)
		r = selector_add(s, span_cut(&rest, '/'), err);
	return r;
}

/* "  call:   GET /x and what follows it" -> "GET /x ..." */
static void norm_line(const char *line, size_t n, struct buf *out)
{
	static const char more[] = " and what follows it";
	struct span s = span_trim((struct span){ line, n });

	if (s.n > 9 && !memcmp(s.p, "call:   ", 8) && s.p[8] >= 'A' && s.p[8] <= 'Z')
		s = (struct span){ s.p + 8, s.n - 8 };
	if (s.n >= sizeof(more) - 1 &&
	    !memcmp(s.p + s.n - sizeof(more) + 1, more, sizeof(more) - 1)) {
		buf_add(out, s.p, s.n - sizeof(more) + 1);
		buf_puts(out, " ...");
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		/* Runs of blanks are one. */
		if (s.p[i] != ' ' || !i || s.p[i - 1] != ' ')
			buf_putc(out, s.p[i]);
	}
}

static int explain(struct engine *e, const char *sql, const struct value *params,
                   size_t n, struct buf *out, struct err *err)
{
	struct command command = { 0 };
	int r = statement_parse(sql, &command, err);

	if (r < 0)
		return r;
	if (command.kind == STATEMENT_CHANGE || command.kind == STATEMENT_CALL)
		r = engine_change_explain(e, &command, sql, out, err);
	else
		r = engine_explain(e, sql, params, n, out, err);
	command_clear(&command);
	return r;
}

static void check_plan(struct world *w, const char *where, const char *sql,
                       const struct value *params, size_t n, char **lines, size_t n_lines)
{
	struct buf text = BUF_INIT(1 << 20), got = BUF_INIT(1 << 20),
		   want = BUF_INIT(1 << 20);
	struct err err = { 0 };
	int r = explain(w->engine, sql, params, n, &text, &err);
	struct span rest = buf_view(&text);

	if (r < 0 && n_lines && lines[0][0] == '!') {
		buf_printf(&want, "! %s", err_name(r));
		ok(str_starts(lines[0], buf_str(&want)) &&
		           strstr(err.msg,
		                  lines[0] + want.len + (lines[0][want.len] == ' ')),
		   "%s: %s (%s: %s)", where, lines[0], err_name(r), err.msg);
		goto out;
	}
	if (!ok(!r, "%s: has a plan %s", where, err.msg))
		goto out;
	while (rest.n) {
		struct span line = span_cut(&rest, '\n');
		struct buf norm = BUF_INIT(1 << 16);

		norm_line(line.p, line.n, &norm);
		if (str_starts(buf_str(&norm), "GET ") ||
		    str_starts(buf_str(&norm), "POST ") ||
		    str_starts(buf_str(&norm), "DELETE "))
			buf_printf(&got, "%s\n", buf_str(&norm));
		for (size_t i = 0; i < n_lines; i++) {
			if (lines[i][0] == '=' && str_eq(lines[i] + 2, buf_str(&norm)))
				lines[i][0] = '+';
		}
		buf_clear(&norm);
	}
	for (size_t i = 0; i < n_lines; i++) {
		if (lines[i][0] == '=')
			ok(false, "%s: the plan lacks '%s':\n%s", where, lines[i] + 2,
			   buf_str(&text));
		else if (lines[i][0] != '+')
			buf_printf(&want, "%s\n", lines[i]);
	}
	is_str(buf_str(&got), buf_str(&want), "%s: makes these calls", where);
out:
	buf_clear(&text);
	buf_clear(&got);
	buf_clear(&want);
}

static void check_path(struct world *w, const char *where, char **lines, size_t n)
{
	struct selector s = { 0 };
	struct err err = { 0 };
	struct buf shown = BUF_INIT(1 << 20);
	struct sql sql = { 0 };
	int r = parse(w, lines[0], &s, &err);

	if (n > 1 && lines[1][0] == '!') {
		char want[300];

		snprintf(want, sizeof(want), "! %s", r ? err_name(r) : "nothing");
		ok(r < 0 && str_starts(lines[1], want) &&
		           (!lines[1][strlen(want)] ||
		            strstr(err.msg, lines[1] + strlen(want) + 1)),
		   "%s: %s (%s %s)", lines[0], lines[1], want, err.msg);
	} else if (ok(!r, "%s: parses %s", lines[0], err.msg) && n > 1) {
		r = sql_show(&s, w->catalog, &shown, &err);
		/* Without the semicolon and newline that close it. */
		buf_truncate(&shown, shown.len > 1 ? shown.len - 2 : 0);
		is_str(buf_str(&shown), lines[1], "%s: stands for this", lines[0]);
		r = sql_make(&s, w->catalog, SQL_ROWS, &sql, &err);
		if (ok(!r, "%s: has a statement", lines[0]))
			check_plan(w, lines[0], sql.text, sql.params, sql.n_params,
			           lines + 2, n - 2);
		sql_clear(&sql);
	}
	(void)where;
	buf_clear(&shown);
	if (s.table)
		selector_clear(&s);
}

static void check_block(struct world *w, const char *where, char **lines, size_t n)
{
	if (!n)
		return;
	/* Of statements is the file that is called so; the others are of paths. */
	if (strstr(where, "sql"))
		check_plan(w, lines[0], lines[0], NULL, 0, lines + 1, n - 1);
	else
		check_path(w, where, lines, n);
	while (n)
		free(lines[--n]);
}

static void play(struct world *w, const char *file)
{
	FILE *f = fopen(file, "re");
	char *lines[MAX_LINES], *line = NULL;
	size_t n = 0, cap = 0;

	if (!ok(f != NULL, "%s opens", file))
		return;
	while (getline(&line, &cap, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#')
			continue;
		if (line[0] && n < MAX_LINES) {
			lines[n++] = str_dup(line);
			continue;
		}
		check_block(w, file, lines, n);
		n = 0;
	}
	check_block(w, file, lines, n);
	free(line);
	fclose(f);
}

int main(int argc, char **argv)
{
	struct world w = { 0 };

	setenv("TZ", "UTC", 1);
	if (world_open(&w)) {
		for (int i = 1; i < argc; i++)
			play(&w, argv[i]);
	}
	world_close(&w);
	return done_testing();
}
