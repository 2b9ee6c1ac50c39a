/* SPDX-License-Identifier: MIT */
/*
 * Signatures of OAuth 1.0a: the examples of RFC 5849, and the same computed by another
 * implementation (tests/unit/auth/oauth1.py) when it is there.
 */
#include "auth/oauth1_i.h"
#include "base/clock.h"
#include "tap.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <errno.h>
#include <unistd.h>

static void check_base(const char *method, const char *url, const char *form,
                       const struct oauth1_param *p, size_t n, const char *want,
                       const char *what)
{
	struct buf got = BUF_INIT(65536);

	is_int(oauth1_base_string(method, url, span_of(form), p, n, &got, NULL), 0, "%s",
	       what);
	is_str(buf_str(&got), want, "its base string");
	buf_clear(&got);
}

/* RFC 5849, 3.4.1.1 */
static void test_rfc(void)
{
	const struct oauth1_param p[] = {
		{ "oauth_consumer_key", SPAN("9djdj82h48djs9d2") },
		{ "oauth_token", SPAN("kkk9d7dh3k39sjv7") },
		{ "oauth_signature_method", SPAN("HMAC-SHA1") },
		{ "oauth_timestamp", SPAN("137131201") },
		{ "oauth_nonce", SPAN("7d8f3e4a") },
	};

	check_base("POST",
	           "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
	           "c2&a3=2+q", p, ARRAY_SIZE(p),
	           "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q"
	           "%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_"
	           "key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_m"
	           "ethod%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk"
	           "9d7dh3k39sjv7",
	           "the example of the RFC");
}

static void test_addresses(void)
{
	check_base("GET", "https://Example.COM:443/A%20b/%7e?", "", NULL, 0,
	           "GET&https%3A%2F%2Fexample.com%2FA%2520b%2F%257e&", "a usual port");
	check_base("GET", "https://example.com:8443", "", NULL, 0,
	           "GET&https%3A%2F%2Fexample.com%3A8443%2F&", "another port, no path");
	check_base("GET", "http://[::1]:8080/x#y", "", NULL, 0,
	           "GET&http%3A%2F%2F%5B%3A%3A1%5D%3A8080%2Fx&", "a v6 address");
	check_base("GET", "https://a/?&&b&a=&%zz=%&c=d=e", "", NULL, 0,
	           "GET&https%3A%2F%2Fa%2F&%2525zz%3D%2525%26a%3D%26b%3D%26c%3Dd%253De",
	           "odd parameters");
	struct buf out = BUF_INIT(65536), url = BUF_INIT(65536);
	is_int(oauth1_base_string("GET", "ftp://a/", SPAN(""), NULL, 0, &out, NULL),
	       -EINVAL, "another scheme");
	buf_puts(&url, "https://a/?");
	for (int i = 0; i <= OAUTH1_PARAMS_MAX; i++)
		buf_puts(&url, "a&");
	is_int(oauth1_base_string("GET", buf_str(&url), SPAN(""), NULL, 0, &out, NULL),
	       -EFBIG, "too many parameters");
	buf_clear(&out);
	buf_clear(&url);
}

static bool verify(EVP_PKEY *key, struct span text, const char *signature)
{
	unsigned char raw[1024];
	int n = EVP_DecodeBlock(raw, (const unsigned char *)signature,
	                        (int)strlen(signature));
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	for (size_t i = strlen(signature); n > 0 && i && signature[i - 1] == '='; i--)
		n--;
	bool good = n > 0 && ctx &&
	            EVP_DigestVerifyInit(ctx, NULL, EVP_sha1(), NULL, key) == 1 &&
	            EVP_DigestVerify(ctx, raw, (size_t)n, (const unsigned char *)text.p,
	                             text.n) == 1;
	EVP_MD_CTX_free(ctx);
	return good;
}

