/* SPDX-License-Identifier: MIT */
#include "rest/status.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "json/jdoc.h"
#include "net/retry.h"

#include <errno.h>
#include <string.h>

#define SENTENCE_MAX 300
#define BODY_LOOKED_AT (256u * 1024)
#define PAUSE_UNKNOWN_MS 30000

struct meaning {
	int from, to; /* statuses */
	int code;
	enum err_outcome outcome; /* of a write */
	const char *words;
};

/* The first row that fits. */
/* clang-format off */
static const struct meaning meanings[] = {
	{ 401, 401, -EKEYREJECTED, ERR_OUTCOME_REFUSED, "the server does not accept the credentials" },
	{ 402, 402, -EACCES,       ERR_OUTCOME_REFUSED, "the site's licence does not allow it" },
	{ 403, 403, -EACCES,       ERR_OUTCOME_REFUSED, "not allowed" },
	{ 404, 404, -ENOENT,       ERR_OUTCOME_REFUSED, "it does not exist, or you may not see it" },
	{ 405, 406, -EOPNOTSUPP,   ERR_OUTCOME_REFUSED, "this server does not offer it" },
	{ 407, 407, -EACCES,       ERR_OUTCOME_REFUSED, "the proxy wants credentials" },
	{ 408, 408, -EREMOTEIO,    ERR_OUTCOME_REFUSED, "the server waited too long for the request" },
	{ 409, 409, -EBUSY,        ERR_OUTCOME_REFUSED, "it conflicts with the present state" },
	{ 410, 410, -EOPNOTSUPP,   ERR_OUTCOME_REFUSED, "this server offers it no longer" },
	{ 411, 411, -EINVAL,       ERR_OUTCOME_REFUSED, "the server wants to know the length" },
	{ 412, 412, -EBUSY,        ERR_OUTCOME_REFUSED, "a condition of the request does not hold" },
	{ 413, 414, -EFBIG,        ERR_OUTCOME_REFUSED, "too large for the server" },
	{ 415, 415, -EOPNOTSUPP,   ERR_OUTCOME_REFUSED, "the server does not take this kind of content" },
	{ 423, 423, -EBUSY,        ERR_OUTCOME_REFUSED, "it is locked" },
	{ 425, 425, -EAGAIN,       ERR_OUTCOME_REFUSED, "too early" },
	{ 428, 428, -EBUSY,        ERR_OUTCOME_REFUSED, "the server wants a condition" },
	{ 429, 429, -EAGAIN,       ERR_OUTCOME_REFUSED, "too many requests" },
	{ 431, 431, -EFBIG,        ERR_OUTCOME_REFUSED, "too large for the server" },
	{ 451, 451, -EACCES,       ERR_OUTCOME_REFUSED, "withheld for legal reasons" },
	{ 400, 499, -EINVAL,       ERR_OUTCOME_REFUSED, "the server does not accept the request" },
	{ 501, 501, -EOPNOTSUPP,   ERR_OUTCOME_REFUSED, "this server does not offer it" },
	{ 502, 502, -EREMOTEIO,    ERR_OUTCOME_UNKNOWN, "the gateway got no good answer from the server" },
	{ 503, 503, -EREMOTEIO,    ERR_OUTCOME_UNKNOWN, "the server is not available" },
	{ 504, 504, -EREMOTEIO,    ERR_OUTCOME_UNKNOWN, "the gateway got no answer from the server in time" },
	{ 500, 599, -EREMOTEIO,    ERR_OUTCOME_UNKNOWN, "the server failed" },
	{ 300, 399, -EBADMSG,      ERR_OUTCOME_REFUSED, "the server sends the request elsewhere, which is not followed" },
	{   0, 999, -EBADMSG,      ERR_OUTCOME_UNKNOWN, "not an answer to this request" },
};
/* clang-format on */

static const struct meaning *meaning_of(int status)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(meanings) - 1 &&
	       (status < meanings[i].from || status > meanings[i].to))
		i++;
	return &meanings[i];
}

/* --- the server's own words ---------------------------------------------- */

static void add_sentence(struct buf *out, struct span name, struct span text)
{
	text = span_trim(text);
	if (!text.n || out->len >= SENTENCE_MAX)
		return;
	if (text.n > SENTENCE_MAX)
		text.n = SENTENCE_MAX;
	if (out->len)
		buf_puts(out, "; ");
	if (name.n && name.n <= 64) {
		buf_span(out, name);
		buf_puts(out, ": ");
	}
	buf_span(out, text);
}

/* A text, or an object that holds one under one of the usual names. */
static void add_node(struct buf *out, struct span name, const struct jnode *n)
{
	static const char *const members[] = { "errorMessage", "message", "detail",
		                               "title" };

	if (jnode_type(n) == J_STRING) {
		add_sentence(out, name, jnode_text(n));
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		struct span text = jnode_text(jnode_get(n, members[i]));

		if (text.n) {
			add_sentence(out, name, text);
			return;
		}
	}
}

