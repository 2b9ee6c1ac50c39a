/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "AccountId", VALUE_TEXT, COLUMN_KEY, "accountId|name|key", .doc = "The account ID of the user, on Data Center the user name." },
	{ "OrganizationId", VALUE_TEXT, COLUMN_KEY, NULL, .ref = "Organizations.Id",
	  .doc = "The ID of the organization." },
	{ "EmailAddress", VALUE_TEXT, 0, "emailAddress",
	  .doc = "The e-mail address of the user; NULL when the profile hides it." },
	{ "DisplayName", VALUE_TEXT, 0, "displayName", .doc = "The display name of the user." },
	{ "Active", VALUE_BOOL, 0, "active", .doc = "Whether the account is active." },
	{ "TimeZone", VALUE_TEXT, 0, "timeZone",
	  .doc = "The time zone of the user; NULL when the profile hides it." },
	{ 0 }
};

static const struct key of_organization[] = {
	{ "OrganizationId", OP_EQ | OP_IN, KEY_REQUIRED, INTO_PATH, "organization", MATCH_EXACT,
	  FORM_DIGITS },
	{ 0 }
};

static const struct endpoint endpoints[] = {
	{ .name = "list", .path = "/rest/servicedeskapi/organization/{organization}/user",
	  .rows = "values", .page = PAGE_OFFSET, .page_max = 100, .keys = of_organization },
	{ 0 }
};

/* clang-format on */

static const char *const id[] = { "OrganizationId", "AccountId", NULL };

const struct table table_users = {
	.name = "Users",
	.kind = TABLE_VIEW,
	.doc = "The members of organizations.",
	.note = "Without OrganizationId it takes one call for each organization.",
	.parent = { "Organizations", { { "Id", "OrganizationId" } } },
	.id = id,
	.columns = columns,
	.endpoints = endpoints,
	.insert = &procedure_add_user,
	.remove = &procedure_remove_user,
};
