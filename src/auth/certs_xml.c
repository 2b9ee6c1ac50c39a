/* SPDX-License-Identifier: MIT */
/*
 * Keys in XML: the RSAKeyValue of XML signatures, with the private numbers that .NET
 * adds to it, and X509Certificate elements.
 */
#include "auth/certs_i.h"
#include "auth/rsa_i.h"
#include "xml/xdoc.h"

#include <errno.h>

#define NUMBER_TEXT_MAX 8192

/* The decoded text of an element; empty when there is none. */
static struct span value(const struct xnode *n, struct buf *out)
{
	cleanup_(secret_clear) struct buf text = BUF_INIT(64 * 1024);

	*out = BUF_INIT(64 * 1024);
	if (!n || !buf_room(&text, NUMBER_TEXT_MAX))
		return (struct span){ "", 0 };
	xnode_text(n, &text);
	if (buf_status(&text) || certs_base64(buf_view(&text), out))
		return (struct span){ "", 0 };
	return buf_view(out);
}

static EVP_PKEY *read_rsa(const struct xnode *rsa, bool *ret_secret)
{
	static const char *const names[] = { "Modulus", "Exponent", "D", "P", "Q" };
	struct buf parts[ARRAY_SIZE(names)];
	struct span v[ARRAY_SIZE(names)];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		v[i] = value(xnode_find(rsa, names[i]), &parts[i]);
	struct rsa_numbers numbers = { v[0], v[1], v[2], v[3], v[4] };
	EVP_PKEY *key = rsa_key(&numbers);

	*ret_secret = v[2].n;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		secret_clear(&parts[i]);
	return key;
}

static void read_cert(const struct xnode *n, struct pile *p)
{
	struct buf data;
	struct span der = value(n, &data);
	const unsigned char *at = (const unsigned char *)der.p;
	X509 *cert = der.n ? d2i_X509(NULL, &at, (long)der.n) : NULL;

	if (cert)
		pile_cert(p, cert);
	secret_clear(&data);
}

int certs_read_xml(const struct cert_bytes *in, struct pile *p, struct err *err)
{
	cleanup_(xdoc_freep) struct xdoc *doc = NULL;
	bool secret = false;
	struct err why;
	int r = xdoc_parse_xml(in->bytes, &doc, &why);

	if (r == -EBADMSG)
		return certs_not_of_form(in, "an XML document", err);
	if (r)
		return err_set(err, r, "%s: %s", in->where, why.msg);
	const struct xnode *root = xdoc_root(doc);
	const struct xnode *rsa =
		xnode_is(root, "RSAKeyValue") ? root : xnode_find(root, "RSAKeyValue");
	EVP_PKEY *key = rsa ? read_rsa(rsa, &secret) : NULL;

	if (rsa && !key)
		return certs_not_of_form(in, "XML with a whole RSAKeyValue", err);
	if (secret)
		pile_key(p, key);
	else if (key)
		pile_public(p, key);
	if (xnode_is(root, "X509Certificate"))
		read_cert(root, p);
	for (const struct xnode *n = xnode_next(root, root); n; n = xnode_next(root, n)) {
		if (xnode_is(n, "X509Certificate"))
			read_cert(n, p);
	}
	return 0;
}
