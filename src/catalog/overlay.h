/* SPDX-License-Identifier: MIT */
/*
 * Schema files (.rsd) as they are read: those of a directory, laid over the tables
 * there are.  A file called like a table says which of its columns are shown, in
 * which order, of which type, under which name; one called otherwise adds a view of
 * the table that it describes.  Never changes once it is read.  Threads: any.
 */
#ifndef JSMFS_CATALOG_OVERLAY_H
#define JSMFS_CATALOG_OVERLAY_H

#include "base/base.h"
#include "base/err.h"
#include "catalog/catalog.h"

struct overlay;

/*
 * Reads all *.rsd of the directory; one that is not there holds none.  Errors name the
 * file: -EINVAL, -EBADMSG, -EFBIG.  Blocks: on the disk.
 */
int overlay_read(const char *dir, struct overlay **ret, struct err *err) must_check_;
void overlay_free(struct overlay *o);
DEFINE_CLEANUP(struct overlay *, overlay_free)

/*
 * Puts the tables that the files make into the set, in place of those of the same
 * name.  A column that the table does not have is refused if strict, else left out:
 * custom fields are known later.
 */
int overlay_apply(const struct overlay *o, struct table_set *set, bool strict,
                  struct err *err) must_check_;

#endif
