/* SPDX-License-Identifier: MIT */
/* Schema files (.rsd): a table and its columns as XML. */
#ifndef JSMFS_CATALOG_RSD_H
#define JSMFS_CATALOG_RSD_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "model/model.h"

/* "string", "int": how a schema file calls the type of a column. */
const char *rsd_type_name(const struct column *c);

/* Of a table that a schema file changes, the columns it has without that. */
void rsd_print(const struct table *t, struct buf *out);

/*
 * Writes it whole or not at all, with the permissions that the umask leaves.  path is
 * absolute and ends in .rsd.  -EEXIST when something is there that is no schema file.
 * Blocks: on the disk.
 */
int rsd_write(const struct table *t, struct span path, struct err *err) must_check_;

#endif
