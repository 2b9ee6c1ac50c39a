/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct param in[] = {
	{ "OrganizationId", VALUE_TEXT, PARAM_REQUIRED, "{organizationId}", "1",
	  "The ID of the organization." },
	{ "AccountId", VALUE_TEXT, PARAM_REQUIRED | PARAM_LIST, "accountIds", "abc123",
	  "The account ID, on Data Center the user name, or several with commas between.",
	  .path_dc = "usernames" },
	{ 0 }
};

static const struct param out[] = {
	{ "AccountId", VALUE_TEXT, 0, NULL, NULL, "The account ID." },
	{ "OrganizationId", VALUE_TEXT, 0, NULL, NULL, "The ID of the organization." },
	{ 0 }
};

/* clang-format on */

static const char *const touches[] = { "Users", "Organizations", "Requests", NULL };

#define PATH "/rest/servicedeskapi/organization/{organizationId}/user"

const struct procedure procedure_add_user = {
	.name = "AddUser",
	.doc = "Makes an account a member of an organization.",
	.method = "POST",
	.path = PATH,
	.in = in,
	.out = out,
	.touches = touches,
	.operation = "INSERTED",
	.identity = "AccountId",
	.check = "look into Users/OrganizationId={OrganizationId}/",
};

const struct procedure procedure_remove_user = {
	.name = "RemoveUser",
	.doc = "Removes a member from an organization; the account stays.",
	.method = "DELETE",
	.path = PATH,
	.in = in,
	.out = out,
	.touches = touches,
	.operation = "DELETED",
	.identity = "AccountId",
	.check = "look into Users/OrganizationId={OrganizationId}/",
};