/* "errors" is an object of fields on the platform, an array in newer forms. */
static void add_each(struct buf *out, const struct jnode *n)
{
	struct span name;
	const struct jnode *value;
	size_t cursor = 0;

	for (size_t i = 0; i < jnode_len(n) && out->len < SENTENCE_MAX; i++)
		add_node(out, (struct span){ NULL, 0 }, jnode_at(n, i));
	if (jnode_type(n) != J_OBJECT)
		return;
	while (out->len < SENTENCE_MAX && jnode_each(n, &cursor, &name, &value))
		add_node(out, name, value);
}

static void words_of_json(struct span body, struct buf *out)
{
	static const struct span none = { NULL, 0 };
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;

	if (!body.n || body.n > BODY_LOOKED_AT || jdoc_parse(body, &doc, NULL))
		return;
	const struct jnode *root = jdoc_root(doc);

	add_node(out, none, jnode_get(root, "errorMessage"));
	add_each(out, jnode_get(root, "errorMessages"));
	add_each(out, jnode_get(root, "errors"));
	if (!out->len)
		add_node(out, none, jnode_get(root, "error_description"));
	if (!out->len)
		add_node(out, none, root);
	if (!out->len)
		add_node(out, none, jnode_get(root, "error"));
}

/* --- pages instead of data -------------------------------------------------- */

static bool contains(struct span s, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= s.n; i++) {
		if (!strncasecmp(s.p + i, word, n))
			return true;
	}
	return false;
}

static bool is_html(const struct request *rq, struct span body)
{
	const char *type = request_answer_header(rq, "Content-Type");

	if (type)
		return contains(span_of(type), "html");
	body = span_trim(body);
	return body.n && body.p[0] == '<';
}

static struct span html_title(struct span body)
{
	struct span title = { NULL, 0 };

	for (size_t i = 0; i + 7 < body.n; i++) {
		if (body.p[i] != '<' || strncasecmp(body.p + i, "<title", 6))
			continue;
		struct span rest = { body.p + i, body.n - i };

		span_cut(&rest, '>');
		title = span_trim(span_cut(&rest, '<'));
		break;
	}
	if (title.n > 80)
		title.n = 80;
	return title;
}

static bool is_login_page(const struct request *rq, struct span body)
{
	static const char *const marks[] = { "os_username", "j_username", "login-form",
		                             "SAMLRequest", "/login.jsp" };
	static const char *const titles[] = { "log in", "login", "sign in", "sign on" };
	struct span title = html_title(body);
	const char *location = request_answer_header(rq, "Location");

	if (location &&
	    (contains(span_of(location), "login") || contains(span_of(location), "saml")))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(titles); i++) {
		if (contains(title, titles[i]))
			return true;
	}
	/* Error pages of a server that is well may link to its login form. */
	for (size_t i = 0; i < ARRAY_SIZE(marks) && rq->status != 403; i++) {
		if (contains(body, marks[i]))
			return true;
	}
	return false;
}

static bool wants_json(const struct request *rq)
{
	for (size_t i = 0; i < rq->n_headers; i++) {
		if (str_ieq(rq->headers[i].name, "Accept"))
			return contains(span_of(rq->headers[i].value), "json") &&
			       !contains(span_of(rq->headers[i].value), "*/*");
	}
	return false;
}

/* --- who we are to the server ------------------------------------------------ */

static bool login_failed(const struct request *rq)
{
	const char *reason = request_answer_header(rq, "X-Seraph-LoginReason");
	struct span s = span_of(reason);

	return contains(s, "AUTHENTICATED_FAILED") ||
	       contains(s, "AUTHENTICATION_DENIED");
}

static bool wants_captcha(const struct request *rq)
{
	const char *why = request_answer_header(rq, "X-Authentication-Denied-Reason");

	return contains(span_of(why), "CAPTCHA");
}

/* "CAPTCHA_CHALLENGE; login-url=https://site/login.jsp": the address, if it is plain. */
static struct span login_url(const struct request *rq)
{
	const char *why = request_answer_header(rq, "X-Authentication-Denied-Reason");
	const char *at = why ? strcasestr(why, "login-url=http") : NULL;
	struct span url = span_of(at ? at + 10 : "");

	return span_trim(span_cut(&url, ';'));
}

static int refused_login(const struct request *rq, struct err *err)
{
	struct span url = login_url(rq);

	if (wants_captcha(rq))
		return err_set(err, -EKEYREJECTED,
		               "after too many failed logins the server wants a CAPTCHA: "
		               "log in once with a browser%s%.*s, then try again",
		               url.n ? " at " : "", SPAN_FMT(url));
	return err_set(err, -EKEYREJECTED,
	               "the server does not accept the credentials: check User and the "
	               "token or password");
}

/* --- together ---------------------------------------------------------------- */

void status_request_id(const struct request *rq, char *out, size_t room)
{
	static const char *const ids[] = { "X-AREQUESTID", "atl-request-id",
		                           "X-Request-Id" };
	const char *id = NULL;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(ids) && !id; i++)
		id = request_answer_header(rq, ids[i]);
	for (; id && id[n] && n + 1 < room; n++) {
		bool plain = id[n] > ' ' && id[n] < 0x7f;

		out[n] = plain ? id[n] : '?';
	}
	out[n] = '\0';
}

