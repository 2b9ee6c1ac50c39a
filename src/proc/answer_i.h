/* SPDX-License-Identifier: MIT */
/* What the site answered -> the cells of a receipt. */
#ifndef JSMFS_PROC_ANSWER_I_H
#define JSMFS_PROC_ANSWER_I_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "proc/filled_i.h"
#include "proc/run.h"

/*
 * Fills in ret->cells; what was given stands for what the answer does not tell.
 * -EBADMSG when it is not what the procedure answers; the cells are there all the same.
 */
int answer_read(const struct filled *f, struct buf *answer, struct receipt *ret,
                struct err *err) must_check_;

/* Of a call that was not done: what was given, without secrets, so that it can be told
 * from the others.  Does nothing when there are cells, or no memory. */
void answer_echo(const struct filled *f, struct receipt *ret);

#endif
