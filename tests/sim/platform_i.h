/* SPDX-License-Identifier: MIT */
/* Which fields of issues a caller wants; shared by the platform operations. */
#ifndef JSMSIM_PLATFORM_I_H
#define JSMSIM_PLATFORM_I_H

#include "sim/render.h"

#define MAX_WANTED 128

struct wanted_fields {
	struct field_set set;
	char *names[MAX_WANTED];
	size_t n_names;
	const char *plus[MAX_WANTED];
	const char *minus[MAX_WANTED];
};

/* `otherwise` says whether no list means all fields. */
void wanted_from_query(struct exchange *x, struct wanted_fields *w, bool otherwise);
void wanted_from_list(struct exchange *x, struct wanted_fields *w,
                      struct json_object *list, bool otherwise);
void wanted_clear(struct wanted_fields *w);

#endif
