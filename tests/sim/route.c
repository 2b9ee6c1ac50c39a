/* SPDX-License-Identifier: MIT */
/*
 * The table of operations, and the checks every request passes before its
 * operation runs, in the order in which the real server makes them: path,
 * method, credentials, opt-in, rights, query, body.
 */
#include "sim/route.h"

#include "sim/journal.h"
#include "sim/oauth.h"
#include "sim/ops.h"
#include "sim/rate.h"
#include "sim/signin.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define SD "/rest/servicedeskapi/"
#define SERVLET "/plugins/servlet/"
#define PAGE "start:i limit:i"

/* clang-format off */
static const struct op ops[] = {
{ "GET", SD "info", "", OP_ANONYMOUS, op_info },
{ "GET", SD "assets/workspace", PAGE, OP_CLOUD, op_workspaces },
{ "GET", SD "insight/workspace", PAGE, OP_CLOUD, op_workspaces },
{ "GET", SD "servicedesk", PAGE, 0, op_desks },
{ "GET", SD "servicedesk/{}", "", 0, op_desk },
{ "GET", SD "servicedesk/{}/requesttypegroup", PAGE, OP_TRIAL_DC, op_groups },
{ "GET", SD "servicedesk/{}/requesttype", PAGE " groupId:i expand:s* searchQuery:s includeHiddenRequestTypesInSearch:b restrictionStatus:s", 0, op_types },
{ "GET", SD "servicedesk/{}/requesttype/{}", "expand:s*", OP_ANONYMOUS, op_type },
{ "GET", SD "servicedesk/{}/requesttype/{}/field", "expand:s*", 0, op_type_fields },
{ "GET", SD "requesttype", PAGE " searchQuery:s serviceDeskId:i* expand:s* includeHiddenRequestTypesInSearch:b restrictionStatus:s", OP_EXPERIMENTAL | OP_CLOUD, op_all_types },
{ "GET", SD "servicedesk/{}/customer", PAGE " query:s", OP_EXPERIMENTAL | OP_AGENT | OP_OWN_LIMIT | OP_CLOUD, op_customers },
{ "POST", SD "servicedesk/{}/customer", "", OP_AGENT | OP_JSON_BODY | OP_WRITE, op_customers_add },
{ "DELETE", SD "servicedesk/{}/customer", "", OP_EXPERIMENTAL | OP_AGENT | OP_JSON_BODY | OP_WRITE, op_customers_remove },
{ "POST", SD "customer", "strictConflictStatusCode:b", OP_AGENT | OP_JSON_BODY | OP_WRITE | OP_TRIAL_DC, op_customer_create },
{ "GET", SD "organization", PAGE " accountId:s", OP_TRIAL_DC, op_orgs },
{ "POST", SD "organization", "", OP_AGENT | OP_JSON_BODY | OP_WRITE | OP_TRIAL_DC, op_org_create },
{ "GET", SD "organization/{}", "", OP_TRIAL_DC, op_org },
{ "DELETE", SD "organization/{}", "", OP_AGENT | OP_WRITE | OP_TRIAL_DC, op_org_delete },
{ "GET", SD "organization/{}/user", PAGE, OP_TRIAL_DC, op_org_users },
{ "POST", SD "organization/{}/user", "", OP_AGENT | OP_JSON_BODY | OP_WRITE | OP_TRIAL_DC, op_org_users_add },
{ "DELETE", SD "organization/{}/user", "", OP_AGENT | OP_JSON_BODY | OP_WRITE | OP_TRIAL_DC, op_org_users_remove },
{ "GET", SD "servicedesk/{}/organization", PAGE " accountId:s", OP_TRIAL_DC, op_desk_orgs },
{ "POST", SD "servicedesk/{}/organization", "", OP_AGENT | OP_JSON_BODY | OP_WRITE | OP_TRIAL_DC, op_desk_org_add },
{ "DELETE", SD "servicedesk/{}/organization", "", OP_AGENT | OP_JSON_BODY | OP_WRITE | OP_TRIAL_DC, op_desk_org_remove },
{ "GET", SD "servicedesk/{}/queue", PAGE " includeCount:b", OP_AGENT | OP_TRIAL_403, op_queues },
{ "GET", SD "servicedesk/{}/queue/{}", "includeCount:b", OP_AGENT | OP_TRIAL_403, op_queue },
{ "GET", SD "servicedesk/{}/queue/{}/issue", PAGE, OP_AGENT | OP_TRIAL_403, op_queue_issues },
{ "GET", SD "knowledgebase/article", PAGE " query:s highlight:b cursor:s prev:b", 0, op_articles },
{ "GET", SD "servicedesk/{}/knowledgebase/article", PAGE " query:s highlight:b cursor:s prev:b", 0, op_desk_articles },
{ "POST", SD "servicedesk/{}/attachTemporaryFile", "", OP_MULTIPART | OP_WRITE | OP_TRIAL_DC, op_attach_temporary },
{ "GET", SD "request", PAGE " searchTerm:s requestOwnership:s* requestStatus:s approvalStatus:s organizationId:i serviceDeskId:i requestTypeId:i expand:s*", 0, op_requests },
{ "POST", SD "request", "", OP_JSON_BODY | OP_WRITE, op_request_create },
{ "GET", SD "request/{}", "expand:s*", 0, op_request },
{ "GET", SD "request/{}/comment", PAGE " public:b internal:b expand:s*", 0, op_comments },
{ "POST", SD "request/{}/comment", "", OP_JSON_BODY | OP_WRITE, op_comment_create },
{ "GET", SD "request/{}/comment/{}", "expand:s*", 0, op_comment },
{ "GET", SD "request/{}/comment/{}/attachment", PAGE, OP_EXPERIMENTAL, op_comment_attachments },
{ "GET", SD "request/{}/participant", PAGE, 0, op_participants },
{ "POST", SD "request/{}/participant", "", OP_JSON_BODY | OP_WRITE, op_participants_add },
{ "DELETE", SD "request/{}/participant", "", OP_JSON_BODY | OP_WRITE, op_participants_remove },
{ "GET", SD "request/{}/approval", PAGE, OP_TRIAL_DC, op_approvals },
{ "GET", SD "request/{}/approval/{}", "", OP_TRIAL_DC, op_approval },
{ "POST", SD "request/{}/approval/{}", "", OP_JSON_BODY | OP_WRITE | OP_TRIAL_DC, op_approval_answer },
{ "GET", SD "request/{}/transition", PAGE, 0, op_transitions },
{ "POST", SD "request/{}/transition", "", OP_JSON_BODY | OP_WRITE, op_transition },
{ "GET", SD "request/{}/status", PAGE, 0, op_status },
{ "GET", SD "request/{}/sla", PAGE, OP_AGENT, op_slas },
{ "GET", SD "request/{}/sla/{}", "", OP_AGENT, op_sla },
{ "GET", SD "request/{}/attachment", PAGE, 0, op_attachments },
{ "POST", SD "request/{}/attachment", "", OP_JSON_BODY | OP_WRITE, op_attach },
{ "GET", SD "request/{}/attachment/{}", "", OP_CLOUD, op_attachment },
{ "GET", SD "request/{}/attachment/{}/thumbnail", "", OP_CLOUD, op_thumbnail },
{ "GET", SD "request/{}/notification", "", 0, op_notification },
{ "PUT", SD "request/{}/notification", "", OP_WRITE, op_subscribe },
{ "DELETE", SD "request/{}/notification", "", OP_WRITE, op_unsubscribe },
{ "GET", SD "request/{}/feedback", "", OP_EXPERIMENTAL, op_feedback },
{ "POST", SD "request/{}/feedback", "", OP_EXPERIMENTAL | OP_JSON_BODY | OP_WRITE, op_feedback_create },
{ "DELETE", SD "request/{}/feedback", "", OP_EXPERIMENTAL | OP_WRITE, op_feedback_delete },
{ "GET", "/_edge/tenant_info", "", OP_ANONYMOUS | OP_PLATFORM | OP_CLOUD, op_tenant_info },
{ "GET", "/rest/api/{v}/serverInfo", "", OP_ANONYMOUS | OP_PLATFORM, op_server_info },
{ "GET", "/rest/api/{v}/myself", "expand:s", OP_PLATFORM, op_myself },
{ "GET", "/rest/api/{v}/field", "", OP_PLATFORM, op_fields },
{ "GET", "/rest/api/{v}/user/bulk", "startAt:i maxResults:i username:s* key:s* accountId:s*", OP_PLATFORM | OP_CLOUD, op_users_bulk },
{ "GET", "/rest/api/{v}/search", "*", OP_PLATFORM | OP_CLOUD, op_gone },
{ "POST", "/rest/api/{v}/search", "*", OP_PLATFORM | OP_CLOUD, op_gone },
{ "GET", "/rest/api/{v}/search", "jql:s startAt:i maxResults:i fields:s* expand:s validateQuery:s", OP_PLATFORM | OP_DC, op_classic_get },
{ "POST", "/rest/api/{v}/search", "", OP_PLATFORM | OP_JSON_BODY | OP_DC, op_classic_post },
{ "GET", "/secure/attachment/{}/{}", "", OP_PLATFORM | OP_DC, op_secure_attachment },
{ "GET", "/rest/api/{v}/search/jql", "jql:s nextPageToken:s maxResults:i fields:s* expand:s properties:s* fieldsByKeys:b failFast:b reconcileIssues:i*", OP_PLATFORM | OP_CLOUD, op_search_get },
{ "POST", "/rest/api/{v}/search/jql", "", OP_PLATFORM | OP_JSON_BODY | OP_CLOUD, op_search_post },
{ "POST", "/rest/api/{v}/search/approximate-count", "", OP_PLATFORM | OP_JSON_BODY | OP_CLOUD, op_count },
{ "POST", "/rest/api/{v}/issue/bulkfetch", "", OP_PLATFORM | OP_JSON_BODY | OP_CLOUD, op_issues_bulk },
{ "GET", "/rest/api/{v}/issue/{}", "fields:s* fieldsByKeys:b expand:s properties:s* updateHistory:b failFast:b", OP_PLATFORM, op_issue },
{ "GET", "/rest/api/{v}/issue/{}/transitions", "expand:s transitionId:s skipRemoteOnlyCondition:b includeUnavailableTransitions:b sortByOpsBarAndStatus:b", OP_PLATFORM, op_issue_transitions },
{ "POST", "/rest/api/{v}/changelog/bulkfetch", "", OP_PLATFORM | OP_JSON_BODY | OP_CLOUD, op_changelog_bulk },
{ "POST", "/rest/api/{v}/comment/list", "expand:s", OP_PLATFORM | OP_JSON_BODY | OP_CLOUD, op_comments_bulk },
{ "GET", "/rest/api/{v}/attachment/meta", "", OP_PLATFORM, op_attachment_meta },
{ "GET", "/rest/api/{v}/attachment/{}", "", OP_PLATFORM, op_attachment_info },
{ "POST", SERVLET "samlconsumer", "", OP_ANONYMOUS | OP_PLATFORM | OP_SESSION, op_saml },
{ "POST", SERVLET "samlsso", "", OP_ANONYMOUS | OP_PLATFORM | OP_SESSION, op_saml },
{ "GET", "/login.jsp", "*", OP_ANONYMOUS | OP_PLATFORM | OP_SESSION, op_page },
{ "GET", "/secure", "*", OP_ANONYMOUS | OP_PLATFORM | OP_SESSION, op_page },
{ "POST", SERVLET "oauth/request-token", "*", OP_ANONYMOUS | OP_PLATFORM | OP_OAUTH1, op_oauth1_request },
{ "GET", SERVLET "oauth/authorize", "*", OP_ANONYMOUS | OP_PLATFORM | OP_OAUTH1, op_oauth1_authorize },
{ "POST", SERVLET "oauth/access-token", "*", OP_ANONYMOUS | OP_PLATFORM | OP_OAUTH1, op_oauth1_access },
{ "GET", SERVLET "applinks/whoami", "*", OP_PLATFORM | OP_OAUTH1, op_whoami },
{ "GET", "/__media/{}", "token:s", OP_ANONYMOUS | OP_PLATFORM | OP_CLOUD, op_media },
{ "GET", "/rest/api/{v}/attachment/content/{}", "redirect:b", OP_PLATFORM | OP_CLOUD, op_attachment_content },
{ "GET", "/authorize", "*", OP_OAUTH | OP_PLATFORM | OP_CLOUD, op_oauth_authorize },
{ "POST", "/authorize", "*", OP_OAUTH | OP_PLATFORM | OP_CLOUD, op_oauth_authorize },
{ "POST", "/oauth/token", "", OP_OAUTH | OP_PLATFORM | OP_CLOUD, op_oauth_token },
{ "GET", "/oauth/token/accessible-resources", "", OP_OAUTH | OP_PLATFORM | OP_CLOUD, op_oauth_resources },
{ "GET", "/rest/oauth2/latest/authorize", "*", OP_OAUTH | OP_PLATFORM | OP_DC, op_oauth_authorize },
{ "POST", "/rest/oauth2/latest/authorize", "*", OP_OAUTH | OP_PLATFORM | OP_DC, op_oauth_authorize },
{ "POST", "/rest/oauth2/latest/token", "", OP_OAUTH | OP_PLATFORM | OP_DC, op_oauth_token },
};
/* clang-format on */
#define N_OPS (sizeof(ops) / sizeof(ops[0]))

