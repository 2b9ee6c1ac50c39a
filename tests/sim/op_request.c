/* SPDX-License-Identifier: MIT */
/* GET /request with its filters, and GET /request/{key}. */
#include "sim/listing.h"
#include "sim/ops.h"
#include "sim/render.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum ownership {
	OWN_OWNED = 1 << 0,
	OWN_PARTICIPATED = 1 << 1,
	OWN_ORGANIZATION = 1 << 2,
	OWN_ALL_ORGANIZATIONS = 1 << 3,
	OWN_APPROVER = 1 << 4,
	OWN_ALL = 1 << 5,
};

struct filter {
	unsigned ownership;
	int open;     /* 1 open, 0 closed, -1 both */
	int approval; /* 1 pending, 2 history, 0 any */
	uint32_t org;
	int desk;
	const struct rtype *type;
	const char *term;
	uint32_t who;
	bool agent;
	const struct exchange *x;
};

/* Every word of the term must match a word of the summary; * and ? are wild. */
static bool term_matches(const char *term, const char *summary)
{
	char words[512], terms[256];
	char *save_t = NULL;
	snprintf(terms, sizeof(terms), "%s", term);
	for (char *t = strtok_r(terms, " ", &save_t); t;
	     t = strtok_r(NULL, " ", &save_t)) {
		bool found = false;
		char *save_w = NULL;
		snprintf(words, sizeof(words), "%s", summary);
		for (char *w = strtok_r(words, " ,.:;\"()[]\n\t", &save_w); w && !found;
		     w = strtok_r(NULL, " ,.:;\"()[]\n\t", &save_w))
			found = !fnmatch(t, w, FNM_CASEFOLD | FNM_NOESCAPE);
		if (!found)
			return false;
	}
	return true;
}

static bool approver_matches(const struct filter *f, const struct request *r)
{
	struct approval a;
	for (size_t k = 0; k < r->n_approvals; k++) {
		request_approval(r, k, &a);
		bool pending = !strcmp(a.decision, "pending");
		for (size_t i = 0; i < a.n_approvers; i++)
			if (a.approvers[i] == f->who &&
			    (!f->approval || (f->approval == 1) == pending))
				return true;
	}
	return false;
}

static bool owner_matches(const struct filter *f, const struct request *r)
{
	if (f->ownership & OWN_OWNED && r->reporter == f->who)
		return true;
	if (f->ownership & OWN_PARTICIPATED && request_has_participant(r, f->who))
		return true;
	if (f->ownership & OWN_ORGANIZATION && r->org != NO_ORG && r->org == f->org)
		return true;
	if (f->ownership & OWN_ALL_ORGANIZATIONS && r->org != NO_ORG &&
	    org_has(r->org, f->who))
		return true;
	if (f->ownership & OWN_APPROVER && approver_matches(f, r))
		return true;
	return f->ownership & OWN_ALL && (f->agent || can_see_request(f->x, r));
}

static bool filter_matches(const void *filter, const struct request *r)
{
	const struct filter *f = filter;
	if (f->desk >= 0 && r->desk != f->desk)
		return false;
	if (f->type && r->type != f->type)
		return false;
	if (f->open >= 0 && (r->resolved_ms == 0) != (f->open == 1))
		return false;
	if (f->term) {
		struct buf text = { 0 };
		request_summary(r, &text);
		bool ok = text.data && term_matches(f->term, text.data);
		buf_clear(&text);
		if (!ok)
			return false;
	}
	return owner_matches(f, r);
}

static int by_activity(const void *a, const void *b)
{
	struct request r, s;
	request_load(&r, *(const uint32_t *)a);
	request_load(&s, *(const uint32_t *)b);
	if (!site_is_demo()) {
		/* Large sets: what was written to comes first, the rest by number. */
		int64_t ra = r.touch ? r.touch->activity_ms : 0;
		int64_t sa = s.touch ? s.touch->activity_ms : 0;
		if (ra != sa)
			return ra < sa ? 1 : -1;
	} else if (r.updated_ms != s.updated_ms) {
		return r.updated_ms < s.updated_ms ? 1 : -1;
	}
	return r.index < s.index ? 1 : r.index > s.index ? -1 : 0;
}

static bool read_ownership(struct exchange *x, struct filter *f)
{
	static const struct {
		const char *name;
		unsigned bit;
	} words[] = {
		{ "OWNED_REQUESTS", OWN_OWNED },
		{ "PARTICIPATED_REQUESTS", OWN_PARTICIPATED },
		{ "ORGANIZATION", OWN_ORGANIZATION },
		{ "ALL_ORGANIZATIONS", OWN_ALL_ORGANIZATIONS },
		{ "APPROVER", OWN_APPROVER },
		{ "ALL_REQUESTS", OWN_ALL },
	};
	for (int i = 0; i < x->n_params; i++) {
		unsigned bit = 0;
		if (strcmp(x->params[i].name, "requestOwnership"))
			continue;
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
			if (!strcmp(words[k].name, x->params[i].value))
				bit = words[k].bit;
		if (!bit) {
			answer_error(x, 400, "sd.request.error.ownership",
			             "Unknown requestOwnership '%s'.",
			             x->params[i].value);
			return false;
		}
		f->ownership |= bit;
	}
	if (!f->ownership)
		f->ownership = OWN_OWNED | OWN_PARTICIPATED | OWN_ALL_ORGANIZATIONS;
	return true;
}

