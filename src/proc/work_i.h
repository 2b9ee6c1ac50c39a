/* SPDX-License-Identifier: MIT */
/* A call under way: the requests it consists of, sent in their order or only shown. */
#ifndef JSMFS_PROC_WORK_I_H
#define JSMFS_PROC_WORK_I_H

#include "base/base.h"
#include "base/run.h"
#include "proc/filled_i.h"
#include "proc/run.h"
#include "proc/told_i.h"

struct work {
	struct client *client;
	struct catalog *catalog;
	struct run *run;
	const struct told *told;
	struct buf *dry; /* gets what would be sent instead; NULL: it is sent */
};

/*
 * All of it: 0, or the errno of what went wrong.  ret gets the outcome and the cells, and
 * in ret->err the reason.  Blocks: on the network.
 */
int work_run(const struct work *w, struct filled *f, const struct args *args,
             struct receipt *ret) must_check_;

/* What the site calls the thing that was made or changed; "": it does not tell. */
struct span work_identity(const struct procedure *p, const struct receipt *r);

#endif
