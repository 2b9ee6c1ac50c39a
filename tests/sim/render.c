/* SPDX-License-Identifier: MIT */
#include "sim/render.h"

#include "sim/strmap.h"

#include <stdio.h>
#include <string.h>

void render_base(struct exchange *x)
{
	buf_add(&x->out, x->base.data, x->base.len);
}

void render_self(struct exchange *x, const char *path)
{
	buf_lit(&x->out, "\"_links\":{\"self\":\"");
	render_base(x);
	buf_json_part(&x->out, path, strlen(path));
	buf_lit(&x->out, "\"}");
}

static void render_avatars(struct exchange *x, uint32_t person)
{
	static const char *const sizes[4] = { "16", "24", "32", "48" };
	struct buf *b = &x->out;
	char hash[33];
	uint64_t h = site_hash(7, person);
	snprintf(hash, sizeof(hash), "%016llx%016llx", (unsigned long long)h,
	         (unsigned long long)hash_mix(h));
	buf_lit(b, "\"avatarUrls\":{");
	for (int i = 0; i < 4; i++) {
		buf_lit(b, "\"");
		buf_str(b, sizes[i]);
		buf_lit(b, "x");
		buf_str(b, sizes[i]);
		buf_lit(b, "\":\"https://avatar-cdn.example.com/");
		buf_add(b, hash, 32);
		buf_lit(b, "?s=");
		buf_str(b, sizes[i]);
		buf_lit(b, "&d=https%3A%2F%2Fsecure.example.com%2Favatar%2F");
		buf_add(b, hash, 32);
		buf_lit(b, "%3Fd%3Dmm%26s%3D");
		buf_str(b, sizes[i]);
		buf_lit(b, "%26noRedirect%3Dtrue\"");
		if (i < 3)
			buf_char(b, ',');
	}
	buf_char(b, '}');
}

static void render_private(struct buf *b, const char *name, enum shown shown,
                           const char *value)
{
	if (shown == SHOWN_ABSENT)
		return;
	buf_lit(b, ",\"");
	buf_str(b, name);
	buf_lit(b, "\":");
	buf_json(b, shown == SHOWN ? value : NULL);
}

/* On Data Center the platform's users and those of the desks look the same. */
static void render_dc_user(struct exchange *x, uint32_t person, bool platform)
{
	struct buf *b = &x->out;
	const struct person *p = person_at(person);
	buf_char(b, '{');
	if (platform) {
		buf_lit(b, "\"self\":\"");
		render_base(x);
		buf_lit(b, "/rest/api/2/user?username=");
		buf_url(b, p->login);
		buf_lit(b, "\",");
	}
	buf_lit(b, "\"name\":");
	buf_json(b, p->login);
	buf_fmt(b, ",\"key\":\"" PERSON_KEY "\",\"emailAddress\":",
	        PERSON_KEY_FIRST + person);
	buf_json(b, p->email);
	buf_lit(b, ",\"displayName\":");
	buf_json(b, p->name);
	buf_lit(b, ",\"active\":");
	buf_bool(b, !p->inactive);
	buf_lit(b, ",\"timeZone\":\"" SIM_TIME_ZONE "\",");
	if (platform) {
		render_avatars(x, person);
		buf_char(b, '}');
		return;
	}
	buf_lit(b, "\"_links\":{\"jiraRest\":\"");
	render_base(x);
	buf_lit(b, "/rest/api/2/user?username=");
	buf_url(b, p->login);
	buf_lit(b, "\",");
	render_avatars(x, person);
	buf_lit(b, ",\"self\":\"");
	render_base(x);
	buf_lit(b, "/rest/api/2/user?username=");
	buf_url(b, p->login);
	buf_lit(b, "\"}}");
}

