/* SPDX-License-Identifier: MIT */
/*
 * The proofs of identity that a site takes besides e-mail and token: sessions that a
 * SAML answer begins, and OAuth 1.0a.  With --auth one of them is the only one.
 */
#ifndef JSMSIM_SIGNIN_H
#define JSMSIM_SIGNIN_H

#include "sim/exchange.h"

#include <stdbool.h>
#include <stdint.h>

enum signin { SIGNIN_BASIC, SIGNIN_SESSION, SIGNIN_OAUTH1 };

bool signin_set(const char *word); /* basic, session, oauth1 */
enum signin signin_mode(void);

/* 1: it is *ret_person; 0: nobody says who it is; -1: what they say is not true. */
int signin_check(struct exchange *x, uint32_t *ret_person);

/* The answer to nobody. */
void signin_refuse(struct exchange *x);

/* POST /__sim/signin: "forget" ends what was begun, "expire" makes tokens old. */
bool signin_control(const char *word);
void signin_clear(void);

/* "name=value&…" of a body that says it is a form, decoded; NULL: none of this name. */
char *form_get(const struct exchange *x, const char *name);

/* Base64 to text, with a NUL behind it. */
bool base64_decode(const char *in, char *out, size_t size, size_t *ret_n);

/* oauth1.c */
bool oauth1_consumer(const char *spec); /* KEY:FILE of a public key in PEM */
int oauth1_check(struct exchange *x, uint32_t *ret_person);
bool oauth1_control(const char *word);
void oauth1_clear(void);

#endif
