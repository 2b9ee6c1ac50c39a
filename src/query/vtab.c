/* SPDX-License-Identifier: MIT */
/*
 * One sqlite3_module serves every table of the model.  xBestIndex asks the
 * planner and hands its text on; xFilter reads that text, binds the values and
 * opens a scan; the cursor is the scan's rowset.  Tables are eponymous: they
 * exist without CREATE and cost nothing until used.
 */
#include "base/clock.h"
#include "base/utf8.h"
#include "query/ahead_i.h"
#include "query/conn_i.h"
#include "query/describe_i.h"
#include "query/plan.h"
#include "query/system_i.h"
#include "rest/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Ids of this many rows of a scan are remembered for id/. */
#define REMEMBERED_ROWS 4096
#define MAX_LIST_VALUES 10000

struct vtab_env {
	struct conn *conn;
	const struct table *table;
};

struct vtab {
	sqlite3_vtab base;
	struct vtab_env *env;
};

struct cursor {
	sqlite3_vtab_cursor base;
	struct rowset *rows;
	bool eof;
	sqlite3_int64 n;
	struct buf text; /* of a time cell */
};

static int fail(struct vtab *t, const struct err *err)
{
	sqlite3_free(t->base.zErrMsg);
	t->base.zErrMsg = sqlite3_mprintf("%s", err->msg);
	if (!t->env->conn->err.code)
		t->env->conn->err = *err;
	return SQLITE_ERROR;
}

static const char *declared(const struct column *c)
{
	switch (c->type) {
	case VALUE_BOOL:
		return DECL_BOOL;
	case VALUE_TIME:
		return DECL_TIME;
	case VALUE_JSON:
		return DECL_JSON;
	case VALUE_INT:
		return "INTEGER";
	case VALUE_REAL:
		return "REAL";
	case VALUE_NULL:
	case VALUE_TEXT:
		break;
	}
	return DECL_TEXT;
}

static const char *collation(const struct column *c)
{
	return c->type == VALUE_BOOL   ? "BOOL"
	       : c->type == VALUE_TIME ? "INSTANT"
	                               : "BINARY";
}

static int vtab_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                        sqlite3_vtab **ret, char **ret_error)
{
	struct vtab_env *env = aux;
	struct buf sql = BUF_INIT(512 * 1024);
	struct vtab *t;
	int rc;

	(void)argc;
	(void)argv;
	(void)ret_error;
	buf_puts(&sql, "CREATE TABLE x(");
	for (size_t i = 0; env->table->columns[i].name; i++) {
		bool listed = catalog_is_listed(env->conn->catalog, env->table, i);

		buf_printf(&sql, "%s\"%s\" %s%s COLLATE %s", i ? ", " : "",
		           env->table->columns[i].name, declared(&env->table->columns[i]),
		           listed ? "" : " HIDDEN", collation(&env->table->columns[i]));
	}
	buf_putc(&sql, ')');
	env->conn->declaring = true;
	rc = buf_status(&sql) ? SQLITE_NOMEM : sqlite3_declare_vtab(db, buf_str(&sql));
	env->conn->declaring = false;
	buf_clear(&sql);
	if (rc != SQLITE_OK)
		return rc;
	t = sqlite3_malloc(sizeof(*t));
	if (!t)
		return SQLITE_NOMEM;
	*t = (struct vtab){ .env = env };
	*ret = &t->base;
	return SQLITE_OK;
}

static int vtab_disconnect(sqlite3_vtab *base)
{
	sqlite3_free(base);
	return SQLITE_OK;
}

