/* SPDX-License-Identifier: MIT */
/*
 * Time as the simulated site sees it: milliseconds since 1970, the European
 * summer-time rule for offsets, and a fixed "now" for generated data so that
 * every run is identical. Pure functions apart from when_now().
 */
#ifndef JSMSIM_WHEN_H
#define JSMSIM_WHEN_H

#include "sim/buf.h"

#include <stdint.h>

/* 2026-06-01T09:00:00Z: generated data ends here. */
#define SIM_NOW_MS INT64_C(1780304400000)
#define SIM_TIME_ZONE "Europe/Berlin"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS INT64_C(3600000)
#define DAY_MS INT64_C(86400000)

/* Wall clock, but never before the end of the generated data. */
int64_t when_now(void);
/* Non-zero makes when_now() answer this: used while replaying a journal. */
void when_freeze(int64_t ms);
/* Minutes east of UTC at that moment. */
int when_offset_min(int64_t ms);
/* Local wall time to milliseconds. */
int64_t when_local(int year, int month, int day, int hour, int minute);
/* The date object: iso8601, jira, friendly, epochMillis. */
void when_json(struct buf *b, int64_t ms);
/* The quoted text of the platform API: 2015-11-09T14:17:13.000+0100 */
void when_text_json(struct buf *b, int64_t ms);
/* {"millis":…,"friendly":"4h 30m"} */
void when_duration_json(struct buf *b, int64_t ms);

#endif
