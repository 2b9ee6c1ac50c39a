/* SPDX-License-Identifier: MIT */
/* The customer request with everything that `expand` adds. */
#include "sim/render.h"

#include <stdio.h>
#include <string.h>

static void render_fields(struct exchange *x, const struct request *r)
{
	struct buf *b = &x->out;
	const char *at = r->type->fields, *word;
	size_t n;
	bool first = true;
	buf_lit(b, ",\"requestFieldValues\":[");
	while ((word = list_next(&at, ' ', &n))) {
		if (word[n - 1] == '-')
			continue;
		const struct field *f = model_field(word, word[n - 1] == '!' ? n - 1 : n);
		if (!f)
			continue;
		if (!first)
			buf_char(b, ',');
		first = false;
		buf_lit(b, "{\"fieldId\":\"");
		buf_str(b, f->id);
		buf_lit(b, "\",\"label\":");
		buf_json(b, f->name);
		buf_lit(b, ",\"value\":");
		render_value(x, r, f);
		if (!strcmp(f->id, "description") && request_description(r)) {
			buf_lit(b, ",\"renderedValue\":{\"html\":");
			buf_html_json(b, request_description(r));
			buf_char(b, '}');
		}
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

static void expand_participants(struct exchange *x, const struct request *r,
                                const char *path)
{
	buf_lit(&x->out, ",\"participants\":");
	struct page p = nested_open(x, request_n_participants(r), path);
	for (size_t k = p.from; k < p.to; k++) {
		if (k > p.from)
			buf_char(&x->out, ',');
		render_user(x, request_participant(r, k));
	}
	page_close(x);
}

static void expand_sla(struct exchange *x, const struct request *r, const char *path)
{
	buf_lit(&x->out, ",\"sla\":");
	/* Only agents see service levels; for others the page is empty. */
	struct page p = nested_open(x, is_agent(x) ? N_SLA : 0, path);
	for (size_t k = p.from; k < p.to; k++) {
		if (k > p.from)
			buf_char(&x->out, ',');
		render_sla(x, r, (int)k, false);
	}
	page_close(x);
}

static void expand_status(struct exchange *x, const struct request *r, const char *path)
{
	size_t n = request_n_history(r);
	buf_lit(&x->out, ",\"status\":");
	struct page p = nested_open(x, n, path);
	for (size_t k = p.from; k < p.to; k++) {
		struct moment m = request_moment(r, n - 1 - k);
		if (k > p.from)
			buf_char(&x->out, ',');
		render_moment(x, &m);
	}
	page_close(x);
}

static void expand_comments(struct exchange *x, const struct request *r, const char *path)
{
	size_t n = request_n_comments(r), total = 0, seen = 0;
	bool agent = is_agent(x), with = query_expands(x, "comment.attachment");
	bool rendered = query_expands(x, "comment.renderedBody");
	struct comment c;
	for (size_t k = 0; k < n; k++) {
		request_comment(r, k, &c);
		total += agent || c.is_public;
	}
	buf_lit(&x->out, ",\"comments\":");
	struct page p = nested_open(x, total, path);
	for (size_t k = 0; k < n && seen < p.to; k++) {
		request_comment(r, k, &c);
		if (!agent && !c.is_public)
			continue;
		if (seen++)
			buf_char(&x->out, ',');
		render_comment(x, r, &c, with, rendered);
	}
	page_close(x);
}

static void expand_actions(struct exchange *x, const struct request *r)
{
	bool open = !r->resolved_ms || is_agent(x);
	buf_lit(&x->out,
	        ",\"actions\":{\"addAttachment\":{\"allowed\":true},\"addComment\":"
	        "{\"allowed\":true},\"addParticipant\":{\"allowed\":");
	buf_bool(&x->out, open);
	buf_lit(&x->out, "},\"removeParticipant\":{\"allowed\":");
	buf_bool(&x->out, open);
	buf_lit(&x->out, "}}");
}

static void expand_pages(struct exchange *x, const struct request *r)
{
	static const struct {
		const char *word, *part;
		void (*run)(struct exchange *, const struct request *, const char *);
	} pages[] = {
		{ "participant", "participant", expand_participants },
		{ "sla", "sla", expand_sla },
		{ "status", "status", expand_status },
		{ "comment", "comment", expand_comments },
	};
	char path[128];
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		if (!query_expands(x, pages[i].word))
			continue;
		snprintf(path, sizeof(path), "/rest/servicedeskapi/request/%lld/%s",
		         (long long)r->index + FIRST_ISSUE, pages[i].part);
		pages[i].run(x, r, path);
	}
	if (query_expands(x, "attachment")) {
		snprintf(path, sizeof(path),
		         "/rest/servicedeskapi/request/%lld/attachment",
		         (long long)r->index + FIRST_ISSUE);
		buf_lit(&x->out, ",\"attachments\":");
		render_attachments_nested(x, r, 0, path);
	}
	if (query_expands(x, "action"))
		expand_actions(x, r);
	if (query_expands(x, "serviceDesk")) {
		buf_lit(&x->out, ",\"serviceDesk\":");
		render_desk(x, r->desk);
	}
	if (query_expands(x, "requestType")) {
		buf_lit(&x->out, ",\"requestType\":");
		render_type(x, r->type);
	}
}

void render_request(struct exchange *x, const struct request *r)
{
	struct buf *b = &x->out;
	struct buf text = { 0 };
	int64_t id = (int64_t)r->index + FIRST_ISSUE;
	struct moment now = { .status = r->status, .ms = r->status_ms };
	buf_lit(b, "{\"_expands\":[" REQUEST_EXPANDS "],\"issueId\":\"");
	buf_int(b, id);
	buf_lit(b, "\",\"issueKey\":\"");
	request_key(r, b);
	buf_lit(b, "\",\"summary\":");
	request_summary(r, &text);
	buf_json(b, text.data);
	buf_clear(&text);
	buf_lit(b, ",\"requestTypeId\":\"");
	buf_str(b, r->type->id);
	buf_lit(b, "\",\"serviceDeskId\":\"");
	buf_str(b, model_desks[r->desk].id);
	buf_lit(b, "\",\"createdDate\":");
	when_json(b, r->created_ms);
	buf_lit(b, ",\"reporter\":");
	render_user(x, r->reporter);
	render_fields(x, r);
	buf_lit(b, ",\"currentStatus\":");
	render_moment(x, &now);
	if (x->n_params)
		expand_pages(x, r);
	buf_lit(b, ",\"_links\":{\"jiraRest\":\"");
	render_base(x);
	buf_lit(b, "/rest/api/2/issue/");
	buf_int(b, id);
	buf_lit(b, "\",\"web\":\"");
	render_base(x);
	buf_lit(b, "/servicedesk/customer/portal/");
	buf_str(b, model_desks[r->desk].id);
	buf_char(b, '/');
	request_key(r, b);
	buf_lit(b, "\",\"self\":\"");
	render_base(x);
	buf_lit(b, "/rest/servicedeskapi/request/");
	buf_int(b, id);
	if (is_agent(x)) {
		buf_lit(b, "\",\"agent\":\"");
		render_base(x);
		buf_lit(b, "/browse/");
		request_key(r, b);
	}
	buf_lit(b, "\"}}");
}
