/* SPDX-License-Identifier: MIT */
/* Ids of rows that went by, the newest SEEN_IDS_MAX of a table, in order of arrival. */
#ifndef JSMFS_CATALOG_SEEN_I_H
#define JSMFS_CATALOG_SEEN_I_H

#include "base/map.h"
#include "base/str.h"

#include <stddef.h>

#define SEEN_IDS_MAX 4096

struct seen_id {
	char *id; /* NULL: forgotten */
	char *label;
};

struct seen_ids {
	struct seen_id *p; /* a ring once it is full */
	size_t n;
	size_t next;
	struct map *index; /* id -> itself */
};

/* What is known already only gets its label renewed. Out of memory: nothing happens. */
void seen_ids_add(struct seen_ids *s, struct span id, struct span label);
/* Its place stays free until the ring comes by. */
void seen_ids_del(struct seen_ids *s, struct span id);
void seen_ids_clear(struct seen_ids *s);

#endif
