/* SPDX-License-Identifier: MIT */
/*
 * Java key stores of the old form (JKS), which has no standard but Sun's code: the
 * store ends in a hash of its password and itself, and a private key is hidden under
 * a chain of hashes.  What keytool writes today is PKCS#12 and read as that.
 */
#include "auth/certs_i.h"
#include "auth/wire_i.h"

#include <openssl/crypto.h>
#include <openssl/pkcs12.h>
#include <openssl/sha.h>

#include <errno.h>
#include <string.h>

#define MAGIC_JKS 0xfeedfeed
#define MAGIC_JCEKS 0xcececece
#define ENTRIES_MAX 256

/* Hash of up to three pieces, in order. */
static bool hash(struct span a, struct span b, struct span c,
                 unsigned char out[SHA_DIGEST_LENGTH])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx && EVP_DigestInit_ex(ctx, EVP_sha1(), NULL) &&
	            EVP_DigestUpdate(ctx, a.p, a.n) && EVP_DigestUpdate(ctx, b.p, b.n) &&
	            EVP_DigestUpdate(ctx, c.p, c.n) && EVP_DigestFinal_ex(ctx, out, NULL);

	EVP_MD_CTX_free(ctx);
	return good;
}

/* Java's characters: UTF-16, high byte first. */
static bool to_java(struct span password, struct buf *out)
{
	unsigned char *text = NULL;
	int n = 0;

	if (!OPENSSL_utf82uni(password.p, (int)password.n, &text, &n) || n < 2)
		return false;
	/* without the NUL that PKCS#12 wants behind it */
	if (buf_room(out, (size_t)n))
		buf_add(out, text, (size_t)n - 2);
	OPENSSL_clear_free(text, (size_t)n);
	return !buf_status(out);
}

/* 20 bytes of salt, the hidden bytes, 20 bytes of proof. */
static EVP_PKEY *uncover(struct span hidden, struct span password)
{
	unsigned char pad[SHA_DIGEST_LENGTH];
	EVP_PKEY *key = NULL;

	if (hidden.n <= 2 * sizeof(pad))
		return NULL;
	size_t n = hidden.n - 2 * sizeof(pad);
	const char *body = hidden.p + sizeof(pad), *proof = body + n;
	unsigned char *plain = OPENSSL_zalloc(n);
	bool good = plain;

	memcpy(pad, hidden.p, sizeof(pad));
	for (size_t i = 0; i < n && good; i++) {
		if (i % sizeof(pad) == 0)
			good = hash(password, (struct span){ (char *)pad, sizeof(pad) },
			            SPAN(""), pad);
		plain[i] = (unsigned char)body[i] ^ pad[i % sizeof(pad)];
	}
	good = good && hash(password, (struct span){ (char *)plain, n }, SPAN(""), pad) &&
	       !CRYPTO_memcmp(pad, proof, sizeof(pad));
	if (good) {
		const unsigned char *at = plain;
		PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)n);

		key = info ? EVP_PKCS82PKEY(info) : NULL;
		PKCS8_PRIV_KEY_INFO_free(info);
	}
	OPENSSL_clear_free(plain, n);
	return key;
}

static void read_cert(struct wire *w, uint32_t version, struct pile *p)
{
	if (version == 2)
		(void)wire_take(w, wire_number(w, 2));
	struct span data = wire_string(w);
	const unsigned char *at = (const unsigned char *)data.p;
	X509 *cert = data.n ? d2i_X509(NULL, &at, (long)data.n) : NULL;

	if (cert)
		pile_cert(p, cert);
}

static bool read_key(struct wire *w, struct span password, uint32_t version,
                     struct pile *p)
{
	struct span data = wire_string(w), hidden = { "", 0 };
	const unsigned char *at = (const unsigned char *)data.p;
	X509_SIG *sig = data.n ? d2i_X509_SIG(NULL, &at, (long)data.n) : NULL;
	EVP_PKEY *key = NULL;

	if (sig) {
		const ASN1_OCTET_STRING *text;

		X509_SIG_get0(sig, NULL, &text);
		hidden.p = (const char *)ASN1_STRING_get0_data(text);
		hidden.n = (size_t)ASN1_STRING_length(text);
		key = uncover(hidden, password);
	}
	X509_SIG_free(sig);
	if (key)
		pile_key(p, key);
	uint32_t n = wire_number(w, 4);
	for (uint32_t i = 0; i < n && i < PILE_MAX && !w->bad; i++)
		read_cert(w, version, p);
	return key;
}

static int read_store(const struct cert_bytes *in, struct span password, struct pile *p,
                      struct err *err)
{
	struct wire w = { .rest = in->bytes };
	unsigned char sum[SHA_DIGEST_LENGTH];
	bool closed = false;

	(void)wire_number(&w, 4);
	uint32_t version = wire_number(&w, 4), n = wire_number(&w, 4);
	if (w.bad || w.rest.n < sizeof(sum) || version < 1 || version > 2 ||
	    n > ENTRIES_MAX)
		return certs_not_of_form(in, "a whole Java key store", err);
	struct span content = { in->bytes.p, in->bytes.n - sizeof(sum) };
	if (!hash(password, SPAN("Mighty Aphrodite"), content, sum))
		return err_nomem(err);
	if (CRYPTO_memcmp(sum, content.p + content.n, sizeof(sum)))
		return certs_wrong_password(in, err);
	w.rest.n -= sizeof(sum);
	for (uint32_t i = 0; i < n && !w.bad; i++) {
		uint32_t tag = wire_number(&w, 4);

		(void)wire_take(&w, wire_number(&w, 2));
		(void)wire_take(&w, 8);
		if (tag == 1)
			closed |= !read_key(&w, password, version, p);
		else if (tag == 2)
			read_cert(&w, version, p);
		else
			w.bad = true;
	}
	if (w.bad)
		return certs_not_of_form(in, "a whole Java key store", err);
	if (closed && !p->n_keys)
		return err_set(err, -EKEYREJECTED,
		               "the key in %s has another password than the store: give "
		               "both the same with keytool -keypasswd",
		               in->where);
	return 0;
}

int certs_read_jks(const struct cert_bytes *in, struct pile *p, struct err *err)
{
	struct wire w = { .rest = in->bytes };
	uint32_t magic = wire_number(&w, 4);
	cleanup_(secret_clear) struct buf password = BUF_INIT(128 * 1024);

	if (magic == MAGIC_JCEKS)
		return err_set(err, -EINVAL,
		               "%s is a JCEKS store: convert it with keytool "
		               "-importkeystore -deststoretype pkcs12",
		               in->where);
	if (magic >> 24 == 0x30)
		return certs_read_pkcs12(in, p, err);
	if (magic != MAGIC_JKS)
		return certs_not_of_form(in, "a Java key store", err);
	if (!to_java(in->src->password, &password))
		return certs_wrong_password(in, err);
	return read_store(in, buf_view(&password), p, err);
}
