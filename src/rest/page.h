/* SPDX-License-Identifier: MIT */
/*
 * How a list is paged: what to ask, and what an answer says about what follows.
 * Pure.  Source: "Pagination" in the introduction of the Service Management REST
 * API (start, limit, isLastPage; no total; the server may cap limit silently).
 */
#ifndef JSMFS_REST_PAGE_H
#define JSMFS_REST_PAGE_H

#include "base/buf.h"
#include "json/jpage.h"
#include "model/model.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Appends start= and limit= where the style has them; cursor: what page_cursor()
 * took from the page before, NULL for the first.
 */
void page_params(enum page_style style, int64_t start, unsigned limit, const char *cursor,
                 struct buf *url);

/* PAGE_CURSOR: appends the parameters of the next page out of its link; false if there is
 * none. */
bool page_cursor(const struct jpage_info *info, struct buf *out);

/* Rows to ask for when no more than max_rows (-1: all) are wanted. */
unsigned page_limit(const struct endpoint *ep, int64_t max_rows);

/* Is this answer, to a call that asked for limit rows, the last one? */
bool page_is_last(enum page_style style, const struct jpage_info *info);

/*
 * Rows that the server gives per page, learned from an answer that is not the
 * last: never what was asked for, always what came.
 */
unsigned page_step(const struct jpage_info *info);

#endif
