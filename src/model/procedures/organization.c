/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct param add_in[] = {
	{ "Name", VALUE_TEXT, PARAM_REQUIRED_ELSE | PARAM_NAMES, "name", "Acme",
	  "The name of the organization; when there is one of that name already it is taken." },
	{ "ServiceDeskId", VALUE_TEXT, 0, NULL, "",
	  "The service desk that is to have the organization too." },
	{ "Id", VALUE_INT, PARAM_STRING, NULL, "",
	  "An organization that is there already, for the service desk; no other is created." },
	{ 0 }
};

static const struct param remove_in[] = {
	{ "Id", VALUE_INT, PARAM_STRING | PARAM_REQUIRED, "{organizationId}", "1",
	  "The ID of the organization." },
	{ "ServiceDeskId", VALUE_TEXT, 0, NULL, "",
	  "The service desk that is to be without it: the organization itself then stays." },
	{ 0 }
};

static const struct param desk_in[] = {
	{ "ServiceDeskId", VALUE_TEXT, PARAM_REQUIRED, "{serviceDeskId}", "1",
	  "The ID of the service desk." },
	{ "Id", VALUE_INT, PARAM_STRING | PARAM_REQUIRED, "organizationId", "1",
	  "The ID of the organization." },
	{ 0 }
};

static const struct param out[] = {
	{ "Id", VALUE_TEXT, 0, "id", NULL, "The ID of the organization." },
	{ "Name", VALUE_TEXT, 0, "name", NULL, "The name of the organization." },
	{ "ServiceDeskId", VALUE_TEXT, 0, NULL, NULL, "The service desk, if it was given." },
	{ 0 }
};

static const struct param remove_out[] = {
	{ "Id", VALUE_TEXT, 0, NULL, NULL, "The ID of the organization." },
	{ "ServiceDeskId", VALUE_TEXT, 0, NULL, NULL, "The service desk, if it was given." },
	{ 0 }
};

/* clang-format on */

static const char *const touches[] = { "Organizations", NULL };
static const char *const removal_touches[] = { "Organizations", "Users", "Requests",
	                                       NULL };

#define DESK_PATH "/rest/servicedeskapi/servicedesk/{serviceDeskId}/organization"

const struct procedure procedure_add_organization_to_desk = {
	.name = "AddOrganizationToDesk",
	.doc = "Gives a service desk an organization.",
	.method = "POST",
	.path = DESK_PATH,
	.in = desk_in,
	.out = remove_out,
	.touches = touches,
	.operation = "INSERTED",
	.identity = "Id",
	.check = "look into Organizations/ServiceDeskId={ServiceDeskId}/",
};

const struct procedure procedure_remove_organization_from_desk = {
	.name = "RemoveOrganizationFromDesk",
	.doc = "Takes an organization from a service desk; the organization stays.",
	.method = "DELETE",
	.path = DESK_PATH,
	.in = desk_in,
	.out = remove_out,
	.touches = touches,
	.operation = "DELETED",
	.identity = "Id",
	.check = "look into Organizations/ServiceDeskId={ServiceDeskId}/",
};

const struct procedure procedure_add_organization = {
	.name = "AddOrganization",
	.doc = "Creates an organization; with ServiceDeskId that desk has it too, with "
	       "Id as "
	       "well nothing is created.",
	.method = "POST",
	.path = "/rest/servicedeskapi/organization",
	.in = add_in,
	.out = out,
	.touches = touches,
	.operation = "INSERTED",
	.identity = "Id",
	.instead = { &procedure_add_organization_to_desk, "Id" },
	.then = { &procedure_add_organization_to_desk, "ServiceDeskId" },
	.done = "the organization was created",
	.check = "look for {Name} in Organizations/",
};

const struct procedure procedure_remove_organization = {
	.name = "RemoveOrganization",
	.doc = "Deletes an organization; with ServiceDeskId only that desk loses it. "
	       "There is "
	       "no undo.",
	.method = "DELETE",
	.path = "/rest/servicedeskapi/organization/{organizationId}",
	.in = remove_in,
	.out = remove_out,
	.touches = removal_touches,
	.operation = "DELETED",
	.identity = "Id",
	.instead = { &procedure_remove_organization_from_desk, "ServiceDeskId" },
	.check = "look for {Id} in Organizations/",
};
