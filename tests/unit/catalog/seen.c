/* SPDX-License-Identifier: MIT */
#include "catalog/seen_i.h"
#include "tap.h"

#include <stdio.h>

static bool has(const struct seen_ids *s, const char *id)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->p[i].id && !strcmp(s->p[i].id, id))
			return map_get(s->index, span_of(id)) == &s->p[i];
	}
	return false;
}

int main(void)
{
	struct seen_ids s = { 0 };
	char id[32];

	seen_ids_del(&s, SPAN("a"));
	seen_ids_add(&s, SPAN("a"), SPAN("A"));
	seen_ids_add(&s, SPAN("b"), SPAN(""));
	ok(has(&s, "a") && has(&s, "b"), "both were seen");
	seen_ids_del(&s, SPAN("a"));
	seen_ids_del(&s, SPAN("a"));
	ok(!has(&s, "a") && has(&s, "b"), "one is gone");
	seen_ids_add(&s, SPAN("a"), SPAN(""));
	ok(has(&s, "a"), "and may come back");
	for (int i = 0; i < SEEN_IDS_MAX; i++) {
		snprintf(id, sizeof(id), "%d", i);
		seen_ids_add(&s, span_of(id), SPAN(""));
		if (i % 3 == 0)
			seen_ids_del(&s, span_of(id));
	}
	for (int i = 0; i < SEEN_IDS_MAX; i++) {
		snprintf(id, sizeof(id), "again %d", i);
		seen_ids_add(&s, span_of(id), SPAN(""));
	}
	is_int((long long)s.n, SEEN_IDS_MAX, "the ring is full, and no fuller");
	ok(has(&s, "again 0") && has(&s, id) && !has(&s, "b"), "of the newest");
	seen_ids_clear(&s);
	return done_testing();
}
