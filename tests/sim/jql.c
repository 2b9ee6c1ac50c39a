/* SPDX-License-Identifier: MIT */
#include "sim/jql.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CLAUSES 32
#define MAX_VALUES 1024

enum name {
	N_PROJECT,
	N_KEY,
	N_CREATED,
	N_UPDATED,
	N_RESOLVED,
	N_STATUS,
	N_CATEGORY,
	N_RESOLUTION,
	N_REPORTER,
	N_ASSIGNEE,
	N_ORG,
	N_TYPE,
	N_PROJECT_TYPE,
	N_NAMES
};
enum oper { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_IS, OP_NOT };

struct clause {
	enum name name;
	enum oper oper;
	size_t n;
	int64_t *values; /* meaning depends on the name */
};

struct query {
	struct clause clauses[MAX_CLAUSES];
	size_t n;
	enum name order;
	bool descending;
	const char *at;
	char token[256];
	bool quoted;
	uint32_t who;
	char *why;
	size_t why_size;
};

static const struct {
	const char *text;
	enum name name;
} names[] = {
	{ "project", N_PROJECT },
	{ "key", N_KEY },
	{ "issuekey", N_KEY },
	{ "issue", N_KEY },
	{ "id", N_KEY },
	{ "created", N_CREATED },
	{ "createddate", N_CREATED },
	{ "updated", N_UPDATED },
	{ "updateddate", N_UPDATED },
	{ "resolved", N_RESOLVED },
	{ "resolutiondate", N_RESOLVED },
	{ "status", N_STATUS },
	{ "statuscategory", N_CATEGORY },
	{ "resolution", N_RESOLUTION },
	{ "reporter", N_REPORTER },
	{ "assignee", N_ASSIGNEE },
	{ "organizations", N_ORG },
	{ "request type", N_TYPE },
	{ "cf[10010]", N_TYPE },
	{ "projecttype", N_PROJECT_TYPE },
};

static bool fail(struct query *q, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static bool fail(struct query *q, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(q->why, q->why_size, fmt, ap);
	va_end(ap);
	return false;
}

/* Reads one word, quoted text or operator into q->token; "" at the end. */
static bool next(struct query *q)
{
	size_t n = 0;
	q->quoted = false;
	q->at += strspn(q->at, " \t\r\n");
	if (*q->at == '"' || *q->at == '\'') {
		char quote = *q->at++;
		q->quoted = true;
		for (; *q->at && *q->at != quote; q->at++) {
			if (*q->at == '\\' && q->at[1])
				q->at++;
			if (n + 1 < sizeof(q->token))
				q->token[n++] = *q->at;
		}
		if (!*q->at)
			return fail(q, "Error in the JQL Query: The quoted string has "
			               "not been completed.");
		q->at++;
	} else if (strchr("(),", *q->at) && *q->at) {
		q->token[n++] = *q->at++;
	} else if (strchr("=!<>~", *q->at) && *q->at) {
		while (*q->at && strchr("=!<>~", *q->at) && n < 2)
			q->token[n++] = *q->at++;
	} else {
		while (*q->at && !strchr(" \t\r\n(),=!<>~\"'", *q->at) &&
		       n + 1 < sizeof(q->token))
			q->token[n++] = *q->at++;
	}
	q->token[n] = '\0';
	return true;
}

static bool is_word(const struct query *q, const char *word)
{
	return !q->quoted && !strcasecmp(q->token, word);
}

static bool read_when(struct query *q, int64_t *ret)
{
	int y, mo, d, h = 0, mi = 0, used = 0;
	long n;
	char unit, *end;
	const char *s = q->token;
	if (sscanf(s, "%4d%*1[-/]%2d%*1[-/]%2d%n", &y, &mo, &d, &used) == 3) {
		s += used;
		if (*s && sscanf(s, " %2d:%2d%n", &h, &mi, &used) == 2)
			s += used;
		if (!*s && mo >= 1 && mo <= 12 && d >= 1 && d <= 31 && h < 24 &&
		    mi < 60) {
			*ret = when_local(y, mo, d, h, mi);
			return true;
		}
	}
	n = strtol(q->token, &end, 10);
	unit = *end;
	if (end != q->token && unit && !end[1] && strchr("mhdw", unit)) {
		int64_t size = unit == 'm'   ? MINUTE_MS
		               : unit == 'h' ? HOUR_MS
		               : unit == 'd' ? DAY_MS
		                             : 7 * DAY_MS;
		*ret = SIM_NOW_MS + n * size;
		return true;
	}
	return fail(q,
	            "Date value '%s' for field 'created' is invalid. Valid formats "
	            "include: 'yyyy/MM/dd "
	            "HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period "
	            "format e.g. '-5d', "
	            "'4w 2d'.",
	            q->token);
}

static bool read_person(struct query *q, int64_t *ret)
{
	uint32_t person;
	if (!strcasecmp(q->token, "currentUser")) {
		if (!next(q) || strcmp(q->token, "(") || !next(q) ||
		    strcmp(q->token, ")"))
			return fail(q, "Error in the JQL Query: '(' and ')' expected "
			               "after currentUser.");
		*ret = q->who;
		return true;
	}
	if (!person_find(q->token, &person))
		return fail(q, "The value '%s' does not exist for the field 'reporter'.",
		            q->token);
	*ret = person;
	return true;
}

static bool read_status(struct query *q, int64_t *ret)
{
	for (int s = 0; s < N_STATUSES; s++)
		if (!strcasecmp(q->token, model_statuses[s].workflow) ||
		    !strcmp(q->token, model_statuses[s].id)) {
			*ret = s;
			return true;
		}
	return fail(q, "The value '%s' does not exist for the field 'status'.", q->token);
}

static bool read_category(struct query *q, int64_t *ret)
{
	static const char *const words[3][4] = {
		{ "To Do", "new", "NEW", "2" },
		{ "In Progress", "indeterminate", "INDETERMINATE", "4" },
		{ "Done", "done", "DONE", "3" },
	};
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 4; k++)
			if (!strcasecmp(q->token, words[i][k])) {
				*ret = i;
				return true;
			}
	return fail(q, "The value '%s' does not exist for the field 'statusCategory'.",
	            q->token);
}

