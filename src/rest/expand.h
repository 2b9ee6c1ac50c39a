/* SPDX-License-Identifier: MIT */
/*
 * An endpoint and the values of its keys -> the address to call.  Every value is
 * escaped for the place it goes to.  Pure.
 */
#ifndef JSMFS_REST_EXPAND_H
#define JSMFS_REST_EXPAND_H

#include "base/buf.h"
#include "base/err.h"
#include "model/model.h"

#include <stdbool.h>
#include <stddef.h>

/* What is known of one round of calls: a value for some columns of a table. */
struct binding {
	char **values; /* by column; NULL: not known */
	size_t n;
};

int binding_init(struct binding *b, const struct table *t) must_check_;
int binding_set(struct binding *b, size_t column, struct span value) must_check_;
void binding_clear(struct binding *b);

/* Does the endpoint have all it needs when these columns (true) are known? */
bool endpoint_fits(const struct table *t, const struct endpoint *ep, const bool *known);

/* Its key on the column, or NULL. */
const struct key *endpoint_key(const struct endpoint *ep, const char *column);

/* Can a value of this form be one of the column's values at all? */
bool form_allows(enum key_form form, struct span value);

/*
 * Appends path and query string, without paging; used: which columns the query
 * reads (for expand=).  A {word} without a value
 * stays as it is, for people to read.  -EINVAL for a value that key->map lacks.
 */
int expand_path(const struct table *t, const struct endpoint *ep, const struct binding *b,
                const bool *used, struct buf *out, struct err *err) must_check_;

#endif