static enum op op_of(unsigned char op)
{
	switch (op) {
	case SQLITE_INDEX_CONSTRAINT_EQ:
		return OP_EQ;
	case SQLITE_INDEX_CONSTRAINT_NE:
		return OP_NE;
	case SQLITE_INDEX_CONSTRAINT_LT:
		return OP_LT;
	case SQLITE_INDEX_CONSTRAINT_LE:
		return OP_LE;
	case SQLITE_INDEX_CONSTRAINT_GT:
		return OP_GT;
	case SQLITE_INDEX_CONSTRAINT_GE:
		return OP_GE;
	case SQLITE_INDEX_CONSTRAINT_LIKE:
		return OP_LIKE;
	case SQLITE_INDEX_CONSTRAINT_ISNULL:
	case SQLITE_INDEX_CONSTRAINT_ISNOTNULL:
		return OP_NULL;
	default:
		return OP_OTHER;
	}
}

static void read_constraint(const struct table *table, sqlite3_index_info *info, int i,
                            struct plan_constraint *ret)
{
	const struct sqlite3_index_constraint *c = &info->aConstraint[i];

	*ret = (struct plan_constraint){ .column = -1, .usable = c->usable };
	ret->is_limit = c->op == SQLITE_INDEX_CONSTRAINT_LIMIT;
	ret->is_offset = c->op == SQLITE_INDEX_CONSTRAINT_OFFSET;
	ret->op = op_of(c->op);
	if (ret->is_limit || ret->is_offset || c->iColumn < 0)
		return;
	ret->column = c->iColumn;
	if (ret->op == OP_EQ && sqlite3_vtab_in(info, i, -1))
		ret->op = OP_IN;
	/* A pseudo column is never compared, only handed over (and SQLite 3.40 forgets
	 * the collation of hidden columns). */
	ret->plain = table->columns[c->iColumn].flags & COLUMN_PSEUDO ||
	             !strcmp(sqlite3_vtab_collation(info, i),
	                     collation(&table->columns[c->iColumn]));
}

static void give_answer(const struct plan *p, sqlite3_index_info *info)
{
	for (int i = 0; i < info->nConstraint; i++) {
		info->aConstraintUsage[i].argvIndex = p->use[i].arg;
		info->aConstraintUsage[i].omit = p->use[i].omit;
		if (p->use[i].list)
			sqlite3_vtab_in(info, i, 1);
	}
	info->estimatedCost = p->cost;
	info->estimatedRows = p->rows;
	if (p->unique)
		info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
}

/* What a plan depends on besides the statement; explaining makes no call for it. */
static int deployment_of(struct vtab *t, enum deployment *ret, struct err *err)
{
	struct conn *conn = t->env->conn;
	struct run none = RUN_INIT;

	*ret = DEPLOYMENT_CLOUD;
	if (!conn->client || !table_varies(t->env->table))
		return 0;
	none.cached_only = true;
	return client_deployment(conn->client,
	                         conn->dry || !conn->run ? &none : conn->run, ret, err);
}

static int vtab_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
	struct vtab *t = container_of(base, struct vtab, base);
	const struct table *table = t->env->table;
	struct plan_constraint constraints[PLAN_MAX_CONSTRAINTS];
	bool used[PLAN_MAX_COLUMNS] = { false };
	struct buf text = BUF_INIT(PLAN_MAX_BYTES);
	struct plan_input in = { .table = table,
		                 .constraints = constraints,
		                 .used = used,
		                 .has_order = info->nOrderBy > 0,
		                 .has_desk =
		                         catalog_desk(t->env->conn->catalog)[0] != '\0' };
	struct err err = { 0 };
	struct plan plan;
	int r;

	if (t->env->conn->shaping)
		return SQLITE_OK;
	if (info->nConstraint > PLAN_MAX_CONSTRAINTS) {
		err_set(&err, -EINVAL, "more than %d conditions on %s",
		        PLAN_MAX_CONSTRAINTS, table->name);
		return fail(t, &err);
	}
	in.n_constraints = (size_t)info->nConstraint;
	for (int i = 0; i < info->nConstraint; i++)
		read_constraint(table, info, i, &constraints[i]);
	for (size_t i = 0; table->columns[i].name && i < PLAN_MAX_COLUMNS; i++)
		used[i] = info->colUsed >> (i < 63 ? i : 63) & 1;
	r = deployment_of(t, &in.on, &err);
	if (!r)
		r = plan_make(&in, &plan, &err);
	if (r == -EAGAIN)
		return SQLITE_CONSTRAINT;
	if (r < 0)
		return fail(t, &err);
	give_answer(&plan, info);
	plan_print(&in, &plan, &text);
	if (!buf_status(&text))
		info->idxStr = sqlite3_mprintf("%s", buf_str(&text));
	buf_clear(&text);
	info->needToFreeIdxStr = 1;
	return info->idxStr ? SQLITE_OK : SQLITE_NOMEM;
}