static bool read_type(struct query *q, int64_t *ret)
{
	char label[160];
	for (size_t i = 0; i < model_n_types; i++) {
		const struct rtype *t = &model_types[i];
		snprintf(label, sizeof(label), "%s (%s)", t->name,
		         model_desks[t->desk].key);
		if (!strcasecmp(q->token, label) || !strcasecmp(q->token, t->name)) {
			*ret = (int64_t)i;
			return true;
		}
	}
	return fail(q, "The option '%s' for field 'Request Type' does not exist.",
	            q->token);
}

static bool read_org(struct query *q, int64_t *ret)
{
	uint32_t org;
	if (org_by_id(q->token, &org)) {
		*ret = org;
		return true;
	}
	for (uint32_t i = 0; i < org_count(); i++)
		if (!org_at(i)->deleted && !strcasecmp(org_at(i)->name, q->token)) {
			*ret = i;
			return true;
		}
	return fail(q, "The option '%s' for field 'Organizations' does not exist.",
	            q->token);
}

static bool read_project(struct query *q, int64_t *ret)
{
	for (int d = 0; d < N_DESKS; d++)
		if (!strcasecmp(q->token, model_desks[d].key) ||
		    !strcmp(q->token, model_desks[d].project_id) ||
		    !strcasecmp(q->token, model_desks[d].name)) {
			*ret = d;
			return true;
		}
	return fail(q, "The value '%s' does not exist for the field 'project'.",
	            q->token);
}

static bool read_value(struct query *q, enum name name, int64_t *ret)
{
	uint32_t index;
	switch (name) {
	case N_PROJECT:
		return read_project(q, ret);
	case N_KEY:
		if (!request_find(q->token, &index))
			return fail(
				q,
				"An issue with key '%s' does not exist for field 'key'.",
				q->token);
		*ret = index;
		return true;
	case N_CREATED:
	case N_UPDATED:
	case N_RESOLVED:
		return read_when(q, ret);
	case N_STATUS:
		return read_status(q, ret);
	case N_CATEGORY:
		return read_category(q, ret);
	case N_RESOLUTION:
		*ret = !strcasecmp(q->token, "Unresolved") ? 0
		       : !strcasecmp(q->token, "Done")     ? 1
		                                           : 2;
		if (*ret < 2)
			return true;
		return fail(q,
		            "The value '%s' does not exist for the field 'resolution'.",
		            q->token);
	case N_REPORTER:
	case N_ASSIGNEE:
		return read_person(q, ret);
	case N_ORG:
		return read_org(q, ret);
	case N_TYPE:
		return read_type(q, ret);
	case N_PROJECT_TYPE:
		*ret = strcasecmp(q->token, "service_desk") != 0;
		return true;
	case N_NAMES:
		break;
	}
	return false;
}

