/* SPDX-License-Identifier: MIT */
#include "model/model.h"
#include "model/model_i.h"

const struct table *const model_tables[] = {
	&table_customer_transitions,
	&table_customers,
	&table_knowledge_base_articles,
	&table_organizations,
	&table_queue_requests,
	&table_request_approvals,
	&table_request_comments,
	&table_request_participants,
	&table_request_sla_cycles,
	&table_request_status_changelog,
	&table_request_type_fields,
	&table_request_type_groups,
	&table_request_types,
	&table_requests,
	&table_service_desks,
	&table_users,
	NULL,
};

static const struct table *const internal_tables[] = { &table_queues,
	                                               &table_request_attachments, NULL };

const struct procedure *const model_procedures[] = {
	&procedure_add_attachment,
	&procedure_attach_temporary_file,
	&procedure_create_customer,
	&procedure_create_schema,
	&procedure_get_oauth_access_token,
	&procedure_get_oauth_authorization_url,
	&procedure_refresh_oauth_access_token,
	NULL,
};

const struct procedure *const model_changes[] = {
	&procedure_add_comment,
	&procedure_add_customer,
	&procedure_add_customer_to_desk,
	&procedure_add_organization,
	&procedure_add_organization_to_desk,
	&procedure_add_participant,
	&procedure_add_request,
	&procedure_add_user,
	&procedure_answer_approval,
	&procedure_perform_transition,
	&procedure_remove_customer,
	&procedure_remove_organization,
	&procedure_remove_organization_from_desk,
	&procedure_remove_participant,
	&procedure_remove_user,
	NULL,
};

const struct table *model_table(struct span name)
{
	for (size_t i = 0; model_tables[i]; i++) {
		if (span_ieq(name, span_of(model_tables[i]->name)))
			return model_tables[i];
	}
	return NULL;
}

const struct table *model_any_table(struct span name)
{
	for (size_t i = 0; internal_tables[i]; i++) {
		if (span_ieq(name, span_of(internal_tables[i]->name)))
			return internal_tables[i];
	}
	for (size_t i = 0; model_system_tables[i]; i++) {
		if (span_ieq(name, span_of(model_system_tables[i]->name)))
			return model_system_tables[i];
	}
	return model_table(name);
}

bool endpoint_is_entity(const struct endpoint *ep)
{
	return !ep->rows[0];
}

bool endpoint_is_on(const struct endpoint *ep, enum deployment d)
{
	return d == DEPLOYMENT_CLOUD || !(ep->flags & ENDPOINT_CLOUD);
}

bool table_varies(const struct table *t)
{
	for (const struct endpoint *ep = t->endpoints; ep->name; ep++) {
		if (ep->flags & ENDPOINT_CLOUD)
			return true;
	}
	return false;
}

const struct procedure *model_procedure(struct span name)
{
	for (size_t i = 0; model_procedures[i]; i++) {
		if (span_ieq(name, span_of(model_procedures[i]->name)))
			return model_procedures[i];
	}
	return NULL;
}

const struct property *model_property(struct span name)
{
	for (size_t i = 0; i < PROP_COUNT; i++) {
		if (span_ieq(name, span_of(model_properties[i].name)))
			return &model_properties[i];
	}
	return NULL;
}

const struct table *table_family(const struct table *t)
{
	const struct table *known = model_any_table(span_of(t->name));

	for (size_t i = 0; !known && t->endpoints && model_tables[i]; i++) {
		if (model_tables[i]->endpoints == t->endpoints)
			known = model_tables[i];
	}
	return known ? known : t;
}

size_t table_n_columns(const struct table *t)
{
	size_t n = 0;

	while (t->columns[n].name)
		n++;
	return n;
}

int table_column(const struct table *t, struct span name)
{
	for (int i = 0; t->columns[i].name; i++) {
		if (span_ieq(name, span_of(t->columns[i].name)))
			return i;
	}
	return -1;
}

const struct param *param_find(const struct param *params, struct span name)
{
	for (; params->name; params++) {
		if (span_ieq(name, span_of(params->name)))
			return params;
	}
	return NULL;
}

const struct param *param_rest(const struct param *params)
{
	for (; params->name; params++) {
		if (params->flags & PARAM_REST)
			return params;
	}
	return NULL;
}

bool table_is_writable(const struct table *t)
{
	return t->insert || t->update || t->remove;
}

bool table_column_is_writable(const struct table *t, size_t column)
{
	const struct column *c = &t->columns[column];

	if (t->kind == TABLE_TABLE)
		return !(c->flags & COLUMN_READONLY);
	return (t->insert && param_find(t->insert->in, span_of(c->name))) ||
	       (t->update && param_find(t->update->in, span_of(c->name)));
}

const char *param_type_name(const struct param *p)
{
	struct column c = { .type = p->type };

	if (p->flags & PARAM_STRING)
		c.flags |= COLUMN_STRING;
	return column_type_name(&c);
}

const char *column_type_name(const struct column *c)
{
	if (c->flags & COLUMN_STRING)
		return "String";
	switch (c->type) {
	case VALUE_BOOL:
		return "Boolean";
	case VALUE_INT:
		return c->flags & COLUMN_SMALL ? "Int16" : "Int32";
	case VALUE_REAL:
		return "Double";
	case VALUE_TIME:
		return "Datetime";
	case VALUE_NULL:
	case VALUE_TEXT:
	case VALUE_JSON:
		break;
	}
	return "String";
}