static bool read_words(struct exchange *x, struct filter *f)
{
	const char *status = query_get(x, "requestStatus"),
		   *approval = query_get(x, "approvalStatus");
	f->open = -1;
	if (status && !strcmp(status, "OPEN_REQUESTS"))
		f->open = 1;
	else if (status && !strcmp(status, "CLOSED_REQUESTS"))
		f->open = 0;
	else if (status && strcmp(status, "ALL_REQUESTS")) {
		answer_error(x, 400, "sd.request.error.status",
		             "Unknown requestStatus '%s'.", status);
		return false;
	}
	if (!approval)
		return true;
	if (!strcmp(approval, "MY_PENDING_APPROVAL"))
		f->approval = 1;
	else if (!strcmp(approval, "MY_HISTORY_APPROVAL"))
		f->approval = 2;
	if (!f->approval || !(f->ownership & OWN_APPROVER)) {
		answer_error(x, 400, "sd.request.error.approval",
		             "approvalStatus must be MY_PENDING_APPROVAL or "
		             "MY_HISTORY_APPROVAL, with "
		             "requestOwnership=APPROVER.");
		return false;
	}
	return true;
}

static bool read_places(struct exchange *x, struct filter *f)
{
	const char *desk = query_get(x, "serviceDeskId"),
		   *type = query_get(x, "requestTypeId");
	const char *org = query_get(x, "organizationId");
	f->desk = -1;
	f->org = NO_ORG;
	if (desk) {
		f->desk = desk_by_name(desk);
		if (f->desk < 0 || !can_see_desk(x, f->desk)) {
			answer_error(x, 404, "sd.admin.servicedesk.error.notFound",
			             "The Service Desk with id '%s' does not exist.",
			             desk);
			return false;
		}
	}
	if (type) {
		if (!desk) {
			answer_error(x, 400, "sd.request.error.type",
			             "requestTypeId needs serviceDeskId.");
			return false;
		}
		f->type = model_type(type);
		if (!f->type || f->type->desk != f->desk) {
			answer_error(x, 404, "sd.admin.requesttype.error.notFound",
			             "The Request Type with id '%s' does not exist.",
			             type);
			return false;
		}
	}
	if (!org && f->ownership & OWN_ORGANIZATION) {
		answer_error(x, 400, "sd.request.error.organization",
		             "requestOwnership=ORGANIZATION needs organizationId.");
		return false;
	}
	if (org && (!org_by_id(org, &f->org) || !org_has(f->org, x->who))) {
		answer_error(x, 404, "sd.organization.error.notFound",
		             "The organization with id '%s' does not exist.", org);
		return false;
	}
	return true;
}

static struct listing *find(struct exchange *x, const struct filter *f)
{
	struct buf key = { 0 };
	bool plain = f->desk < 0 && !f->type && f->open < 0 && !f->term &&
	             f->ownership & (OWN_PARTICIPATED | OWN_ALL);
	/* The account that participates in everything. */
	if (plain && !site_is_demo() && x->who == 0)
		return listing_everything(f, filter_matches);
	buf_fmt(&key, "request %u %u %d %d %u %d %s %s", x->who, f->ownership, f->open,
	        f->approval, f->org, f->desk, f->type ? f->type->id : "",
	        f->term ? f->term : "");
	struct listing *l = NULL;
	if (!key.failed && (site_is_demo() || touched_count()))
		l = listing_get(key.data, f, filter_matches, by_activity);
	else if (!key.failed)
		l = listing_get_reversed(key.data, f, filter_matches);
	buf_clear(&key);
	return l;
}

static bool known_expands(struct exchange *x)
{
	static const char *const words[] = {
		"serviceDesk",
		"requestType",
		"participant",
		"sla",
		"status",
		"attachment",
		"action",
		"comment",
		"comment.attachment",
		"comment.renderedBody",
		"requestType.field",
	};
	size_t n;
	for (int i = 0; i < x->n_params; i++) {
		const char *at = x->params[i].value, *part;
		if (strcmp(x->params[i].name, "expand"))
			continue;
		while ((part = list_next(&at, ',', &n))) {
			bool known = false;
			for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
				known = known || (strlen(words[k]) == n &&
				                  !memcmp(words[k], part, n));
			if (known || !n)
				continue;
			answer_error(x, 400, "sd.rest.error.expand",
			             "Cannot expand '%.*s'.", (int)n, part);
			return false;
		}
	}
	return true;
}

void op_requests(struct exchange *x)
{
	struct filter f = { .who = x->who, .agent = is_agent(x), .x = x };
	f.term = query_get(x, "searchTerm");
	if (f.term && !*f.term)
		f.term = NULL;
	if (!known_expands(x) || !read_ownership(x, &f) || !read_words(x, &f) ||
	    !read_places(x, &f))
		return;
	struct listing *l = find(x, &f);
	if (!l) {
		answer_error(x, 500, "sd.rest.error.internal", "Out of memory.");
		return;
	}
	struct page p = page_open(x, l->n, REQUEST_EXPANDS);
	struct request r;
	for (size_t k = p.from; k < p.to; k++) {
		if (k > p.from)
			buf_char(&x->out, ',');
		request_load(&r, listing_at(l, k));
		render_request(x, &r);
	}
	page_close(x);
	listing_put(l);
}

void op_request(struct exchange *x)
{
	struct request r;
	if (!known_expands(x) || !arg_request(x, 0, &r))
		return;
	render_request(x, &r);
	answer(x, 200);
}
