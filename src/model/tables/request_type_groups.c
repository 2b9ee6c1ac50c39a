/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "Id", VALUE_TEXT, COLUMN_KEY, "id", .doc = "The ID of the group." },
	{ "ServiceDeskId", VALUE_TEXT, COLUMN_KEY, NULL, .ref = "ServiceDesks.Id",
	  .doc = "The ID of the service desk." },
	{ "Name", VALUE_TEXT, 0, "name", .doc = "The name of the group." },
	{ 0 }
};

static const struct key of_desk[] = {
	DESK_KEY,
	{ 0 }
};

static const struct endpoint endpoints[] = {
	{ .name = "list", .path = "/rest/servicedeskapi/servicedesk/{desk}/requesttypegroup",
	  .rows = "values", .page = PAGE_OFFSET, .page_max = 100, .flags = ENDPOINT_METADATA,
	  .keys = of_desk },
	{ 0 }
};

/* clang-format on */

static const char *const id[] = { "ServiceDeskId", "Id", NULL };

const struct table table_request_type_groups = {
	.name = "RequestTypeGroups",
	.kind = TABLE_VIEW,
	.doc = "The groups under which a portal shows request types.",
	.parent = { "ServiceDesks", { { "Id", "ServiceDeskId" } } },
	.id = id,
	.desk = "ServiceDeskId",
	.columns = columns,
	.endpoints = endpoints,
};
