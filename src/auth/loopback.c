/* SPDX-License-Identifier: MIT */
#include "auth/loopback.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/secret.h"
#include "net/url.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD_MAX (16u * 1024)
#define CALLERS_MAX 8
#define CALLER_MS 10000

/* A browser opens connections ahead of need, so one at a time would not do. */
struct caller {
	int fd; /* -1: free */
	int64_t deadline;
	size_t n;
	char head[HEAD_MAX];
};

struct loopback {
	char *path;
	int listeners[2]; /* IPv4, IPv6; -1: none */
	int wake;
	struct caller callers[CALLERS_MAX];
};

/* --- opening ---------------------------------------------------------------------------
 */

static int listen_on(struct sockaddr *addr, socklen_t n)
{
	int one = 1, fd;

	fd = socket(addr->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (addr->sa_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (bind(fd, addr, n) || listen(fd, CALLERS_MAX)) {
		int code = -errno;

		close(fd);
		return code;
	}
	return fd;
}

/* localhost may mean either family to a browser; a machine need not have both. */
static int listen_at(struct loopback *l, const struct url *u, struct err *err)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET,
		                  .sin_port = htons((uint16_t)u->port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		                   .sin6_port = htons((uint16_t)u->port),
		                   .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int code = -EADDRNOTAVAIL;

	v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (inet_pton(AF_INET, u->host, &v4.sin_addr) == 1 || !strchr(u->host, ':'))
		code = l->listeners[0] = listen_on((struct sockaddr *)&v4, sizeof(v4));
	if (code >= 0 && str_eq(u->host, "localhost")) {
		l->listeners[1] = listen_on((struct sockaddr *)&v6, sizeof(v6));
		/* a browser would bring the answer to whoever has it */
		if (l->listeners[1] == -EADDRINUSE)
			code = -EADDRINUSE;
	} else if (strchr(u->host, ':')) {
		code = l->listeners[1] = listen_on((struct sockaddr *)&v6, sizeof(v6));
	}
	if (code >= 0)
		return 0;
	return err_set(err, code,
	               "nothing can listen at port %u of this machine for the browser's "
	               "answer: %s; set CallbackURL to another that the application is "
	               "registered with",
	               u->port, strerrordesc_np(-code));
}

int loopback_open(const char *url, struct loopback **ret, struct err *err)
{
	cleanup_(loopback_closep) struct loopback *l = calloc(1, sizeof(*l));
	struct url u = { 0 };
	int r;

	if (!l)
		return err_nomem(err);
	l->listeners[0] = l->listeners[1] = -1;
	for (size_t i = 0; i < CALLERS_MAX; i++)
		l->callers[i].fd = -1;
	l->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->wake < 0)
		return err_set(err, -errno, "eventfd: %s", strerrordesc_np(errno));
	r = url_parse(url, &u, err);
	if (r < 0)
		return err_wrap(err, "CallbackURL");
	if (!str_eq(u.scheme, "http") || !url_is_loopback(u.host))
		r = err_set(err, -EOPNOTSUPP,
		            "CallbackURL does not lead to this machine: use jsmfs login "
		            "--headless");
	if (!r)
		r = listen_at(l, &u, err);
	if (!r) {
		l->path = str_dup(u.path[0] ? u.path : "/");
		r = l->path ? 0 : err_nomem(err);
	}
	url_clear(&u);
	if (!r)
		*ret = take_ptr(l);
	return r;
}

static void hang_up(struct caller *c)
{
	if (c->fd >= 0)
		close(c->fd);
	secret_wipe(c->head, c->n);
	c->n = 0;
	c->fd = -1;
}

void loopback_close(struct loopback *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < CALLERS_MAX; i++)
		hang_up(&l->callers[i]);
	for (size_t i = 0; i < ARRAY_SIZE(l->listeners); i++) {
		if (l->listeners[i] >= 0)
			close(l->listeners[i]);
	}
	if (l->wake >= 0)
		close(l->wake);
	free(l->path);
	free(l);
}

/* --- one caller
 * --------------------------------------------------------------------------
 */

/* The address of the page has the code in it: nothing may be told of it. */
static void reply(struct caller *c, const char *status, const char *text)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(4096);

	buf_printf(&b,
	           "HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\n"
	           "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
	           "Content-Security-Policy: default-src 'none'\r\n"
	           "Connection: close\r\nContent-Length: ",
	           status);
	cleanup_(buf_clear) struct buf page = BUF_INIT(2048);
	buf_printf(&page,
	           "<!doctype html><html lang=\"en\"><head><title>jsmfs</title></head>"
	           "<body><p>%s</p></body></html>\n",
	           text);
	buf_printf(&b, "%zu\r\n\r\n%s", page.len, buf_str(&page));
	(void)send(c->fd, b.p, b.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	(void)shutdown(c->fd, SHUT_WR);
	hang_up(c);
}

