/* SPDX-License-Identifier: MIT */
/*
 * Failures on purpose. A rule matches requests by method and path and says
 * which of the matching ones go wrong, and how:
 *
 *   SPEC    = [METHOD] GLOB [WHICH ...] ACTION [OPTION ...]      (words by blanks)
 *   METHOD  = GET | POST | PUT | DELETE | ANY                    (left out: ANY)
 *   GLOB    = shell pattern for the path without query, e.g.
 * /rest/servicedeskapi/request*
 *             (* also matches /)
 *   WHICH   = n=3 | n=2-4 | p=0.1 | times=K
 *   ACTION  = status=503 | reset | reset-after | truncate | slow=MS | badjson | html
 *             | drop-field=NAME | gzip=cut | gzip=broken | gzip=bomb
 *   OPTION  = retry-after=SECONDS
 *
 * Commas may be used in place of blanks. n counts matching requests from 1; p
 * draws from the seeded generator; times stops the rule after K failures. The
 * first rule that fires decides. Any thread may call these functions.
 */
#ifndef JSMSIM_FAULT_H
#define JSMSIM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

enum fault_kind {
	FAULT_NONE,
	FAULT_STATUS,
	FAULT_RESET,
	FAULT_RESET_AFTER,
	FAULT_TRUNCATE,
	FAULT_SLOW,
	FAULT_BADJSON,
	FAULT_HTML,
	FAULT_DROP_FIELD,
	FAULT_GZIP_CUT,
	FAULT_GZIP_BROKEN,
	FAULT_GZIP_BOMB,
};

struct fault_action {
	enum fault_kind kind;
	unsigned status;
	int retry_after; /* seconds; -1: no header */
	int64_t slow_ms;
	char field[64];
};

/* On failure *ret_why says what is wrong. */
bool fault_add(const char *spec, const char **ret_why);
void fault_clear(void);
void fault_seed(uint64_t seed);
struct fault_action fault_match(const char *method, const char *path);
const char *fault_name(enum fault_kind kind);

#endif
