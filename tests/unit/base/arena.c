/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include "tap.h"

#include <stdint.h>

int main(void)
{
	struct arena a = ARENA_INIT(1 << 20);
	bool zeroed = true, aligned = true, kept = true;
	unsigned char *pieces[2000];

	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		size_t n = i % 300;
		unsigned char *p = arena_alloc(&a, n);
		pieces[i] = p;
		aligned = aligned && p && (uintptr_t)p % _Alignof(max_align_t) == 0;
		for (size_t k = 0; p && k < n; k++) {
			zeroed = zeroed && p[k] == 0;
			p[k] = (unsigned char)i;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		for (size_t k = 0; pieces[i] && k < i % 300; k++)
			kept = kept && pieces[i][k] == (unsigned char)i;
	}
	ok(zeroed, "pieces are zeroed");
	ok(aligned, "and aligned for any type");
	ok(kept, "and do not overlap");
	char *big = arena_alloc(&a, 500000);
	ok(big && !big[499999], "a large piece");
	ok(!arena_alloc(&a, 500000), "the ceiling holds");
	ok(!arena_alloc(&a, SIZE_MAX), "a size that overflows is refused");
	is_str(arena_dup(&a, (struct span){ "abcdef", 3 }), "abc",
	       "text is copied and ended");
	is_str(arena_dup(&a, span_of(NULL)), "", "so is no text");
	ok(!arena_dup(&a, (struct span){ "", SIZE_MAX }), "text of every byte there is");
	arena_clear(&a);
	is_int((long long)a.used_bytes, 0, "cleared");
	ok(arena_alloc(&a, 1) != arena_alloc(&a, 0), "usable again; no two are the same");
	arena_clear(&a);

	struct arena small = ARENA_INIT(64);
	ok(arena_alloc(&small, 64) != NULL, "a small arena takes what it says");
	ok(!arena_alloc(&small, 1), "and no more");
	arena_clear(&small);
	return done_testing();
}
