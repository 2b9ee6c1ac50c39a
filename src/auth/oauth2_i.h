/* SPDX-License-Identifier: MIT */
/* The parts of OAuth 2.0: consent, tokens, which site. */
#ifndef JSMFS_AUTH_OAUTH2_I_H
#define JSMFS_AUTH_OAUTH2_I_H

#include "auth/oauth_i.h"

#define OAUTH2_URL_MAX (32u * 1024)
#define OAUTH2_FORM_MAX (64u * 1024)

/* The two servers. */
struct flavour {
	const char *authorize; /* of Data Center: below the site */
	const char *token;
	const char *resources;
	const char *api;
	const char *audience;
	const char *scope; /* NULL: the model's */
	bool json;         /* how the token address is spoken to */
};

/* Never empty, but for resources and api of Data Center. */
struct oauth2 {
	const struct flavour *flavour;
	char *authorize;
	char *token;
	char *refresh;
	char *resources;
	char *api;
};

static inline struct oauth2 *oauth2_of(const struct oauth *o)
{
	return o->own;
}

/* The words of a scope as it is asked for, with spaces between them; malloc'd. */
int oauth2_scope(const struct oauth *o, struct span asked, char **ret, struct err *err)
	must_check_;

/* Members of struct oauth_version. */
int oauth2_exchange(struct oauth *o, const struct oauth_grant *g, struct oauth_wait wait,
                    struct oauth_tokens *ret, struct err *err) must_check_;
int oauth2_renew(struct oauth *o, const struct oauth_tokens *old, struct oauth_wait wait,
                 struct oauth_tokens *ret, struct err *err) must_check_;
int oauth2_locate(struct oauth *o, struct oauth_tokens *t, struct oauth_wait wait,
                  struct err *err) must_check_;
int oauth2_base(const struct oauth *o, const struct oauth_tokens *t, char **ret,
                struct err *err) must_check_;

#endif
