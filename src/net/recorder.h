/* SPDX-License-Identifier: MIT */
/*
 * A transport that tells what went through another one: to the log, headers at
 * LOG_DEBUG and bodies at LOG_BODIES, and to a file if there is one.  Secrets are
 * struck out, by what the log knows of them and by their names (base/mask.h).  One
 * record an exchange: of several attempts the last.  Threads: any.
 */
#ifndef JSMFS_NET_RECORDER_H
#define JSMFS_NET_RECORDER_H

#include "base/base.h"
#include "base/err.h"
#include "net/transport.h"

#include <stdint.h>

/*
 * Takes inner on success.  file may be NULL; it is private and bounded as
 * base/logfile.h says.
 */
int recorder_new(struct transport *inner, const char *file, uint64_t max_bytes,
                 long max_count, struct transport **ret, struct err *err) must_check_;

#endif
