/* SPDX-License-Identifier: MIT */
#include "rest/content.h"

#include "net/url.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES 16384
#define HOPS_MAX 4
#define ELSEWHERE "another host"

static void bufp(struct buf *b)
{
	buf_clear(b);
}

static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 ||
	       status == 308;
}

/* "https://host:port" of an address, without what follows. */
static struct span origin_of(const char *url)
{
	const char *host = strstr(url, "://");
	size_t n = host ? strcspn(host + 3, "/?#") : 0;

	return (struct span){ url, host ? (size_t)(host + 3 - url) + n : 0 };
}

/* Where a redirect leads, as a whole address.  from: where it came from. */
static int follow(const char *from, const char *location, char **ret, struct err *err)
{
	struct span origin = origin_of(from);
	bool here = location[0] == '/' && location[1] != '/';
	char *to;

	if (!here && !str_starts(location, "https://") &&
	    !str_starts(location, "http://"))
		return err_set(err, -EBADMSG,
		               "the site sends the reader to an address of an unknown "
		               "kind");
	if (!here && str_starts(from, "https://") && !str_starts(location, "https://"))
		return err_set(err, -EBADMSG,
		               "the site sends the reader to an address without TLS, "
		               "which is not followed");
	to = here ? str_printf("%.*s%s", SPAN_FMT(origin), location) : str_dup(location);
	if (!to)
		return err_nomem(err);
	*ret = to;
	return 0;
}

static bool number(struct span s, uint64_t *ret)
{
	int64_t v;

	if (!span_digits(s) || !span_int(s, &v))
		return false;
	*ret = (uint64_t)v;
	return true;
}

/* "bytes 0-1023/146515": exactly what was asked for, of exactly such a whole? */
static bool is_range(const char *header, uint64_t offset, size_t n, uint64_t whole)
{
	struct span rest = span_of(header);
	struct span unit = span_cut(&rest, ' ');
	struct span range = span_cut(&rest, '/');
	struct span first = span_cut(&range, '-');
	uint64_t from, to, of;

	return span_ieq(unit, SPAN("bytes")) && number(span_trim(first), &from) &&
	       number(span_trim(range), &to) && from == offset && to == offset + n - 1 &&
	       (span_is(rest, "*") || (number(span_trim(rest), &of) && of == whole));
}

/* A server that knows no ranges gives the whole. */
static int take(const struct pending *p, const struct content *c, uint64_t offset,
                size_t n, struct buf *body, struct err *err)
{
	int status = pending_status(p);

	if (status == 206 && body->len == n &&
	    is_range(pending_header(p, "Content-Range"), offset, n, c->bytes))
		return 0;
	if (status == 200 && body->len == c->bytes) {
		memmove(body->p, body->p + offset, n);
		buf_truncate(body, n);
		return 0;
	}
	return err_set(err, -EBADMSG,
	               "the site gives other bytes than it announced: %zu in an answer "
	               "with status %d for %zu at %" PRIu64 " of %" PRIu64,
	               body->len, status, n, offset, c->bytes);
}

static void path_of(const struct content *c, struct buf *out)
{
	struct span rest = span_of(c->path);

	while (rest.n) {
		struct span word;

		buf_span(out, span_cut(&rest, '{'));
		word = span_cut(&rest, '}');
		if (span_is(word, "request"))
			url_encode(out, c->request);
		else if (span_is(word, "id"))
			url_encode(out, span_of(c->id));
		else if (span_is(word, "name"))
			url_encode(out, span_of(c->name));
	}
}

int content_read(struct client *client, const struct content *c, uint64_t offset,
                 size_t n, struct run *run, struct buf *ret, struct err *err)
{
	cleanup_free_ char *range = str_printf("bytes=%" PRIu64 "-%" PRIu64, offset,
	                                       offset + (n ? n - 1 : 0));
	cleanup_(bufp) struct buf path = BUF_INIT(PATH_BYTES);
	cleanup_free_ char *at = NULL;
	struct call call = {
		.method = "GET", .bucket = c->path, .repeatable = true, .range = range
	};

	if (!range)
		return err_nomem(err);
	if (!n || offset > c->bytes || n > c->bytes - offset)
		return err_set(err, -EINVAL, "no such part");
	path_of(c, &path);
	if (buf_status(&path))
		return err_set(err, -EFBIG, "the name of the file is too long");
	call.path = buf_str(&path);
	for (int hop = 0; hop <= HOPS_MAX; hop++) {
		cleanup_(pending_freep) struct pending *p = NULL;
		struct err why = { 0 };
		const char *location;
		char *next = NULL;
		int r = client_start(client, &call, run, &p, &why);

		if (!r)
			r = client_finish(p, ret, &why);
		if (!r)
			return take(p, c, offset, n, ret, err);
		location = p ? pending_header(p, "Location") : NULL;
		if (r != -EBADMSG || !location || !is_redirect(pending_status(p))) {
			if (err)
				*err = why;
			return r;
		}
		r = follow(pending_url(p), location, &next, err);
		if (r)
			return r;
		free(at);
		at = next;
		call.path = at;
		call.bucket = ELSEWHERE;
		call.elsewhere = true;
	}
	return err_set(err, -EBADMSG,
	               "the site sends the reader from one address to another");
}
