/* SPDX-License-Identifier: MIT */
/* One call of a procedure on behalf of a statement. */
#ifndef JSMFS_QUERY_CALLING_I_H
#define JSMFS_QUERY_CALLING_I_H

#include "base/err.h"
#include "base/str.h"
#include "query/change.h"
#include "query/conn_i.h"

#include <stdint.h>

/*
 * Checks the arguments, a JSON object, makes the call and hands its receipt to
 * change->done.  number: of the row, from 1 on.  The outcome as proc_run().  Blocks: on
 * the network.
 */
int calling_run(struct conn *conn, const struct change *change, const struct procedure *p,
                struct span json, uint64_t number, struct err *err) must_check_;

#endif
