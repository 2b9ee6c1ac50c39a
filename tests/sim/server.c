/* SPDX-License-Identifier: MIT */
/*
 * The HTTP side. A pool of threads with epoll serves all connections; an
 * answer that has to wait suspends its connection instead of a thread. The
 * answer is computed before the wait, as on a real server that is far away.
 */
#include "sim/server.h"

#include "sim/coding.h"
#include "sim/control.h"
#include "sim/exchange.h"
#include "sim/link.h"
#include "sim/mangle.h"
#include "sim/timer.h"
#include "sim/trace.h"
#include "sim/upload.h"

#include <microhttpd.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOST_LETTERS                                                                     \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]_"
#define JSON_TYPE "application/json;charset=UTF-8"

static struct MHD_Daemon *daemon_handle;
static _Atomic uint64_t next_seq;
static _Atomic int64_t latency_ms;
static bool is_tls;
/*
 * Answers hold it for reading, the end for writing: a daemon that stops says yes to an
 * answer and drops it, and then asks for the answer again, whose body is gone.
 */
static pthread_rwlock_t end_lock = PTHREAD_RWLOCK_INITIALIZER;
static bool is_ending;

void server_set_latency(int64_t ms)
{
	atomic_store(&latency_ms, ms);
}

const char *exchange_header(const struct exchange *x, const char *name)
{
	if (!x->conn)
		return NULL;
	return MHD_lookup_connection_value(x->conn, MHD_HEADER_KIND, name);
}

static void *on_uri(void *arg, const char *uri, struct MHD_Connection *conn)
{
	(void)arg;
	struct exchange *x = calloc(1, sizeof(*x));
	if (!x)
		return NULL;
	x->conn = conn;
	x->who = NOBODY;
	x->raw = strdup(uri);
	if (!x->raw) {
		free(x);
		return NULL;
	}
	return x;
}

static void on_completed(void *arg, struct MHD_Connection *conn, void **state,
                         enum MHD_RequestTerminationCode code)
{
	(void)arg;
	(void)conn;
	(void)code;
	struct exchange *x = *state;
	if (!x)
		return;
	upload_end(x);
	/* It was carried out although nobody waited for the answer. */
	if (x->answered && !x->traced && !control_is(x))
		trace_exchange(x, 0, 0);
	exchange_clear(x);
	free(x);
	*state = NULL;
}

static enum MHD_Result cut(struct exchange *x)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(x->conn, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct linger now = { .l_onoff = 1, .l_linger = 0 };
	/* The peer shall see a reset, not a polite end. */
	if (info)
		setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	return MHD_NO;
}

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
	MHD_add_response_header(response, name, value);
}

static void add_headers(struct exchange *x, struct MHD_Response *response)
{
	static const char hex[] = "0123456789abcdef";
	char id[33];
	uint64_t h = site_hash(99, x->seq);
	for (int i = 0; i < 32; i++)
		id[i] = hex[(i < 16 ? h >> (4 * i)
		                    : (h * 31 + x->seq) >> (4 * (i - 16))) &
		            15];
	id[32] = '\0';
	/* An empty type means: among the extra headers, if any. */
	if (x->content_type ? *x->content_type != '\0' : x->out.len > 0)
		add_header(response, "Content-Type",
		           x->content_type ? x->content_type : JSON_TYPE);
	add_header(response, "atl-request-id", id);
	add_header(response, "X-AREQUESTID", id);
	if (x->reason)
		add_header(response, "X-Seraph-LoginReason", x->reason);
	if (*x->extra) {
		char *save = NULL;
		for (char *line = strtok_r(x->extra, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save)) {
			char *colon = strstr(line, ": ");
			if (!colon)
				continue;
			*colon = '\0';
			add_header(response, line, colon + 2);
		}
	}
}

