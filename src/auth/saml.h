/* SPDX-License-Identifier: MIT */
/* The last step of a sign-on: the provider's SAML answer for a session at the site. */
#ifndef JSMFS_AUTH_SAML_H
#define JSMFS_AUTH_SAML_H

#include "auth/visit.h"
#include "base/err.h"

#include <stdbool.h>

/* Does the page hold a form with a SAML answer? */
bool saml_is_answer(const struct request *page);

/*
 * Posts the SAML answer in the form of a page to the exchange; then the jar of v has
 * cookies for the site.  Errors: those of visit(), -ENOENT when the page has no such
 * form, -EKEYREJECTED when the site does not take it, -EREMOTEIO when it fails.
 */
int saml_exchange(struct visitor *v, const struct request *page, const char *exchange_url,
                  const char *site, struct err *err) must_check_;

/*
 * The provider may remember more than the site: true when its page answers at once and
 * the site takes the answer, so that nobody has to be asked again.
 */
bool saml_again(struct visitor *v, const char *login_url, const char *exchange_url,
                const char *site);

/* -EREMOTEIO for a status of 500 or more, with the host that gave it; else 0. */
int saml_check_up(const struct request *page, struct err *err) must_check_;

#endif
