/* SPDX-License-Identifier: MIT */
/* Counters of the operations; routing itself is declared in exchange.h. */
#ifndef JSMSIM_ROUTE_H
#define JSMSIM_ROUTE_H

#include "sim/buf.h"

void route_stats(struct buf *out);
void route_reset(void);

#endif