static void add_context(const struct request *rq, enum err_outcome outcome,
                        struct err *err)
{
	const char *after = request_answer_header(rq, "Retry-After");

	err->http = (uint16_t)rq->status;
	if (!request_is_write(rq))
		err->outcome = ERR_OUTCOME_NONE;
	else
		err->outcome = rq->doubtful ? ERR_OUTCOME_UNKNOWN : outcome;
	status_request_id(rq, err->request_id, sizeof(err->request_id));
	if (err->code == -EAGAIN || rq->status == 503) {
		int64_t pause = after ? retry_after_parse(after, clock_wall_ms()) : -1;

		err->retry_ms = pause < 0 ? PAUSE_UNKNOWN_MS : (uint32_t)pause;
	} else if (rq->status == 502 || rq->status == 504) {
		err->retry_ms = PAUSE_UNKNOWN_MS;
	}
	log_redact_text(err->msg);
}

static bool may_be_login(int status)
{
	return status < 400 || status == 401 || status == 403;
}

/* nginx ends the handshake well and says so in a page: its 495 and 496, sent as 400. */
static bool wants_certificate(const struct request *rq, struct span title)
{
	return (rq->status == 400 || rq->status == 495 || rq->status == 496) &&
	       contains(title, "SSL certificate");
}

static int page_to_err(const struct request *rq, struct span body, int code,
                       struct err *err)
{
	struct span title = html_title(body);

	if (may_be_login(rq->status) && is_login_page(rq, body))
		return err_set(err, -EKEYREJECTED,
		               "a login page came instead of data (HTTP %d): the server "
		               "does not accept the credentials, or a sign-on stands "
		               "before it",
		               rq->status);
	if (wants_certificate(rq, title))
		return err_set(err, -EPROTO,
		               "the server wants a client certificate that it knows "
		               "(HTTP %d, '%.*s'): set SSLClientCert and "
		               "SSLClientCertType",
		               rq->status, SPAN_FMT(title));
	/* Jira tells in JSON what it does not have. */
	if (rq->status == 404 && wants_json(rq))
		return err_set(err, -EBADMSG,
		               "a web page%s%.*s%s came instead of data (HTTP 404): is "
		               "there a Jira at the URL, and is the path in it right?",
		               title.n ? " titled '" : "", SPAN_FMT(title),
		               title.n ? "'" : "");
	return err_set(err, code, "a web page%s%.*s%s came instead of data (HTTP %d): %s",
	               title.n ? " titled '" : "", SPAN_FMT(title), title.n ? "'" : "",
	               rq->status, meaning_of(rq->status)->words);
}

static int failure_to_err(const struct request *rq, struct span body, struct err *err)
{
	const struct meaning *m = meaning_of(rq->status);
	cleanup_(buf_clear) struct buf words = BUF_INIT(4096);

	if (wants_captcha(rq) ||
	    (login_failed(rq) && (rq->status == 401 || rq->status == 403)))
		return refused_login(rq, err);
	if (rq->status >= 300 && rq->status < 400 && is_login_page(rq, body))
		return page_to_err(rq, body, m->code, err);
	if (body.n && is_html(rq, body))
		return page_to_err(rq, body, m->code, err);
	words_of_json(body, &words);
	/* What Jira says of an address that no operation has. */
	if (rq->status == 404 && contains(buf_view(&words), "null for uri"))
		return err_set(err, -EOPNOTSUPP,
		               "this server does not offer it (HTTP 404): %s",
		               buf_str(&words));
	if (!words.len)
		return err_set(err, m->code, "%s (HTTP %d)", m->words, rq->status);
	return err_set(err, m->code, "%s (HTTP %d): %s", m->words, rq->status,
	               buf_str(&words));
}

bool status_is_login(const struct request *rq)
{
	struct span body = buf_view(&rq->answer);

	if (body.n > BODY_LOOKED_AT)
		body.n = BODY_LOOKED_AT;
	if (rq->status == 302 || rq->status == 303 || rq->status == 307)
		return wants_json(rq) || is_login_page(rq, body);
	return rq->status == 200 && wants_json(rq) && body.n && is_html(rq, body);
}

int status_to_err(const struct request *rq, struct err *err)
{
	struct err local;
	struct err *e = err ? err : &local;
	struct span body = buf_view(&rq->answer);
	enum err_outcome outcome = meaning_of(rq->status)->outcome;
	int code;

	if (body.n > BODY_LOOKED_AT)
		body.n = BODY_LOOKED_AT;
	if (rq->status >= 200 && rq->status <= 299) {
		if (wants_json(rq) && body.n && is_html(rq, body))
			code = page_to_err(rq, body, -EBADMSG, e);
		else if (rq->repeatable && login_failed(rq))
			code = refused_login(rq, e);
		else
			return 0;
	} else {
		code = failure_to_err(rq, body, e);
	}
	add_context(rq, outcome, e);
	return code;
}
