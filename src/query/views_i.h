/* SPDX-License-Identifier: MIT */
/* Views of the user's own on a connection, and the tables made of them. */
#ifndef JSMFS_QUERY_VIEWS_I_H
#define JSMFS_QUERY_VIEWS_I_H

#include "catalog/userviews.h"
#include "query/conn_i.h"

/*
 * Makes the views of the list under schema, each for itself: one that SQLite
 * does not take is remembered with its reason.  Takes the reference in any case.
 */
int views_attach(struct conn *c, struct view_list *list, const char *schema,
                 struct err *err) must_check_;
void views_detach(struct conn *c);

/* Was SQLite's last complaint about a view that is broken?  Then *err says why. */
bool views_explain(struct conn *c, struct err *err);

/* Prepares without a plan: only names and types of the columns are of interest. */
int views_prepare(struct conn *c, const char *name, sqlite3_stmt **ret, struct err *err)
	must_check_;

/* Of a declared type; VALUE_NULL: it has none. */
enum value_type views_type(const char *declared);

struct view_tables *view_tables_new(void) must_check_;
void view_tables_free(struct view_tables *t); /* NULL is fine */

#endif