static _Atomic uint64_t counts[N_OPS];
static _Atomic uint64_t unmatched;

/* Compares one template with the path; fills the arguments of x. */
static bool op_fits(struct exchange *x, const struct op *op)
{
	const char *at = op->path, *part;
	size_t n;
	int seg = 1;
	x->n_args = 0;
	at++;
	while ((part = list_next(&at, '/', &n))) {
		if (seg > x->n_seg)
			return false;
		const char *have = x->seg[seg++];
		if (*part != '{') {
			if (strlen(have) != n || memcmp(have, part, n))
				return false;
		} else if (n == 3) {
			if ((*have != '2' && *have != '3') || have[1] ||
			    (*have == '3' && site_is_dc()))
				return false;
			x->version = *have - '0';
		} else {
			x->arg[x->n_args++] = have;
		}
	}
	return seg == x->n_seg + 1;
}

static bool is_offered(const struct op *op)
{
	if (op->flags & OP_SESSION && signin_mode() != SIGNIN_SESSION)
		return false;
	if (op->flags & OP_OAUTH1 && signin_mode() != SIGNIN_OAUTH1)
		return false;
	return !(op->flags & (site_is_dc() ? OP_CLOUD : OP_DC)) &&
	       (!(op->flags & OP_OAUTH) || oauth_is_on());
}