static int vtab_open(sqlite3_vtab *base, sqlite3_vtab_cursor **ret)
{
	struct cursor *c = sqlite3_malloc(sizeof(*c));

	(void)base;
	if (!c)
		return SQLITE_NOMEM;
	*c = (struct cursor){ .eof = true, .text = BUF_INIT(64) };
	*ret = &c->base;
	return SQLITE_OK;
}

/* A join must not look ahead in rows that are gone. */
static void leave_rows(sqlite3_vtab *base, struct cursor *c)
{
	struct vtab *t = container_of(base, struct vtab, base);

	if (!c->rows)
		return;
	ahead_outer(t->env->conn, t->env->table, NULL);
	rowset_close(c->rows);
	c->rows = NULL;
}

static int vtab_close(sqlite3_vtab_cursor *base)
{
	struct cursor *c = container_of(base, struct cursor, base);

	leave_rows(base->pVtab, c);
	buf_clear(&c->text);
	sqlite3_free(c);
	return SQLITE_OK;
}

/* What the query gives for the keys of one xFilter; text lives in the arrays' copies. */
struct filter {
	struct scan_key keys[PLAN_MAX_CONSTRAINTS];
	char **owned;
	size_t n_owned, cap_owned;
	int64_t max_rows;
};

static void filter_clear(struct filter *f, size_t n_keys)
{
	for (size_t i = 0; i < n_keys; i++)
		free(f->keys[i].values);
	for (size_t i = 0; i < f->n_owned; i++)
		free(f->owned[i]);
	free(f->owned);
}

static int filter_own(struct filter *f, struct span text, struct span *ret)
{
	if (f->n_owned == f->cap_owned) {
		size_t cap = f->cap_owned ? f->cap_owned * 2 : 16;
		char **p = reallocarray(f->owned, cap, sizeof(char *));

		if (!p)
			return -ENOMEM;
		f->owned = p;
		f->cap_owned = cap;
	}
	f->owned[f->n_owned] = span_dup(text);
	if (!f->owned[f->n_owned])
		return -ENOMEM;
	ret->p = f->owned[f->n_owned++];
	ret->n = text.n;
	return 0;
}

