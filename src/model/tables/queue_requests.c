/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "RequestId", VALUE_TEXT, COLUMN_KEY, "id", .ref = "Requests.RequestId",
	  .doc = "The ID of the request." },
	{ "RequestKey", VALUE_TEXT, COLUMN_KEY, "key", .ref = "Requests.RequestKey",
	  .doc = "The key of the request." },
	{ "Summary", VALUE_TEXT, 0, "fields.summary",
	  .doc = "The summary of the request; NULL unless the queue shows it." },
	{ "Status", VALUE_TEXT, 0, "fields.status.name|fields.status",
	  .doc = "The status of the request; NULL unless the queue shows it." },
	{ "Created", VALUE_TIME, 0, "fields.created",
	  .doc = "When the request was created; NULL unless the queue shows it." },
	{ "QueueId", VALUE_TEXT, 0, NULL, .doc = "The ID of the queue." },
	{ "QueueName", VALUE_TEXT, 0, NULL, .doc = "The name of the queue." },
	{ "ServiceDeskId", VALUE_TEXT, 0, NULL, .ref = "ServiceDesks.Id",
	  .doc = "The ID of the service desk." },
	{ 0 }
};

static const struct key of_queue[] = {
	DESK_KEY,
	{ "QueueId", OP_EQ | OP_IN, KEY_REQUIRED, INTO_PATH, "queue", MATCH_EXACT, FORM_DIGITS },
	{ 0 }
};

static const struct endpoint endpoints[] = {
	{ .name = "list", .path = "/rest/servicedeskapi/servicedesk/{desk}/queue/{queue}/issue",
	  .rows = "values", .page = PAGE_OFFSET, .page_max = 100, .keys = of_queue },
	{ 0 }
};

/* clang-format on */

static const char *const id[] = { "RequestKey", NULL };

const struct table table_queue_requests = {
	.name = "QueueRequests",
	.kind = TABLE_VIEW,
	.doc = "The requests in the queues of service desks.",
	.note = "For agents only. Without ServiceDeskId and QueueId every queue is read.",
	.parent = { "Queues",
	            { { "ServiceDeskId", "ServiceDeskId" },
	              { "Id", "QueueId" },
	              { "Name", "QueueName" } } },
	.id = id,
	.id_alt = "RequestId",
	.desk = "ServiceDeskId",
	.columns = columns,
	.endpoints = endpoints,
};
