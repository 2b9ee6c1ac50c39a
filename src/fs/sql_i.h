/* SPDX-License-Identifier: MIT */
/* The words of a statement: names, values, conditions. */
#ifndef JSMFS_FS_SQL_I_H
#define JSMFS_FS_SQL_I_H

#include "base/buf.h"
#include "base/value.h"
#include "fs/path.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct catalog;

/*
 * One generator for both forms of the statement: values go either into params
 * (what is executed) or as literals into the text (what is shown).
 */
struct sql_maker {
	const struct selector *s;
	const struct catalog *c;
	bool literal;
	struct buf text;
	struct buf hold; /* text values one after the other, each NUL-terminated */
	struct value *params;
	size_t n_params;
	int status;
};

void sql_put_quoted(struct sql_maker *m, const char *name);
void sql_put_name(struct sql_maker *m, size_t column);
void sql_put_text(struct sql_maker *m, const char *s);
void sql_put_int(struct sql_maker *m, int64_t i);

/* A value that is compared as a whole, in the column's own type. */
void sql_put_value(struct sql_maker *m, size_t column, const char *s);

void sql_put_predicate(struct sql_maker *m, const struct predicate *p);

#endif
