/* SPDX-License-Identifier: MIT */
#include "auth/certs.h"

#include "auth/certs_i.h"
#include "auth/subject_i.h"
#include "base/buf.h"
#include "base/secret.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STORE_MAX_BYTES (1u << 20)
#define CHAIN_MAX 10

enum place { PLACE_FILE, PLACE_BLOB, PLACE_WINDOWS };

typedef int read_fn(const struct cert_bytes *in, struct pile *p, struct err *err);

/* By the names of the connectors, which write some in two ways. */
static const struct {
	const char *type; /* without _ */
	enum place place;
	read_fn *read;
} forms[] = {
	{ "USER", PLACE_WINDOWS, NULL },
	{ "MACHINE", PLACE_WINDOWS, NULL },
	{ "PEMKEYFILE", PLACE_FILE, certs_read_pem },
	{ "PEMKEYBLOB", PLACE_BLOB, certs_read_pem },
	{ "PFXFILE", PLACE_FILE, certs_read_pkcs12 },
	{ "PFXBLOB", PLACE_BLOB, certs_read_pkcs12 },
	{ "JKSFILE", PLACE_FILE, certs_read_jks },
	{ "JKSBLOB", PLACE_BLOB, certs_read_jks },
	{ "PUBLICKEYFILE", PLACE_FILE, certs_read_pem },
	{ "PUBLICKEYBLOB", PLACE_BLOB, certs_read_pem },
	{ "SSHPUBLICKEYFILE", PLACE_FILE, certs_read_ssh },
	{ "SSHPUBLICKEYBLOB", PLACE_BLOB, certs_read_ssh },
	{ "PPKFILE", PLACE_FILE, certs_read_ppk },
	{ "XMLFILE", PLACE_FILE, certs_read_xml },
	{ "XMLBLOB", PLACE_BLOB, certs_read_xml },
	{ "P7BFILE", PLACE_FILE, certs_read_pkcs7 },
	{ "P10BFILE", PLACE_FILE, certs_read_pkcs7 },
};

void pile_key(struct pile *p, EVP_PKEY *key)
{
	if (p->n_keys < PILE_MAX)
		p->keys[p->n_keys++] = key;
	else
		EVP_PKEY_free(key);
}

void pile_cert(struct pile *p, X509 *cert)
{
	if (p->n_certs < PILE_MAX)
		p->certs[p->n_certs++] = cert;
	else
		X509_free(cert);
}

void pile_public(struct pile *p, EVP_PKEY *key)
{
	EVP_PKEY_free(p->public_key);
	p->public_key = key;
}

void pile_clear(struct pile *p)
{
	for (size_t i = 0; i < p->n_keys; i++)
		EVP_PKEY_free(p->keys[i]);
	for (size_t i = 0; i < p->n_certs; i++)
		X509_free(p->certs[i]);
	EVP_PKEY_free(p->public_key);
}

int certs_not_of_form(const struct cert_bytes *in, const char *form, struct err *err)
{
	return err_set(err, -EINVAL,
	               "%s is not %s: set %sType to the form it has, or convert it",
	               in->where, form, in->src->property);
}

int certs_wrong_password(const struct cert_bytes *in, struct err *err)
{
	if (!in->src->password.n)
		return err_set(err, -EKEYREJECTED,
		               "%s is protected by a password: set %sPassword", in->where,
		               in->src->property);
	return err_set(err, -EKEYREJECTED,
	               "%s is not opened by this password: check %sPassword", in->where,
	               in->src->property);
}

/* --- the bytes ---------------------------------------------------------------- */

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* A key that stands where a name should must not come out in a message. */
static bool is_name(struct span s)
{
	return s.n && s.n < 1024 && !memchr(s.p, '\n', s.n) && !memchr(s.p, '\0', s.n) &&
	       !memmem(s.p, s.n, "-----", 5) && s.p[0] != '<';
}

