/* SPDX-License-Identifier: MIT */
#include "auth/rsa_i.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

/* 16384 bits are the most that OpenSSL takes. */
#define NUMBER_MAX_BYTES 2048

enum { N, E, D, P, Q, DP, DQ, QINV, NUMBERS };

static const char *const names[NUMBERS] = {
	OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,
	OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,
	OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
	OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
};

static BIGNUM *number(struct span s)
{
	return s.n && s.n <= NUMBER_MAX_BYTES + 1
	               ? BN_bin2bn((const unsigned char *)s.p, (int)s.n, NULL)
	               : NULL;
}

/* What follows from the factors: exponents and coefficient (RFC 8017, 3.2). */
static bool derive(BIGNUM *v[NUMBERS])
{
	BN_CTX *ctx = BN_CTX_secure_new();
	BIGNUM *less = BN_secure_new();
	bool good = ctx && less;

	for (int i = 0; i < 2 && good; i++) {
		v[DP + i] = BN_secure_new();
		good = v[DP + i] && BN_sub(less, v[P + i], BN_value_one()) &&
		       !BN_is_zero(less) && BN_mod(v[DP + i], v[D], less, ctx);
	}
	if (good)
		v[QINV] = BN_mod_inverse(NULL, v[Q], v[P], ctx);
	BN_clear_free(less);
	BN_CTX_free(ctx);
	return v[QINV];
}

static OSSL_PARAM *params_of(BIGNUM *const v[NUMBERS])
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	bool good = build;

	for (int i = 0; i < NUMBERS && good; i++) {
		if (v[i])
			good = OSSL_PARAM_BLD_push_BN(build, names[i], v[i]);
	}
	OSSL_PARAM *params = good ? OSSL_PARAM_BLD_to_param(build) : NULL;

	OSSL_PARAM_BLD_free(build);
	return params;
}

EVP_PKEY *rsa_key(const struct rsa_numbers *r)
{
	BIGNUM *v[NUMBERS] = { number(r->n), number(r->e), number(r->d), number(r->p),
		               number(r->q) };
	bool secret = r->d.n, factors = v[D] && v[P] && v[Q];
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params = NULL;

	if (v[N] && v[E] && (!secret || v[D]) && (!factors || derive(v)))
		params = params_of(v);
	EVP_PKEY_CTX *ctx = params ? EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL) : NULL;
	if (ctx && EVP_PKEY_fromdata_init(ctx) == 1)
		(void)EVP_PKEY_fromdata(ctx, &key,
		                        secret ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
		                        params);
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	for (int i = 0; i < NUMBERS; i++)
		BN_clear_free(v[i]);
	return key;
}
