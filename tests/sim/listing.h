/* SPDX-License-Identifier: MIT */
/*
 * Ordered sets of requests that a filter selects, kept until something is
 * written: the pages of one listing then cost no search. Any thread that
 * holds site_lock may call these functions.
 */
#ifndef JSMSIM_LISTING_H
#define JSMSIM_LISTING_H

#include "sim/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct listing {
	uint32_t *index;
	size_t n;
	/* Computed listings have no index, but these: */
	uint32_t *front; /* what was written to and is wanted, latest activity first */
	size_t n_front;
	uint32_t *skip; /* all that was written to, highest first */
	size_t n_skip;
	int refs;
};

typedef bool listing_match(const void *filter, const struct request *r);
typedef int listing_order(const void *a, const void *b); /* of uint32_t indexes */

/*
 * The listing named by `key`, made if need be. A NULL order means ascending
 * index. Returns NULL when memory is short.
 */
struct listing *listing_get(const char *key, const void *filter, listing_match *match,
                            listing_order *order);
/* Reversed index order, for listings that need no comparison. */
struct listing *listing_get_reversed(const char *key, const void *filter,
                                     listing_match *match);
/*
 * Every request, newest first, after those that were written to: needs no
 * memory for the rest. `match` is only asked about the ones written to.
 */
struct listing *listing_everything(const void *filter, listing_match *match);
uint32_t listing_at(const struct listing *l, size_t k);
void listing_put(struct listing *l);
void listing_clear(void);

#endif
