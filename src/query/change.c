/* SPDX-License-Identifier: MIT */
#include "query/change.h"

#include "catalog/catalog.h"
#include "catalog/identity.h"
#include "query/calling_i.h"
#include "query/changing_i.h"
#include "query/engine_i.h"
#include "query/exec_i.h"

#include <errno.h>
#include <string.h>

/* Rows kept until they are changed. */
#define ROWS_MAX_BYTES (64u << 20)

static int need_client(const struct conn *c, struct err *err)
{
	return c->client ? 0
	                 : err_set(err, -ENETDOWN,
	                           "there is no connection to a site: set URL");
}

static int step_through(struct conn *c, sqlite3_stmt *stmt, struct err *err)
{
	int rc;

	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
		;
	return rc == SQLITE_DONE ? 0 : conn_error(c, rc, err);
}

static int run_statement(struct conn *c, const struct change *change, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	int r = need_client(c, err);

	if (!r)
		r = engine_prepare(c, change->sql, &stmt, err);
	if (r < 0)
		return r;
	if (sqlite3_column_count(stmt))
		r = err_set(err, -EINVAL,
		            "RETURNING is not there: what came of each row is told "
		            "without it, and in sys_identity");
	if (!r)
		r = engine_bind(stmt, change->params, change->n_params, err);
	if (!r)
		r = changing_finish(c->changing, step_through(c, stmt, err), err);
	sqlite3_finalize(stmt);
	return r;
}

static int run_exec(struct conn *c, const struct command *command,
                    const struct change *change, struct err *err)
{
	cleanup_(calling_freep) struct calling *calling = NULL;
	const struct procedure *p = NULL;
	struct buf json = BUF_INIT(EXEC_MAX_BYTES);
	int r = exec_parse(command, &p, &json, err);

	if (!r && p->kind != PROCEDURE_SCHEMA_FILE)
		r = need_client(c, err);
	if (!r)
		r = calling_new(c, change, p, true, &calling, err);
	if (!r)
		r = calling_add(calling, buf_view(&json), err);
	if (calling)
		r = calling_end(calling, r, err);
	buf_clear(&json);
	return r;
}

int engine_change(struct engine *e, const struct command *command,
                  const struct change *change, struct run *run, struct err *err)
{
	struct changing changing = { .change = change,
		                     .arena = ARENA_INIT(ROWS_MAX_BYTES) };
	struct conn *c = NULL;
	int r;

	if (str_eq(catalog_property(e->cfg.catalog, PROP_READ_ONLY), "true"))
		return err_set(err, -EROFS, "ReadOnly is set: nothing is changed");
	r = engine_borrow(e, &c, err);
	if (r < 0)
		return r;
	if (!run->max_calls && !change->allow_scan)
		run->max_calls = e->cfg.scan_guard;
	if (!run->batch)
		run->batch = identity_begin(catalog_identity(e->cfg.catalog));
	c->run = run;
	c->changing = &changing;
	r = command->kind == STATEMENT_CALL ? run_exec(c, command, change, err)
	                                    : run_statement(c, change, err);
	c->changing = NULL;
	engine_give_back(e, c);
	changing_clear(&changing);
	return r;
}

/* The address with what fills its words in their place: "{RequestId or RequestKey}". */
static void put_path(const struct procedure *p, struct buf *out)
{
	const char *end;

	for (const char *at = p->path; *at; at = end) {
		const char *before = "{";

		end = at + strcspn(at, "{");
		buf_span(out, (struct span){ at, (size_t)(end - at) });
		if (!*end)
			break;
		at = end;
		end = strchr(at, '}') ? strchr(at, '}') + 1 : at + strlen(at);
		for (const struct param *in = p->in; in->name; in++) {
			if (!in->path || strlen(in->path) != (size_t)(end - at) ||
			    strncmp(in->path, at, (size_t)(end - at)) != 0)
				continue;
			buf_printf(out, "%s%s", before, in->name);
			before = " or ";
		}
		buf_puts(out, before[0] == '{' ? "{…}" : "}");
	}
}

static void explain_calls(const struct procedure *p, bool each, struct buf *out)
{
	const struct step *steps[] = { &p->instead, &p->then };

	buf_printf(out, "%s%s\n", p->name, each ? ", for each row" : "");
	buf_printf(out, "  call:   %s ", p->method ? p->method : "none");
	if (p->method)
		put_path(p, out);
	buf_putc(out, '\n');
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		const struct procedure *s = steps[i]->procedure;

		if (!s)
			continue;
		buf_printf(out, "  %s:   %s ", i ? "then" : "else", s->method);
		put_path(s, out);
		if (steps[i]->when)
			buf_printf(out, " when %s is given", steps[i]->when);
		buf_putc(out, '\n');
	}
}

int engine_change_explain(struct engine *e, const struct command *command,
                          const char *sql, struct buf *out, struct err *err)
{
	struct buf args = BUF_INIT(EXEC_MAX_BYTES);
	struct changing changing = { .arena = ARENA_INIT(ROWS_MAX_BYTES) };
	const struct procedure *p = NULL;
	int r;

	if (command->kind == STATEMENT_CALL)
		r = exec_parse(command, &p, &args, err);
	else
		r = engine_explain_change(e, sql, &changing, out, err);
	if (!r)
		explain_calls(p ? p : changing.procedure, !p, out);
	buf_clear(&args);
	changing_clear(&changing);
	return r;
}
