/* SPDX-License-Identifier: MIT */
/*
 * Token buckets: one for everything, one for the customers list, which the
 * real site limits to 5 a second. Off unless asked for.
 */
#ifndef JSMSIM_RATE_H
#define JSMSIM_RATE_H

#include "sim/exchange.h"

#include <stdbool.h>

void rate_set(double per_second);
void rate_set_strict(void);
/* Takes a token, or answers 429. */
bool rate_allow(bool customers, struct exchange *x);

#endif
