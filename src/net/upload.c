/* SPDX-License-Identifier: MIT */
/* A body with a file in its middle, which is read while it is sent. */
#include "net/request.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define BOUNDARY_BYTES 18

/* Nobody who made the file can know it: so it is not in there. */
static int boundary_make(char *ret, size_t size)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char random[BOUNDARY_BYTES];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return -EIO;
	for (size_t i = 0; i < sizeof(random) && 2 * i + 2 < size; i++) {
		ret[2 * i] = hex[random[i] >> 4];
		ret[2 * i + 1] = hex[random[i] & 15];
		ret[2 * i + 2] = '\0';
	}
	return 0;
}

/*
 * As browsers do (HTML Standard, "multipart/form-data encoding algorithm"): what could
 * end the quotes or the line is percent-encoded.  A backslash before it is read as such
 * by some servers and kept in the name, or ends it, by others.
 */
static void put_name(struct buf *out, const char *name)
{
	for (; *name; name++) {
		if (*name == '"' || (unsigned char)*name < ' ' || *name == 0x7f)
			buf_printf(out, "%%%02X", (unsigned char)*name);
		else
			buf_putc(out, *name);
	}
}

int request_upload(struct request *rq, const char *field, const char *file_name, int fd,
                   uint64_t size)
{
	char boundary[2 * BOUNDARY_BYTES + 1] = "";
	cleanup_free_ char *type = NULL;
	int r = boundary_make(boundary, sizeof(boundary));

	if (r < 0)
		return r;
	type = str_printf("multipart/form-data; boundary=%s", boundary);
	if (!type)
		return -ENOMEM;
	r = request_body(rq, type, SPAN(""));
	if (r < 0)
		return r;
	buf_printf(&rq->body, "--%s\r\nContent-Disposition: form-data; name=\"",
	           boundary);
	put_name(&rq->body, field);
	buf_puts(&rq->body, "\"; filename=\"");
	put_name(&rq->body, file_name);
	buf_puts(&rq->body, "\"\r\nContent-Type: application/octet-stream\r\n\r\n");
	buf_reset(&rq->tail);
	buf_printf(&rq->tail, "\r\n--%s--\r\n", boundary);
	r = buf_status(&rq->body) ? buf_status(&rq->body) : buf_status(&rq->tail);
	if (r < 0)
		return r;
	if (rq->file_fd >= 0)
		close(rq->file_fd);
	rq->file_fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	rq->file_size = size;
	return rq->file_fd < 0 ? -errno : 0;
}

uint64_t request_body_bytes(const struct request *rq)
{
	return rq->body.len + (rq->file_fd >= 0 ? rq->file_size + rq->tail.len : 0);
}

static ssize_t copy(const struct buf *from, uint64_t at, char *to, size_t n)
{
	if (n > from->len - at)
		n = from->len - (size_t)at;
	memcpy(to, from->p + at, n);
	return (ssize_t)n;
}

/* By offset, so that a request sent again begins anew, whoever else has the file. */
static ssize_t read_file(const struct request *rq, uint64_t at, char *to, size_t n)
{
	ssize_t got;

	if (n > rq->file_size - at)
		n = (size_t)(rq->file_size - at);
	do
		got = pread(rq->file_fd, to, n, (off_t)at);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	return got ? got : -EBUSY;
}

ssize_t request_body_read(const struct request *rq, uint64_t at, char *to, size_t n)
{
	if (!n)
		return 0;
	if (at < rq->body.len)
		return copy(&rq->body, at, to, n);
	at -= rq->body.len;
	if (rq->file_fd < 0)
		return 0;
	if (at < rq->file_size)
		return read_file(rq, at, to, n);
	at -= rq->file_size;
	return at < rq->tail.len ? copy(&rq->tail, at, to, n) : 0;
}
