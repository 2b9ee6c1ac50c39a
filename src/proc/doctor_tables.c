/* SPDX-License-Identifier: MIT */
/* What of the model this account may use: by asking for one row of each table. */
#include "base/utf8.h"
#include "catalog/catalog.h"
#include "json/jdoc.h"
#include "proc/doctor_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BODY_MAX_BYTES (16u << 20)
#define PATH_BYTES 4096

/*
 * Which permission of a token a call needs, by its address: the first rule that fits.
 * Source: the classic scopes of the operations in Atlassian's description of the
 * REST interface of Jira Service Management.
 */
static const struct {
	const char *method; /* NULL: any */
	const char *part;   /* of the address; "" is in any */
	const char *scope;
} scopes[] = {
	{ NULL, "/queue", "read:jira-work" },
	{ NULL, "/sla", "read:jira-work" },
	{ NULL, "/organization", "manage:servicedesk-customer" },
	{ NULL, "/customer", "manage:servicedesk-customer" },
	{ "GET", "", "read:servicedesk-request" },
	{ NULL, "", "write:servicedesk-request" },
};

/* Data Center has these four, each with what those before it have. */
static const char *const levels[] = { "READ", "WRITE", "ADMIN", "SYSTEM_ADMIN" };

static const char *scope_of(const struct doctor *d, const char *method, const char *path)
{
	if (d->deployment == DEPLOYMENT_DATA_CENTER)
		return levels[!str_eq(method, "GET")];
	for (size_t i = 0; i < ARRAY_SIZE(scopes); i++) {
		if ((!scopes[i].method || str_eq(scopes[i].method, method)) &&
		    strstr(path, scopes[i].part))
			return scopes[i].scope;
	}
	return "";
}

static bool lists(const char *list, const char *scope)
{
	struct span rest = span_of(list);

	while (rest.n) {
		if (span_is(span_cut(&rest, ' '), scope))
			return true;
	}
	return false;
}

static bool has_scope(const char *list, const char *scope)
{
	bool higher = false;

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		higher = higher || str_eq(levels[i], scope);
		if (higher && lists(list, levels[i]))
			return true;
	}
	return !higher && lists(list, scope);
}

/* ------------------------------------------------------- one of everything */

/* A member of the first of the values that the path lists; NULL: there is none. */
static char *first_of(struct doctor *d, const char *path, const char *member,
                      struct err *err)
{
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	struct buf body = BUF_INIT(BODY_MAX_BYTES);
	char *found = NULL;

	if (!doctor_get(d, path, false, &body, NULL, err) &&
	    !jdoc_parse(buf_view(&body), &doc, NULL)) {
		struct span s = jnode_text(jnode_get(
			jnode_at(jnode_get(jdoc_root(doc), "values"), 0), member));

		/* it becomes part of an address */
		if (s.n && s.n < 64 && !memchr(s.p, '/', s.n) && !memchr(s.p, '?', s.n) &&
		    !memchr(s.p, '\0', s.n))
			found = span_dup(s);
	}
	buf_clear(&body);
	return found;
}

static void learn(struct doctor *d)
{
	cleanup_free_ char *queues = NULL, *types = NULL;

	d->desk = first_of(d, "/rest/servicedeskapi/servicedesk?limit=1", "id", NULL);
	d->request =
		first_of(d, "/rest/servicedeskapi/request?limit=1", "issueKey", NULL);
	d->organization =
		first_of(d, "/rest/servicedeskapi/organization?limit=1", "id", NULL);
	if (!d->desk)
		return;
	queues = str_printf("/rest/servicedeskapi/servicedesk/%s/queue?limit=1", d->desk);
	types = str_printf("/rest/servicedeskapi/servicedesk/%s/requesttype?limit=1",
	                   d->desk);
	d->queue = queues ? first_of(d, queues, "id", &d->no_queue) : NULL;
	d->type = types ? first_of(d, types, "id", NULL) : NULL;
}

static const char *word_value(const struct doctor *d, struct span word)
{
	return span_is(word, "desk")           ? d->desk
	       : span_is(word, "request")      ? d->request
	       : span_is(word, "queue")        ? d->queue
	       : span_is(word, "organization") ? d->organization
	       : span_is(word, "type")         ? d->type
	                                       : NULL;
}

