/* SPDX-License-Identifier: MIT */
/*
 * The authorization server: OAuth 2.0 as Atlassian's Cloud has it (auth.atlassian.com
 * and the gateway, at this address), or as Data Center has it.  On when an application
 * is registered.
 */
#ifndef JSMSIM_OAUTH_H
#define JSMSIM_OAUTH_H

#include "sim/exchange.h"

#define SIM_CLOUD_ID "11223344-a1b2-3b33-c444-def123456789"

struct oauth_settings {
	int64_t life_s;   /* of access tokens */
	int64_t leeway_s; /* in which a used refresh token is taken again */
	bool consents;    /* without asking */
	bool keeps;       /* refresh tokens do not rotate */
};

/* "ID:SECRET:REDIRECT".  False if it is none. */
bool oauth_register(const char *text);
bool oauth_is_on(void);
struct oauth_settings *oauth_settings(void);
void oauth_clear(void);

/* As account_check(), for a Bearer token; -2: the scope is missing. */
int oauth_check(struct exchange *x, const char *authorization, uint32_t *ret_person);

/* POST /__sim/oauth: revoke, expire; GET: what was done so far. */
bool oauth_control(const char *word);
void oauth_stats(struct buf *out);

void op_oauth_authorize(struct exchange *x);
void op_oauth_token(struct exchange *x);
void op_oauth_resources(struct exchange *x);

#endif
