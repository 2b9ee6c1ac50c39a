/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "Id", VALUE_TEXT, COLUMN_KEY, "id", .doc = "The ID of the request type." },
	{ "ServiceDeskId", VALUE_TEXT, COLUMN_KEY, "serviceDeskId", .ref = "ServiceDesks.Id",
	  .doc = "The ID of the service desk." },
	{ "GroupIds", VALUE_JSON, COLUMN_STRING | COLUMN_SERVER, "groupIds",
	  .doc = "The IDs of the groups that hold the type, a JSON array; = asks for one of them." },
	{ "Name", VALUE_TEXT, 0, "name", .doc = "The name of the request type." },
	{ "Description", VALUE_TEXT, 0, "description",
	  .doc = "The description of the request type." },
	{ "PortalId", VALUE_TEXT, 0, "portalId", .doc = "The ID of the customer portal." },
	{ "IssueTypeId", VALUE_TEXT, 0, "issueTypeId",
	  .doc = "The ID of the issue type that it is based on." },
	{ "SearchQuery", VALUE_TEXT, COLUMN_PSEUDO, NULL,
	  .doc = "Text that name or description must match, by the server's rules." },
	{ "IncludeHidden", VALUE_BOOL, COLUMN_PSEUDO, NULL,
	  .doc = "Whether SearchQuery finds types that belong to no group too; false by default." },
	{ "RestrictionStatus", VALUE_TEXT, COLUMN_PSEUDO, NULL, .values = "open,restricted",
	  .doc = "Only types that everybody, or only some, can use." },
	{ 0 }
};

static const struct key one[] = {
	DESK_KEY,
	{ "Id", OP_EQ | OP_IN, KEY_REQUIRED, INTO_PATH, "type", MATCH_EXACT, FORM_DIGITS },
	{ 0 }
};

#define FILTERS                                                                                 \
	{ "SearchQuery", OP_EQ, KEY_OPTIONAL, INTO_QUERY, "searchQuery", MATCH_EXACT },         \
	{ "IncludeHidden", OP_EQ, KEY_OPTIONAL, INTO_QUERY, "includeHiddenRequestTypesInSearch", \
	  MATCH_EXACT },                                                                         \
	{ "RestrictionStatus", OP_EQ, KEY_OPTIONAL, INTO_QUERY, "restrictionStatus", MATCH_EXACT }

static const struct key of_desk[] = {
	DESK_KEY,
	{ "GroupIds", OP_EQ | OP_IN, KEY_OPTIONAL, INTO_QUERY, "groupId", MATCH_EXACT, FORM_DIGITS },
	FILTERS,
	{ 0 }
};

static const struct key of_all[] = {
	FILTERS,
	{ 0 }
};

static const struct endpoint endpoints[] = {
	{ .name = "get", .path = "/rest/servicedeskapi/servicedesk/{desk}/requesttype/{type}",
	  .rows = "", .page = PAGE_NONE, .flags = ENDPOINT_METADATA | ENDPOINT_ABSENT_IS_EMPTY,
	  .keys = one },
	{ .name = "of_desk", .path = "/rest/servicedeskapi/servicedesk/{desk}/requesttype",
	  .rows = "values", .page = PAGE_OFFSET, .page_max = 100, .flags = ENDPOINT_METADATA,
	  .keys = of_desk },
	{ .name = "all", .path = "/rest/servicedeskapi/requesttype", .rows = "values",
	  .page = PAGE_OFFSET, .page_max = 100, .flags = ENDPOINT_METADATA | ENDPOINT_CLOUD,
	  .keys = of_all },
	{ 0 }
};

/* clang-format on */

static const char *const id[] = { "Id", NULL };

const struct table table_request_types = {
	.name = "RequestTypes",
	.kind = TABLE_VIEW,
	.doc = "The kinds of requests that customers can raise.",
	.parent = { "ServiceDesks", { { "Id", "ServiceDeskId" } } },
	.id = id,
	.label = "Name",
	.desk = "ServiceDeskId",
	.columns = columns,
	.endpoints = endpoints,
};