/* The address of one row; false when it needs what does not exist. */
static bool fill(const struct doctor *d, const struct endpoint *e, struct buf *out)
{
	struct span rest = span_of(e->path);
	char mark = '?';

	while (rest.n) {
		struct span before = span_cut(&rest, '{');

		buf_span(out, before);
		if (before.p + before.n == e->path + strlen(e->path))
			break;
		const char *value = word_value(d, span_cut(&rest, '}'));
		if (!value)
			return false;
		buf_puts(out, value);
	}
	for (const struct key *k = e->keys; k && k->column; k++) {
		if (k->need != KEY_REQUIRED || k->into != INTO_QUERY)
			continue;
		buf_printf(out, "%c%s=a", mark, k->remote);
		mark = '&';
	}
	if (e->page != PAGE_NONE)
		buf_printf(out, "%climit=1", mark);
	return !buf_status(out);
}

/* -------------------------------------------------------------------- tables */

static void say_refused(struct doctor *d, const char *what, const struct endpoint *e,
                        const struct err *err)
{
	cleanup_free_ char *advice = NULL;

	if (d->cfg->granted)
		advice = str_printf("the token needs the scope %s: jsmfs login again",
		                    scope_of(d, "GET", e->path));
	if (err->http == 401 || err->http == 403)
		doctor_say(d, VERDICT_WARN, what,
		           advice ? advice
		                  : "this account may not; agents and administrators may",
		           "%s", err->msg);
	else if (err->http == 404 || err->http == 410)
		doctor_say(d, VERDICT_WARN, what, NULL, "not on this site: %s", err->msg);
	else
		doctor_say(d, err->code == -ETIMEDOUT ? VERDICT_WARN : VERDICT_FAIL, what,
		           err->code == -ETIMEDOUT ? "try again, with a larger Timeout"
		                                   : NULL,
		           "%s", err->msg);
}

static void check_table(struct doctor *d, const struct table *t)
{
	cleanup_free_ char *what = str_printf("table %s", t->name);
	const char *name = what ? what : t->name;
	bool anywhere = false;

	for (const struct endpoint *e = t->endpoints; e && e->name; e++) {
		cleanup_(buf_clear) struct buf path = BUF_INIT(PATH_BYTES);
		cleanup_(buf_clear) struct buf body = BUF_INIT(BODY_MAX_BYTES);
		struct err err = { 0 };

		if (!endpoint_is_on(e, d->deployment))
			continue;
		anywhere = true;
		if (endpoint_is_entity(e))
			continue;
		if (d->no_queue.code && strstr(e->path, "{queue}")) {
			say_refused(d, name, e, &d->no_queue);
			return;
		}
		if (!fill(d, e, &path))
			continue;
		if (doctor_get(d, buf_str(&path), false, &body, NULL, &err) < 0)
			say_refused(d, name, e, &err);
		else
			doctor_say(d, VERDICT_OK, name, NULL, "can be read");
		return;
	}
	if (anywhere)
		doctor_say(d, VERDICT_OK, name, NULL,
		           "not tried: there is nothing yet to ask it for");
	else
		doctor_say(d, VERDICT_WARN, name, NULL, "not on this kind of site");
}

void doctor_tables(struct doctor *d)
{
	const struct table *t;

	if (!d->signed_in)
		return;
	learn(d);
	for (size_t i = 0; (t = catalog_shown_at(d->cfg->catalog, i)); i++) {
		/* a queue's view asks what QueueRequests asks */
		if (!t->fixed)
			check_table(d, t);
	}
}

void doctor_procedures(struct doctor *d)
{
	cleanup_free_ char *granted = NULL;

	if (!d->signed_in)
		return;
	if (str_eq(catalog_property(d->cfg->catalog, PROP_READ_ONLY), "true")) {
		doctor_say(d, VERDICT_WARN, "procedures",
		           "set ReadOnly=false to change things",
		           "ReadOnly refuses what would change the site");
		return;
	}
	granted = d->cfg->granted ? d->cfg->granted(d->cfg->granted_ctx) : NULL;
	if (!granted) {
		doctor_say(d, VERDICT_OK, "procedures", NULL,
		           "not tried: they would change the site");
		return;
	}
	for (size_t i = 0; model_procedures[i]; i++) {
		const struct procedure *p = model_procedures[i];
		cleanup_free_ char *what = str_printf("procedure %s", p->name);
		const char *scope;

		if (!p->method || !p->path || !what || !strstr(p->path, "/rest/"))
			continue;
		scope = scope_of(d, p->method, p->path);
		if (!has_scope(granted, scope))
			doctor_say(d, VERDICT_WARN, what,
			           "add it to Scope and run jsmfs login again",
			           "the token lacks %s", scope);
		else
			doctor_say(d, VERDICT_OK, what, NULL, "the token has %s", scope);
	}
}
