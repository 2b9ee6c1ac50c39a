/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "RequestId", VALUE_TEXT, COLUMN_KEY | COLUMN_READONLY, NULL, .ref = "Requests.RequestId",
	  .doc = "The ID of the request." },
	{ "RequestKey", VALUE_TEXT, COLUMN_READONLY, NULL, .ref = "Requests.RequestKey",
	  .doc = "The key of the request." },
	{ "Id", VALUE_TEXT, COLUMN_KEY, "id", .doc = "The ID of the transition." },
	{ "Name", VALUE_TEXT, COLUMN_READONLY, "name", .doc = "The name of the transition." },
	{ "Comment", VALUE_TEXT, 0, NULL,
	  .doc = "The comment to give with the transition; never read." },
	{ 0 }
};

static const struct key of_request[] = {
	REQUEST_KEYS,
	{ 0 }
};

static const struct endpoint endpoints[] = {
	{ .name = "list", .path = "/rest/servicedeskapi/request/{request}/transition",
	  .rows = "values", .page = PAGE_OFFSET, .page_max = 100, .keys = of_request },
	{ 0 }
};

/* clang-format on */

static const char *const id[] = { "RequestKey", "Id", NULL };

const struct table table_customer_transitions = {
	.name = "CustomerTransitions",
	.kind = TABLE_TABLE,
	.doc = "The transitions that a customer, here the signed-in account, can perform "
	       "on a "
	       "request.",
	.parent = REQUEST_PARENT,
	.id = id,
	.columns = columns,
	.endpoints = endpoints,
	.insert = &procedure_perform_transition,
};
