/* SPDX-License-Identifier: MIT */
#include "store/cache.h"

#include "base/clock.h"
#include "store/db_i.h"

#define TOTAL_MAX_BYTES ((int64_t)64 << 20)
#define ENTRY_MAX_BYTES ((size_t)16 << 20)
#define ENTRY_OVERHEAD 100 /* of a row and its places in the indexes, about */
#define DROP_AT_ONCE 8
#define DROPS_MAX 1000

/* A moment in the future, of a clock set back, is as old as it is far away. */
static bool is_fresh(int64_t fetched_ms, int64_t max_age_ms)
{
	int64_t age;

	if (__builtin_sub_overflow(clock_wall_ms(), fetched_ms, &age) || age == INT64_MIN)
		return false;
	return (age < 0 ? -age : age) <= max_age_ms;
}

bool cache_get(struct db *d, struct span key, int64_t max_age_ms, struct buf *ret,
               int64_t *ret_fetched_ms)
{
	bool found = false;

	LOCK_SCOPE(&d->lock);
	sqlite3_stmt *stmt = db_stmt(d, DB_CACHE_GET);
	if (!stmt)
		return false;
	db_bind_span(stmt, 1, key);
	if (db_step(d, stmt) && is_fresh(sqlite3_column_int64(stmt, 0), max_age_ms)) {
		const void *bytes = sqlite3_column_blob(stmt, 1);
		int n = sqlite3_column_bytes(stmt, 1);
		buf_reset(ret);
		if (bytes || !n)
			buf_add(ret, bytes, (size_t)n);
		found = (bytes || !n) && !buf_status(ret);
		if (!found)
			buf_reset(ret);
		if (found && ret_fetched_ms)
			*ret_fetched_ms = sqlite3_column_int64(stmt, 0);
	}
	db_done(stmt);
	return found;
}

static void drop_excess(struct db *d)
{
	sqlite3_stmt *stmt = db_stmt(d, DB_CACHE_DROP_OLDEST);

	for (int i = 0; i < DROPS_MAX && db_total(d, "cache") > TOTAL_MAX_BYTES; i++) {
		sqlite3_bind_int(stmt, 1, DROP_AT_ONCE);
		if (!db_run(d, stmt))
			return;
	}
}

void cache_put(struct db *d, struct span key, struct span bytes)
{
	LOCK_SCOPE(&d->lock);
	sqlite3_stmt *stmt = db_stmt(d, DB_CACHE_PUT);

	if (!stmt || bytes.n > ENTRY_MAX_BYTES || key.n > ENTRY_MAX_BYTES)
		return;
	db_bind_span(stmt, 1, key);
	sqlite3_bind_int64(stmt, 2, clock_wall_ms());
	sqlite3_bind_int64(stmt, 3, (int64_t)(key.n * 2 + bytes.n + ENTRY_OVERHEAD));
	db_bind_span(stmt, 4, bytes);
	if (db_run(d, stmt))
		drop_excess(d);
}

void cache_drop(struct db *d, struct span prefix)
{
	LOCK_SCOPE(&d->lock);
	sqlite3_stmt *stmt = db_stmt(d, DB_CACHE_DROP);

	if (!stmt)
		return;
	db_bind_span(stmt, 1, prefix);
	(void)db_run(d, stmt);
}
