/* SPDX-License-Identifier: MIT */
/* Between reading and editing UserDefinedViews.json. */
#ifndef JSMFS_CATALOG_USERVIEWS_I_H
#define JSMFS_CATALOG_USERVIEWS_I_H

#include "base/buf.h"
#include "catalog/userviews.h"

#include <sys/stat.h>

/* The bytes of the file; -ENOENT if there is none, and then *err is left alone. */
int userviews_read(const char *path, struct buf *out, struct stat *ret_stat,
                   struct err *err) must_check_;

/* The text with one view changed. */
int userviews_edit(struct span text, enum view_change change, struct span name,
                   struct span query, struct buf *out, struct err *err) must_check_;

#endif
