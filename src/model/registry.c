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
