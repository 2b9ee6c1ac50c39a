/* SPDX-License-Identifier: MIT */
/*
 * Time: now, deadlines, and RFC 3339 text.  The only caller of clock_gettime,
 * so that a test can replace it with clock_set_fake().
 */
#ifndef JSMFS_BASE_CLOCK_H
#define JSMFS_BASE_CLOCK_H

#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define CLOCK_FOREVER INT64_MAX

int64_t clock_mono_ms(void); /* for deadlines and ages; never goes back */
int64_t clock_wall_ms(void); /* milliseconds since the epoch */

/* The monotonic moment timeout_ms from now; CLOCK_FOREVER if timeout_ms <= 0. */
int64_t clock_deadline(int64_t timeout_ms);

/* What is left until deadline, at least 0; capped to INT_MAX. */
int clock_left_ms(int64_t deadline);

/* From now on both clocks stand at these values until called again (tests only). */
void clock_set_fake(int64_t mono_ms, int64_t wall_ms);

/* Appends "2026-01-31T10:00:00.000+01:00" (machine's zone), or with Z when utc. */
void clock_format(struct buf *out, int64_t epoch_ms, bool utc);

/*
 * Reads a date ("2026-01-31": midnight in the machine's zone), an RFC 3339 time
 * (offset with or without colon, or none: machine's zone; 'T' or a space), or a
 * span relative to now ("-2h", "-7d", "-4w", "-30m").  False if it is none.
 */
bool clock_parse(struct span s, int64_t *ret_epoch_ms);

#endif
