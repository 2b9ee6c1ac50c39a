/* SPDX-License-Identifier: MIT */
#include "auth/jar.h"

#include "auth/place.h"
#include "base/clock.h"
#include "base/secret.h"
#include "net/date.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

struct cookie {
	char *name;
	char *value;
	char *domain; /* without a dot before it */
	char *path;
	bool for_host_only;
	bool is_secure;
	int64_t expires_ms; /* wall clock; INT64_MAX: with the session */
};

struct jar {
	struct cookie cookies[JAR_COOKIES_MAX];
	size_t n;
};

struct jar *jar_new(void)
{
	return calloc(1, sizeof(struct jar));
}

static void cookie_clear(struct cookie *c)
{
	if (c->value)
		secret_wipe(c->value, strlen(c->value));
	free(c->name);
	free(c->value);
	free(c->domain);
	free(c->path);
	*c = (struct cookie){ 0 };
}

static void drop(struct jar *j, size_t i)
{
	cookie_clear(&j->cookies[i]);
	memmove(&j->cookies[i], &j->cookies[i + 1],
	        (j->n - i - 1) * sizeof(j->cookies[0]));
	j->n--;
}

void jar_empty(struct jar *j)
{
	while (j->n)
		drop(j, j->n - 1);
}

void jar_free(struct jar *j)
{
	if (!j)
		return;
	jar_empty(j);
	free(j);
}

static bool is_address(struct span host)
{
	cleanup_free_ char *text = span_dup(host);
	struct in_addr v4;

	return !text || memchr(host.p, ':', host.n) || inet_pton(AF_INET, text, &v4) == 1;
}

/* RFC 6265 5.1.3 */
static bool in_domain(struct span host, struct span domain)
{
	if (span_ieq(host, domain))
		return true;
	if (host.n <= domain.n || host.p[host.n - domain.n - 1] != '.')
		return false;
	return span_ieq((struct span){ host.p + host.n - domain.n, domain.n }, domain) &&
	       !is_address(host);
}

/* RFC 6265 5.1.4 */
static bool in_path(struct span path, const char *below)
{
	size_t n = strlen(below);

	if (!path.n)
		path = SPAN("/");
	if (path.n < n || memcmp(path.p, below, n))
		return false;
	return path.n == n || below[n - 1] == '/' || path.p[n] == '/';
}

static struct span default_path(struct span path)
{
	size_t last = 0;

	for (size_t i = 0; i < path.n; i++) {
		if (path.p[i] == '/')
			last = i;
	}
	return path.n && path.p[0] == '/' && last ? (struct span){ path.p, last }
	                                          : SPAN("/");
}

/* Takes c; an old one of the same name, domain and path goes. */
static void keep(struct jar *j, struct cookie *c)
{
	int64_t now = clock_wall_ms();

	for (size_t i = j->n; i-- > 0;) {
		struct cookie *old = &j->cookies[i];

		if (old->expires_ms <= now ||
		    (str_eq(old->name, c->name) && str_ieq(old->domain, c->domain) &&
		     str_eq(old->path, c->path)))
			drop(j, i);
	}
	if (c->expires_ms <= now) {
		cookie_clear(c);
		return;
	}
	if (j->n == JAR_COOKIES_MAX)
		drop(j, 0);
	j->cookies[j->n++] = *c;
	*c = (struct cookie){ 0 };
}

struct attributes {
	struct span domain, path;
	bool is_secure;
	int64_t expires_ms;
};

static int64_t expiry_of_age(struct span value)
{
	int64_t s = 0;
	bool is_past = value.n && value.p[0] == '-';

	if (is_past || !span_digits(value))
		return is_past ? 0 : INT64_MAX;
	if (!span_int(value, &s) || s > INT32_MAX)
		return INT64_MAX;
	return s ? clock_wall_ms() + s * 1000 : 0;
}

static struct attributes read_attributes(struct span rest)
{
	struct attributes a = { .expires_ms = INT64_MAX };
	bool has_age = false;
	int64_t date;

