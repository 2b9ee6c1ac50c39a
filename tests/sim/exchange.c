/* SPDX-License-Identifier: MIT */
/* Parsing of requests, and the shapes that all answers share. */
#include "sim/exchange.h"

#include "sim/oauth.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int64_t cap = 100;
static const char *context = "";

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decodes in place; false for a broken escape or a NUL byte. */
static bool url_decode(char *s, bool plus)
{
	char *to = s;
	for (; *s; s++) {
		if (*s == '+' && plus) {
			*to++ = ' ';
		} else if (*s == '%') {
			int high = hex_value(s[1]);
			int low = high < 0 ? -1 : hex_value(s[2]);
			if (low < 0 || !(high | low))
				return false;
			*to++ = (char)(high << 4 | low);
			s += 2;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
	return true;
}

bool exchange_decode(char *s)
{
	return url_decode(s, true);
}

static bool parse_path(struct exchange *x)
{
	char *save = NULL;
	char *copy = strdup(x->path);
	if (!copy)
		return false;
	/* The segments point into one allocation, held by the first. */
	x->seg[0] = copy;
	x->n_seg = 0;
	if (*copy != '/')
		return false;
	bool ok = true;
	for (char *s = strtok_r(copy + 1, "/", &save); s;
	     s = strtok_r(NULL, "/", &save)) {
		if (x->n_seg + 1 == MAX_SEGMENTS)
			return false;
		ok = url_decode(s, false) && ok;
		x->seg[++x->n_seg] = s;
	}
	return ok;
}

static bool parse_query(struct exchange *x)
{
	char *save = NULL;
	bool ok = true;
	if (!x->query)
		return true;
	char *copy = strdup(x->query);
	if (!copy)
		return false;
	for (char *s = strtok_r(copy, "&", &save); s; s = strtok_r(NULL, "&", &save)) {
		if (x->n_params == MAX_PARAMS) {
			ok = false;
			break;
		}
		struct param *p = &x->params[x->n_params++];
		char *eq = strchr(s, '=');
		p->name = strndup(s, eq ? (size_t)(eq - s) : strlen(s));
		p->value = strdup(eq ? eq + 1 : "");
		ok = p->name && p->value && url_decode(p->name, true) &&
		     url_decode(p->value, true) && ok;
	}
	free(copy);
	return ok;
}

bool exchange_set_context(const char *path)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/";
	size_t n = strlen(path);
	if (*path != '/' || n < 2 || n > 64 || path[n - 1] == '/' ||
	    strspn(path, letters) != n || strstr(path, "//"))
		return false;
	context = path;
	return true;
}

const char *exchange_context(void)
{
	return context;
}

/* Behind this, nothing knows of the context path but for addresses in answers. */
static void cut_context(struct exchange *x)
{
	size_t n = strlen(context);
	if (!n || x->replay)
		return;
	x->outside = strncmp(x->raw, context, n) || !strchr("/?", x->raw[n]);
	if (!x->outside)
		memmove(x->raw, x->raw + n, strlen(x->raw + n) + 1);
}

/* Links in answers name the site all the same. */
static void cut_gateway(struct exchange *x)
{
	static const char prefix[] = "/ex/jira/" SIM_CLOUD_ID "/";
	size_t n = sizeof(prefix) - 2;
	if (!oauth_is_on() || site_is_dc() || strncmp(x->raw, prefix, n + 1) != 0)
		return;
	x->gateway = true;
	memmove(x->raw, x->raw + n, strlen(x->raw + n) + 1);
}

bool exchange_parse(struct exchange *x)
{
	cut_context(x);
	cut_gateway(x);
	const char *mark = strchr(x->raw, '?');
	x->path = strndup(x->raw, mark ? (size_t)(mark - x->raw) : strlen(x->raw));
	if (mark && mark[1])
		x->query = strdup(mark + 1);
	if (!x->path || (mark && mark[1] && !x->query))
		return false;
	x->bad_target = !parse_path(x) || !parse_query(x);
	return true;
}

static void upload_free(struct upload *u)
{
	if (!u)
		return;
	for (size_t i = 0; i < u->n_parts; i++) {
		free(u->parts[i].file_name);
		free(u->parts[i].mime);
		/* What no operation took over is of no use to anyone. */
		if (u->parts[i].path && !u->parts[i].taken) {
			unlink(u->parts[i].path);
			free(u->parts[i].path);
		}
	}
	free(u->parts);
	free(u);
}

void exchange_clear(struct exchange *x)
{
	free(x->raw);
	free(x->path);
	free(x->query);
	free(x->seg[0]);
	for (int i = 0; i < x->n_params; i++) {
		free(x->params[i].name);
		free(x->params[i].value);
	}
	buf_clear(&x->base);
	buf_clear(&x->body);
	buf_clear(&x->out);
	buf_clear(&x->coded);
	json_object_put(x->json);
	upload_free(x->upload);
	free(x->file);
}

const char *query_get(const struct exchange *x, const char *name)
{
	for (int i = 0; i < x->n_params; i++)
		if (!strcmp(x->params[i].name, name))
			return x->params[i].value;
	return NULL;
}

bool query_bool(const struct exchange *x, const char *name, bool otherwise)
{
	const char *value = query_get(x, name);
	return value ? !strcmp(value, "true") : otherwise;
}

int64_t query_int(const struct exchange *x, const char *name, int64_t otherwise)
{
	const char *value = query_get(x, name);
	int64_t n;
	return value && parse_id(value, &n) ? n : otherwise;
}

bool query_expands(const struct exchange *x, const char *word)
{
	size_t want = strlen(word), n;
	for (int i = 0; i < x->n_params; i++) {
		const char *at = x->params[i].value, *part;
		if (strcmp(x->params[i].name, "expand"))
			continue;
		while ((part = list_next(&at, ',', &n)))
			if (n >= want && !memcmp(part, word, want) &&
			    (n == want || part[want] == '.'))
				return true;
	}
	return false;
}

bool parse_id(const char *text, int64_t *ret)
{
	size_t n = strlen(text);
	if (!n || n > 18 || strspn(text, "0123456789") != n)
		return false;
	*ret = strtoll(text, NULL, 10);
	return true;
}

void answer(struct exchange *x, unsigned status)
{
	x->status = status;
}

void answer_header(struct exchange *x, const char *name, const char *fmt, ...)
{
	char value[3072];
	size_t used = strlen(x->extra);
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	snprintf(x->extra + used, sizeof(x->extra) - used, "%s: %s\n", name, value);
}

void answer_error(struct exchange *x, unsigned status, const char *key, const char *fmt,
                  ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	x->status = status;
	x->out.len = 0;
	x->content_type = NULL;
	bool platform = x->op ? x->op->flags & OP_PLATFORM
	                      : x->n_seg < 2 || strcmp(x->seg[2], "servicedeskapi") != 0;
	if (platform) {
		buf_lit(&x->out, "{\"errorMessages\":[");
		buf_json(&x->out, text);
		buf_lit(&x->out, "],\"errors\":{}}");
		return;
	}
	buf_lit(&x->out, "{\"errorMessage\":");
	buf_json(&x->out, text);
	buf_lit(&x->out, ",\"i18nErrorMessage\":{\"i18nKey\":");
	buf_json(&x->out, key);
	buf_lit(&x->out, ",\"parameters\":[]}}");
}

/* Pages */

int64_t page_cap(void)
{
	return cap;
}

void page_set_cap(int64_t new_cap)
{
	cap = new_cap;
}

static void page_link(struct exchange *x, const char *rel, int64_t start, int64_t limit)
{
	struct buf *b = &x->out;
	buf_lit(b, ",\"");
	buf_str(b, rel);
	buf_lit(b, "\":\"");
	buf_json_part(b, x->base.data, x->base.len);
	buf_json_part(b, x->path, strlen(x->path));
	buf_char(b, '?');
	for (int i = 0; i < x->n_params; i++) {
		const struct param *p = &x->params[i];
		if (!strcmp(p->name, "start") || !strcmp(p->name, "limit"))
			continue;
		buf_url(b, p->name);
		buf_char(b, '=');
		buf_url(b, p->value);
		buf_char(b, '&');
	}
	buf_lit(b, "start=");
	buf_int(b, start);
	buf_lit(b, "&limit=");
	buf_int(b, limit);
	buf_char(b, '"');
}

static void page_head(struct exchange *x, const struct page *p, bool last,
                      const char *expands)
{
	struct buf *b = &x->out;
	buf_lit(b, "{\"_expands\":[");
	buf_str(b, expands);
	buf_lit(b, "],\"size\":");
	buf_int(b, (int64_t)(p->to - p->from));
	buf_lit(b, ",\"start\":");
	buf_int(b, p->start);
	buf_lit(b, ",\"limit\":");
	buf_int(b, p->limit);
	buf_lit(b, ",\"isLastPage\":");
	buf_bool(b, last);
	buf_lit(b, ",\"_links\":{\"base\":\"");
	buf_json_part(b, x->base.data, x->base.len);
	buf_lit(b, "\",\"context\":\"\"");
}

static void page_range(struct page *p, int64_t start, int64_t limit, size_t total)
{
	p->start = start;
	p->limit = limit > cap ? cap : limit;
	p->from = (uint64_t)start > total ? total : (size_t)start;
	p->to = total - p->from > (size_t)p->limit ? p->from + (size_t)p->limit : total;
}

struct page page_open(struct exchange *x, size_t total, const char *expands)
{
	struct page p;
	int64_t start = query_int(x, "start", 0), limit = query_int(x, "limit", 50);
	if (!limit)
		limit = 50;
	page_range(&p, start, limit, total);
	page_head(x, &p, p.to == total, expands);
	buf_lit(&x->out, ",\"self\":\"");
	buf_json_part(&x->out, x->base.data, x->base.len);
	buf_json_part(&x->out, x->raw, strlen(x->raw));
	buf_char(&x->out, '"');
	if (p.to < total)
		page_link(x, "next", (int64_t)p.to, p.limit);
	if (p.from)
		page_link(x, "prev", start > p.limit ? start - p.limit : 0, p.limit);
	buf_lit(&x->out, "},\"values\":[");
	answer(x, 200);
	return p;
}

struct page nested_open(struct exchange *x, size_t total, const char *path)
{
	struct page p;
	page_range(&p, 0, 50, total);
	page_head(x, &p, p.to == total, "");
	if (p.to < total) {
		buf_lit(&x->out, ",\"next\":\"");
		buf_json_part(&x->out, x->base.data, x->base.len);
		buf_json_part(&x->out, path, strlen(path));
		buf_lit(&x->out, "?start=");
		buf_int(&x->out, (int64_t)p.to);
		buf_lit(&x->out, "&limit=");
		buf_int(&x->out, p.limit);
		buf_char(&x->out, '"');
	}
	buf_lit(&x->out, "},\"values\":[");
	return p;
}

void page_close(struct exchange *x)
{
	buf_lit(&x->out, "]}");
}