/* A leading ~/ is the user's home, as with every property that names a file. */
static char *path_of(struct span store)
{
	const char *home = getenv("HOME");

	if (store.n < 2 || memcmp(store.p, "~/", 2) != 0 || !home || *home != '/')
		return span_dup(store);
	return str_printf("%s%.*s", home, (int)store.n - 1, store.p + 1);
}

int certs_read_file(const struct cert_source *src, struct buf *out, bool *ret_exposed,
                    struct err *err)
{
	cleanup_free_ char *path = path_of(src->store);
	struct stat st;

	if (!is_name(src->store))
		return err_set(err, -EINVAL,
		               "%s is not the name of a file: set %sType to the kind of "
		               "blob it is",
		               src->property, src->property);
	if (!path)
		return err_nomem(err);
	/* Not blocking: a FIFO of this name must not hang the program. */
	cleanup_(fd_close) int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st))
		return err_set(err, -errno, "%s: cannot read the file '%s': %s",
		               src->property, path, strerrordesc_np(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EINVAL, "%s: '%s' is not a regular file",
		               src->property, path);
	if (st.st_size > STORE_MAX_BYTES)
		return err_set(err, -EFBIG, "%s: '%s' is larger than %u bytes",
		               src->property, path, STORE_MAX_BYTES);
	/* Made large enough at once: growing would leave unwiped copies. */
	char *room = buf_room(out, (size_t)st.st_size + 1);
	size_t n = 0;
	while (room && n < (size_t)st.st_size) {
		ssize_t now = read(fd, room + n, (size_t)st.st_size - n);

		if (now < 0 && errno != EINTR)
			return err_set(err, -errno, "%s: cannot read the file '%s': %s",
			               src->property, path, strerrordesc_np(errno));
		if (!now)
			break;
		if (now > 0)
			n += (size_t)now;
	}
	if (!room)
		return err_nomem(err);
	buf_commit(out, n);
	*ret_exposed = st.st_mode & 077;
	return 0;
}

/* Text that is no base64 but plainly the thing itself is taken as it stands. */
static bool is_plain(struct span s)
{
	s = span_trim(s);
	return s.n && (s.p[0] == '-' || s.p[0] == '<');
}

int certs_base64(struct span text, struct buf *out)
{
	EVP_ENCODE_CTX *ctx = EVP_ENCODE_CTX_new();
	char *room = text.n <= 2 * STORE_MAX_BYTES ? buf_room(out, text.n + 64) : NULL;
	unsigned char *to = (unsigned char *)room;
	int n = 0, end = 0;
	bool good = false;

	if (room && ctx) {
		EVP_DecodeInit(ctx);
		good = EVP_DecodeUpdate(ctx, to, &n, (const unsigned char *)text.p,
		                        (int)text.n) >= 0 &&
		       EVP_DecodeFinal(ctx, to + n, &end) > 0 && n + end > 0;
	}
	EVP_ENCODE_CTX_free(ctx);
	if (good)
		buf_commit(out, (size_t)(n + end));
	return good ? 0 : room && ctx ? -EINVAL : -ENOMEM;
}

static int read_blob(const struct cert_source *src, struct buf *out, struct err *err)
{
	if (src->store.n > STORE_MAX_BYTES)
		return err_set(err, -EFBIG, "%s is larger than %u bytes", src->property,
		               STORE_MAX_BYTES);
	if (is_plain(src->store)) {
		(void)buf_room(out, src->store.n);
		buf_span(out, src->store);
		return buf_status(out) ? err_nomem(err) : 0;
	}
	int r = certs_base64(src->store, out);

	if (r == -EINVAL)
		return err_set(err, r,
		               "%s is not base64: encode the file with base64, or set "
		               "%sType to its kind of file and %s to its name",
		               src->property, src->property, src->property);
	return r ? err_nomem(err) : 0;
}

/* --- choosing ------------------------------------------------------------------ */

