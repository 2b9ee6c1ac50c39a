/* SPDX-License-Identifier: MIT */
/* What the readers of the forms share: each adds what it finds to a pile. */
#ifndef JSMFS_AUTH_CERTS_I_H
#define JSMFS_AUTH_CERTS_I_H

#include "auth/certs.h"
#include "auth/rsa_i.h"
#include "base/buf.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <stddef.h>

#define PILE_MAX 256
#define CERTS_MAX_BYTES ((1u << 20) + 64)

struct pile {
	EVP_PKEY *keys[PILE_MAX]; /* with their private half */
	size_t n_keys;
	X509 *certs[PILE_MAX];
	size_t n_certs;
	EVP_PKEY *public_key; /* one that came alone, or NULL */
};

/* Takes what it is given, also when there is no room left. */
void pile_key(struct pile *p, EVP_PKEY *key);
void pile_cert(struct pile *p, X509 *cert);
void pile_public(struct pile *p, EVP_PKEY *key);
void pile_clear(struct pile *p);

/* What a reader works on. */
struct cert_bytes {
	const struct cert_source *src;
	struct span bytes;
	const char *where; /* "SSLClientCert (file.pem)": begins messages */
};

/*
 * The readers.  0 also when nothing usable was found: what is missing is told later.
 * Errors as those of certs_load().
 */
int certs_read_pem(const struct cert_bytes *in, struct pile *p, struct err *err)
	must_check_;
int certs_read_pkcs12(const struct cert_bytes *in, struct pile *p, struct err *err)
	must_check_;
int certs_read_pkcs7(const struct cert_bytes *in, struct pile *p, struct err *err)
	must_check_;
int certs_read_ssh(const struct cert_bytes *in, struct pile *p, struct err *err)
	must_check_;
int certs_read_ppk(const struct cert_bytes *in, struct pile *p, struct err *err)
	must_check_;
int certs_read_jks(const struct cert_bytes *in, struct pile *p, struct err *err)
	must_check_;
int certs_read_xml(const struct cert_bytes *in, struct pile *p, struct err *err)
	must_check_;

/* What stood between the marks of an OPENSSH PRIVATE KEY. */
int certs_read_openssh(const struct cert_bytes *in, struct span data, struct pile *p,
                       struct err *err) must_check_;

/* The two numbers of an RSA key in SSH's form, borrowed from blob. */
int certs_ssh_public(const struct cert_bytes *in, struct span blob,
                     struct rsa_numbers *ret, struct err *err) must_check_;

/* Base64 with white space anywhere, appended; -EINVAL: it is none, or nothing. */
int certs_base64(struct span text, struct buf *out) must_check_;


/* The file that src->store names, at most 1 MiB, to a buffer that is empty. */
int certs_read_file(const struct cert_source *src, struct buf *out, bool *ret_exposed,
                    struct err *err) must_check_;

/* The sentence for a form that was not recognized: -EINVAL. */
int certs_not_of_form(const struct cert_bytes *in, const char *form, struct err *err);

/* -EKEYREJECTED, with or without a password that was given. */
int certs_wrong_password(const struct cert_bytes *in, struct err *err);

#endif
