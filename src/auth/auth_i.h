/* SPDX-License-Identifier: MIT */
/* The schemes that auth_new() chooses from. */
#ifndef JSMFS_AUTH_AUTH_I_H
#define JSMFS_AUTH_AUTH_I_H

#include "auth/auth.h"
#include "base/str.h"

/* "Basic base64(user:secret)" with every request; scheme is a literal. */
int basic_new(const char *scheme, const char *user, const struct secret *secret,
              struct auth **ret, struct err *err) must_check_;

/* "Bearer secret" with every request. */
int bearer_new(const char *scheme, const struct secret *secret, struct auth **ret,
               struct err *err) must_check_;

/*
 * Appends "Basic base64(user:secret)" and keeps both from the log.  property: the one
 * that user is from, for messages.
 */
int basic_header(const char *property, const char *user, const struct secret *secret,
                 struct buf *ret, struct err *err) must_check_;

/* Sign-ons that end in a session: auth/okta.c, auth/crowd.c. */
int okta_new(const struct auth_config *cfg, struct auth **ret, struct err *err)
	must_check_;
int crowd_new(const struct auth_config *cfg, struct auth **ret, struct err *err)
	must_check_;

#endif
