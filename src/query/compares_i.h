/* SPDX-License-Identifier: MIT */
/*
 * Does a statement compare a column?  SQLite tells a table only of comparisons that the
 * table could decide; of those in an OR, a CASE or a function it does not, and has the
 * value decide.  Where the value does not know, the text has to tell.  Errs on the side
 * of yes.
 */
#ifndef JSMFS_QUERY_COMPARES_I_H
#define JSMFS_QUERY_COMPARES_I_H

#include "query/conn_i.h"

#include <stdbool.h>

/*
 * The statement that the connection runs, or a view in it: by that name, or another that
 * it has been given.  equality: is it asked whether it equals something?
 */
bool compares(const struct conn *c, const char *column, bool equality);

#endif
