/* SPDX-License-Identifier: MIT */
#include "base/secret.h"

#include "tap.h"

int main(void)
{
	char text[] = "p\0ssword";
	cleanup_(secret_freep) struct secret *s =
		secret_new((struct span){ text, sizeof(text) - 1 });

	memset(text, 'x', sizeof(text));
	ok(span_eq(secret_reveal(s), (struct span){ "p\0ssword", 8 }),
	   "the bytes are copied");
	ok(!secret_empty(s) && secret_empty(NULL), "empty or not");
	ok(!secret_reveal(NULL).n && secret_reveal(NULL).p, "no secret reveals nothing");
	cleanup_(secret_freep) struct secret *none = secret_new(SPAN(""));
	ok(none && secret_empty(none), "an empty secret");
	ok(!secret_new((struct span){ "", SIZE_MAX }), "a size that overflows");
	secret_wipe(text, sizeof(text));
	ok(!text[0] && !text[sizeof(text) - 1], "wiped");
	secret_wipe(NULL, 0);
	secret_free(NULL);
	return done_testing();
}
