/* SPDX-License-Identifier: MIT */
/* A file of views, edited; and the same bytes as a statement and as a name. */
#include "catalog/userviews_i.h"
#include "json/jdoc.h"
#include "query/statement.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was put is there, and nothing else is lost. */
static void check_edit(struct span text)
{
	static const char query[] = "SELECT \"x\"\n";
	struct buf out = BUF_INIT(USERVIEWS_MAX_BYTES);
	struct jdoc *before = NULL, *after = NULL;
	size_t n = 0, cursor = 0, seen = 0;
	const struct jnode *value;
	struct span name;
	bool there = false;
	int r = userviews_edit(text, VIEW_PUT, SPAN("view"), span_of(query), &out, NULL);

	if (!r) {
		r = jdoc_parse(buf_view(&out), &after, NULL);
		assert(!r);
		while (jnode_each(jdoc_root(after), &cursor, &name, &value)) {
			seen++;
			there = there ||
			        (span_ieq(name, SPAN("view")) &&
			         span_is(jnode_text(jnode_get(value, "query")), query));
		}
		assert(there);
		cursor = 0;
		if (!jdoc_parse(text, &before, NULL)) {
			while (jnode_each(jdoc_root(before), &cursor, &name, &value))
				n++;
		}
		assert(seen == n || seen == n + 1);
	}
	jdoc_free(before);
	jdoc_free(after);
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size };
	struct command c = { 0 };
	char *copy = span_dup(text);

	if (!copy)
		return 0;
	check_edit(text);
	if (!statement_parse(copy, &c, NULL)) {
		assert((c.kind == STATEMENT_READ) == !c.name);
		assert(!c.query.n || (c.query.p >= copy &&
		                      c.query.p + c.query.n <= copy + strlen(copy)));
		command_clear(&c);
	}
	if (userviews_is_name(text))
		assert(size <= USERVIEWS_NAME_BYTES && !memchr(data, '/', size) &&
		       data[0] != '.');
	free(copy);
	return 0;
}
