/* SPDX-License-Identifier: MIT */
/* Multipart bodies, written to files as they come in. */
#ifndef JSMSIM_UPLOAD_H
#define JSMSIM_UPLOAD_H

#include "sim/exchange.h"

#define MAX_UPLOAD_PARTS 60
#define MAX_UPLOAD_BYTES (UINT64_C(2) << 30)

void upload_begin(struct exchange *x);
void upload_data(struct exchange *x, const char *data, size_t size);
/* Finishes parsing; calling it again does nothing. */
void upload_end(struct exchange *x);

#endif
