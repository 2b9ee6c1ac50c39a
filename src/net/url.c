/* SPDX-License-Identifier: MIT */
/*
 * The address of a site is the one text that decides where credentials go, so it
 * is read strictly here instead of by a parser that repairs what it is given.
 * No message repeats the address as written: it may hold a password.
 */
#include "net/url.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

static const char unreserved_marks[] = "-._~";
static const char path_marks[] = "-._~!$&'()*+,;=:@/";

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_unreserved(char c)
{
	return is_alnum(c) || (c && strchr(unreserved_marks, c));
}

void url_encode(struct buf *out, struct span s)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n;) {
		size_t plain = i;

		while (plain < s.n && is_unreserved(s.p[plain]))
			plain++;
		buf_add(out, s.p + i, plain - i);
		i = plain;
		if (i < s.n) {
			unsigned char c = (unsigned char)s.p[i++];
			char escape[3] = { '%', digits[c >> 4], digits[c & 15] };

			buf_add(out, escape, sizeof(escape));
		}
	}
}

void url_param(struct buf *url, const char *name, struct span value)
{
	struct span so_far = buf_view(url);
	char last = so_far.n ? so_far.p[so_far.n - 1] : '\0';

	if (!so_far.n || !memchr(so_far.p, '?', so_far.n))
		buf_putc(url, '?');
	else if (last != '?' && last != '&')
		buf_putc(url, '&');
	url_encode(url, span_of(name));
	buf_putc(url, '=');
	url_encode(url, value);
}

bool url_is_loopback(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (!host)
		return false;
	if (str_ieq(host, "localhost"))
		return true;
	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

/* Takes "scheme://" off *rest. */
static int parse_scheme(struct span *rest, struct url *ret, struct err *err)
{
	static const char *const known[] = { "https", "http" };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		struct span name = span_of(known[i]);

		if (rest->n < name.n + 3 ||
		    !span_ieq((struct span){ rest->p, name.n }, name) ||
		    memcmp(rest->p + name.n, "://", 3))
			continue;
		rest->p += name.n + 3;
		rest->n -= name.n + 3;
		ret->port = i ? 80 : 443;
		ret->scheme = str_dup(known[i]);
		return ret->scheme ? 0 : err_nomem(err);
	}
	return err_set(err, -EINVAL,
	               "the address of the site has to begin with https://");
}

static int parse_port(struct span text, struct url *ret, struct err *err)
{
	int64_t port = 0;

	if (!span_digits(text) || !span_int(text, &port) || port < 1 || port > 65535)
		return err_set(err, -EINVAL,
		               "the port in the address of the site is not a number "
		               "from 1 to 65535");
	ret->port = (unsigned)port;
	return 0;
}

static bool is_host_name(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '.' && s.p[i] != '_')
			return false;
	}
	return s.n > 0 && s.n <= 253 && s.p[0] != '.' && s.p[0] != '-';
}

static int parse_host(struct span text, struct url *ret, struct err *err)
{
	struct in6_addr v6;

	ret->host = span_dup(text);
	if (!ret->host)
		return err_nomem(err);
	for (char *c = ret->host; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c += 'a' - 'A';
	}
	if (!is_host_name(text) && inet_pton(AF_INET6, ret->host, &v6) != 1)
		return err_set(err, -EINVAL,
		               "the address of the site has no usable host name (write "
		               "other alphabets in their xn-- form)");
	return 0;
}

/* host, host:port, [v6] or [v6]:port */
static int parse_authority(struct span text, struct url *ret, struct err *err)
{
	struct span host = text, port = { NULL, 0 };
	bool has_port = false;

	if (text.n && memchr(text.p, '@', text.n))
		return err_set(err, -EINVAL,
		               "the address of the site must not hold a user name or "
		               "password: use the properties User and APIToken");
	if (text.n && text.p[0] == '[') {
		const char *end = memchr(text.p, ']', text.n);
		size_t n = end ? (size_t)(end - text.p) : 0;

		if (!end || (n + 1 < text.n && end[1] != ':'))
			return err_set(err, -EINVAL,
			               "the address of the site has an unclosed '['");
		host = (struct span){ text.p + 1, n - 1 };
		has_port = n + 1 < text.n;
		if (has_port)
			port = (struct span){ end + 2, text.n - n - 2 };
		if (!memchr(host.p, ':', host.n))
			host.n = 0;
	} else if (text.n && memchr(text.p, ':', text.n)) {
		port = text;
		host = span_cut(&port, ':');
		has_port = true;
	}
	if (has_port) {
		int code = parse_port(port, ret, err);

		if (code)
			return code;
	}
	return parse_host(host, ret, err);
}

static int parse_path(struct span path, struct url *ret, struct err *err)
{
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	for (size_t i = 0; i < path.n; i++) {
		char c = path.p[i];
		bool escape = c == '%' && path.n - i > 2 && is_hex(path.p[i + 1]) &&
		              is_hex(path.p[i + 2]);

		if (!escape && !is_alnum(c) && !strchr(path_marks, c))
			return err_set(err, -EINVAL,
			               "the path in the address of the site holds a "
			               "character that has to be percent-encoded");
	}
	ret->path = span_dup(path);
	return ret->path ? 0 : err_nomem(err);
}

static int parse_into(const char *text, struct url *ret, struct err *err)
{
	struct span rest = span_of(text);

	for (size_t i = 0; i < rest.n; i++) {
		if ((unsigned char)rest.p[i] <= ' ' || rest.p[i] == 0x7f)
			return err_set(err, -EINVAL,
			               "the address of the site holds a space or a "
			               "control byte");
	}
	int code = parse_scheme(&rest, ret, err);
	if (code)
		return code;

	size_t n = 0;
	while (n < rest.n && !strchr("/?#", rest.p[n]))
		n++;
	struct span authority = { rest.p, n };
	struct span path = { rest.p + n, rest.n - n };

	code = parse_authority(authority, ret, err);
	if (code)
		return code;
	if (path.n && (memchr(path.p, '?', path.n) || memchr(path.p, '#', path.n)))
		return err_set(err, -EINVAL,
		               "the address of the site must end before any '?' or '#'");
	code = parse_path(path, ret, err);
	if (code)
		return code;
	if (str_eq(ret->scheme, "http") && !url_is_loopback(ret->host))
		return err_set(err, -EINVAL,
		               "http would send credentials to '%s' in the clear: use "
		               "https",
		               ret->host);
	return 0;
}

int url_parse(const char *text, struct url *ret, struct err *err)
{
	struct url u = { 0 };
	int code = parse_into(text, &u, err);

	if (code) {
		url_clear(&u);
		return code;
	}
	*ret = u;
	return 0;
}

void url_clear(struct url *u)
{
	free(u->scheme);
	free(u->host);
	free(u->path);
	*u = (struct url){ 0 };
}

void url_print(const struct url *u, struct buf *out)
{
	bool v6 = strchr(u->host, ':');
	unsigned usual = str_eq(u->scheme, "https") ? 443 : 80;

	buf_printf(out, "%s://%s%s%s", u->scheme, v6 ? "[" : "", u->host, v6 ? "]" : "");
	if (u->port != usual)
		buf_printf(out, ":%u", u->port);
	buf_puts(out, u->path);
}
