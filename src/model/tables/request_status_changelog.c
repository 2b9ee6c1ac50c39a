/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "RequestId", VALUE_TEXT, COLUMN_KEY, NULL, .ref = "Requests.RequestId",
	  .doc = "The ID of the request." },
	{ "RequestKey", VALUE_TEXT, COLUMN_KEY, NULL, .ref = "Requests.RequestKey",
	  .doc = "The key of the request." },
	{ "Status", VALUE_TEXT, 0, "status",
	  .doc = "The status that the request got, as the portal names it." },
	{ "StatusDate", VALUE_TIME, 0, "statusDate.epochMillis|statusDate.iso8601",
	  .doc = "When it got it." },
	{ 0 }
};

static const struct key of_request[] = {
	REQUEST_KEYS,
	{ 0 }
};

static const struct endpoint endpoints[] = {
	{ .name = "list", .path = "/rest/servicedeskapi/request/{request}/status",
	  .rows = "values", .page = PAGE_OFFSET, .page_max = 100, .keys = of_request,
	  .bulk = "status", .bulk_expand = "status" },
	{ 0 }
};

/* clang-format on */

const struct table table_request_status_changelog = {
	.name = "RequestStatusChangelog",
	.kind = TABLE_VIEW,
	.doc = "The status changes of requests, the newest first.",
	.parent = REQUEST_PARENT,
	.columns = columns,
	.endpoints = endpoints,
};
