/* SPDX-License-Identifier: MIT */
/*
 * Credentials that are a session: cookies which a sign-on obtains when the first
 * request needs them, and again when the site has forgotten them.  One sign-on at a
 * time, whoever needs it; one that was refused is not tried again, because providers
 * lock accounts.
 */
#ifndef JSMFS_AUTH_SESSION_H
#define JSMFS_AUTH_SESSION_H

#include "auth/auth.h"
#include "auth/visit.h"

struct session_flow {
	const char *scheme;
	/*
	 * Ends with cookies for the site in the jar of v, which keeps what earlier
	 * sign-ons left.  Errors that waiting can mend (-EREMOTEIO, -ETIMEDOUT, those of
	 * connecting) are tried again by the next request, all others are final.
	 * Blocks: on the network.
	 */
	int (*sign_in)(void *own, struct visitor *v, struct err *err);
	void (*free)(void *own);
};

/* -ENOKEY names the properties that a sign-on with SAML needs and are not set. */
int session_check(const char *scheme, const struct auth_config *cfg, struct err *err)
	must_check_;

/* Takes own, also when it fails.  Borrows cfg as long as the auth lives. */
int session_new(const struct auth_config *cfg, const struct session_flow *flow, void *own,
                struct auth **ret, struct err *err) must_check_;

#endif
