/* SPDX-License-Identifier: MIT */
/* search/jql with its page tokens, and counting. */
#include "sim/jql.h"
#include "sim/ops.h"
#include "sim/platform_i.h"
#include "sim/strmap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLASSIC_MOST 1000

static void wanted_add(struct wanted_fields *w, const char *word, size_t n)
{
	if (!n || w->n_names == MAX_WANTED)
		return;
	char *name = strndup(word, n);
	if (!name)
		return;
	w->names[w->n_names++] = name;
	if (!strcmp(name, "*all") || !strcmp(name, "*navigable"))
		w->set.all = true;
	else if (*name == '-')
		w->minus[w->set.n_without++] = name + 1;
	else
		w->plus[w->set.n_names++] = name;
}

static void wanted_begin(struct wanted_fields *w)
{
	memset(w, 0, sizeof(*w));
	w->set.names = w->plus;
	w->set.without = w->minus;
}

static void wanted_end(struct wanted_fields *w, bool otherwise)
{
	/* Only exclusions mean: all the others. */
	if (!w->set.n_names && (w->n_names ? w->set.n_without > 0 : otherwise))
		w->set.all = true;
}

void wanted_from_query(struct exchange *x, struct wanted_fields *w, bool otherwise)
{
	wanted_begin(w);
	for (int i = 0; i < x->n_params; i++) {
		const char *at = x->params[i].value, *part;
		size_t n;
		if (strcmp(x->params[i].name, "fields"))
			continue;
		while ((part = list_next(&at, ',', &n)))
			wanted_add(w, part, n);
	}
	wanted_end(w, otherwise);
}

void wanted_from_list(struct exchange *x, struct wanted_fields *w,
                      struct json_object *list, bool otherwise)
{
	(void)x;
	wanted_begin(w);
	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		const char *name =
			json_object_get_string(json_object_array_get_idx(list, i));
		wanted_add(w, name, strlen(name));
	}
	wanted_end(w, otherwise);
}

void wanted_clear(struct wanted_fields *w)
{
	for (size_t i = 0; i < w->n_names; i++)
		free(w->names[i]);
}

/* Tokens hold the position and belong to the query they were given for. */
static bool token_read(const char *token, const char *jql, size_t *ret)
{
	unsigned long long check;
	unsigned long at;
	if (sscanf(token, "Ch%16llx.%lu", &check, &at) != 2 || check != hash_text(jql))
		return false;
	*ret = at;
	return true;
}

static void search(struct exchange *x, const char *jql, const char *token, int64_t most,
                   const struct wanted_fields *w)
{
	char why[400];
	size_t from = 0;
	if (!jql) {
		answer_error(x, 400, "", "The jql parameter is required.");
		return;
	}
	if (token && !token_read(token, jql, &from)) {
		answer_error(x, 400, "",
		             "The nextPageToken is not valid for this query.");
		return;
	}
	struct listing *l = jql_run(jql, x->who, why, sizeof(why));
	if (!l) {
		answer_error(x, 400, "", "%s", why);
		return;
	}
	/* Up to 5000 ids, but only so many rows with fields. */
	int64_t cap = w->set.all || w->set.n_names ? page_cap() : 5000;
	if (most <= 0)
		most = 50;
	if (most > cap)
		most = cap;
	if (from > l->n)
		from = l->n;
	size_t to = l->n - from > (size_t)most ? from + (size_t)most : l->n;
	bool first = true;
	buf_lit(&x->out, "{\"issues\":[");
	for (size_t k = from; k < to; k++) {
		struct request r;
		request_load(&r, listing_at(l, k));
		/* Rows that the caller may not see are missing, so a page can be short.
		 */
		if (!can_see_request(x, &r))
			continue;
		if (!first)
			buf_char(&x->out, ',');
		first = false;
		render_issue(x, &r, &w->set);
	}
	buf_char(&x->out, ']');
	if (to < l->n)
		buf_fmt(&x->out, ",\"nextPageToken\":\"Ch%016llx.%zu\",\"isLast\":false}",
		        (unsigned long long)hash_text(jql), to);
	else
		buf_lit(&x->out, ",\"isLast\":true}");
	listing_put(l);
	answer(x, 200);
}

