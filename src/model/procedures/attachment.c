/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct param attach_in[] = {
	{ "Source", VALUE_TEXT, PARAM_FILE, NULL, "/tmp/report.pdf",
	  "The absolute path of the file, on the machine that jsmfs runs on." },
	{ "ServiceDeskId", VALUE_TEXT, PARAM_DESK, "{serviceDeskId}", "1",
	  "The service desk of the request that the file is meant for; without it that of "
	  "ServiceDeskID, or the only one there is." },
	{ 0 }
};

static const struct param attach_out[] = {
	{ "TemporaryAttachmentId", VALUE_TEXT, 0, "temporaryAttachmentId", NULL,
	  "The ID of the temporary attachment." },
	{ "FileName", VALUE_TEXT, 0, "fileName", NULL, "The name of the file." },
	{ 0 }
};

static const struct param add_in[] = {
	{ "RequestId", VALUE_TEXT, 0, "{issueIdOrKey}", "",
	  "The ID of the request; this or RequestKey is needed." },
	{ "RequestKey", VALUE_TEXT, 0, "{issueIdOrKey}", "HELP-2",
	  "The key of the request." },
	{ "AttachmentId", VALUE_TEXT, PARAM_REQUIRED | PARAM_LIST, "temporaryAttachmentIds",
	  "temp123",
	  "The ID of the temporary attachment, or several with commas between." },
	{ "Public", VALUE_BOOL, PARAM_STRING, "public", "true",
	  "Whether customers see the attachment and its comment; they do by default.",
	  .standard = "true" },
	{ "AdditionalComment", VALUE_TEXT, 0, "additionalComment.body", "Here it is.",
	  "The text of the comment that the attachment comes with." },
	{ 0 }
};

static const struct param add_out[] = {
	{ "Success", VALUE_TEXT, 0, NULL, NULL, "true when it is attached.",
	  .standard = "true" },
	{ 0 }
};

/* clang-format on */

static const char *const touches[] = { "RequestAttachments", "RequestComments",
	                               "Requests", NULL };

/* Nothing runs behind the upload. */
static const struct intake uploads = { .dir = "upload",
	                               .upload = &procedure_attach_temporary_file };

const struct procedure procedure_attach_temporary_file = {
	.name = "AttachTemporaryFile",
	.doc = "Uploads a file to a service desk, where AddAttachment can soon attach it "
	       "to "
	       "a request of that desk. It has to be through within Timeout and a second "
	       "more for each 128 KiB.",
	.kind = PROCEDURE_UPLOAD,
	.method = "POST",
	.path = "/rest/servicedeskapi/servicedesk/{serviceDeskId}/attachTemporaryFile",
	.in = attach_in,
	.out = attach_out,
	.rows = "temporaryAttachments",
	.intake = &uploads,
};

const struct procedure procedure_add_attachment = {
	.name = "AddAttachment",
	.doc = "Attaches files that AttachTemporaryFile has uploaded to a request, with "
	       "a "
	       "comment. There is no undo.",
	.method = "POST",
	.path = "/rest/servicedeskapi/request/{issueIdOrKey}/attachment",
	.in = add_in,
	.out = add_out,
	.touches = touches,
	.check = "look into Requests/id/{RequestKey}/attachments/",
};
