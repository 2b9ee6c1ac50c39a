/* SPDX-License-Identifier: MIT */
/*
 * Private keys and certificates in every form that a connection property can
 * name: PEM, PKCS#12 (RFC 7292), PKCS#7, Java key stores, PuTTY and SSH keys, XML
 * signature values (RFC 4050's RSAKeyValue).  Whatever it was, it comes out as PEM.
 */
#ifndef JSMFS_AUTH_CERTS_H
#define JSMFS_AUTH_CERTS_H

#include "base/base.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/str.h"

#include <stdbool.h>

/* What the caller cannot do without. */
enum cert_need { CERT_NEED_KEY = 1 << 0, CERT_NEED_CERTIFICATE = 1 << 1 };

/* Where a key is; everything borrowed for the call. */
struct cert_source {
	const char *property; /* "SSLClientCert": Type, Password follow it in messages */
	const char *type;     /* "PEMKEY_FILE"; without regard to case and _ */
	struct span store;    /* the name of a file, or for a blob base64 */
	struct span password; /* may be empty */
	/*
	 * Which certificate: "*" or "" is the first that has its key; else its subject
	 * as "CN=a, O=b" in any order, else what its subject contains.
	 */
	const char *subject;
	unsigned needs; /* of enum cert_need */
};

struct cert_pair {
	struct secret *key; /* PKCS#8 in PEM, not encrypted; NULL: none */
	char *chain;        /* certificates in PEM, the key's own first; NULL: none */
	char *public_key;   /* SubjectPublicKeyInfo in PEM */
	char *subject;      /* of the first of chain, "CN=a, O=b"; NULL: none */
	bool exposed;       /* others than its owner can read the file of the key */
};

/*
 * Reads at most 1 MiB.  -EINVAL: a type that does not work here, or not of that
 * form; -EKEYREJECTED: the password does not open it; -ENOKEY: what the caller needs
 * is not in it, or no certificate of that subject; errors of reading the file.  Each
 * sentence names the property to change.
 * Threads: any; old PKCS#12 files make OpenSSL's legacy algorithms available to the
 * process for the length of the call.
 */
int certs_load(const struct cert_source *src, struct cert_pair *ret, struct err *err)
	must_check_;
void cert_pair_clear(struct cert_pair *p);

#endif
