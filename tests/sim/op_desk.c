/* SPDX-License-Identifier: MIT */
/* Service desks, request types, their groups and fields, and small reads. */
#include "sim/ops.h"
#include "sim/render.h"

#include <stdio.h>
#include <string.h>

void op_info(struct exchange *x)
{
	if (site_is_dc())
		buf_lit(&x->out,
		        "{\"version\":\"" SIM_DC_VERSION
		        "\",\"platformVersion\":\"" SIM_DC_PLATFORM "\",\"buildDate\":");
	else
		buf_lit(&x->out, "{\"version\":\"1001.0.0-SNAPSHOT\","
		                 "\"platformVersion\":\"1001.0.0-SNAPSHOT\","
		                 "\"buildDate\":");
	when_json(&x->out, SIM_NOW_MS - 30 * DAY_MS);
	buf_lit(&x->out,
	        ",\"buildChangeSet\":\"5a1b2c3d4e5f60718293a4b5c6d7e8f901234567\","
	        "\"isLicensedForUse\":true,");
	render_self(x, "/rest/servicedeskapi/info");
	buf_char(&x->out, '}');
	answer(x, 200);
}

void op_workspaces(struct exchange *x)
{
	page_open(x, 0, "");
	page_close(x);
}

void op_desks(struct exchange *x)
{
	int seen[N_DESKS], n = 0;
	for (int d = 0; d < N_DESKS; d++)
		if (can_see_desk(x, d))
			seen[n++] = d;
	struct page p = page_open(x, (size_t)n, "");
	for (size_t k = p.from; k < p.to; k++) {
		if (k > p.from)
			buf_char(&x->out, ',');
		render_desk(x, seen[k]);
	}
	page_close(x);
}

void op_desk(struct exchange *x)
{
	int desk;
	if (!arg_desk(x, 0, &desk))
		return;
	render_desk(x, desk);
	answer(x, 200);
}

void op_groups(struct exchange *x)
{
	int desk;
	size_t total = 0, seen = 0;
	if (!arg_desk(x, 0, &desk))
		return;
	for (size_t i = 0; i < model_n_groups; i++)
		total += model_groups[i].desk == desk;
	struct page p = page_open(x, total, "");
	for (size_t i = 0; i < model_n_groups; i++) {
		if (model_groups[i].desk != desk)
			continue;
		if (seen >= p.from && seen < p.to) {
			buf_fmt(&x->out,
			        "%s{\"id\":\"%s\",\"name\":", seen > p.from ? "," : "",
			        model_groups[i].id);
			buf_json(&x->out, model_groups[i].name);
			buf_char(&x->out, '}');
		}
		seen++;
	}
	page_close(x);
}

static bool in_group(const struct rtype *t, const char *group)
{
	const char *at = t->groups, *part;
	size_t n;
	while ((part = list_next(&at, ',', &n)))
		if (n == strlen(group) && !memcmp(part, group, n))
			return true;
	return false;
}

static bool type_wanted(struct exchange *x, const struct rtype *t, int desk)
{
	const char *group = query_get(x, "groupId"), *query = query_get(x, "searchQuery");
	const char *restriction = query_get(x, "restrictionStatus");
	if (desk >= 0 ? t->desk != desk : !can_see_desk(x, t->desk))
		return false;
	if (t->restricted && !is_agent(x))
		return false;
	if (group && !in_group(t, group))
		return false;
	if (restriction && t->restricted != !strcasecmp(restriction, "restricted"))
		return false;
	if (query && *query) {
		if (!*t->groups &&
		    !query_bool(x, "includeHiddenRequestTypesInSearch", false))
			return false;
		if (!strcasestr(t->name, query) && !strcasestr(t->description, query))
			return false;
	}
	return true;
}

static void answer_types(struct exchange *x, int desk, const bool *only)
{
	const char *restriction = query_get(x, "restrictionStatus");
	size_t total = 0, seen = 0;
	if (restriction && strcasecmp(restriction, "open") &&
	    strcasecmp(restriction, "restricted")) {
		answer_error(x, 400, "sd.requesttype.error.restriction",
		             "restrictionStatus must be open or restricted.");
		return;
	}
	for (size_t i = 0; i < model_n_types; i++)
		total += (!only || only[model_types[i].desk]) &&
		         type_wanted(x, &model_types[i], desk);
	struct page p = page_open(x, total, "\"field\"");
	for (size_t i = 0; i < model_n_types; i++) {
		const struct rtype *t = &model_types[i];
		if ((only && !only[t->desk]) || !type_wanted(x, t, desk))
			continue;
		if (seen >= p.from && seen < p.to) {
			if (seen > p.from)
				buf_char(&x->out, ',');
			render_type(x, t);
		}
		seen++;
	}
	page_close(x);
}

void op_types(struct exchange *x)
{
	int desk;
	if (arg_desk(x, 0, &desk))
		answer_types(x, desk, NULL);
}

void op_all_types(struct exchange *x)
{
	bool only[N_DESKS] = { false }, some = false;
	for (int i = 0; i < x->n_params; i++) {
		if (strcmp(x->params[i].name, "serviceDeskId"))
			continue;
		int desk = desk_by_name(x->params[i].value);
		some = true;
		if (desk >= 0)
			only[desk] = true;
	}
	answer_types(x, -1, some ? only : NULL);
}

static const struct rtype *arg_type(struct exchange *x, int desk, int n)
{
	const struct rtype *t = model_type(x->arg[n]);
	if (t && t->desk == desk && (!t->restricted || is_agent(x)))
		return t;
	answer_error(x, 404, "sd.admin.requesttype.error.notFound",
	             "The Request Type with id '%s' does not exist.", x->arg[n]);
	return NULL;
}

void op_type(struct exchange *x)
{
	int desk = desk_by_name(x->arg[0]);
	/* Anonymous callers may read the types of a public portal only. */
	if (x->who == NOBODY && (desk < 0 || !model_desks[desk].open)) {
		answer_unauthorized(x);
		return;
	}
	if (!arg_desk(x, 0, &desk))
		return;
	const struct rtype *t = arg_type(x, desk, 1);
	if (!t)
		return;
	render_type(x, t);
	answer(x, 200);
}

void op_type_fields(struct exchange *x)
{
	int desk;
	if (!arg_desk(x, 0, &desk))
		return;
	const struct rtype *t = arg_type(x, desk, 1);
	if (!t)
		return;
	render_type_fields(x, t, query_expands(x, "hiddenFields") && is_agent(x));
	answer(x, 200);
}
