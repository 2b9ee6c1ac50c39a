/* SPDX-License-Identifier: MIT */
/* PEM (RFC 7468) with any mixture of keys and certificates, or the same in DER. */
#include "auth/certs_i.h"
#include "base/str.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>

#include <errno.h>
#include <string.h>

#define BLOCKS_MAX 256

static int give_password(char *to, int size, int for_writing, void *ctx)
{
	const struct cert_bytes *in = ctx;
	size_t n = in->src->password.n;

	(void)for_writing;
	if (!n || n > (size_t)size)
		return -1;
	memcpy(to, in->src->password.p, n);
	return (int)n;
}

struct block {
	char *name, *header;
	unsigned char *data;
	long n;
};

static void block_clear(struct block *b)
{
	OPENSSL_free(b->name);
	OPENSSL_free(b->header);
	if (b->data)
		OPENSSL_clear_free(b->data, (size_t)b->n);
}

/* PKCS#8 under a password. */
static int read_protected(const struct cert_bytes *in, const unsigned char *data, long n,
                          struct pile *p, struct err *err)
{
	X509_SIG *sig = d2i_X509_SIG(NULL, &data, n);
	PKCS8_PRIV_KEY_INFO *info = NULL;

	if (!sig)
		return certs_not_of_form(in, "a readable encrypted key", err);
	if (in->src->password.n)
		info = PKCS8_decrypt(sig, in->src->password.p, (int)in->src->password.n);
	EVP_PKEY *key = info ? EVP_PKCS82PKEY(info) : NULL;

	X509_SIG_free(sig);
	PKCS8_PRIV_KEY_INFO_free(info);
	if (!key)
		return certs_wrong_password(in, err);
	pile_key(p, key);
	return 0;
}

static int read_key(const struct cert_bytes *in, struct block *b, struct pile *p,
                    struct err *err)
{
	EVP_CIPHER_INFO cipher;
	const unsigned char *at = b->data;

	if (str_eq(b->name, "OPENSSH PRIVATE KEY"))
		return certs_read_openssh(
			in, (struct span){ (const char *)b->data, (size_t)b->n }, p, err);
	if (str_eq(b->name, PEM_STRING_PKCS8))
		return read_protected(in, b->data, b->n, p, err);
	if (!PEM_get_EVP_CIPHER_INFO(b->header, &cipher))
		return certs_not_of_form(in, "a key that can be read here", err);
	if (!PEM_do_header(&cipher, b->data, &b->n, give_password, (void *)(uintptr_t)in))
		return certs_wrong_password(in, err);
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, b->n);

	if (!key && cipher.cipher)
		return certs_wrong_password(in, err);
	if (!key)
		return certs_not_of_form(in, "a key that can be read here", err);
	pile_key(p, key);
	return 0;
}

static EVP_PKEY *rsa_public(const unsigned char *data, long n)
{
	return d2i_PublicKey(EVP_PKEY_RSA, NULL, &data, n);
}

static int read_block(const struct cert_bytes *in, struct block *b, struct pile *p,
                      struct err *err)
{
	const unsigned char *at = b->data;
	bool is_cert = true;
	X509 *cert = NULL;

	if (str_ends(b->name, "PRIVATE KEY"))
		return read_key(in, b, p, err);
	if (str_eq(b->name, PEM_STRING_X509) || str_eq(b->name, PEM_STRING_X509_OLD))
		cert = d2i_X509(NULL, &at, b->n);
	else if (str_eq(b->name, PEM_STRING_X509_TRUSTED))
		cert = d2i_X509_AUX(NULL, &at, b->n);
	else
		is_cert = false;
	if (is_cert && !cert)
		return certs_not_of_form(in, "a readable certificate", err);
	if (cert)
		pile_cert(p, cert);
	if (str_eq(b->name, PEM_STRING_PUBLIC)) {
		/* Some write the one under the name of the other. */
		EVP_PKEY *key = d2i_PUBKEY(NULL, &at, b->n);

		pile_public(p, key ? key : rsa_public(b->data, b->n));
	} else if (str_eq(b->name, PEM_STRING_RSA_PUBLIC)) {
		EVP_PKEY *key = rsa_public(b->data, b->n);

		pile_public(p, key ? key : d2i_PUBKEY(NULL, &at, b->n));
	} else if (str_eq(b->name, PEM_STRING_PKCS7)) {
		struct cert_bytes inner = *in;

		inner.bytes = (struct span){ (const char *)b->data, (size_t)b->n };
		return certs_read_pkcs7(&inner, p, err);
	}
	return 0;
}

static int read_der(const struct cert_bytes *in, struct pile *p, struct err *err)
{
	const unsigned char *start = (const unsigned char *)in->bytes.p, *at = start;
	long n = (long)in->bytes.n;
	X509 *cert = d2i_X509(NULL, &at, n);

	if (cert) {
		pile_cert(p, cert);
		return 0;
	}
	at = start;
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, n);
	if (key) {
		pile_key(p, key);
		return 0;
	}
	at = start;
	key = d2i_PUBKEY(NULL, &at, n);
	if (!key)
		key = rsa_public(start, n);
	if (key) {
		pile_public(p, key);
		return 0;
	}
	at = start;
	X509_SIG *sig = d2i_X509_SIG(NULL, &at, n);
	if (sig) {
		X509_SIG_free(sig);
		return read_protected(in, start, n, p, err);
	}
	return certs_not_of_form(in, "a key or certificate in PEM or DER", err);
}

int certs_read_pem(const struct cert_bytes *in, struct pile *p, struct err *err)
{
	BIO *bio = BIO_new_mem_buf(in->bytes.p, (int)in->bytes.n);
	int n = 0, r = 0;

	if (!bio)
		return err_nomem(err);
	for (; !r && n < BLOCKS_MAX; n++) {
		cleanup_(block_clear) struct block b = { 0 };

		ERR_clear_error();
		if (!PEM_read_bio(bio, &b.name, &b.header, &b.data, &b.n)) {
			/* what is no block is a comment; a broken one is not */
			if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
				r = certs_not_of_form(in, "whole PEM text", err);
			break;
		}
		r = read_block(in, &b, p, err);
	}
	BIO_free(bio);
	return n || r ? r : read_der(in, p, err);
}

int certs_read_pkcs7(const struct cert_bytes *in, struct pile *p, struct err *err)
{
	const unsigned char *at = (const unsigned char *)in->bytes.p;
	STACK_OF(X509) *certs = NULL;

	if (memmem(in->bytes.p, in->bytes.n, "-----BEGIN", 10))
		return certs_read_pem(in, p, err);
	PKCS7 *p7 = d2i_PKCS7(NULL, &at, (long)in->bytes.n);
	if (!p7)
		return certs_not_of_form(in, "a PKCS#7 file with certificates", err);
	if (PKCS7_type_is_signed(p7))
		certs = p7->d.sign->cert;
	for (int i = 0; i < sk_X509_num(certs); i++) {
		X509 *cert = sk_X509_value(certs, i);

		if (X509_up_ref(cert))
			pile_cert(p, cert);
	}
	PKCS7_free(p7);
	return 0;
}
