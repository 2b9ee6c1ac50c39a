/* SPDX-License-Identifier: MIT */
/*
 * One sqlite3_module serves every table of the model.  xBestIndex asks the
 * planner and hands its text on; xFilter reads that text, binds the values and
 * opens a scan; the cursor is the scan's rowset.  Tables are eponymous: they
 * exist without CREATE and cost nothing until used.
 */
#include "query/changing_i.h"
#include "query/conn_i.h"
#include "query/plan.h"
#include "query/vtab_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int vtab_fail(struct vtab *t, const struct err *err)
{
	sqlite3_free(t->base.zErrMsg);
	t->base.zErrMsg = sqlite3_mprintf("%s", err->msg);
	if (!t->env->conn->err.code)
		t->env->conn->err = *err;
	return SQLITE_ERROR;
}

const struct param *vtab_extra(const struct table *t, size_t i)
{
	for (const struct param *p = t->insert ? t->insert->in : NULL; p && p->name;
	     p++) {
		if (table_column(t, span_of(p->name)) < 0 && !i--)
			return p;
	}
	return NULL;
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
	const struct param *extra;
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
	for (size_t i = 0; (extra = vtab_extra(env->table, i)); i++)
		buf_printf(&sql, ", \"%s\" HIDDEN", extra->name);
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

/* What can only be written cannot be compared. */
static int refuse_extra(const struct table *table, const sqlite3_index_info *info,
                        struct err *err)
{
	int n = (int)table_n_columns(table);

	for (int i = 0; i < info->nConstraint; i++) {
		const struct sqlite3_index_constraint *c = &info->aConstraint[i];

		if (c->op != SQLITE_INDEX_CONSTRAINT_LIMIT &&
		    c->op != SQLITE_INDEX_CONSTRAINT_OFFSET && c->iColumn >= n)
			return err_set(err, -EINVAL,
			               "%s of %s can only be given when a row is "
			               "inserted: it is not read",
			               vtab_extra(table, (size_t)(c->iColumn - n))->name,
			               table->name);
	}
	return 0;
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
	const struct changing *changing = t->env->conn->changing;
	struct err err = { 0 };
	struct plan plan;
	bool named;
	int r;

	if (t->env->conn->shaping)
		return SQLITE_OK;
	if (info->nConstraint > PLAN_MAX_CONSTRAINTS) {
		err_set(&err, -EINVAL, "more than %d conditions on %s",
		        PLAN_MAX_CONSTRAINTS, table->name);
		return vtab_fail(t, &err);
	}
	in.n_constraints = (size_t)info->nConstraint;
	r = refuse_extra(table, info, &err);
	for (int i = 0; i < info->nConstraint && !r; i++)
		read_constraint(table, info, i, &constraints[i]);
	for (size_t i = 0; table->columns[i].name && i < PLAN_MAX_COLUMNS; i++)
		used[i] = info->colUsed >> (i < 63 ? i : 63) & 1;
	named = !r && changing && changing_names(changing, &in, &plan);
	if (changing)
		changing_use(changing, &in, used);
	if (!r && !named)
		r = deployment_of(t, &in.on, &err);
	if (!r && !named)
		r = plan_make(&in, &plan, &err);
	/* SQLite also asks what would be without the list of an IN */
	for (size_t i = 0; r < 0 && changing && i < in.n_constraints; i++)
		r = constraints[i].usable ? r : -EAGAIN;
	if (r == -EAGAIN)
		return SQLITE_CONSTRAINT;
	if (r < 0)
		return vtab_fail(t, &err);
	give_answer(&plan, info);
	plan_print(&in, &plan, &text);
	if (!buf_status(&text))
		info->idxStr = sqlite3_mprintf("%s", buf_str(&text));
	buf_clear(&text);
	info->needToFreeIdxStr = 1;
	return info->idxStr ? SQLITE_OK : SQLITE_NOMEM;
}

static const sqlite3_module module = {
	.iVersion = 1,
	.xConnect = vtab_connect,
	.xBestIndex = vtab_best_index,
	.xDisconnect = vtab_disconnect,
	.xDestroy = vtab_disconnect,
	.xOpen = cursor_open,
	.xClose = cursor_close,
	.xFilter = cursor_filter,
	.xNext = cursor_next,
	.xEof = cursor_eof,
	.xColumn = cursor_column,
	.xRowid = cursor_rowid,
	.xUpdate = changing_update,
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
