/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct param in[] = {
	REQUEST_PARAMS,
	{ "Id", VALUE_TEXT, PARAM_REQUIRED, "{approvalId}", "1", "The ID of the approval." },
	{ "FinalDecision", VALUE_TEXT, PARAM_REQUIRED, "decision", "approve",
	  "approve or decline.",
	  .map = "approve:approve,approved:approve,decline:decline,declined:decline" },
	{ 0 }
};

static const struct param out[] = {
	{ "Id", VALUE_TEXT, 0, "id", NULL, "The ID of the approval." },
	REQUEST_RESULTS,
	{ "Name", VALUE_TEXT, 0, "name", NULL, "The name of the approval." },
	{ "FinalDecision", VALUE_TEXT, 0, "finalDecision", NULL,
	  "The decision as it stands now: it is pending while others have to answer." },
	{ 0 }
};

/* clang-format on */

static const char *const touches[] = { "RequestApprovals",    "Requests",
	                               "CustomerTransitions", "RequestStatusChangelog",
	                               "RequestSLACycles",    NULL };

const struct procedure procedure_answer_approval = {
	.name = "AnswerApproval",
	.doc = "Answers an approval of a request. There is no undo.",
	.method = "POST",
	.path = "/rest/servicedeskapi/request/{issueIdOrKey}/approval/{approvalId}",
	.in = in,
	.out = out,
	.touches = touches,
	.operation = "UPDATED",
	.identity = "Id",
	.check = "look into Requests/id/{RequestKey}/approvals.csv",
};
