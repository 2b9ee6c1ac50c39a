/* SPDX-License-Identifier: MIT */
/* Keys and certificates that other programs wrote, in every form. */
#include "auth/certs.h"

#include "base/buf.h"
#include "tap.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/jsmfs-certs-XXXXXX";

struct want {
	const char *type;
	const char *file;
	const char *subject;
	const char *password;
	unsigned needs;
	int code;
	int n_certs;      /* when code is 0 */
	const char *key;  /* the file in PKCS#8 whose key it is, or NULL for no key */
	const char *text; /* in the sentence when code is not 0 */
};

#define KEY CERT_NEED_KEY
#define BOTH (CERT_NEED_KEY | CERT_NEED_CERTIFICATE)
#define P "geheim"
#define SUBJECT "C=DE, O=\"Beispiel, AG\", OU=test, CN=client"

/* clang-format off */
static const struct want wants[] = {
	/* PEM */
	{ "PEMKEY_FILE", "client.plain", NULL, "", KEY, 0, 0, "client.plain" },
	{ "PEMKeyFile", "client.pkcs1", "*", "", KEY, 0, 0, "client.plain" },
	{ "pemkey_file", "client.all", "", "", BOTH, 0, 2, "client.plain" },
	{ "PEMKEY_FILE", "client.all", "*", "needless", BOTH, 0, 2, "client.plain" },
	{ "PEMKEY_FILE", "client.allenc", "*", P, BOTH, 0, 2, "client.plain" },
	{ "PEMKEY_FILE", "client.allenc", "*", "", BOTH, -EKEYREJECTED, .text = "set SSLClientCertPassword" },
	{ "PEMKEY_FILE", "client.allenc", "*", "wrong", BOTH, -EKEYREJECTED, .text = "check SSLClientCertPassword" },
	{ "PEMKEY_FILE", "client.enc", "*", P, KEY, 0, 0, "client.plain" },
	{ "PEMKEY_FILE", "client.oldenc", "*", P, KEY, 0, 0, "client.plain" },
	{ "PEMKEY_FILE", "client.oldenc", "*", "wrong", KEY, -EKEYREJECTED, .text = "client.oldenc" },
	{ "PEMKEY_FILE", "client.oldenc", "*", "", KEY, -EKEYREJECTED, .text = "protected" },
	{ "PEMKEY_FILE", "client.der", "*", "", KEY, 0, 0, "client.plain" },
	{ "PEMKEY_FILE", "client.pem", "*", "", KEY, -ENOKEY, .text = "no private key" },
	{ "PEMKEY_FILE", "client.plain", "*", "", BOTH, -ENOKEY, .text = "no certificate" },
	{ "PEMKEY_FILE", "client.p12", "*", P, KEY, -EINVAL, .text = "set SSLClientCertType" },
	{ "PEMKEY_BLOB", "@client.all.b64", "*", "", BOTH, 0, 2, "client.plain" },
	{ "PEMKEY_BLOB", "@client.all", "*", "", BOTH, 0, 2, "client.plain" },
	{ "PEMKEY_BLOB", "not base64!", "*", "", BOTH, -EINVAL, .text = "not base64" },
	{ "PEMKEY_FILE", "absent", "*", "", KEY, -ENOENT, .text = "cannot read" },
	{ "PEMKEY_FILE", ".", "*", "", KEY, -EINVAL, .text = "regular" },
	/* subjects */
	{ "PEMKEY_FILE", "two.pem", "*", "", BOTH, 0, 2, "client.plain" },
	{ "PEMKEY_FILE", "two.pem", "CN=second, O=Test, C=DE", "", BOTH, 0, 2, "second.key" },
	{ "PEMKEY_FILE", "two.pem", "second", "", BOTH, 0, 2, "second.key" },
	{ "PEMKEY_FILE", "two.pem", "cn=SECOND", "", BOTH, 0, 2, "second.key" },
	{ "PEMKEY_FILE", "two.pem", "O=\"Beispiel, AG\",OU=test", "", BOTH, 0, 2, "client.plain" },
	{ "PEMKEY_FILE", "two.pem", "C=DE", "", BOTH, 0, 2, "client.plain" },
	{ "PEMKEY_FILE", "two.pem", "third", "", BOTH, -ENOKEY, .text = SUBJECT },
	{ "PEMKEY_FILE", "two.pem", "CN=middle", "", BOTH, -ENOKEY, .text = "does not belong" },
	{ "PEMKEY_FILE", "client.plain", "client", "", KEY, -ENOKEY, .text = "Subject" },
	/* PKCS#12 */
	{ "PFXFILE", "client.p12", "*", P, BOTH, 0, 2, "client.plain" },
	{ "PFXFile", "client.p12", "client", P, BOTH, 0, 2, "client.plain" },
	{ "PFXFILE", "client.p12", "*", "", BOTH, -EKEYREJECTED, .text = "set SSLClientCertPassword" },
	{ "PFXFILE", "client.p12", "*", "wrong", BOTH, -EKEYREJECTED, .text = "check SSLClientCertPassword" },
	{ "PFXFILE", "open.p12", "*", "", BOTH, 0, 2, "client.plain" },
	{ "PFXFILE", "old.p12", "*", P, BOTH, 0, 2, "client.plain" },
	{ "PFXFILE", "older.p12", "*", P, BOTH, 0, 1, "client.plain" },
	{ "PFXFILE", "nokey.p12", "*", P, BOTH, -ENOKEY, .text = "no private key" },
	{ "PFXFILE", "client.all", "*", P, BOTH, -EINVAL, .text = "PFX" },
	{ "PFXFILE", "java.p12", "*", P, BOTH, 0, 2, "client.plain" },
	{ "PFXBLOB", "@client.p12.b64", "*", P, BOTH, 0, 2, "client.plain" },
	/* PKCS#7 */
	{ "P7BFILE", "client.p7b", "*", "", CERT_NEED_CERTIFICATE, 0, 2, NULL },
	{ "P7BFILE", "client.p7", "*", "", CERT_NEED_CERTIFICATE, 0, 1, NULL },
	{ "P7BFILE", "client.p7b", "*", "", BOTH, -ENOKEY, .text = "no private key" },
	{ "P10BFile", "client.der", "*", "", KEY, -EINVAL, .text = "PKCS#7" },
	/* Java */
	{ "JKSFILE", "client.jks", "*", P, BOTH, 0, 2, "client.plain" },
	{ "JKSFILE", "java.p12", "*", P, BOTH, 0, 2, "client.plain" },
	{ "JKSFILE", "client.jks", "*", "wrong", BOTH, -EKEYREJECTED, .text = "check SSLClientCertPassword" },
	{ "JKSFILE", "client.jks", "*", "", BOTH, -EKEYREJECTED, .text = "set SSLClientCertPassword" },
	{ "JKSFILE", "client.jceks", "*", P, BOTH, -EINVAL, .text = "JCEKS" },
	{ "JKSFILE", "client.all", "*", P, BOTH, -EINVAL, .text = "Java" },
	{ "JKSFILE", "two.jks", "second", P, BOTH, 0, 2, "second.key" },
	{ "JKSFILE", "two.jks", "OU=test", P, BOTH, 0, 2, "client.plain" },
	{ "JKSBLOB", "@client.jks.b64", "*", P, BOTH, 0, 2, "client.plain" },
	/* public keys */
	{ "PUBLIC_KEY_FILE", "client.pem", "*", "", CERT_NEED_CERTIFICATE, 0, 1, NULL },
	{ "PUBLIC_KEY_FILE", "client.cer", "*", "", CERT_NEED_CERTIFICATE, 0, 1, NULL },
	{ "PUBLIC_KEY_FILE", "client.pub", "*", "", 0, 0, 0, NULL },
	{ "PUBLIC_KEY_FILE", "client.rsapub", "*", "", 0, 0, 0, NULL },
	{ "PUBLIC_KEY_BLOB", "@client.pem", "*", "", BOTH, -ENOKEY, .text = "no private key" },
	{ "SSHPUBLIC_KEY_FILE", "client.ssh", "*", "", 0, 0, 0, NULL },
	{ "SSHPUBLIC_KEY_FILE", "client.ssh2", "*", "", 0, 0, 0, NULL },
	{ "SSHPUBLIC_KEY_FILE", "client.putty", "*", "", 0, 0, 0, NULL },
	{ "SSHPUBLIC_KEY_FILE", "ed25519.pub", "*", "", 0, -EINVAL, .text = "ssh-ed25519" },
	{ "SSHPUBLIC_KEY_FILE", "client.pem", "*", "", 0, -EINVAL, .text = "SSH public key" },
	{ "SSHPUBLIC_KEY_FILE", "client.ssh", "*", "", KEY, -ENOKEY, .text = "no private key" },
	{ "PEMKEY_FILE", "client.openssh", "*", "", KEY, 0, 0, "client.plain" },
	{ "PEMKEY_FILE", "locked.openssh", "*", P, KEY, -EINVAL, .text = "ssh-keygen" },
	{ "PEMKEY_FILE", "ed25519", "*", "", KEY, -EINVAL, .text = "ssh-ed25519" },
	/* PuTTY */
	{ "PPKFILE", "client.ppk", "*", "", KEY, 0, 0, "client.plain" },
	{ "PPKFILE", "client2.ppk", "*", "", KEY, 0, 0, "client.plain" },
	{ "PPKFILE", "client2.ppk", "*", P, KEY, 0, 0, "client.plain" },
	{ "PPKFILE", "locked2.ppk", "*", P, KEY, 0, 0, "client.plain" },
	{ "PPKFILE", "locked2.ppk", "*", "wrong", KEY, -EKEYREJECTED, .text = "check SSLClientCertPassword" },
	{ "PPKFILE", "locked2.ppk", "*", "", KEY, -EKEYREJECTED, .text = "set SSLClientCertPassword" },
	{ "PPKFILE", "locked.ppk", "*", P, KEY, -EINVAL, .text = "puttygen" },
	{ "PPKFILE", "client.ppk", "*", "", BOTH, -ENOKEY, .text = "no certificate" },
	{ "PPKFILE", "client.pem", "*", "", KEY, -EINVAL, .text = "PuTTY" },
	/* XML */
	{ "XMLFILE", "client.xml", "*", "", KEY, 0, 0, "client.plain" },
	{ "XMLFILE", "info.xml", "*", "", BOTH, 0, 2, "client.plain" },
	{ "XMLFILE", "public.xml", "*", "", 0, 0, 0, NULL },
	{ "XMLFILE", "public.xml", "*", "", KEY, -ENOKEY, .text = "no private key" },
	{ "XMLBLOB", "@client.xml", "*", "", KEY, 0, 0, "client.plain" },
	{ "XMLBLOB", "<a", "*", "", KEY, -EINVAL, .text = "XML" },
	{ "XMLBLOB", "<RSAKeyValue><Modulus>AQAB</Modulus></RSAKeyValue> ", "*", "", KEY, -EINVAL, .text = "RSAKeyValue" },
	/* what is not here */
	{ "USER", "MY", "*", "", BOTH, -EINVAL, .text = "SSLClientCertType=PFXFILE" },
	{ "Machine", "MY", "*", "", BOTH, -EINVAL, .text = "Windows" },
	{ "NONSENSE", "MY", "*", "", BOTH, -EINVAL, .text = "NONSENSE" },
};
/* clang-format on */

