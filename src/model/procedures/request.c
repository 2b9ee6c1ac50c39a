/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct param in[] = {
	{ "ServiceDeskId", VALUE_TEXT, PARAM_DESK, "serviceDeskId", "1",
	  "The service desk; without it that of ServiceDeskID, or the only one there is." },
	{ "RequestTypeId", VALUE_TEXT, PARAM_REQUIRED, "requestTypeId", "11",
	  "The ID of the request type." },
	{ "Summary", VALUE_TEXT, PARAM_FIELD, "summary", "The printer is on fire",
	  "The summary of the request." },
	{ "Description", VALUE_TEXT, PARAM_FIELD, "description", "Room 12, since noon.",
	  "The description of the request." },
	{ "RaiseOnBehalfOf", VALUE_TEXT, 0, "raiseOnBehalfOf", "",
	  "The account ID, on Data Center the user name, of the customer whose request it is." },
	{ "RequestParticipants", VALUE_TEXT, PARAM_LIST, "requestParticipants", "",
	  "The account IDs, on Data Center the user names, of participants, with commas "
	  "between." },
	{ "Fields", VALUE_JSON, PARAM_STRING | PARAM_REST, "requestFieldValues", "",
	  "Fields of the request type, by name or ID: a JSON object. Any other name is taken "
	  "for such a field as well." },
	{ 0 }
};

static const struct param out[] = {
	{ "RequestId", VALUE_TEXT, 0, "issueId", NULL, "The ID of the request." },
	{ "RequestKey", VALUE_TEXT, 0, "issueKey", NULL, "The key of the request." },
	{ "RequestTypeId", VALUE_TEXT, 0, "requestTypeId", NULL,
	  "The ID of the request type." },
	{ "ServiceDeskId", VALUE_TEXT, 0, "serviceDeskId", NULL,
	  "The ID of the service desk." },
	{ "Summary", VALUE_TEXT, 0, "summary", NULL, "The summary of the request." },
	{ "CurrentStatus", VALUE_TEXT, 0, "currentStatus.status", NULL,
	  "The status of the request." },
	{ 0 }
};

/* clang-format on */

static const char *const touches[] = { "Requests", "QueueRequests", NULL };

const struct procedure procedure_add_request = {
	.name = "AddRequest",
	.doc = "Creates a customer request. There is no undo.",
	.kind = PROCEDURE_REQUEST,
	.method = "POST",
	.path = "/rest/servicedeskapi/request",
	.in = in,
	.out = out,
	.touches = touches,
	.operation = "INSERTED",
	.identity = "RequestKey",
	.check = "look for the newest requests in "
		 "Requests/ServiceDeskId={ServiceDeskId}/_order=-CreatedDate/",
};
