/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "Id", VALUE_TEXT, COLUMN_KEY, "id", .doc = "The ID of the queue." },
	{ "ServiceDeskId", VALUE_TEXT, 0, NULL, .ref = "ServiceDesks.Id",
	  .doc = "The ID of the service desk." },
	{ "Name", VALUE_TEXT, 0, "name", .doc = "The name of the queue." },
	{ "Fields", VALUE_JSON, 0, "fields", .doc = "The columns that the queue shows." },
	{ 0 }
};

static const struct key one[] = {
	DESK_KEY,
	{ "Id", OP_EQ | OP_IN, KEY_REQUIRED, INTO_PATH, "queue", MATCH_EXACT, FORM_DIGITS },
	{ 0 }
};

static const struct key of_desk[] = {
	DESK_KEY,
	{ 0 }
};

static const struct endpoint endpoints[] = {
	{ .name = "get", .path = "/rest/servicedeskapi/servicedesk/{desk}/queue/{queue}", .rows = "",
	  .page = PAGE_NONE, .flags = ENDPOINT_METADATA | ENDPOINT_ABSENT_IS_EMPTY, .keys = one },
	{ .name = "list", .path = "/rest/servicedeskapi/servicedesk/{desk}/queue", .rows = "values",
	  .page = PAGE_OFFSET, .page_max = 100, .flags = ENDPOINT_METADATA, .keys = of_desk },
	{ 0 }
};

/* clang-format on */

const struct table table_queues = {
	.name = "Queues",
	.kind = TABLE_INTERNAL,
	.doc = "The queues of service desks.",
	.parent = { "ServiceDesks", { { "Id", "ServiceDeskId" } } },
	.desk = "ServiceDeskId",
	.columns = columns,
	.endpoints = endpoints,
};
