/* SPDX-License-Identifier: MIT */
/* The tables and procedures of the model, for the registry alone. */
#ifndef JSMFS_MODEL_MODEL_I_H
#define JSMFS_MODEL_MODEL_I_H

#include "model/model.h"

/* clang-format off */

/* What many tables share: the request, or the desk, that a call is about. */
#define REQUEST_KEYS                                                                     \
	{ "RequestId", OP_EQ | OP_IN, KEY_ANY_OF, INTO_PATH, "request", MATCH_EXACT,     \
	  FORM_DIGITS },                                                                 \
	{ "RequestKey", OP_EQ | OP_IN, KEY_ANY_OF, INTO_PATH, "request", MATCH_WIDER,    \
	  FORM_ISSUE_KEY }
#define DESK_KEY                                                                         \
	{ "ServiceDeskId", OP_EQ | OP_IN, KEY_REQUIRED, INTO_PATH, "desk", MATCH_EXACT,  \
	  FORM_DIGITS }
#define REQUEST_PARAMS                                                                   \
	{ "RequestId", VALUE_TEXT, 0, "{issueIdOrKey}", "",                              \
	  "The ID of the request; this or RequestKey is needed." },                      \
	{ "RequestKey", VALUE_TEXT, 0, "{issueIdOrKey}", "HELP-2", "The key of the request." }
#define REQUEST_RESULTS                                                                  \
	{ "RequestId", VALUE_TEXT, 0, NULL, NULL, "The ID of the request, if it was given." }, \
	{ "RequestKey", VALUE_TEXT, 0, NULL, NULL, "The key of the request, if it was given." }
#define REQUEST_PARENT                                                                   \
	{ "Requests", { { "RequestId", "RequestId" }, { "RequestKey", "RequestKey" } } }

/* clang-format on */

extern const struct table table_customer_transitions;
extern const struct table table_customers;
extern const struct table table_knowledge_base_articles;
extern const struct table table_organizations;
extern const struct table table_queue_requests;
extern const struct table table_queues;
extern const struct table table_request_approvals;
extern const struct table table_request_attachments;
extern const struct table table_request_comments;
extern const struct table table_request_participants;
extern const struct table table_request_sla_cycles;
extern const struct table table_request_status_changelog;
extern const struct table table_request_type_fields;
extern const struct table table_request_type_groups;
extern const struct table table_request_types;
extern const struct table table_requests;
extern const struct table table_service_desks;
extern const struct table table_users;

extern const struct procedure procedure_add_attachment;
extern const struct procedure procedure_add_comment;
extern const struct procedure procedure_add_customer;
extern const struct procedure procedure_add_customer_to_desk;
extern const struct procedure procedure_add_organization;
extern const struct procedure procedure_add_organization_to_desk;
extern const struct procedure procedure_add_participant;
extern const struct procedure procedure_add_request;
extern const struct procedure procedure_add_user;
extern const struct procedure procedure_answer_approval;
extern const struct procedure procedure_attach_temporary_file;
extern const struct procedure procedure_create_customer;
extern const struct procedure procedure_create_schema;
extern const struct procedure procedure_get_oauth_access_token;
extern const struct procedure procedure_get_oauth_authorization_url;
extern const struct procedure procedure_refresh_oauth_access_token;
extern const struct procedure procedure_perform_transition;
extern const struct procedure procedure_remove_customer;
extern const struct procedure procedure_remove_organization;
extern const struct procedure procedure_remove_organization_from_desk;
extern const struct procedure procedure_remove_participant;
extern const struct procedure procedure_remove_user;

#endif
