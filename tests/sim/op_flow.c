/* SPDX-License-Identifier: MIT */
/* What moves a request: approvals, transitions, subscriptions, feedback. */
#include "sim/ops.h"
#include "sim/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void out_of_memory(struct exchange *x)
{
	answer_error(x, 500, "sd.rest.error.internal", "Out of memory.");
}

void op_approvals(struct exchange *x)
{
	struct request r;
	struct approval a;
	if (!arg_request(x, 0, &r))
		return;
	struct page p = page_open(x, r.n_approvals, "");
	for (size_t k = p.from; k < p.to; k++) {
		request_approval(&r, k, &a);
		if (k > p.from)
			buf_char(&x->out, ',');
		render_approval(x, &r, &a);
	}
	page_close(x);
}

static bool arg_approval(struct exchange *x, const struct request *r, size_t *ret_k,
                         struct approval *ret)
{
	int64_t id;
	bool number = parse_id(x->arg[1], &id);
	for (size_t k = 0; number && k < r->n_approvals; k++) {
		request_approval(r, k, ret);
		if (ret->id == id) {
			*ret_k = k;
			return true;
		}
	}
	answer_error(x, 404, "sd.approval.error.notFound",
	             "The approval with id '%s' does not exist.", x->arg[1]);
	return false;
}

void op_approval(struct exchange *x)
{
	struct request r;
	struct approval a;
	size_t k;
	if (!arg_request(x, 0, &r) || !arg_approval(x, &r, &k, &a))
		return;
	render_approval(x, &r, &a);
	answer(x, 200);
}

/* The last approval opens the request for work; a refusal cancels it. */
static bool approval_done(struct touch *t, uint32_t index, bool approve, uint32_t who)
{
	struct request r;
	struct approval a;
	request_load(&r, index);
	if (r.status != ST_WAIT_APPROVAL)
		return true;
	if (!approve)
		return touch_status(t, ST_CANCELED, who);
	for (size_t k = 0; k < r.n_approvals; k++) {
		request_approval(&r, k, &a);
		if (!strcmp(a.decision, "pending"))
			return true;
	}
	return touch_status(t, ST_WAIT_SUPPORT, who);
}

void op_approval_answer(struct exchange *x)
{
	struct request r;
	struct approval a;
	size_t k;
	bool mine = false;
	if (!arg_request(x, 0, &r) || !arg_approval(x, &r, &k, &a) ||
	    !body_check(x, x->json, "decision:s!"))
		return;
	const char *decision = body_text(x, "decision");
	bool approve = !strcmp(decision, "approve");
	if (!approve && strcmp(decision, "decline")) {
		answer_error(x, 400, "sd.approval.error.decision",
		             "decision must be 'approve' or 'decline'.");
		return;
	}
	if (strcmp(a.decision, "pending")) {
		answer_error(x, 409, "sd.approval.error.answered",
		             "This approval has already been answered.");
		return;
	}
	for (size_t i = 0; i < a.n_approvers; i++)
		mine = mine || a.approvers[i] == x->who;
	if (!mine) {
		answer_error(x, 403, "sd.approval.error.notApprover",
		             "You are not an approver of this request.");
		return;
	}
	struct touch *t = request_touch(r.index);
	if (!t) {
		out_of_memory(x);
		return;
	}
	t->decision[k] = approve ? 1 : -1;
	t->decided_ms[k] = when_now();
	t->activity_ms = t->decided_ms[k];
	site_changed();
	if (!approval_done(t, r.index, approve, x->who)) {
		out_of_memory(x);
		return;
	}
	request_load(&r, r.index);
	request_approval(&r, k, &a);
	render_approval(x, &r, &a);
	answer(x, 200);
}

static bool transition_shown(const struct request *r, const struct transition *t)
{
	return t->portal && r->type->transitions && t->from & (1u << r->status);
}

void op_transitions(struct exchange *x)
{
	struct request r;
	size_t total = 0, seen = 0;
	if (!arg_request(x, 0, &r))
		return;
	for (size_t i = 0; i < model_n_transitions; i++)
		total += transition_shown(&r, &model_transitions[i]);
	struct page p = page_open(x, total, "");
	for (size_t i = 0; i < model_n_transitions; i++) {
		if (!transition_shown(&r, &model_transitions[i]))
			continue;
		if (seen >= p.from && seen < p.to) {
			buf_fmt(&x->out,
			        "%s{\"id\":\"%s\",\"name\":", seen > p.from ? "," : "",
			        model_transitions[i].id);
			buf_json(&x->out, model_transitions[i].name);
			buf_char(&x->out, '}');
		}
		seen++;
	}
	page_close(x);
}

