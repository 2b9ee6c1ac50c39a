/* SPDX-License-Identifier: MIT */
/* The user's views in the system tables. */
#include "query/system_i.h"
#include "query/views_i.h"

static void view_row(struct made *m)
{
	made_row(m);
	made_text(m, "CatalogName", SYSTEM_CATALOG);
	made_text(m, "SchemaName", m->conn->views_schema);
}

static const struct user_view *view_at(const struct made *m, size_t i)
{
	const struct view_list *views = m->conn->views;

	return views && i < views->n ? &views->p[i] : NULL;
}

void made_view_tables(struct made *m)
{
	const struct user_view *v;

	for (size_t i = 0; (v = view_at(m, i)); i++) {
		if (!catalog_shows_view(m->catalog, v->name))
			continue;
		view_row(m);
		made_text(m, "TableName", v->name);
		made_text(m, "TableType", "VIEW");
		made_text(m, "Description",
		          m->conn->view_faults[i] ? m->conn->view_faults[i]
		                                  : "A view of your own.");
		made_bool(m, "IsUpdateable", false);
	}
}

static void make_columns(struct made *m, const char *view, sqlite3_stmt *stmt)
{
	for (int i = 0; i < sqlite3_column_count(stmt); i++) {
		struct column c = { .name = sqlite3_column_name(stmt, i),
			            .type = views_type(sqlite3_column_decltype(stmt, i)),
			            .doc = "" };

		view_row(m);
		made_column(m, view, &c, (size_t)i);
	}
}

void made_view_columns(struct made *m)
{
	const struct user_view *v;

	for (size_t i = 0; (v = view_at(m, i)); i++) {
		sqlite3_stmt *stmt = NULL;

		if (m->conn->view_faults[i] || !catalog_shows_view(m->catalog, v->name) ||
		    views_prepare(m->conn, v->name, &stmt, NULL) < 0)
			continue;
		make_columns(m, v->name, stmt);
		sqlite3_finalize(stmt);
	}
}