void render_user(struct exchange *x, uint32_t person)
{
	struct buf *b = &x->out;
	const struct person *p = person_at(person);
	if (site_is_dc()) {
		render_dc_user(x, person, false);
		return;
	}
	buf_lit(b, "{\"accountId\":\"");
	buf_str(b, p->id);
	buf_lit(b, "\",\"name\":\"");
	buf_str(b, p->id);
	buf_lit(b, "\",\"key\":\"");
	buf_str(b, p->id);
	buf_lit(b, "\"");
	render_private(b, "emailAddress", p->mail, p->email);
	buf_lit(b, ",\"displayName\":");
	buf_json(b, p->name);
	buf_lit(b, ",\"active\":");
	buf_bool(b, !p->inactive);
	render_private(b, "timeZone", p->zone, SIM_TIME_ZONE);
	buf_lit(b, ",\"_links\":{\"jiraRest\":\"");
	render_base(x);
	buf_lit(b, "/rest/api/2/user?accountId=");
	buf_url(b, p->id);
	buf_lit(b, "\",");
	render_avatars(x, person);
	buf_lit(b, ",\"self\":\"");
	render_base(x);
	buf_lit(b, "/rest/api/2/user?accountId=");
	buf_url(b, p->id);
	buf_lit(b, "\"}}");
}

void render_platform_user(struct exchange *x, uint32_t person)
{
	static const char *const kinds[] = {
		[PERSON_AGENT] = "atlassian",
		[PERSON_ATLASSIAN] = "atlassian",
		[PERSON_PORTAL] = "customer",
	};
	struct buf *b = &x->out;
	const struct person *p = person_at(person);
	if (site_is_dc()) {
		render_dc_user(x, person, true);
		return;
	}
	buf_lit(b, "{\"self\":\"");
	render_base(x);
	buf_fmt(b, "/rest/api/%d/user?accountId=", x->version ? x->version : 2);
	buf_url(b, p->id);
	buf_lit(b, "\",\"accountId\":");
	buf_json(b, p->id);
	if (p->mail == SHOWN) {
		buf_lit(b, ",\"emailAddress\":");
		buf_json(b, p->email);
	}
	buf_lit(b, ",");
	render_avatars(x, person);
	buf_lit(b, ",\"displayName\":");
	buf_json(b, p->name);
	buf_lit(b, ",\"active\":");
	buf_bool(b, !p->inactive);
	if (p->zone == SHOWN)
		buf_lit(b, ",\"timeZone\":\"" SIM_TIME_ZONE "\"");
	buf_lit(b, ",\"accountType\":\"");
	buf_str(b, kinds[p->kind]);
	buf_lit(b, "\"}");
}

void render_desk(struct exchange *x, int desk)
{
	struct buf *b = &x->out;
	const struct desk *d = &model_desks[desk];
	char path[64];
	buf_lit(b, "{\"id\":\"");
	buf_str(b, d->id);
	buf_lit(b, "\",\"projectId\":\"");
	buf_str(b, d->project_id);
	buf_lit(b, "\",\"projectName\":");
	buf_json(b, d->name);
	buf_lit(b, ",\"projectKey\":\"");
	buf_str(b, d->key);
	buf_lit(b, "\",\"projectTypeKey\":\"service_desk\",");
	snprintf(path, sizeof(path), "/rest/servicedeskapi/servicedesk/%s", d->id);
	render_self(x, path);
	buf_char(b, '}');
}

void render_org(struct exchange *x, uint32_t org)
{
	struct buf *b = &x->out;
	const struct org *o = org_at(org);
	char path[64];
	buf_lit(b, "{\"id\":");
	buf_json(b, o->id);
	buf_lit(b, ",\"name\":");
	buf_json(b, o->name);
	buf_lit(b, ",\"uuid\":");
	buf_json(b, o->uuid);
	buf_lit(b, ",\"created\":");
	when_json(b, o->created_ms);
	buf_lit(b, ",\"scimManaged\":false,");
	snprintf(path, sizeof(path), "/rest/servicedeskapi/organization/%s", o->id);
	render_self(x, path);
	buf_char(b, '}');
}

void render_moment(struct exchange *x, const struct moment *m)
{
	struct buf *b = &x->out;
	const struct status_name *s = &model_statuses[m->status];
	buf_lit(b, "{\"status\":");
	buf_json(b, s->portal);
	buf_lit(b, ",\"statusCategory\":\"");
	buf_str(b, s->category);
	buf_lit(b, "\",\"statusDate\":");
	when_json(b, m->ms);
	buf_char(b, '}');
}