/* No operation has the address. */
static void answer_unknown(struct exchange *x)
{
	answer(x, 404);
	if (x->outside) {
		/* What answers there is the web server, which knows of no Jira. */
		buf_lit(&x->out, "<!doctype html><html><head><title>HTTP Status 404 - "
		                 "Not Found</title></head><body></body></html>");
		x->content_type = "text/html;charset=utf-8";
		return;
	}
	if (!site_is_dc()) {
		answer_error(x, 404, "sd.rest.error.path", "null for uri: %.300s",
		             x->path);
		return;
	}
	buf_lit(&x->out, "{\"message\":\"null for uri: ");
	buf_json_part(&x->out, x->base.data, x->base.len);
	buf_json_part(&x->out, x->path, strlen(x->path));
	buf_lit(&x->out, "\",\"status-code\":404}");
}

bool exchange_route(struct exchange *x)
{
	bool known = false, absent = x->outside;
	for (size_t i = 0; i < N_OPS && !x->outside; i++) {
		const struct op *op = &ops[i];
		bool same = !strcmp(op->method, x->method) ||
		            (!strcmp(x->method, "HEAD") && *op->method == 'G');
		if ((!same && known) || !op_fits(x, op))
			continue;
		absent |= same && !is_offered(op);
		if (!is_offered(op))
			continue;
		known = true;
		if (!same)
			continue;
		x->op = op;
		atomic_fetch_add_explicit(&counts[i], 1, memory_order_relaxed);
		return true;
	}
	atomic_fetch_add_explicit(&unmatched, 1, memory_order_relaxed);
	if (known && !absent)
		answer_error(x, 405, "sd.rest.error.method", "Method Not Allowed");
	else
		answer_unknown(x);
	return false;
}

