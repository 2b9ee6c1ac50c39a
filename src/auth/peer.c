/* SPDX-License-Identifier: MIT */
/*
 * OpenSSL asks on_verify() about every chain a server shows, before a byte of a
 * request leaves.  A resumed session does not show one again: it was accepted.
 */
#include "auth/peer.h"

#include "auth/certs_i.h"
#include "auth/subject_i.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SEEN_MAX 8
#define HOST_MAX 256

/* What a host showed last, and why it was refused. */
struct seen {
	char host[HOST_MAX];
	X509 *cert;
	int code; /* OpenSSL's for the refusal, or X509_V_OK */
};

struct peer {
	bool all; /* "*" */
	bool pinned;
	struct pile given; /* certificates, a public key */
	X509_STORE *anchors;
	const EVP_MD *digest; /* of the fingerprint, or NULL */
	unsigned char print[EVP_MAX_MD_SIZE];
	unsigned print_n;
	char print_text[2 * EVP_MAX_MD_SIZE + 1];
	struct seen seen[SEEN_MAX];
	size_t next_seen;
	int index; /* of a watch in its SSL_CTX */
	char text[512];
};

/* Belongs to the SSL_CTX of one connection. */
struct watch {
	struct peer *peer;
	char host[HOST_MAX];
};

/* --- reading the property -------------------------------------------------------- */

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void print_hex(const unsigned char *p, size_t n, char *ret)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		ret[2 * i] = digits[p[i] >> 4];
		ret[2 * i + 1] = digits[p[i] & 15];
	}
	ret[2 * n] = '\0';
}

static const EVP_MD *digest_of_size(size_t n)
{
	return n == 16 ? EVP_md5() : n == 20 ? EVP_sha1() : n == 32 ? EVP_sha256() : NULL;
}

/* False when text is no fingerprint. */
static bool read_print(struct peer *p, const char *text)
{
	size_t n = 0;

	for (; *text; text++) {
		int v = digit(*text);

		if (*text == ' ' || *text == ':')
			continue;
		if (v < 0 || n == 64)
			return false;
		p->print[n / 2] = (unsigned char)(n % 2 ? p->print[n / 2] | v : v << 4);
		n++;
	}
	p->digest = n % 2 ? NULL : digest_of_size(n / 2);
	p->print_n = (unsigned)(n / 2);
	if (p->digest)
		print_hex(p->print, p->print_n, p->print_text);
	return p->digest;
}

static void end_line(struct buf *out)
{
	if (out->len && out->p[out->len - 1] != '\n')
		buf_putc(out, '\n');
}

/* PEM whose line ends became blanks, as happens to text in one line. */
static void restore_lines(struct span text, struct buf *out)
{
	while (text.n) {
		bool mark = text.n > 5 && !memcmp(text.p, "-----", 5);
		const char *end =
			memmem(text.p + mark * 5, text.n - mark * 5, "-----", 5);
		size_t n = end ? (size_t)(end - text.p) + mark * 5 : text.n;

		if (mark) {
			end_line(out);
			buf_add(out, text.p, n);
			end_line(out);
		}
		for (size_t i = 0; i < n && !mark; i++) {
			if (strchr(" \t\r\n", text.p[i]))
				end_line(out);
			else
				buf_putc(out, text.p[i]);
		}
		text.p += n;
		text.n -= n;
	}
}

static int read_pem(struct peer *p, const char *text, struct err *err)
{
	struct buf lines = BUF_INIT(64 * 1024);
	struct cert_source src = { .property = "SSLServerCert" };
	struct cert_bytes in = { &src, { NULL, 0 }, "SSLServerCert" };

	restore_lines(span_of(text), &lines);
	in.bytes = buf_view(&lines);
	int r = buf_status(&lines);
	if (!r)
		r = certs_read_pem(&in, &p->given, NULL);
	ERR_clear_error();
	buf_clear(&lines);
	if (r || (!p->given.n_certs && !p->given.public_key))
		return err_set(err, -EINVAL,
		               "SSLServerCert holds PEM text that is no whole "
		               "certificate and no public key");
	return 0;
}

static int read_file(struct peer *p, const char *path, struct err *err)
{
	struct cert_source src = { .property = "SSLServerCert", .store = span_of(path) };
	struct cert_bytes in = { &src, { NULL, 0 }, "SSLServerCert" };
	cleanup_(secret_clear) struct buf bytes = BUF_INIT(CERTS_MAX_BYTES);
	bool exposed;
	int r = certs_read_file(&src, &bytes, &exposed, err);

	if (r == -ENOENT)
		return err_set(err, r,
		               "SSLServerCert: there is no file '%.100s', and it is "
		               "neither PEM text, nor a fingerprint (32, 40 or 64 hex "
		               "digits), nor *",
		               path);
	if (r)
		return r;
	in.bytes = buf_view(&bytes);
	r = certs_read_pem(&in, &p->given, NULL);
	ERR_clear_error();
	if (r || (!p->given.n_certs && !p->given.public_key))
		return err_set(err, -EINVAL,
		               "SSLServerCert: the file '%.100s' holds no certificate "
		               "or public key that can be read",
		               path);
	return 0;
}

