/* SPDX-License-Identifier: MIT */
/*
 * Many calls made together: several on their way at a time, started in their
 * order, told of in their order.  Calls for the same thing (the same words in the
 * address, the same PARAM_NAMES, or all arguments alike) are made one after the other, so
 * that what comes first in the input is first there.  A refused call stops none behind
 * it.
 *
 * One thread adds and waits; receipts are handed out in that thread.  At most
 * BATCH_AHEAD calls for each one allowed at a time are held in memory.
 */
#ifndef JSMFS_PROC_BATCH_H
#define JSMFS_PROC_BATCH_H

#include "base/base.h"
#include "base/err.h"
#include "base/run.h"
#include "proc/input.h"
#include "proc/run.h"

#include <stdbool.h>
#include <stddef.h>

#define BATCH_AHEAD 4

struct batch;

/* Makes one call; code as proc_run().  Threads: any, several at a time. */
typedef int batch_call_fn(void *ctx, const struct args *args, struct run *run,
                          struct receipt *ret, struct err *err);

/* What came of one call; the receipt is borrowed, or taken by zeroing it.  code is 0 or
 * its errno. */
typedef void batch_done_fn(void *ctx, struct receipt *receipt, int code);

struct batch_config {
	unsigned max_parallel; /* at least 1 */
	int64_t timeout_ms;    /* of each call, from its start; 0: none */
	/* Whose change it is in sys_identity; see catalog/identity.h. */
	uint64_t batch;
	batch_call_fn *call;
	batch_done_fn *done;
	void *ctx; /* of both */
};

int batch_new(const struct batch_config *cfg, struct batch **ret, struct err *err)
	must_check_;

/* Nothing may be on its way: batch_wait() first.  NULL is fine. */
void batch_free(struct batch *b);
DEFINE_CLEANUP(struct batch *, batch_free)

/*
 * One more call; the arguments are copied; caller as in base/run.h.  When cancel (or
 * NULL) has fired by its turn it is not sent and its receipt says so.  Blocks: while too
 * many wait.
 */
void batch_add(struct batch *b, const struct args *args, struct cancel *cancel,
               int caller);

/* A call that is refused before it is one takes its place in the order. */
void batch_refuse(struct batch *b, size_t line, int code, const struct err *err);

/* Until everything added was told of.  Blocks: on the network. */
void batch_wait(struct batch *b);

#endif
