/* SPDX-License-Identifier: MIT */
/* Several files may show one snapshot, each its part. */
#include "fs/node.h"

bool node_part(const struct node *n, const struct snapshot *s, struct part *ret)
{
	struct buf key = BUF_INIT(1024);
	size_t i = 0;
	bool found = true;

	if (n->place.kind == PLACE_CELL)
		i = n->place.column + 1;
	if (n->place.kind == PLACE_PART) {
		found = !tree_part_key(span_of(n->name), &key) &&
		        snapshot_find(s, buf_view(&key), &i);
		buf_clear(&key);
	}
	if (found)
		*ret = snapshot_part(s, i);
	return found;
}
