/* SPDX-License-Identifier: MIT */
/* The platform API: site, fields, users, issues, bulk reads. */
#include "sim/oauth.h"
#include "sim/ops.h"
#include "sim/platform_i.h"
#include "sim/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void op_tenant_info(struct exchange *x)
{
	buf_lit(&x->out, "{\"cloudId\":\"" SIM_CLOUD_ID "\"}");
	answer(x, 200);
}

static void dc_server_info(struct exchange *x)
{
	struct buf *b = &x->out;
	buf_lit(b, "{\"baseUrl\":\"");
	render_base(x);
	buf_lit(b, "\",\"version\":\"" SIM_DC_PLATFORM
	           "\",\"versionNumbers\":[9,12,2],\"deploymentType\":\"Server\","
	           "\"buildNumber\":9120002,\"buildDate\":");
	when_text_json(b, SIM_NOW_MS - 400 * DAY_MS);
	buf_lit(b, ",\"databaseBuildNumber\":9120002,\"serverTime\":");
	when_text_json(b, when_now());
	buf_lit(b, ",\"scmInfo\":\"5a1b2c3d4e5f60718293a4b5c6d7e8f901234567\","
	           "\"serverTitle\":\"Jira\"}");
	answer(x, 200);
}

void op_server_info(struct exchange *x)
{
	struct buf *b = &x->out;
	if (site_is_dc()) {
		dc_server_info(x);
		return;
	}
	buf_lit(b, "{\"baseUrl\":\"");
	render_base(x);
	buf_lit(b, "\",\"displayUrl\":\"");
	render_base(x);
	buf_lit(b, "\",\"displayUrlServicedeskHelpCenter\":\"");
	render_base(x);
	buf_lit(b, "\",\"version\":\"1001.0.0-SNAPSHOT\",\"versionNumbers\":[1001,0,0],"
	           "\"deploymentType\":\"Cloud\",\"buildNumber\":100294,\"buildDate\":");
	when_text_json(b, SIM_NOW_MS - 30 * DAY_MS);
	buf_lit(b, ",\"serverTime\":");
	when_text_json(b, when_now());
	buf_lit(b, ",\"scmInfo\":\"5a1b2c3d4e5f60718293a4b5c6d7e8f901234567\","
	           "\"serverTitle\":\"Jira\",\"serverTimeZone\":\"" SIM_TIME_ZONE "\"}");
	answer(x, 200);
}

void op_myself(struct exchange *x)
{
	const struct person *p = person_at(x->who);
	/* Portal-only customers have no platform account, but for Data Center. */
	if (p->kind == PERSON_PORTAL && !site_is_dc()) {
		answer_error(x, 403, "",
		             "You do not have permission to access this resource.");
		return;
	}
	render_platform_user(x, x->who);
	x->out.len--;
	buf_lit(&x->out, ",\"locale\":\"en_US\"}");
	answer(x, 200);
}

static void render_field_details(struct exchange *x, const char *id, const char *name,
                                 const char *clause, const struct schema *schema)
{
	struct buf *b = &x->out;
	bool custom = !strncmp(id, "customfield_", 12);
	buf_lit(b, "{\"id\":");
	buf_json(b, id);
	buf_lit(b, ",\"key\":");
	buf_json(b, id);
	buf_lit(b, ",\"name\":");
	buf_json(b, name);
	buf_fmt(b,
	        ",\"custom\":%s,\"orderable\":true,\"navigable\":true,\"searchable\":"
	        "true,"
	        "\"clauseNames\":[",
	        custom ? "true" : "false");
	if (custom)
		buf_fmt(b, "\"cf[%s]\",", id + 12);
	buf_json(b, clause);
	buf_lit(b, "],\"schema\":");
	render_schema(b, id, schema);
	buf_char(b, '}');
}

void op_fields(struct exchange *x)
{
	buf_char(&x->out, '[');
	for (size_t i = 0; i < model_n_platform_fields; i++) {
		const struct platform_field *f = &model_platform_fields[i];
		if (i)
			buf_char(&x->out, ',');
		render_field_details(x, f->id, f->name, f->clause, &f->schema);
	}
	for (size_t i = 0; i < model_n_fields; i++) {
		struct schema schema = model_schema(model_fields[i].kind);
		if (strncmp(model_fields[i].id, "customfield_", 12))
			continue;
		buf_char(&x->out, ',');
		render_field_details(x, model_fields[i].id, model_fields[i].name,
		                     model_fields[i].name, &schema);
	}
	buf_char(&x->out, ']');
	answer(x, 200);
}

