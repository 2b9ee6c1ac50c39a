/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "Id", VALUE_TEXT, COLUMN_KEY, "id", .doc = "The ID of the organization." },
	{ "Name", VALUE_TEXT, 0, "name", .doc = "The name of the organization." },
	{ "ServiceDeskId", VALUE_TEXT, 0, NULL, .ref = "ServiceDesks.Id",
	  .doc = "The ID of the service desk that was asked for, else NULL." },
	{ "AccountId", VALUE_TEXT, COLUMN_PSEUDO, NULL,
	  .doc = "Only organizations that this account is a member of." },
	{ 0 }
};

static const struct key one[] = {
	{ "Id", OP_EQ | OP_IN, KEY_REQUIRED, INTO_PATH, "organization", MATCH_EXACT, FORM_DIGITS },
	{ 0 }
};

static const struct key of_desk[] = {
	DESK_KEY,
	{ "AccountId", OP_EQ, KEY_OPTIONAL, INTO_QUERY, "accountId", MATCH_EXACT },
	{ 0 }
};

static const struct key of_all[] = {
	{ "AccountId", OP_EQ, KEY_OPTIONAL, INTO_QUERY, "accountId", MATCH_EXACT },
	{ 0 }
};

static const struct endpoint endpoints[] = {
	{ .name = "of_desk", .path = "/rest/servicedeskapi/servicedesk/{desk}/organization",
	  .rows = "values", .page = PAGE_OFFSET, .page_max = 100, .keys = of_desk },
	{ .name = "get", .path = "/rest/servicedeskapi/organization/{organization}", .rows = "",
	  .page = PAGE_NONE, .flags = ENDPOINT_ABSENT_IS_EMPTY, .keys = one },
	{ .name = "all", .path = "/rest/servicedeskapi/organization", .rows = "values",
	  .page = PAGE_OFFSET, .page_max = 100, .keys = of_all },
	{ 0 }
};

/* clang-format on */

static const char *const id[] = { "Id", NULL };

const struct table table_organizations = {
	.name = "Organizations",
	.kind = TABLE_VIEW,
	.doc = "Organizations of customers.",
	.note = "An organization does not know its service desks: ServiceDeskId is NULL "
	        "unless it is "
		"asked for.",
	.id = id,
	.label = "Name",
	.desk = "ServiceDeskId",
	.columns = columns,
	.endpoints = endpoints,
	.insert = &procedure_add_organization,
	.remove = &procedure_remove_organization,
};
