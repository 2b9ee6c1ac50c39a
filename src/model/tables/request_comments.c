/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "Id", VALUE_TEXT, COLUMN_KEY | COLUMN_READONLY, "id", .doc = "The ID of the comment." },
	{ "RequestId", VALUE_TEXT, COLUMN_KEY | COLUMN_READONLY, NULL, .ref = "Requests.RequestId",
	  .doc = "The ID of the request." },
	{ "RequestKey", VALUE_TEXT, COLUMN_READONLY, NULL, .ref = "Requests.RequestKey",
	  .doc = "The key of the request." },
	{ "Body", VALUE_TEXT, 0, "body", .doc = "The text of the comment." },
	{ "Public", VALUE_BOOL, COLUMN_READONLY, "public",
	  .doc = "Whether customers see the comment; otherwise it is internal." },
	{ "AuthorKey", VALUE_TEXT, COLUMN_READONLY,
	  "author.key|author.accountId|author.name", .doc = "The key of the author." },
	{ "CreatedAt", VALUE_TIME, COLUMN_READONLY | COLUMN_STRING,
	  "created.epochMillis|created.iso8601", .doc = "When the comment was created." },
	{ "Internal", VALUE_BOOL, COLUMN_PSEUDO, NULL,
	  .doc = "Whether internal comments are returned too; they are by default." },
	{ 0 }
};

static const struct key one[] = {
	REQUEST_KEYS,
	{ "Id", OP_EQ | OP_IN, KEY_REQUIRED, INTO_PATH, "comment", MATCH_EXACT, FORM_DIGITS },
	{ 0 }
};

static const struct key of_request[] = {
	REQUEST_KEYS,
	{ "Public", OP_EQ, KEY_OPTIONAL, INTO_QUERY, "public", MATCH_EXACT,
	  .map = "true:public=true&internal=false,false:public=false&internal=true" },
	{ "Internal", OP_EQ, KEY_OPTIONAL, INTO_QUERY, "internal", MATCH_EXACT,
	  .map = "true:,false:internal=false" },
	{ 0 }
};

static const struct endpoint endpoints[] = {
	{ .name = "get", .path = "/rest/servicedeskapi/request/{request}/comment/{comment}",
	  .rows = "", .page = PAGE_NONE, .flags = ENDPOINT_ABSENT_IS_EMPTY, .keys = one },
	{ .name = "list", .path = "/rest/servicedeskapi/request/{request}/comment",
	  .rows = "values", .page = PAGE_OFFSET, .page_max = 100, .keys = of_request,
	  .bulk = "comments", .bulk_expand = "comment" },
	{ 0 }
};

/* clang-format on */

static const char *const id[] = { "RequestKey", "Id", NULL };

const struct table table_request_comments = {
	.name = "RequestComments",
	.kind = TABLE_TABLE,
	.doc = "The comments on requests, public and internal.",
	.note = "Without RequestId or RequestKey every request in reach is read first, "
	        "then the "
		"comments of each.",
	.parent = REQUEST_PARENT,
	.id = id,
	.columns = columns,
	.endpoints = endpoints,
	.insert = &procedure_add_comment,
};
