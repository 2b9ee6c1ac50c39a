/* SPDX-License-Identifier: MIT */
/* What the connection properties say about signing in, as auth/ takes it. */
#ifndef JSMFS_CLI_SIGNIN_H
#define JSMFS_CLI_SIGNIN_H

#include "auth/auth.h"
#include "base/base.h"
#include "base/err.h"
#include "cli/config.h"

struct signin {
	struct auth_config auth;
	char *site;
	struct tokens *tokens;
};

/*
 * Whether CertificateStore is the key that signs requests (OAuth 1.0 without
 * OAuthJWTCert), and not a client certificate.
 */
bool signin_key_is_store(const struct config *c);

/*
 * Whose answers are kept apart from others': the user, and where a token says who that
 * is, a digest of what leads to it.  To be freed; NULL: out of memory.
 */
char *signin_account(const struct config *c) must_check_;

/*
 * Fills *ret from a finished config, from which it borrows, and the transport.  The
 * person is whoever reads standard error if that is a terminal.
 */
int signin_init(struct signin *ret, const struct config *c, struct transport *transport,
                struct err *err) must_check_;
void signin_clear(struct signin *s); /* after the auth made of it */

/* The same person, but who is known to listen: standard error may be a pipe. */
struct auth_person signin_listener(void);

#endif
