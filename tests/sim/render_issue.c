/* SPDX-License-Identifier: MIT */
/*
 * Platform issues. Version 3 gives rich text as a document tree (ADF), version
 * 2 and the queues of the service desk as plain wiki text.
 */
#include "sim/render.h"

#include <stdio.h>
#include <string.h>

static bool wanted(const struct field_set *set, const char *name)
{
	for (size_t i = 0; i < set->n_without; i++)
		if (!strcmp(set->without[i], name))
			return false;
	if (set->all)
		return true;
	for (size_t i = 0; i < set->n_names; i++)
		if (!strcmp(set->names[i], name))
			return true;
	return false;
}

/* One paragraph a line; empty lines are empty paragraphs. */
static void render_adf(struct buf *b, const char *text)
{
	bool first = true;
	buf_lit(b, "{\"type\":\"doc\",\"version\":1,\"content\":[");
	while (*text) {
		size_t n = strcspn(text, "\n");
		buf_str(b, first ? "{\"type\":\"paragraph\",\"content\":["
		                 : ",{\"type\":\"paragraph\",\"content\":[");
		first = false;
		if (n) {
			buf_lit(b, "{\"type\":\"text\",\"text\":\"");
			buf_json_part(b, text, n);
			buf_lit(b, "\"}");
		}
		buf_lit(b, "]}");
		text += n + (text[n] == '\n');
	}
	buf_lit(b, "]}");
}

void render_text(struct exchange *x, const char *text)
{
	if (text && x->version == 3)
		render_adf(&x->out, text);
	else
		buf_json(&x->out, text);
}

void render_platform_status(struct exchange *x, enum status status)
{
	static const struct {
		const char *key, *name, *color;
		int id;
	} categories[3] = {
		{ "new", "To Do", "blue-gray", 2 },
		{ "indeterminate", "In Progress", "yellow", 4 },
		{ "done", "Done", "green", 3 },
	};
	struct buf *b = &x->out;
	const struct status_name *s = &model_statuses[status];
	int c = !strcmp(s->category, "NEW") ? 0 : !strcmp(s->category, "DONE") ? 2 : 1;
	buf_lit(b, "{\"self\":\"");
	render_base(x);
	buf_lit(b, "/rest/api/2/status/");
	buf_str(b, s->id);
	buf_lit(b, "\",\"description\":\"\",\"iconUrl\":\"");
	render_base(x);
	buf_lit(b, "/images/icons/statuses/generic.png\",\"name\":");
	buf_json(b, s->workflow);
	buf_lit(b, ",\"id\":\"");
	buf_str(b, s->id);
	buf_lit(b, "\",\"statusCategory\":{\"self\":\"");
	render_base(x);
	buf_fmt(b,
	        "/rest/api/2/statuscategory/"
	        "%d\",\"id\":%d,\"key\":\"%s\",\"colorName\":\"%s\",\"name\":\"%s\"}}",
	        categories[c].id, categories[c].id, categories[c].key,
	        categories[c].color, categories[c].name);
}

void render_platform_comment(struct exchange *x, const struct request *r,
                             const struct comment *c)
{
	struct buf *b = &x->out;
	buf_lit(b, "{\"self\":\"");
	render_base(x);
	buf_fmt(b, "/rest/api/%d/issue/%lld/comment/%lld\",\"id\":\"%lld\",\"author\":",
	        x->version ? x->version : 2, (long long)r->index + FIRST_ISSUE,
	        (long long)c->id, (long long)c->id);
	render_platform_user(x, c->author);
	buf_lit(b, ",\"body\":");
	render_text(x, c->body);
	buf_lit(b, ",\"updateAuthor\":");
	render_platform_user(x, c->author);
	buf_lit(b, ",\"created\":");
	when_text_json(b, c->ms);
	buf_lit(b, ",\"updated\":");
	when_text_json(b, c->ms);
	buf_lit(b, ",\"jsdPublic\":");
	buf_bool(b, c->is_public);
	buf_char(b, '}');
}