static bool add_value(struct query *q, struct clause *c)
{
	if (c->n >= MAX_VALUES)
		return fail(q, "Error in the JQL Query: too many values.");
	int64_t *values = reallocarray(c->values, c->n + 1, sizeof(*values));
	if (!values)
		return fail(q, "Out of memory.");
	c->values = values;
	return read_value(q, c->name, &values[c->n]) && (c->n++, true);
}

static bool read_list(struct query *q, struct clause *c)
{
	if (!next(q) || strcmp(q->token, "(") || q->quoted)
		return fail(q, "Error in the JQL Query: Expecting '(' but got '%s'.",
		            q->token);
	do {
		if (!next(q) || !add_value(q, c) || !next(q))
			return false;
	} while (!q->quoted && !strcmp(q->token, ","));
	if (q->quoted || strcmp(q->token, ")"))
		return fail(q, "Error in the JQL Query: Expecting ')' before the end of "
		               "the query.");
	return true;
}

static bool read_operator(struct query *q, struct clause *c)
{
	static const struct {
		const char *text;
		enum oper oper;
	} opers[] = { { "=", OP_EQ },  { "!=", OP_NE }, { "<", OP_LT },
		      { "<=", OP_LE }, { ">", OP_GT },  { ">=", OP_GE } };
	if (!next(q))
		return false;
	for (size_t i = 0; i < sizeof(opers) / sizeof(opers[0]); i++)
		if (!q->quoted && !strcmp(q->token, opers[i].text)) {
			c->oper = opers[i].oper;
			return next(q) && add_value(q, c);
		}
	c->oper = OP_EQ;
	if (is_word(q, "in"))
		return read_list(q, c);
	if (is_word(q, "not")) {
		c->oper = OP_NE;
		if (!next(q) || !is_word(q, "in"))
			return fail(
				q, "Error in the JQL Query: Expecting 'in' after 'not'.");
		return read_list(q, c);
	}
	if (!is_word(q, "is"))
		return fail(q, "Error in the JQL Query: Expecting operator but got '%s'.",
		            q->token);
	c->oper = OP_IS;
	if (!next(q))
		return false;
	if (is_word(q, "not")) {
		c->oper = OP_NOT;
		if (!next(q))
			return false;
	}
	if (!is_word(q, "empty") && !is_word(q, "null"))
		return fail(q, "Error in the JQL Query: Expecting EMPTY but got '%s'.",
		            q->token);
	return true;
}

static bool read_name(struct query *q, enum name *ret)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcasecmp(names[i].text, q->token)) {
			*ret = names[i].name;
			return true;
		}
	return fail(q,
	            "Field '%s' does not exist or you do not have permission to view it.",
	            q->token);
}

static bool read_order(struct query *q)
{
	bool first = true;
	if (!next(q) || !is_word(q, "by"))
		return fail(q, "Error in the JQL Query: Expecting 'by' after 'order'.");
	do {
		enum name name;
		bool down = false;
		if (!next(q) || !read_name(q, &name) || !next(q))
			return false;
		if (is_word(q, "asc") || is_word(q, "desc")) {
			down = is_word(q, "desc");
			if (!next(q))
				return false;
		}
		if (name != N_CREATED && name != N_UPDATED && name != N_KEY)
			return fail(q, "Field is not sortable here.");
		if (first) {
			q->order = name;
			q->descending = down;
		}
		first = false;
	} while (!q->quoted && !strcmp(q->token, ","));
	return true;
}

static bool parse(struct query *q)
{
	if (!next(q))
		return false;
	while (*q->token && !is_word(q, "order")) {
		if (q->n == MAX_CLAUSES)
			return fail(q, "Error in the JQL Query: too many clauses.");
		struct clause *c = &q->clauses[q->n++];
		if (!read_name(q, &c->name) || !read_operator(q, c) || !next(q))
			return false;
		if (is_word(q, "and")) {
			if (!next(q))
				return false;
			if (!*q->token || is_word(q, "order"))
				return fail(q, "Error in the JQL Query: Expecting a "
				               "field name.");
		} else if (*q->token && !is_word(q, "order")) {
			return fail(
				q,
				"Error in the JQL Query: Expecting 'AND' but got '%s'.",
				q->token);
		}
	}
	if (is_word(q, "order") && !read_order(q))
		return false;
	if (*q->token)
		return fail(q, "Error in the JQL Query: '%s' is not expected here.",
		            q->token);
	if (!q->n)
		return fail(q, "Unbounded JQL queries are not allowed here. Please add a "
		               "search restriction to "
		               "your query.");
	return true;
}

