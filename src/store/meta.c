/* SPDX-License-Identifier: MIT */
#include "store/meta.h"

#include "store/db_i.h"

#define SIZES_MAX 100000

bool meta_size_get(struct db *d, struct span key, struct meta_size *ret)
{
	LOCK_SCOPE(&d->lock);
	sqlite3_stmt *stmt = db_stmt(d, DB_SIZE_GET);

	if (!stmt)
		return false;
	db_bind_span(stmt, 1, key);
	bool found = db_step(d, stmt);
	if (found)
		*ret = (struct meta_size){
			.bytes = (uint64_t)sqlite3_column_int64(stmt, 0),
			.rows = (uint64_t)sqlite3_column_int64(stmt, 1),
			.fetched_ms = sqlite3_column_int64(stmt, 2),
		};
	db_done(stmt);
	return found;
}

void meta_size_put(struct db *d, struct span key, const struct meta_size *size)
{
	LOCK_SCOPE(&d->lock);
	sqlite3_stmt *stmt = db_stmt(d, DB_SIZE_PUT);

	if (!stmt)
		return;
	db_bind_span(stmt, 1, key);
	sqlite3_bind_int64(stmt, 2, (int64_t)size->bytes);
	sqlite3_bind_int64(stmt, 3, (int64_t)size->rows);
	sqlite3_bind_int64(stmt, 4, size->fetched_ms);
	if (!db_run(d, stmt))
		return;
	int64_t excess = db_total(d, "size") - SIZES_MAX;
	stmt = db_stmt(d, DB_SIZE_DROP_OLDEST);
	if (excess <= 0 || !stmt)
		return;
	sqlite3_bind_int64(stmt, 1, excess);
	(void)db_run(d, stmt);
}
