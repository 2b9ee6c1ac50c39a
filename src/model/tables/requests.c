/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "RequestId", VALUE_TEXT, COLUMN_KEY, "issueId", .doc = "The ID of the request." },
	{ "RequestKey", VALUE_TEXT, COLUMN_KEY, "issueKey", .doc = "The key of the request." },
	{ "RequestTypeId", VALUE_TEXT, 0, "requestTypeId",
	  .doc = "The ID of the request type." },
	{ "ServiceDeskId", VALUE_TEXT, 0, "serviceDeskId", .ref = "ServiceDesks.Id",
	  .doc = "The ID of the service desk." },
	{ "CreatedDate", VALUE_TIME, COLUMN_STRING, "createdDate.epochMillis|createdDate.iso8601",
	  .doc = "When the request was created." },
	{ "ReporterKey", VALUE_TEXT, 0, "reporter.key|reporter.accountId|reporter.name",
	  .doc = "The key of the reporter." },
	{ "ReporterDisplayName", VALUE_TEXT, 0, "reporter.displayName",
	  .doc = "The display name of the reporter." },
	{ "ReporterEmail", VALUE_TEXT, 0, "reporter.emailAddress",
	  .doc = "The e-mail address of the reporter; NULL when the profile hides it." },
	{ "ReporterName", VALUE_TEXT, 0, "reporter.name|reporter.accountId|reporter.key",
	  .doc = "The name of the reporter." },
	{ "ReporterTimeZone", VALUE_TEXT, 0, "reporter.timeZone",
	  .doc = "The time zone of the reporter; NULL when the profile hides it." },
	{ "CurrentStatus", VALUE_TEXT, 0, "currentStatus.status",
	  .doc = "The current status of the request, as the portal names it." },
	{ "RequestParticipants", VALUE_JSON, COLUMN_STRING, "participants.values",
	  .expand = "participant",
	  .doc = "The participants of the request, a JSON array of users." },
	/* Not of the connectors' model, and what a person looks for first: so it comes last. */
	{ "Summary", VALUE_TEXT, 0, "summary", .doc = "The summary of the request." },
	{ "RequestOwnership", VALUE_TEXT, COLUMN_PSEUDO, NULL,
	  .values = "OWNED_REQUESTS,PARTICIPATED_REQUESTS,ORGANIZATION,ALL_ORGANIZATIONS,APPROVER,"
		  "ALL_REQUESTS",
	  .doc = "Whose requests: those the account reported, takes part in, sees through its "
		 "organizations, has to approve, or all it may see; ORGANIZATION goes with "
		 "OrganizationId." },
	{ "RequestStatus", VALUE_TEXT, COLUMN_PSEUDO, NULL,
	  .values = "OPEN_REQUESTS,CLOSED_REQUESTS,ALL_REQUESTS",
	  .doc = "Open requests, closed requests, or both." },
	{ "SearchTerm", VALUE_TEXT, COLUMN_PSEUDO, NULL,
	  .doc = "Text that the summary must match, by the server's rules; * and ? are wildcards." },
	{ "ApprovalStatus", VALUE_TEXT, COLUMN_PSEUDO, NULL,
	  .values = "MY_PENDING_APPROVAL,MY_HISTORY_APPROVAL",
	  .doc = "Approvals that wait for the account, or that it answered; with "
		 "RequestOwnership=APPROVER." },
	{ "OrganizationId", VALUE_TEXT, COLUMN_PSEUDO, NULL, .ref = "Organizations.Id",
	  .doc = "The organization whose requests are meant by RequestOwnership=ORGANIZATION." },
	{ 0 }
};

static const struct key one[] = {
	REQUEST_KEYS,
	{ 0 }
};

/* The server takes a request type only together with its desk. */
static const struct lookup desk_of_type = {
	.column = "ServiceDeskId",
	.table = "RequestTypes",
	.match = "Id",
	.take = "ServiceDeskId",
};

