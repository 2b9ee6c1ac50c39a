/* SPDX-License-Identifier: MIT */
/* The inside of a compiled path, for what follows many of them at once. */
#ifndef JSMFS_JSON_JPATH_I_H
#define JSMFS_JSON_JPATH_I_H

#include "json/jpath.h"

#include <stddef.h>

#define JPATH_ALTS_MAX 8
#define JPATH_STEPS_MAX 16 /* of one alternative */

struct jpath_step {
	const char *name;
	const char *member; /* NULL: no [member=text] */
	const char *text;
};

struct jpath_alt {
	size_t n_steps;
	struct jpath_step steps[JPATH_STEPS_MAX];
};

struct jpath {
	size_t n_alts;
	struct jpath_alt alts[JPATH_ALTS_MAX];
	char text[]; /* the names, cut apart by NULs */
};

#endif
