/* SPDX-License-Identifier: MIT */
/*
 * The calls of a procedure on behalf of one statement, as a batch (proc/batch.h).
 * There is no transaction on a site: the first that fails ends the statement.  What
 * was done before it stays done, and so does what was under way beside it; of neither
 * is the receipt missing.  One thread.
 */
#ifndef JSMFS_QUERY_CALLING_I_H
#define JSMFS_QUERY_CALLING_I_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"
#include "query/change.h"
#include "query/conn_i.h"

#include <stdbool.h>

struct calling;

/* in_turn: each is over before the next begins; nothing is done behind one that fails.
 * conn and change are borrowed. */
int calling_new(struct conn *conn, const struct change *change, const struct procedure *p,
                bool in_turn, struct calling **ret, struct err *err) must_check_;

/*
 * Checks the arguments, a JSON object, and has the call made, now or before
 * calling_end() is over; receipts go to change->done.  Not 0 when one has failed that
 * is known of: more are not taken.  Blocks: on the network.
 */
int calling_add(struct calling *c, struct span json, struct err *err) must_check_;

/*
 * Until all are made.  code and err: what else ended the statement, or 0; now the first
 * call that failed, if one did, and how many were made.  Blocks: on the network.
 */
int calling_end(struct calling *c, int code, struct err *err) must_check_;

/* Nothing may be under way.  NULL is fine. */
void calling_free(struct calling *c);
DEFINE_CLEANUP(struct calling *, calling_free)

#endif
