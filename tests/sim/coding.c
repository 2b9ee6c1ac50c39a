/* SPDX-License-Identifier: MIT */
#include "sim/coding.h"

#include <microhttpd.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

/* Below it what is saved does not matter; the limit of the server that sites run on. */
#define WORTH_BYTES 2048
#define GZIP_WINDOW (MAX_WBITS + 16)

#define BOMB_BLOCK_BYTES (1u << 20)
#define BOMB_BLOCKS 10240

static bool is_off;

void coding_off(void)
{
	is_off = true;
}

/* The weight of one member of Accept-Encoding is zero: "gzip;q=0". */
static bool is_refused(const char *member, size_t n)
{
	const char *q = memchr(member, ';', n);
	if (!q)
		return false;
	size_t left = n - (size_t)(q + 1 - member);
	q++;
	while (left && (*q == ' ' || *q == '\t'))
		q++, left--;
	if (left < 3 || strncasecmp(q, "q=0", 3))
		return false;
	for (q += 3, left -= 3; left; q++, left--)
		if (*q >= '1' && *q <= '9')
			return false;
	return true;
}

static bool is_named(const char *member, size_t n, const char *name)
{
	size_t len = strlen(name);
	return n >= len && !strncasecmp(member, name, len) &&
	       (n == len || strchr("; \t", member[len]));
}

/* Who does not say what it takes gets what everybody understands. */
static bool takes_gzip(const struct exchange *x)
{
	const char *at = exchange_header(x, "Accept-Encoding");
	bool any = false;
	while (at && *at) {
		at += strspn(at, ", \t");
		size_t n = strcspn(at, ",");
		if (is_named(at, n, "gzip") || is_named(at, n, "x-gzip"))
			return !is_refused(at, n);
		if (is_named(at, n, "*"))
			any = !is_refused(at, n);
		at += n;
	}
	return any;
}

static bool pack(struct buf *out, const char *data, size_t len)
{
	z_stream z = { 0 };
	/* As the servers in front of a site do it while they send. */
	if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW, 8,
	                 Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	size_t most = deflateBound(&z, (uLong)len);
	bool ok = buf_room(out, most);
	if (ok) {
		z.next_in = (Bytef *)(uintptr_t)data;
		z.avail_in = (uInt)len;
		z.next_out = (Bytef *)out->data;
		z.avail_out = (uInt)most;
		ok = deflate(&z, Z_FINISH) == Z_STREAM_END;
		out->len = ok ? most - z.avail_out : 0;
	}
	deflateEnd(&z);
	return ok;
}

static bool is_spoiled(const struct exchange *x)
{
	return x->fault.kind == FAULT_GZIP_CUT || x->fault.kind == FAULT_GZIP_BROKEN ||
	       x->fault.kind == FAULT_GZIP_BOMB;
}

void coding_apply(struct exchange *x)
{
	/* Ranges count plain bytes, and there is no body to code without one. */
	if (is_off || x->file || !x->out.len || x->status == 206 || x->out.failed ||
	    x->out.len > UINT32_MAX / 2)
		return;
	answer_header(x, "Vary", "Accept-Encoding");
	if ((x->out.len < WORTH_BYTES && !is_spoiled(x)) || !takes_gzip(x))
		return;
	if (!pack(&x->coded, x->out.data, x->out.len)) {
		buf_clear(&x->coded);
		return;
	}
	answer_header(x, "Content-Encoding", "gzip");
	if (x->fault.kind == FAULT_GZIP_CUT)
		x->coded.len /= 2;
	if (x->fault.kind == FAULT_GZIP_BROKEN)
		x->coded.data[x->coded.len / 2] ^= 0x55;
}

/* ------------------------------------------------------------------- a bomb */

struct bomb {
	struct buf head;
	struct buf block; /* the same again and again: nothing refers to what is before */
};

static ssize_t bomb_read(void *arg, uint64_t pos, char *out, size_t max)
{
	const struct bomb *b = arg;
	const char *from = b->head.data + pos;
	size_t n = b->head.len - (size_t)pos;
	if (pos >= b->head.len) {
		size_t at = (size_t)(pos - b->head.len) % b->block.len;
		from = b->block.data + at;
		n = b->block.len - at;
	}
	if (n > max)
		n = max;
	memcpy(out, from, n);
	return (ssize_t)n;
}

static void bomb_free(void *arg)
{
	struct bomb *b = arg;
	buf_clear(&b->head);
	buf_clear(&b->block);
	free(b);
}

/* The next piece of the stream, ended so that another can stand in its place. */
static bool flush(z_stream *z, struct buf *out, char *data, size_t len)
{
	size_t most = deflateBound(z, (uLong)len) + 64;
	if (!buf_room(out, most))
		return false;
	z->next_in = (Bytef *)data;
	z->avail_in = (uInt)len;
	z->next_out = (Bytef *)out->data;
	z->avail_out = (uInt)most;
	bool ok = deflate(z, Z_FULL_FLUSH) == Z_OK;
	out->len = most - z->avail_out;
	return ok;
}

struct MHD_Response *coding_bomb(void)
{
	struct bomb *b = calloc(1, sizeof(*b));
	char *blanks = malloc(BOMB_BLOCK_BYTES);
	z_stream z = { 0 };
	struct MHD_Response *response = NULL;
	if (b && blanks &&
	    deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8,
	                 Z_DEFAULT_STRATEGY) == Z_OK) {
		memset(blanks, ' ', BOMB_BLOCK_BYTES);
		if (flush(&z, &b->head, blanks, 1) &&
		    flush(&z, &b->block, blanks, BOMB_BLOCK_BYTES))
			response = MHD_create_response_from_callback(
				b->head.len + (uint64_t)BOMB_BLOCKS * b->block.len,
				16 * 1024, bomb_read, b, bomb_free);
		deflateEnd(&z);
	}
	free(blanks);
	if (!response && b)
		bomb_free(b);
	return response;
}
