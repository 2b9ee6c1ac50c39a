/* SPDX-License-Identifier: MIT */
/*
 * A small HTTP/1.1 server in a thread, on a private UNIX socket: whoever starts
 * it says what every request is answered with.  One poll loop, so a slow answer
 * on one connection does not hold up the others.
 */
#ifndef JSMFS_TESTS_EXCHANGES_SERVER_H
#define JSMFS_TESTS_EXCHANGES_SERVER_H

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SERVER_CONNECTIONS 64
#define SERVER_REQUEST_MAX (1u << 20)

struct server_reply {
	char *bytes; /* malloc'd; NULL: nothing is answered */
	size_t n;
	int delay_ms; /* before the first byte */
	int pace_ms;  /* between single bytes of the last 64 */
	bool close;   /* afterwards */
};

typedef void server_answer(void *ctx, const char *request, size_t n,
                           struct server_reply *ret);
typedef bool server_greet(void *ctx); /* false: close a new connection unread */

struct server_connection {
	int fd;
	char *in;
	size_t in_n;
	struct server_reply reply;
	size_t sent;
	int64_t due_ms;
	bool busy; /* a reply is on its way */
};

struct server {
	server_answer *answer;
	server_greet *greet; /* or NULL */
	void *ctx;
	char dir[64], path[96];
	int listener, stop[2];
	pthread_t thread;
	struct server_connection c[SERVER_CONNECTIONS];
	atomic_uint n_connections, n_requests;
};

static inline int64_t server_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static inline void server_hang_up(struct server_connection *c)
{
	close(c->fd);
	free(c->in);
	free(c->reply.bytes);
	*c = (struct server_connection){ .fd = -1 };
}

/* Length of the request at the start of the input, or 0 when it is not whole. */
static inline size_t server_whole(const struct server_connection *c)
{
	const char *end = c->in_n ? memmem(c->in, c->in_n, "\r\n\r\n", 4) : NULL;
	size_t head = end ? (size_t)(end - c->in) + 4 : 0, body = 0;

	/* A TLS greeting, which is answered like anything else. */
	if (c->in_n && c->in[0] == 0x16)
		return c->in_n;
	if (!end)
		return 0;
	for (const char *p = c->in; p && p < end;
	     p = memchr(p, '\n', (size_t)(end - p))) {
		p += *p == '\n';
		if (!strncasecmp(p, "Content-Length:", 15))
			body = strtoul(p + 15, NULL, 10);
	}
	return c->in_n >= head + body ? head + body : 0;
}

static inline void server_take_request(struct server *s, struct server_connection *c)
{
	size_t n = c->busy ? 0 : server_whole(c);

	if (!n)
		return;
	atomic_fetch_add(&s->n_requests, 1);
	s->answer(s->ctx, c->in, n, &c->reply);
	memmove(c->in, c->in + n, c->in_n - n);
	c->in_n -= n;
	c->in[c->in_n] = '\0';
	c->busy = true;
	c->sent = 0;
	c->due_ms = server_now_ms() + c->reply.delay_ms;
}

static inline void server_read(struct server *s, struct server_connection *c)
{
	char *in = realloc(c->in, c->in_n + 65537);
	ssize_t n = -1;

	if (in) {
		c->in = in;
		n = recv(c->fd, in + c->in_n, 65536, 0);
	}
	if (n <= 0 || c->in_n + (size_t)n > SERVER_REQUEST_MAX) {
		server_hang_up(c);
		return;
	}
	c->in_n += (size_t)n;
	in[c->in_n] = '\0';
	server_take_request(s, c);
}

