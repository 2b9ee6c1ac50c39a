/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "Id", VALUE_TEXT, COLUMN_KEY | COLUMN_TAIL, "_links.jiraRest|_links.self",
	  .doc = "The ID of the attachment." },
	{ "RequestId", VALUE_TEXT, COLUMN_KEY, NULL, .ref = "Requests.RequestId",
	  .doc = "The ID of the request." },
	{ "RequestKey", VALUE_TEXT, 0, NULL, .ref = "Requests.RequestKey",
	  .doc = "The key of the request." },
	{ "FileName", VALUE_TEXT, 0, "filename", .doc = "The name of the file." },
	{ "Size", VALUE_INT, 0, "size", .doc = "Its size in bytes." },
	{ "CreatedDate", VALUE_TIME, 0, "created.epochMillis|created.iso8601",
	  .doc = "When it was attached." },
	{ 0 }
};

static const struct key of_request[] = { REQUEST_KEYS, { 0 } };

static const struct endpoint endpoints[] = {
	{ .name = "list", .path = "/rest/servicedeskapi/request/{request}/attachment",
	  .rows = "values", .page = PAGE_OFFSET, .page_max = 100, .keys = of_request },
	{ 0 }
};

/* clang-format on */

const struct table table_request_attachments = {
	.name = "RequestAttachments",
	.kind = TABLE_INTERNAL,
	.doc = "The files attached to requests.",
	.parent = REQUEST_PARENT,
	.columns = columns,
	.endpoints = endpoints,
};