static const struct key filters[] = {
	{ "ServiceDeskId", OP_EQ | OP_IN, KEY_OPTIONAL, INTO_QUERY, "serviceDeskId", MATCH_EXACT,
	  FORM_DIGITS },
	{ "RequestTypeId", OP_EQ | OP_IN, KEY_OPTIONAL, INTO_QUERY, "requestTypeId", MATCH_EXACT,
	  FORM_DIGITS, .needs = &desk_of_type },
	{ "RequestOwnership", OP_EQ | OP_IN, KEY_OPTIONAL, INTO_QUERY, "requestOwnership",
	  MATCH_EXACT },
	{ "RequestStatus", OP_EQ | OP_IN, KEY_OPTIONAL, INTO_QUERY, "requestStatus", MATCH_EXACT },
	{ "SearchTerm", OP_EQ, KEY_OPTIONAL, INTO_QUERY, "searchTerm", MATCH_EXACT },
	{ "ApprovalStatus", OP_EQ | OP_IN, KEY_OPTIONAL, INTO_QUERY, "approvalStatus", MATCH_EXACT },
	{ "OrganizationId", OP_EQ | OP_IN, KEY_OPTIONAL, INTO_QUERY, "organizationId", MATCH_EXACT,
	  FORM_DIGITS },
	{ 0 }
};

static const struct endpoint endpoints[] = {
	{ .name = "get", .path = "/rest/servicedeskapi/request/{request}", .rows = "",
	  .page = PAGE_NONE, .flags = ENDPOINT_ABSENT_IS_EMPTY, .keys = one },
	{ .name = "list", .path = "/rest/servicedeskapi/request", .rows = "values",
	  .page = PAGE_OFFSET, .page_max = 100, .flags = ENDPOINT_MOVES, .keys = filters },
	{ 0 }
};

static const struct intake attachments[] = {
	{ .procedure = &procedure_add_attachment, .upload = &procedure_attach_temporary_file, .uploaded = "AttachmentId",
	  .fixed = { { "Public", "true" } } },
	{ .dir = "internal", .procedure = &procedure_add_attachment, .upload = &procedure_attach_temporary_file,
	  .uploaded = "AttachmentId", .fixed = { { "Public", "false" } } },
	{ 0 }
};

static const struct intake comments[] = {
	{ .procedure = &procedure_add_comment, .text = "Body", .endings = "txt,md",
	  .fixed = { { "Public", "true" } } },
	{ .dir = "internal", .procedure = &procedure_add_comment, .text = "Body",
	  .endings = "txt,md", .fixed = { { "Public", "false" } } },
	{ 0 }
};

static const struct order participants[] = {
	{ "add", &procedure_add_participant, .line = "AccountId" },
	{ "rm", &procedure_remove_participant, .line = "AccountId" },
	{ 0 }
};

static const struct order transitions[] = {
	{ .procedure = &procedure_perform_transition, .text = "Comment" },
	{ 0 }
};

static const struct child children[] = {
	{ "comments.csv", CHILD_ROWS, "RequestComments" },
	{ "participants.csv", CHILD_ROWS, "RequestParticipants" },
	{ "approvals.csv", CHILD_ROWS, "RequestApprovals" },
	{ "transitions.csv", CHILD_ROWS, "CustomerTransitions" },
	{ "sla.csv", CHILD_ROWS, "RequestSLACycles" },
	{ "status.csv", CHILD_ROWS, "RequestStatusChangelog" },
	{ "comments", CHILD_TEXTS, "RequestComments", "Id", "Body", "CreatedAt",
	  .intakes = comments },
	{ "participants", CHILD_DIRS, "RequestParticipants", "AccountId",
	  .orders = participants },
	{ "approvals", CHILD_DIRS, "RequestApprovals", "Id" },
	{ "transitions", CHILD_ORDERS, "CustomerTransitions", "Id", "Name",
	  .orders = transitions },
	{ "attachments", CHILD_FILES, "RequestAttachments", "Id", .time = "CreatedDate",
	  .label = "FileName", .size = "Size", .intakes = attachments },
	{ 0 }
};

/* clang-format on */

static const char *const id[] = { "RequestKey", NULL };

const struct table table_requests = {
	.name = "Requests",
	.kind = TABLE_VIEW,
	.doc = "Customer requests.",
	.note = "Without RequestOwnership the server lists what concerns the signed-in "
	        "account: "
		"requests it reported, takes part in, or sees through its organizations. "
		"RequestOwnership=ALL_REQUESTS asks for all that it may see.",
	.id = id,
	.id_alt = "RequestId",
	.desk = "ServiceDeskId",
	.columns = columns,
	.endpoints = endpoints,
	.children = children,
	.insert = &procedure_add_request,
};
