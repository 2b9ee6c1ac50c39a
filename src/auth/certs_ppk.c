/* SPDX-License-Identifier: MIT */
/*
 * PuTTY's private keys, versions 2 and 3 (appendix C of its manual).  Those of
 * version 3 with a password need Argon2, which OpenSSL has from 3.2 on only.
 */
#include "auth/certs_i.h"
#include "auth/rsa_i.h"
#include "auth/wire_i.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <errno.h>
#include <string.h>

#define BLOB_MAX_BYTES 65536
#define LINES_MAX 1024

struct ppk {
	int version; /* 2 or 3 */
	struct span kind, encryption, comment;
	struct buf open, secret; /* the two blobs; secret decrypted */
	unsigned char mac[64];
	size_t mac_n;
};

static void ppk_clear(struct ppk *k)
{
	secret_clear(&k->open);
	secret_clear(&k->secret);
}

static bool read_lines(struct span *text, struct span count, struct buf *out)
{
	cleanup_(secret_clear) struct buf base64 = BUF_INIT(2 * BLOB_MAX_BYTES);
	int64_t n;

	if (!span_int(count, &n) || n < 1 || n > LINES_MAX ||
	    !buf_room(&base64, (size_t)n * 66))
		return false;
	while (n-- > 0)
		buf_span(&base64, span_trim(span_cut(text, '\n')));
	return !buf_status(&base64) && !certs_base64(buf_view(&base64), out);
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_mac(struct span hex, struct ppk *k)
{
	k->mac_n = hex.n / 2;
	if (hex.n % 2 || k->mac_n > sizeof(k->mac))
		return false;
	for (size_t i = 0; i < k->mac_n; i++) {
		int high = digit(hex.p[2 * i]), low = digit(hex.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		k->mac[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

static bool read_ppk(struct span text, struct ppk *k)
{
	while (text.n) {
		struct span value = span_trim(span_cut(&text, '\n'));
		struct span name = span_cut(&value, ':');
		bool good = true;

		value = span_trim(value);
		if (span_is(name, "PuTTY-User-Key-File-2") ||
		    span_is(name, "PuTTY-User-Key-File-3")) {
			k->version = name.p[name.n - 1] - '0';
			k->kind = value;
		} else if (span_is(name, "Encryption")) {
			k->encryption = value;
		} else if (span_is(name, "Comment")) {
			k->comment = value;
		} else if (span_is(name, "Public-Lines")) {
			good = read_lines(&text, value, &k->open);
		} else if (span_is(name, "Private-Lines")) {
			good = read_lines(&text, value, &k->secret);
		} else if (span_is(name, "Private-MAC")) {
			good = read_mac(value, k);
		}
		if (!good)
			return false;
	}
	return k->version && k->open.len && k->secret.len && k->mac_n;
}

static bool sha1(struct span a, struct span b, unsigned char out[20])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx && EVP_DigestInit_ex(ctx, EVP_sha1(), NULL) &&
	            EVP_DigestUpdate(ctx, a.p, a.n) && EVP_DigestUpdate(ctx, b.p, b.n) &&
	            EVP_DigestFinal_ex(ctx, out, NULL);

	EVP_MD_CTX_free(ctx);
	return good;
}

/* Version 2: AES-256 in CBC mode, its key two hashes of the password. */
static bool decrypt(struct ppk *k, struct span password)
{
	unsigned char key[40];
	const unsigned char iv[16] = { 0 };
	unsigned char *data = (unsigned char *)k->secret.p;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0;
	bool good = ctx && k->secret.len % 16 == 0 &&
	            sha1((struct span){ "\0\0\0\0", 4 }, password, key) &&
	            sha1((struct span){ "\0\0\0\1", 4 }, password, key + 20) &&
	            EVP_DecryptInit_ex(ctx, EVP_aes_256_cbc(), NULL, key, iv) &&
	            EVP_CIPHER_CTX_set_padding(ctx, 0) &&
	            EVP_DecryptUpdate(ctx, data, &n, data, (int)k->secret.len);

	EVP_CIPHER_CTX_free(ctx);
	secret_wipe(key, sizeof(key));
	return good;
}

static void add_string(struct buf *b, struct span s)
{
	uint32_t n = (uint32_t)s.n;
	unsigned char length[4] = { (unsigned char)(n >> 24), (unsigned char)(n >> 16),
		                    (unsigned char)(n >> 8), (unsigned char)n };

	buf_add(b, length, 4);
	buf_span(b, s);
}

/* Tells that the password was right, and that nobody changed the public half. */
static bool mac_fits(const struct ppk *k, struct span password)
{
	cleanup_(secret_clear) struct buf all = BUF_INIT(4 * BLOB_MAX_BYTES);
	unsigned char key[20], mac[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	bool two = k->version == 2;

	if (!buf_room(&all, k->open.len + k->secret.len + k->comment.n + 256))
		return false;
	add_string(&all, k->kind);
	add_string(&all, k->encryption);
	add_string(&all, k->comment);
	add_string(&all, buf_view(&k->open));
	add_string(&all, buf_view(&k->secret));
	bool good =
		!two || sha1(SPAN("putty-private-key-file-mac-key"),
	                     span_is(k->encryption, "none") ? SPAN("") : password, key);
	good = good && !buf_status(&all) &&
	       HMAC(two ? EVP_sha1() : EVP_sha256(), key, two ? sizeof(key) : 0,
	            (const unsigned char *)all.p, all.len, mac, &n) &&
	       n == k->mac_n && !CRYPTO_memcmp(mac, k->mac, n);
	secret_wipe(key, sizeof(key));
	return good;
}

static int open_ppk(const struct cert_bytes *in, struct ppk *k, struct err *err)
{
	struct span password = in->src->password;
	bool closed = !span_is(k->encryption, "none");

	if (closed && k->version == 3)
		return err_set(err, -EINVAL,
		               "%s is protected in a way (Argon2) that cannot be opened "
		               "here: save it in version 2 of the form with puttygen "
		               "--ppk-param version=2, or export it as an OpenSSH key",
		               in->where);
	if (closed && !span_is(k->encryption, "aes256-cbc"))
		return certs_not_of_form(in, "a PuTTY key with known encryption", err);
	if (closed && !password.n)
		return certs_wrong_password(in, err);
	if (closed && !decrypt(k, password))
		return certs_not_of_form(in, "a whole PuTTY key", err);
	if (mac_fits(k, password))
		return 0;
	return closed ? certs_wrong_password(in, err)
	              : certs_not_of_form(in, "a whole PuTTY key", err);
}

int certs_read_ppk(const struct cert_bytes *in, struct pile *p, struct err *err)
{
	cleanup_(ppk_clear) struct ppk k = { .open = BUF_INIT(BLOB_MAX_BYTES),
		                             .secret = BUF_INIT(BLOB_MAX_BYTES) };
	struct rsa_numbers rsa = { 0 };

	if (!read_ppk(in->bytes, &k))
		return certs_not_of_form(in, "a PuTTY private key (version 2 or 3)", err);
	int r = certs_ssh_public(in, buf_view(&k.open), &rsa, err);
	if (!r)
		r = open_ppk(in, &k, err);
	if (r)
		return r;
	struct wire w = { .rest = buf_view(&k.secret) };
	rsa.d = wire_string(&w);
	rsa.p = wire_string(&w);
	rsa.q = wire_string(&w);
	EVP_PKEY *key = w.bad ? NULL : rsa_key(&rsa);
	if (!key)
		return certs_not_of_form(in, "a usable RSA key", err);
	pile_key(p, key);
	return 0;
}
