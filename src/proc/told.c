/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"
#include "catalog/catalog.h"
#include "proc/told_i.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1800 /* a line of the log holds it */
#define VALUE_MAX_BYTES 100
#define MESSAGE_MAX_BYTES 300

static struct span cut(struct span s, size_t max)
{
	if (s.n > max)
		s.n = utf8_cut(s, max);
	return s;
}

static void put(struct buf *out, const char *name, struct span text)
{
	buf_printf(out, ",\"%s\":", name);
	if (text.n)
		utf8_to_json(out, cut(text, VALUE_MAX_BYTES));
	else
		buf_puts(out, "null");
}

/* A line of /proc/…/status: what stands behind "Name:". */
static struct span status_line(struct span all, const char *name)
{
	while (all.n) {
		struct span line = span_cut(&all, '\n');
		struct span word = span_cut(&line, ':');

		if (span_is(word, name))
			return span_trim(line);
	}
	return SPAN("");
}

/* Who asked, as far as the machine tells. */
static void put_caller(struct buf *out, int thread)
{
	char path[64], text[4096];
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/status", thread > 0 ? thread : getpid());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, text, sizeof(text));
		close(fd);
	}
	struct span all = { text, n > 0 ? (size_t)n : 0 };
	struct span uid = status_line(all, "Uid");

	put(out, "uid", span_cut(&uid, '\t'));
	put(out, "pid", status_line(all, "Tgid"));
	put(out, "command", status_line(all, "Name"));
}

/* What in the address says where: the request, the desk. */
static struct span target_of(const struct told *t)
{
	const struct param *in = t->procedure->in;

	for (size_t i = 0; in[i].name; i++) {
		if (t->v[i].given && in[i].path && in[i].path[0] == '{')
			return t->v[i].text;
	}
	for (size_t i = 0; in[i].name; i++) {
		if (t->v[i].given && in[i].flags & PARAM_NAMES)
			return t->v[i].text;
	}
	return SPAN("");
}

static void print_begin(const struct told *t, struct buf *out)
{
	buf_printf(out, "{\"change\":\"%d-%" PRIu64 "\",\"time\":\"", getpid(),
	           t->number);
	clock_format(out, clock_wall_ms(), false);
	buf_puts(out, "\"");
	put_caller(out, t->run->caller);
	put(out, "site", span_of(catalog_site(t->catalog)));
	put(out, "as", span_of(catalog_property(t->catalog, PROP_USER)));
	put(out, "procedure", span_of(t->procedure->name));
	put(out, "target", target_of(t));
}

void told_begin(struct told *t, const struct procedure *p, const struct call_arg *v,
                struct catalog *catalog, struct run *run)
{
	*t = (struct told){ .procedure = p,
		            .v = v,
		            .catalog = catalog,
		            .run = run,
		            .began_ms = clock_mono_ms(),
		            .number = catalog_next_change(catalog) };
	run->request_id[0] = '\0';
	run->http = 0;
}

void told_sending(const struct told *t)
{
	struct buf line = BUF_INIT(LINE_MAX_BYTES);

	if (log_has_file()) {
		print_begin(t, &line);
		buf_puts(&line, ",\"outcome\":\"sending\"}");
		log_change(buf_str(&line), true);
	}
	buf_clear(&line);
}

void told_end(const struct told *t, const struct receipt *r, struct span identity)
{
	struct buf line = BUF_INIT(LINE_MAX_BYTES);
	const char *id = r->err.request_id[0] ? r->err.request_id : t->run->request_id;

	if (log_has_file()) {
		print_begin(t, &line);
		buf_printf(&line, ",\"outcome\":\"%s\"", outcome_name(r->outcome));
		put(&line, "id", identity);
		put(&line, "errno",
		    r->err.code ? span_of(err_name(r->err.code)) : SPAN(""));
		buf_printf(&line, ",\"http\":%u",
		           (unsigned)(r->err.http ? r->err.http : t->run->http));
		put(&line, "request_id", span_of(id));
		buf_printf(&line, ",\"ms\":%lld,\"message\":",
		           (long long)(clock_mono_ms() - t->began_ms));
		utf8_to_json(&line, cut(span_of(r->note ? r->note : r->err.msg),
		                        MESSAGE_MAX_BYTES));
		buf_puts(&line, "}");
		log_change(buf_str(&line), false);
	}
	buf_clear(&line);
}

/* The argument, or another that stands for the same in the address. */
static void fill_word(const struct told *t, const struct param *word, struct buf *out)
{
	const struct param *in = t->procedure->in;
	const struct param *found = word;

	for (const struct param *p = in; p->name && !t->v[found - in].given; p++) {
		if (word->path && p->path && str_eq(p->path, word->path))
			found = p;
	}
	if (t->v[found - in].given)
		utf8_to_name(out, cut(t->v[found - in].text, 60));
	else
		buf_puts(out, "…");
}

/* "Requests/id/{RequestKey}/comments/" with what was given for the word. */
static void fill_words(const struct told *t, const char *text, struct buf *out)
{
	const struct param *in = t->procedure->in;

	for (const char *p = text; *p; p++) {
		const char *end = *p == '{' ? strchr(p, '}') : NULL;
		const struct param *word = NULL;

		if (end)
			word = param_find(in,
			                  (struct span){ p + 1, (size_t)(end - p - 1) });
		if (!word) {
			buf_putc(out, *p);
			continue;
		}
		fill_word(t, word, out);
		p = end;
	}
}

void told_check(const struct told *t, struct err *err)
{
	struct buf where = BUF_INIT(400);
	struct err said = *err;
	const char *check = t->procedure->check;
	struct span msg = cut(span_of(err->msg), 220);

	if (check)
		fill_words(t, check, &where);
	if (check)
		err_set(&said, err->code,
		        "%.*s; it may have been done: %s before you try again",
		        SPAN_FMT(msg), buf_str(&where));
	else
		err_set(&said, err->code,
		        "%.*s; it may have been done, and doing it again does no harm",
		        SPAN_FMT(msg));
	buf_clear(&where);
	memcpy(err->msg, said.msg, sizeof(err->msg));
}
