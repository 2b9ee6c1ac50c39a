/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "AccountId", VALUE_TEXT, COLUMN_KEY, "accountId|name|key", .doc = "The ID of the account, on Data Center the user name." },
	{ "Active", VALUE_BOOL, 0, "active", .doc = "Whether the customer is active." },
	{ "DisplayName", VALUE_TEXT, 0, "displayName",
	  .doc = "The display name of the customer." },
	{ "EmailAddress", VALUE_TEXT, 0, "emailAddress",
	  .doc = "The e-mail address of the customer; NULL when the profile hides it." },
	{ "TimeZone", VALUE_TEXT, 0, "timeZone",
	  .doc = "The time zone of the customer; NULL when the profile hides it." },
	{ "ServiceDeskId", VALUE_TEXT, 0, NULL, .ref = "ServiceDesks.Id",
	  .doc = "The ID of the service desk." },
	{ "SearchQuery", VALUE_TEXT, COLUMN_PSEUDO, NULL,
	  .doc = "Text that name or e-mail address must match, by the server's rules." },
	{ 0 }
};

static const struct key of_desk[] = {
	DESK_KEY,
	{ "SearchQuery", OP_EQ, KEY_OPTIONAL, INTO_QUERY, "query", MATCH_EXACT },
	{ 0 }
};

static const struct endpoint endpoints[] = {
	{ .name = "list", .path = "/rest/servicedeskapi/servicedesk/{desk}/customer",
	  .rows = "values", .page = PAGE_OFFSET, .page_max = 100, .per_s = 5, .flags = ENDPOINT_CLOUD,
	  .keys = of_desk },
	{ 0 }
};

/* clang-format on */

static const char *const id[] = { "ServiceDeskId", "AccountId", NULL };

const struct table table_customers = {
	.name = "Customers",
	.kind = TABLE_VIEW,
	.doc = "The customers of each service desk.",
	.note = "Available on Jira Cloud only, for agents. The server answers five calls "
	        "a second "
		"here, so a large desk takes its time.",
	.parent = { "ServiceDesks", { { "Id", "ServiceDeskId" } } },
	.id = id,
	.desk = "ServiceDeskId",
	.columns = columns,
	.endpoints = endpoints,
	.insert = &procedure_add_customer,
	.remove = &procedure_remove_customer,
};