void route_stats(struct buf *out)
{
	uint64_t total = atomic_load(&unmatched);
	buf_lit(out, "{\"operations\":{");
	bool first = true;
	for (size_t i = 0; i < N_OPS; i++) {
		uint64_t n = atomic_load(&counts[i]);
		total += n;
		if (!n)
			continue;
		buf_fmt(out, "%s\"%s %s\":%llu", first ? "" : ",", ops[i].method,
		        ops[i].path, (unsigned long long)n);
		first = false;
	}
	buf_fmt(out, "},\"unmatched\":%llu,\"total\":%llu}",
	        (unsigned long long)atomic_load(&unmatched), (unsigned long long)total);
}

void route_reset(void)
{
	for (size_t i = 0; i < N_OPS; i++)
		atomic_store(&counts[i], 0);
	atomic_store(&unmatched, 0);
}

void answer_unauthorized(struct exchange *x)
{
	x->out.len = 0;
	buf_lit(&x->out, "{\"code\":401,\"message\":\"Unauthorized\"}");
	answer(x, 401);
	answer_header(x, "WWW-Authenticate", "OAuth realm=\"jsmsim\"");
}

static void answer_no_scope(struct exchange *x)
{
	x->out.len = 0;
	buf_lit(&x->out,
	        "{\"code\":401,\"message\":\"Unauthorized; scope does not match\"}");
	answer(x, 401);
}

