/* SPDX-License-Identifier: MIT */
/* The subject of a certificate as people write it: "CN=a, O=b, C=US". */
#ifndef JSMFS_AUTH_SUBJECT_I_H
#define JSMFS_AUTH_SUBJECT_I_H

#include "base/base.h"

#include <openssl/x509.h>

enum subject_match { SUBJECT_NO, SUBJECT_PART, SUBJECT_EXACT };

/* The fields of a name in its order; a value with a comma is quoted; malloc'd. */
char *subject_text(const X509_NAME *name) must_check_;

/*
 * EXACT: the same fields and values in any order, or "*".  PART: the text holds
 * wanted, or has all its fields.  Without regard to ASCII case.
 */
enum subject_match subject_match(X509 *cert, const char *wanted) must_check_;

#endif
