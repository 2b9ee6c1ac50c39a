/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct param in[] = {
	REQUEST_PARAMS,
	{ "Id", VALUE_TEXT, PARAM_REQUIRED, "id", "1", "The ID of the transition." },
	{ "Comment", VALUE_TEXT, 0, "additionalComment.body", "It works again.",
	  "The text of the comment to give with it." },
	{ 0 }
};

static const struct param out[] = {
	{ "Id", VALUE_TEXT, 0, NULL, NULL, "The ID of the transition." },
	REQUEST_RESULTS,
	{ 0 }
};

/* clang-format on */

static const char *const touches[] = { "CustomerTransitions",    "Requests",
	                               "RequestStatusChangelog", "RequestComments",
	                               "RequestSLACycles",       NULL };

const struct procedure procedure_perform_transition = {
	.name = "PerformTransition",
	.doc = "Performs a transition that a customer can perform on a request.",
	.method = "POST",
	.path = "/rest/servicedeskapi/request/{issueIdOrKey}/transition",
	.in = in,
	.out = out,
	.touches = touches,
	.operation = "INSERTED",
	.identity = "Id",
	.check = "look at Requests/id/{RequestKey}/CurrentStatus",
};
