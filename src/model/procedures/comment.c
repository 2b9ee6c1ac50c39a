/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct param in[] = {
	REQUEST_PARAMS,
	{ "Body", VALUE_TEXT, PARAM_REQUIRED, "body", "It works again.",
	  "The text of the comment." },
	{ "Public", VALUE_BOOL, 0, "public", "true",
	  "Whether customers see the comment; they do by default.", .standard = "true" },
	{ 0 }
};

static const struct param out[] = {
	{ "Id", VALUE_TEXT, 0, "id", NULL, "The ID of the comment." },
	REQUEST_RESULTS,
	{ "Public", VALUE_BOOL, 0, "public", NULL, "Whether customers see the comment." },
	{ 0 }
};

/* clang-format on */

static const char *const touches[] = { "RequestComments", "Requests", NULL };

const struct procedure procedure_add_comment = {
	.name = "AddComment",
	.doc = "Adds a comment to a request. There is no undo.",
	.method = "POST",
	.path = "/rest/servicedeskapi/request/{issueIdOrKey}/comment",
	.in = in,
	.out = out,
	.touches = touches,
	.operation = "INSERTED",
	.identity = "Id",
	.check = "look into Requests/id/{RequestKey}/comments.csv",
};
