/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "ServiceDeskId", VALUE_TEXT, 0, NULL, .ref = "ServiceDesks.Id",
	  .doc = "The ID of the service desk." },
	{ "RequestTypeId", VALUE_TEXT, 0, NULL, .ref = "RequestTypes.Id",
	  .doc = "The ID of the request type." },
	{ "FieldId", VALUE_TEXT, 0, "fieldId", .doc = "The ID of the field." },
	{ "Name", VALUE_TEXT, 0, "name", .doc = "The name of the field." },
	{ "Description", VALUE_TEXT, 0, "description", .doc = "The description of the field." },
	{ "Required", VALUE_BOOL, 0, "required", .doc = "Whether the field must be given." },
	{ "JiraSchema", VALUE_JSON, COLUMN_STRING, "jiraSchema",
	  .doc = "What Jira keeps in the field, a JSON object." },
	{ "ValidValues", VALUE_JSON, COLUMN_STRING, "validValues",
	  .doc = "The values it can have, a JSON array." },
	{ "DefaultValues", VALUE_JSON, COLUMN_STRING, "defaultValues",
	  .doc = "The values it has by default, a JSON array." },
	{ "Visible", VALUE_BOOL, 0, "visible", .doc = "Whether customers see the field." },
	{ "Expand", VALUE_TEXT, COLUMN_PSEUDO, NULL, .values = "hiddenFields",
	  .doc = "hiddenFields: the hidden fields too, for administrators of the project." },
	{ 0 }
};

static const struct key of_type[] = {
	DESK_KEY,
	{ "RequestTypeId", OP_EQ | OP_IN, KEY_REQUIRED, INTO_PATH, "type", MATCH_EXACT, FORM_DIGITS },
	{ "Expand", OP_EQ, KEY_OPTIONAL, INTO_QUERY, "expand", MATCH_EXACT },
	{ 0 }
};

static const struct endpoint endpoints[] = {
	{ .name = "list", .path = "/rest/servicedeskapi/servicedesk/{desk}/requesttype/{type}/field",
	  .rows = "requestTypeFields", .page = PAGE_NONE, .flags = ENDPOINT_METADATA,
	  .keys = of_type },
	{ 0 }
};

/* clang-format on */

const struct table table_request_type_fields = {
	.name = "RequestTypeFields",
	.kind = TABLE_VIEW,
	.doc = "The fields of request types.",
	.note = "Without ServiceDeskId and RequestTypeId it takes one call for each "
	        "request type.",
	.parent = { "RequestTypes",
	            { { "ServiceDeskId", "ServiceDeskId" }, { "Id", "RequestTypeId" } } },
	.desk = "ServiceDeskId",
	.columns = columns,
	.endpoints = endpoints,
};
