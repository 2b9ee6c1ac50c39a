/* SPDX-License-Identifier: MIT */
/*
 * The cache and metadata database: an SQLite file of mode 0600 in a 0700
 * directory, shared by the mounts of one user, or in memory.  It is a cache: a
 * file that cannot be used (damaged, newer) is set aside and made anew.
 * Threads: any; one connection under a lock.
 */
#ifndef JSMFS_STORE_DB_H
#define JSMFS_STORE_DB_H

#include "base/base.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

/* path NULL: in memory. */
int db_open(const char *path, struct db **ret, struct err *err) must_check_;
void db_close(struct db *d);
DEFINE_CLEANUP(struct db *, db_close)

struct db_health {
	const char *path;  /* "": in memory; valid as long as d */
	int64_t bytes;     /* of the file and what belongs to it; 0 in memory */
	bool sound;        /* every page can be read and is where it should be */
	char problem[200]; /* else: what was found first */
};

/* Reads the whole of it once, under its lock. */
void db_check(struct db *d, struct db_health *ret);

#endif
