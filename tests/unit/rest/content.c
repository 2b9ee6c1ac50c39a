/* SPDX-License-Identifier: MIT */
/* Ranges of a file, redirects, and servers that give something else. */
#include "rest/content.h"

#include "tap.h"

#include <errno.h>

/* --- a transport that answers at once ---------------------------------------- */

struct reply {
	const char *at; /* in the address */
	int status;
	const char *header; /* its name, and its value */
	const char *value;
	const char *body;
};

struct fake {
	struct transport base;
	const struct reply *replies;
	unsigned n_calls;
	char url[256]; /* what came last */
	char range[64];
	char accept[64];
	char encoding[64];
	bool has_ours; /* headers that are for the site alone */
};

struct exchange {
	struct request *rq;
};

static const char *sent(const struct request *rq, const char *name)
{
	for (size_t i = 0; i < rq->n_headers; i++) {
		if (str_ieq(rq->headers[i].name, name))
			return rq->headers[i].value;
	}
	return "";
}

static int fake_submit(struct transport *t, struct request *rq, struct exchange **ret,
                       struct err *err)
{
	struct fake *f = container_of(t, struct fake, base);
	const struct reply *r = f->replies;

	while (r->at && !strstr(rq->url, r->at))
		r++;
	if (!r->at)
		return err_set(err, -ECONNREFUSED, "nobody listens");
	f->n_calls++;
	snprintf(f->url, sizeof(f->url), "%s", rq->url);
	snprintf(f->range, sizeof(f->range), "%s", sent(rq, "Range"));
	snprintf(f->accept, sizeof(f->accept), "%s", sent(rq, "Accept"));
	snprintf(f->encoding, sizeof(f->encoding), "%s", sent(rq, "Accept-Encoding"));
	f->has_ours = sent(rq, "Authorization")[0] || sent(rq, "X-ExperimentalApi")[0] ||
	              sent(rq, "Cookie")[0];
	rq->answer = BUF_INIT(1 << 20);
	rq->attempts = 1;
	rq->status = r->status;
	buf_puts(&rq->answer, r->body);
	if (r->header) {
		rq->answer_headers = calloc(1, sizeof(*rq->answer_headers));
		rq->answer_headers[0] =
			(struct header){ str_dup(r->header), str_dup(r->value) };
		rq->n_answer_headers = 1;
	}
	*ret = calloc(1, sizeof(**ret));
	(*ret)->rq = rq;
	return 0;
}

static int fake_wait(struct transport *t, struct exchange *ex, struct cancel *c,
                     struct err *err)
{
	(void)t;
	(void)ex;
	(void)c;
	(void)err;
	return 0;
}

static struct request *fake_request(struct exchange *ex)
{
	return ex->rq;
}

static void fake_release(struct transport *t, struct exchange *ex)
{
	(void)t;
	request_free(ex->rq);
	free(ex);
}

static const struct transport_ops fake_ops = { fake_submit, fake_wait, fake_request,
	                                       fake_release, NULL };

static int fake_decorate(struct auth *a, struct request *rq, struct cancel *cancel,
                         struct err *err)
{
	(void)cancel;
	(void)a;
	(void)err;
	return request_header(rq, "Authorization", SPAN("Basic c2VjcmV0"));
}

static int fake_refused(struct auth *a, const struct request *rq, struct cancel *cancel,
                        struct err *err)
{
	(void)cancel;
	(void)a;
	(void)rq;
	(void)err;
	return 0;
}

static const struct auth_ops auth_ops = { .decorate = fake_decorate,
	                                  .refused = fake_refused };

/* --- reading ------------------------------------------------------------------ */

/* n bytes from offset of a file of ten, or the errno; the text in *out. */
static int read_part(struct fake *f, const char *site, uint64_t offset, size_t n,
                     struct buf *out, struct err *err)
{
	struct auth auth = { .ops = &auth_ops };
	struct client_config cfg = { .url = site, .transport = &f->base, .auth = &auth };
	struct content c = { "/files/{request}/{id}/{name}", SPAN("HELP-1"), "17",
		             "a b?.txt", 10 };
	cleanup_(client_freep) struct client *client = NULL;
	struct run run = RUN_INIT;

	f->base.ops = &fake_ops;
	if (client_new(&cfg, &client, err))
		return -EIO;
	return content_read(client, &c, offset, n, &run, out, err);
}

#define SITE "https://site.atlassian.net"

static void gives(const struct reply *replies, const char *want, const char *what)
{
	struct fake f = { .replies = replies };
	struct buf out = BUF_INIT(1000);
	struct err err = { 0 };

	is_int(read_part(&f, SITE, 2, 3, &out, &err), 0, "%s %s", what, err.msg);
	is_str(buf_str(&out), want, "%s: the bytes", what);
	buf_clear(&out);
}

static void fails(const struct reply *replies, int code, const char *what)
{
	struct fake f = { .replies = replies };
	struct buf out = BUF_INIT(1000);
	struct err err = { 0 };

	is_int(read_part(&f, SITE, 2, 3, &out, &err), code, "%s: %s", what, err.msg);
	ok(!strstr(err.msg, "sig=") && err.msg[0],
	   "with a sentence that tells no secret");
	buf_clear(&out);
}

