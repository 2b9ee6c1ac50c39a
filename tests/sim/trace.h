/* SPDX-License-Identifier: MIT */
/*
 * The request log and the recording of whole exchanges, as lines of JSON, each
 * written with one call. Credentials are never written.
 */
#ifndef JSMSIM_TRACE_H
#define JSMSIM_TRACE_H

#include "sim/exchange.h"

bool trace_open_log(const char *path);
bool trace_open_record(const char *path);
bool trace_wants_bodies(void);
void trace_exchange(struct exchange *x, unsigned status, uint64_t bytes);
void trace_close(void);

#endif
