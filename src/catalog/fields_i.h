/* SPDX-License-Identifier: MIT */
/* The custom fields of a site as columns: one call for all of them. */
#ifndef JSMFS_CATALOG_FIELDS_I_H
#define JSMFS_CATALOG_FIELDS_I_H

#include "base/arena.h"
#include "base/err.h"
#include "base/run.h"
#include "model/model.h"
#include "rest/client.h"

#include <stddef.h>

struct field {
	char *id;   /* "customfield_10010" */
	char *name; /* as people call it */
	char *type; /* "string", "option", "array" … */
};

struct fields {
	struct field *p; /* n, in the arena, by number of the id */
	size_t n;
};

/* Those that are custom, at most 1000. */
int fields_read(struct client *client, struct run *run, struct arena *a,
                struct fields *ret, struct err *err) must_check_;

/*
 * The base table's columns and behind them one for each field, named as the field
 * and, where that name is taken, "name (number)".  path: where the value of a
 * field is in a row, with %s for its id.
 */
int fields_extend(const struct fields *f, const struct table *base, const char *path,
                  struct arena *a, const struct column **ret, struct err *err)
	must_check_;

#endif
