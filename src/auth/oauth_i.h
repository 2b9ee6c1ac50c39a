/* SPDX-License-Identifier: MIT */
/* What differs between the versions of OAuth, and what they share. */
#ifndef JSMFS_AUTH_OAUTH_I_H
#define JSMFS_AUTH_OAUTH_I_H

#include "auth/oauth.h"
#include "auth/tokens.h"

struct oauth;

struct oauth_version {
	const char *name; /* OAuthVersion */
	/* Where the answer to a consent has the code, and what the consent expects. */
	const char *code_param;
	const char *expect_param;
	const char *refusal; /* a code that means no; NULL: errors are told otherwise */
	/* Checks the properties; what it makes of them goes into o->own.  NULL: nothing.
	 */
	int (*open)(struct oauth *o, struct err *err);
	void (*close)(struct oauth *o);
	/* ask->callback is never empty. */
	int (*authorize)(struct oauth *o, const struct oauth_ask *ask,
	                 struct oauth_wait wait, struct oauth_consent *ret,
	                 struct err *err);
	int (*exchange)(struct oauth *o, const struct oauth_grant *grant,
	                struct oauth_wait wait, struct oauth_tokens *ret,
	                struct err *err);
	/* old->refresh is there.  -EKEYEXPIRED: it is worth nothing any more. */
	int (*renew)(struct oauth *o, const struct oauth_tokens *old,
	             struct oauth_wait wait, struct oauth_tokens *ret, struct err *err);
	/* Fills t->cloud_id where calls need it.  NULL: they do not. */
	int (*locate)(struct oauth *o, struct oauth_tokens *t, struct oauth_wait wait,
	              struct err *err);
	/* The address below which the API is (malloc'd), NULL: the site's own. */
	int (*base)(const struct oauth *o, const struct oauth_tokens *t, char **ret,
	            struct err *err);
	int (*decorate)(const struct oauth *o, const struct oauth_tokens *t,
	                struct request *rq, struct err *err);
	/*
	 * What rq was refused for if not its tokens: 1 sending it once more helps, 0 it
	 * is the tokens, or unknown; negative errno when it is final.  NULL: unknown.
	 */
	int (*judge)(const struct oauth *o, const struct request *rq, struct err *err);
	/* Can new tokens be better than those that rq was refused with? */
	bool (*may_renew)(const struct request *rq);
};

extern const struct oauth_version oauth1_version;
extern const struct oauth_version oauth2_version;

struct oauth {
	const struct auth_config *cfg;
	const struct oauth_version *version;
	void *own;     /* of the version */
	char *kept_as; /* by site, client, and the tokens that the properties give */
};

/* The scheme. */
int oauth_auth_new(const struct auth_config *cfg, struct auth **ret, struct err *err)
	must_check_;

/*
 * The address that a property gives, else the known one, which below the site begins
 * with a slash; NULL gives "".  Malloc'd.
 */
int oauth_address(const struct auth_config *cfg, const char *name, const char *given,
                  const char *known, char **ret, struct err *err) must_check_;

/* A parameter of a query string or form, decoded into *out; false: not there. */
bool oauth_param(struct span query, const char *name, struct buf *out);

/* Milliseconds before its end at which a token of that life is renewed. */
int64_t oauth_leeway_ms(int64_t life_ms);

/* -ENOKEY names the properties of the application, when they are not set. */
int oauth_need_client(const struct oauth *o, struct err *err) must_check_;

/* A secret of those bytes; NULL for none. */
int oauth_copy(struct span s, struct secret **ret, struct err *err) must_check_;

/* tokens_lock() of their store, but not for longer than a renewal takes. */
int oauth_lock(struct oauth *o, struct oauth_wait wait, struct err *err) must_check_;

/* From and to the store. */
int oauth_load(struct oauth *o, struct kept *k, struct oauth_tokens *ret, struct err *err)
	must_check_;
int oauth_save(struct oauth *o, struct kept *k, const struct oauth_tokens *t,
               struct err *err) must_check_;
int oauth_tokens_copy(const struct oauth_tokens *t, struct oauth_tokens *ret,
                      struct err *err) must_check_;

/* Tokens, keys and codes never show in a log from here on. */
void oauth_redact(const struct oauth *o, const struct oauth_tokens *t);

#endif