static int category_of(enum status s)
{
	const char *c = model_statuses[s].category;
	return !strcmp(c, "NEW") ? 0 : !strcmp(c, "DONE") ? 2 : 1;
}

static bool value_of(const struct request *r, enum name name, int64_t *ret)
{
	switch (name) {
	case N_PROJECT:
		*ret = r->desk;
		return true;
	case N_KEY:
		*ret = r->index;
		return true;
	case N_CREATED:
		*ret = r->created_ms;
		return true;
	case N_UPDATED:
		*ret = r->updated_ms;
		return true;
	case N_RESOLVED:
		*ret = r->resolved_ms;
		return r->resolved_ms != 0;
	case N_STATUS:
		*ret = r->status;
		return true;
	case N_CATEGORY:
		*ret = category_of(r->status);
		return true;
	case N_RESOLUTION:
		*ret = r->resolved_ms != 0;
		return r->resolved_ms != 0;
	case N_REPORTER:
		*ret = r->reporter;
		return true;
	case N_ASSIGNEE:
		*ret = r->assignee;
		return r->assignee != NOBODY;
	case N_ORG:
		*ret = r->org;
		return r->org != NO_ORG && !org_at(r->org)->deleted;
	case N_TYPE:
		*ret = r->type - model_types;
		return true;
	case N_PROJECT_TYPE:
		*ret = 0;
		return true;
	case N_NAMES:
		break;
	}
	return false;
}

static bool clause_matches(const struct clause *c, const struct request *r)
{
	int64_t v = 0;
	bool have = value_of(r, c->name, &v), found = false;
	switch (c->oper) {
	case OP_IS:
		return !have;
	case OP_NOT:
		return have;
	case OP_EQ:
	case OP_NE:
		/* "resolution = Unresolved" is the one value that means none. */
		for (size_t i = 0; i < c->n; i++)
			found = found || (have && c->values[i] == v) ||
			        (c->name == N_RESOLUTION && !have && !c->values[i]);
		return c->oper == OP_EQ ? found : have && !found;
	case OP_LT:
		return have && v < c->values[0];
	case OP_LE:
		return have && v <= c->values[0];
	case OP_GT:
		return have && v > c->values[0];
	case OP_GE:
		return have && v >= c->values[0];
	}
	return false;
}

static bool matches(const void *filter, const struct request *r)
{
	const struct query *q = filter;
	for (size_t i = 0; i < q->n; i++)
		if (!clause_matches(&q->clauses[i], r))
			return false;
	return true;
}

static int by_updated(const void *a, const void *b)
{
	struct request r, s;
	request_load(&r, *(const uint32_t *)a);
	request_load(&s, *(const uint32_t *)b);
	if (r.updated_ms != s.updated_ms)
		return r.updated_ms < s.updated_ms ? -1 : 1;
	return r.index < s.index ? -1 : r.index > s.index;
}

static int by_updated_down(const void *a, const void *b)
{
	return by_updated(b, a);
}

static int by_key(const void *a, const void *b)
{
	struct request r, s;
	request_load(&r, *(const uint32_t *)a);
	request_load(&s, *(const uint32_t *)b);
	int order = strcmp(model_desks[r.desk].key, model_desks[s.desk].key);
	if (order)
		return order;
	return r.number < s.number ? -1 : r.number > s.number;
}

static int by_key_down(const void *a, const void *b)
{
	return by_key(b, a);
}

struct listing *jql_run(const char *jql, uint32_t who, char *why, size_t size)
{
	struct query q = { .order = N_CREATED,
		           .descending = true,
		           .at = jql,
		           .who = who,
		           .why = why,
		           .why_size = size };
	struct buf key = { 0 };
	struct listing *l = NULL;
	snprintf(why, size, "Out of memory.");
	if (parse(&q)) {
		buf_fmt(&key, "jql %u %s", who, jql);
		if (key.failed)
			l = NULL;
		else if (q.order == N_UPDATED)
			l = listing_get(key.data, &q, matches,
			                q.descending ? by_updated_down : by_updated);
		else if (q.order == N_KEY)
			l = listing_get(key.data, &q, matches,
			                q.descending ? by_key_down : by_key);
		else if (q.descending)
			l = listing_get_reversed(key.data, &q, matches);
		else
			l = listing_get(key.data, &q, matches, NULL);
		buf_clear(&key);
	}
	for (size_t i = 0; i < q.n; i++)
		free(q.clauses[i].values);
	return l;
}