/* Of the directory; malloc'd. */
static char *text_of(const char *name)
{
	cleanup_free_ char *path = str_printf("%s/%s", dir, name);
	struct buf b = BUF_INIT(1 << 20);
	FILE *f = path ? fopen(path, "re") : NULL;
	char part[4096];
	size_t n;

	while (f && (n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&b, part, n);
	if (f)
		fclose(f);
	return f ? buf_take(&b) : NULL;
}

static int count(const char *text, const char *word)
{
	int n = 0;

	for (; text && (text = strstr(text, word)); text++)
		n++;
	return n;
}

static void check(const struct want *w)
{
	bool inlined = w->file[0] == '@';
	cleanup_free_ char *store = inlined ? text_of(w->file + 1)
	                            : strpbrk(w->file, " <")
	                                    ? str_dup(w->file)
	                                    : str_printf("%s/%s", dir, w->file);
	cleanup_free_ char *key = w->key ? text_of(w->key) : NULL;
	struct cert_source src = { "SSLClientCert",      w->type,    span_of(store),
		                   span_of(w->password), w->subject, w->needs };
	struct cert_pair pair = { 0 };
	struct err err = { 0 };

	if ((inlined && !store) || (!inlined && access(store, F_OK) &&
	                            w->code != -EINVAL && w->code != -ENOENT)) {
		ok(true, "%s %s # SKIP the program that writes it is not here", w->type,
		   w->file);
		return;
	}
	is_int(certs_load(&src, &pair, &err), w->code, "%s %s '%s' with '%s'", w->type,
	       w->file, w->subject ? w->subject : "", w->password);
	if (w->code) {
		if (!ok(strstr(err.msg, w->text), "says: %s", w->text))
			printf("# %s\n", err.msg);
		ok(!strstr(err.msg, P) && !strstr(err.msg, "wrong"), "and no secret");
		return;
	}
	if (err.msg[0])
		printf("# %s\n", err.msg);
	cleanup_free_ char *got = pair.key ? span_dup(secret_reveal(pair.key)) : NULL;
	is_str(got, key, "its key");
	is_int(count(pair.chain, "BEGIN CERTIFICATE"), w->n_certs, "its certificates");
	ok(count(pair.public_key, "BEGIN PUBLIC KEY") == 1, "its public key");
	if (w->n_certs && w->key && str_eq(w->key, "client.plain"))
		is_str(pair.subject, SUBJECT, "its subject");
	cert_pair_clear(&pair);
}

/* Cut short and with one bit turned: anything but a crash or a read past the end. */
static void test_broken(const char *type, const char *file)
{
	cleanup_free_ char *whole = NULL, *path = str_printf("%s/broken", dir);
	struct cert_source src = { .property = "SSLClientCert",
		                   .type = type,
		                   .store = span_of(path),
		                   .password = span_of(P) };
	cleanup_free_ char *from = str_printf("%s/%s", dir, file);
	FILE *f = fopen(from, "re");
	size_t n = 0, n_refused = 0, n_tries = 0;

	whole = malloc(1 << 20);
	if (f) {
		n = fread(whole, 1, 1 << 20, f);
		fclose(f);
	}
	for (size_t i = 0; i < 160 && n; i++, n_tries++) {
		struct cert_pair pair = { 0 };
		size_t at = n * (i / 2) / 80;

		f = fopen(path, "we");
		whole[at] ^= 4;
		fwrite(whole, 1, i % 2 ? at : n, f);
		whole[at] ^= 4;
		fclose(f);
		n_refused += certs_load(&src, &pair, NULL) != 0;
		cert_pair_clear(&pair);
	}
	if (!n)
		ok(true, "%s broken # SKIP the program that writes it is not here", file);
	else
		ok(n_refused > n_tries / 5, "%s broken in %zu ways, %zu refused", file,
		   n_tries, n_refused);
}

static void test_exposed(void)
{
	cleanup_free_ char *path = str_printf("%s/client.all", dir);
	struct cert_source src = { .property = "SSLClientCert",
		                   .type = "PEMKEY_FILE",
		                   .store = span_of(path),
		                   .needs = KEY };
	struct cert_pair pair = { 0 };

	ok(!certs_load(&src, &pair, NULL) && !pair.exposed, "a file of its owner's own");
	cert_pair_clear(&pair);
	chmod(path, 0644);
	ok(!certs_load(&src, &pair, NULL) && pair.exposed, "one that others can read");
	cert_pair_clear(&pair);
}

int main(void)
{
	char command[128];

	if (!mkdtemp(dir))
		skip_all("no directory for the keys");
	snprintf(command, sizeof(command), "sh tests/pki.sh %s", dir);
	if (system(command)) {
		snprintf(command, sizeof(command), "tail -n 3 %s/pki.log | sed 's/^/# /'",
		         dir);
		ok(system(command) < 0, "openssl makes keys");
	}
	for (size_t i = 0; i < ARRAY_SIZE(wants); i++)
		check(&wants[i]);
	test_broken("PEMKEY_FILE", "client.all");
	test_broken("PEMKEY_FILE", "client.der");
	test_broken("PEMKEY_FILE", "client.openssh");
	test_broken("PFXFILE", "client.p12");
	test_broken("P7BFILE", "client.p7");
	test_broken("JKSFILE", "two.jks");
	test_broken("PPKFILE", "client.ppk");
	test_broken("PPKFILE", "locked2.ppk");
	test_broken("XMLFILE", "info.xml");
	test_broken("SSHPUBLIC_KEY_FILE", "client.ssh2");
	test_exposed();
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command))
		printf("# %s is left\n", dir);
	return done_testing();
}
