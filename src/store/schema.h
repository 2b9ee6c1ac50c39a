/* SPDX-License-Identifier: MIT */
/* The tables of the database, and the steps that led to them. */
#ifndef JSMFS_STORE_SCHEMA_H
#define JSMFS_STORE_SCHEMA_H

#include "base/base.h"

struct sqlite3;

/*
 * Brings the database to the newest version, in one transaction.  Returns an
 * SQLite result code; SQLITE_MISMATCH when it was made by a newer program.
 */
int schema_update(struct sqlite3 *sql) must_check_;

#endif
