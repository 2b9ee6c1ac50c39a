/* SPDX-License-Identifier: MIT */
/*
 * The seam for credentials: decorate a request, react when the server refuses.
 * Threads: any.
 */
#ifndef JSMFS_AUTH_AUTH_H
#define JSMFS_AUTH_AUTH_H

#include "base/base.h"
#include "base/err.h"
#include "base/secret.h"
#include "net/request.h"

#include <stdbool.h>

struct auth;

struct auth_ops {
	/* Adds what proves who we are.  Errors: -ENOKEY, -EKEYEXPIRED. */
	int (*decorate)(struct auth *a, struct request *rq, struct err *err);

	/*
	 * The server answered 401: 1 when the credentials were renewed and the
	 * request is worth sending once more, 0 when the refusal is final.
	 */
	int (*refused)(struct auth *a, const struct request *rq, struct err *err);

	void (*free)(struct auth *a);
};

struct auth {
	const struct auth_ops *ops;
	const char *scheme; /* "APIToken": for messages */
};

/* What the connection properties say; everything borrowed for the call. */
struct auth_config {
	const char *scheme; /* AuthScheme, as written */
	bool is_cloud;      /* the host is a Cloud site */
	const char *user;
	const struct secret *password;
	const struct secret *api_token;
};

/*
 * Auto takes what is configured: an API token, else a password.
 * Errors: -ENOKEY names the properties to set; -EOPNOTSUPP for a scheme that is not built
 * in.
 */
int auth_new(const struct auth_config *cfg, struct auth **ret, struct err *err)
	must_check_;
void auth_free(struct auth *a);
DEFINE_CLEANUP(struct auth *, auth_free)

#endif
