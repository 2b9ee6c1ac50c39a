/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "Id", VALUE_TEXT, COLUMN_KEY, "id", .doc = "The ID of the service desk." },
	{ "ProjectId", VALUE_TEXT, 0, "projectId", .doc = "The ID of the project." },
	{ "ProjectName", VALUE_TEXT, 0, "projectName", .doc = "The name of the project." },
	{ "ProjectKey", VALUE_TEXT, 0, "projectKey", .doc = "The key of the project." },
	{ 0 }
};

static const struct key by_id[] = {
	{ "Id", OP_EQ | OP_IN, KEY_REQUIRED, INTO_PATH, "desk", MATCH_EXACT, FORM_DIGITS },
	{ 0 }
};

static const struct key no_keys[] = { { 0 } };

static const struct endpoint endpoints[] = {
	{ .name = "get", .path = "/rest/servicedeskapi/servicedesk/{desk}", .rows = "",
	  .page = PAGE_NONE, .flags = ENDPOINT_METADATA | ENDPOINT_ABSENT_IS_EMPTY, .keys = by_id },
	{ .name = "list", .path = "/rest/servicedeskapi/servicedesk", .rows = "values",
	  .page = PAGE_OFFSET, .page_max = 100, .flags = ENDPOINT_METADATA, .keys = no_keys },
	{ 0 }
};

/* clang-format on */

static const char *const id[] = { "Id", NULL };

const struct table table_service_desks = {
	.name = "ServiceDesks",
	.kind = TABLE_VIEW,
	.doc = "The service desks that the signed-in account can see, each the help desk "
	       "side of "
	       "a Jira project.",
	.id = id,
	.label = "ProjectName",
	.desk = "Id",
	.columns = columns,
	.endpoints = endpoints,
};
