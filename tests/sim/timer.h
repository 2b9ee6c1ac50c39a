/* SPDX-License-Identifier: MIT */
/*
 * Wakes suspended connections at a given time; one thread for all of them, so
 * that waiting answers cost no thread each. Any thread may call timer_add().
 */
#ifndef JSMSIM_TIMER_H
#define JSMSIM_TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct MHD_Connection;

int64_t clock_us(void);
bool timer_start(void);
/* The connection must be suspended already; after timer_stop() it goes on at once. */
void timer_add(struct MHD_Connection *conn, int64_t due_us);
/* Resumes everything that waits and ends the thread. */
void timer_stop(void);

#endif
