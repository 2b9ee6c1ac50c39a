/* SPDX-License-Identifier: MIT */
#include "rest/page.h"

#include "tap.h"

static void is_cursor(const char *next, const char *want, const char *what)
{
	struct jpage_info info = { .next = span_of(next), .has_next = true };
	struct buf out = BUF_INIT(1000);
	bool found = page_cursor(&info, &out);

	is_str(found ? buf_str(&out) : NULL, want, "%s", what);
	buf_clear(&out);
}

int main(void)
{
	is_cursor("https://x/a?query=q&cursor=_f_1%3D&limit=5", "&cursor=_f_1%3D",
	          "the cursor, as it is encoded");
	is_cursor("https://x/a?cursor=1&prev=true", "&cursor=1&prev=true",
	          "and the direction");
	is_cursor("https://x/a?query=q&start=20&limit=10", "&start=20",
	          "Data Center counts rows");
	is_cursor("https://x/a?start=20&cursor=7", "&cursor=7", "a cursor is better");
	is_cursor("https://x/a?start=-1", NULL, "no number of rows");
	is_cursor("https://x/a?start=1%26x%3D", NULL, "nor this");
	is_cursor("https://x/a?cursor=a b", NULL, "nothing that breaks an address");
	is_cursor("https://x/a?query=q", NULL, "no way on");
	is_cursor("https://x/a", NULL, "no query");
	is_cursor("", NULL, "no link");
	return done_testing();
}
