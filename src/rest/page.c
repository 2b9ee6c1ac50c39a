/* SPDX-License-Identifier: MIT */
#include "rest/page.h"

#include "base/str.h"
#include "net/url.h"

#include <stdio.h>

void page_params(enum page_style style, int64_t start, unsigned limit, const char *cursor,
                 struct buf *url)
{
	char text[24];

	if (style == PAGE_NONE)
		return;
	if (style == PAGE_OFFSET) {
		snprintf(text, sizeof(text), "%lld", (long long)start);
		url_param(url, "start", span_of(text));
	}
	snprintf(text, sizeof(text), "%u", limit);
	url_param(url, "limit", span_of(text));
	if (cursor)
		buf_puts(url, cursor);
}

/*
 * The link names another host behind a gateway, so only its cursor is taken.
 * Source: knowledge base search, whose start parameter is deprecated on Cloud; Data
 * Center knows nothing else.
 */
bool page_cursor(const struct jpage_info *info, struct buf *out)
{
	struct span query = info->next, start = { NULL, 0 };
	bool found = false;

	(void)span_cut(&query, '?');
	while (query.n) {
		struct span value = span_cut(&query, '&');
		struct span item = value;
		struct span name = span_cut(&value, '=');

		if (span_is(name, "start") && span_digits(value))
			start = item;
		if (!span_is(name, "cursor") && !span_is(name, "prev"))
			continue;
		/* Already encoded; nothing but that may go into an address. */
		for (size_t i = 0; i < item.n; i++) {
			if ((unsigned char)item.p[i] <= ' ' || item.p[i] == '#' ||
			    item.p[i] & 0x80)
				return false;
		}
		buf_putc(out, '&');
		buf_span(out, item);
		found |= span_is(name, "cursor");
	}
	if (found || !start.n)
		return found;
	buf_putc(out, '&');
	buf_span(out, start);
	return true;
}

unsigned page_limit(const struct endpoint *ep, int64_t max_rows)
{
	if (max_rows < 0 || max_rows >= ep->page_max)
		return ep->page_max;
	return max_rows > 0 ? (unsigned)max_rows : 1;
}

bool page_is_last(enum page_style style, const struct jpage_info *info)
{
	if (style == PAGE_NONE || !info->n_outer)
		return true;
	/* Every member of the envelope can be missing; without isLastPage the link
	 * decides. */
	return info->is_last >= 0 ? info->is_last : !info->has_next;
}

unsigned page_step(const struct jpage_info *info)
{
	return (unsigned)info->n_outer;
}