static void render_icon(struct exchange *x, const char *id)
{
	static const char *const sizes[4][2] = { { "48x48", "large" },
		                                 { "24x24", "small" },
		                                 { "16x16", "xsmall" },
		                                 { "32x32", "medium" } };
	struct buf *b = &x->out;
	buf_fmt(b, "{\"id\":\"105%s\",\"_links\":{\"iconUrls\":{", id);
	for (int i = 0; i < 4; i++) {
		buf_fmt(b, "%s\"%s\":\"", i ? "," : "", sizes[i][0]);
		render_base(x);
		buf_fmt(b,
		        "/rest/api/2/universal_avatar/view/type/SD_REQTYPE/avatar/"
		        "105%s?size=%s",
		        id, sizes[i][1]);
		buf_char(b, '"');
	}
	buf_lit(b, "}}}");
}

void render_type(struct exchange *x, const struct rtype *type)
{
	struct buf *b = &x->out;
	const char *at = type->groups, *group;
	size_t n;
	bool first = true;
	char path[96];
	buf_lit(b, "{\"_expands\":[\"field\"],\"id\":");
	buf_json(b, type->id);
	buf_char(b, ',');
	snprintf(path, sizeof(path), "/rest/servicedeskapi/servicedesk/%s/requesttype/%s",
	         model_desks[type->desk].id, type->id);
	render_self(x, path);
	buf_lit(b, ",\"name\":");
	buf_json(b, type->name);
	buf_lit(b, ",\"description\":");
	buf_json(b, type->description);
	buf_lit(b, ",\"helpText\":");
	buf_json(b, type->help);
	buf_fmt(b, ",\"issueTypeId\":\"%s\",\"serviceDeskId\":\"%s\",\"portalId\":\"%s\"",
	        type->issue_type, model_desks[type->desk].id, model_desks[type->desk].id);
	buf_lit(b, ",\"groupIds\":[");
	while ((group = list_next(&at, ',', &n))) {
		buf_str(b, first ? "\"" : ",\"");
		buf_add(b, group, n);
		buf_char(b, '"');
		first = false;
	}
	buf_lit(b, "],\"icon\":");
	render_icon(x, type->id);
	buf_fmt(b,
	        ",\"practice\":\"%s\",\"restrictionStatus\":\"%s\",\"canCreateRequest\":%"
	        "s",
	        type->approval ? "service_request" : "incident_management",
	        type->restricted ? "RESTRICTED" : "OPEN",
	        !type->restricted || is_agent(x) ? "true" : "false");
	if (query_expands(x, "field")) {
		buf_lit(b, ",\"fields\":");
		render_type_fields(x, type, false);
	}
	buf_char(b, '}');
}

void render_content(struct exchange *x, const struct attachment *a)
{
	render_base(x);
	if (!site_is_dc()) {
		buf_fmt(&x->out, "/rest/api/%d/attachment/content/%lld", x->version,
		        (long long)a->id);
		return;
	}
	buf_fmt(&x->out, "/secure/attachment/%lld/", (long long)a->id);
	buf_url(&x->out, a->name);
}

void render_attachment(struct exchange *x, const struct request *r,
                       const struct attachment *a)
{
	struct buf *b = &x->out;
	buf_lit(b, "{\"filename\":");
	buf_json(b, a->name);
	buf_lit(b, ",\"author\":");
	render_user(x, a->author);
	buf_lit(b, ",\"created\":");
	when_json(b, a->ms);
	buf_lit(b, ",\"size\":");
	buf_int(b, (int64_t)a->size);
	buf_lit(b, ",\"mimeType\":");
	buf_json(b, a->mime);
	if (site_is_dc()) {
		buf_lit(b, ",\"_links\":{\"jiraRest\":\"");
		render_base(x);
		buf_fmt(b, "/rest/api/2/attachment/%lld\",\"content\":\"",
		        (long long)a->id);
		render_content(x, a);
		buf_lit(b, "\"}}");
		return;
	}
	buf_lit(b, ",\"_links\":{\"self\":\"");
	render_base(x);
	buf_fmt(b, "/rest/servicedeskapi/request/%lld/attachment/%lld\",\"jiraRest\":\"",
	        (long long)r->index + FIRST_ISSUE, (long long)a->id);
	render_base(x);
	buf_fmt(b, "/rest/api/2/attachment/%lld\",\"content\":\"", (long long)a->id);
	render_base(x);
	buf_fmt(b, "/rest/servicedeskapi/request/%lld/attachment/%lld\"",
	        (long long)r->index + FIRST_ISSUE, (long long)a->id);
	if (!strncmp(a->mime, "image/", 6)) {
		buf_lit(b, ",\"thumbnail\":\"");
		render_base(x);
		buf_fmt(b,
		        "/rest/servicedeskapi/request/%lld/attachment/%lld/thumbnail\"",
		        (long long)r->index + FIRST_ISSUE, (long long)a->id);
	}
	buf_lit(b, "}}");
}

