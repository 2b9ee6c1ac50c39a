/* SPDX-License-Identifier: MIT */
/* A scan in words, for plans. */
#ifndef JSMFS_QUERY_DESCRIBE_I_H
#define JSMFS_QUERY_DESCRIBE_I_H

#include "query/conn_i.h"
#include "query/plan.h"
#include "rest/scan.h"

/* Appends to conn->dry what the scan would do. */
int describe_scan(struct conn *conn, const struct scan_spec *spec,
                  const struct plan_text *plan, struct err *err) must_check_;

/* The same from the text of a plan whose values are not known yet. */
void describe_plan(struct conn *conn, const char *plan_text, struct buf *out);

#endif
