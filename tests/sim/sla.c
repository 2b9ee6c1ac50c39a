/* SPDX-License-Identifier: MIT */
/*
 * Service levels, computed from the history of statuses. Three metrics: the
 * first comes without `id`, as in the official example; the third has neither
 * a completed nor an ongoing cycle for requests that need no approval.
 */
#include "sim/render.h"

#include <stdio.h>
#include <string.h>

#define MAX_CYCLES 16

struct cycle {
	int64_t from;
	int64_t to;
};

struct cycles {
	struct cycle done[MAX_CYCLES];
	size_t n_done;
	bool ongoing;
	bool paused;
	int64_t from;
};

static const struct {
	const char *id;
	const char *name;
	int64_t goal_ms;
} metrics[N_SLA] = {
	{ "10030", "Time to first response", 4 * HOUR_MS },
	{ "10040", "Time to resolution", 40 * HOUR_MS },
	{ "10050", "Time to approval", 24 * HOUR_MS },
};

int sla_metric_by_id(const char *id)
{
	for (int i = 0; i < N_SLA; i++)
		if (!strcmp(metrics[i].id, id))
			return i;
	return -1;
}

static bool running(int metric, enum status s)
{
	bool done = !strcmp(model_statuses[s].category, "DONE");
	switch (metric) {
	case 0:
		return s == ST_WAIT_SUPPORT || s == ST_ESCALATED;
	case 1:
		return !done && s != ST_WAIT_APPROVAL;
	default:
		return s == ST_WAIT_APPROVAL;
	}
}

static void count_cycles(const struct request *r, int metric, struct cycles *c)
{
	size_t n = request_n_history(r);
	memset(c, 0, sizeof(*c));
	for (size_t k = 0; k < n; k++) {
		struct moment m = request_moment(r, k);
		bool run = running(metric, m.status);
		if (run && !c->ongoing) {
			c->from = m.ms;
		} else if (!run && c->ongoing && c->n_done < MAX_CYCLES) {
			c->done[c->n_done++] = (struct cycle){ c->from, m.ms };
		}
		c->ongoing = run;
		c->paused = m.status == ST_WAIT_CUSTOMER;
	}
}

static void render_times(struct buf *b, int64_t goal, int64_t elapsed)
{
	buf_lit(b, ",\"goalDuration\":");
	when_duration_json(b, goal);
	buf_lit(b, ",\"elapsedTime\":");
	when_duration_json(b, elapsed);
	buf_lit(b, ",\"remainingTime\":");
	when_duration_json(b, goal - elapsed);
	buf_char(b, '}');
}

static void render_ongoing(struct buf *b, const struct request *r, const struct cycles *c,
                           int64_t goal)
{
	int64_t now = r->updated_ms > SIM_NOW_MS ? r->updated_ms : SIM_NOW_MS;
	if (c->paused)
		now = r->status_ms;
	int64_t elapsed = now - c->from;
	buf_lit(b, ",\"ongoingCycle\":{\"startTime\":");
	when_json(b, c->from);
	/* A paused clock has no time of breach. */
	if (!c->paused) {
		buf_lit(b, ",\"breachTime\":");
		when_json(b, c->from + goal);
	}
	buf_lit(b, ",\"breached\":");
	buf_bool(b, elapsed > goal);
	buf_lit(b, ",\"paused\":");
	buf_bool(b, c->paused);
	buf_lit(b, ",\"withinCalendarHours\":");
	buf_bool(b, r->hash % 3 != 0);
	render_times(b, goal, elapsed);
}

void render_sla(struct exchange *x, const struct request *r, int metric, bool platform)
{
	struct buf *b = &x->out;
	struct cycles c;
	char path[96];
	int64_t goal = metrics[metric].goal_ms;
	count_cycles(r, metric, &c);
	buf_char(b, '{');
	if (metric || platform) {
		buf_lit(b, "\"id\":\"");
		buf_str(b, metrics[metric].id);
		buf_lit(b, "\",");
	}
	buf_lit(b, "\"name\":\"");
	buf_str(b, metrics[metric].name);
	buf_lit(b, "\",");
	snprintf(path, sizeof(path), "/rest/servicedeskapi/request/%lld/sla/%s",
	         (long long)r->index + FIRST_ISSUE, metrics[metric].id);
	render_self(x, path);
	buf_lit(b, ",\"completedCycles\":[");
	for (size_t i = 0; i < c.n_done; i++) {
		int64_t elapsed = c.done[i].to - c.done[i].from;
		buf_str(b, i ? ",{\"startTime\":" : "{\"startTime\":");
		when_json(b, c.done[i].from);
		buf_lit(b, ",\"stopTime\":");
		when_json(b, c.done[i].to);
		buf_lit(b, ",\"breachTime\":");
		when_json(b, c.done[i].from + goal);
		buf_lit(b, ",\"breached\":");
		buf_bool(b, elapsed > goal);
		render_times(b, goal, elapsed);
	}
	buf_char(b, ']');
	if (c.ongoing)
		render_ongoing(b, r, &c, goal);
	buf_lit(b, ",\"slaDisplayFormat\":\"NEW_SLA_FORMAT\"}");
}
