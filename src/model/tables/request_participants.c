/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "AccountId", VALUE_TEXT, COLUMN_KEY | COLUMN_READONLY, "accountId|name|key",
	  .doc = "The account ID of the participant, on Data Center the user name." },
	{ "RequestId", VALUE_TEXT, COLUMN_KEY | COLUMN_READONLY, NULL, .ref = "Requests.RequestId",
	  .doc = "The ID of the request." },
	{ "RequestKey", VALUE_TEXT, COLUMN_READONLY, NULL, .ref = "Requests.RequestKey",
	  .doc = "The key of the request." },
	{ "EmailAddress", VALUE_TEXT, COLUMN_READONLY, "emailAddress",
	  .doc = "The e-mail address of the participant; NULL when the profile hides it." },
	{ "DisplayName", VALUE_TEXT, COLUMN_READONLY, "displayName", .doc = "The display name of the participant." },
	{ "Active", VALUE_BOOL, COLUMN_READONLY, "active", .doc = "Whether the account is active." },
	{ "TimeZone", VALUE_TEXT, COLUMN_READONLY, "timeZone",
	  .doc = "The time zone of the participant; NULL when the profile hides it." },
	{ 0 }
};

static const struct key of_request[] = {
	REQUEST_KEYS,
	{ 0 }
};

static const struct endpoint endpoints[] = {
	{ .name = "list", .path = "/rest/servicedeskapi/request/{request}/participant",
	  .rows = "values", .page = PAGE_OFFSET, .page_max = 100, .keys = of_request,
	  .bulk = "participants", .bulk_expand = "participant" },
	{ 0 }
};

/* clang-format on */

static const char *const id[] = { "RequestKey", "AccountId", NULL };

const struct table table_request_participants = {
	.name = "RequestParticipants",
	.kind = TABLE_TABLE,
	.doc = "The participants of requests.",
	.parent = REQUEST_PARENT,
	.id = id,
	.columns = columns,
	.endpoints = endpoints,
	.insert = &procedure_add_participant,
	.remove = &procedure_remove_participant,
};
