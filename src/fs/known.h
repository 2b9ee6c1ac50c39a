/* SPDX-License-Identifier: MIT */
/*
 * Is a key or a value among those the catalog knows?  Keeps the last list it
 * was told as an index for a moment, so that looking at every name of a large
 * directory does not read the list as many times.  Threads: any.
 */
#ifndef JSMFS_FS_KNOWN_H
#define JSMFS_FS_KNOWN_H

#include "base/base.h"
#include "model/model.h"

#include <stdbool.h>
#include <stddef.h>

struct catalog;
struct known;

struct known *known_new(struct catalog *c) must_check_; /* borrowed */
void known_free(struct known *k);

bool known_id(struct known *k, const struct table *t, const char *id);
bool known_value(struct known *k, const struct table *t, size_t column,
                 const char *value);

#endif
