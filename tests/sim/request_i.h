/* SPDX-License-Identifier: MIT */
/* Shared by the files that make up requests; everything else uses store.h. */
#ifndef JSMSIM_REQUEST_I_H
#define JSMSIM_REQUEST_I_H

#include "sim/store.h"

/* What clients wrote to that request, or NULL. */
const struct touch *touch_get(uint32_t index);
int64_t comment_time(const struct request *r, size_t k);
bool request_base_find(int desk, uint32_t number, uint32_t *ret_index);
/* How many keys of the desk generated requests use. */
uint32_t request_base_numbers(int desk);

#endif