/* As account_check(), whatever the credentials are. */
static int check_credentials(struct exchange *x)
{
	const char *authorization = exchange_header(x, "Authorization");
	if (authorization && oauth_is_on() && !strncasecmp(authorization, "Bearer ", 7))
		return oauth_check(x, authorization, &x->who);
	/* The gateway takes no classic ones. */
	return authorization && x->gateway ? -1 : signin_check(x, &x->who);
}

static bool check_account(struct exchange *x)
{
	if (x->replay || x->op->flags & OP_OAUTH)
		return true;
	x->who = NOBODY;
	/* These see themselves to what they want. */
	if (x->op->flags & (OP_SESSION | OP_OAUTH1) && x->op->flags & OP_ANONYMOUS)
		return true;
	int known = check_credentials(x);
	if (known == -2) {
		answer_no_scope(x);
		return false;
	}
	if (known > 0)
		x->reason = "OK";
	else if (known < 0)
		x->reason = "AUTHENTICATED_FAILED";
	if (known < 0 || (!known && !(x->op->flags & OP_ANONYMOUS))) {
		if (!x->status)
			signin_refuse(x);
		return false;
	}
	return true;
}

static bool is_trial(const struct op *op)
{
	return op->flags & OP_EXPERIMENTAL ||
	       (site_is_dc() && op->flags & (OP_TRIAL_DC | OP_TRIAL_403));
}

static bool check_rights(struct exchange *x)
{
	const char *opt_in = exchange_header(x, "X-ExperimentalApi");
	if (x->replay)
		return true;
	if (is_trial(x->op) &&
	    (!opt_in || (strcmp(opt_in, "opt-in") && strcmp(opt_in, "true")))) {
		answer_error(x, site_is_dc() && x->op->flags & OP_TRIAL_403 ? 403 : 412,
		             "sd.rest.error.experimental",
		             "This API is experimental. Experimental APIs are not "
		             "guaranteed to be stable "
		             "within the preview period. You must set the header "
		             "'X-ExperimentalApi: %s' to opt into using this API.",
		             site_is_dc() ? "true" : "opt-in");
		return false;
	}
	if (x->op->flags & OP_AGENT && !is_agent(x)) {
		answer_error(x, 403, "sd.error.permission.agent",
		             "You do not have permission to do this; an agent licence is "
		             "needed.");
		return false;
	}
	return true;
}

static bool param_fits(struct exchange *x, const struct param *p, const char *type)
{
	int64_t number;
	if (type[1] != '*') {
		for (const struct param *q = x->params; q < p; q++)
			if (!strcmp(q->name, p->name)) {
				answer_error(x, 400, "sd.rest.error.repeated",
				             "The query parameter '%s' is given twice.",
				             p->name);
				return false;
			}
	}
	if (*type == 'i' && !parse_id(p->value, &number)) {
		answer_error(x, 400, "sd.rest.error.number",
		             "The query parameter '%s' must be a number that is not "
		             "negative, not '%s'.",
		             p->name, p->value);
		return false;
	}
	if (*type == 'b' && strcmp(p->value, "true") && strcmp(p->value, "false")) {
		answer_error(x, 400, "sd.rest.error.boolean",
		             "The query parameter '%s' must be true or false, not '%s'.",
		             p->name, p->value);
		return false;
	}
	return true;
}

