/* SPDX-License-Identifier: MIT */
/* The arguments of one procedure, with what is not given and yet has a value. */
#ifndef JSMFS_PROC_FILLED_I_H
#define JSMFS_PROC_FILLED_I_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/run.h"
#include "model/model.h"
#include "rest/call.h"

struct catalog;
struct client;

struct filled {
	const struct procedure *p;
	struct call_arg *v; /* one for each of p->in */
	char *desk;         /* v may point to it */
	struct buf fields;  /* as well */
};

/* Nothing is given yet. */
int filled_init(struct filled *f, const struct procedure *p, struct err *err) must_check_;
void filled_clear(struct filled *f);

/* -EINVAL when what is required is missing. */
int filled_check(const struct filled *f, struct err *err) must_check_;

/* What is not given and yet has a value.  Blocks: on the network. */
int filled_complete(struct filled *f, struct catalog *catalog, struct client *client,
                    struct run *run, struct err *err) must_check_;

/* NULL: there is no such parameter, or it is not given. */
const struct call_arg *filled_find(const struct filled *f, const char *name);

/* The same as text; "": it is not given. */
struct span filled_text(const struct filled *f, const char *name);

#endif
