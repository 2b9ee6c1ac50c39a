/* SPDX-License-Identifier: MIT */
/*
 * Single flight: of those who want the same key at the same time one does the
 * work, the others wait for its outcome.  It remembers nothing afterwards; what
 * is worth keeping is the caller's to keep.
 */
#ifndef JSMFS_BASE_FLIGHT_H
#define JSMFS_BASE_FLIGHT_H

#include "base/err.h"
#include "base/str.h"
#include "base/sync.h"

#include <stdint.h>

struct flight;

struct flight *flight_new(void) must_check_;
void flight_free(struct flight *f); /* nobody may be inside */

/*
 * Runs work(ctx, err) for key, or waits until the one who runs it is done and
 * returns the same code and error.  A waiter leaves early with -EINTR when its
 * own token fires or -ETIMEDOUT at its deadline; the work goes on.  When the one
 * who works is itself interrupted, one of the waiters takes the work over.
 * Threads: any.  Blocks: as long as work does.
 */
int flight_do(struct flight *f, struct span key, int (*work)(void *ctx, struct err *err),
              void *ctx, struct cancel *cancel, int64_t deadline, struct err *err)
	must_check_;

#endif