static struct MHD_Response *make_response(struct exchange *x)
{
	if (x->file) {
		int fd = open(x->file, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return NULL;
		return MHD_create_response_from_fd_at_offset64(x->file_size, fd,
		                                               x->file_offset);
	}
	if (x->fault.kind == FAULT_GZIP_BOMB && x->coded.len)
		return coding_bomb();
	if (x->fault.kind == FAULT_SLOW || x->fault.kind == FAULT_TRUNCATE ||
	    (link_is_limited() && !control_is(x)))
		return mangle_response(x);
	struct buf *body = x->coded.len ? &x->coded : &x->out;
	if (!body->len)
		return MHD_create_response_from_buffer(0, (void *)(uintptr_t) "",
		                                       MHD_RESPMEM_PERSISTENT);
	struct MHD_Response *response = MHD_create_response_from_buffer(
		body->len, body->data, MHD_RESPMEM_MUST_FREE);
	if (response)
		body->data = NULL;
	return response;
}

static enum MHD_Result send_now(struct exchange *x)
{
	bool control = control_is(x);
	if (!control)
		coding_apply(x);
	uint64_t bytes = x->file        ? x->file_size
	                 : x->coded.len ? x->coded.len
	                                : x->out.len;
	bool lost = x->fault.kind == FAULT_RESET || x->fault.kind == FAULT_RESET_AFTER;
	x->traced = true;
	if (!control)
		trace_exchange(x, lost ? 0 : x->status, lost ? 0 : bytes);
	if (lost)
		return cut(x);
	struct MHD_Response *response = make_response(x);
	if (!response)
		return MHD_NO;
	add_headers(x, response);
	enum MHD_Result result = MHD_queue_response(x->conn, x->status, response);
	MHD_destroy_response(response);
	return result;
}

/* Who waits when the server ends hears nothing, and the log says so. */
static enum MHD_Result send_answer(struct exchange *x)
{
	pthread_rwlock_rdlock(&end_lock);
	enum MHD_Result result = is_ending ? MHD_NO : send_now(x);
	pthread_rwlock_unlock(&end_lock);
	return result;
}

/* Everything but sending: the operation, or the fault in its place. */
static void compute(struct exchange *x)
{
	if (control_is(x)) {
		control_run(x);
		return;
	}
	if (!x->status && x->fault.kind != FAULT_STATUS && x->fault.kind != FAULT_RESET)
		exchange_run(x);
	mangle_answer(x);
}

static enum MHD_Result begin(struct exchange *x, const char *method)
{
	const char *host = exchange_header(x, "Host");
	x->started = true;
	x->method = method;
	x->seq = atomic_fetch_add(&next_seq, 1) + 1;
	x->began_us = clock_us();
	x->began_ms = when_now();
	buf_str(&x->base, is_tls ? "https://" : "http://");
	/* It is written into answers as it is, so it must need no escapes. */
	bool plain = host && strspn(host, HOST_LETTERS) == strlen(host);
	buf_str(&x->base, plain ? host : "localhost");
	buf_str(&x->base, exchange_context());
	if (!exchange_parse(x))
		return MHD_NO;
	if (control_is(x))
		return MHD_YES;
	x->fault = fault_match(x->method, x->path);
	if (exchange_route(x) && x->op->flags & OP_MULTIPART)
		upload_begin(x);
	return MHD_YES;
}

static void take_body(struct exchange *x, const char *data, size_t size)
{
	if (x->upload)
		upload_data(x, data, size);
	else if (x->body.len + size > MAX_BODY)
		x->body_too_large = true;
	else
		buf_add(&x->body, data, size);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *conn, const char *url,
                                  const char *method, const char *version,
                                  const char *data, size_t *size, void **state)
{
	(void)arg;
	(void)conn;
	(void)url;
	(void)version;
	struct exchange *x = *state;
	if (!x)
		return MHD_NO;
	if (!x->started)
		return begin(x, method);
	if (*size) {
		take_body(x, data, *size);
		*size = 0;
		return MHD_YES;
	}
	if (!x->answered) {
		x->answered = true;
		upload_end(x);
		compute(x);
		int64_t wait = atomic_load(&latency_ms);
		if (wait && !control_is(x)) {
			int64_t due = x->began_us + wait * 1000;
			MHD_suspend_connection(conn);
			timer_add(conn, due);
			return MHD_YES;
		}
	}
	return send_answer(x);
}

static void on_log(void *arg, const char *fmt, va_list ap)
{
	(void)arg;
	(void)fmt;
	(void)ap;
}

static int listen_on(const struct server_options *options, uint16_t *ret_port,
                     const char **ret_why)
{
	struct sockaddr_in addr = { .sin_family = AF_INET,
		                    .sin_port = htons(options->port) };
	socklen_t len = sizeof(addr);
	int one = 1;
	*ret_why = "cannot listen on that address and port";
	if (inet_pton(AF_INET, options->host, &addr.sin_addr) != 1)
		return -1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 1024) ||
	    getsockname(fd, (struct sockaddr *)&addr, &len)) {
		close(fd);
		return -1;
	}
	*ret_port = ntohs(addr.sin_port);
	return fd;
}

bool server_start(const struct server_options *options, uint16_t *ret_port,
                  const char **ret_why)
{
	int fd = listen_on(options, ret_port, ret_why);
	if (fd < 0)
		return false;
	long threads = sysconf(_SC_NPROCESSORS_ONLN);
	threads = threads < 2 ? 2 : threads > 8 ? 8 : threads;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
	                 MHD_USE_ERROR_LOG;
	is_tls = options->cert != NULL;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)options->cert },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)options->key },
		{ MHD_OPTION_END, 0, NULL },
	};
	if (is_tls)
		flags |= MHD_USE_TLS;
	else
		tls[0].option = MHD_OPTION_END;
	if (!timer_start()) {
		close(fd);
		return false;
	}
	daemon_handle = MHD_start_daemon(
		flags, 0, NULL, NULL, on_request, NULL, MHD_OPTION_EXTERNAL_LOGGER,
		on_log, NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE,
		(unsigned)threads, MHD_OPTION_CONNECTION_LIMIT, 4096u,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)128 * 1024,
		MHD_OPTION_CONNECTION_TIMEOUT, 300u, MHD_OPTION_URI_LOG_CALLBACK, on_uri,
		NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_ARRAY,
		tls, MHD_OPTION_END);
	if (daemon_handle)
		return true;
	*ret_why = is_tls ? "cannot start: certificate or key is not usable"
	                  : "cannot start the server";
	timer_stop();
	close(fd);
	return false;
}

void server_stop(void)
{
	pthread_rwlock_wrlock(&end_lock);
	is_ending = true;
	pthread_rwlock_unlock(&end_lock);
	/* No suspended connection may be left when the daemon stops. */
	timer_stop();
	MHD_stop_daemon(daemon_handle);
}
