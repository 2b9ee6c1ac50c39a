/* SPDX-License-Identifier: MIT */
/* Where a statement ends in a text of several: at a semicolon outside of quotes and
 * comments.  Pure. */
#ifndef JSMFS_QUERY_SPLIT_H
#define JSMFS_QUERY_SPLIT_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes up to and with the first semicolon; 0: it is not there yet. */
size_t split_statement(struct span text);

/*
 * Is it one line with its newline, no semicolon and nothing open: no quote, bracket or
 * comment?
 */
bool split_is_line(struct span text);

/* Is there nothing but white space, comments and semicolons? */
bool split_is_blank(struct span text);

#endif