static bool anchor_all(struct peer *p)
{
	p->anchors = X509_STORE_new();
	for (size_t i = 0; p->anchors && i < p->given.n_certs; i++) {
		if (!X509_STORE_add_cert(p->anchors, p->given.certs[i]))
			return false;
	}
	return p->anchors && X509_STORE_set_flags(p->anchors, X509_V_FLAG_PARTIAL_CHAIN);
}

static void watch_free(void *parent, void *w, CRYPTO_EX_DATA *ad, int index, long argl,
                       void *argp)
{
	(void)parent;
	(void)ad;
	(void)index;
	(void)argl;
	(void)argp;
	free(w);
}

int peer_new(const char *server_cert, struct peer **ret, struct err *err)
{
	cleanup_(peer_freep) struct peer *p = calloc(1, sizeof(*p));
	cleanup_free_ char *text = span_dup(span_trim(span_of(server_cert)));
	int r = 0;

	if (!p || !text)
		return err_nomem(err);
	p->index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, watch_free);
	if (p->index < 0)
		return err_nomem(err);
	p->all = str_eq(text, "*");
	p->pinned = *text && !p->all;
	if (p->pinned && !read_print(p, text))
		r = strstr(text, "-----BEGIN ") ? read_pem(p, text, err)
		                                : read_file(p, text, err);
	if (r)
		return r;
	if (p->given.n_certs && !anchor_all(p))
		return err_nomem(err);
	*ret = take_ptr(p);
	return 0;
}

void peer_free(struct peer *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < SEEN_MAX; i++)
		X509_free(p->seen[i].cert);
	X509_STORE_free(p->anchors);
	pile_clear(&p->given);
	(void)CRYPTO_free_ex_index(CRYPTO_EX_INDEX_SSL_CTX, p->index);
	free(p);
}

/* --- looking at a chain ------------------------------------------------------------ */