static void test_range(void)
{
	static const struct reply part[] = {
		{ "/files/", 206, "Content-Range", "bytes 2-4/10", "cde" }, { 0 }
	};
	static const struct reply unknown[] = {
		{ "/files/", 206, "content-range", "bytes 2-4/*", "cde" }, { 0 }
	};
	static const struct reply whole[] = { { "/", 200, NULL, NULL, "abcdefghij" },
		                              { 0 } };
	struct fake f = { .replies = part };
	struct buf out = BUF_INIT(1000);

	gives(part, "cde", "a part");
	gives(unknown, "cde", "a part of a whole whose length is not told");
	gives(whole, "cde", "a server that knows no ranges");
	is_int(read_part(&f, SITE "/jira", 2, 3, &out, NULL), 0, "what is sent");
	is_str(f.url, SITE "/jira/files/HELP-1/17/a%20b%3F.txt", "the address");
	is_str(f.range, "bytes=2-4", "the range");
	is_str(f.accept, "*/*", "any kind");
	is_str(f.encoding, "identity", "not packed");
	ok(f.has_ours, "with credentials");
	buf_clear(&out);
}

static void test_lies(void)
{
	static const struct reply other[] = {
		{ "/", 206, "Content-Range", "bytes 0-2/10", "abc" }, { 0 }
	};
	static const struct reply longer[] = {
		{ "/", 206, "Content-Range", "bytes 2-4/11", "cde" }, { 0 }
	};
	static const struct reply few[] = {
		{ "/", 206, "Content-Range", "bytes 2-4/10", "cd" }, { 0 }
	};
	static const struct reply silent[] = { { "/", 206, NULL, NULL, "cde" }, { 0 } };
	static const struct reply odd[] = { { "/", 206, "Content-Range",
		                              "bytes 2-99999999999999999999/10", "cde" },
		                            { 0 } };
	static const struct reply cut[] = { { "/", 200, NULL, NULL, "abcdefgh" }, { 0 } };
	static const struct reply empty[] = { { "/", 204, NULL, NULL, "" }, { 0 } };
	static const struct reply gone[] = { { "/", 404, NULL, NULL, "" }, { 0 } };
	struct fake f = { .replies = other };
	struct buf out = BUF_INIT(1000);

	fails(other, -EBADMSG, "another range");
	fails(longer, -EBADMSG, "a file of another size");
	fails(few, -EBADMSG, "too few bytes");
	fails(silent, -EBADMSG, "a range without a word about it");
	fails(odd, -EBADMSG, "a number beyond all bounds");
	fails(cut, -EBADMSG, "a whole that is shorter");
	fails(empty, -EBADMSG, "nothing");
	fails(gone, -ENOENT, "no such file");
	is_int(read_part(&f, SITE, 8, 3, &out, NULL), -EINVAL, "beyond the end");
	is_int(read_part(&f, SITE, UINT64_MAX, 1, &out, NULL), -EINVAL, "far beyond");
	is_int(f.n_calls, 0, "needs no call");
}

static void test_redirect(void)
{
	static const struct reply away[] = { { "/files/", 303, "Location",
		                               "https://media.example.com/x?sig=1", "" },
		                             { "media.example.com/x?sig=1", 206,
		                               "Content-Range", "bytes 2-4/10", "cde" },
		                             { 0 } };
	static const struct reply here[] = {
		{ "/files/", 302, "Location", "/media/x", "" },
		{ SITE "/media/x", 206, "Content-Range", "bytes 2-4/10", "cde" },
		{ 0 }
	};
	static const struct reply clear[] = { { "/files/", 303, "Location",
		                                "http://media.example.com/x?sig=1", "" },
		                              { 0 } };
	static const struct reply file[] = {
		{ "/files/", 303, "Location", "file:///etc/passwd?sig=1", "" }, { 0 }
	};
	static const struct reply host[] = {
		{ "/files/", 303, "Location", "//media.example.com/x?sig=1", "" }, { 0 }
	};
	static const struct reply circle[] = {
		{ "/", 303, "Location", SITE "/files/x?sig=1", "" }, { 0 }
	};
	static const struct reply login[] = {
		{ "/files/", 302, "Location", SITE "/login.jsp", "" }, { 0 }
	};
	static const struct reply refused[] = {
		{ "/files/", 303, "Location", "https://media.example.com/x?sig=1", "" },
		{ "media", 403, NULL, NULL, "" },
		{ 0 }
	};
	struct fake f = { .replies = away };
	struct buf out = BUF_INIT(1000);

	gives(away, "cde", "another host");
	is_int(read_part(&f, SITE, 2, 3, &out, NULL), 0, "is asked");
	ok(!f.has_ours, "without credentials");
	is_str(f.range, "bytes=2-4", "for the same range");
	buf_clear(&out);
	gives(here, "cde", "another place of the same host");
	fails(clear, -EBADMSG, "an address without TLS");
	fails(file, -EBADMSG, "an address of another kind");
	fails(host, -EBADMSG, "an address without a scheme");
	fails(circle, -EBADMSG, "a circle");
	fails(login, -EKEYREJECTED, "a login form");
	fails(refused, -EACCES, "a host that refuses");
}

int main(void)
{
	test_range();
	test_lies();
	test_redirect();
	return done_testing();
}
