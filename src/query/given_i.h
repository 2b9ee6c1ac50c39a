/* SPDX-License-Identifier: MIT */
/*
 * The row that a DELETE names by all that its procedure needs: it is not read, so it can
 * be removed where rows cannot be listed, and where a list is long.  Whether the site has
 * it the site tells.
 */
#ifndef JSMFS_QUERY_GIVEN_I_H
#define JSMFS_QUERY_GIVEN_I_H

#include "query/conn_i.h"
#include "query/plan.h"
#include "rest/scan.h"

#include <stdbool.h>

/*
 * Do the conditions name the row, and is nothing else of it asked for?  in->used as
 * SQLite says it.  Then *ret is the plan that hands all of them over.
 */
bool given_plan(const struct procedure *p, const struct plan_input *in, struct plan *ret);

/* That row; none for a value that no row has. */
int given_open(const struct procedure *p, const struct scan_spec *spec,
               struct rowset **ret, struct err *err) must_check_;

#endif