static bool is_given(const struct peer *p, X509 *cert)
{
	unsigned char print[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (p->digest && X509_digest(cert, p->digest, print, &n) && n == p->print_n &&
	    !memcmp(print, p->print, n))
		return true;
	for (size_t i = 0; i < p->given.n_certs; i++) {
		if (!X509_cmp(p->given.certs[i], cert))
			return true;
	}
	return p->given.public_key &&
	       EVP_PKEY_eq(p->given.public_key, X509_get0_pubkey(cert)) == 1;
}

static bool is_address(const char *host)
{
	ASN1_OCTET_STRING *ip = a2i_IPADDRESS(host);
	bool yes = ip;

	ASN1_OCTET_STRING_free(ip);
	ERR_clear_error();
	return yes;
}

static bool name_fits(X509 *cert, const char *host)
{
	if (is_address(host))
		return X509_check_ip_asc(cert, host, 0) == 1;
	return X509_check_host(cert, host, strlen(host),
	                       X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1;
}

/* Whether one of the given certificates vouches for this chain. */
static bool is_vouched_for(const struct peer *p, X509_STORE_CTX *asked, const char *host)
{
	X509 *cert = X509_STORE_CTX_get0_cert(asked);
	X509_STORE_CTX *ctx = p->anchors ? X509_STORE_CTX_new() : NULL;
	bool good = ctx &&
	            X509_STORE_CTX_init(ctx, p->anchors, cert,
	                                X509_STORE_CTX_get0_untrusted(asked)) &&
	            X509_STORE_CTX_set_default(ctx, "ssl_server") &&
	            X509_verify_cert(ctx) == 1 && name_fits(cert, host);

	X509_STORE_CTX_free(ctx);
	return good;
}

static struct seen *find_seen(struct peer *p, const char *host)
{
	for (size_t i = 0; i < SEEN_MAX; i++) {
		if (p->seen[i].cert && str_ieq(p->seen[i].host, host))
			return &p->seen[i];
	}
	return NULL;
}

static void log_seen(const char *host, X509 *cert, const SSL *ssl, const char *why)
{
	cleanup_free_ char *subject = subject_text(X509_get_subject_name(cert));
	cleanup_free_ char *issuer = subject_text(X509_get_issuer_name(cert));
	unsigned char print[EVP_MAX_MD_SIZE];
	char hex[2 * EVP_MAX_MD_SIZE + 1] = "";
	unsigned n = 0;

	if (X509_digest(cert, EVP_sha256(), print, &n))
		print_hex(print, n, hex);
	log_debug(LOG_NET, "%s speaks %s and shows %s by %s, SHA-256 %s: %s", host,
	          SSL_get_version(ssl), subject ? subject : "", issuer ? issuer : "", hex,
	          why);
}

static void remember(const struct watch *w, X509 *cert, const SSL *ssl, int code)
{
	struct peer *p = w->peer;
	struct seen *s = find_seen(p, w->host);

	if (log_enabled(LOG_NET, LOG_DEBUG))
		log_seen(w->host, cert, ssl,
		         code ? X509_verify_cert_error_string(code) : "accepted");
	if (!s) {
		s = &p->seen[p->next_seen];
		p->next_seen = (p->next_seen + 1) % SEEN_MAX;
	}
	if (!X509_up_ref(cert))
		return;
	X509_free(s->cert);
	s->cert = cert;
	s->code = code;
	memcpy(s->host, w->host, sizeof(s->host));
}

/*
 * The way may lead by a proxy with TLS of its own, which is asked about here as well.  It
 * goes by another name than the site, or by an address, whose name libcurl compares.
 */
static bool is_site(const struct watch *w, const char *name)
{
	return name ? str_ieq(name, w->host) : is_address(w->host);
}

static int on_verify(X509_STORE_CTX *ctx, void *arg)
{
	const struct watch *w = arg;
	struct peer *p = w->peer;
	const SSL *ssl =
		X509_STORE_CTX_get_ex_data(ctx, SSL_get_ex_data_X509_STORE_CTX_idx());
	bool trusted = X509_verify_cert(ctx) == 1;
	X509 *cert = X509_STORE_CTX_get0_cert(ctx);
	int code = trusted ? X509_V_OK : X509_STORE_CTX_get_error(ctx);
	const char *name =
		ssl ? SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) : NULL;

	if (!cert)
		return 0;
	if (!is_site(w, name))
		return trusted && (!name || name_fits(cert, name));
	if (trusted && !name_fits(cert, w->host))
		code = X509_V_ERR_HOSTNAME_MISMATCH;
	if (p->all ||
	    (code && p->pinned && (is_given(p, cert) || is_vouched_for(p, ctx, w->host))))
		code = X509_V_OK;
	remember(w, cert, ssl, code);
	X509_STORE_CTX_set_error(ctx, code);
	return code == X509_V_OK;
}

/* --- the seam ----------------------------------------------------------------------- */

static bool prepare(void *ctx, void *ssl_ctx, const char *host)
{
	struct peer *p = ctx;
	struct watch *w = calloc(1, sizeof(*w));

	if (!w || strlen(host) >= sizeof(w->host) ||
	    !SSL_CTX_set_ex_data(ssl_ctx, p->index, w)) {
		free(w);
		return false;
	}
	w->peer = p;
	memcpy(w->host, host, strlen(host) + 1);
	/* a name that is written as complete is not sent so (RFC 6066, 3) */
	if (str_ends(w->host, "."))
		w->host[strlen(w->host) - 1] = '\0';
	SSL_CTX_set_cert_verify_callback(ssl_ctx, on_verify, w);
	return true;
}

/* Refused by the clock alone: then it may be ours that is wrong. */
static bool is_of_time(int code)
{
	return code == X509_V_ERR_CERT_HAS_EXPIRED ||
	       code == X509_V_ERR_CERT_NOT_YET_VALID;
}

static void put_clock(char *to, size_t room)
{
	struct buf now = BUF_INIT(64);

	clock_format(&now, clock_wall_ms(), true);
	snprintf(to, room, ", by a clock here that says %.10s", buf_str(&now));
	buf_clear(&now);
}

static const char *refusal(void *ctx, const char *host)
{
	struct peer *p = ctx;
	const EVP_MD *digest = p->digest ? p->digest : EVP_sha256();
	unsigned char print[EVP_MAX_MD_SIZE];
	char hex[2 * EVP_MAX_MD_SIZE + 1];
	unsigned n = 0;
	const struct seen *s = find_seen(p, host);

	if (!s || !s->code || !X509_digest(s->cert, digest, print, &n))
		return NULL;
	const char *why = X509_verify_cert_error_string(s->code);
	const char *kind = n == 16 ? "MD5" : n == 20 ? "SHA-1" : "SHA-256";
	char clock[64] = "";

	print_hex(print, n, hex);
	if (is_of_time(s->code))
		put_clock(clock, sizeof(clock));
	if (p->digest)
		snprintf(p->text, sizeof(p->text),
		         "its certificate (%s%s) is not the one of SSLServerCert: "
		         "expected %s %s, seen %s; set SSLServerCert to what was seen if "
		         "that is right",
		         why, clock, kind, p->print_text, hex);
	else
		snprintf(p->text, sizeof(p->text),
		         "its certificate is not accepted (%s%s)%s; its %s fingerprint "
		         "is %s: if that is right, set SSLServerCert to it",
		         why, clock, p->pinned ? " and not that of SSLServerCert" : "",
		         kind, hex);
	return p->text;
}

static const struct tls_check_ops check_ops = { .prepare = prepare, .refusal = refusal };

void peer_use(struct peer *p, struct net_tls *tls)
{
	tls->believe_all = p->all;
	tls->names_checked = p->pinned;
	tls->check = &check_ops;
	tls->check_ctx = p;
}
