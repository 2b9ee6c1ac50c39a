/* SPDX-License-Identifier: MIT */
/* What hangs on a request: comments, participants, status, service levels. */
#include "sim/ops.h"
#include "sim/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Customers never get internal comments, whatever they ask for. */
static bool comment_wanted(struct exchange *x, const struct comment *c)
{
	if (c->is_public)
		return query_bool(x, "public", true);
	return is_agent(x) && query_bool(x, "internal", true);
}

void op_comments(struct exchange *x)
{
	struct request r;
	struct comment c;
	size_t total = 0, seen = 0;
	if (!arg_request(x, 0, &r))
		return;
	size_t n = request_n_comments(&r);
	for (size_t k = 0; k < n; k++) {
		request_comment(&r, k, &c);
		total += comment_wanted(x, &c);
	}
	bool with = query_expands(x, "attachment"),
	     rendered = query_expands(x, "renderedBody");
	struct page p = page_open(x, total, "\"attachment\",\"renderedBody\"");
	for (size_t k = 0; k < n && seen < p.to; k++) {
		request_comment(&r, k, &c);
		if (!comment_wanted(x, &c))
			continue;
		if (seen >= p.from) {
			if (seen > p.from)
				buf_char(&x->out, ',');
			render_comment(x, &r, &c, with, rendered);
		}
		seen++;
	}
	page_close(x);
}

static bool arg_comment(struct exchange *x, const struct request *r, int n,
                        struct comment *ret)
{
	int64_t id;
	uint32_t index;
	size_t k;
	if (parse_id(x->arg[n], &id) && comment_find(id, &index, &k) &&
	    index == r->index) {
		request_comment(r, k, ret);
		if (ret->is_public || is_agent(x))
			return true;
	}
	answer_error(x, 404, "sd.comment.error.notFound",
	             "The comment with id '%s' does not exist.", x->arg[n]);
	return false;
}

void op_comment(struct exchange *x)
{
	struct request r;
	struct comment c;
	if (!arg_request(x, 0, &r) || !arg_comment(x, &r, 1, &c))
		return;
	render_comment(x, &r, &c, query_expands(x, "attachment"),
	               query_expands(x, "renderedBody"));
	answer(x, 200);
}

void op_comment_attachments(struct exchange *x)
{
	struct request r;
	struct comment c;
	struct attachment a;
	size_t total = 0, seen = 0;
	if (!arg_request(x, 0, &r) || !arg_comment(x, &r, 1, &c))
		return;
	size_t n = request_n_attachments(&r);
	for (size_t k = 0; k < n; k++) {
		request_attachment(&r, k, &a);
		total += a.comment_id == c.id;
	}
	struct page p = page_open(x, total, "");
	for (size_t k = 0; k < n; k++) {
		request_attachment(&r, k, &a);
		if (a.comment_id != c.id)
			continue;
		if (seen >= p.from && seen < p.to) {
			if (seen > p.from)
				buf_char(&x->out, ',');
			render_attachment(x, &r, &a);
		}
		seen++;
	}
	page_close(x);
}

void op_comment_create(struct exchange *x)
{
	struct request r;
	struct comment c;
	int64_t id;
	size_t k;
	uint32_t index;
	if (!arg_request(x, 0, &r) || !body_check(x, x->json, "body:s! public:b!"))
		return;
	const char *body = body_text(x, "body");
	if (!body[strspn(body, " \t\r\n")]) {
		answer_error(x, 400, "sd.comment.error.empty",
		             "Comment body can not be empty!");
		return;
	}
	if (!body_bool(x, "public") && !is_agent(x)) {
		answer_error(x, 403, "sd.comment.error.internal",
		             "You do not have permission to create internal comments.");
		return;
	}
	struct touch *t = request_touch(r.index);
	if (!t || !touch_comment(t, body, body_bool(x, "public"), x->who, &id) ||
	    !comment_find(id, &index, &k)) {
		answer_error(x, 500, "sd.rest.error.internal", "Out of memory.");
		return;
	}
	request_load(&r, index);
	request_comment(&r, k, &c);
	render_comment(x, &r, &c, false, false);
	answer(x, 201);
}

