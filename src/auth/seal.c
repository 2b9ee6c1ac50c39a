/* SPDX-License-Identifier: MIT */
#include "auth/seal.h"

#include "base/secret.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <errno.h>
#include <limits.h>
#include <string.h>

#define NONCE_BYTES 12
#define TAG_BYTES 16

DEFINE_CLEANUP(EVP_CIPHER_CTX *, EVP_CIPHER_CTX_free)

/* Bytes that are wiped before they are freed. */
struct bytes {
	unsigned char *p;
	size_t n;
};

static void bytes_clear(struct bytes *b)
{
	if (b->p)
		secret_wipe(b->p, b->n);
	free(b->p);
}

static bool bytes_make(struct bytes *b, size_t n)
{
	b->p = n < INT_MAX / 2 ? malloc(n + 1) : NULL;
	b->n = n;
	return b->p;
}

int seal_random(unsigned char *to, size_t n, struct err *err)
{
	if (n > INT_MAX || RAND_bytes(to, (int)n) != 1)
		return err_set(err, -EIO, "the system gives no random numbers");
	return 0;
}

static int refuse_crypto(struct err *err)
{
	return err_set(err, -EIO, "this machine's OpenSSL refuses AES-256-GCM");
}

/* to: nonce, text.n bytes, tag. */
static int encrypt(unsigned char *to, const unsigned char *key, const char *header,
                   struct span text, struct err *err)
{
	cleanup_(EVP_CIPHER_CTX_freep) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	unsigned char *body = to + NONCE_BYTES;
	int n = 0, r = seal_random(to, NONCE_BYTES, err);

	if (r < 0)
		return r;
	if (!c || EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, to) != 1 ||
	    EVP_EncryptUpdate(c, NULL, &n, (const unsigned char *)header,
	                      (int)strlen(header)) != 1 ||
	    EVP_EncryptUpdate(c, body, &n, (const unsigned char *)text.p, (int)text.n) !=
	            1 ||
	    EVP_EncryptFinal_ex(c, body + text.n, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, body + text.n) != 1)
		return refuse_crypto(err);
	return 0;
}

int seal(struct buf *out, const unsigned char key[SEAL_KEY_BYTES], const char *header,
         struct span text, struct err *err)
{
	cleanup_(bytes_clear) struct bytes raw = { 0 };
	char *room;
	int r;

	if (!bytes_make(&raw, NONCE_BYTES + text.n + TAG_BYTES))
		return err_nomem(err);
	r = encrypt(raw.p, key, header, text, err);
	if (r < 0)
		return r;
	buf_puts(out, header);
	buf_putc(out, ' ');
	room = buf_room(out, (raw.n + 2) / 3 * 4 + 1);
	if (!room)
		return err_set(err, buf_status(out), "too much to keep");
	EVP_EncodeBlock((unsigned char *)room, raw.p, (int)raw.n);
	buf_commit(out, (raw.n + 2) / 3 * 4);
	return 0;
}

/* Length of the bytes at to, or -1. */
static int decode(unsigned char *to, struct span text)
{
	int n;

	if (!text.n || text.n % 4 || text.n > INT_MAX)
		return -1;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] <= ' ' || (text.p[i] == '=' && i + 2 < text.n))
			return -1;
	}
	n = EVP_DecodeBlock(to, (const unsigned char *)text.p, (int)text.n);
	for (size_t i = text.n; n > 0 && i && text.p[i - 1] == '='; i--)
		n--;
	return n;
}

static bool decrypt(unsigned char *to, const unsigned char *key, const char *header,
                    unsigned char *raw, int n)
{
	cleanup_(EVP_CIPHER_CTX_freep) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int body = n - NONCE_BYTES - TAG_BYTES, got = 0;

	return c && EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, raw) == 1 &&
	       EVP_DecryptUpdate(c, NULL, &got, (const unsigned char *)header,
	                         (int)strlen(header)) == 1 &&
	       EVP_DecryptUpdate(c, to, &got, raw + NONCE_BYTES, body) == 1 &&
	       EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG_BYTES,
	                           raw + n - TAG_BYTES) == 1 &&
	       EVP_DecryptFinal_ex(c, to + body, &got) == 1;
}

int unseal(struct buf *out, const unsigned char key[SEAL_KEY_BYTES], const char *header,
           struct span line, struct err *err)
{
	cleanup_(bytes_clear) struct bytes raw = { 0 };
	size_t head = strlen(header);
	bool good = line.n > head && !memcmp(line.p, header, head) && line.p[head] == ' ';
	char *room;
	int n;

	if (!good)
		return err_set(err, -EBADMSG, "it does not begin with '%s'", header);
	line.p += head + 1;
	line.n -= head + 1;
	if (!bytes_make(&raw, line.n + 4))
		return err_nomem(err);
	n = decode(raw.p, line);
	if (n < NONCE_BYTES + TAG_BYTES)
		return err_set(err, -EBADMSG, "it is not whole");
	room = buf_room(out, (size_t)n);
	if (!room)
		return err_set(err, buf_status(out), "it is too large");
	if (!decrypt((unsigned char *)room, key, header, raw.p, n)) {
		secret_wipe(room, (size_t)n);
		return err_set(err, -EBADMSG,
		               "it was changed, or was made with another key");
	}
	buf_commit(out, (size_t)n - NONCE_BYTES - TAG_BYTES);
	return 0;
}

void seal_base64url(struct buf *out, const unsigned char *p, size_t n)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned bits = 0, n_bits = 0;

	for (size_t i = 0; i < n; i++) {
		bits = bits << 8 | p[i];
		for (n_bits += 8; n_bits >= 6; n_bits -= 6)
			buf_putc(out, letters[bits >> (n_bits - 6) & 63]);
	}
	if (n_bits)
		buf_putc(out, letters[bits << (6 - n_bits) & 63]);
}

int seal_token(struct buf *out, size_t n, struct err *err)
{
	unsigned char bytes[64];
	int r;

	if (n > sizeof(bytes))
		n = sizeof(bytes);
	r = seal_random(bytes, n, err);
	if (!r)
		seal_base64url(out, bytes, n);
	secret_wipe(bytes, sizeof(bytes));
	return r;
}

int seal_digest(struct buf *out, struct span text, struct err *err)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(text.p, text.n, sum, &n, EVP_sha256(), NULL) != 1)
		return err_set(err, -EIO, "this machine's OpenSSL refuses SHA-256");
	seal_base64url(out, sum, n);
	return 0;
}

bool seal_equal(struct span a, struct span b)
{
	return a.n == b.n && (!a.n || !CRYPTO_memcmp(a.p, b.p, a.n));
}
