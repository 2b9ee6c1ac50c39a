/* SPDX-License-Identifier: MIT */
/* The procedures that sign in: they work before anybody is signed in. */
#ifndef JSMFS_REST_SIGNIN_H
#define JSMFS_REST_SIGNIN_H

#include "base/buf.h"
#include "base/err.h"
#include "base/run.h"
#include "model/model.h"
#include "rest/call.h"
#include "rest/client.h"

/*
 * A procedure of kind PROCEDURE_OAUTH; *answer is a JSON object of its results.  Blocks:
 * on the network, and on a person with a browser.
 */
int signin_call(struct client *client, const struct procedure *p,
                const struct call_arg *args, struct run *run, struct buf *answer,
                struct err *err) must_check_;

#endif
