/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "Id", VALUE_TEXT, COLUMN_KEY | COLUMN_TAIL, "id|_links.self",
	  .doc = "The ID of the SLA." },
	{ "RequestId", VALUE_TEXT, COLUMN_KEY, NULL, .ref = "Requests.RequestId",
	  .doc = "The ID of the request." },
	{ "RequestKey", VALUE_TEXT, COLUMN_KEY, NULL, .ref = "Requests.RequestKey",
	  .doc = "The key of the request." },
	{ "Name", VALUE_TEXT, 0, "name", .doc = "The name of the SLA." },
	{ "OngoingCycleStartTime", VALUE_TIME, 0, "startTime.epochMillis|startTime.iso8601",
	  .part = "ongoingCycle", .doc = "When the cycle started." },
	{ "OngoingCycleBreached", VALUE_BOOL, 0, "breached",
	  .part = "ongoingCycle", .doc = "Whether the goal was missed." },
	{ "OngoingCycleBreachTime", VALUE_TIME, 0, "breachTime.epochMillis|breachTime.iso8601",
	  .part = "ongoingCycle", .doc = "When the cycle breached its goal or would have." },
	{ "OngoingCyclePaused", VALUE_BOOL, 0, "paused",
	  .part = "ongoingCycle", .doc = "Whether the clock is paused." },
	{ "OngoingCycleWithinCalendarHours", VALUE_BOOL, 0, "withinCalendarHours",
	  .part = "ongoingCycle", .doc = "Whether the clock runs now, by the calendar of working hours." },
	{ "OngoingCycleGoalDuration", VALUE_TEXT, 0, "goalDuration.friendly|goalDuration.millis",
	  .part = "ongoingCycle", .doc = "The time that the goal allows." },
	{ "OngoingCycleElapsedTime", VALUE_TEXT, 0, "elapsedTime.friendly|elapsedTime.millis",
	  .part = "ongoingCycle", .doc = "The time that has passed on the clock." },
	{ "OngoingCycleRemainingTime", VALUE_TEXT, 0, "remainingTime.friendly|remainingTime.millis",
	  .part = "ongoingCycle", .doc = "The time left until the goal; negative when it is missed." },
	{ "CompletedCycleStartTime", VALUE_TIME, 0, "startTime.epochMillis|startTime.iso8601",
	  .part = "completedCycles", .doc = "When the cycle started." },
	{ "CompletedCycleStopTime", VALUE_TIME, 0, "stopTime.epochMillis|stopTime.iso8601",
	  .part = "completedCycles", .doc = "When the cycle completed." },
	{ "CompletedCycleBreached", VALUE_BOOL, 0, "breached",
	  .part = "completedCycles", .doc = "Whether the goal was missed." },
	{ "CompletedCycleBreachTime", VALUE_TIME, 0, "breachTime.epochMillis|breachTime.iso8601",
	  .part = "completedCycles", .doc = "When the cycle breached its goal or would have." },
	{ "CompletedCycleGoalDuration", VALUE_TEXT, 0, "goalDuration.friendly|goalDuration.millis",
	  .part = "completedCycles", .doc = "The time that the goal allows." },
	{ "CompletedCycleElapsedTime", VALUE_TEXT, 0, "elapsedTime.friendly|elapsedTime.millis",
	  .part = "completedCycles", .doc = "The time that has passed on the clock." },
	{ "CompletedCycleRemainingTime", VALUE_TEXT, 0, "remainingTime.friendly|remainingTime.millis",
	  .part = "completedCycles", .doc = "The time left until the goal; negative when it is missed." },
	{ 0 }
};

static const struct key of_request[] = {
	REQUEST_KEYS,
	{ 0 }
};

/* One row for each completed cycle and one for the cycle that is going on. */
static const char *const parts[] = { "completedCycles", "ongoingCycle", NULL };

static const struct endpoint endpoints[] = {
	{ .name = "list", .path = "/rest/servicedeskapi/request/{request}/sla", .rows = "values",
	  .page = PAGE_OFFSET, .page_max = 100, .keys = of_request, .parts = parts,
	  .bulk = "sla", .bulk_expand = "sla" },
	{ 0 }
};

/* clang-format on */

const struct table table_request_sla_cycles = {
	.name = "RequestSLACycles",
	.kind = TABLE_VIEW,
	.doc = "The service level agreements of requests: a row for each completed cycle "
	       "and one "
	       "for the cycle that is going on.",
	.note = "For agents only.",
	.parent = REQUEST_PARENT,
	.columns = columns,
	.endpoints = endpoints,
};