static inline void server_write(struct server *s, struct server_connection *c)
{
	size_t left = c->reply.n - c->sent, now = left;
	bool slow = c->reply.pace_ms && left <= 64;

	if (slow)
		now = left ? 1 : 0;
	else if (c->reply.pace_ms)
		now = left - 64;
	ssize_t n = now ? send(c->fd, c->reply.bytes + c->sent, now,
	                       MSG_NOSIGNAL | MSG_DONTWAIT)
	                : 0;
	if (n < 0 && errno == EAGAIN)
		return;
	if (n < 0) {
		server_hang_up(c);
		return;
	}
	c->sent += (size_t)n;
	c->due_ms = server_now_ms() + (c->reply.pace_ms ? c->reply.pace_ms : 0);
	if (c->sent < c->reply.n)
		return;
	if (c->reply.close) {
		server_hang_up(c);
		return;
	}
	free(c->reply.bytes);
	c->reply = (struct server_reply){ 0 };
	c->busy = false;
	server_take_request(s, c);
}

static inline void server_accept(struct server *s)
{
	int fd = accept(s->listener, NULL, NULL);

	if (fd < 0)
		return;
	atomic_fetch_add(&s->n_connections, 1);
	if (s->greet && !s->greet(s->ctx)) {
		close(fd);
		return;
	}
	for (size_t i = 0; i < SERVER_CONNECTIONS; i++) {
		if (s->c[i].fd < 0) {
			s->c[i].fd = fd;
			return;
		}
	}
	close(fd);
}

static inline void *server_main(void *arg)
{
	struct server *s = arg;

	for (;;) {
		struct pollfd p[SERVER_CONNECTIONS + 2] = {
			{ .fd = s->stop[0], .events = POLLIN },
			{ .fd = s->listener, .events = POLLIN },
		};
		int64_t now = server_now_ms(), due = now + 1000;

		for (size_t i = 0; i < SERVER_CONNECTIONS; i++) {
			struct server_connection *c = &s->c[i];
			bool ripe = c->busy && c->due_ms <= now;

			p[i + 2].fd = c->fd;
			p[i + 2].events = (short)(ripe ? POLLOUT : c->busy ? 0 : POLLIN);
			if (c->busy && !ripe && c->due_ms < due)
				due = c->due_ms;
		}
		if (poll(p, SERVER_CONNECTIONS + 2, (int)(due - now)) < 0)
			continue;
		if (p[0].revents)
			return NULL;
		for (size_t i = 0; i < SERVER_CONNECTIONS; i++) {
			if (p[i + 2].revents & POLLOUT)
				server_write(s, &s->c[i]);
			else if (p[i + 2].revents & POLLIN)
				server_read(s, &s->c[i]);
			else if (p[i + 2].revents)
				server_hang_up(&s->c[i]);
		}
		if (p[1].revents)
			server_accept(s);
	}
}

/* False when this machine has no UNIX sockets to offer. */
static inline bool server_start(struct server *s, server_answer *answer,
                                server_greet *greet, void *ctx)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	*s = (struct server){ .answer = answer, .greet = greet, .ctx = ctx };
	for (size_t i = 0; i < SERVER_CONNECTIONS; i++)
		s->c[i].fd = -1;
	snprintf(s->dir, sizeof(s->dir), "/tmp/jsmfs-test-XXXXXX");
	if (!mkdtemp(s->dir))
		return false;
	snprintf(s->path, sizeof(s->path), "%s/socket", s->dir);
	memcpy(at.sun_path, s->path, strlen(s->path) + 1);
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return s->listener >= 0 &&
	       !bind(s->listener, (const struct sockaddr *)&at, sizeof(at)) &&
	       !listen(s->listener, 64) && !pipe(s->stop) &&
	       !pthread_create(&s->thread, NULL, server_main, s);
}

static inline void server_stop(struct server *s)
{
	if (write(s->stop[1], "", 1) == 1)
		pthread_join(s->thread, NULL);
	for (size_t i = 0; i < SERVER_CONNECTIONS; i++) {
		if (s->c[i].fd >= 0)
			server_hang_up(&s->c[i]);
	}
	close(s->listener);
	close(s->stop[0]);
	close(s->stop[1]);
	unlink(s->path);
	rmdir(s->dir);
}

#endif
