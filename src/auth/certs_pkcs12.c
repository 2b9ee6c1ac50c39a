/* SPDX-License-Identifier: MIT */
/*
 * PKCS#12 (RFC 7292), bag by bag, because a file may hold more than one key.  Files
 * of old use algorithms that OpenSSL has moved into a provider of its own.
 */
#include "auth/certs_i.h"

#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>

#include <errno.h>

#define DEPTH_MAX 4

struct opening {
	const char *password; /* NULL: none, which is not the empty one */
	int n;
	bool refused; /* something stayed closed */
};

static void read_bags(const STACK_OF(PKCS12_SAFEBAG) * bags, struct opening *o,
                      struct pile *p, int depth);

static void read_bag(const PKCS12_SAFEBAG *bag, struct opening *o, struct pile *p,
                     int depth)
{
	PKCS8_PRIV_KEY_INFO *info;
	EVP_PKEY *key = NULL;
	X509 *cert;

	switch (PKCS12_SAFEBAG_get_nid(bag)) {
	case NID_keyBag:
		key = EVP_PKCS82PKEY(PKCS12_SAFEBAG_get0_p8inf(bag));
		break;
	case NID_pkcs8ShroudedKeyBag:
		info = PKCS12_decrypt_skey(bag, o->password, o->n);
		key = info ? EVP_PKCS82PKEY(info) : NULL;
		PKCS8_PRIV_KEY_INFO_free(info);
		o->refused |= !key;
		break;
	case NID_certBag:
		cert = PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Certificate
		               ? PKCS12_SAFEBAG_get1_cert(bag)
		               : NULL;
		if (cert)
			pile_cert(p, cert);
		break;
	case NID_safeContentsBag:
		if (depth < DEPTH_MAX)
			read_bags(PKCS12_SAFEBAG_get0_safes(bag), o, p, depth + 1);
		break;
	}
	if (key)
		pile_key(p, key);
}

static void read_bags(const STACK_OF(PKCS12_SAFEBAG) * bags, struct opening *o,
                      struct pile *p, int depth)
{
	for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); i++)
		read_bag(sk_PKCS12_SAFEBAG_value(bags, i), o, p, depth);
}

static void read_safes(const PKCS12 *p12, struct opening *o, struct pile *p)
{
	STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(p12);

	o->refused |= !safes;
	for (int i = 0; i < sk_PKCS7_num(safes); i++) {
		PKCS7 *safe = sk_PKCS7_value(safes, i);
		STACK_OF(PKCS12_SAFEBAG) *bags =
			PKCS7_type_is_data(safe)
				? PKCS12_unpack_p7data(safe)
				: PKCS12_unpack_p7encdata(safe, o->password, o->n);

		o->refused |= !bags;
		read_bags(bags, o, p, 0);
		sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	}
	sk_PKCS7_pop_free(safes, PKCS7_free);
}

static void forget(struct pile *p)
{
	while (p->n_keys)
		EVP_PKEY_free(p->keys[--p->n_keys]);
	while (p->n_certs)
		X509_free(p->certs[--p->n_certs]);
}

/* Without a password there are two ways to have none; the check tells which. */
static bool password_fits(PKCS12 *p12, struct opening *o)
{
	if (!PKCS12_mac_present(p12) || PKCS12_verify_mac(p12, o->password, o->n))
		return true;
	if (o->n)
		return false;
	o->password = NULL;
	return PKCS12_verify_mac(p12, NULL, 0);
}

static int read_file(const struct cert_bytes *in, PKCS12 *p12, struct pile *p,
                     struct err *err)
{
	cleanup_free_ char *password = span_dup(in->src->password);
	struct opening o = { .password = password, .n = (int)in->src->password.n };

	if (!password)
		return err_nomem(err);
	bool fits = password_fits(p12, &o);

	if (fits)
		read_safes(p12, &o, p);
	if (fits && o.refused) {
		OSSL_PROVIDER *legacy = OSSL_PROVIDER_try_load(NULL, "legacy", 1);

		forget(p);
		o.refused = false;
		read_safes(p12, &o, p);
		if (legacy)
			OSSL_PROVIDER_unload(legacy);
	}
	secret_wipe(password, in->src->password.n);
	if (!fits)
		return certs_wrong_password(in, err);
	if (o.refused && !p->n_keys)
		return err_set(err, -EKEYREJECTED,
		               "%s cannot be opened: check %sPassword; a file with old "
		               "algorithms needs the legacy module of OpenSSL",
		               in->where, in->src->property);
	return 0;
}

int certs_read_pkcs12(const struct cert_bytes *in, struct pile *p, struct err *err)
{
	const unsigned char *at = (const unsigned char *)in->bytes.p;
	PKCS12 *p12 = d2i_PKCS12(NULL, &at, (long)in->bytes.n);

	if (!p12)
		return certs_not_of_form(in, "a PFX (PKCS#12) file", err);
	int r = read_file(in, p12, p, err);

	PKCS12_free(p12);
	return r;
}
