/* SPDX-License-Identifier: MIT */
/* An RSA key from its numbers. */
#ifndef JSMFS_AUTH_RSA_I_H
#define JSMFS_AUTH_RSA_I_H

#include "base/base.h"
#include "base/str.h"

#include <openssl/evp.h>

/* Big-endian, without sign; d, p and q are empty for a public key, p and q may be. */
struct rsa_numbers {
	struct span n, e, d, p, q;
};

/* NULL when they make no key or memory is short. */
EVP_PKEY *rsa_key(const struct rsa_numbers *r) must_check_;

#endif
