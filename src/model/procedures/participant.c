/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct param in[] = {
	REQUEST_PARAMS,
	{ "AccountId", VALUE_TEXT, PARAM_REQUIRED | PARAM_LIST, "accountIds", "abc123",
	  "The account ID, on Data Center the user name, or several with commas between.",
	  .path_dc = "usernames" },
	{ 0 }
};

static const struct param out[] = {
	{ "AccountId", VALUE_TEXT, 0, NULL, NULL, "The account ID." },
	REQUEST_RESULTS,
	{ 0 }
};

/* clang-format on */

static const char *const touches[] = { "RequestParticipants", "Requests", NULL };

#define PATH "/rest/servicedeskapi/request/{issueIdOrKey}/participant"

const struct procedure procedure_add_participant = {
	.name = "AddParticipant",
	.doc = "Makes an account a participant of a request.",
	.method = "POST",
	.path = PATH,
	.in = in,
	.out = out,
	.touches = touches,
	.operation = "INSERTED",
	.identity = "AccountId",
	.check = "look into Requests/id/{RequestKey}/participants.csv",
};

const struct procedure procedure_remove_participant = {
	.name = "RemoveParticipant",
	.doc = "Removes a participant from a request.",
	.method = "DELETE",
	.path = PATH,
	.in = in,
	.out = out,
	.touches = touches,
	.operation = "DELETED",
	.identity = "AccountId",
	.check = "look into Requests/id/{RequestKey}/participants.csv",
};
