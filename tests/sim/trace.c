/* SPDX-License-Identifier: MIT */
#include "sim/trace.h"

#include "sim/timer.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int log_fd = -1;
static int record_fd = -1;

static int open_append(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

bool trace_open_log(const char *path)
{
	log_fd = open_append(path);
	return log_fd >= 0;
}

bool trace_open_record(const char *path)
{
	record_fd = open_append(path);
	return record_fd >= 0;
}

bool trace_wants_bodies(void)
{
	return record_fd >= 0;
}

void trace_close(void)
{
	if (log_fd >= 0)
		close(log_fd);
	if (record_fd >= 0)
		close(record_fd);
	log_fd = record_fd = -1;
}

static void put_line(int fd, struct buf *line)
{
	buf_char(line, '\n');
	size_t done = 0;
	while (!line->failed && done < line->len) {
		ssize_t n = write(fd, line->data + done, line->len - done);
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	buf_clear(line);
}

/* Bytes that are not UTF-8 would make the line unreadable. */
static bool is_utf8(const char *s, size_t len)
{
	for (size_t i = 0; i < len;) {
		unsigned char c = (unsigned char)s[i++];
		int more = c < 0x80       ? 0
		           : c >> 5 == 6  ? 1
		           : c >> 4 == 14 ? 2
		           : c >> 3 == 30 ? 3
		                          : -1;
		if (more < 0 || !c)
			return false;
		for (; more > 0; more--, i++)
			if (i >= len || ((unsigned char)s[i] & 0xc0) != 0x80)
				return false;
	}
	return true;
}

static void put_text(struct buf *b, const char *name, const char *s, size_t len)
{
	buf_lit(b, ",\"");
	buf_str(b, name);
	buf_lit(b, "\":");
	if (!s || !is_utf8(s, len)) {
		buf_lit(b, "null");
		return;
	}
	buf_char(b, '"');
	buf_json_part(b, s, len);
	buf_char(b, '"');
}

static void put_string(struct buf *b, const char *name, const char *s)
{
	put_text(b, name, s, s ? strlen(s) : 0);
}

static void put_common(struct buf *b, struct exchange *x, unsigned status)
{
	buf_lit(b, "{\"seq\":");
	buf_int(b, (int64_t)x->seq);
	buf_fmt(b, ",\"time\":%lld.%03d", (long long)(x->began_ms / 1000),
	        (int)(x->began_ms % 1000));
	put_string(b, "method", x->method);
	put_string(b, "path", x->path);
	put_string(b, "query", x->query ? x->query : "");
	buf_fmt(b, ",\"status\":%u", status);
	put_string(b, "fault", fault_name(x->fault.kind));
}

static void trace_log(struct exchange *x, unsigned status, uint64_t bytes)
{
	struct buf line = { 0 };
	int64_t us = clock_us() - x->began_us;
	put_common(&line, x, status);
	buf_fmt(&line, ",\"bytes\":%llu,\"ms\":%lld.%03d", (unsigned long long)bytes,
	        (long long)(us / 1000), (int)(us % 1000));
	put_string(&line, "coding", x->coded.len ? "gzip" : "");
	put_string(&line, "user_agent", exchange_header(x, "User-Agent"));
	buf_lit(&line, ",\"authenticated\":");
	buf_bool(&line, x->who != NOBODY);
	buf_char(&line, '}');
	put_line(log_fd, &line);
}

static void trace_record(struct exchange *x, unsigned status)
{
	static const char *const headers[] = {
		"Accept",     "Content-Type", "X-ExperimentalApi", "X-Atlassian-Token",
		"User-Agent", "Range"
	};
	struct buf line = { 0 };
	put_common(&line, x, status);
	put_string(&line, "template", x->op ? x->op->path : NULL);
	buf_fmt(&line, ",\"version\":%d,\"request_headers\":{\"Host\":null", x->version);
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		const char *value = exchange_header(x, headers[i]);
		if (value)
			put_string(&line, headers[i], value);
	}
	buf_char(&line, '}');
	put_text(&line, "request_body", x->body.data, x->body.len);
	put_string(&line, "content_type",
	           x->content_type ? x->content_type
	           : x->out.len    ? "application/json"
	                           : NULL);
	put_text(&line, "body", x->file ? NULL : x->out.data, x->out.len);
	buf_char(&line, '}');
	put_line(record_fd, &line);
}

void trace_exchange(struct exchange *x, unsigned status, uint64_t bytes)
{
	if (log_fd >= 0)
		trace_log(x, status, bytes);
	/* without a status nothing was said: the other had gone */
	if (record_fd >= 0 && (status || x->fault.kind != FAULT_NONE))
		trace_record(x, status);
}
