/* SPDX-License-Identifier: MIT */
#include "auth/loopback.h"

#include "base/clock.h"
#include "base/str.h"
#include "tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static uint16_t port;
static char url[64];

static int dial(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Some port that is free now. */
static void choose_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (!bind(fd, (struct sockaddr *)&a, sizeof(a)))
		getsockname(fd, (struct sockaddr *)&a, &n);
	port = ntohs(a.sin_port);
	close(fd);
	snprintf(url, sizeof(url), "http://localhost:%u/cb/", port);
}

/* What is sent in one go, and the status that comes back (0: hung up on). */
static const struct {
	const char *text;
	int status;
} calls[] = {
	{ "POST /cb HTTP/1.1\r\nHost: x\r\n\r\n", 405 },
	{ "GET /other?code=good HTTP/1.1\r\n\r\n", 404 },
	{ "GET / HTTP/1.1\r\n\r\n", 404 },
	{ "GET /cb?code=bad HTTP/1.1\r\n\r\n", 400 },
	{ "GET /cb HTTP/1.1\r\n\r\n", 400 },
	{ "\r\n\r\n", 405 },
	{ "GET\r\n\r\n", 404 },
	{ "GET /cb/?code=good HTTP/1.1\r\nHost: localhost\r\n\r\n", 200 },
};

static int status_of(int fd)
{
	char reply[4096];
	size_t n = 0;
	ssize_t got;

	while (n + 1 < sizeof(reply) &&
	       (got = recv(fd, reply + n, sizeof(reply) - 1 - n, 0)) > 0)
		n += (size_t)got;
	reply[n] = '\0';
	return n > 12 ? atoi(reply + 9) : 0;
}

static void *browse(void *arg)
{
	static char flood[20000];
	int *statuses = arg;
	int silent = dial(), large = dial();

	/* A browser may open connections that it does not use. */
	memset(flood, 'x', sizeof(flood));
	(void)!send(large, flood, sizeof(flood), MSG_NOSIGNAL);
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		int fd = dial();
		size_t half = strlen(calls[i].text) / 2;

		(void)!send(fd, calls[i].text, half, MSG_NOSIGNAL);
		(void)!send(fd, calls[i].text + half, strlen(calls[i].text) - half,
		            MSG_NOSIGNAL);
		statuses[i] = status_of(fd);
		close(fd);
	}
	close(silent);
	close(large);
	return NULL;
}

static int on_query(void *ctx, struct span query, struct err *err)
{
	int *n = ctx;

	(*n)++;
	if (span_is(query, "code=good"))
		return 0;
	if (span_is(query, "error=denied"))
		return err_set(err, -EACCES, "denied");
	return err_set(err, -EAGAIN, "no answer");
}

static void test_calls(void)
{
	cleanup_(loopback_closep) struct loopback *l = NULL;
	int statuses[ARRAY_SIZE(calls)] = { 0 }, n = 0;
	struct err err = { 0 };
	pthread_t t;

	ok(!loopback_open(url, &l, &err), "listens at %s %s", url, err.msg);
	pthread_create(&t, NULL, browse, statuses);
	is_int(loopback_wait(l, NULL, clock_deadline(20000), on_query, &n, &err), 0,
	       "the answer came");
	pthread_join(t, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		is_int(statuses[i], calls[i].status, "call %zu", i);
	is_int(n, 3, "only queries of that path were looked at");
}

static void *deny(void *arg)
{
	static const char text[] = "GET /cb?error=denied HTTP/1.1\r\n\r\n";
	int fd = dial();

	(void)!send(fd, text, sizeof(text) - 1, MSG_NOSIGNAL);
	*(int *)arg = status_of(fd);
	close(fd);
	return NULL;
}

static void *fire(void *arg)
{
	cancel_fire(arg);
	return NULL;
}

static void test_ends(void)
{
	cleanup_(loopback_closep) struct loopback *l = NULL, *second = NULL;
	struct cancel cancel;
	struct err err = { 0 };
	int n = 0, status = 0;
	pthread_t t;

	ok(!loopback_open(url, &l, NULL), "listens again");
	is_int(loopback_open(url, &second, &err), -EADDRINUSE, "there is one of it");
	ok(strstr(err.msg, "CallbackURL"), "and the sentence says what to set");
	is_int(loopback_wait(l, NULL, clock_deadline(30), on_query, &n, &err), -ETIMEDOUT,
	       "the wait has an end");
	cancel_init(&cancel);
	pthread_create(&t, NULL, fire, &cancel);
	is_int(loopback_wait(l, &cancel, CLOCK_FOREVER, on_query, &n, &err), -EINTR,
	       "and can be interrupted");
	pthread_join(t, NULL);
	cancel_clear(&cancel);
	pthread_create(&t, NULL, deny, &status);
	is_int(loopback_wait(l, NULL, clock_deadline(20000), on_query, &n, &err), -EACCES,
	       "a refusal ends it");
	pthread_join(t, NULL);
	is_int(status, 200, "the person is told in the browser");
}

static void test_addresses(void)
{
	static const struct {
		const char *url;
		int code;
	} bad[] = {
		{ "https://localhost:33333", -EOPNOTSUPP },
		{ "https://app.example.com/cb", -EOPNOTSUPP },
		{ "http://app.example.com/cb", -EINVAL },
		{ "urn:ietf:wg:oauth:2.0:oob", -EINVAL },
		{ "", -EINVAL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct loopback *l = NULL;
		struct err err = { 0 };

		is_int(loopback_open(bad[i].url, &l, &err), bad[i].code, "'%s'",
		       bad[i].url);
		ok(!l && err.msg[0], "is refused: %s", err.msg);
	}
}

/* A browser tries either family for localhost: nobody else may sit at one of them. */
static void test_neighbours(void)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		                   .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	cleanup_(loopback_closep) struct loopback *l = NULL;
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	choose_port();
	v6.sin6_port = htons(port);
	if (fd < 0 || bind(fd, (struct sockaddr *)&v6, sizeof(v6)) || listen(fd, 1))
		ok(true, "somebody at ::1 # SKIP this machine has no ::1");
	else
		is_int(loopback_open(url, &l, NULL), -EADDRINUSE, "somebody is at ::1");
	if (fd >= 0)
		close(fd);
}

int main(void)
{
	choose_port();
	test_calls();
	test_ends();
	test_addresses();
	test_neighbours();
	return done_testing();
}