	while (rest.n) {
		struct span value = span_cut(&rest, ';');
		struct span name = span_trim(span_cut(&value, '='));

		value = span_trim(value);
		if (span_ieq(name, SPAN("Secure"))) {
			a.is_secure = true;
		} else if (span_ieq(name, SPAN("Domain")) && value.n) {
			a.domain = value;
			if (value.p[0] == '.')
				a.domain = (struct span){ value.p + 1, value.n - 1 };
		} else if (span_ieq(name, SPAN("Path"))) {
			a.path = value;
		} else if (span_ieq(name, SPAN("Max-Age"))) {
			a.expires_ms = expiry_of_age(value);
			has_age = true;
		} else if (span_ieq(name, SPAN("Expires")) && !has_age &&
		           http_date(value, &date)) {
			a.expires_ms = date;
		}
	}
	return a;
}

static bool is_cookie_text(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f || s.p[i] == ';')
			return false;
	}
	return true;
}

/* May this host set cookies for that domain?  Not for a whole top level, at least. */
static bool may_set(struct span host, struct span domain)
{
	return in_domain(host, domain) &&
	       (span_ieq(host, domain) || memchr(domain.p, '.', domain.n));
}

static int take_one(struct jar *j, const struct place *at, struct span text)
{
	struct span rest = text, value = span_cut(&rest, ';');
	struct span name = value.n && memchr(value.p, '=', value.n)
	                           ? span_trim(span_cut(&value, '='))
	                           : (struct span){ NULL, 0 };
	struct attributes a = read_attributes(rest);
	struct cookie c = { .is_secure = a.is_secure, .expires_ms = a.expires_ms };

	value = span_trim(value);
	if (!name.n || name.n + value.n > JAR_COOKIE_BYTES || !is_cookie_text(name) ||
	    !is_cookie_text(value) || (a.domain.n && !may_set(at->host, a.domain)) ||
	    (a.is_secure && !at->is_private))
		return 0;
	c.for_host_only = !a.domain.n;
	c.name = span_dup(name);
	c.value = span_dup(value);
	c.domain = span_dup(a.domain.n ? a.domain : at->host);
	c.path = span_dup(a.path.n && a.path.p[0] == '/' ? a.path
	                                                 : default_path(at->path));
	if (!c.name || !c.value || !c.domain || !c.path) {
		cookie_clear(&c);
		return -ENOMEM;
	}
	keep(j, &c);
	return 0;
}

int jar_take(struct jar *j, const struct request *rq)
{
	struct place at;
	int r = 0;

	if (!place_of(rq->url, &at))
		return 0;
	for (size_t i = 0; i < rq->n_answer_headers && !r; i++) {
		if (str_ieq(rq->answer_headers[i].name, "Set-Cookie"))
			r = take_one(j, &at, span_of(rq->answer_headers[i].value));
	}
	return r;
}

int jar_put(struct jar *j, const char *url, const char *name, struct span value)
{
	struct cookie c = { .for_host_only = true, .expires_ms = INT64_MAX };
	struct place at;

	if (!place_of(url, &at) || !is_cookie_text(value) || value.n > JAR_COOKIE_BYTES)
		return -EINVAL;
	c.name = str_dup(name);
	c.value = span_dup(value);
	c.domain = span_dup(at.host);
	c.path = str_dup("/");
	if (!c.name || !c.value || !c.domain || !c.path) {
		cookie_clear(&c);
		return -ENOMEM;
	}
	keep(j, &c);
	return 0;
}

static bool belongs(const struct cookie *c, const struct place *to, int64_t now)
{
	struct span domain = span_of(c->domain);

	if (c->expires_ms <= now || (c->is_secure && !to->is_private))
		return false;
	if (c->for_host_only ? !span_ieq(to->host, domain) : !in_domain(to->host, domain))
		return false;
	return in_path(to->path, c->path);
}

void jar_header(const struct jar *j, const char *url, struct buf *out)
{
	const struct cookie *found[JAR_COOKIES_MAX];
	int64_t now = clock_wall_ms();
	struct place to;
	size_t n = 0;

	if (!place_of(url, &to))
		return;
	/* Longer paths first, else in the order in which they came (RFC 6265 5.4). */
	for (size_t i = 0; i < j->n; i++) {
		const struct cookie *c = &j->cookies[i];
		size_t at = n;

		if (!belongs(c, &to, now))
			continue;
		for (; at && strlen(found[at - 1]->path) < strlen(c->path); at--)
			found[at] = found[at - 1];
		found[at] = c;
		n++;
	}
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%s=%s", i ? "; " : "", found[i]->name,
		           found[i]->value);
}