void op_users_bulk(struct exchange *x)
{
	uint32_t people[MAX_PARAMS], person;
	size_t n = 0;
	int64_t start = query_int(x, "startAt", 0), most = query_int(x, "maxResults", 10);
	for (int i = 0; i < x->n_params; i++)
		if (!strcmp(x->params[i].name, "accountId") &&
		    person_by_id(x->params[i].value, &person))
			people[n++] = person;
	if (!query_get(x, "accountId")) {
		answer_error(x, 400, "", "The accountId parameter is required.");
		return;
	}
	most = most > 200 ? 200 : most;
	buf_lit(&x->out, "{\"self\":\"");
	render_base(x);
	buf_json_part(&x->out, x->raw, strlen(x->raw));
	buf_fmt(&x->out,
	        "\",\"maxResults\":%lld,\"startAt\":%lld,\"total\":%zu,\"isLast\":%s,"
	        "\"values\":[",
	        (long long)most, (long long)start, n,
	        (size_t)(start + most) >= n ? "true" : "false");
	for (size_t k = (size_t)start; k < n && k < (size_t)(start + most); k++) {
		if (k > (size_t)start)
			buf_char(&x->out, ',');
		render_platform_user(x, people[k]);
	}
	buf_lit(&x->out, "]}");
	answer(x, 200);
}

void op_gone(struct exchange *x)
{
	answer_error(
		x, 410, "",
		"The requested API has been removed. Please migrate to the "
		"/rest/api/3/search/jql API. A full migration guideline is available at "
		"https://developer.atlassian.com/changelog/#CHANGE-2046");
}

void op_issue(struct exchange *x)
{
	struct request r;
	struct wanted_fields w;
	if (!arg_request(x, 0, &r))
		return;
	wanted_from_query(x, &w, true);
	render_issue(x, &r, &w.set);
	wanted_clear(&w);
	answer(x, 200);
}

void op_issue_transitions(struct exchange *x)
{
	struct request r;
	bool first = true;
	if (!arg_request(x, 0, &r))
		return;
	buf_lit(&x->out, "{\"expand\":\"transitions\",\"transitions\":[");
	for (size_t i = 0; i < model_n_transitions; i++) {
		const struct transition *t = &model_transitions[i];
		if (!is_agent(x) || !(t->from & (1u << r.status)))
			continue;
		buf_fmt(&x->out, "%s{\"id\":\"%s\",\"name\":", first ? "" : ",", t->id);
		first = false;
		buf_json(&x->out, t->name);
		buf_lit(&x->out, ",\"to\":");
		render_platform_status(x, t->to);
		buf_lit(&x->out,
		        ",\"hasScreen\":false,\"isGlobal\":false,\"isInitial\":false,"
		        "\"isAvailable\":true,\"isConditional\":false,\"looped\":false}");
	}
	buf_lit(&x->out, "]}");
	answer(x, 200);
}

static int by_index(const void *a, const void *b)
{
	uint32_t p = *(const uint32_t *)a, q = *(const uint32_t *)b;
	return p < q ? -1 : p > q;
}

/* Ids or keys of the body, in ascending order without repeats; missing ones to `missing`.
 */
static bool body_issues(struct exchange *x, size_t most, uint32_t **ret, size_t *ret_n,
                        struct buf *missing)
{
	struct json_object *list;
	struct request r;
	json_object_object_get_ex(x->json, "issueIdsOrKeys", &list);
	size_t n = json_object_array_length(list), found = 0, unique = 0;
	if (!n || n > most) {
		answer_error(x, 400, "", "issueIdsOrKeys must have 1 to %zu entries.",
		             most);
		return false;
	}
	uint32_t *index = reallocarray(NULL, n, sizeof(*index));
	if (!index) {
		answer_error(x, 500, "", "Out of memory.");
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		const char *name =
			json_object_get_string(json_object_array_get_idx(list, i));
		bool ok = request_find(name, &index[found]);
		if (ok)
			request_load(&r, index[found]);
		if (ok && can_see_request(x, &r)) {
			found++;
			continue;
		}
		buf_str(missing, missing->len ? ",{\"id\":" : "{\"id\":");
		buf_json(missing, name);
		buf_lit(missing, ",\"errorMessage\":\"Issue does not exist or you do not "
		                 "have permission "
		                 "to see it.\"}");
	}
	qsort(index, found, sizeof(*index), by_index);
	for (size_t i = 0; i < found; i++)
		if (!i || index[i] != index[i - 1])
			index[unique++] = index[i];
	*ret = index;
	*ret_n = unique;
	return true;
}

void op_issues_bulk(struct exchange *x)
{
	struct buf missing = { 0 };
	struct wanted_fields w;
	struct json_object *list = NULL;
	struct request r;
	uint32_t *index;
	size_t n;
	if (!body_check(
		    x, x->json,
		    "issueIdsOrKeys:n! fields:a expand:a properties:a fieldsByKeys:b") ||
	    !body_issues(x, 100, &index, &n, &missing)) {
		buf_clear(&missing);
		return;
	}
	json_object_object_get_ex(x->json, "fields", &list);
	wanted_from_list(x, &w, list, true);
	buf_lit(&x->out, "{\"issues\":[");
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(&x->out, ',');
		request_load(&r, index[i]);
		render_issue(x, &r, &w.set);
	}
	buf_lit(&x->out, "],\"issueErrors\":[");
	if (missing.len)
		buf_add(&x->out, missing.data, missing.len);
	buf_lit(&x->out, "]}");
	answer(x, 200);
	wanted_clear(&w);
	free(index);
	buf_clear(&missing);
}

