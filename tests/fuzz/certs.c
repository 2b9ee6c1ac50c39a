/* SPDX-License-Identifier: MIT */
/* A key store of any form but PKCS#12: the first byte chooses the reader. */
#include "auth/certs_i.h"

#include <openssl/err.h>

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int (*const readers[])(const struct cert_bytes *, struct pile *,
	                              struct err *) = {
		certs_read_pem, certs_read_pkcs7, certs_read_ssh,
		certs_read_ppk, certs_read_jks,   certs_read_xml,
	};
	struct cert_source src = { .property = "Fuzz", .type = "", .subject = "*" };
	struct pile pile = { 0 };
	struct err err = { 0 };

	if (!size)
		return 0;
	struct span bytes = { (const char *)data + 1, size - 1 };
	struct cert_bytes in = { &src, bytes, "Fuzz" };
	/* PKCS#12 may ask for any number of rounds, as may a key store that is one */
	if (data[0] % ARRAY_SIZE(readers) == 4 && bytes.n && bytes.p[0] == 0x30)
		return 0;
	int r = readers[data[0] % ARRAY_SIZE(readers)](&in, &pile, &err);

	assert(r == err.code);
	assert(pile.n_keys <= PILE_MAX && pile.n_certs <= PILE_MAX);
	for (size_t i = 0; i < pile.n_keys; i++)
		assert(pile.keys[i]);
	pile_clear(&pile);
	ERR_clear_error();
	return 0;
}