static void field_comments(struct exchange *x, const struct request *r)
{
	struct comment c;
	size_t n = request_n_comments(r), shown = 0, total = 0;
	bool agent = is_agent(x);
	buf_lit(&x->out, "{\"comments\":[");
	for (size_t k = 0; k < n; k++) {
		request_comment(r, k, &c);
		if (!agent && !c.is_public)
			continue;
		/* Embedded comments are cut; `total` tells. */
		if (total++ >= 20)
			continue;
		if (shown++)
			buf_char(&x->out, ',');
		render_platform_comment(x, r, &c);
	}
	buf_lit(&x->out, "],\"self\":\"");
	render_base(x);
	buf_fmt(&x->out,
	        "/rest/api/%d/issue/%lld/"
	        "comment\",\"maxResults\":%zu,\"total\":%zu,\"startAt\":0}",
	        x->version ? x->version : 2, (long long)r->index + FIRST_ISSUE, shown,
	        total);
}

static void field_request_type(struct exchange *x, const struct request *r)
{
	struct moment now = { .status = r->status, .ms = r->status_ms };
	char path[64];
	snprintf(path, sizeof(path), "/rest/servicedeskapi/request/%lld",
	         (long long)r->index + FIRST_ISSUE);
	buf_char(&x->out, '{');
	render_self(x, path);
	buf_lit(&x->out, ",\"requestType\":");
	render_type(x, r->type);
	buf_lit(&x->out, ",\"currentStatus\":");
	render_moment(x, &now);
	buf_char(&x->out, '}');
}

static void field_participants(struct exchange *x, const struct request *r)
{
	size_t n = request_n_participants(r);
	buf_char(&x->out, '[');
	for (size_t k = 0; k < n; k++) {
		if (k)
			buf_char(&x->out, ',');
		render_platform_user(x, request_participant(r, k));
	}
	buf_char(&x->out, ']');
}

static void field_approvals(struct exchange *x, const struct request *r)
{
	struct approval a;
	buf_char(&x->out, '[');
	for (size_t k = 0; k < r->n_approvals; k++) {
		request_approval(r, k, &a);
		if (k)
			buf_char(&x->out, ',');
		render_approval(x, r, &a);
	}
	buf_char(&x->out, ']');
}

static void field_issue_type(struct exchange *x, const struct request *r)
{
	static const struct {
		const char *id, *name;
	} types[] = {
		{ "10101", "Support" },  { "10102", "Service Request" },
		{ "10103", "Incident" }, { "10104", "Change" },
		{ "10105", "Question" }, { "10106", "HR Request" },
		{ "10107", "Fault" },    { "10108", "Building Request" },
	};
	struct buf *b = &x->out;
	const char *name = "Task";
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(types[i].id, r->type->issue_type))
			name = types[i].name;
	buf_lit(b, "{\"self\":\"");
	render_base(x);
	buf_fmt(b,
	        "/rest/api/2/issuetype/"
	        "%s\",\"id\":\"%s\",\"description\":\"\",\"name\":\"%s\",\"subtask\":"
	        "false}",
	        r->type->issue_type, r->type->issue_type, name);
}

static void field_project(struct exchange *x, const struct request *r)
{
	struct buf *b = &x->out;
	const struct desk *d = &model_desks[r->desk];
	buf_lit(b, "{\"self\":\"");
	render_base(x);
	buf_fmt(b, "/rest/api/2/project/%s\",\"id\":\"%s\",\"key\":\"%s\",\"name\":",
	        d->project_id, d->project_id, d->key);
	buf_json(b, d->name);
	buf_lit(b, ",\"projectTypeKey\":\"service_desk\",\"simplified\":false}");
}

static void field_resolution(struct exchange *x, const struct request *r)
{
	if (!r->resolved_ms) {
		buf_lit(&x->out, "null");
		return;
	}
	buf_lit(&x->out, "{\"self\":\"");
	render_base(x);
	buf_str(&x->out,
	        "/rest/api/2/resolution/"
	        "10000\",\"id\":\"10000\",\"description\":\"\",\"name\":\"Done\"}");
}

