/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/utf8.h"
#include "query/describe_i.h"

#include <string.h>

static const struct {
	const char *op, *sign;
} signs[] = {
	{ "eq", "=" },       { "ne", "<>" },      { "lt", "<" },
	{ "le", "<=" },      { "gt", ">" },       { "ge", ">=" },
	{ "in", " IN (…)" }, { "like", " LIKE" }, { "null", " IS NULL / NOT NULL" },
};

/* "CreatedDate.ge" -> "CreatedDate >=" */
static void put_condition(struct buf *out, struct span item)
{
	struct span op = item;
	struct span column = span_cut(&op, '.');

	(void)utf8_from_name(out, column);
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		if (span_is(op, signs[i].op)) {
			buf_printf(out, " %s",
			           signs[i].sign[0] == ' ' ? signs[i].sign + 1
			                                   : signs[i].sign);
			return;
		}
	}
	buf_puts(out, " (an expression)");
}

static void put_here(struct buf *out, const struct plan_text *plan)
{
	struct span rest = plan->here;
	const char *before = "  here:   ";

	while (rest.n) {
		buf_puts(out, before);
		put_condition(out, span_cut(&rest, ','));
		before = ", ";
	}
	if (plan->order) {
		buf_puts(out, before);
		buf_puts(out, "ORDER BY");
		before = ", ";
	}
	if (before[0] == ',')
		buf_putc(out, '\n');
}

static void put_keys(struct buf *out, const struct table *t, const struct scan_spec *spec,
                     const struct plan_text *plan)
{
	const char *before = "  server: ";

	for (size_t i = 0; i < plan->n_keys; i++) {
		const struct scan_key *k = spec ? &spec->keys[i] : NULL;

		buf_printf(out, "%s%s", before, t->columns[plan->keys[i].column].name);
		before = ", ";
		if (!k) {
			buf_puts(out, plan->keys[i].list ? " IN (…)" : " = …");
			continue;
		}
		buf_puts(out, plan->keys[i].list ? " IN (" : " = ");
		for (size_t j = 0; j < k->n_values && j < 10; j++)
			buf_printf(out, "%s'%.*s'", j ? ", " : "",
			           SPAN_FMT(k->values[j]));
		if (!k->n_values)
			buf_puts(out, "(a value that no row has)");
		if (plan->keys[i].list)
			buf_puts(out, k->n_values > 10 ? ", …)" : ")");
	}
	if (plan->limit_arg && spec && spec->max_rows >= 0) {
		buf_printf(out, "%sLIMIT %lld", before, (long long)spec->max_rows);
		before = ", ";
	}
	if (before[0] == ',')
		buf_putc(out, '\n');
}

static void put_none(struct buf *out, const struct plan_text *plan)
{
	buf_printf(out, "  call:   none, %s\n",
	           plan->given ? "the conditions name the row"
	                       : "the rows are made here");
}

struct calls {
	struct conn *conn;
	struct buf *out;
	unsigned n;
};

static void put_call(void *ctx, const char *method, const char *path, bool more)
{
	struct calls *c = ctx;
	int64_t age_ms = -1;

	c->n++;
	buf_printf(c->out, "  call:   %s %s%s", method, path,
	           more ? " and what follows it" : "");
	if (!strchr(path, '{') && client_cached_age(c->conn->client, path, &age_ms))
		buf_printf(c->out, " (cached, %lld s old)", (long long)age_ms / 1000);
	buf_putc(c->out, '\n');
}

int describe_scan(struct conn *conn, const struct scan_spec *spec,
                  const struct plan_text *plan, struct err *err)
{
	struct calls calls = { conn, conn->dry, 0 };
	int r;

	buf_printf(conn->dry, "%s\n", spec->table->name);
	if (!spec->endpoint) {
		put_none(conn->dry, plan);
		put_here(conn->dry, plan);
		return 0;
	}
	if (!conn->client)
		buf_puts(conn->dry, "  call:   none, there is no connection\n");
	r = conn->client ? scan_describe(conn->client, spec, put_call, &calls, err) : 0;
	if (r < 0)
		return r;
	if (conn->client && !calls.n)
		buf_puts(conn->dry, "  call:   none\n");
	put_keys(conn->dry, spec->table, spec, plan);
	put_here(conn->dry, plan);
	return 0;
}

void describe_plan(struct conn *conn, const char *text, struct buf *out)
{
	struct span rest = span_of(text);
	struct span name = span_cut(&rest, '/');
	const struct table *t = catalog_table(conn->catalog, name);
	struct plan_text plan;

	if (!t)
		t = model_any_table(name);
	if (!t || plan_parse(t, text, &plan, NULL) < 0)
		return;
	buf_printf(out, "%s, for each row before\n", t->name);
	if (plan.endpoint)
		buf_printf(out, "  call:   GET %s%s\n", plan.endpoint->path,
		           plan.endpoint->page == PAGE_NONE ? ""
		                                            : " and what follows it");
	else
		put_none(out, &plan);
	put_keys(out, t, NULL, &plan);
	put_here(out, &plan);
}
