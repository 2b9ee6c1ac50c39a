/* SPDX-License-Identifier: MIT */
/*
 * Runs a procedure: one call of checked arguments, sent once, its outcome told
 * apart as refused, applied or unknown; makes the caches it touches stale.
 */
#ifndef JSMFS_PROC_RUN_H
#define JSMFS_PROC_RUN_H

#include "base/base.h"
#include "base/err.h"
#include "base/run.h"
#include "base/value.h"
#include "model/model.h"
#include "proc/input.h"

#include <stdbool.h>

struct catalog;
struct client;

enum outcome {
	OUTCOME_APPLIED,
	OUTCOME_REFUSED,
	OUTCOME_UNKNOWN,
	OUTCOME_DRY /* DryRun: it was not sent */
};
const char *outcome_name(enum outcome o); /* "applied" … */

/* May it have changed something? */
static inline bool outcome_acted(enum outcome o)
{
	return o == OUTCOME_APPLIED || o == OUTCOME_UNKNOWN;
}

/* What came of one call; freed with receipt_clear(). */
struct receipt {
	size_t line;
	enum outcome outcome;
	struct err err; /* when not applied */
	char *note;     /* of OUTCOME_DRY: what would be sent; else NULL */
	struct value
		*cells; /* the procedure's result columns, in order; text owned here */
	size_t n_cells;
	bool is_echo; /* cells are only what was given: it was not done */
	void *hold;
};

void receipt_clear(struct receipt *r);

/* Why it was not done; 0 when it was, or was not to be. */
static inline int receipt_code(const struct receipt *r)
{
	return r->outcome == OUTCOME_REFUSED || r->outcome == OUTCOME_UNKNOWN
	               ? r->err.code
	               : 0;
}

/*
 * 0 when the server applied it, or would be asked to if it were not for DryRun; else the
 * negative errno of err.  *ret is filled in
 * either case (never sent: refused).  Blocks: on the network.
 */
int proc_run(const struct procedure *p, const struct args *args, struct client *client,
             struct catalog *catalog, struct run *run, struct receipt *ret,
             struct err *err) must_check_;

#endif
