/* SPDX-License-Identifier: MIT */
/* Customers of a desk; customer.c creates an account and no more. */
#include "model/model_i.h"

/* clang-format off */

static const struct param add_in[] = {
	{ "EmailAddress", VALUE_TEXT, PARAM_REQUIRED_ELSE | PARAM_NAMES, "email", "ann@example.com",
	  "The e-mail address of the new customer." },
	{ "DisplayName", VALUE_TEXT, 0, "displayName", "Ann Lee",
	  "The full name of the new customer.", .path_dc = "fullName" },
	{ "ServiceDeskId", VALUE_TEXT, PARAM_DESK, NULL, "1",
	  "The service desk; without it that of ServiceDeskID, or the only one there is." },
	{ "AccountId", VALUE_TEXT, PARAM_LIST, NULL, "",
	  "An account that is there already, on Data Center its user name, for the service "
	  "desk; no other is created." },
	{ 0 }
};

static const struct param desk_in[] = {
	{ "ServiceDeskId", VALUE_TEXT, PARAM_DESK, "{serviceDeskId}", "1",
	  "The service desk; without it that of ServiceDeskID, or the only one there is." },
	{ "AccountId", VALUE_TEXT, PARAM_REQUIRED | PARAM_LIST, "accountIds", "abc123",
	  "The account ID, on Data Center the user name, or several with commas between.",
	  .path_dc = "usernames" },
	{ 0 }
};

static const struct param add_out[] = {
	{ "AccountId", VALUE_TEXT, 0, "accountId|name|key", NULL, "The ID of the account." },
	{ "DisplayName", VALUE_TEXT, 0, "displayName", NULL, "The name of the customer." },
	{ "EmailAddress", VALUE_TEXT, 0, "emailAddress", NULL,
	  "The e-mail address of the customer." },
	{ "Active", VALUE_BOOL, 0, "active", NULL, "Whether the customer is active." },
	{ "TimeZone", VALUE_TEXT, 0, "timeZone", NULL, "The time zone of the customer." },
	{ "ServiceDeskId", VALUE_TEXT, 0, NULL, NULL, "The ID of the service desk." },
	{ 0 }
};

static const struct param desk_out[] = {
	{ "AccountId", VALUE_TEXT, 0, NULL, NULL, "The account ID." },
	{ "ServiceDeskId", VALUE_TEXT, 0, NULL, NULL, "The ID of the service desk." },
	{ 0 }
};

/* clang-format on */

static const char *const touches[] = { "Customers", NULL };

#define DESK_PATH "/rest/servicedeskapi/servicedesk/{serviceDeskId}/customer"

const struct procedure procedure_add_customer_to_desk = {
	.name = "AddCustomerToDesk",
	.doc = "Makes an account a customer of a service desk.",
	.method = "POST",
	.path = DESK_PATH,
	.in = desk_in,
	.out = desk_out,
	.touches = touches,
	.operation = "INSERTED",
	.identity = "AccountId",
	.check = "look for {AccountId} in Customers/ServiceDeskId={ServiceDeskId}/",
};

const struct procedure procedure_add_customer = {
	.name = "AddCustomer",
	.doc = "Creates a customer account and makes it a customer of a service desk; "
	       "with "
	       "AccountId it is one that is there already. Jira may send an invitation; "
	       "accounts cannot be deleted.",
	.method = "POST",
	.path = "/rest/servicedeskapi/customer",
	.query = "strictConflictStatusCode=true",
	.in = add_in,
	.out = add_out,
	.touches = touches,
	.operation = "INSERTED",
	.identity = "AccountId",
	.instead = { &procedure_add_customer_to_desk, "AccountId" },
	.then = { &procedure_add_customer_to_desk, NULL },
	.done = "the account was created",
	.check = "look for {EmailAddress} in Customers/ServiceDeskId={ServiceDeskId}/",
};

const struct procedure procedure_remove_customer = {
	.name = "RemoveCustomer",
	.doc = "Removes a customer from a service desk; the account stays.",
	.method = "DELETE",
	.path = DESK_PATH,
	.in = desk_in,
	.out = desk_out,
	.touches = touches,
	.operation = "DELETED",
	.identity = "AccountId",
	.check = "look for {AccountId} in Customers/ServiceDeskId={ServiceDeskId}/",
};
