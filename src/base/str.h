/* SPDX-License-Identifier: MIT */
/* Borrowed pieces of text, and the few string predicates in use. */
#ifndef JSMFS_BASE_STR_H
#define JSMFS_BASE_STR_H

#include "base/base.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of somebody else; not NUL-terminated unless said so. */
struct span {
	const char *p;
	size_t n;
};

#define SPAN(lit) ((struct span){ (lit), sizeof(lit) - 1 })
#define SPAN_FMT(s) (int)(s).n, (s).p /* for "%.*s" */

struct span span_of(const char *s); /* NULL gives an empty span */
bool span_eq(struct span a, struct span b);
bool span_is(struct span a, const char *s);
bool span_ieq(struct span a, struct span b); /* ASCII case folded */
struct span span_trim(struct span s);        /* without white space at both ends */

/* Cuts *rest at the first c: returns what stood before it, *rest is what is behind. */
struct span span_cut(struct span *rest, char c);

char *span_dup(struct span s) must_check_; /* malloc'd, NUL-terminated, or NULL */

bool str_eq(const char *a, const char *b);  /* NULL equals NULL */
bool str_ieq(const char *a, const char *b); /* ASCII case folded */
bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
char *str_dup(const char *s) must_check_;
char *str_printf(const char *fmt, ...) printf_(1, 2) must_check_; /* malloc'd, or NULL */

/* Whole text as decimal; false if it is anything else or does not fit. */
bool span_int(struct span s, int64_t *ret);
bool span_digits(struct span s); /* one or more ASCII digits, nothing else */

/* Is word one of the comma-separated items of list?  ASCII case folded. */
bool list_has(const char *list, struct span word);

/* Shell-style match with * and ? only; ASCII case folded. */
bool str_glob(const char *pattern, const char *s);

#endif