void op_search_get(struct exchange *x)
{
	struct wanted_fields w;
	wanted_from_query(x, &w, false);
	search(x, query_get(x, "jql"), query_get(x, "nextPageToken"),
	       query_int(x, "maxResults", 50), &w);
	wanted_clear(&w);
}

void op_search_post(struct exchange *x)
{
	struct wanted_fields w;
	struct json_object *list = NULL, *value;
	int64_t most = 50;
	if (!body_check(
		    x, x->json,
		    "jql:s maxResults:i fields:a nextPageToken:s expand:s properties:a "
		    "reconcileIssues:v fieldsByKeys:b"))
		return;
	json_object_object_get_ex(x->json, "fields", &list);
	if (json_object_object_get_ex(x->json, "maxResults", &value))
		most = json_object_get_int64(value);
	wanted_from_list(x, &w, list, false);
	search(x, body_text(x, "jql"), body_text(x, "nextPageToken"), most, &w);
	wanted_clear(&w);
}

/* Data Center: rows by number, with their total. */
static void classic(struct exchange *x, const char *jql, int64_t start, int64_t most,
                    const struct wanted_fields *w)
{
	char why[400];
	int64_t total = 0, shown = 0;
	struct listing *l = jql_run(jql ? jql : "", x->who, why, sizeof(why));
	if (!l) {
		answer_error(x, 400, "", "%s", why);
		return;
	}
	if (most > CLASSIC_MOST)
		most = CLASSIC_MOST;
	buf_lit(&x->out, "{\"expand\":\"schema,names\",\"issues\":[");
	bool agent = is_agent(x);
	/* Agents see all, so nothing need be looked at to be counted. */
	for (size_t k = agent ? (size_t)start : 0; k < l->n; k++) {
		struct request r;
		if (agent && shown >= most)
			break;
		request_load(&r, listing_at(l, k));
		if (!agent &&
		    (!can_see_request(x, &r) || total++ < start || shown >= most))
			continue;
		if (shown++)
			buf_char(&x->out, ',');
		render_issue(x, &r, &w->set);
	}
	if (agent)
		total = (int64_t)l->n;
	buf_fmt(&x->out, "],\"startAt\":%lld,\"maxResults\":%lld,\"total\":%lld}",
	        (long long)start, (long long)most, (long long)total);
	listing_put(l);
	answer(x, 200);
}

void op_classic_get(struct exchange *x)
{
	struct wanted_fields w;
	wanted_from_query(x, &w, true);
	classic(x, query_get(x, "jql"), query_int(x, "startAt", 0),
	        query_int(x, "maxResults", 50), &w);
	wanted_clear(&w);
}

static int64_t body_int(struct exchange *x, const char *name, int64_t otherwise)
{
	struct json_object *value;
	return json_object_object_get_ex(x->json, name, &value)
	               ? json_object_get_int64(value)
	               : otherwise;
}

void op_classic_post(struct exchange *x)
{
	struct wanted_fields w;
	struct json_object *list = NULL;
	int64_t start, most;
	if (!body_check(x, x->json,
	                "jql:s startAt:i maxResults:i fields:a expand:a validateQuery:v"))
		return;
	start = body_int(x, "startAt", 0);
	most = body_int(x, "maxResults", 50);
	if (start < 0 || most < 0) {
		answer_error(x, 400, "", "startAt and maxResults must not be negative.");
		return;
	}
	json_object_object_get_ex(x->json, "fields", &list);
	wanted_from_list(x, &w, list, true);
	classic(x, body_text(x, "jql"), start, most, &w);
	wanted_clear(&w);
}

void op_count(struct exchange *x)
{
	char why[400];
	if (!body_check(x, x->json, "jql:s!"))
		return;
	struct listing *l = jql_run(body_text(x, "jql"), x->who, why, sizeof(why));
	if (!l) {
		answer_error(x, 400, "", "%s", why);
		return;
	}
	buf_fmt(&x->out, "{\"count\":%zu}", l->n);
	listing_put(l);
	answer(x, 200);
}
