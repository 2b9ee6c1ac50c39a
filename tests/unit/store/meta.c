/* SPDX-License-Identifier: MIT */
#include "store/meta.h"

#include "tap.h"

int main(void)
{
	cleanup_(db_closep) struct db *d = NULL;
	struct meta_size size = { .rows = 77 };
	char key[32];

	if (!is_int(db_open(NULL, &d, NULL), 0, "in memory"))
		return done_testing();
	ok(!meta_size_get(d, SPAN("a"), &size) && size.rows == 77,
	   "unknown: nothing is written");
	meta_size_put(d, SPAN("a"), &(struct meta_size){ 100, 7, 1000 });
	ok(meta_size_get(d, SPAN("a"), &size) && size.bytes == 100 && size.rows == 7 &&
	           size.fetched_ms == 1000,
	   "known");
	meta_size_put(d, SPAN("a"), &(struct meta_size){ 0, 0, 2000 });
	ok(meta_size_get(d, SPAN("a"), &size) && !size.bytes && !size.rows &&
	           size.fetched_ms == 2000,
	   "replaced");
	meta_size_put(d, SPAN("big"), &(struct meta_size){ 5ull << 40, UINT64_MAX, 1 });
	ok(meta_size_get(d, SPAN("big"), &size) && size.bytes == 5ull << 40 &&
	           size.rows == UINT64_MAX,
	   "large numbers");
	for (int i = 0; i < 100010; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		meta_size_put(d, span_of(key), &(struct meta_size){ 1, 1, 3000 + i });
	}
	ok(!meta_size_get(d, SPAN("a"), &size) && !meta_size_get(d, SPAN("big"), &size),
	   "the oldest are forgotten");
	ok(!meta_size_get(d, SPAN("k9"), &size) && meta_size_get(d, SPAN("k10"), &size) &&
	           meta_size_get(d, SPAN("k100009"), &size),
	   "the newest 100 000 are kept");
	return done_testing();
}
