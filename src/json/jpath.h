/* SPDX-License-Identifier: MIT */
/*
 * Compiled path into a document.  Grammar:
 *
 *	path = alt *( "|" alt )              the first that finds a non-null value
 *	alt  = step *( "." step ) / ""       "" is the node itself
 *	step = name [ "[" name "=" text "]" ]   the array element whose member equals text
 *
 * e.g. "reporter.key|reporter.accountId", "requestFieldValues[fieldId=summary].value".
 */
#ifndef JSMFS_JSON_JPATH_H
#define JSMFS_JSON_JPATH_H

#include "base/base.h"
#include "base/err.h"
#include "base/value.h"
#include "json/jdoc.h"

struct jpath;

int jpath_new(const char *text, struct jpath **ret, struct err *err) must_check_;
void jpath_free(struct jpath *p);
DEFINE_CLEANUP(struct jpath *, jpath_free)

/* NULL if nothing is there.  Threads: a compiled path may be used by many. */
const struct jnode *jpath_find(const struct jpath *p, const struct jnode *from);

#endif
