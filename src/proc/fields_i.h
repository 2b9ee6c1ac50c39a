/* SPDX-License-Identifier: MIT */
/*
 * The fields of a new request, as they are given -> as the site takes them: names
 * become IDs, values the form that the field's schema wants; checked against the
 * fields of the request type before anything is sent.
 */
#ifndef JSMFS_PROC_FIELDS_I_H
#define JSMFS_PROC_FIELDS_I_H

#include "base/buf.h"
#include "base/err.h"
#include "base/run.h"
#include "model/model.h"
#include "rest/call.h"

struct client;

/*
 * The JSON object of all fields among v, the arguments of p in order.  Files among
 * them (absolute paths in a field of attachments) are uploaded once all else is good,
 * unless dry is set.
 * -EINVAL names what is wrong and what would do.  Blocks: on the network.
 */
int fields_print(const struct procedure *p, const struct call_arg *v,
                 struct client *client, struct run *run, bool dry, struct buf *out,
                 struct err *err) must_check_;

#endif
