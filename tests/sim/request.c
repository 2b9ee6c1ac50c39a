/* SPDX-License-Identifier: MIT */
/*
 * Generated requests. Everything about request i is a function of i, the seed
 * and the number of requests, so that a million of them need no memory; keys
 * follow from a pattern of desks that repeats every ten requests, which makes
 * key and index convertible in both directions.
 */
#include "sim/people.h"
#include "sim/request_i.h"
#include "sim/strmap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERIOD 10
static const uint8_t pattern_desk[PERIOD] = { 0, 1, 0, 2, 0, 0, 1, 0, 2, 0 };
static const uint8_t pattern_rank[PERIOD] = { 0, 0, 1, 0, 2, 3, 1, 4, 1, 5 };
static const uint8_t per_period[N_DESKS] = { 6, 2, 2 };

#define MAX_PATH 5
struct path {
	uint8_t n;
	uint8_t at[MAX_PATH];
};
static const struct path open_paths[] = {
	{ 1, { ST_WAIT_SUPPORT } },
	{ 2, { ST_WAIT_SUPPORT, ST_IN_PROGRESS } },
	{ 3, { ST_WAIT_SUPPORT, ST_IN_PROGRESS, ST_WAIT_CUSTOMER } },
	{ 3, { ST_WAIT_SUPPORT, ST_ESCALATED, ST_IN_PROGRESS } },
	{ 2, { ST_WAIT_SUPPORT, ST_ESCALATED } },
};
static const struct path done_paths[] = {
	{ 3, { ST_WAIT_SUPPORT, ST_IN_PROGRESS, ST_RESOLVED } },
	{ 5,
	  { ST_WAIT_SUPPORT, ST_IN_PROGRESS, ST_WAIT_CUSTOMER, ST_IN_PROGRESS,
	    ST_RESOLVED } },
	{ 5,
	  { ST_WAIT_SUPPORT, ST_WAIT_CUSTOMER, ST_IN_PROGRESS, ST_RESOLVED, ST_CLOSED } },
	{ 2, { ST_WAIT_SUPPORT, ST_CANCELED } },
	{ 5,
	  { ST_WAIT_SUPPORT, ST_IN_PROGRESS, ST_RESOLVED, ST_WAIT_SUPPORT,
	    ST_RESOLVED } },
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct rtype *pick_type(int desk, uint64_t h)
{
	static const uint8_t first[N_DESKS] = { 0, 12, 21 };
	static const uint8_t count[N_DESKS] = { 12, 9, 9 };
	return &model_types[first[desk] + h % count[desk]];
}

static int64_t step_ms(uint32_t n)
{
	int64_t step = 730 * DAY_MS / (n ? n : 1);
	if (step > 7 * HOUR_MS)
		step = 7 * HOUR_MS;
	return step < 1000 ? 1000 : step - step % 1000;
}

static uint32_t pick_reporter(const struct request *r)
{
	uint64_t h = r->hash >> 16;
	if (site_is_demo() && r->hash % 10 == 3)
		return 0;
	size_t n = people_base_customers();
	size_t some = n < N_DEMO_CUSTOMERS ? n : N_DEMO_CUSTOMERS;
	size_t k;
	if (!n)
		return 0;
	if (r->desk == 0)
		k = h % n;
	else if (r->desk == 1)
		k = h % some / 2 * 2;
	else
		k = (h % some / 3 * 3 + 1 + (h >> 20) % 2) % some;
	return (uint32_t)(N_AGENTS + k);
}

static void load_history(struct request *r)
{
	uint64_t h = r->hash >> 8;
	uint32_t n = request_base_count();
	bool recent = r->index >= n - n / 5;
	bool open = h % 100 < (recent ? 80u : 25u);
	const struct path *path = open ? &open_paths[(h >> 8) % COUNT(open_paths)]
	                               : &done_paths[(h >> 8) % COUNT(done_paths)];
	uint8_t at[MAX_BASE_HISTORY];
	size_t k = 0;
	if (r->type->approval)
		at[k++] = ST_WAIT_APPROVAL;
	if (!r->type->approval || !open || (h >> 20) % 3)
		for (size_t i = 0; i < path->n && k < MAX_BASE_HISTORY; i++)
			at[k++] = path->at[i];
	r->n_base_history = k;
	for (size_t i = 0; i < k; i++) {
		struct moment *m = &r->base_history[i];
		m->status = (enum status)at[i];
		m->ms = r->created_ms + r->span_ms * (int64_t)i / (int64_t)(k + 1);
		/* The first answer is quicker than the rest of the work. */
		int64_t soon = r->created_ms + 10 * MINUTE_MS +
		               (int64_t)(h >> 30) % (5 * HOUR_MS);
		if (i == 1 && m->ms > soon)
			m->ms = soon;
		m->ms -= m->ms % 1000;
		m->who = i ? r->assignee != NOBODY ? r->assignee : 1 : r->reporter;
	}
}

static void load_counts(struct request *r)
{
	uint64_t h = r->hash >> 24;
	uint32_t i = r->index;
	bool demo = site_is_demo();
	r->n_base_comments = h % 6;
	r->n_base_participants = (h >> 8) % 4;
	r->n_base_attachments = (h >> 12) % 4 ? 0 : 1 + (h >> 16) % 3;
	if (i % 1000 == 4)
		r->n_base_comments = 130;
	if (i % 1000 == 9)
		r->n_base_participants = 55;
	if (i % 1000 == 5) {
		r->n_base_attachments = 5;
		r->n_base_comments = 3;
	}
	if (demo && i % 4 == 0 && !r->n_base_participants)
		r->n_base_participants = 1;
	if (!demo && !r->n_base_participants)
		r->n_base_participants = 1;
	if (r->n_base_participants > people_base_customers())
		r->n_base_participants = 1;
	r->n_approvals = r->type->approval ? 1 + !((h >> 20) % 5) : 0;
}

static void load_created(struct request *r, const struct touch *t)
{
	r->type = t->type;
	r->desk = t->type->desk;
	r->number = t->number;
	r->reporter = t->reporter;
	r->org = person_org(t->reporter);
	r->created_ms = t->created_ms;
	r->assignee = NOBODY;
	r->base_history[0] = (struct moment){
		.status = t->type->approval ? ST_WAIT_APPROVAL : ST_WAIT_SUPPORT,
		.ms = t->created_ms,
		.who = t->reporter,
	};
	r->n_base_history = 1;
	r->n_base_comments = r->n_base_participants = r->n_base_attachments = 0;
	r->n_approvals = t->type->approval ? 1 : 0;
	r->span_ms = 0;
}

static void load_generated(struct request *r)
{
	uint32_t n = request_base_count(), i = r->index;
	int64_t step = step_ms(n);
	r->desk = pattern_desk[i % PERIOD];
	r->number = i / PERIOD * per_period[r->desk] + pattern_rank[i % PERIOD] + 1;
	r->type = pick_type(r->desk, r->hash >> 40);
	r->variant = (int)(r->hash >> 50) & 1;
	r->created_ms = SIM_NOW_MS - (int64_t)(n - i) * step;
	r->created_ms += (int64_t)(r->hash >> 44) % (step / 2);
	r->created_ms -= r->created_ms % 1000;
	r->span_ms = SIM_NOW_MS - r->created_ms;
	int64_t most = 4 * HOUR_MS + (int64_t)(r->hash >> 30) % (5 * DAY_MS);
	if (r->span_ms > most)
		r->span_ms = most;
	r->assignee = (r->hash >> 5) % 4 ? (uint32_t)((r->hash >> 6) % N_AGENTS) : NOBODY;
	r->reporter = pick_reporter(r);
	r->org = person_org(r->reporter);
	load_history(r);
	load_counts(r);
}

static void load_status(struct request *r)
{
	size_t n = request_n_history(r);
	struct moment last = request_moment(r, n - 1);
	r->status = last.status;
	r->status_ms = last.ms;
	r->updated_ms = last.ms;
	r->resolved_ms = 0;
	if (!strcmp(model_statuses[last.status].category, "DONE")) {
		r->resolved_ms = last.ms;
		if (last.status == ST_CLOSED && n > 1)
			r->resolved_ms = request_moment(r, n - 2).ms;
	}
	if (r->n_base_comments) {
		int64_t ms = comment_time(r, r->n_base_comments - 1);
		if (ms > r->updated_ms)
			r->updated_ms = ms;
	}
	if (r->touch && r->touch->activity_ms > r->updated_ms)
		r->updated_ms = r->touch->activity_ms;
}

void request_load(struct request *r, uint32_t index)
{
	r->index = index;
	r->hash = site_hash(3, index);
	r->variant = 0;
	r->touch = touch_get(index);
	if (r->touch && r->touch->created)
		load_created(r, r->touch);
	else
		load_generated(r);
	load_status(r);
}

bool request_base_find(int desk, uint32_t number, uint32_t *ret_index)
{
	if (!number)
		return false;
	uint32_t rank = (number - 1) % per_period[desk];
	for (uint32_t k = 0; k < PERIOD; k++)
		if (pattern_desk[k] == desk && pattern_rank[k] == rank) {
			uint64_t i =
				(uint64_t)((number - 1) / per_period[desk]) * PERIOD + k;
			if (i >= request_base_count())
				return false;
			*ret_index = (uint32_t)i;
			return true;
		}
	return false;
}

uint32_t request_base_numbers(int desk)
{
	uint32_t n = request_base_count();
	uint32_t count = n / PERIOD * per_period[desk];
	for (uint32_t k = 0; k < n % PERIOD; k++)
		count += pattern_desk[k] == desk;
	return count;
}

void request_key(const struct request *r, struct buf *out)
{
	buf_str(out, model_desks[r->desk].key);
	buf_char(out, '-');
	buf_int(out, r->number);
}

void request_summary(const struct request *r, struct buf *out)
{
	if (r->touch && r->touch->created) {
		buf_str(out, r->touch->summary);
		return;
	}
	if (r->index % 1000 == 15) {
		buf_lit(out, "Tab\there, backslash \\ there, \"quotes\", comma, 🙂, "
		             "عربي,\nand a second line");
		return;
	}
	buf_str(out, r->type->text[r->variant].summary);
	buf_str(out, model_details[(r->hash >> 33) % model_n_details]);
}

const char *request_description(const struct request *r)
{
	if (r->touch && r->touch->created)
		return r->touch->description;
	return r->type->text[r->variant].description;
}

/* Approvals are generated from the request and corrected by what was decided. */
void request_approval(const struct request *r, size_t k, struct approval *ret)
{
	static const char *const names[2] = { "Approval by the manager",
		                              "Approval of the costs" };
	*ret = (struct approval){
		.id = INT64_C(500000) + (int64_t)r->index * 2 + (int64_t)k,
		.name = names[k],
		.decision = "pending",
		.created_ms = r->created_ms + (int64_t)k * 1000,
		.n_approvers = r->hash % 3 == 0 ? 1 : 2,
	};
	ret->approvers[0] = (r->hash >> 9) % 2 || (r->touch && r->touch->created) ? 0 : 2;
	ret->approvers[1] = 3 + (uint32_t)(r->hash % 4);
	int8_t decided = r->touch ? r->touch->decision[k] : 0;
	if (r->status != ST_WAIT_APPROVAL && !decided) {
		decided = r->status == ST_CANCELED ? -1 : 1;
		ret->completed_ms = request_n_history(r) > 1 ? request_moment(r, 1).ms
		                                             : r->updated_ms;
	} else if (decided) {
		ret->completed_ms = r->touch->decided_ms[k];
	}
	if (decided)
		ret->decision = decided > 0 ? "approved" : "declined";
	for (size_t i = 0; i < ret->n_approvers; i++)
		ret->decisions[i] = i == 0 ? ret->decision : "pending";
}

int request_rating(const struct request *r, const char **ret_text)
{
	static const char *const texts[5] = {
		"Too slow.", "It took three tries, \"solved\" means something else.",
		"Fine.", "Thank you!", "Quick and friendly 🙂"
	};
	*ret_text = NULL;
	if (r->touch && r->touch->rated) {
		if (r->touch->rated < 0)
			return 0;
		*ret_text = r->touch->rating_text;
		return r->touch->rating;
	}
	if (!r->resolved_ms || (r->touch && r->touch->created) || r->hash % 3)
		return 0;
	int rating = 1 + (int)((r->hash >> 11) % 5);
	*ret_text = texts[rating - 1];
	return rating;
}

bool request_subscribed(const struct request *r, uint32_t person)
{
	if (r->touch && r->touch->subscribed)
		return r->touch->subscribed > 0;
	return r->reporter == person || request_has_participant(r, person);
}
