/* SPDX-License-Identifier: MIT */
#include "base/value.h"

#include "tap.h"

static void count_close(struct rowset *rs)
{
	rs->n_columns++;
}

int main(void)
{
	static const struct rowset_ops ops = { .close = count_close };
	struct rowset rs = { .ops = &ops };
	struct value v = value_text(SPAN("abc"));

	ok(v.type == VALUE_TEXT && span_is(v.s, "abc"), "a text");
	v = value_int(INT64_MIN);
	ok(v.type == VALUE_INT && v.i == INT64_MIN, "a number");
	rowset_close(&rs);
	is_int((long long)rs.n_columns, 1, "closing asks the implementation");
	rowset_close(NULL);
	return done_testing();
}
