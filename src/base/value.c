/* SPDX-License-Identifier: MIT */
#include "base/value.h"

struct value value_text(struct span s)
{
	return (struct value){ .type = VALUE_TEXT, .s = s };
}

struct value value_int(int64_t i)
{
	return (struct value){ .type = VALUE_INT, .i = i };
}

void rowset_close(struct rowset *rs)
{
	if (rs)
		rs->ops->close(rs);
}