static EVP_PKEY *key_of(const struct pile *p, X509 *cert)
{
	EVP_PKEY *mine = X509_get0_pubkey(cert);

	for (size_t i = 0; mine && i < p->n_keys; i++) {
		if (EVP_PKEY_eq(mine, p->keys[i]) == 1)
			return p->keys[i];
	}
	return NULL;
}

/* The best match of the subject; one that has its key is better than one without. */
static X509 *choose(const struct pile *p, const char *subject)
{
	X509 *best = NULL;
	int best_score = 0;

	for (size_t i = 0; i < p->n_certs; i++) {
		int score = 2 * (int)subject_match(p->certs[i], subject);

		if (score && key_of(p, p->certs[i]))
			score++;
		if (score > best_score) {
			best_score = score;
			best = p->certs[i];
		}
	}
	return best;
}

/* The next certificate up that is in the pile. */
static X509 *issuer_of(const struct pile *p, X509 *cert)
{
	for (size_t i = 0; i < p->n_certs && X509_self_signed(cert, 0) != 1; i++) {
		if (p->certs[i] != cert &&
		    X509_check_issued(p->certs[i], cert) == X509_V_OK)
			return p->certs[i];
	}
	return NULL;
}

static char *bio_text(BIO *bio)
{
	char *p = NULL;
	long n = BIO_get_mem_data(bio, &p);

	return n > 0 ? span_dup((struct span){ p, (size_t)n }) : NULL;
}

static char *chain_text(const struct pile *p, X509 *cert)
{
	BIO *bio = BIO_new(BIO_s_mem());
	bool good = bio;

	for (int depth = 0; good && cert && depth < CHAIN_MAX; depth++) {
		good = PEM_write_bio_X509(bio, cert);
		cert = issuer_of(p, cert);
	}
	char *text = good ? bio_text(bio) : NULL;
	BIO_free(bio);
	return text;
}

static struct secret *key_text(EVP_PKEY *key)
{
	/* This kind of BIO wipes what it held when it is freed. */
	BIO *bio = BIO_new(BIO_s_secmem());
	struct secret *s = NULL;

	if (bio && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL)) {
		char *p = NULL;
		long n = BIO_get_mem_data(bio, &p);

		if (n > 0)
			s = secret_new((struct span){ p, (size_t)n });
	}
	BIO_free(bio);
	return s;
}

static char *public_text(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = bio && PEM_write_bio_PUBKEY(bio, key) ? bio_text(bio) : NULL;

	BIO_free(bio);
	return text;
}

static int missing(const struct cert_bytes *in, const struct pile *p, struct err *err)
{
	unsigned needs = in->src->needs;

	if (needs & CERT_NEED_KEY && !p->n_keys)
		return err_set(err, -ENOKEY,
		               "%s holds no private key, which is what proves who we "
		               "are: use a PEM or PFX file that has one",
		               in->where);
	if (needs & CERT_NEED_CERTIFICATE && !p->n_certs)
		return err_set(err, -ENOKEY,
		               "%s holds no certificate: use a PEM or PFX file with the "
		               "key and its certificate",
		               in->where);
	if (!p->n_keys && !p->n_certs && !p->public_key)
		return err_set(err, -ENOKEY, "%s holds neither a key nor a certificate",
		               in->where);
	return 0;
}

static int no_such_subject(const struct cert_bytes *in, const struct pile *p,
                           struct err *err)
{
	cleanup_free_ char *first =
		p->n_certs ? subject_text(X509_get_subject_name(p->certs[0])) : NULL;

	if (!first)
		return err_set(err, -ENOKEY,
		               "%s has no certificate, so %sSubject finds none: set it "
		               "to *",
		               in->where, in->src->property);
	return err_set(err, -ENOKEY,
	               "%s has no certificate of the subject '%.80s': set %sSubject to "
	               "*, or to one it has, such as %s",
	               in->where, in->src->subject, in->src->property, first);
}

static int give(const struct cert_bytes *in, const struct pile *p, X509 *cert,
                struct cert_pair *ret, struct err *err)
{
	EVP_PKEY *key = cert ? key_of(p, cert) : p->n_keys ? p->keys[0] : NULL;
	EVP_PKEY *public_key = key ? key : cert ? X509_get0_pubkey(cert) : p->public_key;

