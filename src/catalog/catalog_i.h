/* SPDX-License-Identifier: MIT */
/* The catalog itself, for its own files. */
#ifndef JSMFS_CATALOG_CATALOG_I_H
#define JSMFS_CATALOG_CATALOG_I_H

#include "base/sync.h"
#include "catalog/catalog.h"

#include <stdatomic.h>

struct map;
struct overlay;

struct catalog {
	char *site;
	char *account;
	char *desk;
	char *pseudo_columns;
	char *location;
	bool utc;
	char *properties[PROP_COUNT];
	struct db *db;
	struct changes *changes; /* or NULL */
	struct overlay *overlay;
	bool custom_fields;
	struct identity *identity;
	_Atomic uint64_t n_tried; /* changes */
	pthread_mutex_t lock;
	struct map *seen;       /* lock; struct seen_ids by the table's name */
	struct table_set *sets; /* lock; the newest last: older ones may be in use */
	size_t n_sets;          /* lock */
};

#endif
