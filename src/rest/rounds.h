/* SPDX-License-Identifier: MIT */
/*
 * The rounds of calls of a scan: one paged list (or one entity) each, told apart
 * by the values of the endpoint's keys.  They come from the values that the
 * query gives (every combination), and where that is not enough from the rows of
 * the table's parent.
 */
#ifndef JSMFS_REST_ROUNDS_H
#define JSMFS_REST_ROUNDS_H

#include "base/err.h"
#include "base/run.h"
#include "rest/expand.h"
#include "rest/scan.h"

struct rounds;

/* Copies what it needs of spec but for table, endpoint and used, which it borrows. */
int rounds_open(struct client *client, const struct scan_spec *spec, struct run *run,
                struct rounds **ret, struct err *err) must_check_;
void rounds_close(struct rounds *r);
DEFINE_CLEANUP(struct rounds *, rounds_close)

/* 1 and a binding the caller clears, 0 at the end. Blocks: on the network, for parents.
 */
int rounds_next(struct rounds *r, struct binding *ret, struct err *err) must_check_;

/* -ENOENT: none of the parents that the query names by that column is there. */
int rounds_no_parent(const char *column, struct err *err);

/* Can the same row come from more than one round? */
bool rounds_overlap(const struct rounds *r);

/* Are there more rounds than one, as far as is known without asking? */
bool rounds_many(const struct rounds *r);

/* See scan_describe(); expand: one more word to expand, or NULL. */
int rounds_describe(struct rounds *r, const char *expand, scan_call_fn *fn, void *ctx,
                    struct err *err) must_check_;

#endif
