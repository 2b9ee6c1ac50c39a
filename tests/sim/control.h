/* SPDX-License-Identifier: MIT */
/* The door for tests: /__sim/fault, latency, stats, reset. */
#ifndef JSMSIM_CONTROL_H
#define JSMSIM_CONTROL_H

#include "sim/exchange.h"

bool control_is(const struct exchange *x);
void control_run(struct exchange *x);

#endif
