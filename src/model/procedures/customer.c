/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct param in[] = {
	{ "Email", VALUE_TEXT, PARAM_NAMES, "email", "ann@example.com",
	  "The e-mail address of the new customer." },
	{ "FullName", VALUE_TEXT, 0, "displayName", "Ann Lee",
	  "The full name of the new customer.", .path_dc = "fullName" },
	{ 0 }
};

static const struct param out[] = {
	{ "Key", VALUE_TEXT, 0, "key|accountId|name", NULL, "The key of the customer." },
	{ "AccountId", VALUE_TEXT, 0, "accountId|name|key", NULL, "The ID of the account." },
	{ "Name", VALUE_TEXT, 0, "name|accountId|key", NULL, "The name of the customer." },
	{ "EmailAddress", VALUE_TEXT, 0, "emailAddress", NULL,
	  "The e-mail address of the customer." },
	{ "DisplayName", VALUE_TEXT, 0, "displayName", NULL,
	  "The display name of the customer." },
	{ "Active", VALUE_TEXT, 0, "active", NULL, "Whether the customer is active." },
	{ "Timezone", VALUE_TEXT, 0, "timeZone", NULL, "The time zone of the customer." },
	{ 0 }
};

/* clang-format on */

static const char *const touches[] = { "Customers", NULL };

const struct procedure procedure_create_customer = {
	.name = "CreateCustomer",
	.doc = "Creates a customer account. Jira may send an invitation; there is no "
	       "undo.",
	.method = "POST",
	.path = "/rest/servicedeskapi/customer",
	.query = "strictConflictStatusCode=true",
	.in = in,
	.out = out,
	.touches = touches,
	.operation = "INSERTED",
	.identity = "AccountId",
	.check = "look for {Email} in Customers/",
};
