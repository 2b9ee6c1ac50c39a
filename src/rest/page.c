/* SPDX-License-Identifier: MIT */
#include "rest/page.h"

#include "base/str.h"
#include "net/url.h"

#include <stdio.h>

void page_params(enum page_style style, int64_t start, unsigned limit, struct buf *url)
{
	char text[24];

	if (style == PAGE_NONE)
		return;
	snprintf(text, sizeof(text), "%lld", (long long)start);
	url_param(url, "start", span_of(text));
	snprintf(text, sizeof(text), "%u", limit);
	url_param(url, "limit", span_of(text));
}

unsigned page_limit(const struct endpoint *ep, int64_t max_rows)
{
	if (max_rows < 0 || max_rows >= ep->page_max)
		return ep->page_max;
	return max_rows > 0 ? (unsigned)max_rows : 1;
}

bool page_is_last(enum page_style style, const struct jpage_info *info)
{
	if (style == PAGE_NONE || !info->n_rows)
		return true;
	/* Every member of the envelope can be missing; without isLastPage the link
	 * decides. */
	return info->is_last >= 0 ? info->is_last : !info->has_next;
}

unsigned page_step(const struct jpage_info *info)
{
	return (unsigned)info->n_rows;
}
