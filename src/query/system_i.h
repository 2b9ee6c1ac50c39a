/* SPDX-License-Identifier: MIT */
/* The rows of the system tables: made when a cursor opens, no call. */
#ifndef JSMFS_QUERY_SYSTEM_I_H
#define JSMFS_QUERY_SYSTEM_I_H

#include "base/arena.h"
#include "base/err.h"
#include "base/value.h"
#include "catalog/catalog.h"
#include "query/conn_i.h"

/* Rows as they are made; what goes wrong is remembered, for system_open() to tell. */
struct made {
	struct conn *conn;
	struct catalog *catalog; /* of the connection */
	const struct table *table;
	struct arena text;
	struct value *cells; /* of all rows, one after the other */
	size_t n_rows, cap_rows;
	int status; /* 0 or -ENOMEM */
};

/* Begins a row of NULLs; the others fill cells of the newest one, by column. */
void made_row(struct made *m);
void made_text(struct made *m, const char *column, const char *s); /* NULL: stays NULL */
void made_span(struct made *m, const char *column, struct span s);
void made_bool(struct made *m, const char *column, bool b);
void made_int(struct made *m, const char *column, int64_t i);

/* Begins a row that starts with catalog and schema of the site's data. */
void made_site_row(struct made *m);

#define SYSTEM_CATALOG "JSM"
#define SYSTEM_SCHEMA CATALOG_SCHEMA

/* By table; each makes all of its rows. */
void made_catalogs(struct made *m);
void made_columns(struct made *m);
void made_foreign_keys(struct made *m);
void made_identity(struct made *m);
void made_indexes(struct made *m);
void made_information(struct made *m);
void made_key_columns(struct made *m);
void made_parameters(struct made *m);
void made_primary_keys(struct made *m);
void made_procedures(struct made *m);
void made_properties(struct made *m);
void made_schemas(struct made *m);
void made_sqlinfo(struct made *m);
void made_tables(struct made *m);

/* The user's views among tables and columns; those that are broken have no columns. */
void made_view_tables(struct made *m);
void made_view_columns(struct made *m);

/* A row of sys_tablecolumns, but for CatalogName, SchemaName and what the caller adds. */
void made_column(struct made *m, const char *table, const struct column *c, size_t i);

/* The rows of a table of kind TABLE_SYSTEM as they are now. */
int system_open(struct conn *conn, const struct table *t, struct rowset **ret,
                struct err *err) must_check_;

#endif