/* A value that no cell of the column can equal (NULL, a blob) is left out. */
static int filter_add(struct filter *f, struct scan_key *k, const struct column *col,
                      sqlite3_value *v)
{
	struct span text, *p;
	bool truth;

	if (sqlite3_value_type(v) == SQLITE_NULL || sqlite3_value_type(v) == SQLITE_BLOB)
		return 0;
	text.p = (const char *)sqlite3_value_text(v);
	if (!text.p)
		return -ENOMEM;
	text.n = (size_t)sqlite3_value_bytes(v);
	if (col->type == VALUE_BOOL) {
		if (!func_truth(text, &truth))
			return 0;
		text = truth ? SPAN("true") : SPAN("false");
	}
	if (k->n_values == MAX_LIST_VALUES)
		return -E2BIG;
	p = reallocarray(k->values, k->n_values + 1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	k->values = p;
	return filter_own(f, text, &p[k->n_values++]);
}

static int filter_key(struct filter *f, struct scan_key *k, const struct column *col,
                      bool list, sqlite3_value *arg)
{
	sqlite3_value *v;
	int r = 0;

	if (!list)
		return filter_add(f, k, col, arg);
	for (int rc = sqlite3_vtab_in_first(arg, &v); rc == SQLITE_OK && v && !r;
	     rc = sqlite3_vtab_in_next(arg, &v))
		r = filter_add(f, k, col, v);
	return r;
}

static int64_t wanted_rows(const struct plan_text *plan, sqlite3_value **argv)
{
	int64_t limit, offset = 0;

	if (!plan->limit_arg)
		return -1;
	limit = sqlite3_value_int64(argv[plan->limit_arg - 1]);
	if (plan->offset_arg)
		offset = sqlite3_value_int64(argv[plan->offset_arg - 1]);
	if (limit < 0 || limit > INT64_MAX / 4 || offset > INT64_MAX / 4)
		return -1;
	return limit + (offset > 0 ? offset : 0);
}

static int cursor_next(sqlite3_vtab_cursor *base);

static int start_scan(struct vtab *t, struct cursor *c, const char *text,
                      const struct plan_text *plan, struct filter *f, struct err *err)
{
	struct conn *conn = t->env->conn;
	struct scan_spec spec = { .table = t->env->table,
		                  .endpoint = plan->endpoint,
		                  .keys = f->keys,
		                  .n_keys = plan->n_keys,
		                  .used = plan->used,
		                  .max_rows = f->max_rows,
		                  .desk = catalog_desk(conn->catalog) };

	if (conn->dry) {
		buf_printf(conn->reached, "%s\n", text);
		return describe_scan(conn, &spec, plan, err);
	}
	if (!plan->endpoint)
		return system_open(conn, t->env->table, &c->rows, err);
	if (!conn->client)
		return err_set(err, -ENETDOWN,
		               "there is no connection to a site: set URL");
	return ahead_open(conn, text, &spec, &c->rows, err);
}

static int vtab_filter(sqlite3_vtab_cursor *base, int idx_num, const char *idx_str,
                       int argc, sqlite3_value **argv)
{
	struct cursor *c = container_of(base, struct cursor, base);
	struct vtab *t = container_of(base->pVtab, struct vtab, base);
	struct plan_text plan;
	struct filter f = { .max_rows = -1 };
	struct err err = { 0 };
	int r;

	(void)idx_num;
	(void)argc;
	leave_rows(base->pVtab, c);
	c->eof = true;
	c->n = 0;
	r = plan_parse(t->env->table, idx_str, &plan, &err);
	if (r < 0)
		return fail(t, &err);
	f.max_rows = wanted_rows(&plan, argv);
	for (size_t i = 0; i < plan.n_keys && !r; i++) {
		f.keys[i].column = plan.keys[i].column;
		r = filter_key(&f, &f.keys[i],
		               &t->env->table->columns[plan.keys[i].column],
		               plan.keys[i].list, argv[plan.keys[i].arg - 1]);
		if (r == -E2BIG)
			err_set(&err, -EINVAL, "more than %d values in one IN list",
			        MAX_LIST_VALUES);
		else if (r < 0)
			err_nomem(&err);
	}
	if (!r)
		r = start_scan(t, c, idx_str, &plan, &f, &err);
	filter_clear(&f, plan.n_keys);
	if (r < 0)
		return fail(t, &err);
	return c->rows ? cursor_next(base) : SQLITE_OK;
}

/* The name under id/: the id columns' values, each escaped, joined by commas. */
static void remember(struct vtab *t, struct cursor *c)
{
	const struct table *table = t->env->table;
	struct buf id = BUF_INIT(4096);
	struct value v = VALUE_NULL_INIT;
	struct span label = SPAN("");

	for (size_t i = 0; table->id && table->id[i]; i++) {
		int column = table_column(table, span_of(table->id[i]));

		c->rows->ops->get(c->rows, (size_t)column, &v);
		if (v.type != VALUE_TEXT) {
			buf_clear(&id);
			return;
		}
		if (i)
			buf_putc(&id, ',');
		if (table->id[1])
			utf8_to_name(&id, v.s);
		else
			buf_span(&id, v.s);
	}
	if (table->label) {
		c->rows->ops->get(c->rows,
		                  (size_t)table_column(table, span_of(table->label)), &v);
		if (v.type == VALUE_TEXT)
			label = v.s;
	}
	if (id.len && !buf_status(&id))
		catalog_saw(t->env->conn->catalog, table, buf_view(&id), label);
	buf_clear(&id);
}

static int cursor_next(sqlite3_vtab_cursor *base)
{
	struct cursor *c = container_of(base, struct cursor, base);
	struct vtab *t = container_of(base->pVtab, struct vtab, base);
	struct err err = { 0 };
	int r = c->rows->ops->next(c->rows, &err);

	if (r < 0)
		return fail(t, &err);
	c->eof = !r;
	if (r && t->env->table->kind != TABLE_SYSTEM)
		ahead_outer(t->env->conn, t->env->table, c->rows);
	if (r && c->n++ < REMEMBERED_ROWS)
		remember(t, c);
	return SQLITE_OK;
}

static int vtab_eof(sqlite3_vtab_cursor *base)
{
	return container_of(base, struct cursor, base)->eof;
}

static void result_text(sqlite3_context *ctx, struct span s)
{
	sqlite3_result_text64(ctx, s.p, s.n, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static int vtab_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int column)
{
	struct cursor *c = container_of(base, struct cursor, base);
	struct vtab *t = container_of(base->pVtab, struct vtab, base);
	struct value v;

	c->rows->ops->get(c->rows, (size_t)column, &v);
	switch (v.type) {
	case VALUE_NULL:
		sqlite3_result_null(ctx);
		break;
	case VALUE_BOOL:
		result_text(ctx, v.b ? SPAN("1") : SPAN("0"));
		break;
	case VALUE_INT:
		sqlite3_result_int64(ctx, v.i);
		break;
	case VALUE_REAL:
		sqlite3_result_double(ctx, v.r);
		break;
	case VALUE_TIME:
		buf_reset(&c->text);
		clock_format(&c->text, v.i, catalog_utc(t->env->conn->catalog));
		result_text(ctx, buf_view(&c->text));
		break;
	case VALUE_TEXT:
	case VALUE_JSON:
		result_text(ctx, v.s);
		break;
	}
	return SQLITE_OK;
}

static int vtab_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret)
{
	*ret = container_of(base, struct cursor, base)->n;
	return SQLITE_OK;
}

static const sqlite3_module module = {
	.iVersion = 1,
	.xConnect = vtab_connect,
	.xBestIndex = vtab_best_index,
	.xDisconnect = vtab_disconnect,
	.xDestroy = vtab_disconnect,
	.xOpen = vtab_open,
	.xClose = vtab_close,
	.xFilter = vtab_filter,
	.xNext = cursor_next,
	.xEof = vtab_eof,
	.xColumn = vtab_column,
	.xRowid = vtab_rowid,
};

int vtab_register(struct conn *c, struct err *err)
{
	size_t n_site = 0, n = 0;

	while (catalog_table_at(c->catalog, n_site))
		n_site++;
	while (model_system_tables[n])
		n++;
	n += n_site;
	c->envs = calloc(n + 1, sizeof(*c->envs));
	if (!c->envs)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		c->envs[i] =
			(struct vtab_env){ c, i < n_site
			                              ? catalog_table_at(c->catalog, i)
			                              : model_system_tables[i - n_site] };
		if (sqlite3_create_module_v2(c->db, c->envs[i].table->name, &module,
		                             &c->envs[i], NULL) != SQLITE_OK)
			return err_nomem(err);
	}
	return 0;
}

void vtab_unregister(struct conn *c)
{
	free(c->envs);
	c->envs = NULL;
}