	if (cert && !key && in->src->needs & CERT_NEED_KEY)
		return err_set(err, -ENOKEY,
		               "the private key in %s does not belong to its certificate",
		               in->where);
	*ret = (struct cert_pair){
		.key = key ? key_text(key) : NULL,
		.chain = cert ? chain_text(p, cert) : NULL,
		.public_key = public_key ? public_text(public_key) : NULL,
		.subject = cert ? subject_text(X509_get_subject_name(cert)) : NULL,
	};
	if ((key && !ret->key) || (cert && (!ret->chain || !ret->subject)) ||
	    (public_key && !ret->public_key)) {
		cert_pair_clear(ret);
		return err_nomem(err);
	}
	return 0;
}

static int pick(const struct cert_bytes *in, const struct pile *p, struct cert_pair *ret,
                struct err *err)
{
	const char *subject = in->src->subject ? in->src->subject : "*";
	bool any = !*subject || str_eq(subject, "*");
	int r = missing(in, p, err);

	if (r)
		return r;
	X509 *cert = choose(p, any ? "*" : subject);

	if (!cert && !any)
		return no_such_subject(in, p, err);
	/* A key that stands beside certificates of others is still the key. */
	if (any && cert && !(in->src->needs & CERT_NEED_CERTIFICATE) && p->n_keys &&
	    !key_of(p, cert))
		cert = NULL;
	return give(in, p, cert, ret, err);
}

/* --- the door ------------------------------------------------------------------ */

static bool same_type(const char *a, const char *b)
{
	char plain[32];
	size_t n = 0;

	for (; *a && n + 1 < sizeof(plain); a++) {
		if (*a != '_')
			plain[n++] = *a;
	}
	plain[n] = '\0';
	return !*a && str_ieq(plain, b);
}

static int windows_store(const struct cert_source *src, struct err *err)
{
	return err_set(err, -EINVAL,
	               "%sType=%s is a store of Windows, which is not here: export the "
	               "certificate with its key as a PFX file and set %sType=PFXFILE, "
	               "or use PEMKEY_FILE",
	               src->property, src->type, src->property);
}

int certs_load(const struct cert_source *src, struct cert_pair *ret, struct err *err)
{
	cleanup_(secret_clear) struct buf bytes = BUF_INIT(2 * STORE_MAX_BYTES + 64);
	cleanup_(pile_clear) struct pile pile = { 0 };
	cleanup_free_ char *where = NULL;
	bool exposed = false;
	size_t i = 0;
	int r;

	while (i < ARRAY_SIZE(forms) && !same_type(src->type, forms[i].type))
		i++;
	if (i == ARRAY_SIZE(forms))
		return err_set(err, -EINVAL, "%sType: there is no store of the type '%s'",
		               src->property, src->type);
	if (forms[i].place == PLACE_WINDOWS)
		return windows_store(src, err);
	if (forms[i].place == PLACE_FILE) {
		where = str_printf("%s (%.*s)", src->property, SPAN_FMT(src->store));
		r = certs_read_file(src, &bytes, &exposed, err);
	} else {
		where = str_dup(src->property);
		r = read_blob(src, &bytes, err);
	}
	if (r)
		return r;
	if (!where)
		return err_nomem(err);
	struct cert_bytes in = { src, buf_view(&bytes), where };
	r = forms[i].read(&in, &pile, err);
	/* Nobody else shall find what OpenSSL said of this one. */
	ERR_clear_error();
	if (!r)
		r = pick(&in, &pile, ret, err);
	if (!r)
		ret->exposed = exposed && ret->key;
	return r;
}

void cert_pair_clear(struct cert_pair *p)
{
	secret_free(p->key);
	free(p->chain);
	free(p->public_key);
	free(p->subject);
	*p = (struct cert_pair){ 0 };
}
