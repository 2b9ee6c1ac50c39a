/* SPDX-License-Identifier: MIT */
/*
 * Reading ahead in joins.  SQLite asks for the inner rows of one outer row after
 * the other, and each question would be a call that waits.  When the inner table
 * hangs on the outer one (its parent), the outer rows that come next are known:
 * their scans are started now.  What the outer row says about itself is given to
 * the inner scan, so that it need not ask.
 */
#ifndef JSMFS_QUERY_AHEAD_I_H
#define JSMFS_QUERY_AHEAD_I_H

#include "query/conn_i.h"
#include "rest/scan.h"

/* The cursor of this table stands on a new row; rows NULL: it is gone. */
void ahead_outer(struct conn *c, const struct table *t, struct rowset *rows);

/* The scan for spec, maybe one that is under way; plan: its text, what tells queries
 * apart. */
int ahead_open(struct conn *c, const char *plan, const struct scan_spec *spec,
               struct rowset **ret, struct err *err) must_check_;

/* The statement is over: stops what is under way. */
void ahead_clear(struct conn *c);

#endif
