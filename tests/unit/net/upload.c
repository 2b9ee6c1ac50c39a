/* SPDX-License-Identifier: MIT */
/* A body with a file in its middle: how it reads, and how it travels. */
#include "base/clock.h"
#include "exchanges/server.h"
#include "net/engine.h"
#include "net/request.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

#define FILE_BYTES 300000

/* A file of n bytes, of which every one tells where it stands. */
static int make_file(size_t n)
{
	int fd = memfd_create("upload", MFD_CLOEXEC);

	for (size_t i = 0; i < n; i++) {
		char c = (char)('a' + i % 23);

		if (pwrite(fd, &c, 1, (off_t)i) != 1)
			return -1;
	}
	return fd;
}

static void read_all(const struct request *rq, size_t step, struct buf *ret)
{
	char chunk[70000];
	ssize_t n;

	buf_reset(ret);
	while ((n = request_body_read(rq, ret->len, chunk, step)) > 0)
		buf_add(ret, chunk, (size_t)n);
	is_int(n, 0, "steps of %zu: to the end", step);
}

static void is_form(size_t size, const char *name, const char *as)
{
	cleanup_(request_freep) struct request *rq = request_new("POST", "https://x/");
	struct buf a = BUF_INIT(1 << 20), b = BUF_INIT(1 << 20), want = BUF_INIT(1 << 20);
	int fd = make_file(size);
	const char *boundary;

	is_int(request_upload(rq, "file", name, fd, size), 0, "%zu bytes", size);
	close(fd);
	is_int((int)rq->n_headers, 1, "one header");
	boundary = strstr(rq->headers[0].value, "boundary=") + 9;
	is_int((int)strlen(boundary), 36, "has the boundary");
	buf_printf(&want,
	           "--%s\r\nContent-Disposition: form-data; name=\"file\"; "
	           "filename=\"%s\"\r\nContent-Type: application/octet-stream\r\n\r\n",
	           boundary, as);
	for (size_t i = 0; i < size; i++)
		buf_putc(&want, (char)('a' + i % 23));
	buf_printf(&want, "\r\n--%s--\r\n", boundary);
	read_all(rq, 65536, &a);
	read_all(rq, 7, &b);
	ok(span_eq(buf_view(&a), buf_view(&want)), "is a form around the file");
	ok(span_eq(buf_view(&a), buf_view(&b)), "in whatever steps it is read");
	is_int((long long)request_body_bytes(rq), (long long)want.len, "of known length");
	buf_clear(&a);
	buf_clear(&b);
	buf_clear(&want);
}

static void test_changes(void)
{
	cleanup_(request_freep) struct request *rq = request_new("POST", "https://x/");
	int fd = make_file(100);
	struct buf all = BUF_INIT(10000);
	char c[16];
	size_t head;

	is_int(request_upload(rq, "file", "f", -1, 5), -EBADF, "no file at all");
	is_int(request_upload(rq, "file", "f", fd, 50), 0, "a file that has grown");
	read_all(rq, 1000, &all);
	is_int((long long)all.len, (long long)request_body_bytes(rq), "is cut");
	head = rq->body.len;
	is_int(ftruncate(fd, 20), 0, "it shrinks");
	is_int(request_body_read(rq, head + 10, c, 16), 10, "what is left");
	is_int(request_body_read(rq, head + 20, c, 16), -EBUSY, "is no end");
	is_int(request_upload(rq, "file", "f", fd, 20), 0, "again");
	is_int((int)rq->n_headers, 1, "replaces the former");
	buf_clear(&all);
	close(fd);
}

/* What a server saw of the requests, one after the other. */
static atomic_uint n_seen, n_bytes;

static void answer(void *ctx, const char *request, size_t n, struct server_reply *ret)
{
	static const char busy[] = "HTTP/1.1 429 Slow down\r\nRetry-After: 0\r\n"
				   "Content-Length: 0\r\n\r\n";
	static const char good[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
	bool refuse = strstr(request, "/busy") && !atomic_load(&n_seen);

	(void)ctx;
	atomic_fetch_add(&n_seen, 1);
	atomic_store(&n_bytes, (unsigned)n);
	ret->bytes = strdup(refuse ? busy : good);
	ret->n = strlen(ret->bytes);
	if (strstr(request, "/lost"))
		*ret = (struct server_reply){ .bytes = ret->bytes, .close = true };
}

static int send_file(const struct server *s, const char *path, int fd, uint64_t size,
                     struct err *err)
{
	struct net_engine_config cfg = { .max_in_flight = 2,
		                         .connect_ms = 2000,
		                         .user_agent = "test",
		                         .unix_socket = s->path };
	cleanup_free_ char *url = str_printf("http://site.example%s", path);
	struct request *rq = request_new("POST", url);
	struct transport *t = NULL;
	struct exchange *ex = NULL;
	int code = net_engine_new(&cfg, &t, err);

	if (!code)
		code = request_upload(rq, "file", "f", fd, size);
	rq->deadline = clock_deadline(20000);
	atomic_store(&n_seen, 0);
	if (!code)
		code = t->ops->submit(t, rq, &ex, err);
	if (!code)
		code = t->ops->wait(t, ex, NULL, err);
	if (!code)
		code = t->ops->request(ex)->status;
	if (ex)
		t->ops->release(t, ex);
	transport_free(t);
	return code;
}

static void test_travel(const struct server *s)
{
	struct err err = { 0 };
	int fd = make_file(FILE_BYTES);

	is_int(send_file(s, "/good", fd, FILE_BYTES, &err), 200, "it arrives");
	is_int((int)n_seen, 1, "once");
	ok(n_bytes > FILE_BYTES, "whole");
	is_int(send_file(s, "/busy", fd, FILE_BYTES, &err), 200, "after a 429 too");
	is_int((int)n_seen, 2, "when it is sent again");
	ok(n_bytes > FILE_BYTES, "from its start");
	is_int(send_file(s, "/lost", fd, FILE_BYTES, &err), -EREMOTEIO, "a lost answer");
	is_int((int)n_seen, 1, "is not asked for again");
	is_int(err.outcome, ERR_OUTCOME_UNKNOWN, "and nobody knows");
	is_int(send_file(s, "/short", fd, FILE_BYTES + 1, &err), -EBUSY,
	       "a file that became shorter");
	is_int((int)n_seen, 0, "is no request");
	is_int(err.outcome, ERR_OUTCOME_REFUSED, "so nothing has happened: %s", err.msg);
	close(fd);
}

int main(void)
{
	static struct server s;

	is_form(0, "a.txt", "a.txt");
	is_form(1, "a b.txt", "a b.txt");
	is_form(100000, "q\"\r\nX: y\x7f\xc3\xa4", "q%22%0D%0AX: y%7F\xc3\xa4");
	test_changes();
	if (!server_start(&s, answer, NULL, NULL)) {
		ok(true, "no UNIX socket can be made # SKIP");
		return done_testing();
	}
	test_travel(&s);
	server_stop(&s);
	return done_testing();
}
