/* SPDX-License-Identifier: MIT */
/* SHA-256 (FIPS 180-4), for PKCE and for signatures of tokens. */
#ifndef JSMSIM_SHA256_H
#define JSMSIM_SHA256_H

#include <stddef.h>

void sha256(const void *data, size_t n, unsigned char ret[32]);
/* Its 43 letters in the alphabet of RFC 4648 section 5. */
void sha256_base64url(const void *data, size_t n, char ret[44]);

#endif
