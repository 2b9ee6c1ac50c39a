/* SPDX-License-Identifier: MIT */
/*
 * The seam for credentials: where the API answers to them, what a request needs
 * to show them, what to do when the server refuses.  Threads: any.
 */
#ifndef JSMFS_AUTH_AUTH_H
#define JSMFS_AUTH_AUTH_H

#include "base/base.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/sync.h"
#include "net/request.h"

#include <stdbool.h>
#include <stdint.h>

struct auth;
struct tokens;
struct transport;

struct auth_ops {
	/*
	 * *ret: the address below which the API answers to these credentials; NULL: the
	 * site's own.  Borrowed as long as the credentials live.  The member is NULL
	 * where it is always the site's own.  Blocks: on the network.
	 */
	int (*base)(struct auth *a, struct cancel *cancel, int64_t deadline,
	            const char **ret, struct err *err);

	/*
	 * Adds what proves who we are to a request whose address is final.  Blocks: on
	 * the network, where the proof has to be got or renewed first, at most until
	 * rq->deadline.  Errors: -ENOKEY (there is nothing to prove it with),
	 * -EKEYEXPIRED (somebody has to sign in again), those of the transport.
	 */
	int (*decorate)(struct auth *a, struct request *rq, struct cancel *cancel,
	                struct err *err);

	/*
	 * The server answered 401 to rq, or led it to a login page (only asked with
	 * has_session): 1 when the credentials were renewed, or had been since rq was
	 * decorated, so that it is worth sending once more; 0 when the refusal is final;
	 * negative errno when they had to be renewed and cannot be.  Blocks: on the
	 * network, at most until rq->deadline.
	 */
	int (*refused)(struct auth *a, const struct request *rq, struct cancel *cancel,
	               struct err *err);

	/*
	 * What the proof in use is good for, words with spaces between, to be freed;
	 * NULL: nobody said.  The member is NULL where nobody ever does.
	 */
	char *(*scopes)(struct auth *a);

	void (*free)(struct auth *a);
};

struct auth {
	const struct auth_ops *ops;
	const char *scheme; /* "APIToken": for messages */
	bool has_session;   /* that ends by being led to a login page */
};

/* The person who starts the program, if there is one. */
struct auth_person {
	/* Both: false when nobody would see it. */
	bool (*tell)(void *ctx, const char *sentence);
	bool (*open)(void *ctx, const char *url); /* in a browser */
	void *ctx;
};

/* What the connection properties of the category OAuth say; "" when not set. */
struct oauth_config {
	const char *version;  /* "1.0", "2.0" */
	const char *initiate; /* "OFF", "REFRESH", "GETANDREFRESH" */
	const char *client_id;
	const struct secret *client_secret;
	const struct secret *access_token;
	const struct secret *refresh_token;
	const char *expires_in;     /* seconds, as written */
	const char *timestamp;      /* milliseconds since the epoch, as written */
	const char *scope;          /* "": the one that suits */
	const char *scope_standard; /* the model's own, for Cloud */
	const char *callback_url;
	const char *cloud_id;
	const struct secret *verifier;
	const struct secret *auth_token;
	const struct secret *auth_key;
	/* Addresses in place of those that are known. */
	const char *authorization_url;
	const char *access_token_url;
	const char *refresh_token_url;
	const char *request_token_url;
	const char *resources_url;
	const char *api_url;
	/* The private key of OAuth 1.0. */
	const char *jwt_cert_property; /* where jwt_cert stands: for messages */
	const struct secret *jwt_cert;
	const char *jwt_cert_type;
	const struct secret *jwt_cert_password;
	const char *jwt_cert_subject;
};

/* The same of the category SSO. */
struct sso_config {
	const char *login_url;
	const char *exchange_url;
	const char *app_name;
	const struct secret *app_password;
	const struct secret *properties; /* SSOProperties, as written */
};

/* What the connection properties say; everything is borrowed as long as the auth lives.
 */
struct auth_config {
	const char *scheme; /* AuthScheme, as written */
	bool is_cloud;      /* the host is a Cloud site */
	const char *site;   /* its canonical address, without a slash at the end */
	struct transport *transport; /* NULL: only schemes that call nobody */
	struct auth_person person;
	struct tokens *tokens; /* the store at OAuthSettingsLocation */
	const char *user;
	const struct secret *password;
	const struct secret *api_token;
	struct oauth_config oauth;
	struct sso_config sso;
};

/*
 * Auto takes what is configured: an API token, else OAuth, else a password.
 * Errors: -ENOKEY names the properties to set; -EOPNOTSUPP for a scheme that is not built
 * in.  What a scheme has to get from the network is got when it is needed.
 */
int auth_new(const struct auth_config *cfg, struct auth **ret, struct err *err)
	must_check_;
void auth_free(struct auth *a);
DEFINE_CLEANUP(struct auth *, auth_free)

#endif
