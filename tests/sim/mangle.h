/* SPDX-License-Identifier: MIT */
/* Spoils answers as the exchange's fault says. */
#ifndef JSMSIM_MANGLE_H
#define JSMSIM_MANGLE_H

#include "sim/exchange.h"

struct MHD_Response;

/* Faults that change status or body. */
void mangle_answer(struct exchange *x);
/* A response that is slow or ends too early; takes the body. */
struct MHD_Response *mangle_response(struct exchange *x);

#endif