void op_transition(struct exchange *x)
{
	struct request r;
	struct json_object *extra;
	const char *comment = NULL;
	int64_t id;
	if (!arg_request(x, 0, &r) ||
	    !body_check(x, x->json, "id:s! additionalComment:o"))
		return;
	if (json_object_object_get_ex(x->json, "additionalComment", &extra)) {
		struct json_object *body;
		if (!body_check(x, extra, "body:s!"))
			return;
		json_object_object_get_ex(extra, "body", &body);
		comment = json_object_get_string(body);
	}
	const struct transition *found = NULL;
	for (size_t i = 0; i < model_n_transitions; i++)
		if (!strcmp(model_transitions[i].id, body_text(x, "id")) &&
		    transition_shown(&r, &model_transitions[i]))
			found = &model_transitions[i];
	if (!found) {
		answer_error(
			x, 400, "sd.transition.error.notFound",
			"The transition with id '%s' is not available for this request.",
			body_text(x, "id"));
		return;
	}
	struct touch *t = request_touch(r.index);
	if (!t || !touch_status(t, found->to, x->who) ||
	    (comment && *comment && !touch_comment(t, comment, true, x->who, &id))) {
		out_of_memory(x);
		return;
	}
	answer(x, 204);
}

void op_notification(struct exchange *x)
{
	struct request r;
	if (!arg_request(x, 0, &r))
		return;
	buf_lit(&x->out, "{\"subscribed\":");
	buf_bool(&x->out, request_subscribed(&r, x->who));
	buf_char(&x->out, '}');
	answer(x, 200);
}

static void subscribe(struct exchange *x, int8_t how)
{
	struct request r;
	if (!arg_request(x, 0, &r))
		return;
	struct touch *t = request_touch(r.index);
	if (!t) {
		out_of_memory(x);
		return;
	}
	t->subscribed = how;
	answer(x, 204);
}

void op_subscribe(struct exchange *x)
{
	subscribe(x, 1);
}

void op_unsubscribe(struct exchange *x)
{
	subscribe(x, -1);
}

static void render_feedback(struct exchange *x, int rating, const char *text)
{
	buf_fmt(&x->out, "{\"type\":\"csat\",\"rating\":%d", rating);
	if (text) {
		buf_lit(&x->out, ",\"comment\":{\"body\":");
		buf_json(&x->out, text);
		buf_char(&x->out, '}');
	}
	buf_char(&x->out, '}');
}

void op_feedback(struct exchange *x)
{
	struct request r;
	const char *text;
	if (!arg_request(x, 0, &r))
		return;
	int rating = request_rating(&r, &text);
	if (!rating) {
		answer_error(x, 404, "sd.feedback.error.notFound",
		             "There is no feedback for this request.");
		return;
	}
	render_feedback(x, rating, text);
	answer(x, 200);
}

void op_feedback_create(struct exchange *x)
{
	struct request r;
	struct json_object *comment, *body, *rating;
	const char *text = NULL;
	if (!arg_request(x, 0, &r) ||
	    !body_check(x, x->json, "type:s! rating:i! comment:o"))
		return;
	if (json_object_object_get_ex(x->json, "comment", &comment)) {
		if (!body_check(x, comment, "body:s!"))
			return;
		json_object_object_get_ex(comment, "body", &body);
		text = json_object_get_string(body);
	}
	json_object_object_get_ex(x->json, "rating", &rating);
	int stars = json_object_get_int(rating);
	if (strcmp(body_text(x, "type"), "csat") || stars < 1 || stars > 5) {
		answer_error(x, 400, "sd.feedback.error.value",
		             "type must be 'csat' and rating a number from 1 to 5.");
		return;
	}
	if (r.reporter != x->who) {
		answer_error(x, 403, "sd.feedback.error.notReporter",
		             "Only the reporter can leave feedback.");
		return;
	}
	struct touch *t = request_touch(r.index);
	char *copy = text ? strdup(text) : NULL;
	if (!t || (text && !copy)) {
		free(copy);
		out_of_memory(x);
		return;
	}
	free(t->rating_text);
	t->rating_text = copy;
	t->rating = stars;
	t->rated = 1;
	site_changed();
	render_feedback(x, stars, copy);
	answer(x, 201);
}

void op_feedback_delete(struct exchange *x)
{
	struct request r;
	if (!arg_request(x, 0, &r))
		return;
	struct touch *t = request_touch(r.index);
	if (!t) {
		out_of_memory(x);
		return;
	}
	t->rated = -1;
	site_changed();
	answer(x, 204);
}
