/* SPDX-License-Identifier: MIT */
/*
 * Walks over JSON text without keeping anything.  It is stricter than the parser
 * of json/jdoc.h: what it accepts, that accepts too, and reads the same; what is
 * rare (long numbers, exponents, surrogates, names with escapes, deep nesting) it
 * refuses, so that there is one reading of such things in the program.
 */
#ifndef JSMFS_JSON_JLEX_H
#define JSMFS_JSON_JLEX_H

#include "base/str.h"

#include <stdbool.h>

#define JLEX_DEPTH_MAX 60u

struct jlex {
	const char *at;
	const char *end; /* a NUL is there */
	bool escaped;    /* in the string walked over last there is a backslash … */
	bool deleted;    /* … or the character 0x7f */
};

static inline void jlex_blanks(struct jlex *x)
{
	while (*x->at == ' ' || *x->at == '\n' || *x->at == '\t' || *x->at == '\r')
		x->at++;
}

/* Goes behind c and the blanks around it; false, nothing moved but blanks. */
static inline bool jlex_take(struct jlex *x, char c)
{
	jlex_blanks(x);
	if (*x->at != c)
		return false;
	x->at++;
	jlex_blanks(x);
	return true;
}

/* Over the value at hand, which is inside of depth others; false: refused. */
bool jlex_skip(struct jlex *x, unsigned depth);

/* Over the member's name and its colon, to its value. */
bool jlex_name(struct jlex *x, struct span *ret);

/* Would printing the value, which was walked over before, give just these bytes? */
bool jlex_is_compact(struct span value);

#endif
