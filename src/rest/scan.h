/* SPDX-License-Identifier: MIT */
/*
 * An endpoint and the values of its keys -> rows, page by page, fetched ahead
 * and handed out in order.  Several values of a key, and the rows of a parent
 * table, are rounds of calls that run side by side.  Rows seen before are
 * dropped where the list moves under the reader.
 */
#ifndef JSMFS_REST_SCAN_H
#define JSMFS_REST_SCAN_H

#include "base/err.h"
#include "base/run.h"
#include "base/value.h"
#include "model/model.h"
#include "rest/client.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The values that a query gives for one column: = has one, IN several. */
struct scan_key {
	size_t column;
	struct span *values; /* borrowed for the call of scan_open() */
	size_t n_values;
};

struct scan_spec {
	const struct table *table;
	const struct endpoint *endpoint;
	const struct scan_key *keys;
	size_t n_keys;
	const bool *used; /* by column: which cells will be asked for */
	int64_t max_rows; /* no more are needed, -1: all */
	const char *desk; /* ServiceDeskID, or "" */
	bool alone;       /* by the endpoint itself, not with the answers of its parent */
	/* A join asks: what a key names and is not there has no rows.  Otherwise it is
	 * -ENOENT when nothing of all that the keys name is there. */
	bool joined;
};

/* What the first calls would be, without making any; see scan_describe(). */
typedef void scan_call_fn(void *ctx, const char *method, const char *path, bool more);

/*
 * Cells are those of the table's columns.  client, run and the table outlive the
 * rowset.  Nothing is sent before the first next(), but for client_deployment().
 * Errors: -EINVAL for a value no key can take.
 */
int scan_open(struct client *client, const struct scan_spec *spec, struct run *run,
              struct rowset **ret, struct err *err) must_check_;

/*
 * Sends the first calls now, without waiting for answers.  Blocks: only if the
 * rounds come from a parent.
 */
int scan_prime(struct rowset *rows) must_check_;

/*
 * Cell of the row `skip` behind the current one, as far as that is known already, also
 * in pages that have come and are not read yet.  Waits for none; but where all rows are
 * wanted, pages behind those that came are asked for.  The cell lives until next().
 */
bool scan_peek(struct rowset *rows, size_t skip, size_t column, struct value *ret);

/*
 * Calls fn for what scan_open() and next() would send first: more says that
 * further calls follow (pages, children) whose number is not known before.
 */
int scan_describe(struct client *client, const struct scan_spec *spec, scan_call_fn *fn,
                  void *ctx, struct err *err) must_check_;

#endif
