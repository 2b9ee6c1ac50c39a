/* SPDX-License-Identifier: MIT */
/* OAuth 1.0a (RFC 5849): what signs requests, and what it needs to know. */
#ifndef JSMFS_AUTH_OAUTH1_I_H
#define JSMFS_AUTH_OAUTH1_I_H

#include "auth/oauth_i.h"
#include "base/buf.h"
#include "net/request.h"

#include <openssl/types.h>

#include <stdatomic.h>

#define OAUTH1_PARAMS_MAX 512          /* of a whole request */
#define OAUTH1_BASE_MAX (4u << 20)     /* of a base string */
#define OAUTH1_HEADER_MAX (64u * 1024) /* of the header that comes of it */

/* A parameter of the protocol, as it is: "oauth_token". */
struct oauth1_param {
	const char *name;
	struct span value;
};

/*
 * Appends the signature base string (RFC 5849, 3.4.1): method, address without usual
 * port and query, and all parameters of query, form and header by their encoded names.
 * form: the body if it is a form, else empty.  -EINVAL for what is no address, -EFBIG.
 */
int oauth1_base_string(const char *method, const char *url, struct span form,
                       const struct oauth1_param *params, size_t n, struct buf *out,
                       struct err *err) must_check_;

/* Appends the base64 of the RSA-SHA1 signature (3.4.3).  -EOPNOTSUPP: SHA-1 is off here.
 */
int oauth1_sign(EVP_PKEY *key, struct span text, struct buf *out, struct err *err)
	must_check_;

/* Appends an Authorization header (3.5.1). */
void oauth1_header(const struct oauth1_param *params, size_t n, struct buf *out);

/*
 * A signer (net/request.h) for one request: each attempt gets its own nonce and time.
 * token: empty before there is one.  extra: further parameters of the protocol, or a
 * NULL name.  skew_ms: how far the server's clock is ahead.  Copies everything.
 */
struct signer *oauth1_signer(EVP_PKEY *key, const char *consumer, struct span token,
                             const struct oauth1_param extra[2], int64_t skew_ms)
	must_check_;

/* --- the version ----------------------------------------------------------------------
 */

struct oauth1 {
	EVP_PKEY *key;
	char *request; /* addresses */
	char *authorize;
	char *access;
	char *renew;
	_Atomic int64_t skew_ms;
};

#endif
