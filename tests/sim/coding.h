/* SPDX-License-Identifier: MIT */
/* The content coding of answers: gzip, as sites offer it (RFC 9110, 8.4 and 12.5.3). */
#ifndef JSMSIM_CODING_H
#define JSMSIM_CODING_H

#include "sim/exchange.h"

struct MHD_Response;

/* Only plain answers from now on; before the server starts. */
void coding_off(void);

/*
 * Says what the answer depends on, and where the client takes gzip and there is something
 * to save, makes x->coded of x->out; spoils that as x->fault says.
 */
void coding_apply(struct exchange *x);

/* Ten gigabytes of blanks in ten megabytes, made while they are sent. */
struct MHD_Response *coding_bomb(void);

#endif
