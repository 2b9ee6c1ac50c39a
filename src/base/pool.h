/* SPDX-License-Identifier: MIT */
/*
 * A bounded number of threads that run jobs in the order of their arrival.
 * Threads are made when first needed; the queue is bounded too.
 */
#ifndef JSMFS_BASE_POOL_H
#define JSMFS_BASE_POOL_H

#include "base/base.h"

struct pool;

struct pool *pool_new(unsigned max_threads, unsigned max_queued) must_check_;

/* Waits for the jobs that run, runs those that wait, ends the threads. */
void pool_free(struct pool *p);

/* -EAGAIN when the queue is full, -ENOMEM; then fn will not run. */
int pool_submit(struct pool *p, void (*fn)(void *arg), void *arg) must_check_;

#endif
