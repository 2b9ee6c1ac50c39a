/* SPDX-License-Identifier: MIT */
/* A schema file between being read and being laid over a table. */
#ifndef JSMFS_CATALOG_OVERLAY_I_H
#define JSMFS_CATALOG_OVERLAY_I_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct rsd_column {
	const char *name;
	const char *column; /* of the table: the same, or what it was called before */
	const char *type;   /* xs:type, or "" */
	const char *doc;    /* or "" */
};

struct rsd_file {
	const char *path; /* for sentences */
	const char *name; /* of the table: the file's, without .rsd */
	const char *base; /* the table it describes */
	const char *doc;  /* or "" */
	struct rsd_column *columns;
	size_t n;
};

/* Everything in the arena. */
int rsd_parse(struct span text, const char *path, const char *name, struct arena *arena,
              struct rsd_file *ret, struct err *err) must_check_;

#endif
