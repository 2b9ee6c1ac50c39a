/* SPDX-License-Identifier: MIT */
/* Keys as OpenSSH writes them: one line, RFC 4716, and its private keys. */
#include "auth/certs_i.h"
#include "auth/rsa_i.h"
#include "auth/wire_i.h"

#include <errno.h>
#include <string.h>

int certs_ssh_public(const struct cert_bytes *in, struct span blob,
                     struct rsa_numbers *ret, struct err *err)
{
	struct wire w = { .rest = blob };
	struct span kind = wire_string(&w);

	if (!w.bad && !span_is(kind, "ssh-rsa"))
		return err_set(err, -EINVAL,
		               "%s is a key of the kind '%.*s': only RSA keys are of use",
		               in->where, (int)(kind.n < 40 ? kind.n : 40), kind.p);
	ret->e = wire_string(&w);
	ret->n = wire_string(&w);
	return w.bad ? certs_not_of_form(in, "a whole SSH key", err) : 0;
}

/* The base64 of RFC 4716: what stands between the marks and is no header. */
static void body_of(struct span text, struct buf *out)
{
	bool continued = false;

	while (text.n) {
		struct span line = span_trim(span_cut(&text, '\n'));
		bool header = continued || memchr(line.p, ':', line.n);

		continued = header && line.n && line.p[line.n - 1] == '\\';
		if (!header && line.n && line.p[0] != '-')
			buf_span(out, line);
	}
}

int certs_read_ssh(const struct cert_bytes *in, struct pile *p, struct err *err)
{
	struct span text = span_trim(in->bytes);
	cleanup_(secret_clear) struct buf body = BUF_INIT(64 * 1024);
	cleanup_(secret_clear) struct buf blob = BUF_INIT(64 * 1024);
	struct rsa_numbers rsa = { 0 };

	if (memmem(text.p, text.n, "PRIVATE KEY", 11))
		return certs_read_pem(in, p, err);
	if (text.n > 5 && !memcmp(text.p, "---- ", 5)) {
		body_of(text, &body);
	} else {
		(void)span_cut(&text, ' ');
		buf_span(&body, span_cut(&text, ' '));
	}
	if (buf_status(&body) || certs_base64(buf_view(&body), &blob))
		return certs_not_of_form(in, "an SSH public key", err);
	int r = certs_ssh_public(in, buf_view(&blob), &rsa, err);
	if (r)
		return r;
	EVP_PKEY *key = rsa_key(&rsa);
	if (!key)
		return certs_not_of_form(in, "a usable RSA key", err);
	pile_public(p, key);
	return 0;
}

/* "openssh-key-v1": PROTOCOL.key of OpenSSH. */
int certs_read_openssh(const struct cert_bytes *in, struct span data, struct pile *p,
                       struct err *err)
{
	struct wire w = { .rest = data };
	struct span magic = wire_take(&w, 15), cipher = wire_string(&w);
	struct span kdf = wire_string(&w);
	struct rsa_numbers rsa = { 0 };

	(void)kdf;
	(void)wire_string(&w);
	(void)wire_number(&w, 4);
	(void)wire_string(&w);
	struct wire secret = { .rest = wire_string(&w) };
	if (w.bad || memcmp(magic.p, "openssh-key-v1", 15))
		return certs_not_of_form(in, "a whole key of OpenSSH", err);
	if (!span_is(cipher, "none"))
		return err_set(err, -EINVAL,
		               "%s is a protected key in OpenSSH's own form: make a copy "
		               "in PEM with ssh-keygen -p -m PEM -f COPY",
		               in->where);
	(void)wire_take(&secret, 8);
	struct span kind = wire_string(&secret);
	if (!secret.bad && !span_is(kind, "ssh-rsa"))
		return err_set(err, -EINVAL,
		               "%s is a key of the kind '%.*s': only RSA keys are of use",
		               in->where, (int)(kind.n < 40 ? kind.n : 40), kind.p);
	rsa.n = wire_string(&secret);
	rsa.e = wire_string(&secret);
	rsa.d = wire_string(&secret);
	(void)wire_string(&secret);
	rsa.p = wire_string(&secret);
	rsa.q = wire_string(&secret);
	EVP_PKEY *key = secret.bad ? NULL : rsa_key(&rsa);
	if (!key)
		return certs_not_of_form(in, "a usable RSA key", err);
	pile_key(p, key);
	return 0;
}
