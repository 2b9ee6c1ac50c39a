/* SPDX-License-Identifier: MIT */
#include "store/db_i.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int64_t size_of(const char *path, const char *ending)
{
	cleanup_free_ char *name = str_printf("%s%s", path, ending);
	struct stat st;

	return name && !stat(name, &st) ? (int64_t)st.st_size : 0;
}

/* Under the lock.  One row, "ok", or the first thing that is wrong. */
static void quick_check(struct db *d, struct db_health *ret)
{
	sqlite3_stmt *stmt = NULL;
	const char *said = NULL;

	if (sqlite3_prepare_v2(d->sql, "PRAGMA quick_check(1)", -1, &stmt, NULL) ==
	            SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		said = (const char *)sqlite3_column_text(stmt, 0);
	ret->sound = said && !strcmp(said, "ok");
	if (!ret->sound)
		snprintf(ret->problem, sizeof(ret->problem), "%s",
		         said ? said : sqlite3_errmsg(d->sql));
	sqlite3_finalize(stmt);
}

void db_check(struct db *d, struct db_health *ret)
{
	LOCK_SCOPE(&d->lock);

	*ret = (struct db_health){ .path = d->path ? d->path : "" };
	if (d->path)
		ret->bytes = size_of(d->path, "") + size_of(d->path, "-wal") +
		             size_of(d->path, "-shm");
	if (d->broken || !d->sql)
		snprintf(ret->problem, sizeof(ret->problem),
		         "it failed and is not used any more");
	else
		quick_check(d, ret);
}
