/* SPDX-License-Identifier: MIT */
/*
 * Strikes out what is secret by its name, in texts that others wrote and whose
 * secrets nobody told us: members of JSON documents, fields of forms and of query
 * strings, elements of XML, the values of HTML inputs.  Pure.
 */
#ifndef JSMFS_BASE_MASK_H
#define JSMFS_BASE_MASK_H

#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>

/* "password", "access_token", "SAMLResponse": is the value of such a name secret? */
bool mask_is_secret(struct span name);

/* Is the value of the header? */
bool mask_is_secret_header(const char *name);

/* Appends text with *** for the values of such names. */
void mask_text(struct buf *out, struct span text);

#endif
