/* SPDX-License-Identifier: MIT */
/*
 * What the last reading of a list told of its next: kept with the answers of the
 * site, so that it outlives the run.  It may be wrong by then, and only saves time
 * and calls when it is right.  Threads: any.
 */
#ifndef JSMFS_REST_LEARNED_H
#define JSMFS_REST_LEARNED_H

#include "rest/client.h"

#include <stdbool.h>
#include <stdint.h>

struct learned {
	unsigned step;  /* rows the server gave per page, whatever was asked for */
	int64_t n_rows; /* how long the list was; 0: not known */
};

/* path: the address of the list without paging. */
void learned_get(struct client *c, const char *path, struct learned *ret);
void learned_put(struct client *c, const char *path, const struct learned *l);

/* Would they lead to the same calls? */
bool learned_same(const struct learned *a, const struct learned *b);

#endif
