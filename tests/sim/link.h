/* SPDX-License-Identifier: MIT */
/* A line to the site that all answers share, of so many bytes a second. Any thread. */
#ifndef JSMSIM_LINK_H
#define JSMSIM_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0: there is no limit, as at the start. */
void link_set(int64_t kib_per_s);
bool link_is_limited(void);
/* Puts n bytes on the line; when it is free again, by clock_us(). */
int64_t link_send(size_t n);

#endif
