/* SPDX-License-Identifier: MIT */
/* The scheme OAuth: what it has at hand, and how it gets it. */
#ifndef JSMFS_AUTH_OAUTH_AUTH_I_H
#define JSMFS_AUTH_OAUTH_AUTH_I_H

#include "auth/oauth_i.h"

#include <pthread.h>

struct oauth_auth {
	struct auth auth;
	const struct auth_config *cfg;
	struct oauth *oauth;
	struct flight *flight;
	pthread_mutex_t lock;
	struct oauth_tokens now; /* lock */
	int64_t good_until;      /* lock: monotonic, CLOCK_FOREVER: nobody knows */
	int64_t good_until_wall; /* lock: the same by the wall clock */
	struct secret *refused;  /* lock: access token that the server does not take */
	int64_t forced_until;    /* lock: how far refusals have used up what is granted */
	char *base;              /* lock: set once */
	bool is_located;         /* lock: base is known */
};

/* What a request waits for. */
struct oauth_job {
	struct oauth_auth *s;
	struct oauth_wait wait;
};

/* Is InitiateOAuth that word? */
bool oauth_auth_initiates(const struct oauth_auth *s, const char *word);

/* How long tokens can be used before they are renewed; CLOCK_FOREVER: nobody knows. */
int64_t oauth_left_ms(const struct oauth_tokens *t);

/* Can they be used, as far as is known here? */
bool oauth_auth_is_usable(struct oauth_auth *s, const struct oauth_tokens *t);

/* From now on requests go with these. */
int oauth_auth_adopt(struct oauth_auth *s, const struct oauth_tokens *t, struct err *err)
	must_check_;

/*
 * Adopts tokens: under the lock of the store, as it is now; or with InitiateOAuth=OFF the
 * one that is given, as it is.  Both block: on the network, or on a person.
 */
int oauth_get_tokens(struct oauth_job *j, struct err *err) must_check_;
int oauth_take_given(struct oauth_job *j, struct err *err) must_check_;

#endif