void render_attachments_nested(struct exchange *x, const struct request *r,
                               int64_t comment, const char *path)
{
	struct attachment a;
	size_t total = 0, n = request_n_attachments(r), seen = 0;
	bool agent = is_agent(x);
	for (size_t k = 0; k < n; k++) {
		request_attachment(r, k, &a);
		total += (!comment || a.comment_id == comment) && (agent || a.is_public);
	}
	struct page p = nested_open(x, total, path);
	for (size_t k = 0; k < n; k++) {
		request_attachment(r, k, &a);
		if ((comment && a.comment_id != comment) || (!agent && !a.is_public))
			continue;
		if (seen >= p.from && seen < p.to) {
			if (seen > p.from)
				buf_char(&x->out, ',');
			render_attachment(x, r, &a);
		}
		seen++;
	}
	page_close(x);
}

void render_comment(struct exchange *x, const struct request *r, const struct comment *c,
                    bool attachments, bool rendered)
{
	struct buf *b = &x->out;
	char path[128];
	snprintf(path, sizeof(path), "/rest/servicedeskapi/request/%lld/comment/%lld",
	         (long long)r->index + FIRST_ISSUE, (long long)c->id);
	buf_lit(b, "{\"_expands\":[\"attachment\",\"renderedBody\"],\"id\":\"");
	buf_int(b, c->id);
	buf_lit(b, "\",\"body\":");
	buf_json(b, c->body);
	buf_lit(b, ",\"public\":");
	buf_bool(b, c->is_public);
	buf_lit(b, ",\"author\":");
	render_user(x, c->author);
	buf_lit(b, ",\"created\":");
	when_json(b, c->ms);
	if (attachments) {
		char below[160];
		snprintf(below, sizeof(below), "%s/attachment", path);
		buf_lit(b, ",\"attachments\":");
		render_attachments_nested(x, r, c->id, below);
	}
	if (rendered) {
		buf_lit(b, ",\"renderedBody\":{\"html\":");
		buf_html_json(b, c->body);
		buf_char(b, '}');
	}
	buf_char(b, ',');
	render_self(x, path);
	buf_char(b, '}');
}

void render_approval(struct exchange *x, const struct request *r,
                     const struct approval *a)
{
	struct buf *b = &x->out;
	char path[128];
	bool mine = false;
	for (size_t i = 0; i < a->n_approvers; i++)
		mine = mine || a->approvers[i] == x->who;
	buf_fmt(b, "{\"id\":\"%lld\",\"name\":", (long long)a->id);
	buf_json(b, a->name);
	buf_fmt(b, ",\"finalDecision\":\"%s\",\"canAnswerApproval\":%s,\"approvers\":[",
	        a->decision, mine && !strcmp(a->decision, "pending") ? "true" : "false");
	for (size_t i = 0; i < a->n_approvers; i++) {
		buf_str(b, i ? ",{\"approver\":" : "{\"approver\":");
		render_user(x, a->approvers[i]);
		buf_fmt(b, ",\"approverDecision\":\"%s\"}", a->decisions[i]);
	}
	buf_lit(b, "],\"createdDate\":");
	when_json(b, a->created_ms);
	if (a->completed_ms) {
		buf_lit(b, ",\"completedDate\":");
		when_json(b, a->completed_ms);
	}
	buf_char(b, ',');
	snprintf(path, sizeof(path), "/rest/servicedeskapi/request/%lld/approval/%lld",
	         (long long)r->index + FIRST_ISSUE, (long long)a->id);
	render_self(x, path);
	buf_char(b, '}');
}