static void render_changes(struct exchange *x, const struct request *r)
{
	struct buf *b = &x->out;
	size_t n = request_n_history(r);
	for (size_t k = 1; k < n; k++) {
		struct moment from = request_moment(r, k - 1), to = request_moment(r, k);
		const struct status_name *a = &model_statuses[from.status],
					 *z = &model_statuses[to.status];
		buf_fmt(b, "%s{\"id\":\"%lld\",\"author\":", k > 1 ? "," : "",
		        (long long)(INT64_C(900000) + (int64_t)r->index * 64 +
		                    (int64_t)k));
		render_platform_user(x, to.who);
		buf_fmt(b,
		        ",\"created\":%lld,\"items\":[{\"field\":\"status\","
		        "\"fieldtype\":\"jira\","
		        "\"fieldId\":\"status\",\"from\":\"%s\",\"fromString\":\"%s\","
		        "\"to\":\"%s\","
		        "\"toString\":\"%s\"}]}",
		        (long long)to.ms, a->id, a->workflow, z->id, z->workflow);
	}
}

static bool wants_status(struct exchange *x)
{
	struct json_object *list;
	if (!json_object_object_get_ex(x->json, "fieldIds", &list))
		return true;
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (!strcmp(json_object_get_string(json_object_array_get_idx(list, i)),
		            "status"))
			return true;
	return false;
}

void op_changelog_bulk(struct exchange *x)
{
	struct buf missing = { 0 };
	struct json_object *value;
	struct request r;
	uint32_t *index;
	size_t n, at = 0, used = 0;
	int64_t most = 1000, token;
	if (!body_check(x, x->json,
	                "issueIdsOrKeys:n! fieldIds:a maxResults:i nextPageToken:s") ||
	    !body_issues(x, 1000, &index, &n, &missing))
		goto out;
	if (json_object_object_get_ex(x->json, "maxResults", &value))
		most = json_object_get_int64(value);
	if (body_text(x, "nextPageToken")) {
		if (!parse_id(body_text(x, "nextPageToken"), &token) ||
		    (size_t)token > n) {
			answer_error(x, 400, "", "The nextPageToken is not valid.");
			free(index);
			goto out;
		}
		at = (size_t)token;
	}
	if (most < 1 || most > 10000)
		most = 1000;
	buf_lit(&x->out, "{\"issueChangeLogs\":[");
	bool first = true, status = wants_status(x);
	for (; status && at < n && (used == 0 || used < (size_t)most); at++) {
		request_load(&r, index[at]);
		if (request_n_history(&r) < 2)
			continue;
		buf_fmt(&x->out, "%s{\"issueId\":\"%lld\",\"changeHistories\":[",
		        first ? "" : ",", (long long)r.index + FIRST_ISSUE);
		first = false;
		render_changes(x, &r);
		buf_lit(&x->out, "]}");
		used += request_n_history(&r) - 1;
	}
	buf_char(&x->out, ']');
	if (status && at < n)
		buf_fmt(&x->out, ",\"nextPageToken\":\"%zu\"", at);
	buf_char(&x->out, '}');
	answer(x, 200);
	free(index);
out:
	buf_clear(&missing);
}

void op_comments_bulk(struct exchange *x)
{
	struct json_object *list;
	struct request r;
	struct comment c;
	size_t found = 0;
	if (!body_check(x, x->json, "ids:v!"))
		return;
	json_object_object_get_ex(x->json, "ids", &list);
	size_t n = json_object_is_type(list, json_type_array)
	                   ? json_object_array_length(list)
	                   : 0;
	if (!n || n > 1000) {
		answer_error(x, 400, "", "ids must be a list of 1 to 1000 comment ids.");
		return;
	}
	struct buf values = x->out;
	x->out = (struct buf){ 0 };
	for (size_t i = 0; i < n; i++) {
		uint32_t index;
		size_t k;
		if (!comment_find(
			    json_object_get_int64(json_object_array_get_idx(list, i)),
			    &index, &k))
			continue;
		request_load(&r, index);
		request_comment(&r, k, &c);
		if (!can_see_request(x, &r) || (!c.is_public && !is_agent(x)))
			continue;
		if (found++)
			buf_char(&x->out, ',');
		render_platform_comment(x, &r, &c);
	}
	struct buf rows = x->out;
	x->out = values;
	buf_fmt(&x->out,
	        "{\"maxResults\":1000,\"startAt\":0,\"total\":%zu,\"isLast\":true,"
	        "\"values\":[",
	        found);
	if (rows.len)
		buf_add(&x->out, rows.data, rows.len);
	buf_lit(&x->out, "]}");
	x->out.failed = x->out.failed || rows.failed;
	buf_clear(&rows);
	answer(x, 200);
}
