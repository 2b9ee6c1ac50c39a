/* SPDX-License-Identifier: MIT */
/*
 * One run of a query or a procedure: who may stop it, what it may spend, what
 * it has spent.  Made by whoever starts the run, handed down to the network.
 */
#ifndef JSMFS_BASE_RUN_H
#define JSMFS_BASE_RUN_H

#include "base/sync.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define RUN_FRESH_DEFAULT (-1) /* each cache's own time to live */

struct run {
	struct cancel *cancel; /* or NULL */
	int64_t deadline;      /* clock_mono_ms(), CLOCK_FOREVER for none */
	int64_t fresh_ms;   /* use answers at most this old; 0 none; RUN_FRESH_DEFAULT */
	bool cached_only;   /* a call that is not answered from a cache is -ENETDOWN */
	unsigned max_calls; /* more, but for those in vain, is -EDQUOT; 0 is no limit */
	bool whole;         /* all rows are wanted, the sooner the better */
	uint64_t batch;     /* of changes made together; 0: on its own */
	uint64_t order;     /* of the change among them */
	int caller;         /* thread of this machine that asked; 0: this process */

	char request_id[64]; /* the server's, of the last write; "" */
	uint16_t http;       /* status of its answer; 0: there was none */

	/* What it took so far; any thread. */
	atomic_uint calls;  /* exchanges with the server */
	atomic_uint vain;   /* of those: ahead of the reader, for what is not there */
	atomic_uint cached; /* answers taken from a cache instead */
	atomic_uint pages;  /* answers that held rows */
	atomic_uint retries;
	_Atomic uint64_t rows;  /* rows read from the server or the cache */
	_Atomic uint64_t bytes; /* of answers */
	atomic_bool cut;        /* MaxRows ended the result before its last row */
};

/* No limits, nothing spent. */
#define RUN_INIT ((struct run){ .deadline = INT64_MAX, .fresh_ms = RUN_FRESH_DEFAULT })

#endif