/* 1: the answer came; 0: not this; negative errno: it ends here. */
static int judge(struct loopback *l, struct caller *c, loopback_fn *fn, void *ctx,
                 struct err *err)
{
	struct span head = { c->head, c->n };
	struct span line = span_cut(&head, '\r');
	struct span method = span_cut(&line, ' ');
	struct span target = span_cut(&line, ' ');
	struct span path = span_cut(&target, '?');
	int r;

	if (!span_is(method, "GET")) {
		reply(c, "405 Method Not Allowed", "Only GET is taken here.");
		return 0;
	}
	/* An address is kept without a slash at its end. */
	if (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	if (!span_is(path, l->path)) {
		reply(c, "404 Not Found", "There is nothing here.");
		return 0;
	}
	r = fn(ctx, target, err);
	if (r == -EAGAIN) {
		reply(c, "400 Bad Request",
		      "This is no answer to the question that jsmfs asked.");
		return 0;
	}
	if (r < 0)
		reply(c, "200 OK",
		      "jsmfs was not given access. You can close this page.");
	else
		reply(c, "200 OK",
		      "jsmfs has what it needs. You can close this page and go back to "
		      "the terminal.");
	return r < 0 ? r : 1;
}

static int listen_to(struct loopback *l, struct caller *c, loopback_fn *fn, void *ctx,
                     struct err *err)
{
	ssize_t n = recv(c->fd, c->head + c->n, sizeof(c->head) - c->n, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		hang_up(c);
		return 0;
	}
	c->n += (size_t)n;
	if (memmem(c->head, c->n, "\r\n\r\n", 4))
		return judge(l, c, fn, ctx, err);
	if (c->n == sizeof(c->head))
		reply(c, "431 Request Header Fields Too Large", "That is too much.");
	return 0;
}

/* --- all of them
 * ---------------------------------------------------------------------------
 */

static void take_caller(struct loopback *l, int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct caller *c = &l->callers[0];

	if (fd < 0)
		return;
	/* The one who has been silent longest makes room. */
	for (size_t i = 0; i < CALLERS_MAX && c->fd >= 0; i++) {
		if (l->callers[i].fd < 0 || l->callers[i].deadline < c->deadline)
			c = &l->callers[i];
	}
	hang_up(c);
	c->fd = fd;
	c->deadline = clock_deadline(CALLER_MS);
}

static void wake(void *ctx)
{
	struct loopback *l = ctx;

	(void)eventfd_write(l->wake, 1);
}

static int round_of(struct loopback *l, int64_t deadline, loopback_fn *fn, void *ctx,
                    struct err *err)
{
	struct pollfd fds[3 + CALLERS_MAX];
	int r = 0;

	fds[0] = (struct pollfd){ .fd = l->wake, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = l->listeners[0], .events = POLLIN };
	fds[2] = (struct pollfd){ .fd = l->listeners[1], .events = POLLIN };
	for (size_t i = 0; i < CALLERS_MAX; i++) {
		if (l->callers[i].fd >= 0 && !clock_left_ms(l->callers[i].deadline))
			hang_up(&l->callers[i]);
		fds[3 + i] = (struct pollfd){ .fd = l->callers[i].fd, .events = POLLIN };
	}
	int left = clock_left_ms(deadline);
	if (poll(fds, ARRAY_SIZE(fds), left < CALLER_MS ? left : CALLER_MS) <= 0)
		return 0;
	for (size_t i = 0; i < CALLERS_MAX && !r; i++) {
		if (fds[3 + i].revents)
			r = listen_to(l, &l->callers[i], fn, ctx, err);
	}
	for (size_t i = 1; i < 3 && !r; i++) {
		if (fds[i].revents & POLLIN)
			take_caller(l, fds[i].fd);
	}
	return r;
}

int loopback_wait(struct loopback *l, struct cancel *cancel, int64_t deadline,
                  loopback_fn *fn, void *ctx, struct err *err)
{
	struct cancel_hook hook;
	int r = 0;

	cancel_hook(cancel, &hook, wake, l);
	while (!r) {
		r = round_of(l, deadline, fn, ctx, err);
		if (!r && cancel_fired(cancel))
			r = err_set(err, -EINTR, "interrupted");
		else if (!r && !clock_left_ms(deadline))
			r = err_set(err, -ETIMEDOUT,
			            "nobody answered in the browser in time");
	}
	cancel_unhook(cancel, &hook);
	return r > 0 ? 0 : r;
}
