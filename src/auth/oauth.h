/* SPDX-License-Identifier: MIT */
/*
 * OAuth apart from requests: consent, tokens, and what is kept of them.  The scheme
 * OAuth, jsmfs login and the procedures all stand on this.  Threads: any.
 */
#ifndef JSMFS_AUTH_OAUTH_H
#define JSMFS_AUTH_OAUTH_H

#include "auth/auth.h"
#include "base/base.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/sync.h"

#include <stdbool.h>
#include <stdint.h>

struct oauth;

/* Where the browser comes back to when CallbackURL is not set. */
#define OAUTH_CALLBACK_URL "http://localhost:33333"

/* Borrows cfg.  Calls nobody.  Errors: -ENOKEY names the properties to set. */
int oauth_open(const struct auth_config *cfg, struct oauth **ret, struct err *err)
	must_check_;
void oauth_close(struct oauth *o);
DEFINE_CLEANUP(struct oauth *, oauth_close)

/* How long, and who may end it sooner. */
struct oauth_wait {
	struct cancel *cancel; /* or NULL */
	int64_t deadline;
};

/* What to ask a person for; empty: as the properties say. */
struct oauth_ask {
	struct span callback;
	struct span scope; /* words with spaces or commas between */
	struct span state; /* empty: one that nobody guesses */
	bool once; /* the same process takes the answer: PKCE where there is that */
};

/* What has to be remembered until the answer comes. */
struct oauth_consent {
	char *url; /* to be opened in a browser */
	char *callback;
	struct secret *expect; /* what the answer has to repeat: state, request token */
	struct secret *token;  /* OAuth 1.0: request token */
	struct secret *key;    /* OAuth 1.0: its secret; OAuth 2.0: the PKCE verifier */
};
void oauth_consent_clear(struct oauth_consent *c);

/* What a person brings back. */
struct oauth_grant {
	struct span code; /* OAuth 2.0: code; 1.0: verifier */
	struct span callback;
	struct span scope;
	struct span token; /* as in the consent */
	struct span key;
};

struct oauth_tokens {
	struct secret *access;
	struct secret *access_secret; /* OAuth 1.0 */
	struct secret *refresh;       /* OAuth 1.0: the session handle; NULL: none */
	int64_t expires_ms;           /* of the access token, wall clock; 0: never said */
	int64_t life_ms;              /* how long it lived in all; 0 likewise */
	char *cloud_id;               /* NULL: there is none */
	char *scope;                  /* what they are good for; NULL: never said */
};
void oauth_tokens_clear(struct oauth_tokens *t);

/* The address that asks for consent.  OAuth 1.0 calls the site for it. */
int oauth_authorize(struct oauth *o, const struct oauth_ask *ask, struct oauth_wait wait,
                    struct oauth_consent *ret, struct err *err) must_check_;

/*
 * The answer as the browser was sent it, or as a person copied it: an address of the
 * callback, or the bare code.  -EINVAL when it is an answer to another question, -EACCES
 * when consent was refused.
 */
int oauth_answer(struct oauth *o, const struct oauth_consent *c, struct span text,
                 struct secret **ret_code, struct err *err) must_check_;

/* Tokens for it; each code works once.  -EKEYEXPIRED when it does not (any more). */
int oauth_exchange(struct oauth *o, const struct oauth_grant *grant,
                   struct oauth_wait wait, struct oauth_tokens *ret, struct err *err)
	must_check_;

/*
 * All of it: opens the person's browser and waits for it at the callback, at most five
 * minutes.  -ENOKEY when there is nobody, -EOPNOTSUPP when the callback is not here.
 */
int oauth_browse(struct oauth *o, const struct auth_person *person,
                 const struct oauth_ask *ask, struct oauth_wait wait,
                 struct oauth_tokens *ret, struct err *err) must_check_;

/*
 * New tokens for a refresh token.  If it is the one that is kept, the new ones are kept
 * in its place.  -EKEYEXPIRED when the server does not take it any more.
 */
int oauth_renew(struct oauth *o, struct span refresh, struct oauth_wait wait,
                struct oauth_tokens *ret, struct err *err) must_check_;

/* Keeps tokens for all connections to the site, in place of older ones. */
int oauth_keep(struct oauth *o, const struct oauth_tokens *tokens, struct oauth_wait wait,
               struct err *err) must_check_;

/* Forgets them.  *ret_any: there were some. */
int oauth_forget(struct oauth *o, struct oauth_wait wait, bool *ret_any, struct err *err)
	must_check_;

#endif
