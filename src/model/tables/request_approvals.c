/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "Id", VALUE_TEXT, COLUMN_KEY | COLUMN_READONLY, "id", .doc = "The ID of the approval." },
	{ "RequestKey", VALUE_TEXT, COLUMN_READONLY, NULL, .ref = "Requests.RequestKey",
	  .doc = "The key of the request." },
	{ "RequestId", VALUE_TEXT, COLUMN_KEY | COLUMN_READONLY, NULL, .ref = "Requests.RequestId",
	  .doc = "The ID of the request." },
	{ "Name", VALUE_TEXT, COLUMN_KEY | COLUMN_READONLY, "name",
	  .doc = "The name of the approval." },
	{ "FinalDecision", VALUE_TEXT, 0, "finalDecision",
	  .doc = "The final decision: approved, declined or pending; approve or decline is written." },
	{ "CanAnswerApproval", VALUE_BOOL, COLUMN_READONLY | COLUMN_STRING, "canAnswerApproval",
	  .doc = "Whether the signed-in account can answer the approval." },
	{ "Approvers", VALUE_JSON, COLUMN_READONLY | COLUMN_STRING, "approvers",
	  .doc = "The approvers and their decisions, a JSON array." },
	{ "CreatedDate", VALUE_TIME, COLUMN_READONLY | COLUMN_STRING,
	  "createdDate.epochMillis|createdDate.iso8601", .doc = "When the approval was asked for." },
	{ "CompletedDate", VALUE_TIME, COLUMN_READONLY | COLUMN_STRING,
	  "completedDate.epochMillis|completedDate.iso8601",
	  .doc = "When it was decided; NULL while it is pending." },
	{ 0 }
};

static const struct key one[] = {
	REQUEST_KEYS,
	{ "Id", OP_EQ | OP_IN, KEY_REQUIRED, INTO_PATH, "approval", MATCH_EXACT, FORM_DIGITS },
	{ 0 }
};

static const struct key of_request[] = {
	REQUEST_KEYS,
	{ 0 }
};

static const struct endpoint endpoints[] = {
	{ .name = "get", .path = "/rest/servicedeskapi/request/{request}/approval/{approval}",
	  .rows = "", .page = PAGE_NONE, .flags = ENDPOINT_ABSENT_IS_EMPTY, .keys = one },
	{ .name = "list", .path = "/rest/servicedeskapi/request/{request}/approval",
	  .rows = "values", .page = PAGE_OFFSET, .page_max = 100, .keys = of_request },
	{ 0 }
};

/* clang-format on */

static const struct order orders[] = {
	{ "decision", &procedure_answer_approval, .line = "FinalDecision" },
	{ 0 }
};

static const char *const id[] = { "RequestKey", "Id", NULL };

const struct table table_request_approvals = {
	.name = "RequestApprovals",
	.kind = TABLE_TABLE,
	.doc = "The approvals that requests need or had.",
	.parent = REQUEST_PARENT,
	.id = id,
	.orders = orders,
	.columns = columns,
	.endpoints = endpoints,
	.update = &procedure_answer_approval,
};