static void test_signer(EVP_PKEY *key)
{
	const struct oauth1_param extra[2] = { { "oauth_callback",
		                                 SPAN("http://l:1/?a=b") } };
	cleanup_(request_freep) struct request *rq =
		request_new("POST", "https://jira.example.com/x?a=b%20c");
	struct signer *s =
		oauth1_signer(key, "consumer \"key\"", SPAN("t/k"), extra, 100000);
	cleanup_free_ char *first = NULL;

	clock_set_fake(1000, 1769850000000);
	request_sign(rq, s);
	is_int(s->sign(s, rq, NULL), 0, "a request is signed");
	is_int((long long)rq->n_headers, 1, "by a header");
	is_str(rq->headers[0].name, "Authorization", "of this name");
	first = str_dup(rq->headers[0].value);
	ok(str_starts(first, "OAuth oauth_consumer_key=\"consumer%20%22key%22\", "), "%s",
	   first);
	ok(strstr(first, "oauth_timestamp=\"1769850100\""), "by the server's clock");
	ok(strstr(first, "oauth_token=\"t%2Fk\""), "with the token");
	ok(strstr(first, "oauth_callback=\"http%3A%2F%2Fl%3A1%2F%3Fa%3Db\""),
	   "and what else there is");
	is_int(s->sign(s, rq, NULL), 0, "and again");
	is_int((long long)rq->n_headers, 1, "in the same header");
	ok(strcmp(first, rq->headers[0].value) != 0, "with another nonce");
}

static EVP_PKEY *make_key(unsigned bits)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);
}

static void test_signature(unsigned bits)
{
	EVP_PKEY *key = make_key(bits);
	struct buf out = BUF_INIT(4096);

	if (!ok(key, "a key of %u bits", bits))
		return;
	is_int(oauth1_sign(key, SPAN("text"), &out, NULL), 0, "signs");
	ok(verify(key, SPAN("text"), buf_str(&out)), "what can be verified");
	ok(!verify(key, SPAN("texu"), buf_str(&out)), "and is no other text's");
	buf_clear(&out);
	test_signer(key);
	EVP_PKEY_free(key);
}

static EVP_PKEY *key_in_file(char *path)
{
	EVP_PKEY *key = make_key(1024);
	int fd = mkstemp(path);
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;

	if (f && key)
		PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
	if (f)
		fclose(f);
	return key;
}

/* One line of the other implementation; false: no more. */
static bool compare(EVP_PKEY *key, char *line)
{
	const struct oauth1_param p[] = { { "oauth_consumer_key", SPAN("k e=y") },
		                          { "oauth_token", SPAN("t&o/k~n") } };
	const char *part[5];
	struct buf sig = BUF_INIT(4096);
	char *save = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(part); i++)
		part[i] = strtok_r(i ? NULL : line, "\t\n", &save);
	if (part[0] && !strcmp(part[0], "SKIP")) {
		ok(true, "another implementation # SKIP %s", part[1] ? part[1] : "");
		return false;
	}
	if (!ok(part[4], "a line of the other implementation"))
		return false;
	check_base(part[0], part[1], !strcmp(part[2], "-") ? "" : part[2], p,
	           ARRAY_SIZE(p), part[3], part[1]);
	is_int(oauth1_sign(key, span_of(part[3]), &sig, NULL), 0, "signed");
	is_str(buf_str(&sig), part[4], "as there");
	buf_clear(&sig);
	return true;
}

static void test_other(void)
{
	char path[] = "/tmp/jsmfs-oauth1-XX"
		      "XXXX";
	EVP_PKEY *key = key_in_file(path);
	cleanup_free_ char *command =
		str_printf("/usr/bin/python3 tests/unit/auth/oauth1.py %s 2>&1", path);
	static char line[16384];
	FILE *f = popen(command, "r");
	unsigned n = 0;

	while (f && fgets(line, sizeof(line), f) && compare(key, line))
		n++;
	if (f)
		is_int(pclose(f), 0, "it ends well, after %u requests", n);
	unlink(path);
	EVP_PKEY_free(key);
}

int main(void)
{
	test_rfc();
	test_addresses();
	test_signature(1024);
	test_signature(2048);
	test_other();
	return done_testing();
}