static bool check_query(struct exchange *x)
{
	if (x->bad_target) {
		answer_error(x, 400, "sd.rest.error.target",
		             "The address is not well-formed.");
		return false;
	}
	if (*x->op->query == '*')
		return true;
	for (int i = 0; i < x->n_params; i++) {
		const struct param *p = &x->params[i];
		size_t want = strlen(p->name), n;
		const char *at = x->op->query, *word, *type = NULL;
		/* Any call may say in which language it wants its texts. */
		if (!strcmp(p->name, "requestLanguage"))
			continue;
		while ((word = list_next(&at, ' ', &n)))
			if (n > want + 1 && word[want] == ':' &&
			    !memcmp(word, p->name, want))
				type = word + want + 1;
		if (!type) {
			answer_error(x, 400, "sd.rest.error.parameter",
			             "Unknown query parameter '%s'.", p->name);
			return false;
		}
		if (!param_fits(x, p, type))
			return false;
	}
	return true;
}

static bool check_json(struct exchange *x)
{
	const char *type = exchange_header(x, "Content-Type");
	if (!x->replay && (!type || strncasecmp(type, "application/json", 16) ||
	                   (type[16] && type[16] != ';' && type[16] != ' '))) {
		answer_error(x, 415, "sd.rest.error.media", "Unsupported Media Type");
		return false;
	}
	if (!x->body.len) {
		answer_error(x, 400, "sd.rest.error.body", "A body is required.");
		return false;
	}
	struct json_tokener *tok = json_tokener_new_ex(32);
	if (tok) {
		json_tokener_set_flags(tok,
		                       JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
		x->json = json_tokener_parse_ex(tok, x->body.data, (int)x->body.len + 1);
		bool good = json_tokener_get_error(tok) == json_tokener_success;
		json_tokener_free(tok);
		if (good && x->json)
			return true;
	}
	answer_error(x, 400, "sd.rest.error.json", "The body is not well-formed JSON.");
	return false;
}

static bool check_body(struct exchange *x)
{
	if (x->body_too_large) {
		answer_error(x, 413, "sd.rest.error.size", "The body is too large.");
		return false;
	}
	if (x->op->flags & OP_JSON_BODY)
		return check_json(x);
	if (!(x->op->flags & OP_MULTIPART) || x->replay)
		return true;
	const char *type = exchange_header(x, "Content-Type");
	const char *token = exchange_header(x, "X-Atlassian-Token");
	if (!type || strncasecmp(type, "multipart/form-data", 19)) {
		answer_error(x, 415, "sd.rest.error.media", "Unsupported Media Type");
		return false;
	}
	if (!token || (strcmp(token, "no-check") && strcmp(token, "nocheck"))) {
		answer_error(x, 403, "sd.rest.error.xsrf", "XSRF check failed");
		return false;
	}
	return true;
}

/* The checks look at people, too, so they need the lock as the operation does. */
static void run_locked(struct exchange *x)
{
	bool good = check_account(x);
	if (x->who != NOBODY && !x->replay)
		answer_header(x, site_is_dc() ? "X-AUSERNAME" : "X-AACCOUNTID", "%s",
		              site_is_dc() ? person_at(x->who)->login
		                           : person_at(x->who)->id);
	if (!good || !check_rights(x) || !check_query(x) || !check_body(x))
		return;
	if (!x->replay && !rate_allow(x->op->flags & OP_OWN_LIMIT, x))
		return;
	x->op->run(x);
	if (x->op->flags & OP_WRITE && x->status >= 200 && x->status < 300)
		journal_add(x);
}

void exchange_run(struct exchange *x)
{
	if (x->op->flags & OP_WRITE)
		pthread_rwlock_wrlock(&site_lock);
	else
		pthread_rwlock_rdlock(&site_lock);
	run_locked(x);
	pthread_rwlock_unlock(&site_lock);
	if (x->out.failed && !x->replay) {
		x->out.failed = false;
		answer_error(x, 500, "sd.rest.error.internal", "Out of memory.");
	}
}
