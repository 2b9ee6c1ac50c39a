/* SPDX-License-Identifier: MIT */
/* Which service desk a call is for that does not say so. */
#ifndef JSMFS_PROC_DESK_I_H
#define JSMFS_PROC_DESK_I_H

#include "base/base.h"
#include "base/err.h"
#include "base/run.h"

struct catalog;
struct client;

/*
 * The connection's, or the only one this account sees; -EINVAL when there are several.
 * Owned by the caller.  Blocks: on the network.
 */
int desk_find(struct catalog *catalog, struct client *client, struct run *run, char **ret,
              struct err *err) must_check_;

#endif
