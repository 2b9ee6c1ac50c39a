/* SPDX-License-Identifier: MIT */
#include "auth/place.h"

#include "net/url.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

bool place_of(const char *url, struct place *ret)
{
	bool tls = !strncasecmp(url, "https://", 8);
	const char *p = url + (tls ? 8 : 7);

	if (!tls && strncasecmp(url, "http://", 7))
		return false;
	size_t n = strcspn(p, "/?#");
	bool v6 = *p == '[';
	size_t host_n = v6 ? strcspn(p + 1, "]") : strcspn(p, ":/?#");
	struct span host = { p + v6, host_n };

	if (!host_n || host_n + (v6 ? 2u : 0u) > n || memchr(p, '@', n))
		return false;
	cleanup_free_ char *name = span_dup(host);

	*ret = (struct place){
		.origin = { url, (size_t)(p - url) + n },
		.host = host,
		.path = { p + n, strcspn(p + n, "?#") },
		.is_private = tls || url_is_loopback(name),
	};
	return name;
}

struct span place_without_port(struct span origin)
{
	static const struct {
		const char *scheme, *port;
	} usual[] = { { "https:", ":443" }, { "http:", ":80" } };

	for (size_t i = 0; i < ARRAY_SIZE(usual); i++) {
		size_t n = strlen(usual[i].port), scheme_n = strlen(usual[i].scheme);

		if (origin.n > n + scheme_n &&
		    !strncasecmp(origin.p, usual[i].scheme, scheme_n) &&
		    !memcmp(origin.p + origin.n - n, usual[i].port, n))
			origin.n -= n;
	}
	return origin;
}

bool place_is_same(const char *url, const char *other)
{
	struct place a, b;

	return place_of(url, &a) && place_of(other, &b) &&
	       span_ieq(place_without_port(a.origin), place_without_port(b.origin));
}

/* The directory of a path: up to its last slash. */
static struct span directory(struct span path)
{
	while (path.n && path.p[path.n - 1] != '/')
		path.n--;
	return path.n ? path : SPAN("/");
}

/* Resolves /./ and /../ of a whole address in place (RFC 3986 5.2.4). */
static void remove_dots(char *url, size_t origin_n)
{
	char *start = url + origin_n, *to = start;
	const char *p = start;

	while (*p == '/') {
		size_t n = 1 + strcspn(p + 1, "/?");

		if (n == 2 && p[1] == '.') {
			/* nothing but the slash, if it is the end */
			if (p[2] != '/')
				*to++ = '/';
		} else if (n == 3 && p[1] == '.' && p[2] == '.') {
			while (to > start && *--to != '/')
				continue;
			if (p[3] != '/')
				*to++ = '/';
		} else {
			memmove(to, p, n);
			to += n;
		}
		p += n;
	}
	memmove(to, p, strlen(p) + 1);
}

int place_follow(const char *from, const char *location, char **ret, struct err *err)
{
	int n = (int)strcspn(location, "#");
	bool has_scheme =
		location[strspn(location, "abcdefghijklmnopqrstuvwxyz"
	                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ+.-")] == ':';
	struct place at, to;
	cleanup_free_ char *url = NULL;

	if (!place_of(from, &at))
		return err_set(err, -EINVAL, "an address of the sign-on is unusable");
	if (has_scheme)
		url = str_printf("%.*s", n, location);
	else if (location[0] == '/' && location[1] == '/')
		url = str_printf("%.*s:%.*s", (int)strcspn(from, ":"), from, n, location);
	else if (location[0] == '/')
		url = str_printf("%.*s%.*s", SPAN_FMT(at.origin), n, location);
	else if (!n || location[0] == '?')
		url = str_printf("%.*s%.*s%.*s", SPAN_FMT(at.origin), SPAN_FMT(at.path),
		                 n, location);
	else
		url = str_printf("%.*s%.*s%.*s", SPAN_FMT(at.origin),
		                 SPAN_FMT(directory(at.path)), n, location);
	if (!url)
		return err_nomem(err);
	if (!place_of(url, &to))
		return err_set(err, -EBADMSG,
		               "%.*s leads the sign-on to something that is no web "
		               "address",
		               SPAN_FMT(at.origin));
	if (at.is_private && !to.is_private)
		return err_set(err, -EBADMSG,
		               "%.*s leads the sign-on to an address without TLS, which "
		               "is not followed",
		               SPAN_FMT(at.origin));
	remove_dots(url, to.origin.n);
	*ret = take_ptr(url);
	return 0;
}
