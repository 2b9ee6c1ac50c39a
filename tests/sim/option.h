/* SPDX-License-Identifier: MIT */
/* The choices of a field: their numbers, names and second level. */
#ifndef JSMSIM_OPTION_H
#define JSMSIM_OPTION_H

#include "sim/buf.h"
#include "sim/model.h"

#include <stdbool.h>

struct option {
	long id;
	const char *name;
	int len;
	const char *children; /* "a,b|…" up to the next |, or NULL */
	int children_len;
};

int option_count(const struct field *f);
bool option_at(const struct field *f, int k, struct option *ret);
bool option_find(const struct field *f, const char *name, const char *id,
                 struct option *ret);
int option_n_children(const struct option *o);
bool option_child(const struct option *o, int k, struct option *ret);
/* The option as values show it; the base address may be empty. */
void option_json(struct buf *b, const struct buf *base, const struct field *f,
                 const struct option *o, const struct option *child);

#endif
