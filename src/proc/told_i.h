/* SPDX-License-Identifier: MIT */
/* What is said of a change besides its receipt: in the audit log, and to whoever has to
 * find out what became of it. */
#ifndef JSMFS_PROC_TOLD_I_H
#define JSMFS_PROC_TOLD_I_H

#include "base/run.h"
#include "proc/run.h"
#include "rest/call.h"

struct catalog;

/* A change under way. */
struct told {
	const struct procedure *procedure;
	const struct call_arg *v; /* one for each of procedure->in */
	struct catalog *catalog;
	struct run *run;
	int64_t began_ms;
	uint64_t number;
};

void told_begin(struct told *t, const struct procedure *p, const struct call_arg *v,
                struct catalog *catalog, struct run *run);

/* It goes out now: what is written survives the end of this process. */
void told_sending(const struct told *t);

/* What came of it; identity: what the server calls it, or nothing. */
void told_end(const struct told *t, const struct receipt *r, struct span identity);

/* Says in the sentence of an unknown outcome how to find out. */
void told_check(const struct told *t, struct err *err);

#endif
