/* SPDX-License-Identifier: MIT */
/* Randomness and the few uses of cryptography that signing in has. */
#ifndef JSMFS_AUTH_SEAL_H
#define JSMFS_AUTH_SEAL_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

#define SEAL_KEY_BYTES 32

/*
 * Appends "HEADER base64(nonce, ciphertext, tag)": AES-256-GCM with a fresh random
 * nonce, the header authenticated with it.
 */
int seal(struct buf *out, const unsigned char key[SEAL_KEY_BYTES], const char *header,
         struct span text, struct err *err) must_check_;

/* The text of such a line.  -EBADMSG: another header, another key, or changed. */
int unseal(struct buf *out, const unsigned char key[SEAL_KEY_BYTES], const char *header,
           struct span line, struct err *err) must_check_;

int seal_random(unsigned char *to, size_t n, struct err *err) must_check_;

/* RFC 4648 section 5, without padding. */
void seal_base64url(struct buf *out, const unsigned char *p, size_t n);

/* n random bytes in that alphabet: nobody guesses 32 of them. */
int seal_token(struct buf *out, size_t n, struct err *err) must_check_;

/* SHA-256 in that alphabet: 43 letters. */
int seal_digest(struct buf *out, struct span text, struct err *err) must_check_;

/* In a time that does not depend on where they differ. */
bool seal_equal(struct span a, struct span b);

#endif
