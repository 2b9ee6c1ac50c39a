/* SPDX-License-Identifier: MIT */
#include "catalog/answers.h"

#include "base/clock.h"
#include "store/cache.h"

#include <stdlib.h>

#define KEY_MAX_BYTES (64u * 1024)

struct answers {
	struct db *db;
	char *prefix;
};

int answers_new(struct db *db, const char *site, const char *account,
                const char *language, struct answers **ret, struct err *err)
{
	cleanup_(answers_freep) struct answers *a = calloc(1, sizeof(*a));

	if (!a)
		return err_nomem(err);
	a->db = db;
	a->prefix =
		str_printf("%s %s %s%s", site, account, language, language[0] ? " " : "");
	if (!a->prefix)
		return err_nomem(err);
	*ret = take_ptr(a);
	return 0;
}

void answers_free(struct answers *a)
{
	if (!a)
		return;
	free(a->prefix);
	free(a);
}

static bool answers_get(void *ctx, struct span key, int64_t max_age_ms, struct buf *ret,
                        int64_t *ret_age_ms)
{
	struct answers *a = ctx;
	struct buf full = BUF_INIT(KEY_MAX_BYTES);
	int64_t fetched_ms;
	bool found;

	buf_puts(&full, a->prefix);
	buf_span(&full, key);
	found = !buf_status(&full) &&
	        cache_get(a->db, buf_view(&full), max_age_ms, ret, &fetched_ms);
	if (found)
		*ret_age_ms = clock_wall_ms() - fetched_ms;
	buf_clear(&full);
	return found;
}

static void answers_put(void *ctx, struct span key, struct span body)
{
	struct answers *a = ctx;
	struct buf full = BUF_INIT(KEY_MAX_BYTES);

	buf_puts(&full, a->prefix);
	buf_span(&full, key);
	if (!buf_status(&full))
		cache_put(a->db, buf_view(&full), body);
	buf_clear(&full);
}

struct answer_cache answers_cache(struct answers *a)
{
	return (struct answer_cache){ answers_get, answers_put, a };
}
