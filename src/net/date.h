/* SPDX-License-Identifier: MIT */
/* Dates of HTTP headers, in all the forms that servers and cookies still have. */
#ifndef JSMFS_NET_DATE_H
#define JSMFS_NET_DATE_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Milliseconds since the epoch, by the algorithm of RFC 6265 section 5.1.1: a time, a
 * day, a month and a year in any order, with anything between them.
 */
bool http_date(struct span text, int64_t *ret_epoch_ms);

#endif