static void field_orgs(struct exchange *x, const struct request *r)
{
	char path[64];
	buf_char(&x->out, '[');
	if (r->org != NO_ORG && !org_at(r->org)->deleted) {
		const struct org *o = org_at(r->org);
		buf_fmt(&x->out, "{\"id\":\"%s\",\"name\":", o->id);
		buf_json(&x->out, o->name);
		buf_char(&x->out, ',');
		snprintf(path, sizeof(path), "/rest/servicedeskapi/organization/%s",
		         o->id);
		render_self(x, path);
		buf_char(&x->out, '}');
	}
	buf_char(&x->out, ']');
}

static void field_rating(struct exchange *x, const struct request *r)
{
	const char *text;
	int rating = request_rating(r, &text);
	if (rating)
		buf_fmt(&x->out, "{\"rating\":%d}", rating);
	else
		buf_lit(&x->out, "null");
}

static void platform_field(struct exchange *x, const struct request *r, const char *id)
{
	struct buf *b = &x->out;
	const struct field *f = model_field(id, strlen(id));
	if (!strcmp(id, "description"))
		render_text(x, request_description(r));
	else if (!strcmp(id, "status"))
		render_platform_status(x, r->status);
	else if (!strcmp(id, "created"))
		when_text_json(b, r->created_ms);
	else if (!strcmp(id, "updated"))
		when_text_json(b, r->updated_ms);
	else if (!strcmp(id, "resolutiondate") && r->resolved_ms)
		when_text_json(b, r->resolved_ms);
	else if (!strcmp(id, "reporter") || !strcmp(id, "creator"))
		render_platform_user(x, r->reporter);
	else if (!strcmp(id, "assignee") && r->assignee != NOBODY)
		render_platform_user(x, r->assignee);
	else if (!strcmp(id, "issuetype"))
		field_issue_type(x, r);
	else if (!strcmp(id, "project"))
		field_project(x, r);
	else if (!strcmp(id, "resolution"))
		field_resolution(x, r);
	else if (!strcmp(id, "comment"))
		field_comments(x, r);
	else if (!strcmp(id, "customfield_10002"))
		field_orgs(x, r);
	else if (!strcmp(id, "customfield_10010"))
		field_request_type(x, r);
	else if (!strcmp(id, "customfield_10026"))
		field_participants(x, r);
	else if (!strcmp(id, "customfield_10027"))
		field_rating(x, r);
	else if (!strcmp(id, "customfield_10031"))
		field_approvals(x, r);
	else if (sla_metric_by_id(id + (strncmp(id, "customfield_", 12) ? 0 : 12)) >= 0)
		render_sla(x, r, sla_metric_by_id(id + 12), true);
	else if (f)
		render_value(x, r, f);
	else
		buf_lit(b, "null");
}

static void put_field(struct exchange *x, const struct request *r, const char *id,
                      bool *first)
{
	if (!*first)
		buf_char(&x->out, ',');
	*first = false;
	buf_char(&x->out, '"');
	buf_str(&x->out, id);
	buf_lit(&x->out, "\":");
	platform_field(x, r, id);
}

void render_issue(struct exchange *x, const struct request *r,
                  const struct field_set *fields)
{
	struct buf *b = &x->out;
	bool first = true;
	int64_t id = (int64_t)r->index + FIRST_ISSUE;
	buf_lit(b, "{\"id\":\"");
	buf_int(b, id);
	buf_lit(b, "\",\"key\":\"");
	request_key(r, b);
	buf_lit(b, "\",\"self\":\"");
	render_base(x);
	buf_lit(b, "/rest/api/");
	buf_int(b, x->version ? x->version : 2);
	buf_lit(b, "/issue/");
	buf_int(b, id);
	buf_char(b, '"');
	if (!fields->all && !fields->n_names) {
		buf_char(b, '}');
		return;
	}
	buf_lit(b, ",\"fields\":{");
	for (size_t i = 0; i < model_n_platform_fields; i++)
		if (wanted(fields, model_platform_fields[i].id))
			put_field(x, r, model_platform_fields[i].id, &first);
	for (size_t i = 0; i < model_n_fields; i++)
		if (!strncmp(model_fields[i].id, "customfield_", 12) &&
		    wanted(fields, model_fields[i].id))
			put_field(x, r, model_fields[i].id, &first);
	buf_lit(b, "}}");
}