static void answer_participants(struct exchange *x, const struct request *r)
{
	struct page p = page_open(x, request_n_participants(r), "");
	for (size_t k = p.from; k < p.to; k++) {
		if (k > p.from)
			buf_char(&x->out, ',');
		render_user(x, request_participant(r, k));
	}
	page_close(x);
}

void op_participants(struct exchange *x)
{
	struct request r;
	if (arg_request(x, 0, &r))
		answer_participants(x, &r);
}

const char *people_member(void)
{
	return site_is_dc() ? "usernames" : "accountIds";
}

bool body_people(struct exchange *x, const char *name, uint32_t **ret_people,
                 size_t *ret_n)
{
	struct json_object *list;
	if (!json_object_object_get_ex(x->json, name, &list)) {
		answer_error(x, 400, "sd.rest.error.missing",
		             "The field \"%s\" is required in the body.", name);
		return false;
	}
	size_t n = json_object_array_length(list);
	uint32_t *people = reallocarray(NULL, n + 1, sizeof(*people));
	if (!people) {
		answer_error(x, 500, "sd.rest.error.internal", "Out of memory.");
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		const char *id =
			json_object_get_string(json_object_array_get_idx(list, i));
		if (person_named(id, &people[i]))
			continue;
		answer_error(x, 400, "sd.user.error.notFound",
		             "The user with %s '%s' does not exist.",
		             site_is_dc() ? "name" : "account id", id);
		free(people);
		return false;
	}
	*ret_people = people;
	*ret_n = n;
	return true;
}

/* Adds (or removes) the people; in both directions "already so" is a success. */
static void change_participants(struct exchange *x, bool add)
{
	struct request r;
	uint32_t *people, *now;
	size_t n, n_now = 0;
	if (!arg_request(x, 0, &r) ||
	    !body_check(x, x->json, "accountIds:a usernames:a") ||
	    !body_people(x, people_member(), &people, &n))
		return;
	size_t n_old = request_n_participants(&r);
	now = reallocarray(NULL, n_old + n + 1, sizeof(*now));
	for (size_t k = 0; now && k < n_old; k++) {
		uint32_t person = request_participant(&r, k);
		bool named = false;
		for (size_t i = 0; i < n; i++)
			named = named || people[i] == person;
		if (add || !named)
			now[n_now++] = person;
	}
	for (size_t i = 0; now && add && i < n; i++) {
		bool there = people[i] == r.reporter;
		for (size_t k = 0; k < n_now; k++)
			there = there || now[k] == people[i];
		if (!there)
			now[n_now++] = people[i];
	}
	struct touch *t = now ? request_touch(r.index) : NULL;
	bool ok = t && touch_participants(t, now, n_now);
	free(now);
	free(people);
	if (!ok) {
		answer_error(x, 500, "sd.rest.error.internal", "Out of memory.");
		return;
	}
	request_load(&r, r.index);
	answer_participants(x, &r);
}

void op_participants_add(struct exchange *x)
{
	change_participants(x, true);
}

void op_participants_remove(struct exchange *x)
{
	change_participants(x, false);
}

void op_status(struct exchange *x)
{
	struct request r;
	if (!arg_request(x, 0, &r))
		return;
	size_t n = request_n_history(&r);
	struct page p = page_open(x, n, "");
	for (size_t k = p.from; k < p.to; k++) {
		struct moment m = request_moment(&r, n - 1 - k);
		if (k > p.from)
			buf_char(&x->out, ',');
		render_moment(x, &m);
	}
	page_close(x);
}

void op_slas(struct exchange *x)
{
	struct request r;
	if (!arg_request(x, 0, &r))
		return;
	struct page p = page_open(x, N_SLA, "");
	for (size_t k = p.from; k < p.to; k++) {
		if (k > p.from)
			buf_char(&x->out, ',');
		render_sla(x, &r, (int)k, false);
	}
	page_close(x);
}

void op_sla(struct exchange *x)
{
	struct request r;
	if (!arg_request(x, 0, &r))
		return;
	int metric = sla_metric_by_id(x->arg[1]);
	if (metric < 0) {
		answer_error(x, 404, "sd.sla.error.notFound",
		             "The SLA metric with id '%s' does not exist.", x->arg[1]);
		return;
	}
	render_sla(x, &r, metric, false);
	answer(x, 200);
}
