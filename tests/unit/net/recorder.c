/* SPDX-License-Identifier: MIT */
#include "net/recorder.h"

#include "base/log.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[] = "/tmp/jsmfs-record-XX"
		     "XX"
		     "XX";

struct exchange {
	struct request *rq;
	int code;
};

/* Answers at once; an address that ends in /lost gets none. */
static int submit(struct transport *t, struct request *rq, struct exchange **ret,
                  struct err *err)
{
	struct exchange *ex = calloc(1, sizeof(*ex));
	static const char body[] =
		"{\"access_token\":\"fresh-9\",\"note\":\"hunter2 here\"}";

	(void)t;
	if (!ex)
		return err_nomem(err);
	ex->rq = rq;
	ex->code = strstr(rq->url, "/lost") ? -ECONNREFUSED : 0;
	rq->attempts = 1;
	if (!ex->code) {
		rq->status = 200;
		rq->answer = BUF_INIT(1 << 20);
		buf_puts(&rq->answer, body);
		rq->answer_headers = calloc(2, sizeof(struct header));
		if (!rq->answer_headers)
			exit(1);
		rq->n_answer_headers = 2;
		rq->answer_headers[0].name = strdup("Content-Type");
		rq->answer_headers[0].value = strdup(
			strstr(rq->url, "/image") ? "image/png" : "application/json");
		rq->answer_headers[1].name = strdup("Set-Cookie");
		rq->answer_headers[1].value = strdup("JSESSIONID=fresh-8; Path=/");
	}
	*ret = ex;
	return 0;
}

static int wait_for(struct transport *t, struct exchange *ex, struct cancel *cancel,
                    struct err *err)
{
	(void)t;
	(void)cancel;
	return ex->code ? err_set(err, ex->code, "nobody listens") : 0;
}

static struct request *request_of(struct exchange *ex)
{
	return ex->rq;
}

static void release(struct transport *t, struct exchange *ex)
{
	(void)t;
	request_free(ex->rq);
	free(ex);
}

static int n_freed;

static void freed(struct transport *t)
{
	(void)t;
	n_freed++;
}

static const struct transport_ops ops = { submit, wait_for, request_of, release, freed };

/* One exchange; what the file holds then, and no more. */
static const char *talk(struct transport *t, const char *method, const char *url,
                        const char *body, int want)
{
	static char text[65536];
	struct request *rq = request_new(method, url);
	struct exchange *ex = NULL;
	struct err err = { 0 };
	int fd;
	ssize_t n;

	if (!rq || request_header(rq, "Authorization", SPAN("Basic aHVudGVyMg==")) ||
	    (body &&
	     request_body(rq, "application/x-www-form-urlencoded", span_of(body))))
		exit(1);
	rq->max_answer_bytes = 1 << 20;
	is_int(t->ops->submit(t, rq, &ex, NULL), 0, "%s %s", method, url);
	is_int(t->ops->wait(t, ex, NULL, &err), want, "its end is handed on");
	ok(t->ops->request(ex) == rq, "and the request");
	t->ops->release(t, ex);
	fd = open(path, O_RDONLY);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
	return truncate(path, 0) ? "" : text;
}

int main(void)
{
	struct transport inner = { &ops }, *t = NULL;
	struct err err = { 0 };
	struct stat st;
	const char *said;
	int fd = mkstemp(path);

	if (fd < 0)
		skip_all("no temporary file");
	close(fd);
	log_redact(SPAN("hunter2"));
	is_int(recorder_new(&inner, "/nonexistent/x", 0, 0, &t, &err), -ENOENT,
	       "a bad path");
	ok(strstr(err.msg, "RecordToFile") && !t && !n_freed, "%s", err.msg);
	is_int(recorder_new(&inner, path, 0, 0, &t, &err), 0, "a good one");
	ok(!stat(path, &st) && (st.st_mode & 07777) == 0600, "is private");

	said = talk(t, "POST", "https://x/token?code=abc-7&state=1",
	            "grant_type=refresh_token&refresh_token=old-6&x=hunter2", 0);
	ok(strstr(said, "> POST https://x/token?code=***&state=1\n"), "the address: %s",
	   said);
	ok(strstr(said, "> Authorization: ***\n") && strstr(said, "< Set-Cookie: ***\n"),
	   "headers");
	ok(strstr(said, "\ngrant_type=refresh_token&refresh_token=***&x=***\n"),
	   "the form");
	ok(strstr(said, "< 200\n") &&
	           strstr(said, "{\"access_token\":\"***\",\"note\":\"*** here\"}"),
	   "the answer");
	static const char *const secrets[] = { "hunter2", "aHVudGVyMg", "fresh-9",
		                               "fresh-8", "abc-7",      "old-6" };
	for (size_t i = 0; i < ARRAY_SIZE(secrets); i++)
		ok(!strstr(said, secrets[i]), "%s is not in it", secrets[i]);

	said = talk(t, "GET", "https://x/image", NULL, 0);
	ok(strstr(said, "[48 bytes]") && !strstr(said, "access_token"),
	   "what is no text is counted: %s", said);
	said = talk(t, "GET", "https://x/lost", NULL, -ECONNREFUSED);
	ok(strstr(said, "< no answer: nobody listens\n"), "no answer: %s", said);
	transport_free(t);
	is_int(n_freed, 1, "the inner one goes with it");
	t = NULL;
	is_int(recorder_new(&inner, NULL, 0, 0, &t, &err), 0, "without a file");
	is_str(talk(t, "GET", "https://x/y", NULL, 0), "", "nothing is written");
	transport_free(t);
	unlink(path);
	return done_testing();
}
