/* SPDX-License-Identifier: MIT */
/* The inside of the scheme OKTA: Okta's Authentication API, then SAML to the site. */
#ifndef JSMFS_AUTH_OKTA_H
#define JSMFS_AUTH_OKTA_H

#include "auth/auth.h"
#include "auth/visit.h"
#include "base/secret.h"
#include "json/jdoc.h"

#include <stdbool.h>

enum okta_mfa { OKTA_MFA_NONE, OKTA_MFA_VERIFY, OKTA_MFA_EMAIL, OKTA_MFA_SMS };

struct okta {
	const struct auth_config *cfg;
	char *origin; /* "https://example.okta.com" */
	/* SSOProperties */
	enum okta_mfa mfa;
	struct secret *pass_code;
	struct secret *api_token;
	bool remembers_device;

	struct secret *device; /* how Okta recognizes this machine; NULL: not asked yet */
	bool code_used;        /* a code is good for one sign-on */
	bool been_in;
};

/* Reads "APIToken=…;MFAType=…;MFAPassCode=…;MFARememberDevice=…".  -EINVAL. */
int okta_properties(struct span text, struct okta *o, struct err *err) must_check_;

/*
 * POSTs JSON to Okta.  An answer with a status of 400 or more becomes an error here, by
 * its errorCode; *ret is the answer else.  errno -EKEYREJECTED: credentials.
 */
int okta_call(struct okta *o, struct visitor *v, const char *url, const struct buf *body,
              struct jdoc **ret, struct err *err) must_check_;

/*
 * Puts the cookie by which Okta knows this machine into the jar: the same for every run,
 * where SSOProperties want that and it can be kept.  Blocks: on the lock of the store.
 */
int okta_show_device(struct okta *o, struct visitor *v, struct err *err) must_check_;

/* The address that a link of a state names; NULL unless it is at Okta's own host. */
char *okta_link(const struct okta *o, const struct jnode *state, const char *name);

/*
 * Answers the state MFA_REQUIRED with the factor that SSOProperties name.  Ends with the
 * next state that is no challenge.  Blocks: while a person is asked, until v->deadline.
 */
int okta_second_factor(struct okta *o, struct visitor *v, struct jdoc **state,
                       struct err *err) must_check_;

#endif
