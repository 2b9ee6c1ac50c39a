/* SPDX-License-Identifier: MIT */
#include "rest/status.h"

#include "tap.h"

#include <errno.h>

static struct request *answered(const char *method, int status, const char *body)
{
	struct request *rq = request_new(method, "https://x/");

	rq->status = status;
	buf_puts(&rq->answer, body);
	rq->answer_headers = calloc(8, sizeof(*rq->answer_headers));
	return rq;
}

static void with_header(struct request *rq, const char *name, const char *value)
{
	rq->answer_headers[rq->n_answer_headers++] =
		(struct header){ strdup(name), strdup(value) };
}

static void test_codes(void)
{
	static const struct {
		int status, code;
		enum err_outcome outcome;
	} table[] = {
		{ 100, -EBADMSG, ERR_OUTCOME_UNKNOWN },
		{ 302, -EBADMSG, ERR_OUTCOME_REFUSED },
		{ 304, -EBADMSG, ERR_OUTCOME_REFUSED },
		{ 400, -EINVAL, ERR_OUTCOME_REFUSED },
		{ 401, -EKEYREJECTED, ERR_OUTCOME_REFUSED },
		{ 403, -EACCES, ERR_OUTCOME_REFUSED },
		{ 404, -ENOENT, ERR_OUTCOME_REFUSED },
		{ 405, -EOPNOTSUPP, ERR_OUTCOME_REFUSED },
		{ 408, -EREMOTEIO, ERR_OUTCOME_REFUSED },
		{ 409, -EBUSY, ERR_OUTCOME_REFUSED },
		{ 410, -EOPNOTSUPP, ERR_OUTCOME_REFUSED },
		{ 412, -EBUSY, ERR_OUTCOME_REFUSED },
		{ 413, -EFBIG, ERR_OUTCOME_REFUSED },
		{ 418, -EINVAL, ERR_OUTCOME_REFUSED },
		{ 422, -EINVAL, ERR_OUTCOME_REFUSED },
		{ 429, -EAGAIN, ERR_OUTCOME_REFUSED },
		{ 500, -EREMOTEIO, ERR_OUTCOME_UNKNOWN },
		{ 501, -EOPNOTSUPP, ERR_OUTCOME_REFUSED },
		{ 502, -EREMOTEIO, ERR_OUTCOME_UNKNOWN },
		{ 503, -EREMOTEIO, ERR_OUTCOME_UNKNOWN },
		{ 504, -EREMOTEIO, ERR_OUTCOME_UNKNOWN },
		{ 599, -EREMOTEIO, ERR_OUTCOME_UNKNOWN },
		{ 700, -EBADMSG, ERR_OUTCOME_UNKNOWN },
		{ 0, -EBADMSG, ERR_OUTCOME_UNKNOWN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		cleanup_(request_freep) struct request *get =
			answered("GET", table[i].status, "");
		cleanup_(request_freep) struct request *post =
			answered("POST", table[i].status, "");
		struct err err = { 0 };

		is_int(status_to_err(post, &err), table[i].code, "a write, %d",
		       table[i].status);
		is_int(err.outcome, table[i].outcome, "what is known of it");
		is_int(err.http, table[i].status, "the status");
		is_int(status_to_err(get, &err), table[i].code, "a read, %d",
		       table[i].status);
		is_int(err.outcome, ERR_OUTCOME_NONE, "nothing to know of it");
		is_int(status_to_err(get, NULL), table[i].code,
		       "without a place for words");
	}
	for (int status = 200; status < 300; status += 33) {
		cleanup_(request_freep) struct request *rq =
			answered("POST", status, "<x");
		struct err err = { .code = 7 };

		is_int(status_to_err(rq, &err), 0, "%d is a success", status);
		is_int(err.code, 7, "which leaves the error alone");
	}
}

static void test_bodies(void)
{
	static const struct {
		const char *body, *says;
	} bodies[] = {
		{ "{\"errorMessage\":\"No such desk.\",\"i18nErrorMessage\":{\"i18nKey\":"
		  "\"sd.x\",\"parameters\":[]}}",
		  "(HTTP 400): No such desk." },
		{ "{\"errorMessages\":[\"One.\",\"Two.\"],\"errors\":{}}",
		  ": One.; Two." },
		{ "{\"errorMessages\":[],\"errors\":{\"summary\":\"Too "
		  "long.\",\"duedate\":"
		  "\"Bad.\"}}",
		  ": summary: Too long.; duedate: Bad." },
		{ "{\"errorMessage\":\"Form.\",\"errors\":[{\"errorMessage\":\"Answer "
		  "it.\"}]}",
		  ": Form.; Answer it." },
		{ "{\"code\":401,\"message\":\"Unauthorized\"}", ": Unauthorized" },
		{ "{\"error\":\"invalid_grant\",\"error_description\":\"Expired.\"}",
		  ": Expired." },
		{ "{\"error\":\"invalid_grant\"}", ": invalid_grant" },
		{ "{\"error\":{\"message\":\"Nested.\"}}", ": Nested." },
		{ "{\"title\":\"Problem\",\"detail\":\"Long text.\"}", ": Long text." },
		{ "{\"errorMessage\":\"  line\\nbreak \"}", ": line break" },
		{ "[]", "(HTTP 400)" },
		{ "{\"errorMessage\":", "(HTTP 400)" },
		{ "{\"errorMessage\":7,\"errors\":7,\"errorMessages\":\"x\"}",
		  "(HTTP 400)" },
		{ "{\"errors\":[null,[],{},7]}", "(HTTP 400)" },
		{ "", "(HTTP 400)" },
		{ "plain words", "(HTTP 400)" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
		cleanup_(request_freep) struct request *rq =
			answered("GET", 400, bodies[i].body);
		struct err err = { 0 };

		is_int(status_to_err(rq, &err), -EINVAL, "body %zu", i);
		size_t n = strlen(err.msg), want = strlen(bodies[i].says);
		if (!ok(n >= want && !strcmp(err.msg + n - want, bodies[i].says),
		        "ends in %s", bodies[i].says))
			printf("#   got: %s\n", err.msg);
	}
}

static void test_large_body(void)
{
	cleanup_(buf_clear) struct buf many = BUF_INIT(1 << 20);
	struct err err = { 0 };

	buf_puts(&many, "{\"errorMessages\":[");
	for (int i = 0; i < 5000; i++)
		buf_printf(&many, "\"sentence number %d\",", i);
	buf_puts(&many, "\"end\"]}");
	cleanup_(request_freep) struct request *rq = answered("GET", 400, buf_str(&many));
	is_int(status_to_err(rq, &err), -EINVAL, "five thousand sentences");
	ok(strstr(err.msg, "sentence number 0; sentence number 1"), "the first are told");
	ok(strlen(err.msg) < sizeof(err.msg), "as many as fit");

	buf_reset(&many);
	buf_puts(&many, "{\"errorMessage\":\"");
	for (int i = 0; i < 200000; i++)
		buf_puts(&many, "\xc3\xa4");
	buf_puts(&many, "\"}");
	cleanup_(request_freep) struct request *huge =
		answered("GET", 400, buf_str(&many));
	is_int(status_to_err(huge, &err), -EINVAL, "a body beyond looking at");
	ok(strstr(err.msg, "(HTTP 400)"), "still has words");
}

static void test_pages(void)
{
	static const struct {
		int status, code;
		const char *type, *accept, *body, *says;
	} pages[] = {
		{ 200, 0, "text/html", "*/*", "<title>Log in</title>", "" },
		{ 200, 0, "text/html", NULL, "<title>Log in</title>", "" },
		{ 200, 0, "text/html", "application/json", "", "" },
		{ 200, 0, "application/json", "application/json", "{\"a\":\"<html>\"}",
		  "" },
		{ 200, -EKEYREJECTED, "text/html", "application/json",
		  "<html><TITLE>\nSign in to x </TITLE>", "login page" },
		{ 200, -EKEYREJECTED, "text/html;charset=UTF-8", "application/json",
		  "<form><input name=os_username>", "login page" },
		{ 200, -EBADMSG, "text/html", "application/json", "<html>",
		  "a web page came" },
		{ 200, -EBADMSG, NULL, "application/json", "  <!DOCTYPE html>",
		  "a web page" },
		{ 200, -EBADMSG, "text/html", "application/json", "<title>A\tB</title>",
		  "titled 'A B'" },
		{ 200, -EBADMSG, "text/html", "application/json", "<title",
		  "a web page" },
		{ 400, -EPROTO, "text/html", NULL,
		  "<title>400 No required SSL certificate was sent</title>",
		  "set SSLClientCert" },
		{ 400, -EPROTO, "text/html", NULL,
		  "<title>400 The SSL certificate error</title>", "set SSLClientCert" },
		{ 401, -EKEYREJECTED, "text/html", NULL, "<title>401</title>",
		  "titled '401'" },
		{ 403, -EACCES, "text/html", NULL,
		  "<title>XSRF check failed</title><a href=/login.jsp>", "XSRF" },
		{ 404, -EBADMSG, "text/html", "application/json", "<title>Up</title>",
		  "is there a Jira at the URL" },
		{ 404, -ENOENT, "text/html", NULL, "<title>Dead link</title>/login.jsp",
		  "Dead link" },
		{ 500, -EREMOTEIO, "text/html", NULL, "<title>Oops</title>/login.jsp",
		  "Oops" },
		{ 502, -EREMOTEIO, NULL, NULL, "<html>nginx", "gateway" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		cleanup_(request_freep) struct request *rq =
			answered("GET", pages[i].status, pages[i].body);
		struct err err = { 0 };

		if (pages[i].type)
			with_header(rq, "Content-Type", pages[i].type);
		if (pages[i].accept &&
		    request_header(rq, "Accept", span_of(pages[i].accept)))
			ok(false, "a header");
		is_int(status_to_err(rq, &err), pages[i].code, "page %zu", i);
		if (!ok(strstr(err.msg, pages[i].says), "says %s", pages[i].says))
			printf("#   got: %s\n", err.msg);
	}
}

static void test_login(void)
{
	static const struct {
		const char *method;
		int status, code;
		const char *name, *value, *says;
	} cases[] = {
		{ "GET", 200, 0, "X-Seraph-LoginReason", "OK", "" },
		{ "GET", 200, -EKEYREJECTED, "X-Seraph-LoginReason",
		  "AUTHENTICATED_FAILED", "credentials" },
		{ "GET", 200, -EKEYREJECTED, "X-Seraph-LoginReason",
		  "AUTHENTICATION_DENIED", "credentials" },
		{ "POST", 201, 0, "X-Seraph-LoginReason", "AUTHENTICATED_FAILED", "" },
		{ "GET", 403, -EKEYREJECTED, "X-Seraph-LoginReason",
		  "AUTHENTICATED_FAILED", "credentials" },
		{ "GET", 403, -EKEYREJECTED, "X-Authentication-Denied-Reason",
		  "CAPTCHA_CHALLENGE; login-url=https://x/login.jsp", "CAPTCHA" },
		{ "GET", 403, -EACCES, "X-Seraph-LoginReason", "OK", "not allowed" },
		{ "GET", 404, -ENOENT, "X-Seraph-LoginReason", "AUTHENTICATED_FAILED",
		  "" },
		{ "GET", 302, -EKEYREJECTED, "Location", "https://id.example/login?x=1",
		  "login page" },
		{ "GET", 302, -EBADMSG, "Location", "https://new.example/",
		  "not followed" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_(request_freep) struct request *rq =
			answered(cases[i].method, cases[i].status, "");
		struct err err = { 0 };

		with_header(rq, cases[i].name, cases[i].value);
		is_int(status_to_err(rq, &err), cases[i].code, "login %zu", i);
		ok(strstr(err.msg, cases[i].says), "says '%s'", cases[i].says);
	}
}

static void test_context(void)
{
	static const char *const names[] = { "X-AREQUESTID", "atl-request-id",
		                             "x-request-id" };
	struct err err = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		cleanup_(request_freep) struct request *rq = answered("GET", 400, "");

		with_header(rq, names[i], "ab-12\x01\xff");
		is_int(status_to_err(rq, &err), -EINVAL, "with %s", names[i]);
		is_str(err.request_id, "ab-12??", "its id, made printable");
	}
	cleanup_(request_freep) struct request *rq = answered("GET", 429, "");
	with_header(rq, "Retry-After", "17");
	with_header(
		rq, "X-Request-Id",
		"0123456789012345678901234567890123456789012345678901234567890123456789");
	is_int(status_to_err(rq, &err), -EAGAIN, "429");
	is_int(err.retry_ms, 17000, "when to come back");
	is_int((long long)strlen(err.request_id), 63, "a long id is cut");
	cleanup_(request_freep) struct request *when = answered("GET", 503, "");
	is_int(status_to_err(when, &err), -EREMOTEIO, "503");
	ok(err.retry_ms > 0, "is worth a try later");
	cleanup_(request_freep) struct request *never = answered("GET", 404, "");
	is_int(status_to_err(never, &err), -ENOENT, "404");
	cleanup_(request_freep) struct request *no_such =
		answered("GET", 404,
	                 "{\"message\":\"null for uri: http://x/\",\"status-code\":404}");
	is_int(status_to_err(no_such, &err), -EOPNOTSUPP, "404 for the address itself");
	ok(strstr(err.msg, "does not offer"), "in words: %s", err.msg);
	is_int(status_to_err(never, &err), -ENOENT, "and not for what it holds");
	is_int(err.retry_ms, 0, "is not");
	is_str(err.request_id, "", "and no id is left from before");
}

int main(void)
{
	test_codes();
	test_bodies();
	test_large_body();
	test_pages();
	test_login();
	test_context();
	return done_testing();
}
